#define _GNU_SOURCE
#include "pseudoterminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

int pt_open(int columns, int rows, int *master, int *slave) {
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    char name[128];
    if (grantpt(fd) == 0 && unlockpt(fd) == 0 && ptsname_r(fd, name, sizeof(name)) == 0) {
        pt_resize(fd, columns, rows);
        *master = fd;
        *slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (*slave >= 0)
            return 0;
    }
    int error = errno;
    close(fd);
    return error;
}

pid_t pt_spawn(int slave, const char *input, char *const arguments[], char *const environment[]) {
    pid_t process = fork();
    if (process != 0)
        return process > 0 ? process : -errno;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    int stdin_fd = input ? open(input, O_RDONLY) : slave;
    if (dup2(stdin_fd, 0) >= 0 && dup2(slave, 1) >= 0 && dup2(slave, 2) >= 0)
        execve(arguments[0], arguments, environment);
    _exit(127);
}

void pt_resize(int master, int columns, int rows) {
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    ioctl(master, TIOCSWINSZ, &size);
}

size_t pt_settings(int slave, void *settings, size_t room) {
    struct termios present;
    memset(&present, 0, sizeof(present));
    if (tcgetattr(slave, &present) != 0)
        return 0;
    size_t size = sizeof(present) < room ? sizeof(present) : room;
    memcpy(settings, &present, size);
    return size;
}

int pt_notify_socket(void) {
    return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

int pt_notify_bind(int fd, const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address.sun_path))
        return ENAMETOOLONG;
    strcpy(address.sun_path, path);
    return bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 ? 0 : errno;
}
