/* The kernels of 256 bits, for processors without AVX-512: bytes by VPDPBUSD (Intel from Alder Lake), and words by
 * VPMADDWD, which adds two products of int16 to an int32 (every processor with AVX2).
 *
 * Bytes can't be multiplied two at a time without AVX-VNNI: VPMADDUBSW ends in int16 and would saturate. Words need two
 * instructions for 16 multiplications, where fp32 takes two as well, but an addition may go where a fused
 * multiplication may not: on three vector ports 24 multiplications a cycle to sgemm's 16.
 *
 * Of 16 registers, 6 x 2 sums (4 x 2 with the products of words beside them), 2 of columns, 1 of a row. */
#include "match_bytes.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define AVX2    __attribute__((target("avx2")))
#define UNROLL  _Pragma("GCC unroll 8") /* or the sums would not stay in registers */
#define VECTORS 2
#define WIDTH   (8 * VECTORS) /* columns at once */

/* The entries of one row, from `column` on, that come near a bar, a bit each. */
AVX2 static inline uint32_t filter(const __m256i sum[VECTORS], const ss_patch *p, size_t row, size_t column)
{
    __m256 a_inverse = _mm256_broadcast_ss(p->a_inverse + row), a_bar = _mm256_broadcast_ss(p->a_bar + row);
    uint32_t near = 0;
    UNROLL
    for (int v = 0; v < VECTORS; v++) {
        size_t first = column + 8 * (size_t)v;
        __m256 dot = _mm256_cvtepi32_ps(sum[v]);
        __m256 of_row = _mm256_mul_ps(dot, _mm256_load_ps(p->b_inverse + first));
        __m256 of_column = _mm256_mul_ps(dot, a_inverse);
        __m256 passes = _mm256_or_ps(_mm256_cmp_ps(of_row, a_bar, _CMP_GE_OQ),
                                     _mm256_cmp_ps(of_column, _mm256_load_ps(p->b_bar + first), _CMP_GE_OQ));
        near |= (uint32_t)_mm256_movemask_ps(passes) << 8 * v;
    }
    return near;
}

AVX2 static inline size_t take_hits(ss_hit *hits, uint32_t near, const __m256i sum[VECTORS], size_t row, size_t column)
{
    int32_t dot[WIDTH];
    UNROLL
    for (int v = 0; v < VECTORS; v++)
        _mm256_storeu_si256((__m256i *)(void *)(dot + 8 * v), sum[v]);
    size_t found = 0;
    for (; near != 0; near &= near - 1) {
        int j = __builtin_ctz(near);
        hits[found++] = (ss_hit){(uint16_t)row, (uint16_t)(column + (size_t)j), dot[j]};
    }
    return found;
}

/* ----------------------------------------------------------------- bytes */

#define AVXVNNI    __attribute__((target("avx2,avxvnni")))
#define BYTES_STEP 4
#define BYTES_ROWS 6 /* 12 sums: enough to hide the latency of two instructions a cycle */

static bool avxvnni_available(void)
{
    /* gcc 12 does not know the name "avxvnni" in __builtin_cpu_supports(): CPUID leaf 7, subleaf 1, EAX bit 4. */
    uint32_t eax = 7, ebx, ecx = 1, edx;
    if (!__builtin_cpu_supports("avx2")) return false;
    __asm__("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
    return (eax >> 4 & 1) != 0;
}

/* In assembly for the same reason as in match_avx512.c. */
AVXVNNI static inline void add_products(__m256i *sum, __m256i unsigned_bytes, __m256i signed_bytes)
{
    __asm__("%{vex%} vpdpbusd %2, %1, %0" : "+x"(*sum) : "x"(unsigned_bytes), "x"(signed_bytes));
}

AVXVNNI static inline void multiply_bytes(__m256i sum[BYTES_ROWS][VECTORS], const int8_t *rows,
                                          const int32_t *correction, const int8_t *columns, size_t padded)
{
    UNROLL
    for (int r = 0; r < BYTES_ROWS; r++) {
        UNROLL
        for (int v = 0; v < VECTORS; v++)
            sum[r][v] = _mm256_set1_epi32(correction[r]);
    }
    for (size_t k = 0; k < padded; k += BYTES_STEP) {
        const __m256i *column = (const __m256i *)(const void *)(columns + k * SS_PATCH);
        __m256i first = _mm256_load_si256(column), second = _mm256_load_si256(column + 1);
        UNROLL
        for (int r = 0; r < BYTES_ROWS; r++) {
            __m256i row = _mm256_set1_epi32(*(const int32_t *)(const void *)(rows + (size_t)r * padded + k));
            add_products(&sum[r][0], first, row);
            add_products(&sum[r][1], second, row);
        }
    }
}

AVXVNNI static size_t scan_bytes(ss_hit *hits, const ss_patch *p)
{
    size_t padded = ss_padded(p->dimension, BYTES_STEP), found = 0;
    const int8_t *rows = p->a, *columns = p->b;
    const int32_t *correction = (const int32_t *)(const void *)(rows + SS_PATCH * padded);
    for (size_t row = 0; row < p->rows; row += BYTES_ROWS) {
        for (size_t column = 0; column < p->columns; column += WIDTH) {
            __m256i sum[BYTES_ROWS][VECTORS];
            multiply_bytes(sum, rows + row * padded, correction + row, columns + 4 * column, padded);
            UNROLL
            for (size_t r = 0; r < BYTES_ROWS; r++) {
                uint32_t near = filter(sum[r], p, row + r, column);
                if (near != 0) found += take_hits(hits + found, near, sum[r], row + r, column);
            }
        }
    }
    return found;
}

static const ss_tile_kernel bytes_kernel = {.rows = SS_PATCH / BYTES_ROWS * BYTES_ROWS,
                                            .columns = SS_PATCH,
                                            .tile = 1024,
                                            .step = BYTES_STEP,
                                            .shift = SS_SHIFTED,
                                            .rows_size = ss_bytes_rows_size,
                                            .columns_size = ss_bytes_columns_size,
                                            .pack_rows = ss_bytes_pack_rows,
                                            .pack_columns = ss_bytes_pack_columns,
                                            .scan = scan_bytes};

const ss_matcher ss_matcher_avxvnni = {.name = "avxvnni",
                                       .description =
                                           "bytes by VPDPBUSD in 256 bits; Intel from Alder Lake, AMD from Zen 5",
                                       .available = avxvnni_available,
                                       .kernel = &bytes_kernel,
                                       .nearest = ss_tile_nearest,
                                       .join = ss_tile_join};

/* ----------------------------------------------------------------- words */

#define WORDS_STEP 2
#define WORDS_ROWS 4

static bool avx2_available(void)
{
    return __builtin_cpu_supports("avx2");
}

/* Of rows as of columns. */
static size_t words_size(const ss_tile_kernel *kernel, size_t dimension)
{
    (void)kernel;
    return SS_PATCH * ss_padded(dimension, WORDS_STEP) * sizeof(int16_t);
}

static void pack_words_rows(const ss_tile_kernel *kernel, void *packed, const int8_t *vector, size_t rows,
                            size_t dimension)
{
    int16_t *out = packed;
    size_t padded = ss_padded(dimension, WORDS_STEP);
    memset(out, 0, words_size(kernel, dimension));
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < dimension; k++)
            out[i * padded + k] = vector[i * dimension + k];
}

