#include "match_cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "match_tile.h"

static uint64_t random_state;

void case_seed(uint64_t seed)
{
    random_state = seed;
}

uint32_t case_random(uint32_t limit)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((random_state >> 33) % limit);
}

static void *allocate(size_t bytes)
{
    void *memory = malloc(bytes > 0 ? bytes : 1);
    assert_non_null(memory);
    return memory;
}

static int8_t random_entry(case_entries kind)
{
    switch (kind) {
    case CASE_ZERO:
        return 0;
    case CASE_EXTREME:
        return case_random(2) ? 127 : -127;
    case CASE_SMALL:
    case CASE_SCALED:
        return (int8_t)((int)case_random(3) - 1);
    default:
        return (int8_t)((int)case_random(255) - 127);
    }
}

static void fill_row(int8_t *row, size_t i, const int8_t *first, size_t dimension, case_entries kind)
{
    for (size_t j = 0; j < dimension; j++)
        row[j] = random_entry(kind);
    if (kind == CASE_EQUAL && i > 0) memcpy(row, first, dimension);
    if (kind == CASE_FEW_DIFFERENT && i > 2) memcpy(row, first + case_random(3) * dimension, dimension);
    if (kind == CASE_SOME_EMPTY && case_random(3) == 0) memset(row, 0, dimension);
    if (kind == CASE_SCALED) {
        int scale = 1 + (int)case_random(40);
        for (size_t j = 0; j < dimension; j++)
            row[j] = (int8_t)(row[j] * scale);
    }
}

static int compare_days(const void *left, const void *right)
{
    int32_t x = *(const int32_t *)left, y = *(const int32_t *)right;
    return (x > y) - (x < y);
}

static void fill_days(int32_t *day, size_t count)
{
    uint32_t spread = 1 + case_random(30), undated = case_random(4);
    bool extreme = case_random(8) == 0;
    for (size_t i = 0; i < count; i++) {
        day[i] = (int32_t)case_random(spread) - 5;
        if (extreme) day[i] = case_random(2) ? INT32_MIN + (int32_t)case_random(3) : INT32_MAX - 1;
        if (undated == 3 || (undated == 2 && case_random(5) == 0)) day[i] = SS_NO_DAY;
    }
    qsort(day, count, sizeof *day, compare_days);
}

case_set case_set_new(size_t count, size_t dimension, case_entries kind)
{
    case_set set = {.vector = allocate(count * dimension),
                    .norm = allocate(count * sizeof *set.norm),
                    .day = allocate(count * sizeof *set.day)};
    set.side = (ss_side){.count = count, .vector = set.vector, .norm = set.norm, .day = set.day};
    for (size_t i = 0; i < count; i++) {
        int8_t *row = set.vector + i * dimension;
        fill_row(row, i, set.vector, dimension, kind);
        set.norm[i] = 0;
        for (size_t j = 0; j < dimension; j++)
            set.norm[i] += (uint32_t)(row[j] * row[j]);
    }
    fill_days(set.day, count);
    return set;
}

void case_set_free(case_set *set)
{
    free(set->vector);
    free(set->norm);
    free(set->day);
}

/* ------------------------------------------------------------ comparison */

static void assert_same_lists(const ss_neighbours *lists, const ss_neighbours *expected)
{
    assert_int_equal(lists->count, expected->count);
    assert_int_equal(lists->k, expected->k);
    for (size_t i = 0; i < lists->count; i++) {
        assert_int_equal(lists->found[i], expected->found[i]);
        if (lists->found[i] > 0)
            assert_memory_equal(lists->item + i * lists->k, expected->item + i * lists->k,
                                lists->found[i] * sizeof *lists->item);
    }
}

void case_compare_nearest(const ss_matcher *matcher, const ss_side *a, const ss_side *b, ss_match_options options)
{
    const ss_matcher *reference = &ss_matcher_scalar;
    ss_neighbours ab, ba = {0}, expected_ab, expected_ba = {0};
    ss_neighbours *out = options.self ? NULL : &ba, *expected_out = options.self ? NULL : &expected_ba;
    assert_int_equal(matcher->nearest(matcher, &ab, out, a, b, &options), SS_OK);
    options.job = NULL;
    assert_int_equal(reference->nearest(reference, &expected_ab, expected_out, a, b, &options), SS_OK);
    assert_same_lists(&ab, &expected_ab);
    assert_same_lists(&ba, &expected_ba);
    ss_neighbours_clear(&ab);
    ss_neighbours_clear(&ba);
    ss_neighbours_clear(&expected_ab);
    ss_neighbours_clear(&expected_ba);
}

void case_compare_join(const ss_matcher *matcher, const ss_side *a, const ss_side *b, double threshold,
                       ss_match_options options)
{
    const ss_matcher *reference = &ss_matcher_scalar;
    ss_pair *pairs, *expected;
    size_t count, expected_count;
    assert_int_equal(matcher->join(matcher, &pairs, &count, a, b, threshold, &options), SS_OK);
    options.job = NULL;
    assert_int_equal(reference->join(reference, &expected, &expected_count, a, b, threshold, &options), SS_OK);
    assert_int_equal(count, expected_count);
    if (count > 0) assert_memory_equal(pairs, expected, count * sizeof *pairs);
    free(pairs);
    free(expected);
}

double case_threshold(const ss_side *a, const ss_side *b, int dimension)
{
    static const double thresholds[] = {1e-9, 0.05, 0.3, 0.7, 1.0, 2.0};
    if (a->count == 0 || b->count == 0 || case_random(2)) return CASE_PICK(thresholds);
    size_t i = case_random((uint32_t)a->count), j = case_random((uint32_t)b->count);
    int32_t dot = 0;
    for (int c = 0; c < dimension; c++)
        dot += a->vector[i * (size_t)dimension + (size_t)c] * b->vector[j * (size_t)dimension + (size_t)c];
    double cosine = ss_cosine(dot, a->norm[i], b->norm[j]);
    return cosine > 0 ? cosine : 0.5;
}
