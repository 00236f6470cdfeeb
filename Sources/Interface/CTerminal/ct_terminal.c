#define _GNU_SOURCE
#include "cterminal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <unistd.h>

// MARK: Guard

static struct {
    int fd;
    struct termios settings;
    atomic_int is_saved;
    atomic_int is_armed;
    char farewell[CT_MAX_FAREWELL];
    size_t length;
} guard;

int ct_guard_save(int fd) {
    atomic_store(&guard.is_saved, 0);
    if (tcgetattr(fd, &guard.settings) != 0)
        return errno;
    guard.fd = fd;
    atomic_store(&guard.is_saved, 1);
    return 0;
}

int ct_guard_restore_settings(void) {
    if (!atomic_load(&guard.is_saved))
        return 0;
    // From the background tcsetattr would stop the process.
    sigset_t quiet, before;
    sigemptyset(&quiet);
    sigaddset(&quiet, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &quiet, &before);
    int result;
    do
        result = tcsetattr(guard.fd, TCSANOW, &guard.settings) == 0 ? 0 : errno;
    while (result == EINTR);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}

void ct_guard_arm(const char *farewell, size_t length) {
    atomic_store(&guard.is_armed, 0);
    guard.length = length < CT_MAX_FAREWELL ? length : CT_MAX_FAREWELL;
    memcpy(guard.farewell, farewell, guard.length);
    atomic_store(&guard.is_armed, 1);
}

void ct_guard_disarm(void) {
    atomic_store(&guard.is_armed, 0);
}

static int restore_now(void) {
    if (!atomic_exchange(&guard.is_armed, 0))
        return 0;
    size_t written = 0;
    while (written < guard.length) {
        ssize_t count = write(guard.fd, guard.farewell + written, guard.length - written);
        if (count > 0)
            written += (size_t)count;
        else if (count == 0 || errno != EINTR)
            break;
    }
    ct_guard_restore_settings();
    ct_errors_release();
    return 1;
}

// MARK: Signals

static const int polite[] = {SIGTERM, SIGHUP, SIGINT};
static const int tidings[] = {SIGWINCH, SIGTSTP, SIGCONT};
static const int crashes[] = {SIGSEGV, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGQUIT, SIGSYS};
static const int others[] = {SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ, SIGPROF, SIGPIPE, SIGVTALRM, SIGIO, SIGPWR};
enum { SIGNALS = 65, HANDLER_STACK = 1 << 16 };
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct sigaction previous[SIGNALS];
static char is_caught[SIGNALS];
static atomic_int wake_fd = -1;
static atomic_int polite_count;
static char handler_stack[HANDLER_STACK];

// One line on the standard error, without the parts of stdio that a crash may have left locked.
static void name_cause(int number) {
    const char *name = sigabbrev_np(number), *meaning = sigdescr_np(number);
    const char *parts[] = {program_invocation_short_name, ": ended by SIG", name ? name : "?", " (", meaning, ")\n"};
    for (size_t i = 0; i < COUNT(parts); i++) {
        ssize_t ignored = parts[i] ? write(STDERR_FILENO, parts[i], strlen(parts[i])) : 0;
        (void)ignored;
    }
}

// Brings the terminal back, and lets the signal do what it would have done without us.
static void pass_on(int number, const siginfo_t *info) {
    if (restore_now())
        name_cause(number);
    // What somebody sent ends the program and is nothing to report: a reporter that returns from it would let the
    // program go on, without its terminal.
    struct sigaction end = {.sa_handler = SIG_DFL};
    sigaction(number, info->si_code == SI_USER ? &end : &previous[number], NULL);
    // An instruction that faults faults again when the handler returns, with all that a crash reporter wants to know.
    int is_fault = info->si_code > 0 && (number == SIGSEGV || number == SIGBUS || number == SIGILL || number == SIGFPE);
    if (!is_fault)
        raise(number); // blocked inside its handler: delivered when that returns
}

static void tell(int number) {
    unsigned char byte = (unsigned char)number;
    // A full pipe holds enough wake-up calls already.
    ssize_t ignored = write(atomic_load(&wake_fd), &byte, 1);
    (void)ignored;
}

