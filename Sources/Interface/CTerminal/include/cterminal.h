#pragma once
#include <stddef.h>

// Brings a terminal back on every way out of the process, crashes included.
//
// What has to happen inside a signal handler is here and in C: nothing but async-signal-safe calls, on state that was
// prepared before. One terminal per process.

/// Remembers the present settings of terminal `fd` as those to come back to. 0, or an errno value.
int ct_guard_save(int fd);

/// Puts the saved settings back. 0, or an errno value.
int ct_guard_restore_settings(void);

/// Arms the guard: from now on a fatal signal writes these bytes (at most CT_MAX_FAREWELL) to the terminal and puts the
/// saved settings back before the process dies of it.
void ct_guard_arm(const char *farewell, size_t length);
enum { CT_MAX_FAREWELL = 512 };

/// From now on a fatal signal leaves the terminal alone.
void ct_guard_disarm(void);

/// Keeps what is written to the standard error (the first MiB of it) in memory, where that is a terminal: on the screen
/// it would break the picture, and be gone with it. 0, or an errno value.
int ct_errors_hold(void);

/// Puts the standard error back and writes what was kept to it. Safe in a signal handler; a fatal signal calls it after
/// the terminal is back, so that the last words of a crash can be read.
void ct_errors_release(void);

/// Catches signals until ct_signals_release. Signals that end a program politely (TERM, HUP, INT), and WINCH, TSTP and
/// CONT, are written to `wake` as one byte, their number; a second polite one is fatal. All others that would end the
/// process restore the terminal first, and then do what they would have done. Signals that are ignored are left alone,
/// and so are those that have a handler, except crashes and WINCH, TSTP, CONT. 0, or an errno value.
int ct_signals_catch(int wake);

/// Puts all handlers back as they were.
void ct_signals_release(void);

/// Makes a pipe whose ends neither block nor survive exec. 0, or an errno value.
int ct_wake_pipe(int *read_end, int *write_end);

/// Makes a timer that can be polled: it can be read once it has gone off. It does not survive exec. 0, or an errno
/// value.
int ct_timer_make(int *timer);

/// Lets the timer go off once, so many nanoseconds (> 0) from now; what it was set to before is forgotten.
void ct_timer_set(int timer, long long nanoseconds);

/// Stops the whole process group as Ctrl-Z does, and returns when it is continued (at once where nobody could continue
/// it). Blocks the calling thread; all others stop with it.
void ct_stop_process_group(void);