/* [dimension / 2][64 columns][2 entries] */
static void pack_words_columns(const ss_tile_kernel *kernel, void *packed, const int8_t *vector, size_t columns,
                               size_t dimension)
{
    int16_t *out = packed;
    memset(out, 0, words_size(kernel, dimension));
    for (size_t j = 0; j < columns; j++)
        for (size_t k = 0; k < dimension; k++)
            out[k / 2 * 2 * SS_PATCH + 2 * j + k % 2] = vector[j * dimension + k];
}

/* In assembly too: the copies that gcc 12 makes of the sums cost a sixth of the speed. */
AVX2 static inline void add(__m256i *sum, __m256i products)
{
    __asm__("vpaddd %1, %0, %0" : "+x"(*sum) : "x"(products));
}

AVX2 static inline void multiply_words(__m256i sum[WORDS_ROWS][VECTORS], const int16_t *rows, const int16_t *columns,
                                       size_t padded)
{
    UNROLL
    for (int r = 0; r < WORDS_ROWS; r++) {
        UNROLL
        for (int v = 0; v < VECTORS; v++)
            sum[r][v] = _mm256_setzero_si256();
    }
    for (size_t k = 0; k < padded; k += WORDS_STEP) {
        const __m256i *column = (const __m256i *)(const void *)(columns + k * SS_PATCH);
        __m256i first = _mm256_load_si256(column), second = _mm256_load_si256(column + 1);
        UNROLL
        for (int r = 0; r < WORDS_ROWS; r++) {
            int32_t two;
            memcpy(&two, rows + (size_t)r * padded + k, sizeof two);
            __m256i row = _mm256_set1_epi32(two);
            add(&sum[r][0], _mm256_madd_epi16(first, row));
            add(&sum[r][1], _mm256_madd_epi16(second, row));
        }
    }
}

AVX2 static size_t scan_words(ss_hit *hits, const ss_patch *p)
{
    size_t padded = ss_padded(p->dimension, WORDS_STEP), found = 0;
    const int16_t *rows = p->a, *columns = p->b;
    for (size_t row = 0; row < p->rows; row += WORDS_ROWS) {
        for (size_t column = 0; column < p->columns; column += WIDTH) {
            __m256i sum[WORDS_ROWS][VECTORS];
            multiply_words(sum, rows + row * padded, columns + 2 * column, padded);
            UNROLL
            for (size_t r = 0; r < WORDS_ROWS; r++) {
                uint32_t near = filter(sum[r], p, row + r, column);
                if (near != 0) found += take_hits(hits + found, near, sum[r], row + r, column);
            }
        }
    }
    return found;
}

static const ss_tile_kernel words_kernel = {.rows = SS_PATCH,
                                            .columns = SS_PATCH,
                                            .tile = 1024,
                                            .rows_size = words_size,
                                            .columns_size = words_size,
                                            .pack_rows = pack_words_rows,
                                            .pack_columns = pack_words_columns,
                                            .scan = scan_words};

const ss_matcher ss_matcher_avx2 = {.name = "avx2",
                                    .description = "words by VPMADDWD in 256 bits; any x86 processor since 2015",
                                    .available = avx2_available,
                                    .kernel = &words_kernel,
                                    .nearest = ss_tile_nearest,
                                    .join = ss_tile_join};
#endif
