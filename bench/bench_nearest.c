/* bench_nearest: the matcher on two files of sketches, for comparison with peers on the same files.
 *
 *     bench_nearest [-d dimension] [-k neighbours] [-m matcher] [-r trials] [-t threads] A B
 *
 * Rows of int8, as bench_stages -s leaves them; all against all, k nearest both ways. Prints one JSON object; `score` is
 * the mean cosine over all lists, by which peers show that they found the same. `seconds` is of the first trial, which
 * on a GPU starts the device too; `trials` are all. */
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "match.h"

#define MOST_TRIALS 100

typedef struct sketches {
    int8_t *vector;
    uint32_t *norm;
    int32_t *day;
    size_t count;
} sketches;

static sketches load(const char *path, size_t dimension)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) bench_check(ss_fail(SS_ERROR_IO, "%s: can't be opened", path));
    fseek(file, 0, SEEK_END);
    sketches s = {.count = (size_t)ftell(file) / dimension};
    rewind(file);
    s.vector = bench_allocate(s.count * dimension);
    s.norm = bench_allocate(s.count * sizeof *s.norm);
    s.day = bench_allocate(s.count * sizeof *s.day);
    if (fread(s.vector, dimension, s.count, file) != s.count)
        bench_check(ss_fail(SS_ERROR_IO, "%s: can't be read", path));
    fclose(file);
    for (size_t i = 0; i < s.count; i++) {
        s.norm[i] = 0;
        s.day[i] = 0;
        for (size_t j = 0; j < dimension; j++)
            s.norm[i] += (uint32_t)(s.vector[i * dimension + j] * s.vector[i * dimension + j]);
    }
    return s;
}

static ss_side side_of(const sketches *s)
{
    return (ss_side){.count = s->count, .vector = s->vector, .norm = s->norm, .day = s->day};
}

static double sum_scores(const ss_neighbours *list, const sketches *own, const sketches *other, size_t *count)
{
    double sum = 0;
    for (size_t row = 0; row < list->count; row++) {
        for (size_t k = 0; k < list->found[row]; k++) {
            const ss_neighbour *n = &list->item[row * list->k + k];
            sum += ss_cosine(n->dot, own->norm[row], other->norm[n->index]);
        }
        *count += list->found[row];
    }
    return sum;
}

/* The lists of the last trial, its seconds among the others in `seconds`. */
static void find_nearest(const ss_matcher *matcher, ss_neighbours *forth, ss_neighbours *back, const ss_side *a,
                         const ss_side *b, const ss_match_options *options, double *seconds, size_t trials)
{
    for (size_t i = 0; i < trials; i++) {
        double start = bench_seconds();
        bench_check(matcher->nearest(matcher, forth, back, a, b, options));
        seconds[i] = bench_seconds() - start;
        if (i + 1 == trials) return;
        ss_neighbours_clear(forth);
        ss_neighbours_clear(back);
    }
}

static void free_sketches(sketches *s)
{
    free(s->vector);
    free(s->norm);
    free(s->day);
}

int main(int argc, char **argv)
{
    ss_job job = {0};
    ss_match_options options = {.dimension = 256, .k = 10, .window_days = -1, .job = &job};
    const char *name = NULL;
    size_t trials = 1;
    for (int option; (option = getopt(argc, argv, "d:k:m:r:t:")) != -1;) {
        if (option == 'd') options.dimension = (int)strtol(optarg, NULL, 10);
        if (option == 'k') options.k = strtoul(optarg, NULL, 10);
        if (option == 'm') name = optarg;
        if (option == 'r') trials = strtoul(optarg, NULL, 10);
        if (option == 't') job.threads = (int)strtol(optarg, NULL, 10);
        if (option == '?') optind = argc;
    }
    if (argc - optind != 2 || options.dimension < 1 || options.dimension > SS_MAX_DIMENSION || trials < 1 ||
        trials > MOST_TRIALS) {
        fprintf(stderr,
                "usage: bench_nearest [-d dimension] [-k neighbours] [-m matcher] [-r trials] [-t threads] A B\n");
        return 2;
    }
    const ss_matcher *matcher;
    bench_check(ss_matcher_find(&matcher, name));
    sketches a = load(argv[optind], (size_t)options.dimension), b = load(argv[optind + 1], (size_t)options.dimension);
    ss_side side_a = side_of(&a), side_b = side_of(&b);
    ss_neighbours forth, back;
    double seconds[MOST_TRIALS];
    find_nearest(matcher, &forth, &back, &side_a, &side_b, &options, seconds, trials);

    size_t found = 0;
    double score = sum_scores(&forth, &a, &b, &found) + sum_scores(&back, &b, &a, &found);
    printf("{\"seconds\": %.6f, \"trials\": [", seconds[0]);
    for (size_t i = 0; i < trials; i++)
        printf("%s%.6f", i > 0 ? ", " : "", seconds[i]);
    printf("], \"pairs\": %.0f, \"kernel\": \"%s\", \"score\": %.7f}\n", (double)a.count * (double)b.count,
           matcher->name, found > 0 ? score / (double)found : 0.0);
    ss_neighbours_clear(&forth);
    ss_neighbours_clear(&back);
    free_sketches(&a);
    free_sketches(&b);
    return 0;
}
