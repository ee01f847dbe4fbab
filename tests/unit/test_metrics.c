/* Measures: worked by hand, or taken once from SciPy 1.x and scikit-learn 1.x (marked so). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "metrics.h"

#define NEAR 1e-12

static void assert_near(double value, double wanted)
{
    if (!(fabs(value - wanted) <= NEAR)) fail_msg("%.17g is not %.17g", value, wanted);
}

static void assert_undefined(double value)
{
    if (!isnan(value)) fail_msg("%.17g should not be defined", value);
}

/* ----------------------------------------------------------- correlation */

static const double cosines[] = {0.9, 0.8, 0.8, 0.3, -0.2, 0.5, 0.5};
static const double likeness[] = {-1, -1.5, -2, -4, -3.5, -2, -3};

static double pearson(const double *x, const double *y, const uint32_t *times, size_t count)
{
    double out = -9;
    assert_int_equal(ss_pearson(&out, x, y, times, count), SS_OK);
    return out;
}

static double spearman(const double *x, const double *y, const uint32_t *times, size_t count)
{
    double out = -9;
    assert_int_equal(ss_spearman(&out, x, y, times, count), SS_OK);
    return out;
}

static void test_correlations(void **state)
{
    (void)state;
    assert_near(pearson(cosines, likeness, NULL, 7), 0.8160909443133819);  /* SciPy */
    assert_near(spearman(cosines, likeness, NULL, 7), 0.9174698042719672); /* SciPy */
    const double x[] = {1, 2, 3}, falling[] = {6, 4, 2}, curved[] = {1, 10, 1000};
    assert_near(pearson(x, falling, NULL, 3), -1);
    assert_near(spearman(x, curved, NULL, 3), 1);
    assert_true(pearson(x, curved, NULL, 3) < 0.9);
}

/* A resample is the same as a list in which each item stands so many times. */
static void test_correlations_of_a_resample(void **state)
{
    (void)state;
    const uint32_t times[] = {1, 2, 0, 1, 3, 0, 1};
    assert_near(pearson(cosines, likeness, times, 7), 0.8520236024523455);  /* SciPy, items repeated */
    assert_near(spearman(cosines, likeness, times, 7), 0.8481012658227849); /* SciPy, items repeated */
    const uint32_t once[] = {1, 1, 1, 1, 1, 1, 1};
    assert_near(spearman(cosines, likeness, once, 7), spearman(cosines, likeness, NULL, 7));
}

static void test_correlations_that_are_not_defined(void **state)
{
    (void)state;
    const double x[] = {0.1, 0.2, 0.3}, same[] = {0.1, 0.1, 0.1};
    for (size_t count = 0; count < 2; count++) {
        assert_undefined(pearson(x, x, NULL, count));
        assert_undefined(spearman(x, x, NULL, count));
    }
    assert_near(pearson(x, x, NULL, 2), 1);
    assert_near(spearman(x, x, NULL, 2), 1);
    assert_undefined(pearson(x, same, NULL, 3));
    assert_undefined(spearman(same, x, NULL, 3));
    const uint32_t one_of_them[] = {0, 5, 0}, none[] = {0, 0, 0};
    assert_undefined(pearson(x, x, one_of_them, 3));
    assert_undefined(spearman(x, x, none, 3));
}

static void test_not_a_number_is_refused(void **state)
{
    (void)state;
    const double good[] = {1, 2, 3}, bad[] = {1, NAN, 3};
    double out;
    assert_int_equal(ss_pearson(&out, good, bad, NULL, 3), SS_ERROR_ARGUMENT);
    assert_int_equal(ss_pearson(&out, bad, good, NULL, 3), SS_ERROR_ARGUMENT);
    assert_int_equal(ss_spearman(&out, good, bad, NULL, 3), SS_ERROR_ARGUMENT);
    assert_int_equal(ss_spearman(&out, bad, good, NULL, 3), SS_ERROR_ARGUMENT);
    ss_scored scored[] = {{.score = 0.5}, {.score = NAN}};
    assert_int_equal(ss_scored_sort(scored, 2), SS_ERROR_ARGUMENT);
    assert_non_null(strstr(ss_last_error(), "not a number"));
}

/* --------------------------------------------------------------- ranking */

static const ss_scored ranked[] = {{0.9, 0, true},  {0.8, 1, false}, {0.8, 2, true}, {0.7, 3, true},
                                   {0.7, 4, false}, {0.7, 5, false}, {0.4, 6, true}, {0.2, 7, false}};
