/* The reference that every other matcher must equal: all pairs, one after the other, nothing clever. */
#include <stdlib.h>

#include "match_tile.h"
#include "status.h"

static bool scalar_available(void)
{
    return true;
}

static int32_t dot_of_rows(const ss_side *a, size_t row_a, const ss_side *b, size_t row_b,
                           const ss_match_options *options)
{
    size_t dimension = (size_t)options->dimension;
    return ss_dot(a->vector + row_a * dimension, b->vector + row_b * dimension, dimension);
}

static bool may_match(const ss_side *a, size_t row_a, const ss_side *b, size_t row_b, const ss_match_options *options)
{
    if (a->norm[row_a] == 0 || b->norm[row_b] == 0) return false;
    if (options->self && row_a >= row_b) return false;
    if (options->window_days < 0) return true;
    int64_t day_a = a->day[row_a], day_b = b->day[row_b];
    if (day_a == SS_NO_DAY || day_b == SS_NO_DAY) return true;
    return llabs(day_a - day_b) <= options->window_days;
}

/* Keeps the list of `row` sorted: better ones stay before the new neighbour, worse ones move back or out. */
static void insert_sorted(ss_neighbours *lists, size_t row, ss_neighbour neighbour, const ss_side *own,
                          const ss_side *other)
{
    ss_neighbour *list = lists->item + row * lists->k;
    uint32_t norm = own->norm[row];
    double score = ss_cosine(neighbour.dot, norm, other->norm[neighbour.index]);
    size_t place = lists->found[row];
    for (; place > 0; place--) {
        ss_neighbour before = list[place - 1];
        double score_before = ss_cosine(before.dot, norm, other->norm[before.index]);
        if (score_before > score || (score_before == score && before.index < neighbour.index)) break;
        if (place < lists->k) list[place] = before;
    }
    if (place >= lists->k) return;
    list[place] = neighbour;
    if (lists->found[row] < lists->k) lists->found[row]++;
}

static ss_status report(const ss_match_options *options, size_t row, size_t rows)
{
    ss_tell_progress(options->job, "match", row, rows);
    return ss_check_cancelled(options->job);
}

static ss_status scalar_nearest(const ss_matcher *matcher, ss_neighbours *a_to_b, ss_neighbours *b_to_a,
                                const ss_side *a, const ss_side *b, const ss_match_options *options)
{
    (void)matcher;
    size_t bytes_left;
    SS_TRY(ss_neighbours_new(a_to_b, b_to_a, a, b, options, &bytes_left));
    ss_neighbours *of_b = options->self ? a_to_b : b_to_a;
    ss_status status = SS_OK;
    for (size_t i = 0; i < a->count && status == SS_OK; i++) {
        for (size_t j = 0; j < b->count; j++) {
            if (!may_match(a, i, b, j, options)) continue;
            int32_t dot = dot_of_rows(a, i, b, j, options);
            insert_sorted(a_to_b, i, (ss_neighbour){(uint32_t)j, dot}, a, b);
            insert_sorted(of_b, j, (ss_neighbour){(uint32_t)i, dot}, b, a);
        }
        status = report(options, i + 1, a->count);
    }
    if (status != SS_OK) {
        ss_neighbours_clear(a_to_b);
        ss_neighbours_clear(of_b);
    }
    return status;
}

static ss_status join_row(ss_pair_list *list, size_t row, const ss_side *a, const ss_side *b, double threshold,
                          const ss_match_options *options)
{
    for (size_t j = 0; j < b->count; j++) {
        if (!may_match(a, row, b, j, options)) continue;
        int32_t dot = dot_of_rows(a, row, b, j, options);
        if (ss_cosine(dot, a->norm[row], b->norm[j]) < threshold) continue;
        SS_TRY(ss_pair_list_push(list, (ss_pair){(uint32_t)row, (uint32_t)j, dot}));
    }
    return report(options, row + 1, a->count);
}

static ss_status scalar_join(const ss_matcher *matcher, ss_pair **pairs, size_t *pair_count, const ss_side *a,
                             const ss_side *b, double threshold, const ss_match_options *options)
{
    (void)matcher;
    *pairs = NULL;
    *pair_count = 0;
    SS_TRY(ss_match_check(a, b, options));
    SS_TRY(ss_match_check_threshold(threshold));
    ss_pair_list list = ss_pair_list_within(ss_job_memory(options->job));
    for (size_t i = 0; i < a->count; i++) {
        ss_status status = join_row(&list, i, a, b, threshold, options);
        if (status != SS_OK) {
            free(list.item);
            return status;
        }
    }
    *pairs = list.item;
    *pair_count = list.count;
    return SS_OK;
}

const ss_matcher ss_matcher_scalar = {.name = "scalar",
                                      .description = "plain loops, the reference; one thread",
                                      .available = scalar_available,
                                      .nearest = scalar_nearest,
                                      .join = scalar_join};
