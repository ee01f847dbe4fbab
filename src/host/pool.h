/* A fixed set of threads that share out numbered tasks. */
#ifndef SS_POOL_H
#define SS_POOL_H

#include "samestory.h"

typedef struct ss_pool ss_pool; /* NULL stands for the caller's thread alone */

/* `threads` threads in all, the caller's own among them. */
ss_status ss_pool_new(ss_pool **out, int threads);
void ss_pool_free(ss_pool *pool);
int ss_pool_threads(const ss_pool *pool);

/* Keeps each thread on one processor of those that the process may use, thread i on the i-th, the caller's own until the
 * pool is freed. So a thread stays beside the memory that it wrote first. Where the system refuses, nothing changes. */
void ss_pool_pin(ss_pool *pool);

/* One task: number `index`, on thread number 0 .. threads - 1 (for scratch space of that thread's own). */
typedef ss_status (*ss_task)(void *context, size_t index, int thread);

/* Runs tasks 0 .. count - 1, each once, handed out one by one to the next free thread; returns when all have ended.
 * After a failure no further task starts; the result is the failure of the lowest-numbered task that failed, and its
 * message is this thread's ss_last_error(). */
ss_status ss_pool_run(ss_pool *pool, size_t count, ss_task task, void *context);

/* The same in two halves, for a caller who has other things to do meanwhile: after ss_pool_begin() the other threads are at
 * work, at ss_pool_end() the caller takes part until all tasks have ended. Between the two only ss_pool_drop() may be called:
 * no further task starts, and those that have are waited for. Of one thread, all work is done at the end. */
void ss_pool_begin(ss_pool *pool, size_t count, ss_task task, void *context);
ss_status ss_pool_end(ss_pool *pool);
void ss_pool_drop(ss_pool *pool);

#endif
