/* Products of terms by the vector instructions of x86. */
#if defined(__x86_64__)
#include "term_dots.h"

#include <string.h>

#include "avx512.h"
#include "simd.h"

#define GROUP_BYTES ((size_t)SS_TERMS_MAX * SS_TERM_GROUP)

/* Eight entries of a term, which may stand at any address. */
static inline int64_t entries_at(const int8_t *term)
{
    int64_t entries;
    memcpy(&entries, term, sizeof entries);
    return entries;
}

/* --------------------------------------------------------------- AVX-512 */

#define TERMS   8 /* in a vector of 512 bits */
#define VECTORS (SS_TERMS_MAX / TERMS)

/* The two sums of each term, of its even and its odd four entries, become one. */
SS_AVX512 static inline __m256i join_halves(__m512i sum)
{
    return _mm512_cvtepi64_epi32(_mm512_add_epi32(sum, _mm512_srli_epi64(sum, 32)));
}

/* Eight rows: 24 sums in registers. VPDPBUSD multiplies unsigned bytes with signed ones, so that columns are shifted by
 * 128, and what that adds, 128 times the sum of a row's entries, is taken off in the end. */
SS_AVX512 static inline void multiply_8_rows(int32_t dot[TERMS][SS_TERMS_MAX], const int8_t *a, const int8_t *b,
                                             size_t groups)
{
    const __m512i shift = _mm512_set1_epi8(-128);
    __m512i sum[TERMS][VECTORS], shifted = _mm512_setzero_si512();
    SS_UNROLL
    for (int i = 0; i < TERMS; i++)
        SS_UNROLL
    for (int v = 0; v < VECTORS; v++)
        sum[i][v] = _mm512_setzero_si512();
    for (size_t k = 0; k < groups; k++, a += GROUP_BYTES, b += GROUP_BYTES) {
        __m512i column[VECTORS];
        SS_UNROLL
        for (int v = 0; v < VECTORS; v++)
            column[v] = _mm512_xor_si512(_mm512_loadu_si512(b + 64 * v), shift);
        ss_avx512_multiply_add(&shifted, shift, _mm512_loadu_si512(a));
        SS_UNROLL
        for (int i = 0; i < TERMS; i++) {
            __m512i row = _mm512_set1_epi64(entries_at(a + SS_TERM_GROUP * i));
            SS_UNROLL
            for (int v = 0; v < VECTORS; v++)
                ss_avx512_multiply_add(&sum[i][v], column[v], row);
        }
    }
    int32_t excess[TERMS];
    _mm256_storeu_si256((__m256i *)(void *)excess, join_halves(shifted));
    SS_UNROLL
    for (int i = 0; i < TERMS; i++)
        SS_UNROLL
    for (int v = 0; v < VECTORS; v++)
        _mm256_storeu_si256((__m256i *)(void *)(dot[i] + TERMS * v),
                            _mm256_sub_epi32(join_halves(sum[i][v]), _mm256_set1_epi32(excess[i])));
}

SS_AVX512 void ss_term_dots_avx512(int32_t dot[SS_TERMS_MAX][SS_TERMS_MAX], const int8_t *a, const int8_t *b,
                                   size_t groups, size_t rows)
{
    for (size_t row = 0; row < rows; row += TERMS)
        multiply_8_rows(dot + row, a + row * SS_TERM_GROUP, b, groups);
}

/* -------------------------------------------------------------- 256 bits */

#define AVX2         __attribute__((target("avx2")))
#define INLINE       static inline __attribute__((always_inline))
#define HALF_TERMS   4 /* in a vector of 256 bits */
#define HALF_ROWS    4
#define HALF_VECTORS 2 /* 8 sums, 2 columns, 2 of a row and what products take: the 16 registers */

/* The signs of the row go to the column, so that unsigned times signed will do. VPMADDUBSW adds two products in an int16,
 * which entries of -127 .. 127 do not overflow; VPDPBUSD is in assembly for the same reason as in avx512.h. */
AVX2 INLINE __m256i add_products(__m256i sum, __m256i row, __m256i column, bool vnni)
{
    __m256i size = _mm256_abs_epi8(row), with_sign = _mm256_sign_epi8(column, row);
    if (vnni) {
        __asm__("%{vex%} vpdpbusd %2, %1, %0" : "+x"(sum) : "x"(size), "x"(with_sign));
        return sum;
    }
    __m256i pairs = _mm256_maddubs_epi16(size, with_sign);
    return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

/* Four rows times eight columns. */
AVX2 INLINE void multiply_block(int32_t dot[HALF_ROWS][SS_TERMS_MAX], const int8_t *a, const int8_t *b, size_t groups,
                                bool vnni)
{
    __m256i sum[HALF_ROWS][HALF_VECTORS];
    SS_UNROLL
    for (int i = 0; i < HALF_ROWS; i++)
        SS_UNROLL
    for (int v = 0; v < HALF_VECTORS; v++)
        sum[i][v] = _mm256_setzero_si256();
    for (size_t k = 0; k < groups; k++, a += GROUP_BYTES, b += GROUP_BYTES) {
        __m256i column[HALF_VECTORS];
        SS_UNROLL
        for (int v = 0; v < HALF_VECTORS; v++)
            column[v] = _mm256_loadu_si256((const __m256i *)(const void *)(b + 32 * v));
        SS_UNROLL
        for (int i = 0; i < HALF_ROWS; i++) {
            __m256i row = _mm256_set1_epi64x(entries_at(a + SS_TERM_GROUP * i));
            SS_UNROLL
            for (int v = 0; v < HALF_VECTORS; v++)
                sum[i][v] = add_products(sum[i][v], row, column[v], vnni);
        }
    }
    SS_UNROLL
    for (int i = 0; i < HALF_ROWS; i++) {
        __m256i joined = _mm256_permute4x64_epi64(_mm256_hadd_epi32(sum[i][0], sum[i][1]), 0xd8);
        _mm256_storeu_si256((__m256i *)(void *)dot[i], joined);
    }
}

AVX2 INLINE void multiply(int32_t dot[SS_TERMS_MAX][SS_TERMS_MAX], const int8_t *a, const int8_t *b, size_t groups,
                          size_t rows, bool vnni)
{
    for (size_t row = 0; row < rows; row += HALF_ROWS)
        for (size_t column = 0; column < SS_TERMS_MAX; column += HALF_TERMS * HALF_VECTORS)
            multiply_block((int32_t(*)[SS_TERMS_MAX])(dot[row] + column), a + row * SS_TERM_GROUP,
                           b + column * SS_TERM_GROUP, groups, vnni);
}

AVX2 void ss_term_dots_avxvnni(int32_t dot[SS_TERMS_MAX][SS_TERMS_MAX], const int8_t *a, const int8_t *b, size_t groups,
                               size_t rows)
{
    multiply(dot, a, b, groups, rows, true);
}

AVX2 void ss_term_dots_avx2(int32_t dot[SS_TERMS_MAX][SS_TERMS_MAX], const int8_t *a, const int8_t *b, size_t groups,
                            size_t rows)
{
    multiply(dot, a, b, groups, rows, false);
}
#else
typedef int ss_term_dots_x86_is_empty;
#endif
