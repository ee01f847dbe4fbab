#include "metrics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "status.h"

static double times_of(const uint32_t *times, size_t unit)
{
    return times != NULL ? (double)times[unit] : 1.0;
}

/* A value and where it stood: sorted by value, then place, whatever the sorting algorithm. */
typedef struct placed {
    double value;
    size_t place;
} placed;

static int compare_placed(const void *a, const void *b)
{
    const placed *x = a, *y = b;
    if (x->value != y->value) return x->value < y->value ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static ss_status check_numbers(const double *value, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (isnan(value[i])) return ss_fail(SS_ERROR_ARGUMENT, "value %zu to be measured is not a number", i);
    return SS_OK;
}

/* ----------------------------------------------------------- correlation */

/* Sums of rounded squares can't tell "all alike" from "nearly so": look at the values themselves. */
static bool are_alike(const double *value, const uint32_t *times, size_t count)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        if (times != NULL && times[i] == 0) continue;
        low = fmin(low, value[i]);
        high = fmax(high, value[i]);
    }
    return !(low < high);
}

static double correlation(const double *x, const double *y, const uint32_t *times, size_t count)
{
    if (are_alike(x, times, count) || are_alike(y, times, count)) return (double)NAN;
    double mean_x = ss_mean(x, NULL, times, count), mean_y = ss_mean(y, NULL, times, count);
    double xx = 0, yy = 0, xy = 0;
    for (size_t i = 0; i < count; i++) {
        double dx = x[i] - mean_x, dy = y[i] - mean_y, weight = times_of(times, i);
        xx += weight * dx * dx;
        yy += weight * dy * dy;
        xy += weight * dx * dy;
    }
    return xy / sqrt(xx * yy);
}

ss_status ss_pearson(double *out, const double *x, const double *y, const uint32_t *times, size_t count)
{
    SS_TRY(check_numbers(x, count));
    SS_TRY(check_numbers(y, count));
    *out = correlation(x, y, times, count);
    return SS_OK;
}

/* Ranks from 1 in the resample; `scratch` has room for `count`. */
static void rank(double *out, const double *value, const uint32_t *times, size_t count, placed *scratch)
{
    for (size_t i = 0; i < count; i++)
        scratch[i] = (placed){value[i], i};
    if (count > 1) qsort(scratch, count, sizeof *scratch, compare_placed);
    double before = 0;
    for (size_t begin = 0, end; begin < count; begin = end) {
        double size = 0;
        for (end = begin; end < count && scratch[end].value == scratch[begin].value; end++)
            size += times_of(times, scratch[end].place);
        for (size_t i = begin; i < end; i++)
            out[scratch[i].place] = before + (size + 1) / 2;
        before += size;
    }
}

ss_status ss_spearman(double *out, const double *x, const double *y, const uint32_t *times, size_t count)
{
    SS_TRY(check_numbers(x, count));
    SS_TRY(check_numbers(y, count));
    double *ranks = malloc((2 * count + 1) * sizeof *ranks);
    placed *scratch = malloc((count + 1) * sizeof *scratch);
    if (ranks == NULL || scratch == NULL) {
        free(ranks);
        free(scratch);
        return ss_fail_memory((count + 1) * (2 * sizeof *ranks + sizeof *scratch));
    }
    rank(ranks, x, times, count, scratch);
    rank(ranks + count, y, times, count, scratch);
    *out = correlation(ranks, ranks + count, times, count);
    free(ranks);
    free(scratch);
    return SS_OK;
}

/* --------------------------------------------------------------- ranking */

static int compare_scored(const void *a, const void *b)
{
    const ss_scored *x = a, *y = b;
    return x->score > y->score ? -1 : x->score < y->score;
}

ss_status ss_scored_sort(ss_scored *item, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (isnan(item[i].score)) return ss_fail(SS_ERROR_ARGUMENT, "score %zu to be ranked is not a number", i);
    if (count > 1) qsort(item, count, sizeof *item, compare_scored);
    return SS_OK;
}

/* How many items there are from the first on, and how many of them are relevant. */
typedef struct tally {
    double items, relevant;
} tally;

/* Adds the block of equal scores that begins at `begin`; returns where it ends. */
static size_t add_block(tally *sum, const ss_scored *item, const uint32_t *times, size_t begin, size_t count)
{
    size_t end = begin;
    for (; end < count && item[end].score == item[begin].score; end++) {
        double weight = times_of(times, item[end].unit);
        sum->items += weight;
        if (item[end].relevant) sum->relevant += weight;
    }
    return end;
}

