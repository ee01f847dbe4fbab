#include "term_dots.h"

#include <pthread.h>
#include <string.h>

#include "match_tile.h"

static void multiply_plain(int32_t dot[SS_TERMS_MAX][SS_TERMS_MAX], const int8_t *a, const int8_t *b, size_t groups,
                           size_t rows)
{
    memset(dot, 0, rows * sizeof *dot);
    for (size_t k = 0; k < groups * SS_TERM_GROUP; k++)
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < SS_TERMS_MAX; j++)
                dot[i][j] += a[ss_term_place(i, k)] * b[ss_term_place(j, k)];
}

const ss_term_kernel ss_term_kernels[] = {
#if defined(__x86_64__)
    {&ss_matcher_avx512, ss_term_dots_avx512}, {&ss_matcher_avxvnni, ss_term_dots_avxvnni},
    {&ss_matcher_avx2, ss_term_dots_avx2},
#endif
#if defined(__aarch64__) && defined(__linux__)
    {&ss_matcher_neon, ss_term_dots_neon},
#endif
    {&ss_matcher_scalar, multiply_plain},      {NULL, NULL},
};

static ss_term_multiply *fastest;

static void find_fastest(void)
{
    const ss_term_kernel *kernel = ss_term_kernels;
    while (!kernel->needs->available())
        kernel++;
    fastest = kernel->multiply;
}

void ss_term_dots(int32_t dot[SS_TERMS_MAX][SS_TERMS_MAX], const int8_t *a, const int8_t *b, size_t groups, size_t rows)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find_fastest); /* asking a processor may take longer than the products */
    fastest(dot, a, b, groups, rows);
}
