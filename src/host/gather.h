/* Weighted sums of model rows, exact in integers: what a sketch is before it is quantised. */
#ifndef SS_GATHER_H
#define SS_GATHER_H

#include "model.h"

/* sum[dimension] = the sum of weight[i] times row[i] of the model. The weights add up to less than 2^28, so that with
 * entries of -7 .. 7 no sum reaches 2^31. */
void ss_gather_rows(int32_t *sum, const ss_model *model, const uint32_t *row, const uint32_t *weight, size_t count);

/* Asks for a row that will be gathered soon. */
static inline void ss_gather_prefetch(const ss_model *model, uint32_t row)
{
    const int8_t *entry = model->row + row * (size_t)model->dimension;
    for (int k = 0; k < model->dimension; k += 64)
        __builtin_prefetch(entry + k);
}

/* vector = sum, scaled so that its largest entry is 127 and rounded, halves away from zero; the squared length of
 * vector. */
uint32_t ss_gather_quantise(int8_t *vector, const int32_t *sum, int dimension);

/* The ways to do it, the fastest first, the plain one last; NULL name past the last. They differ in nothing but speed. */
#define SS_STRIP 64 /* entries summed at a time: a cache line of a row; their sums stay in registers over all rows */

typedef struct ss_gather_kernel {
    const char *name;
    bool (*supported)(void);
    /* sum[SS_STRIP] = the sum of weight[i] times the entries at strip + row[i] * dimension */
    void (*sum_strip)(int32_t *sum, const int8_t *strip, size_t dimension, const uint32_t *row, const uint32_t *weight,
                      size_t count);
} ss_gather_kernel;

extern const ss_gather_kernel ss_gather_kernels[];

#if defined(__x86_64__)
bool ss_gather_avx512_supported(void);
void ss_gather_avx512(int32_t *sum, const int8_t *strip, size_t dimension, const uint32_t *row, const uint32_t *weight,
                      size_t count);
bool ss_gather_avx2_supported(void);
void ss_gather_avx2(int32_t *sum, const int8_t *strip, size_t dimension, const uint32_t *row, const uint32_t *weight,
                    size_t count);
#endif

#endif
