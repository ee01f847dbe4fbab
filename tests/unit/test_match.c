#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "match.h"
#include "match_cases.h"
#include "status.h"

#define CASES 1200

static size_t random_count(size_t dimension)
{
    static const size_t edges[] = {0, 1, 2, 3, 31, 63, 64, 65, 127, 129, 255, 256, 257};
    bool costly = dimension > 16;
    return case_random(costly ? 12 : 3) == 0 ? CASE_PICK(edges) : case_random(costly ? 70 : 150);
}

static ss_match_options random_options(ss_job *job)
{
    static const int dimensions[] = {1, 3, 3, 16, 16, 16, 16, 16, 16, 64, 100, 256, 1040};
    static const size_t ks[] = {1, 2, 10, 10, 10, 300};
    static const int windows[] = {-1, 0, 3, 3, 10, INT_MAX};
    *job = (ss_job){.threads = 1 + (int)case_random(4)};
    return (ss_match_options){.dimension = CASE_PICK(dimensions),
                              .k = CASE_PICK(ks),
                              .window_days = CASE_PICK(windows),
                              .self = case_random(3) == 0,
                              .job = job};
}

/* ---------------------------------------------------- equal to the scalar */

static const ss_matcher *tested; /* named on the command line */

/* From so little that tiles are small and threads few, to plenty. A join gives half of it to tiles. */
static size_t random_spare_memory(void)
{
    size_t least = strcmp(tested->name, "openblas") == 0 ? (size_t)6 << 20 : (size_t)700 << 10;
    const size_t spare[] = {least, 3 * least, (size_t)1 << 30};
    return CASE_PICK(spare);
}

/* With little memory or much, which the reference is not bound by. */
static void compare(const ss_side *a, const ss_side *b, ss_match_options options)
{
    ss_job job = *options.job;
    options.job = &job;
    size_t rows = a->count + (options.self ? 0 : b->count);
    job.memory = rows * (options.k * sizeof(ss_neighbour) + sizeof(uint32_t)) + 1 + random_spare_memory();
    case_compare_nearest(tested, a, b, options);
    double threshold = case_threshold(a, b, options.dimension);
    job.memory = 4 * sizeof(ss_pair) * (a->count * b->count + 1) + random_spare_memory();
    case_compare_join(tested, a, b, threshold, options);
}

static void test_equal_to_reference(void **state)
{
    (void)state;
    for (int i = 0; i < CASES; i++) {
        case_seed((uint64_t)i);
        ss_job job;
        ss_match_options options = random_options(&job);
        size_t dimension = (size_t)options.dimension;
        case_set a = case_set_new(random_count(dimension), dimension, (case_entries)case_random(CASE_KINDS));
        case_set b = case_set_new(random_count(dimension), dimension, (case_entries)case_random(CASE_KINDS));
        const ss_side *other = options.self ? &a.side : &b.side;
        compare(&a.side, other, options);
        case_set_free(&a);
        case_set_free(&b);
    }
}

/* More rows than a task takes, in narrow bands. */
static void test_equal_over_many_tiles(void **state)
{
    (void)state;
    case_seed(7);
    case_set a = case_set_new(1400, 3, CASE_RANDOM), b = case_set_new(1700, 3, CASE_RANDOM);
    for (int i = 0; i < 1400; i++)
        a.day[i] = i < 1300 ? i / 20 : SS_NO_DAY;
    for (int i = 0; i < 1700; i++)
        b.day[i] = i < 1650 ? i / 20 : SS_NO_DAY;
    for (int window = -1; window < 4; window++) {
        ss_job job = {.threads = 3};
        ss_match_options options = {.dimension = 3, .k = 4, .window_days = window, .job = &job};
        compare(&a.side, &b.side, options);
        options.self = true;
        compare(&b.side, &b.side, options);
    }
    case_set_free(&a);
    case_set_free(&b);
}

