/* Failures: a status, and a message kept for the calling thread. */
#ifndef SS_STATUS_H
#define SS_STATUS_H

#include "samestory.h"

/* Keeps the message for ss_last_error(). It says what is wrong, where (file and line of the input) and how to mend it. */
void ss_keep_message(const char *format, ...) SS_PRINTF(1, 2);

/* Keeps the message and is `status`, so that a function can end with `return ss_fail(...)`. A macro, so that compilers
 * see that the status is a failure and do not warn of results that only a success sets. */
#define ss_fail(status, ...) (ss_keep_message(__VA_ARGS__), ss_failure(status))
static inline ss_status ss_failure(ss_status status)
{
    return status;
}

/* For "%zu batch%s" and the like: `ending` unless there is one. */
static inline const char *ss_plural(uint64_t count, const char *ending)
{
    return count == 1 ? "" : ending;
}

/* An amount of memory in words, in the units of --memory: "2624 bytes", "12.5 KiB", "3.1 GiB". Bytes below 10 KiB. */
typedef struct ss_size_words {
    char text[24];
} ss_size_words;

ss_size_words ss_size_in_words(double bytes);

/* SS_ERROR_MEMORY for a request of `bytes` bytes. Allocates nothing. */
static inline ss_status ss_fail_memory(size_t bytes)
{
    return ss_fail(SS_ERROR_MEMORY, "out of memory: %zu bytes more were needed", bytes);
}

/* Makes room for at least `need` items: grows *items (of `item_size` bytes each) by doubling, updates *capacity. */
ss_status ss_grow(void **items, size_t *capacity, size_t need, size_t item_size);

/* A copy of the first `length` bytes of `text`, NUL added. */
ss_status ss_copy_text(char **out, const char *text, size_t length);

/* SS_ERROR_INTERRUPTED once the job has been cancelled. `job` may be NULL. */
ss_status ss_check_cancelled(const ss_job *job);

/* Tells job->progress or job->warning, if there is one. `job` may be NULL. */
void ss_tell_progress(const ss_job *job, const char *stage, uint64_t done, uint64_t total);
void ss_tell_warning(const ss_job *job, const char *format, ...) SS_PRINTF(2, 3);

/* job->threads, or the number of processors this process may use. */
int ss_job_threads(const ss_job *job);

/* job->memory, or half of what the machine (or its control group) has free now. */
size_t ss_job_memory(const ss_job *job);

/* Propagates a failure. */
#define SS_TRY(call)                                                                                                   \
    do {                                                                                                               \
        ss_status ss_try_status = (call);                                                                              \
        if (ss_try_status != SS_OK) return ss_try_status;                                                              \
    } while (0)

#endif
