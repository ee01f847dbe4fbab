/* Failures: a status, and a message kept for the calling thread. */
#ifndef SS_STATUS_H
#define SS_STATUS_H

#include "samestory.h"

/* Keeps the message for ss_last_error() and returns `status`, so that a function can end with `return ss_fail(...)`.
 * The message says what is wrong, where (file and line of the input) and how to mend it. */
ss_status ss_fail(ss_status status, const char *format, ...) SS_PRINTF(2, 3);

/* SS_ERROR_MEMORY for a request of `bytes` bytes. Allocates nothing. */
ss_status ss_fail_memory(size_t bytes);

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
