/* What the benchmark programs share: a clock, and an end with a message. */
#ifndef SS_BENCH_H
#define SS_BENCH_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "status.h"

static inline double bench_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static inline _Noreturn void bench_stop(void)
{
    fprintf(stderr, "%s: %s\n", program_invocation_short_name, ss_last_error());
    exit(1);
}

static inline void bench_check(ss_status status)
{
    if (status != SS_OK) bench_stop();
}

/* `bytes` bytes, aligned to a huge page. */
static inline void *bench_allocate(size_t bytes)
{
    void *memory = NULL;
    if (posix_memalign(&memory, (size_t)2 << 20, bytes + 1) != 0) {
        ss_fail_memory(bytes);
        bench_stop();
    }
    return memory;
}

#endif