#define RANKED (sizeof ranked / sizeof *ranked)

static void test_ranking(void **state)
{
    (void)state;
    assert_near(ss_average_precision(ranked, NULL, RANKED), 0.6845238095238095); /* scikit-learn */
    assert_near(ss_best_f1(ranked, NULL, RANKED), 8.0 / 11);                     /* scikit-learn */
    assert_near(ss_f1_at(ranked, NULL, RANKED, 0.7), 0.6);                       /* scikit-learn */
    assert_near(ss_f1_at(ranked, NULL, RANKED, 0.8), 4.0 / 7);                   /* scikit-learn */
    assert_near(ss_f1_at(ranked, NULL, RANKED, 0.75), 4.0 / 7);
    assert_near(ss_f1_at(ranked, NULL, RANKED, 0.95), 0);
    assert_near(ss_f1_at(ranked, NULL, RANKED, -1), 8.0 / 12);
    const uint32_t times[] = {2, 0, 1, 1, 3, 0, 1, 1};
    assert_near(ss_average_precision(ranked, times, RANKED), 0.8392857142857143); /* scikit-learn, items repeated */
    assert_near(ss_f1_at(ranked, times, RANKED, 0.7), 2.0 / 3);                   /* scikit-learn, items repeated */
    assert_near(ss_best_f1(ranked, times, RANKED), 10.0 / 13);                    /* scikit-learn, items repeated */
}

/* Neither the order of the input nor that of equal scores has a bearing. */
static void test_ranking_whatever_the_order(void **state)
{
    (void)state;
    ss_scored shuffled[RANKED];
    for (size_t step = 1; step < RANKED; step += 2) { /* odd steps reach every item of eight */
        for (size_t i = 0; i < RANKED; i++)
            shuffled[i] = ranked[(3 + i * step) % RANKED];
        assert_int_equal(ss_scored_sort(shuffled, RANKED), SS_OK);
        assert_near(ss_average_precision(shuffled, NULL, RANKED), ss_average_precision(ranked, NULL, RANKED));
        assert_near(ss_best_f1(shuffled, NULL, RANKED), ss_best_f1(ranked, NULL, RANKED));
    }
}

static void test_ranking_of_few(void **state)
{
    (void)state;
    const ss_scored yes = {0.5, 0, true}, no = {0.5, 0, false};
    assert_int_equal(ss_scored_sort(NULL, 0), SS_OK);
    assert_undefined(ss_average_precision(NULL, NULL, 0));
    assert_undefined(ss_best_f1(NULL, NULL, 0));
    assert_undefined(ss_f1_at(NULL, NULL, 0, 0.5));
    assert_near(ss_average_precision(&yes, NULL, 1), 1);
    assert_near(ss_best_f1(&yes, NULL, 1), 1);
    assert_near(ss_f1_at(&yes, NULL, 1, 0.5), 1);
    assert_undefined(ss_average_precision(&no, NULL, 1));
    assert_undefined(ss_f1_at(&no, NULL, 1, 0.6)); /* nothing looked for, nothing found */
    assert_near(ss_f1_at(&no, NULL, 1, 0.5), 0);
    const uint32_t never[] = {0};
    assert_undefined(ss_average_precision(&yes, never, 1));
    /* All of one score: precision is the share of the relevant. */
    const ss_scored level[] = {{0.5, 0, true}, {0.5, 0, false}, {0.5, 0, false}, {0.5, 0, false}};
    assert_near(ss_average_precision(level, NULL, 4), 0.25);
    assert_near(ss_best_f1(level, NULL, 4), 2.0 / 5);
}

/* --------------------------------------------------------- probabilities */

static void test_reliability(void **state)
{
    (void)state;
    /* In any order; 1 belongs to the last bin, 0.1 to the second. */
    const ss_scored item[] = {{0.95, 0, true},  {0.05, 1, false}, {1, 2, true},     {0.1, 3, true},
                              {0.15, 4, false}, {0.55, 5, true},  {0.91, 6, false}, {0, 7, false}};
    ss_reliability r;
    assert_int_equal(ss_reliability_measure(&r, item, NULL, 8), SS_OK);
    assert_near(r.bin[0].count, 2);
    assert_near(r.bin[0].probability, 0.025);
    assert_near(r.bin[0].share, 0);
    assert_near(r.bin[1].count, 2);
    assert_near(r.bin[1].probability, 0.125);
    assert_near(r.bin[1].share, 0.5);
    assert_near(r.bin[9].count, 3);
    assert_near(r.bin[9].probability, 2.86 / 3);
    assert_near(r.bin[9].share, 2.0 / 3);
    assert_near(r.bin[4].count, 0);
    assert_undefined(r.bin[4].probability);
    assert_undefined(r.bin[4].share);
    assert_near(r.error, (0.05 + 0.75 + 0.45 + 0.86) / 8);
    const uint32_t times[] = {2, 0, 0, 1, 0, 0, 1, 0};
    assert_int_equal(ss_reliability_measure(&r, item, times, 8), SS_OK);
    assert_near(r.bin[9].share, 2.0 / 3);
    assert_near(r.error, (0.9 + 0.81) / 4);
}

