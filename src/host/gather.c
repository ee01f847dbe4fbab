#include "gather.h"

#include <string.h>

#include "simd.h"

static bool always(void)
{
    return true;
}

static void sum_strip_plain(int32_t *sum, const int8_t *strip, size_t dimension, const uint32_t *row,
                            const uint32_t *weight, size_t count)
{
    memset(sum, 0, SS_STRIP * sizeof *sum);
    for (size_t i = 0; i < count; i++) {
        const int8_t *entry = strip + row[i] * dimension;
        for (size_t k = 0; k < SS_STRIP; k++)
            sum[k] += (int32_t)weight[i] * entry[k];
    }
}

const ss_gather_kernel ss_gather_kernels[] = {
#if defined(__x86_64__)
    {"avx512vnni", ss_gather_avx512_supported, ss_gather_avx512},
    {"avx2", ss_gather_avx2_supported, ss_gather_avx2},
#endif
    {"plain", always, sum_strip_plain},
    {NULL, NULL, NULL},
};

void ss_gather_rows(int32_t *sum, const ss_model *model, const uint32_t *row, const uint32_t *weight, size_t count)
{
    const ss_gather_kernel *kernel = ss_gather_kernels;
    while (!kernel->supported())
        kernel++;
    size_t dimension = (size_t)model->dimension, k = 0;
    for (; k + SS_STRIP <= dimension; k += SS_STRIP)
        kernel->sum_strip(sum + k, model->row + k, dimension, row, weight, count);
    for (; k < dimension; k++) {
        sum[k] = 0;
        for (size_t i = 0; i < count; i++)
            sum[k] += (int32_t)weight[i] * model->row[row[i] * dimension + k];
    }
}

/* In double precision, where it is exact: a quotient of integers below 2^40 that lies below a whole number lies so by
 * more than 2^-40, and is not rounded up to it. */
SS_SIMD_CLONES
static uint32_t quantise(int8_t *restrict vector, const int32_t *restrict sum, int dimension, int32_t largest)
{
    uint32_t norm = 0;
    double half = largest, whole = 2 * half;
    for (int k = 0; k < dimension; k++) {
        double size = sum[k] < 0 ? -(double)sum[k] : (double)sum[k];
        int32_t scaled = (int32_t)((size * 254 + half) / whole);
        vector[k] = (int8_t)(sum[k] < 0 ? -scaled : scaled);
        norm += (uint32_t)(scaled * scaled);
    }
    return norm;
}

uint32_t ss_gather_quantise(int8_t *vector, const int32_t *sum, int dimension)
{
    int32_t largest = 0;
    for (int k = 0; k < dimension; k++) {
        int32_t size = sum[k] < 0 ? -sum[k] : sum[k];
        largest = size > largest ? size : largest;
    }
    if (largest > 0) return quantise(vector, sum, dimension, largest);
    memset(vector, 0, (size_t)dimension);
    return 0;
}
