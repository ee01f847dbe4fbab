/* Jobs of linking made-up news, "read" from a folder with a log beside the output, that end early and are resumed. */
#ifndef SS_TESTS_RESUMABLE_JOBS_H
#define SS_TESTS_RESUMABLE_JOBS_H

#include "checkpoint.h"
#include "linked_articles.h"
#include "warnings.h"

#define LOG   "out.h5.resume"
#define OFTEN 1e-6 /* seconds between checkpoints */

/* A job, and after how many questions it is cancelled. */
typedef struct course {
    long asked, most; /* 0: never */
    double seconds;   /* between checkpoints */
    bool resume;
    int threads;         /* 0: one */
    const char *matcher; /* NULL: scalar; devices sketch if it is theirs */
    const char *identity;
    char stage[16]; /* that the job was in last */
    warnings met;
} course;

/* A folder with the inputs, around each test. */
int enter_course(void **state);
int leave_course(void **state);

ss_job job_of(course *c);
ss_status open_course(ss_checkpoint **out, const course *c, const ss_job *job);
ss_status run_course(ss_result **result, course *c);

/* The result of a job without a log. */
ss_result *undisturbed(void);

/* Goes on from the log, on to the end. */
void assert_resumed_is(const ss_result *expected, course *c);

#endif
