/* Rows gathered by the vector instructions of x86. */
#if defined(__x86_64__)
#include "gather.h"

#include <string.h>

#include "avx512.h"
#include "simd.h"

#define AVX2   __attribute__((target("avx2")))
#define GROUP  4 /* rows at a time: as many products as VPDPBUSD adds up */
#define PLANES 4 /* bytes of a weight */

bool ss_gather_avx512_supported(void)
{
    return ss_avx512_available();
}

bool ss_gather_avx2_supported(void)
{
    return __builtin_cpu_supports("avx2");
}

/* Four rows of 64 bytes -> the four bytes of each place side by side. Within each 128 bits, place 4 i + j of 16 comes to
 * out[i], dword j. */
SS_AVX512 static inline void interleave(__m512i out[4], const __m512i in[4])
{
    __m512i low_01 = _mm512_unpacklo_epi8(in[0], in[1]), high_01 = _mm512_unpackhi_epi8(in[0], in[1]);
    __m512i low_23 = _mm512_unpacklo_epi8(in[2], in[3]), high_23 = _mm512_unpackhi_epi8(in[2], in[3]);
    out[0] = _mm512_unpacklo_epi16(low_01, low_23);
    out[1] = _mm512_unpackhi_epi16(low_01, low_23);
    out[2] = _mm512_unpacklo_epi16(high_01, high_23);
    out[3] = _mm512_unpackhi_epi16(high_01, high_23);
}

/* Adds four rows. Byte p of the four weights times the entries goes to sum[p]. With its vectors in memory, as gcc leaves
 * them even at -O3 where it is not told to unroll, a gather takes 1.6 times as long. */
SS_AVX512 static inline __attribute__((always_inline)) void add_group(__m512i sum[PLANES][4], const int8_t *strip,
                                                                      size_t dimension, const uint32_t *row,
                                                                      const uint32_t *weight, int planes)
{
    const __m128i bytes_apart = _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    __m512i entry[4], mixed[4];
    SS_UNROLL
    for (int r = 0; r < GROUP; r++)
        entry[r] = _mm512_loadu_si512(strip + row[r] * dimension);
    interleave(mixed, entry);
    __m128i weights = _mm_loadu_si128((const __m128i *)(const void *)weight);
    __m512i plane = _mm512_broadcast_i32x4(_mm_shuffle_epi8(weights, bytes_apart));
    SS_UNROLL
    for (int i = 0; i < 4; i++) {
        ss_avx512_multiply_add(&sum[0][i], _mm512_shuffle_epi32(plane, 0x00), mixed[i]);
        ss_avx512_multiply_add(&sum[1][i], _mm512_shuffle_epi32(plane, 0x55), mixed[i]);
        if (planes > 2) ss_avx512_multiply_add(&sum[2][i], _mm512_shuffle_epi32(plane, 0xaa), mixed[i]);
        if (planes > 3) ss_avx512_multiply_add(&sum[3][i], _mm512_shuffle_epi32(plane, 0xff), mixed[i]);
    }
}

SS_AVX512 static inline void store(int32_t *sum, __m512i planes[PLANES][4])
{
    SS_UNROLL
    for (int i = 0; i < 4; i++) {
        int32_t lane[16];
        __m512i total = planes[0][i];
        total = _mm512_add_epi32(total, _mm512_slli_epi32(planes[1][i], 8));
        total = _mm512_add_epi32(total, _mm512_slli_epi32(planes[2][i], 16));
        total = _mm512_add_epi32(total, _mm512_slli_epi32(planes[3][i], 24));
        _mm512_storeu_si512(lane, total);
        for (int quarter = 0; quarter < 4; quarter++)
            memcpy(sum + 16 * quarter + 4 * i, lane + 4 * quarter, 4 * sizeof *sum);
    }
}

SS_AVX512 static inline __attribute__((always_inline)) void sum_strip(int32_t *sum, const int8_t *strip,
                                                                      size_t dimension, const uint32_t *row,
                                                                      const uint32_t *weight, size_t count, int planes)
{
    __m512i total[PLANES][4];
    SS_UNROLL
    for (int p = 0; p < PLANES; p++)
        SS_UNROLL
    for (int i = 0; i < 4; i++)
        total[p][i] = _mm512_setzero_si512();
    size_t i = 0;
    for (; i + GROUP <= count; i += GROUP)
        add_group(total, strip, dimension, row + i, weight + i, planes);
    if (i < count) {
        uint32_t last_row[GROUP] = {0}, last_weight[GROUP] = {0};
        memcpy(last_row, row + i, (count - i) * sizeof *row);
        memcpy(last_weight, weight + i, (count - i) * sizeof *weight);
        add_group(total, strip, dimension, last_row, last_weight, planes);
    }
    store(sum, total);
}

/* A weight's bytes are multiplied one by one, since VPDPBUSD takes bytes: 20 instructions for 4 rows of 64 entries with
 * weights of two bytes, which most have, where widening and multiplying 32 bits takes 48. */
SS_AVX512 void ss_gather_avx512(int32_t *sum, const int8_t *strip, size_t dimension, const uint32_t *row,
                                const uint32_t *weight, size_t count)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < count; i++)
        bits |= weight[i];
    if (bits >> 16 == 0)
        sum_strip(sum, strip, dimension, row, weight, count, 2);
    else if (bits >> 24 == 0)
        sum_strip(sum, strip, dimension, row, weight, count, 3);
    else
        sum_strip(sum, strip, dimension, row, weight, count, 4);
}

AVX2 void ss_gather_avx2(int32_t *sum, const int8_t *strip, size_t dimension, const uint32_t *row,
                         const uint32_t *weight, size_t count)
{
    __m256i total[8];
    SS_UNROLL
    for (int k = 0; k < 8; k++)
        total[k] = _mm256_setzero_si256();
    for (size_t i = 0; i < count; i++) {
        const int8_t *entry = strip + row[i] * dimension;
        __m256i w = _mm256_set1_epi32((int32_t)weight[i]);
        SS_UNROLL
        for (int k = 0; k < 8; k++) {
            __m256i wide = _mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)(entry + 8 * k)));
            total[k] = _mm256_add_epi32(total[k], _mm256_mullo_epi32(wide, w));
        }
    }
    SS_UNROLL
    for (int k = 0; k < 8; k++)
        _mm256_storeu_si256((__m256i *)(void *)(sum + 8 * k), total[k]);
}
#else
typedef int ss_gather_x86_is_empty;
#endif