static double count_relevant(const ss_scored *item, const uint32_t *times, size_t count)
{
    double relevant = 0;
    for (size_t i = 0; i < count; i++)
        if (item[i].relevant) relevant += times_of(times, item[i].unit);
    return relevant;
}

double ss_average_precision(const ss_scored *item, const uint32_t *times, size_t count)
{
    double relevant = count_relevant(item, times, count), sum = 0;
    if (!(relevant > 0)) return (double)NAN;
    tally so_far = {0};
    for (size_t begin = 0; begin < count;) {
        double before = so_far.relevant;
        begin = add_block(&so_far, item, times, begin, count);
        if (so_far.relevant > before) sum += (so_far.relevant - before) * so_far.relevant / so_far.items;
    }
    return sum / relevant;
}

/* 2 TP / (2 TP + FP + FN) if the items tallied are the ones that were found. */
static double f1_of(tally found, double relevant)
{
    return found.items + relevant > 0 ? 2 * found.relevant / (found.items + relevant) : (double)NAN;
}

double ss_f1_at(const ss_scored *item, const uint32_t *times, size_t count, double threshold)
{
    tally found = {0};
    for (size_t begin = 0; begin < count && item[begin].score >= threshold;)
        begin = add_block(&found, item, times, begin, count);
    return f1_of(found, count_relevant(item, times, count));
}

double ss_best_f1(const ss_scored *item, const uint32_t *times, size_t count)
{
    double relevant = count_relevant(item, times, count), best = (double)NAN;
    tally found = {0};
    for (size_t begin = 0; begin < count;) {
        begin = add_block(&found, item, times, begin, count);
        best = fmax(best, f1_of(found, relevant)); /* fmax passes over NAN */
    }
    return best;
}

/* --------------------------------------------------------- probabilities */

ss_status ss_reliability_measure(ss_reliability *out, const ss_scored *item, const uint32_t *times, size_t count)
{
    *out = (ss_reliability){0};
    double total = 0;
    for (size_t i = 0; i < count; i++) {
        double score = item[i].score, weight = times_of(times, item[i].unit);
        if (!(score >= 0 && score <= 1))
            return ss_fail(SS_ERROR_ARGUMENT, "score %zu is not a probability: %g", i, score);
        int place = (int)(score * SS_RELIABILITY_BINS);
        ss_reliability_bin *bin = &out->bin[place < SS_RELIABILITY_BINS ? place : SS_RELIABILITY_BINS - 1];
        bin->count += weight;
        bin->probability += weight * score;
        if (item[i].relevant) bin->share += weight;
        total += weight;
    }
    for (int i = 0; i < SS_RELIABILITY_BINS; i++) {
        ss_reliability_bin *bin = &out->bin[i];
        out->error += fabs(bin->probability - bin->share); /* of sums yet, so weighted by count */
        bin->probability = bin->count > 0 ? bin->probability / bin->count : (double)NAN;
        bin->share = bin->count > 0 ? bin->share / bin->count : (double)NAN;
    }
    out->error = total > 0 ? out->error / total : (double)NAN;
    return SS_OK;
}

double ss_log_loss(const ss_scored *item, const uint32_t *times, size_t count)
{
    double sum = 0, total = 0;
    for (size_t i = 0; i < count; i++) {
        double weight = times_of(times, item[i].unit);
        double given = item[i].relevant ? item[i].score : 1 - item[i].score;
        sum -= weight * log(fmax(given, 1e-15)); /* a certainty that failed is dear, but not without end */
        total += weight;
    }
    return total > 0 ? sum / total : (double)NAN;
}

/* ------------------------------------------------------------ clustering */

typedef struct labelled {
    int64_t label[2];
    size_t place;
} labelled;

static int compare_labelled(const void *a, const void *b)
{
    const labelled *x = a, *y = b;
    for (int i = 0; i < 2; i++)
        if (x->label[i] != y->label[i]) return x->label[i] < y->label[i] ? -1 : 1;
    return 0;
}