static void test_reliability_of_few(void **state)
{
    (void)state;
    ss_reliability r;
    assert_int_equal(ss_reliability_measure(&r, NULL, NULL, 0), SS_OK);
    assert_undefined(r.error);
    assert_near(r.bin[3].count, 0);
    const ss_scored one = {0.25, 0, true};
    assert_int_equal(ss_reliability_measure(&r, &one, NULL, 1), SS_OK);
    assert_near(r.error, 0.75);
    const double bad[] = {-0.01, 1.01, NAN};
    for (size_t i = 0; i < 3; i++) {
        const ss_scored item[] = {{0.5, 0, true}, {bad[i], 0, true}};
        assert_int_equal(ss_reliability_measure(&r, item, NULL, 2), SS_ERROR_ARGUMENT);
        assert_non_null(strstr(ss_last_error(), "score 1 "));
    }
}

static void test_log_loss(void **state)
{
    (void)state;
    const ss_scored item[] = {{0.9, 0, true}, {0.2, 1, false}, {0.5, 2, true}};
    assert_near(ss_log_loss(item, NULL, 3), -(log(0.9) + log(0.8) + log(0.5)) / 3);
    const uint32_t times[] = {1, 0, 3};
    assert_near(ss_log_loss(item, times, 3), -(log(0.9) + 3 * log(0.5)) / 4);
    assert_undefined(ss_log_loss(item, NULL, 0));
    const ss_scored wrong = {1, 0, false};
    assert_near(ss_log_loss(&wrong, NULL, 1), -log(1e-15));
}

/* ------------------------------------------------------------ clustering */

static void check_b_cubed(const int64_t *found, const int64_t *truth, size_t count, double precision, double recall)
{
    double p[8], r[8];
    assert_true(count <= 8);
    assert_int_equal(ss_b_cubed(p, r, found, truth, count), SS_OK);
    assert_near(ss_mean(p, NULL, NULL, count), precision);
    assert_near(ss_mean(r, NULL, NULL, count), recall);
}

static void test_b_cubed(void **state)
{
    (void)state;
    /* Found {0 1 2 3} {4} {5 6}; true {0 1 2} {3 4} {5 6}:
     * precisions 3/4 3/4 3/4 1/4 1 1 1, recalls 1 1 1 1/2 1/2 1 1. */
    const int64_t found[] = {7, 7, 7, 7, -5, 0, 0}, truth[] = {1, 1, 1, 2, 2, 3, 3};
    check_b_cubed(found, truth, 7, 5.5 / 7, 6.0 / 7);
    double p[7], r[7];
    assert_int_equal(ss_b_cubed(p, r, found, truth, 7), SS_OK);
    assert_near(p[3], 0.25);
    assert_near(r[4], 0.5);
    check_b_cubed(truth, truth, 7, 1, 1);
    const int64_t single[] = {1, 2, 3, 4}, together[] = {0, 0, 0, 0};
    check_b_cubed(single, together, 4, 1, 0.25);
    check_b_cubed(together, single, 4, 0.25, 1);
    check_b_cubed(single, single, 1, 1, 1);
    assert_int_equal(ss_b_cubed(p, r, found, truth, 0), SS_OK);
    assert_near(ss_f1(0.5, 1), 2.0 / 3);
    assert_near(ss_f1(0, 0), 0);
    assert_undefined(ss_f1(NAN, NAN));
}

static void test_mean(void **state)
{
    (void)state;
    const double hit[] = {1, 0, 0, 1};
    const uint32_t unit[] = {0, 0, 1, 2}, times[] = {2, 0, 1, 5};
    assert_near(ss_mean(hit, NULL, NULL, 4), 0.5);
    assert_near(ss_mean(hit, NULL, times, 4), 7.0 / 8);
    assert_near(ss_mean(hit, unit, times, 4), 3.0 / 5); /* units 0 0 2: twice, twice, never, once */
    assert_undefined(ss_mean(hit, NULL, NULL, 0));
}

