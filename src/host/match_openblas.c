/* int8 sketches as floats, multiplied by OpenBLAS's sgemm: exact, because every product and every sum on the way is an
 * integer below 2^24, whatever the order of summation.
 *
 * The floor is sgemm itself, 2 * dimension operations a pair; bench_match measures both. At dimension 256 and 20,000 x
 * 20,000 articles conversion and selection leave 70 to 80 % of sgemm's rate, and more the larger the sets are.
 */
#include <cblas.h>
#include <pthread.h>

#include "match_tile.h"

static bool openblas_available(void)
{
    return true;
}

static size_t float_panel_size(size_t rows, size_t dimension)
{
    return rows * dimension * sizeof(float);
}

static void convert_to_float(void *panel, const int8_t *vector, size_t rows, size_t dimension)
{
    float *out = panel;
    for (size_t i = 0; i < rows * dimension; i++)
        out[i] = vector[i];
}

static void multiply_floats(float *tile, size_t stride, const void *a_panel, size_t a_rows, const void *b_panel,
                            size_t b_rows, size_t dimension)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (blasint)a_rows, (blasint)b_rows, (blasint)dimension, 1.0f,
                a_panel, (blasint)dimension, b_panel, (blasint)dimension, 0.0f, tile, (blasint)stride);
}

static const ss_tile_product float_product = {float_panel_size, convert_to_float, multiply_floats};

/* Every thread of ours multiplies tiles of its own; threads of OpenBLAS beneath them would only be in their way. */
static void use_own_threads(void)
{
    openblas_set_num_threads(1);
}

static pthread_once_t own_threads = PTHREAD_ONCE_INIT;

static ss_status openblas_nearest(ss_neighbours *a_to_b, ss_neighbours *b_to_a, const ss_side *a, const ss_side *b,
                                  const ss_match_options *options)
{
    pthread_once(&own_threads, use_own_threads);
    return ss_tile_nearest(&float_product, a_to_b, b_to_a, a, b, options);
}

static ss_status openblas_join(ss_pair **pairs, size_t *pair_count, const ss_side *a, const ss_side *b,
                               double threshold, const ss_match_options *options)
{
    pthread_once(&own_threads, use_own_threads);
    return ss_tile_join(&float_product, pairs, pair_count, a, b, threshold, options);
}

const ss_matcher ss_matcher_openblas = {.name = "openblas",
                                        .description = "tiles of OpenBLAS's sgemm, exact; any processor",
                                        .available = openblas_available,
                                        .nearest = openblas_nearest,
                                        .join = openblas_join};
