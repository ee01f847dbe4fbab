#include "match_slabs.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "match_order.h"
#include "sizes.h"
#include "status.h"

/* Of the first slab, if it may take a second; the next ones are as long as the time allows. */
#define PAIRS_A_SECOND 3e8

#define LEAST_COLUMNS 4096 /* where lists of many would not fit into memory */

typedef struct slab_job {
    const ss_matcher *matcher;
    ss_neighbours *a_lists, *b_lists; /* the same within one set */
    const ss_side *a, *b;
    ss_match_options options; /* with a job of its own */
    ss_job job;
    const ss_job *caller;
    ss_neighbour *merged; /* [k] */
    ss_range rows;        /* of the slab that is matched */
} slab_job;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void tell_progress(void *user, const char *stage, uint64_t done, uint64_t total)
{
    const slab_job *j = user;
    double rows = (double)(j->rows.end - j->rows.begin);
    uint64_t within = total > 0 ? (uint64_t)(rows * (double)done / (double)total) : 0;
    ss_tell_progress(j->caller, stage, j->rows.begin + within, j->a->count);
}

static bool was_cancelled(void *user)
{
    const slab_job *j = user;
    return j->caller != NULL && j->caller->cancelled != NULL && j->caller->cancelled(j->caller->user);
}

/* ---------------------------------------------------------------- merging */

/* Two lists, best first, into one: that of a row of `own`, with neighbours that are rows of `other`. A neighbour that is in
 * both, since a slab was broken off and is matched again, is taken once. */
static void merge_list(slab_job *j, ss_neighbours *into, size_t row, const ss_neighbour *item, uint32_t found,
                       const ss_side *own, const ss_side *other)
{
    ss_neighbour *old = into->item + row * into->k;
    uint32_t old_found = into->found[row], from_old = 0, from_new = 0, count = 0;
    const ss_order order = {.norm = own->norm[row], .norms = other->norm};
    while (count < into->k && (from_old < old_found || from_new < found)) {
        bool take_old =
            from_new == found || (from_old < old_found && ss_order_better(&order, old[from_old], item[from_new]));
        bool both = from_old < old_found && from_new < found && old[from_old].index == item[from_new].index;
        j->merged[count++] = take_old ? old[from_old++] : item[from_new++];
        from_old += both && !take_old;
        from_new += both && take_old;
    }
    memcpy(old, j->merged, count * sizeof *old);
    into->found[row] = count;
}

static void merge_lists(slab_job *j, ss_neighbours *into, size_t first_row, const ss_neighbours *part,
                        size_t first_other, const ss_side *own, const ss_side *other)
{
    for (size_t row = 0; row < part->count; row++) {
        ss_neighbour *item = part->item + row * part->k;
        for (uint32_t i = 0; i < part->found[row]; i++)
            item[i].index += (uint32_t)first_other;
        merge_list(j, into, first_row + row, item, part->found[row], own, other);
    }
}

/* --------------------------------------------------------------- matching */

static ss_side rows_of(const ss_side *side, ss_range rows, int dimension)
{
    return (ss_side){.count = rows.end - rows.begin,
                     .vector = side->vector + rows.begin * (size_t)dimension,
                     .norm = side->norm + rows.begin,
                     .day = side->day + rows.begin};
}

