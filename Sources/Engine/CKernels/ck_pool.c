// The worker pool: POSIX threads over caller-provided memory, woken by a Linux futex.
#define _GNU_SOURCE
#include "ck_pool.h"
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Looks before a worker sleeps: about 100 µs, longer than anything between two matrices of one token.
enum { SPINS_BEFORE_SLEEP = 6000, SPINS_BEFORE_YIELD = 2000 };

typedef struct seat {
    ck_pool *pool;
    size_t index;
    pthread_t thread;
} seat;

struct ck_pool {
    size_t workers;
    ck_job job;
    void *context;
    /// Raised once for each job; workers wait for it to change.
    _Alignas(64) atomic_uint epoch;
    atomic_uint sleepers;
    atomic_bool stopping;
    /// Workers that have finished the current job; the caller waits for it to reach `workers - 1`.
    _Alignas(64) atomic_uint finished;
    atomic_bool caller_sleeps;
    /// Barrier: arrivals of this round, and the number of the round.
    _Alignas(64) atomic_uint arrived;
    atomic_uint round;
    seat seats[CK_MAX_WORKERS];
};

_Static_assert(sizeof(struct ck_pool) <= CK_POOL_BYTES, "CK_POOL_BYTES is too small");

static void futex_wait(atomic_uint *word, unsigned expected) {
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, NULL, NULL, 0);
}

static void futex_wake_all(atomic_uint *word) {
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1 << 30, NULL, NULL, 0);
}

static inline void relax(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/// Waits for the epoch to differ from `seen`; returns the new one.
static unsigned next_epoch(ck_pool *pool, unsigned seen) {
    for (unsigned spin = 0; spin < SPINS_BEFORE_SLEEP; spin++) {
        const unsigned epoch = atomic_load_explicit(&pool->epoch, memory_order_acquire);
        if (epoch != seen)
            return epoch;
        relax();
    }
    // Sequentially consistent on both sides: either the publisher sees the sleeper, or the sleeper sees the epoch.
    atomic_fetch_add(&pool->sleepers, 1);
    unsigned epoch;
    while ((epoch = atomic_load(&pool->epoch)) == seen)
        futex_wait(&pool->epoch, seen);
    atomic_fetch_sub(&pool->sleepers, 1);
    return epoch;
}

static void publish(ck_pool *pool) {
    atomic_fetch_add(&pool->epoch, 1);
    if (atomic_load(&pool->sleepers) > 0)
        futex_wake_all(&pool->epoch);
}

static void *work(void *argument) {
    const seat *own = argument;
    ck_pool *pool = own->pool;
    unsigned seen = 0;
    for (;;) {
        seen = next_epoch(pool, seen);
        if (atomic_load_explicit(&pool->stopping, memory_order_relaxed))
            return NULL;
        pool->job(pool->context, own->index, pool->workers);
        const unsigned finished = atomic_fetch_add(&pool->finished, 1) + 1;
        if (finished == pool->workers - 1 && atomic_load(&pool->caller_sleeps))
            futex_wake_all(&pool->finished);
    }
}

ck_pool *ck_pool_start(void *memory, size_t workers) {
    ck_pool *pool = memory;
    pool->workers = workers < 1 ? 1 : workers > CK_MAX_WORKERS ? CK_MAX_WORKERS : workers;
    atomic_init(&pool->epoch, 0);
    atomic_init(&pool->sleepers, 0);
    atomic_init(&pool->stopping, false);
    atomic_init(&pool->finished, 0);
    atomic_init(&pool->caller_sleeps, false);
    atomic_init(&pool->arrived, 0);
    atomic_init(&pool->round, 0);
    // Signals are the program's business: its handlers never run on a worker.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = true;
    for (size_t i = 1; i < pool->workers && started; i++) {
        pool->seats[i].pool = pool;
        pool->seats[i].index = i;
        if (pthread_create(&pool->seats[i].thread, NULL, work, &pool->seats[i]) != 0) {
            pool->workers = i;
            started = false;
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!started)
        ck_pool_stop(pool);
    return started ? pool : NULL;
}

void ck_pool_stop(ck_pool *pool) {
    atomic_store(&pool->stopping, true);
    publish(pool);
    for (size_t i = 1; i < pool->workers; i++)
        pthread_join(pool->seats[i].thread, NULL);
}

size_t ck_pool_workers(const ck_pool *pool) {
    return pool->workers;
}

void ck_pool_run(ck_pool *pool, ck_job job, void *context) {
    const unsigned others = (unsigned)pool->workers - 1;
    if (others == 0) {
        job(context, 0, 1);
        return;
    }
    pool->job = job;
    pool->context = context;
    atomic_store_explicit(&pool->finished, 0, memory_order_relaxed);
    publish(pool);
    job(context, 0, pool->workers);
    for (unsigned spin = 0; spin < SPINS_BEFORE_SLEEP; spin++) {
        if (atomic_load_explicit(&pool->finished, memory_order_acquire) == others)
            return;
        relax();
    }
    atomic_store(&pool->caller_sleeps, true);
    unsigned finished;
    while ((finished = atomic_load(&pool->finished)) != others)
        futex_wait(&pool->finished, finished);
    atomic_store(&pool->caller_sleeps, false);
}

void ck_pool_barrier(ck_pool *pool) {
    const unsigned round = atomic_load_explicit(&pool->round, memory_order_acquire);
    if (atomic_fetch_add(&pool->arrived, 1) + 1 == pool->workers) {
        atomic_store_explicit(&pool->arrived, 0, memory_order_relaxed);
        atomic_fetch_add(&pool->round, 1);
        return;
    }
    for (unsigned spin = 0; atomic_load_explicit(&pool->round, memory_order_acquire) == round; spin++) {
        if (spin < SPINS_BEFORE_YIELD)
            relax();
        else
            sched_yield();
    }
}

typedef struct range_split {
    size_t count;
    ck_range_job job;
    const void *context;
} range_split;

static void run_share(void *context, size_t worker, size_t workers) {
    const range_split *split = context;
    const size_t begin = split->count * worker / workers, end = split->count * (worker + 1) / workers;
    if (begin < end)
        split->job(split->context, begin, end);
}

void ck_pool_rows(ck_pool *pool, size_t count, size_t grain, ck_range_job job, const void *context) {
    if (pool && pool->workers > 1 && count >= grain * 2) {
        range_split split = {count, job, context};
        ck_pool_run(pool, run_share, &split);
    } else if (count > 0) {
        job(context, 0, count);
    }
}