/* size[i]: how many items bear the same two labels as item i. */
static void count_alike(double *size, const int64_t *first, const int64_t *second, size_t count, labelled *scratch)
{
    for (size_t i = 0; i < count; i++)
        scratch[i] = (labelled){{first[i], second[i]}, i};
    if (count > 1) qsort(scratch, count, sizeof *scratch, compare_labelled);
    for (size_t begin = 0, end; begin < count; begin = end) {
        for (end = begin; end < count && compare_labelled(&scratch[begin], &scratch[end]) == 0;)
            end++;
        for (size_t i = begin; i < end; i++)
            size[scratch[i].place] = (double)(end - begin);
    }
}

ss_status ss_b_cubed(double *precision, double *recall, const int64_t *found, const int64_t *truth, size_t count)
{
    double *both = malloc((count + 1) * sizeof *both);
    labelled *scratch = malloc((count + 1) * sizeof *scratch);
    if (both == NULL || scratch == NULL) {
        free(both);
        free(scratch);
        return ss_fail_memory((count + 1) * (sizeof *both + sizeof *scratch));
    }
    count_alike(both, found, truth, count, scratch);
    count_alike(precision, found, found, count, scratch);
    count_alike(recall, truth, truth, count, scratch);
    for (size_t i = 0; i < count; i++) {
        precision[i] = both[i] / precision[i];
        recall[i] = both[i] / recall[i];
    }
    free(both);
    free(scratch);
    return SS_OK;
}

double ss_f1(double precision, double recall)
{
    return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : precision + recall;
}

double ss_mean(const double *value, const uint32_t *unit, const uint32_t *times, size_t count)
{
    double sum = 0, total = 0;
    for (size_t i = 0; i < count; i++) {
        double weight = times_of(times, unit != NULL ? unit[i] : i);
        sum += weight * value[i];
        total += weight;
    }
    return total > 0 ? sum / total : (double)NAN;
}

/* ------------------------------------------------------------- intervals */

/* SplitMix64 (Steele, Lea and Flood 2014). */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static int compare_values(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* The value below which a share of the sorted values lies, interpolated between two of them. */
static double quantile(const double *sorted, size_t count, double share)
{
    double place = share * (double)(count - 1);
    size_t below = (size_t)place;
    if (below + 1 >= count) return sorted[count - 1];
    return sorted[below] + (place - (double)below) * (sorted[below + 1] - sorted[below]);
}

/* `value` holds one measure of every resample; drops those that are not defined. */
static void set_interval(ss_estimate *estimate, double *value)
{
    size_t defined = 0;
    for (size_t i = 0; i < SS_RESAMPLES; i++)
        if (!isnan(value[i])) value[defined++] = value[i];
    estimate->low = estimate->high = (double)NAN;
    if (defined == 0) return;
    qsort(value, defined, sizeof *value, compare_values);
    estimate->low = quantile(value, defined, 0.025);
    estimate->high = quantile(value, defined, 0.975);
}

static ss_status resample(double *values, size_t measures, uint32_t *times, size_t units, double *one,
                          ss_measure measure, const void *context, const ss_job *job)
{
    uint64_t state = 1;
    for (size_t r = 0; r < SS_RESAMPLES; r++) {
        SS_TRY(ss_check_cancelled(job));
        memset(times, 0, units * sizeof *times);
        for (size_t u = 0; u < units; u++)
            times[next_random(&state) % units]++;
        SS_TRY(measure(context, times, one));
        for (size_t m = 0; m < measures; m++)
            values[m * SS_RESAMPLES + r] = one[m];
        ss_tell_progress(job, "resampled", r + 1, SS_RESAMPLES);
    }
    return SS_OK;
}

ss_status ss_bootstrap(ss_estimate *out, size_t measures, size_t units, ss_measure measure, const void *context,
                       const ss_job *job)
{
    double *one = malloc((measures + 1) * sizeof *one);
    double *values = malloc((measures * SS_RESAMPLES + 1) * sizeof *values);
    uint32_t *times = malloc((units + 1) * sizeof *times);
    ss_status status = SS_OK;
    if (one == NULL || values == NULL || times == NULL)
        status = ss_fail_memory(measures * SS_RESAMPLES * sizeof *values + units * sizeof *times);
    if (status == SS_OK) status = measure(context, NULL, one);
    for (size_t m = 0; status == SS_OK && m < measures; m++)
        out[m].value = one[m];
    if (status == SS_OK) status = resample(values, measures, times, units, one, measure, context, job);
    for (size_t m = 0; status == SS_OK && m < measures; m++)
        set_interval(&out[m], values + m * SS_RESAMPLES);
    free(one);
    free(values);
    free(times);
    return status;
}
