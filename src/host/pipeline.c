#include "pipeline.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "status.h"

#define POLL_NANOSECONDS 50000000 /* between two questions whether the job has been cancelled */

typedef struct place {
    void *item;
    bool done; /* worked on */
} place;

/* A ring of places. Items are numbered from 0; number i stands at i % places. */
struct ss_pipeline {
    ss_pipeline_steps steps;
    place *ring;
    size_t places;
    pthread_t *thread; /* the maker, then the workers */
    int threads;

    pthread_mutex_t lock; /* guards everything below, and the ring */
    pthread_cond_t room, made, done;
    size_t made_count, begun_count, taken_count;
    bool ended; /* nothing more will be made */
    bool closing;
};

static place *place_of(ss_pipeline *p, size_t number)
{
    return &p->ring[number % p->places];
}

static void *make_items(void *argument)
{
    ss_pipeline *p = argument;
    pthread_mutex_lock(&p->lock);
    while (!p->ended) {
        while (!p->closing && p->made_count - p->taken_count == p->places)
            pthread_cond_wait(&p->room, &p->lock);
        bool closing = p->closing;
        pthread_mutex_unlock(&p->lock);
        void *item = closing ? NULL : p->steps.make(p->steps.context);
        pthread_mutex_lock(&p->lock);
        if (item != NULL) *place_of(p, p->made_count++) = (place){.item = item};
        p->ended = item == NULL;
        pthread_cond_signal(&p->made);
    }
    pthread_cond_broadcast(&p->made);
    pthread_cond_signal(&p->done);
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static void *work_on_items(void *argument)
{
    ss_pipeline *p = argument;
    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (!p->closing && !p->ended && p->begun_count == p->made_count)
            pthread_cond_wait(&p->made, &p->lock);
        if (p->closing || p->begun_count == p->made_count) break;
        place *mine = place_of(p, p->begun_count++);
        pthread_mutex_unlock(&p->lock);
        p->steps.work(p->steps.context, mine->item);
        pthread_mutex_lock(&p->lock);
        mine->done = true;
        pthread_cond_signal(&p->done);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static ss_status start_threads(ss_pipeline *p, int count)
{
    /* Signals are for the threads of the program, not for these. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = 0;
    while (error == 0 && p->threads < count) {
        error = pthread_create(&p->thread[p->threads], NULL, p->threads == 0 ? make_items : work_on_items, p);
        if (error == 0) p->threads++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error == 0) return SS_OK;
    return ss_fail(SS_ERROR_MEMORY, "can't start thread %d of %d (%s): ask for fewer threads", p->threads + 1, count,
                   strerror(error));
}

ss_status ss_pipeline_start(ss_pipeline **out, const ss_pipeline_steps *steps, int workers)
{
    *out = NULL;
    ss_pipeline *p = calloc(1, sizeof *p);
    if (p == NULL) return ss_fail_memory(sizeof *p);
    p->steps = *steps;
    p->places = 2 * (size_t)workers + 2;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->room, NULL);
    pthread_cond_init(&p->made, NULL);
    pthread_cond_init(&p->done, NULL);
    p->ring = calloc(p->places, sizeof *p->ring);
    p->thread = calloc((size_t)workers + 1, sizeof *p->thread);
    ss_status status = p->ring == NULL || p->thread == NULL ? ss_fail_memory(p->places * sizeof *p->ring)
                                                            : start_threads(p, workers + 1);
    if (status != SS_OK) {
        ss_pipeline_free(p);
        return status;
    }
    *out = p;
    return SS_OK;
}

void ss_pipeline_free(ss_pipeline *p)
{
    if (p == NULL) return;
    pthread_mutex_lock(&p->lock);
    p->closing = true;
    pthread_cond_broadcast(&p->room);
    pthread_cond_broadcast(&p->made);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->threads; i++)
        pthread_join(p->thread[i], NULL);
    for (size_t i = p->taken_count; i < p->made_count; i++)
        p->steps.drop(place_of(p, i)->item);
    pthread_cond_destroy(&p->done);
    pthread_cond_destroy(&p->made);
    pthread_cond_destroy(&p->room);
    pthread_mutex_destroy(&p->lock);
    free(p->ring);
    free(p->thread);
    free(p);
}

/* Waits a moment; under the lock. */
static void wait_for_item(ss_pipeline *p)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += POLL_NANOSECONDS;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    pthread_cond_timedwait(&p->done, &p->lock, &until);
}

ss_status ss_pipeline_take(ss_pipeline *p, const ss_job *job, void **item)
{
    *item = NULL;
    pthread_mutex_lock(&p->lock);
    for (;;) {
        bool there = p->taken_count < p->made_count;
        if (there && place_of(p, p->taken_count)->done) break;
        if (!there && p->ended) {
            pthread_mutex_unlock(&p->lock);
            return SS_OK;
        }
        wait_for_item(p);
        pthread_mutex_unlock(&p->lock);
        SS_TRY(ss_check_cancelled(job));
        pthread_mutex_lock(&p->lock);
    }
    *item = place_of(p, p->taken_count++)->item;
    pthread_cond_signal(&p->room);
    pthread_mutex_unlock(&p->lock);
    return SS_OK;
}
