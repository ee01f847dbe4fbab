/* Products of terms by SDOT, which the NEON matcher needs too. Compiled for these processors alone (src/CMakeLists.txt). */
#include "term_dots.h"

#if defined(__aarch64__) && defined(__linux__)
#include <arm_neon.h>

#define UNROLL  _Pragma("GCC unroll 8") /* or the sums would not stay in registers */
#define ROWS    4
#define VECTORS 4 /* of two terms: 16 sums, 4 columns and a row in registers */

/* Four rows times eight columns. */
static inline void multiply_block(int32_t dot[ROWS][SS_TERMS_MAX], const int8_t *a, const int8_t *b, size_t groups)
{
    int32x4_t sum[ROWS][VECTORS];
    UNROLL
    for (int i = 0; i < ROWS; i++) {
        UNROLL
        for (int v = 0; v < VECTORS; v++)
            sum[i][v] = vdupq_n_s32(0);
    }
    for (size_t k = 0; k < groups; k++) {
        const int8_t *row = a + k * SS_TERMS_MAX * SS_TERM_GROUP, *column = b + k * SS_TERMS_MAX * SS_TERM_GROUP;
        UNROLL
        for (int i = 0; i < ROWS; i++) {
            int8x8_t entries = vld1_s8(row + SS_TERM_GROUP * i);
            UNROLL
            for (int v = 0; v < VECTORS; v++)
                sum[i][v] = vdotq_s32(sum[i][v], vcombine_s8(entries, entries), vld1q_s8(column + 16 * v));
        }
    }
    UNROLL
    for (int i = 0; i < ROWS; i++) {
        vst1q_s32(dot[i], vpaddq_s32(sum[i][0], sum[i][1]));
        vst1q_s32(dot[i] + 4, vpaddq_s32(sum[i][2], sum[i][3]));
    }
}

void ss_term_dots_neon(int32_t dot[SS_TERMS_MAX][SS_TERMS_MAX], const int8_t *a, const int8_t *b, size_t groups,
                       size_t rows)
{
    for (size_t row = 0; row < rows; row += ROWS)
        for (size_t column = 0; column < SS_TERMS_MAX; column += 2 * VECTORS)
            multiply_block((int32_t(*)[SS_TERMS_MAX])(dot[row] + column), a + row * SS_TERM_GROUP,
                           b + column * SS_TERM_GROUP, groups);
}
#else
typedef int ss_term_dots_neon_is_empty;
#endif
