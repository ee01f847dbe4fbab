/* bench_match: how fast a matcher is, beside the bare sgemm that it could at best reach.
 *
 *     bench_match [-n rows] [-d dimension] [-k neighbours] [-w window] [-m matcher] [-t threads] [-s seed]
 *
 * Two sets of `rows` sketches, in clusters as news has them, 500 rows a day; k nearest both ways. An operation is a
 * multiplication or an addition: 2 * dimension for each pair within the window. */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "match.h"
#include "pool.h"
#include "status.h"

#define ROWS_A_DAY      500
#define ROWS_A_CLUSTER  20
#define TILE            256
#define PRODUCTS_A_TASK 64

typedef struct bench {
    size_t rows, dimension;
    uint64_t random;
    int threads;
    const ss_matcher *matcher;
    ss_match_options options;
    ss_job job;
} bench;

static void stop(void)
{
    fprintf(stderr, "bench_match: %s\n", ss_last_error());
    exit(1);
}

static void *allocate(size_t bytes)
{
    void *memory = malloc(bytes);
    if (memory == NULL) {
        ss_fail_memory(bytes);
        stop();
    }
    return memory;
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* splitmix64 */
static uint64_t next_random(bench *b)
{
    uint64_t z = b->random += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void make_side(bench *b, ss_side *side, const int8_t *centre, size_t centres)
{
    int8_t *vector = allocate(b->rows * b->dimension);
    uint32_t *norm = allocate(b->rows * sizeof *norm);
    int32_t *day = allocate(b->rows * sizeof *day);
    for (size_t i = 0; i < b->rows; i++) {
        const int8_t *near = centre + next_random(b) % centres * b->dimension;
        int8_t *row = vector + i * b->dimension;
        norm[i] = 0;
        for (size_t j = 0; j < b->dimension; j++) {
            row[j] = (int8_t)(near[j] + (int)(next_random(b) % 127) - 63);
            norm[i] += (uint32_t)(row[j] * row[j]);
        }
        day[i] = (int32_t)(i / ROWS_A_DAY);
    }
    *side = (ss_side){.count = b->rows, .vector = vector, .norm = norm, .day = day};
}

static void free_side(ss_side *side)
{
    free((void *)(uintptr_t)side->vector);
    free((void *)(uintptr_t)side->norm);
    free((void *)(uintptr_t)side->day);
}

static double pairs_in_window(const bench *b, const ss_side *side)
{
    if (b->options.window_days < 0) return (double)b->rows * (double)b->rows;
    double pairs = 0;
    size_t begin = 0, end = 0;
    for (size_t i = 0; i < b->rows; i++) {
        while (end < b->rows && side->day[end] <= (int64_t)side->day[i] + b->options.window_days)
            end++;
        while (side->day[begin] < (int64_t)side->day[i] - b->options.window_days)
            begin++;
        pairs += (double)(end - begin);
    }
    return pairs;
}

typedef struct products {
    const float *panel; /* [threads][2][TILE][dimension] */
    float *tile;        /* [threads][TILE][TILE] */
    int dimension;
} products;

static ss_status multiply_often(void *context, size_t index, int thread)
{
    (void)index;
    products *p = context;
    size_t panel_size = TILE * (size_t)p->dimension;
    const float *panel = p->panel + 2 * (size_t)thread * panel_size;
    float *tile = p->tile + (size_t)thread * TILE * TILE;
    for (int i = 0; i < PRODUCTS_A_TASK; i++)
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, TILE, TILE, p->dimension, 1.0f, panel, p->dimension,
                    panel + panel_size, p->dimension, 0.0f, tile, TILE);
    return SS_OK;
}

/* Operations a second of sgemm on tiles that stay in the cache, each thread its own. */
static double sgemm_rate(bench *b)
{
    size_t threads = (size_t)b->threads, panel_floats = threads * 2 * TILE * b->dimension;
    float *panel = allocate(panel_floats * sizeof *panel);
    for (size_t i = 0; i < panel_floats; i++)
        panel[i] = (float)((int)(next_random(b) % 255) - 127);
    products p = {panel, allocate(threads * TILE * TILE * sizeof(float)), (int)b->dimension};
    ss_pool *pool;
    if (ss_pool_new(&pool, b->threads) != SS_OK) stop();
    openblas_set_num_threads(1);
    size_t tasks = 4 * threads;
    double best = 0;
    for (int repeat = 0; repeat < 5; repeat++) {
        double start = seconds_now();
        if (ss_pool_run(pool, tasks, multiply_often, &p) != SS_OK) stop();
        double operations = 2.0 * TILE * TILE * (double)b->dimension * PRODUCTS_A_TASK * (double)tasks;
        double rate = operations / (seconds_now() - start);
        if (rate > best) best = rate;
    }
    ss_pool_free(pool);
    free(p.tile);
    free(panel);
    return best;
}

static void parse(bench *b, int argc, char **argv)
{
    const char *matcher = NULL;
    for (int option; (option = getopt(argc, argv, "n:d:k:w:m:t:s:")) != -1;) {
        switch (option) {
        case 'n':
            b->rows = strtoul(optarg, NULL, 10);
            break;
        case 'd':
            b->dimension = strtoul(optarg, NULL, 10);
            break;
        case 'k':
            b->options.k = strtoul(optarg, NULL, 10);
            break;
        case 'w':
            b->options.window_days = (int)strtol(optarg, NULL, 10);
            break;
        case 'm':
            matcher = optarg;
            break;
        case 't':
            b->job.threads = (int)strtol(optarg, NULL, 10);
            break;
        case 's':
            b->random = strtoul(optarg, NULL, 10);
            break;
        default:
            fprintf(stderr, "usage: bench_match [-n rows] [-d dimension] [-k neighbours] [-w window] [-m matcher] "
                            "[-t threads] [-s seed]\n");
            exit(2);
        }
    }
    if (b->rows < 1 || b->dimension < 1 || b->dimension > SS_MAX_DIMENSION) {
        fprintf(stderr, "bench_match: -n must be at least 1, -d 1 to %d\n", SS_MAX_DIMENSION);
        exit(2);
    }
    if (ss_matcher_find(&b->matcher, matcher) != SS_OK) stop();
    b->options.dimension = (int)b->dimension;
    b->options.job = &b->job;
    b->threads = ss_job_threads(&b->job);
}

int main(int argc, char **argv)
{
    bench b = {.rows = 20000, .dimension = 256, .random = 1, .options = {.k = 10, .window_days = -1}};
    parse(&b, argc, argv);

    size_t centres = b.rows / ROWS_A_CLUSTER + 1;
    int8_t *centre = allocate(centres * b.dimension);
    for (size_t i = 0; i < centres * b.dimension; i++)
        centre[i] = (int8_t)((int)(next_random(&b) % 129) - 64);
    ss_side side_a, side_b;
    make_side(&b, &side_a, centre, centres);
    make_side(&b, &side_b, centre, centres);
    free(centre);

    ss_neighbours a_to_b, b_to_a;
    double start = seconds_now();
    if (b.matcher->nearest(b.matcher, &a_to_b, &b_to_a, &side_a, &side_b, &b.options) != SS_OK) stop();
    double taken = seconds_now() - start;
    ss_neighbours_clear(&a_to_b);
    ss_neighbours_clear(&b_to_a);

    double pairs = pairs_in_window(&b, &side_a), rate = 2.0 * (double)b.dimension * pairs / taken;
    double floor_rate = sgemm_rate(&b);
    printf("%s: %zu x %zu, d %zu, k %zu both ways, window %d, %d threads (OpenBLAS for %s)\n", b.matcher->name, b.rows,
           b.rows, b.dimension, b.options.k, b.options.window_days, b.threads, openblas_get_corename());
    printf("%10.3f s, %.3g pairs, %.1f GOP/s\n", taken, pairs, rate * 1e-9);
    printf("%10.1f GOP/s of bare sgemm; the matcher reaches %.0f %% of it\n", floor_rate * 1e-9,
           100.0 * rate / floor_rate);
    free_side(&side_a);
    free_side(&side_b);
    return 0;
}