/* One article a hundred thousand times over: all pairs are ties, and the lowest rows win. */
static void test_copies_of_one_article(void **state)
{
    (void)state;
    enum { COPIES = 100000, OTHERS = 40, K = 10 };
    case_seed(3);
    case_set a = case_set_new(COPIES, 16, CASE_EQUAL), b = case_set_new(OTHERS, 16, CASE_EQUAL);
    memcpy(b.vector, a.vector, OTHERS * 16);
    memcpy(b.norm, a.norm, OTHERS * sizeof *b.norm);
    ss_match_options options = {.dimension = 16, .k = K, .window_days = -1};
    ss_neighbours ab, ba;
    assert_int_equal(tested->nearest(tested, &ab, &ba, &a.side, &b.side, &options), SS_OK);
    for (size_t row = 0; row < COPIES + OTHERS; row++) {
        const ss_neighbours *lists = row < COPIES ? &ab : &ba;
        size_t of = row < COPIES ? row : row - COPIES;
        assert_int_equal(lists->found[of], K);
        for (uint32_t i = 0; i < K; i++)
            assert_true(lists->item[of * K + i].index == i && lists->item[of * K + i].dot == (int32_t)a.norm[0]);
    }
    ss_neighbours_clear(&ab);
    ss_neighbours_clear(&ba);
    case_set_free(&a);
    case_set_free(&b);
}

/* ------------------------------------------------------ what is expected */

/* Two dimensions, so that the answers can be worked out by hand. Ties are of vectors that differ by a power of two. */
static const int8_t zh_vector[] = {100, 0, 0, 50, 0, 0, -7, 0};
static const uint32_t zh_norm[] = {10000, 2500, 0, 49};
static const int32_t zh_day[] = {10, 12, 12, SS_NO_DAY};
static const ss_side zh = {4, zh_vector, zh_norm, zh_day};
static const int8_t en_vector[] = {64, 64, 3, 0, 6, 0, 0, 1, 1, 1};
static const uint32_t en_norm[] = {8192, 9, 36, 1, 2};
static const int32_t en_day[] = {9, 10, 11, 12, SS_NO_DAY};
static const ss_side en = {5, en_vector, en_norm, en_day};

static void assert_list(const ss_neighbours *lists, size_t row, const uint32_t *expected, size_t count)
{
    assert_int_equal(lists->found[row], count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(lists->item[row * lists->k + i].index, expected[i]);
}

static void test_order_and_ties(void **state)
{
    (void)state;
    ss_match_options options = {.dimension = 2, .k = 5, .window_days = -1};
    ss_neighbours ab, ba;
    assert_int_equal(tested->nearest(tested, &ab, &ba, &zh, &en, &options), SS_OK);
    /* By cosine, not by product: 1 and 2 (equal), 0 and 4 (equal), then 3. */
    assert_list(&ab, 0, (uint32_t[]){1, 2, 0, 4, 3}, 5);
    assert_int_equal(ab.item[0].dot, 300);
    assert_list(&ab, 1, (uint32_t[]){3, 0, 4, 1, 2}, 5);
    assert_list(&ab, 2, NULL, 0);
    /* Negative cosines are neighbours too. */
    assert_list(&ab, 3, (uint32_t[]){3, 0, 4, 1, 2}, 5);
    assert_int_equal(ab.item[3 * 5 + 4].dot, -42);
    assert_list(&ba, 0, (uint32_t[]){0, 1, 3}, 3);
    ss_neighbours_clear(&ab);
    ss_neighbours_clear(&ba);
}

static void test_window(void **state)
{
    (void)state;
    ss_match_options options = {.dimension = 2, .k = 2, .window_days = 1};
    ss_neighbours ab, ba;
    assert_int_equal(tested->nearest(tested, &ab, &ba, &zh, &en, &options), SS_OK);
    assert_list(&ab, 0, (uint32_t[]){1, 2}, 2);
    assert_list(&ab, 1, (uint32_t[]){3, 4}, 2);
    assert_list(&ab, 3, (uint32_t[]){3, 0}, 2);
    assert_list(&ba, 3, (uint32_t[]){1, 3}, 2);
    assert_list(&ba, 4, (uint32_t[]){0, 1}, 2);
    ss_neighbours_clear(&ab);
    ss_neighbours_clear(&ba);

    ss_pair *pairs;
    size_t count;
    options.window_days = 0;
    assert_int_equal(tested->join(tested, &pairs, &count, &zh, &en, 0.7, &options), SS_OK);
    const uint32_t expected[][2] = {{0, 1}, {0, 4}, {1, 3}, {1, 4}};
    assert_int_equal(count, 4);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(pairs[i].a, expected[i][0]);
        assert_int_equal(pairs[i].b, expected[i][1]);
    }
    free(pairs);
}

