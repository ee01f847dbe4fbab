#include "pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "status.h"

typedef struct pool_thread {
    ss_pool *pool;
    int number;
    pthread_t id;
} pool_thread;

struct ss_pool {
    int threads;
    pool_thread *started; /* [threads - 1]; thread 0 is whoever calls ss_pool_run() */
    bool pinned;
    cpu_set_t allowed; /* if pinned: where thread 0 may run after the pool */

    /* The run now going on; written only while every thread is idle. */
    ss_task task;
    void *context;
    size_t count;
    atomic_size_t next; /* number of the next task to hand out */

    pthread_mutex_t lock; /* guards everything below */
    pthread_cond_t run_began;
    pthread_cond_t run_ended;
    uint64_t run;
    int working; /* threads other than 0 that have not yet left the run */
    bool closing;
    ss_status failure;
    size_t failed_index;
    char message[1024];
};

static void keep_failure(ss_pool *pool, size_t index, ss_status status)
{
    /* Tasks are handed out in order, so all below this one have been started already and will come to their end: the
     * lowest failure is the same one however the threads run. */
    atomic_store_explicit(&pool->next, pool->count, memory_order_relaxed);
    pthread_mutex_lock(&pool->lock);
    if (pool->failure == SS_OK || index < pool->failed_index) {
        pool->failure = status;
        pool->failed_index = index;
        snprintf(pool->message, sizeof pool->message, "%s", ss_last_error());
    }
    pthread_mutex_unlock(&pool->lock);
}

static void run_tasks(ss_pool *pool, int thread)
{
    for (;;) {
        size_t index = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
        if (index >= pool->count) return;
        ss_status status = pool->task(pool->context, index, thread);
        if (status != SS_OK) keep_failure(pool, index, status);
    }
}

static void *thread_main(void *argument)
{
    const pool_thread *self = argument;
    ss_pool *pool = self->pool;
    uint64_t seen = 0;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (!pool->closing && pool->run == seen)
            pthread_cond_wait(&pool->run_began, &pool->lock);
        if (pool->closing) break;
        seen = pool->run;
        pthread_mutex_unlock(&pool->lock);
        run_tasks(pool, self->number);
        pthread_mutex_lock(&pool->lock);
        if (--pool->working == 0) pthread_cond_signal(&pool->run_ended);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* Ends the first `count` started threads. */
static void join_threads(ss_pool *pool, int count)
{
    pthread_mutex_lock(&pool->lock);
    pool->closing = true;
    pthread_cond_broadcast(&pool->run_began);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < count; i++)
        pthread_join(pool->started[i].id, NULL);
}

static ss_status start_threads(ss_pool *pool)
{
    /* Signals are for the threads of the program, not for these. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = 0, count = 0;
    while (error == 0 && count < pool->threads - 1) {
        pool_thread *thread = &pool->started[count];
        *thread = (pool_thread){.pool = pool, .number = count + 1};
        error = pthread_create(&thread->id, NULL, thread_main, thread);
        if (error == 0) count++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error == 0) return SS_OK;
    join_threads(pool, count);
    return ss_fail(SS_ERROR_MEMORY, "can't start thread %d of %d (%s): ask for fewer threads", count + 2, pool->threads,
                   strerror(error));
}

static void free_stopped(ss_pool *pool)
{
    pthread_cond_destroy(&pool->run_ended);
    pthread_cond_destroy(&pool->run_began);
    pthread_mutex_destroy(&pool->lock);
    free(pool->started);
    free(pool);
}

ss_status ss_pool_new(ss_pool **out, int threads)
{
    *out = NULL;
    if (threads < 1) return ss_fail(SS_ERROR_ARGUMENT, "a pool of %d threads: there must be at least 1", threads);
    ss_pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL) return ss_fail_memory(sizeof *pool);
    pool->threads = threads;
    pool->started = calloc((size_t)threads, sizeof *pool->started);
    if (pool->started == NULL) {
        free(pool);
        return ss_fail_memory((size_t)threads * sizeof *pool->started);
    }
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->run_began, NULL);
    pthread_cond_init(&pool->run_ended, NULL);
    ss_status status = start_threads(pool);
    if (status != SS_OK) {
        free_stopped(pool);
        return status;
    }
    *out = pool;
    return SS_OK;
}

static void pin_thread(pthread_t id, const cpu_set_t *allowed, int number)
{
    int wanted = number % CPU_COUNT(allowed), met = 0;
    for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, allowed) || met++ != wanted) continue;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        pthread_setaffinity_np(id, sizeof one, &one);
        return;
    }
}

void ss_pool_pin(ss_pool *pool)
{
    if (pool->pinned || pthread_getaffinity_np(pthread_self(), sizeof pool->allowed, &pool->allowed) != 0) return;
    pool->pinned = true;
    pin_thread(pthread_self(), &pool->allowed, 0);
    for (int i = 0; i < pool->threads - 1; i++)
        pin_thread(pool->started[i].id, &pool->allowed, i + 1);
}

void ss_pool_free(ss_pool *pool)
{
    if (pool == NULL) return;
    if (pool->pinned) pthread_setaffinity_np(pthread_self(), sizeof pool->allowed, &pool->allowed);
    join_threads(pool, pool->threads - 1);
    free_stopped(pool);
}

int ss_pool_threads(const ss_pool *pool)
{
    return pool == NULL ? 1 : pool->threads;
}

static ss_status run_alone(size_t count, ss_task task, void *context)
{
    for (size_t i = 0; i < count; i++)
        SS_TRY(task(context, i, 0));
    return SS_OK;
}

void ss_pool_begin(ss_pool *pool, size_t count, ss_task task, void *context)
{
    pthread_mutex_lock(&pool->lock);
    pool->task = task;
    pool->context = context;
    pool->count = count;
    atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
    pool->failure = SS_OK;
    pool->working = pool->threads - 1;
    pool->run++;
    pthread_cond_broadcast(&pool->run_began);
    pthread_mutex_unlock(&pool->lock);
}

ss_status ss_pool_end(ss_pool *pool)
{
    run_tasks(pool, 0);
    pthread_mutex_lock(&pool->lock);
    while (pool->working > 0)
        pthread_cond_wait(&pool->run_ended, &pool->lock);
    ss_status failure = pool->failure;
    pthread_mutex_unlock(&pool->lock);
    return failure == SS_OK ? SS_OK : ss_fail(failure, "%s", pool->message);
}

void ss_pool_drop(ss_pool *pool)
{
    atomic_store_explicit(&pool->next, pool->count, memory_order_relaxed);
    (void)ss_pool_end(pool);
}

ss_status ss_pool_run(ss_pool *pool, size_t count, ss_task task, void *context)
{
    if (pool == NULL) return run_alone(count, task, context);
    ss_pool_begin(pool, count, task, context);
    return ss_pool_end(pool);
}
