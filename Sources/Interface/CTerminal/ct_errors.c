#define _GNU_SOURCE
#include "cterminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

enum { HELD_BYTES = 1 << 20 };

static int memory = -1;
static int terminal = -1;
static atomic_int is_holding;

int ct_errors_hold(void) {
    if (atomic_load(&is_holding) || !isatty(STDERR_FILENO))
        return 0;
    memory = memfd_create("stderr", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (memory < 0)
        return errno;
    terminal = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    // Sealed at its size, it cannot eat the machine's memory; only what is written to takes any.
    if (terminal >= 0 && ftruncate(memory, HELD_BYTES) == 0 && fcntl(memory, F_ADD_SEALS, F_SEAL_GROW) == 0 &&
        dup2(memory, STDERR_FILENO) >= 0) {
        atomic_store(&is_holding, 1);
        return 0;
    }
    int error = errno;
    close(memory);
    if (terminal >= 0)
        close(terminal);
    return error;
}

void ct_errors_release(void) {
    if (!atomic_exchange(&is_holding, 0))
        return;
    dup2(terminal, STDERR_FILENO);
    off_t length = lseek(memory, 0, SEEK_CUR); // shared with what was the standard error
    char buffer[4096];
    for (off_t offset = 0; offset < length;) {
        size_t room = length - offset < (off_t)sizeof(buffer) ? (size_t)(length - offset) : sizeof(buffer);
        ssize_t count = pread(memory, buffer, room, offset);
        if (count <= 0 || write(STDERR_FILENO, buffer, (size_t)count) < 0)
            break;
        offset += count;
    }
    close(memory);
    close(terminal);
}
