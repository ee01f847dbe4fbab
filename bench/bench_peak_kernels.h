/* Loops in registers alone, one for each instruction set: what a processor does at best. */
#ifndef SS_BENCH_PEAK_KERNELS_H
#define SS_BENCH_PEAK_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct bench_kernel {
    const char *name; /* of the matcher that works with these instructions, where there is one */
    const char *type; /* "int8" or "fp32" */
    bool (*available)(void);
    void (*run)(size_t iterations);
    double operations; /* multiplications and additions in one iteration */
} bench_kernel;

extern const bench_kernel bench_kernels[]; /* ends with a name of NULL */

#endif
