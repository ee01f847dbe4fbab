/* Matching in slabs gives the lists of one call, wherever it is cut and taken up again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "match_cases.h"
#include "match_slabs.h"
#include "status.h"

/* How the slabs of one call went. */
typedef struct course {
    size_t slabs, most; /* after so many the job is cancelled; 0: never */
    size_t rows;        /* of a, that are done */
    bool stop;
} course;

static double slab_seconds;

static void note_slab(void *user, const ss_slab *slab)
{
    course *c = user;
    assert_int_equal(slab->rows.begin, c->rows);
    assert_true(slab->rows.end > slab->rows.begin);
    assert_true(slab->undated.begin >= slab->columns.end || slab->undated.begin >= slab->undated.end);
    c->rows = slab->rows.end;
    c->stop = ++c->slabs == c->most;
}

static bool is_stopped(void *user)
{
    course *c = user;
    c->stop |= case_random(30) == 0;
    return c->stop;
}

/* A matcher that works in slabs by the scalar one, and is interrupted again and again. */
static ss_status nearest(const ss_matcher *matcher, ss_neighbours *a_to_b, ss_neighbours *b_to_a, const ss_side *a,
                         const ss_side *b, const ss_match_options *options)
{
    (void)matcher;
    size_t bytes;
    SS_TRY(ss_neighbours_new(a_to_b, b_to_a, a, b, options, &bytes));
    course c = {.most = 1 + case_random(4)};
    const ss_slab_options slabs = {slab_seconds, note_slab, &c};
    ss_match_options own = *options;
    ss_job job = {.threads = 1, .cancelled = is_stopped, .user = &c};
    own.job = &job;
    for (;;) {
        ss_status status = ss_match_in_slabs(&ss_matcher_scalar, a_to_b, b_to_a, a, b, &own,
                                             CASE_PICK(((size_t[]){0, 20000, SIZE_MAX})), c.rows, &slabs);
        if (status == SS_ERROR_ARGUMENT || status == SS_ERROR_MEMORY)
            continue; /* too little, and perhaps in mid-slab */
        if (status != SS_ERROR_INTERRUPTED) return status;
        c = (course){.rows = c.rows, .most = 1 + case_random(4)};
    }
}

static const ss_matcher in_slabs = {.name = "slabs", .nearest = nearest};

static void test_random_sets(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        case_seed(seed);
        size_t dimension = 1 + case_random(40);
        case_set a = case_set_new(case_random(120), dimension, (case_entries)case_random(CASE_KINDS));
        case_set b = case_set_new(case_random(120), dimension, (case_entries)case_random(CASE_KINDS));
        ss_match_options options = {.dimension = (int)dimension,
                                    .k = CASE_PICK(((size_t[]){1, 2, 5, 200})),
                                    .window_days = CASE_PICK(((int[]){-1, 0, 1, 3, 40}))};
        slab_seconds = CASE_PICK(((double[]){1e-9, 1e-6, 1e-5, 1}));
        case_compare_nearest(&in_slabs, &a.side, &b.side, options);
        options.self = true;
        case_compare_nearest(&in_slabs, &a.side, &a.side, options);
        case_set_free(&a);
        case_set_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_sets)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
