// A fixed set of worker threads with one fork and one join per piece of work.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define CK_MAX_WORKERS 16
/// Bytes a pool needs, from memory the caller provides aligned to 64 and keeps until `ck_pool_stop` has returned.
#define CK_POOL_BYTES 4096

typedef struct ck_pool ck_pool;

/// Runs on every worker at once. `worker` is 0 on the calling thread, up to `workers - 1`.
typedef void (*ck_job)(void *context, size_t worker, size_t workers);

/// Starts `workers - 1` threads (the caller of `ck_pool_run` is the remaining one); `workers` is clamped to
/// 1...CK_MAX_WORKERS. Returns NULL, with no thread left running, when the system refuses a thread.
ck_pool *ck_pool_start(void *memory, size_t workers);

/// Joins the threads. Not while a job runs.
void ck_pool_stop(ck_pool *pool);

size_t ck_pool_workers(const ck_pool *pool);

/// Runs `job` on all workers and returns when every one has finished. One caller at a time; a job must not call it.
/// Workers spin for some microseconds after a job, then sleep in the kernel: an idle pool costs nothing.
void ck_pool_run(ck_pool *pool, ck_job job, void *context);

/// Inside a job: waits until every worker has arrived. What was written before is visible to all after it.
void ck_pool_barrier(ck_pool *pool);

/// A range [begin, end) of rows; `context` is the caller's.
typedef void (*ck_range_job)(const void *context, size_t begin, size_t end);

/// Splits [0, count) evenly over the workers, or runs it on the calling thread when a share would be below `grain`
/// or `pool` is NULL.
void ck_pool_rows(ck_pool *pool, size_t count, size_t grain, ck_range_job job, const void *context);