static void test_self(void **state)
{
    (void)state;
    ss_match_options options = {.dimension = 2, .k = 9, .window_days = 1, .self = true};
    ss_neighbours lists;
    assert_int_equal(tested->nearest(tested, &lists, NULL, &en, &en, &options), SS_OK);
    assert_list(&lists, 0, (uint32_t[]){4, 1}, 2);
    assert_list(&lists, 2, (uint32_t[]){1, 4, 3}, 3);
    ss_neighbours_clear(&lists);

    ss_pair *pairs;
    size_t count;
    assert_int_equal(tested->join(tested, &pairs, &count, &en, &en, 0.9, &options), SS_OK);
    assert_int_equal(count, 2);
    assert_true(pairs[0].a == 0 && pairs[0].b == 4 && pairs[0].dot == 128);
    assert_true(pairs[1].a == 1 && pairs[1].b == 2 && pairs[1].dot == 18);
    free(pairs);
}

/* ----------------------------------------------------------------- calls */

typedef struct calls {
    uint64_t last, total;
    bool cancel;
} calls;

static bool cancelled(void *user)
{
    return ((const calls *)user)->cancel;
}

static void progress(void *user, const char *stage, uint64_t done, uint64_t total)
{
    calls *c = user;
    assert_string_equal(stage, "match");
    assert_true(done >= c->last && done <= total);
    c->last = done;
    c->total = total;
}

static void test_progress_and_cancelling(void **state)
{
    (void)state;
    case_seed(1);
    case_set a = case_set_new(700, 3, CASE_RANDOM);
    calls c = {0};
    ss_job job = {.threads = 3, .cancelled = cancelled, .progress = progress, .user = &c};
    ss_match_options options = {.dimension = 3, .k = 2, .window_days = -1, .job = &job};
    ss_neighbours ab, ba;
    assert_int_equal(tested->nearest(tested, &ab, &ba, &a.side, &a.side, &options), SS_OK);
    assert_true(c.total > 0 && c.last == c.total);
    ss_neighbours_clear(&ab);
    ss_neighbours_clear(&ba);

    c = (calls){.cancel = true};
    assert_int_equal(tested->nearest(tested, &ab, &ba, &a.side, &a.side, &options), SS_ERROR_INTERRUPTED);
    assert_true(ab.item == NULL && ba.item == NULL && ab.count == 0);
    ss_pair *pairs;
    size_t count;
    assert_int_equal(tested->join(tested, &pairs, &count, &a.side, &a.side, 0.5, &options), SS_ERROR_INTERRUPTED);
    assert_null(pairs);
    case_set_free(&a);
}

static void test_memory_is_refused(void **state)
{
    (void)state;
    case_seed(1);
    case_set a = case_set_new(300, 3, CASE_EQUAL);
    ss_job job = {.memory = 300 * 2 * (10 * sizeof(ss_neighbour) + sizeof(uint32_t)) - 1};
    ss_match_options options = {.dimension = 3, .k = 10, .window_days = -1, .job = &job};
    ss_neighbours ab, ba;
    assert_int_equal(tested->nearest(tested, &ab, &ba, &a.side, &a.side, &options), SS_ERROR_MEMORY);
    assert_non_null(strstr(ss_last_error(), "--memory"));
    job.memory += (size_t)3 << 20;
    assert_int_equal(tested->nearest(tested, &ab, &ba, &a.side, &a.side, &options), SS_OK);
    ss_neighbours_clear(&ab);
    ss_neighbours_clear(&ba);
    options.k = SIZE_MAX / 4;
    assert_int_equal(tested->nearest(tested, &ab, &ba, &a.side, &a.side, &options), SS_ERROR_MEMORY);

    ss_pair *pairs;
    size_t count;
    job.memory = (size_t)1900 << 10; /* room for tiles, and for nine tenths of the pairs */
    assert_int_equal(tested->join(tested, &pairs, &count, &a.side, &a.side, 0.5, &options), SS_ERROR_MEMORY);
    assert_non_null(strstr(ss_last_error(), "--window"));
    assert_null(pairs);
    case_set_free(&a);
}

/* The lists have room, but no tile has. */
static void test_no_memory_for_a_tile(void **state)
{
    (void)state;
    case_seed(1);
    case_set a = case_set_new(100, 1040, CASE_RANDOM);
    ss_job job = {.memory = 100 * 2 * (10 * sizeof(ss_neighbour) + sizeof(uint32_t)) + 1000};
    ss_match_options options = {.dimension = 1040, .k = 10, .window_days = -1, .job = &job};
    ss_neighbours ab, ba;
    if (tested->kernel != NULL) {
        assert_int_equal(tested->nearest(tested, &ab, &ba, &a.side, &a.side, &options), SS_ERROR_ARGUMENT);
        assert_non_null(strstr(ss_last_error(), "--memory"));
        assert_null(ab.item);
    }
    case_set_free(&a);
}

