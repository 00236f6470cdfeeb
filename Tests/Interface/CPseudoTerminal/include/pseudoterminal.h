#pragma once
#include <sys/types.h>

// A program on a pseudo-terminal of its own, for tests.

/// Opens a pseudo-terminal of a size. 0, or an errno value.
int pt_open(int columns, int rows, int *master, int *slave);

/// Runs a program with the pseudo-terminal as its controlling one, and as its standard input (unless `input` names a
/// file), output and error. Its process id, or minus an errno value.
pid_t pt_spawn(int slave, const char *input, char *const arguments[], char *const environment[]);

/// Tells the program a new size.
void pt_resize(int master, int columns, int rows);

/// Copies the terminal's settings into `settings`; returns how many bytes they are, at most `room`.
size_t pt_settings(int slave, void *settings, size_t room);

/// A datagram socket, to listen at as a service manager does; -1 where there is none.
int pt_notify_socket(void);

/// Gives it a name in the file system. 0, or an errno value.
int pt_notify_bind(int fd, const char *path);
