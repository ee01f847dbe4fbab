/* Bytes by SDOT, which has been in every processor of ARMv8.4 and in most of ARMv8.2: 16 multiplications, signed by
 * signed, for each of 4 sums four. Four rows against 16 columns keep 16 sums in registers; four rows bring 16 entries at
 * a time, of which an instruction takes 4 by their lane, so that rows cost a load in sixteen instructions.
 *
 * Compiled for these processors alone (src/CMakeLists.txt); what runs on others is neon_available(). */
#include "match_bytes.h"

#if defined(__aarch64__) && defined(__linux__)
#include <arm_neon.h>
#include <sys/auxv.h>

#ifndef HWCAP_ASIMDDP
#define HWCAP_ASIMDDP (1 << 20)
#endif

#define UNROLL  _Pragma("GCC unroll 4") /* or the sums would not stay in registers */
#define STEP    16
#define ROWS    4
#define VECTORS 4
#define WIDTH   (4 * VECTORS) /* columns at once */

static bool neon_available(void)
{
    return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
}

#define MULTIPLY_LANE(lane)                                                                                            \
    UNROLL for (int v = 0; v < VECTORS; v++)                                                                           \
    {                                                                                                                  \
        int8x16_t column = vld1q_s8(columns + (k + 4 * (lane)) * SS_PATCH + 16 * (size_t)v);                           \
        UNROLL for (int r = 0; r < ROWS; r++) sum[r][v] = vdotq_laneq_s32(sum[r][v], column, row[r], lane);            \
    }

static inline void multiply(int32x4_t sum[ROWS][VECTORS], const int8_t *rows, const int8_t *columns, size_t padded)
{
    UNROLL
    for (int r = 0; r < ROWS; r++) {
        UNROLL
        for (int v = 0; v < VECTORS; v++)
            sum[r][v] = vdupq_n_s32(0);
    }
    for (size_t k = 0; k < padded; k += STEP) {
        int8x16_t row[ROWS];
        UNROLL
        for (int r = 0; r < ROWS; r++)
            row[r] = vld1q_s8(rows + (size_t)r * padded + k);
        MULTIPLY_LANE(0)
        MULTIPLY_LANE(1)
        MULTIPLY_LANE(2)
        MULTIPLY_LANE(3)
    }
}

/* Whether one of four entries of a row comes near a bar: bits set in its lane. */
static inline uint32x4_t near_bar(int32x4_t sum, const ss_patch *p, size_t row, size_t column)
{
    float32x4_t dot = vcvtq_f32_s32(sum);
    float32x4_t of_row = vmulq_f32(dot, vld1q_f32(p->b_inverse + column));
    float32x4_t of_column = vmulq_n_f32(dot, p->a_inverse[row]);
    return vorrq_u32(vcgeq_f32(of_row, vdupq_n_f32(p->a_bar[row])), vcgeq_f32(of_column, vld1q_f32(p->b_bar + column)));
}

/* The hits of one row among the 16 columns from `column` on; returns their number. */
static inline size_t filter(ss_hit *hits, const int32x4_t sum[VECTORS], const ss_patch *p, size_t row, size_t column)
{
    uint32x4_t near[VECTORS], any = vdupq_n_u32(0);
    UNROLL
    for (int v = 0; v < VECTORS; v++) {
        near[v] = near_bar(sum[v], p, row, column + 4 * (size_t)v);
        any = vorrq_u32(any, near[v]);
    }
    if (vmaxvq_u32(any) == 0) return 0;

    uint32_t passes[WIDTH];
    int32_t dot[WIDTH];
    UNROLL
    for (int v = 0; v < VECTORS; v++) {
        vst1q_u32(passes + 4 * v, near[v]);
        vst1q_s32(dot + 4 * v, sum[v]);
    }
    size_t found = 0;
    for (size_t j = 0; j < WIDTH; j++)
        if (passes[j] != 0) hits[found++] = (ss_hit){(uint16_t)row, (uint16_t)(column + j), dot[j]};
    return found;
}

static size_t scan(ss_hit *hits, const ss_patch *p)
{
    size_t padded = ss_padded(p->dimension, STEP), found = 0;
    const int8_t *rows = p->a, *columns = p->b;
    for (size_t row = 0; row < p->rows; row += ROWS) {
        for (size_t column = 0; column < p->columns; column += WIDTH) {
            int32x4_t sum[ROWS][VECTORS];
            multiply(sum, rows + row * padded, columns + 4 * column, padded);
            UNROLL
            for (size_t r = 0; r < ROWS; r++)
                found += filter(hits + found, sum[r], p, row + r, column);
        }
    }
    return found;
}

static const ss_tile_kernel kernel = {.rows = SS_PATCH,
                                      .columns = SS_PATCH,
                                      .tile = 1024,
                                      .step = STEP,
                                      .shift = SS_SIGNED,
                                      .rows_size = ss_bytes_rows_size,
                                      .columns_size = ss_bytes_columns_size,
                                      .pack_rows = ss_bytes_pack_rows,
                                      .pack_columns = ss_bytes_pack_columns,
                                      .scan = scan};

const ss_matcher ss_matcher_neon = {.name = "neon",
                                    .description = "bytes by SDOT; ARM from Cortex-A75, Neoverse N1, Apple M1",
                                    .available = neon_available,
                                    .kernel = &kernel,
                                    .nearest = ss_tile_nearest,
                                    .join = ss_tile_join};
#endif