static void refuse(const ss_side *a, const ss_side *b, ss_match_options options)
{
    ss_neighbours ab = {.count = 9}, ba = {.count = 9};
    assert_int_equal(tested->nearest(tested, &ab, options.self ? NULL : &ba, a, b, &options), SS_ERROR_ARGUMENT);
    assert_true(ab.count == 0 && ab.item == NULL);
    assert_true(strlen(ss_last_error()) > 0);
}

static void test_bad_options(void **state)
{
    (void)state;
    const ss_match_options good = {.dimension = 2, .k = 1, .window_days = 3};
    ss_match_options bad = good;
    bad.dimension = 0;
    refuse(&zh, &en, bad);
    bad.dimension = SS_MAX_DIMENSION + 1;
    refuse(&zh, &en, bad);
    bad = good;
    bad.k = 0;
    refuse(&zh, &en, bad);
    bad = good;
    bad.window_days = -2;
    refuse(&zh, &en, bad);
    bad = good;
    bad.self = true;
    refuse(&zh, &en, bad);
}

static void test_bad_sides(void **state)
{
    (void)state;
    const ss_match_options options = {.dimension = 2, .k = 1, .window_days = 3};
    ss_side unsorted = en;
    unsorted.day = (const int32_t[]){3, 2, 4, 5, 6};
    refuse(&zh, &unsorted, options);
    refuse(&unsorted, &zh, options);
    ss_side huge = en;
    huge.count = UINT32_MAX;
    refuse(&huge, &en, options);
}

static void test_bad_calls(void **state)
{
    (void)state;
    const ss_match_options options = {.dimension = 2, .k = 1, .window_days = 3};
    const double thresholds[] = {0.0, -0.5, (double)NAN};
    ss_neighbours lists;
    assert_int_equal(tested->nearest(tested, &lists, NULL, &zh, &en, &options), SS_ERROR_ARGUMENT);
    for (size_t i = 0; i < 3; i++) {
        ss_pair *pairs;
        size_t count = 9;
        assert_int_equal(tested->join(tested, &pairs, &count, &zh, &en, thresholds[i], &options), SS_ERROR_ARGUMENT);
        assert_true(pairs == NULL && count == 0);
    }
}

static void test_names(void **state)
{
    (void)state;
    const ss_matcher *matcher;
    size_t count = 0;
    for (const char *name; (name = ss_matcher_name(count)) != NULL; count++) {
        assert_int_equal(ss_matcher_find(&matcher, name), SS_OK);
        assert_string_equal(matcher->name, name);
    }
    assert_true(count >= 2);
    assert_null(ss_matcher_name(count));
    assert_null(ss_matcher_name(count + 100));
    assert_string_equal(ss_matcher_name(count - 1), "scalar");
    assert_int_equal(ss_matcher_find(&matcher, NULL), SS_OK);
    assert_string_equal(matcher->name, ss_matcher_name(0));
    assert_int_equal(ss_matcher_find(&matcher, "abacus"), SS_ERROR_ARGUMENT);
    assert_null(matcher);
    assert_non_null(strstr(ss_last_error(), ss_matcher_name(0)));
}

/* The matcher of that name, also where this machine can't run it. */
static const ss_matcher *matcher_of_name(const char *name)
{
    for (const ss_matcher *const *matcher = ss_matchers; *matcher != NULL; matcher++)
        if (strcmp((*matcher)->name, name) == 0) return *matcher;
    return NULL;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_to_reference),
        cmocka_unit_test(test_equal_over_many_tiles),
        cmocka_unit_test(test_copies_of_one_article),
        cmocka_unit_test(test_order_and_ties),
        cmocka_unit_test(test_window),
        cmocka_unit_test(test_self),
        cmocka_unit_test(test_progress_and_cancelling),
        cmocka_unit_test(test_memory_is_refused),
        cmocka_unit_test(test_no_memory_for_a_tile),
        cmocka_unit_test(test_bad_options),
        cmocka_unit_test(test_bad_sides),
        cmocka_unit_test(test_bad_calls),
        cmocka_unit_test(test_names),
    };
    tested = argc == 2 ? matcher_of_name(argv[1]) : NULL;
    if (tested == NULL) {
        fprintf(stderr, "usage: test_match MATCHER\n");
        return 2;
    }
    if (!tested->available()) {
        fprintf(stderr, "this machine can't run the matcher %s\n", tested->name);
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