/* All pairs of these rows and columns; within one set the columns are the same rows, or rows behind them. */
static ss_status match_part(slab_job *j, ss_range rows, ss_range columns)
{
    if (rows.begin >= rows.end || columns.begin >= columns.end) return SS_OK;
    bool same = j->options.self && rows.begin == columns.begin;
    size_t list_size = j->options.k * sizeof(ss_neighbour) + sizeof(uint32_t);
    if (!same && (columns.end - columns.begin) * list_size > j->job.memory / 2 &&
        columns.end - columns.begin > LEAST_COLUMNS) {
        size_t middle = columns.begin + (columns.end - columns.begin) / 2;
        SS_TRY(match_part(j, rows, (ss_range){columns.begin, middle}));
        return match_part(j, rows, (ss_range){middle, columns.end});
    }
    ss_match_options options = j->options;
    options.self = same;
    options.job = &j->job;
    ss_side a = rows_of(j->a, rows, options.dimension), b = rows_of(j->b, columns, options.dimension);
    ss_neighbours of_a, of_b = {0};
    SS_TRY(j->matcher->nearest(j->matcher, &of_a, same ? NULL : &of_b, &a, &b, &options));
    merge_lists(j, j->a_lists, rows.begin, &of_a, columns.begin, j->a, j->b);
    if (!same) merge_lists(j, j->b_lists, columns.begin, &of_b, rows.begin, j->b, j->a);
    ss_neighbours_clear(&of_a);
    ss_neighbours_clear(&of_b);
    return SS_OK;
}

/* Rows from `first` on with so many pairs together, all with a date or all without; and what they may match. */
static ss_slab next_slab(const slab_job *j, size_t first, double pairs)
{
    ss_slab slab = {.rows = {first, first}};
    bool undated = j->a->day[first] == SS_NO_DAY;
    double sum = 0;
    for (size_t row = first; row < j->a->count && (sum < pairs || row == first); row++) {
        if ((j->a->day[row] == SS_NO_DAY) != undated) break;
        ss_band band = ss_band_of_row(j->a, row, j->b, &j->options);
        sum += (double)(band.dated.end - band.dated.begin) + (double)(band.undated.end - band.undated.begin);
        slab.columns = (ss_range){row == first ? band.dated.begin : slab.columns.begin,
                                  ss_larger(slab.columns.end, band.dated.end)};
        slab.undated = (ss_range){row == first ? band.undated.begin : slab.undated.begin,
                                  ss_larger(slab.undated.end, band.undated.end)};
        slab.rows.end = row + 1;
    }
    slab.undated.begin = ss_larger(slab.undated.begin, slab.columns.end);
    return slab;
}

static ss_status match_slab(slab_job *j, const ss_slab *slab)
{
    j->rows = slab->rows;
    ss_range columns = slab->columns, undated = slab->undated;
    if (j->options.self) {
        SS_TRY(match_part(j, slab->rows, slab->rows));
        columns.begin = ss_larger(columns.begin, slab->rows.end);
        undated.begin = ss_larger(undated.begin, slab->rows.end);
    }
    SS_TRY(match_part(j, slab->rows, columns));
    return match_part(j, slab->rows, undated);
}

ss_status ss_match_in_slabs(const ss_matcher *matcher, ss_neighbours *a_to_b, ss_neighbours *b_to_a, const ss_side *a,
                            const ss_side *b, const ss_match_options *options, size_t bytes, size_t first,
                            const ss_slab_options *slabs)
{
    slab_job j = {.matcher = matcher,
                  .a_lists = a_to_b,
                  .b_lists = options->self ? a_to_b : b_to_a,
                  .a = a,
                  .b = b,
                  .options = *options,
                  .caller = options->job};
    if (options->job != NULL) j.job = *options->job;
    j.job.memory = ss_larger(bytes, 1);
    j.job.user = &j;
    j.job.cancelled = was_cancelled;
    j.job.progress = tell_progress;
    j.job.warning = NULL;
    j.merged = malloc(options->k * sizeof *j.merged);
    if (j.merged == NULL) return ss_fail_memory(options->k * sizeof *j.merged);
    ss_status status = SS_OK;
    double pairs = PAIRS_A_SECOND * slabs->seconds;
    while (first < a->count && status == SS_OK) {
        double begin = now();
        ss_slab slab = next_slab(&j, first, pairs);
        status = match_slab(&j, &slab);
        if (status != SS_OK) break;
        first = slab.rows.end;
        double seconds = now() - begin;
        if (seconds < slabs->seconds / 2) pairs *= 2;
        if (seconds > slabs->seconds) pairs /= 2;
        slabs->done(slabs->user, &slab);
    }
    free(j.merged);
    return status;
}
