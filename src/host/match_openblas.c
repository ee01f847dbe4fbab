/* int8 sketches as floats, multiplied by OpenBLAS's sgemm: exact, because every product and every sum on the way is an
 * integer below 2^24, whatever the order of summation. For processors that no kernel of ours knows.
 *
 * The floor is sgemm itself, 2 * dimension operations a pair; bench_match measures both. */
#include <cblas.h>
#include <pthread.h>

#include "match_tile.h"
#include "simd.h"

#define PATCH   256 /* rows and columns: sgemm is slow on less */
#define SEGMENT 64  /* entries of a row that are held against the bars at once */

static bool openblas_available(void)
{
    return true;
}

static size_t floats_size(const ss_tile_kernel *kernel, size_t dimension)
{
    (void)kernel;
    return PATCH * dimension * sizeof(float);
}

static void convert_to_float(const ss_tile_kernel *kernel, void *packed, const int8_t *vector, size_t rows,
                             size_t dimension)
{
    (void)kernel;
    float *out = packed;
    for (size_t i = 0; i < rows * dimension; i++)
        out[i] = vector[i];
}

/* Whether an entry comes near the bar of its row or column. Without branches, so that it is done many at a time. */
static inline bool segment_passes(const float *dot, const ss_patch *p, size_t row, size_t column)
{
    float a_inverse = p->a_inverse[row], a_bar = p->a_bar[row];
    const float *b_inverse = p->b_inverse + column, *b_bar = p->b_bar + column;
    int passes = 0;
    for (size_t j = 0; j < SEGMENT; j++)
        passes |= (dot[j] * b_inverse[j] >= a_bar) | (dot[j] * a_inverse >= b_bar[j]);
    return passes != 0;
}

SS_SIMD_CLONES
static size_t filter_row(ss_hit *hits, const float *dot, const ss_patch *p, size_t row)
{
    size_t found = 0;
    for (size_t begin = 0; begin < p->columns; begin += SEGMENT) {
        if (!segment_passes(dot + begin, p, row, begin)) continue;
        for (size_t j = begin; j < begin + SEGMENT && j < p->columns; j++)
            if (dot[j] * p->b_inverse[j] >= p->a_bar[row] || dot[j] * p->a_inverse[row] >= p->b_bar[j])
                hits[found++] = (ss_hit){(uint16_t)row, (uint16_t)j, (int32_t)dot[j]};
    }
    return found;
}

/* Every thread of ours multiplies patches of its own; threads of OpenBLAS beneath them would only be in their way. */
static void use_own_threads(void)
{
    openblas_set_num_threads(1);
}

static size_t scan(ss_hit *hits, const ss_patch *p)
{
    static pthread_once_t own_threads = PTHREAD_ONCE_INIT;
    pthread_once(&own_threads, use_own_threads);
    float *tile = p->work;
    /* Segments reach beyond the last column, where they must find numbers. */
    for (size_t i = 0; i < p->rows; i++)
        for (size_t j = p->columns; j < PATCH; j++)
            tile[i * PATCH + j] = 0.0f;
    blasint d = (blasint)p->dimension;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (blasint)p->rows, (blasint)p->columns, d, 1.0f, p->a, d, p->b,
                d, 0.0f, tile, PATCH);
    size_t found = 0;
    for (size_t row = 0; row < p->rows; row++)
        found += filter_row(hits + found, tile + row * PATCH, p, row);
    return found;
}

static const ss_tile_kernel kernel = {.rows = PATCH,
                                      .columns = PATCH,
                                      .tile = PATCH,
                                      .work_size = PATCH * PATCH * sizeof(float),
                                      .rows_size = floats_size,
                                      .columns_size = floats_size,
                                      .pack_rows = convert_to_float,
                                      .pack_columns = convert_to_float,
                                      .scan = scan};

const ss_matcher ss_matcher_openblas = {.name = "openblas",
                                        .description = "tiles of OpenBLAS's sgemm, exact; any processor",
                                        .available = openblas_available,
                                        .kernel = &kernel,
                                        .nearest = ss_tile_nearest,
                                        .join = ss_tile_join};
