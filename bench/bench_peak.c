/* bench_peak: what this machine can do at best; the floors that the stages are held against.
 *
 *     bench_peak [-t threads]
 *
 * Multiplications and additions a second in registers alone, for every instruction set that the processor has; bytes a
 * second from and to memory; rows of a model and entries of its table of buckets fetched a second at random. The best of
 * some trials: others may slow the machine down, nothing makes it faster. Prints one JSON object. */
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "bench_peak_kernels.h"
#include "ngram.h"
#include "pool.h"
#include "simd.h"

#define TRIALS        5
#define TRIAL_SECONDS 0.1
#define MEMORY_BYTES  ((size_t)512 << 20) /* past every cache */
#define ROW_BYTES     256                 /* of the shipped model, which has so many rows and buckets */
#define ROWS          250000u
#define BUCKETS       (1u << 22)
#define FETCHES       (1u << 20)
#define AHEAD         16 /* fetches under way */

typedef struct trial {
    int threads;
    const bench_kernel *kernel;
    size_t iterations;
    unsigned char *from, *to;
    uint64_t sink; /* keeps results from being optimised away */
} trial;

static void keep(trial *t, uint64_t value)
{
    __atomic_fetch_add(&t->sink, value, __ATOMIC_RELAXED);
}

static ss_status run_kernel(void *context, size_t index, int thread)
{
    (void)index;
    (void)thread;
    trial *t = context;
    t->kernel->run(t->iterations);
    return SS_OK;
}

static unsigned char *share(const trial *t, unsigned char *all, size_t index)
{
    return all + index * (MEMORY_BYTES / (size_t)t->threads);
}

static ss_status touch(void *context, size_t index, int thread)
{
    (void)thread;
    trial *t = context;
    memset(share(t, t->from, index), 1, MEMORY_BYTES / (size_t)t->threads);
    memset(share(t, t->to, index), 2, MEMORY_BYTES / (size_t)t->threads);
    return SS_OK;
}

static ss_status copy_memory(void *context, size_t index, int thread)
{
    (void)thread;
    trial *t = context;
    memcpy(share(t, t->to, index), share(t, t->from, index), MEMORY_BYTES / (size_t)t->threads);
    return SS_OK;
}

SS_SIMD_CLONES
static uint64_t sum_words(const uint64_t *words, size_t count)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += words[i];
    return sum;
}

static ss_status read_memory(void *context, size_t index, int thread)
{
    (void)thread;
    trial *t = context;
    keep(t, sum_words((const uint64_t *)(const void *)share(t, t->from, index), MEMORY_BYTES / (size_t)t->threads / 8));
    return SS_OK;
}

static uint32_t nth_random(size_t index, size_t n, uint32_t limit)
{
    return (uint32_t)((ss_hash_mix(((uint64_t)index << 32) + n + 1) >> 32) * limit >> 32);
}

/* Rows of a model, as a sketch sums them up. */
SS_SIMD_CLONES
static uint64_t sum_rows(const unsigned char *rows, size_t index)
{
    uint8_t sum[ROW_BYTES] = {0};
    for (size_t n = 0; n < FETCHES; n++) {
        const unsigned char *next = rows + (size_t)nth_random(index, n + AHEAD, ROWS) * ROW_BYTES;
        for (size_t line = 0; line < ROW_BYTES; line += 64)
            __builtin_prefetch(next + line);
        const unsigned char *row = rows + (size_t)nth_random(index, n, ROWS) * ROW_BYTES;
        for (size_t i = 0; i < ROW_BYTES; i++)
            sum[i] = (uint8_t)(sum[i] ^ row[i]);
    }
    return sum[0] + (uint64_t)sum[ROW_BYTES - 1];
}

static ss_status fetch_rows(void *context, size_t index, int thread)
{
    (void)thread;
    trial *t = context;
    keep(t, sum_rows(t->from, index));
    return SS_OK;
}

/* Entries of the table from buckets to rows, as counting looks them up. */
static ss_status fetch_buckets(void *context, size_t index, int thread)
{
    (void)thread;
    trial *t = context;
    const uint32_t *row_of_bucket = (const uint32_t *)(const void *)t->from;
    uint64_t sum = 0;
    for (size_t n = 0; n < FETCHES; n++)
        sum += row_of_bucket[nth_random(index, n, BUCKETS)]; /* they do not wait for each other */
    keep(t, sum);
    return SS_OK;
}

/* The shortest of some trials of a task on every thread. */
static double best_seconds(trial *t, ss_pool *pool, ss_task task)
{
    double best = 1e9;
    for (int i = 0; i < TRIALS; i++) {
        double start = bench_seconds();
        bench_check(ss_pool_run(pool, (size_t)t->threads, task, t));
        double seconds = bench_seconds() - start;
        if (seconds < best) best = seconds;
    }
    return best;
}

static double kernel_rate(trial *t, ss_pool *pool, const bench_kernel *kernel)
{
    t->kernel = kernel;
    double seconds = 0;
    for (t->iterations = 1 << 12; seconds < TRIAL_SECONDS / 2; t->iterations *= 2) {
        double start = bench_seconds();
        kernel->run(t->iterations);
        seconds = bench_seconds() - start;
    }
    seconds = best_seconds(t, pool, run_kernel);
    return (double)t->threads * (double)t->iterations * kernel->operations / seconds;
}

static void print_kernels(trial *t, ss_pool *pool, const char *type)
{
    printf("\"%s\": {", type);
    const char *comma = "";
    for (const bench_kernel *k = bench_kernels; k->name != NULL; k++) {
        if (strcmp(k->type, type) != 0 || !k->available()) continue;
        printf("%s\"%s\": %.4g", comma, k->name, kernel_rate(t, pool, k));
        comma = ", ";
    }
    printf("}, ");
}

int main(int argc, char **argv)
{
    ss_job job = {0};
    for (int option; (option = getopt(argc, argv, "t:")) != -1;) {
        if (option != 't') return fprintf(stderr, "usage: bench_peak [-t threads]\n"), 2;
        job.threads = (int)strtol(optarg, NULL, 10);
    }
    trial t = {.threads = ss_job_threads(&job)};
    ss_pool *pool;
    bench_check(ss_pool_new(&pool, t.threads));
    printf("{\"threads\": %d, ", t.threads);
    print_kernels(&t, pool, "int8");
    print_kernels(&t, pool, "fp32");

    t.from = bench_allocate(MEMORY_BYTES);
    t.to = bench_allocate(MEMORY_BYTES);
    bench_check(ss_pool_run(pool, (size_t)t.threads, touch, &t));
    double threads = (double)t.threads, bytes = (double)MEMORY_BYTES, fetches = threads * FETCHES;
    printf("\"memory_read\": %.4g, ", bytes / best_seconds(&t, pool, read_memory));
    printf("\"memory_copy\": %.4g, ", 2 * bytes / best_seconds(&t, pool, copy_memory));
    printf("\"model_rows\": %.4g, ", fetches / best_seconds(&t, pool, fetch_rows));
    printf("\"buckets\": %.4g}\n", fetches / best_seconds(&t, pool, fetch_buckets));
    ss_pool_free(pool);
    free(t.from);
    free(t.to);
    return 0;
}