/* ------------------------------------------------------------- intervals */

typedef struct sample {
    const double *value;
    size_t count;
} sample;

static ss_status mean_and_count(const void *context, const uint32_t *times, double *value)
{
    const sample *s = context;
    uint32_t drawn = 0;
    for (size_t i = 0; i < s->count; i++)
        drawn += times != NULL ? times[i] : 1;
    value[0] = ss_mean(s->value, NULL, times, s->count);
    value[1] = drawn;
    return SS_OK;
}

static void test_bootstrap(void **state)
{
    (void)state;
    double hit[400];
    for (size_t i = 0; i < 400; i++)
        hit[i] = i % 5 != 0; /* a rate of 0.8, standard error 0.02 */
    const sample s = {hit, 400};
    ss_estimate first[2], second[2];
    assert_int_equal(ss_bootstrap(first, 2, 400, mean_and_count, &s, NULL), SS_OK);
    assert_near(first[0].value, 0.8);
    assert_true(fabs(first[0].low - (0.8 - 1.96 * 0.02)) < 0.008);
    assert_true(fabs(first[0].high - (0.8 + 1.96 * 0.02)) < 0.008);
    assert_near(first[1].low, 400); /* every resample draws as many units as there are */
    assert_near(first[1].high, 400);
    assert_int_equal(ss_bootstrap(second, 2, 400, mean_and_count, &s, NULL), SS_OK);
    assert_memory_equal(first, second, sizeof first); /* no interval that changes from run to run */
}

static void test_bootstrap_of_few(void **state)
{
    (void)state;
    const double one[] = {0.25};
    const sample s = {one, 1}, empty = {one, 0};
    ss_estimate estimate[2];
    assert_int_equal(ss_bootstrap(estimate, 2, 1, mean_and_count, &s, NULL), SS_OK);
    assert_near(estimate[0].low, 0.25);
    assert_near(estimate[0].high, 0.25);
    assert_int_equal(ss_bootstrap(estimate, 2, 0, mean_and_count, &empty, NULL), SS_OK);
    assert_undefined(estimate[0].value);
    assert_undefined(estimate[0].low);
    assert_undefined(estimate[0].high);
}

/* Half of the resamples of two units hold one of them twice, where a correlation is not defined. */
static ss_status pearson_of_two(const void *context, const uint32_t *times, double *value)
{
    (void)context;
    return ss_pearson(value, cosines, likeness, times, 2);
}

static ss_status fail_on_resample(const void *context, const uint32_t *times, double *value)
{
    (void)context;
    value[0] = 0;
    return times == NULL ? SS_OK : SS_ERROR_MEMORY;
}

static bool is_cancelled(void *user)
{
    (void)user;
    return true;
}

static void test_bootstrap_that_meets_trouble(void **state)
{
    (void)state;
    ss_estimate estimate;
    assert_int_equal(ss_bootstrap(&estimate, 1, 2, pearson_of_two, NULL, NULL), SS_OK);
    assert_near(estimate.low, 1);
    assert_near(estimate.high, 1);
    assert_int_equal(ss_bootstrap(&estimate, 1, 2, fail_on_resample, NULL, NULL), SS_ERROR_MEMORY);
    const ss_job job = {.cancelled = is_cancelled};
    assert_int_equal(ss_bootstrap(&estimate, 1, 2, pearson_of_two, NULL, &job), SS_ERROR_INTERRUPTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_correlations),
        cmocka_unit_test(test_correlations_of_a_resample),
        cmocka_unit_test(test_correlations_that_are_not_defined),
        cmocka_unit_test(test_not_a_number_is_refused),
        cmocka_unit_test(test_ranking),
        cmocka_unit_test(test_ranking_whatever_the_order),
        cmocka_unit_test(test_ranking_of_few),
        cmocka_unit_test(test_reliability),
        cmocka_unit_test(test_reliability_of_few),
        cmocka_unit_test(test_log_loss),
        cmocka_unit_test(test_b_cubed),
        cmocka_unit_test(test_mean),
        cmocka_unit_test(test_bootstrap),
        cmocka_unit_test(test_bootstrap_of_few),
        cmocka_unit_test(test_bootstrap_that_meets_trouble),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
