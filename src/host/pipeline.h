/* Items made by one thread, worked on by several, and taken in the order in which they were made. The queue between them is
 * bounded: whoever is ahead waits. */
#ifndef SS_PIPELINE_H
#define SS_PIPELINE_H

#include "samestory.h"

typedef struct ss_pipeline ss_pipeline;

/* What is to be done. Failures travel in the items. */
typedef struct ss_pipeline_steps {
    void *(*make)(void *context); /* the next item, NULL past the last; in a thread of its own */
    void (*work)(void *context, void *item);
    void (*drop)(void *item); /* frees one that nobody takes */
    void *context;
} ss_pipeline_steps;

/* Starts the maker and `workers` threads. */
ss_status ss_pipeline_start(ss_pipeline **out, const ss_pipeline_steps *steps, int workers);

/* The next item, worked on, NULL past the last. While it waits it asks whether the job has been cancelled. */
ss_status ss_pipeline_take(ss_pipeline *pipeline, const ss_job *job, void **item);

/* Waits for what is being made and worked on; make() should be told first to come to an end. */
void ss_pipeline_free(ss_pipeline *pipeline);

#endif