static void on_fatal(int number, siginfo_t *info, void *context) {
    (void)context;
    int saved = errno;
    pass_on(number, info);
    errno = saved;
}

static void on_polite(int number, siginfo_t *info, void *context) {
    (void)context;
    int saved = errno;
    if (atomic_fetch_add(&polite_count, 1) == 0)
        tell(number);
    else
        pass_on(number, info);
    errno = saved;
}

static void on_tidings(int number, siginfo_t *info, void *context) {
    (void)info, (void)context;
    int saved = errno;
    tell(number);
    errno = saved;
}

typedef void (*ct_handler)(int, siginfo_t *, void *);

static int catch (int number, ct_handler handler, int flags, int even_if_handled) {
    if (sigaction(number, NULL, &previous[number]) != 0)
        return errno;
    int has_function = (previous[number].sa_flags & SA_SIGINFO) != 0;
    int is_default = !has_function && previous[number].sa_handler == SIG_DFL;
    int is_ignored = !has_function && previous[number].sa_handler == SIG_IGN;
    if (!is_default && (is_ignored || !even_if_handled))
        return 0;
    struct sigaction action = {0};
    action.sa_sigaction = handler;
    action.sa_flags = flags | SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    if (sigaction(number, &action, NULL) != 0)
        return errno;
    is_caught[number] = 1;
    return 0;
}

static int catch_all(const int *numbers, size_t count, ct_handler handler, int flags, int even_if_handled) {
    int error = 0;
    for (size_t i = 0; i < count && !error; i++)
        error = catch (numbers[i], handler, flags, even_if_handled);
    return error;
}

int ct_signals_catch(int wake) {
    atomic_store(&wake_fd, wake);
    atomic_store(&polite_count, 0);
    // A stack of its own lets the main thread's handler run after that thread's stack has overflowed.
    stack_t stack = {.ss_sp = handler_stack, .ss_size = sizeof(handler_stack)}, present;
    int error = sigaltstack(NULL, &present) == 0 ? 0 : errno;
    if (!error && (present.ss_flags & SS_DISABLE) && sigaltstack(&stack, NULL) != 0)
        error = errno;
    if (!error)
        error = catch_all(crashes, COUNT(crashes), on_fatal, 0, 1);
    if (!error)
        error = catch_all(others, COUNT(others), on_fatal, 0, 0);
    if (!error)
        error = catch_all(polite, COUNT(polite), on_polite, SA_RESTART, 0);
    if (!error)
        error = catch_all(tidings, COUNT(tidings), on_tidings, SA_RESTART, 1);
    if (error)
        ct_signals_release();
    return error;
}

void ct_signals_release(void) {
    for (int number = 1; number < SIGNALS; number++) {
        if (is_caught[number])
            sigaction(number, &previous[number], NULL);
        is_caught[number] = 0;
    }
    atomic_store(&wake_fd, -1);
}

int ct_wake_pipe(int *read_end, int *write_end) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return errno;
    *read_end = ends[0];
    *write_end = ends[1];
    return 0;
}

int ct_timer_make(int *timer) {
    *timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    return *timer < 0 ? errno : 0;
}

void ct_timer_set(int timer, long long nanoseconds) {
    const long long second = 1000000000;
    struct itimerspec once = {.it_value = {.tv_sec = nanoseconds / second, .tv_nsec = nanoseconds % second}};
    timerfd_settime(timer, 0, &once, NULL);
}

void ct_stop_process_group(void) {
    struct sigaction action = {0}, before;
    sigemptyset(&action.sa_mask);
    action.sa_handler = SIG_IGN; // the others first; this thread then stops itself, and is stopped when raise returns
    sigaction(SIGTSTP, &action, &before);
    kill(0, SIGTSTP);
    action.sa_handler = SIG_DFL;
    sigaction(SIGTSTP, &action, NULL);
    // Threads of a thread pool block all signals; unblocked, the pending one stops us here.
    sigset_t stop, mask;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    raise(SIGTSTP);
    pthread_sigmask(SIG_UNBLOCK, &stop, &mask);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    sigaction(SIGTSTP, &before, NULL);
}
