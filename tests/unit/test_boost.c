/* Boosted trees: on made-up samples whose answer is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "boost.h"

#define N        400
#define FEATURES 3

typedef struct samples {
    float x[N][FEATURES];
    uint8_t label[N];
    size_t count;
} samples;

/* Numbers in 0..1 that look like chance and are the same every time. */
static float chance(uint32_t i)
{
    uint32_t z = (i + 1) * 2654435761u;
    z = (z ^ z >> 15) * 2246822519u;
    z = (z ^ z >> 13) * 3266489917u;
    return (float)((z ^ z >> 16) >> 8) / (1 << 24);
}

/* Label: exclusive or of whether the first two features are above one half; the third is noise. */
static samples make_xor(size_t count)
{
    samples s = {.count = count};
    for (size_t i = 0; i < count; i++) {
        for (size_t f = 0; f < FEATURES; f++)
            s.x[i][f] = chance((uint32_t)(FEATURES * i + f));
        s.label[i] = (s.x[i][0] > 0.5f) != (s.x[i][1] > 0.5f);
    }
    return s;
}

static ss_boost_options small_options(void)
{
    ss_boost_options options = ss_boost_options_default();
    options.bags = 3;
    options.trees = 40;
    options.rate = 0.2;
    options.min_leaf = 5;
    return options;
}

static ss_boost fit(const samples *s, const ss_boost_options *options)
{
    ss_boost boost;
    assert_int_equal(ss_boost_fit(&boost, s->x[0], s->label, NULL, s->count, FEATURES, options), SS_OK);
    assert_null(ss_boost_find_fault(&boost));
    return boost;
}

static void assert_near(double value, double wanted, double within)
{
    if (!(fabs(value - wanted) <= within)) fail_msg("%.12g is not %.12g", value, wanted);
}

static double probability(const ss_boost *boost, const float *x)
{
    return 1 / (1 + exp(-ss_boost_log_odds(boost, x)));
}

/* -------------------------------------------------------------- learning */

static void test_exclusive_or(void **state)
{
    (void)state;
    samples s = make_xor(N);
    double gain[FEATURES];
    ss_boost_options options = small_options();
    options.gain = gain;
    ss_boost boost = fit(&s, &options);
    assert_int_equal(boost.tree_count, 120);
    assert_int_equal(boost.features, FEATURES);
    const float corners[4][FEATURES] = {{0.2f, 0.2f, 0.5f}, {0.2f, 0.8f, 0.5f}, {0.8f, 0.2f, 0.5f}, {0.8f, 0.8f, 0.5f}};
    for (int i = 0; i < 4; i++)
        assert_near(probability(&boost, corners[i]), i == 1 || i == 2, 0.1);
    assert_true(gain[0] + gain[1] > 3 * gain[2]);
    assert_true(gain[2] >= 0);
    ss_boost_clear(&boost);
    assert_null(boost.tree);
    ss_boost_clear(&boost);
}

/* Probability falls along one feature: from what is learnt, never the other way by much. */
static void test_one_feature(void **state)
{
    (void)state;
    float x[N];
    uint8_t label[N];
    for (uint32_t i = 0; i < N; i++) {
        x[i] = (float)i / N;
        label[i] = chance(i) > x[i];
    }
    ss_boost boost;
    ss_boost_options options = small_options();
    options.min_leaf = 40;
    options.trees = 20;
    assert_int_equal(ss_boost_fit(&boost, x, label, NULL, N, 1, &options), SS_OK);
    for (int tenth = 1; tenth < 10; tenth++) {
        float at = (float)tenth / 10;
        assert_near(probability(&boost, &at), 1 - tenth / 10.0, 0.2);
    }
    /* A step needs one split, half way between the samples on both sides of it. */
    for (uint32_t i = 0; i < N; i++)
        label[i] = i >= 100;
    ss_boost_clear(&boost);
    assert_int_equal(ss_boost_fit(&boost, x, label, NULL, N, 1, &options), SS_OK);
    assert_int_equal(boost.tree[0].feature[0], 0);
    assert_near((double)boost.tree[0].threshold[0], 99.5 / N, 1e-6);
    float below = 99.4f / N, above = 99.6f / N;
    assert_true(probability(&boost, &below) < 0.1);
    assert_true(probability(&boost, &above) > 0.9);
    ss_boost_clear(&boost);
}

static void test_missing(void **state)
{
    (void)state;
    samples s = make_xor(N);
    /* Missing means yes, and says it alone; the rest means no. */
    for (size_t i = 0; i < N; i++) {
        s.label[i] = i % 3 == 0;
        if (s.label[i]) s.x[i][1] = NAN;
    }
    ss_boost_options options = small_options();
    ss_boost boost = fit(&s, &options);
    const float missing[FEATURES] = {0.5f, NAN, 0.5f}, low[FEATURES] = {0.5f, -1e30f, 0.5f},
                high[FEATURES] = {0.5f, 1e30f, 0.5f};
    assert_true(probability(&boost, missing) > 0.9);
    assert_true(probability(&boost, low) < 0.1);
    assert_true(probability(&boost, high) < 0.1);
    ss_boost_clear(&boost);
    /* Missing goes with the great ones, then with the small ones. */
    for (int with_small = 0; with_small < 2; with_small++) {
        for (size_t i = 0; i < N; i++) {
            s.x[i][0] = i % 2 == 0 ? NAN : (float)(i % 8) / 8;
            s.label[i] = with_small != (isnan(s.x[i][0]) || s.x[i][0] > 0.5f);
            if (with_small && isnan(s.x[i][0])) s.label[i] = 1;
        }
        boost = fit(&s, &options);
        const float none[FEATURES] = {NAN, 0.5f, 0.5f}, some[FEATURES] = {0.1f, 0.5f, 0.5f},
                    most[FEATURES] = {0.9f, 0.5f, 0.5f};
        assert_true(probability(&boost, none) > 0.9);
        assert_true(probability(&boost, some) < 0.1 || with_small);
        assert_true(probability(&boost, most) < 0.1 || !with_small);
        ss_boost_clear(&boost);
    }
}

/* What was never missing goes, when it is, where most went. */
static void test_missing_for_the_first_time(void **state)
{
    (void)state;
    float x[N];
    uint8_t label[N];
    for (uint32_t i = 0; i < N; i++) {
        x[i] = (float)i;
        label[i] = i >= 100;
    }
    ss_boost boost;
    ss_boost_options options = small_options();
    assert_int_equal(ss_boost_fit(&boost, x, label, NULL, N, 1, &options), SS_OK);
    const float missing = NAN;
    assert_true(probability(&boost, &missing) > 0.9);
    ss_boost_clear(&boost);
}

static void test_nothing_to_tell_by(void **state)
{
    (void)state;
    samples s = make_xor(N);
    size_t yes = 0;
    for (size_t i = 0; i < N; i++) {
        s.x[i][0] = 7;
        s.x[i][1] = NAN;
        s.x[i][2] = -0.5f;
        s.label[i] = i % 4 == 0;
        yes += s.label[i];
    }
    ss_boost_options options = small_options();
    ss_boost boost = fit(&s, &options);
    const float any[FEATURES] = {1, 2, 3};
    assert_near(probability(&boost, s.x[0]), (double)yes / N, 1e-6);
    assert_near(probability(&boost, any), (double)yes / N, 1e-6);
    ss_boost_clear(&boost);
}

static void test_more_values_than_bins(void **state)
{
    (void)state;
    enum { MANY = 2001 };
    static float x[MANY];
    static uint8_t label[MANY];
    for (uint32_t i = 0; i < MANY; i++) {
        x[i] = i % 2 == 0 ? 0.5f : chance(i); /* half of them equal */
        label[i] = x[i] > 0.75f;
    }
    ss_boost boost;
    ss_boost_options options = small_options();
    assert_int_equal(ss_boost_fit(&boost, x, label, NULL, MANY, 1, &options), SS_OK);
    for (uint32_t i = 0; i < MANY; i++)
        if (fabsf(x[i] - 0.75f) > 0.01f) assert_int_equal(ss_boost_log_odds(&boost, &x[i]) > 0, label[i]);
    ss_boost_clear(&boost);
}

/* A sample of weight 2 is like two of them; one of weight 0 like none. */
static void test_weights(void **state)
{
    (void)state;
    samples s = make_xor(200);
    float weight[N], twice[N][FEATURES];
    uint8_t label[N];
    size_t count = 0;
    for (size_t i = 0; i < s.count; i++) {
        weight[i] = (float)(i % 2 * 2);
        for (int times = 0; times < (int)weight[i]; times++) {
            memcpy(twice[count], s.x[i], sizeof twice[0]);
            label[count++] = s.label[i];
        }
    }
    ss_boost_options options = small_options();
    options.min_leaf = 1;
    ss_boost weighted, repeated;
    assert_int_equal(ss_boost_fit(&weighted, s.x[0], s.label, weight, s.count, FEATURES, &options), SS_OK);
    assert_int_equal(ss_boost_fit(&repeated, twice[0], label, NULL, count, FEATURES, &options), SS_OK);
    assert_near(weighted.bias, repeated.bias, 1e-12);
    for (size_t i = 1; i < s.count; i += 2)
        assert_near(probability(&weighted, s.x[i]), probability(&repeated, s.x[i]), 0.05);
    ss_boost_clear(&weighted);
    ss_boost_clear(&repeated);
}

/* ----------------------------------------------------------------- sizes */

static void test_one_kind_or_none(void **state)
{
    (void)state;
    samples s = make_xor(7);
    ss_boost boost;
    assert_int_equal(ss_boost_fit(&boost, NULL, NULL, NULL, 0, FEATURES, NULL), SS_OK);
    assert_int_equal(boost.tree_count, 0);
    assert_near(ss_boost_log_odds(&boost, s.x[0]), 0, 0);
    for (uint8_t label = 0; label < 2; label++) {
        memset(s.label, label, sizeof s.label);
        for (size_t count = 1; count <= 7; count += 3) {
            assert_int_equal(ss_boost_fit(&boost, s.x[0], s.label, NULL, count, FEATURES, NULL), SS_OK);
            assert_int_equal(boost.tree_count, 0);
            assert_near(probability(&boost, s.x[1]), label, 0.0011);
        }
    }
    const float no_weight[7] = {0};
    s = make_xor(7);
    assert_int_equal(ss_boost_fit(&boost, s.x[0], s.label, no_weight, 7, FEATURES, NULL), SS_OK);
    assert_near(ss_boost_log_odds(&boost, s.x[0]), 0, 0);
}

static void test_few_samples(void **state)
{
    (void)state;
    for (size_t count = 2; count < 12; count++) {
        samples s = make_xor(count);
        s.label[0] = 1;
        s.label[1] = 0;
        ss_boost_options options = small_options();
        ss_boost boost = fit(&s, &options); /* too few for two leaves, then just enough */
        if (count < 10) {
            for (size_t i = 0; i < boost.tree_count; i++)
                assert_int_equal(boost.tree[i].feature[0], SS_BOOST_LEAF);
        }
        assert_true(isfinite(ss_boost_log_odds(&boost, s.x[0])));
        ss_boost_clear(&boost);
    }
}

/* ----------------------------------------------------------- sameness */

static void test_the_same_with_any_threads(void **state)
{
    (void)state;
    samples s = make_xor(N - 1);
    for (size_t i = 0; i < s.count; i += 7)
        s.x[i][2] = NAN;
    ss_boost_options options = small_options();
    double gain[2][FEATURES];
    ss_boost boost[2];
    for (int i = 0; i < 2; i++) {
        const ss_job job = {.threads = i == 0 ? 1 : 4};
        options.job = &job;
        options.gain = gain[i];
        boost[i] = fit(&s, &options);
    }
    assert_int_equal(boost[0].tree_count, boost[1].tree_count);
    assert_memory_equal(boost[0].tree, boost[1].tree, boost[0].tree_count * sizeof *boost[0].tree);
    assert_memory_equal(gain[0], gain[1], sizeof gain[0]);
    ss_boost_clear(&boost[1]);
    options.job = NULL;
    options.seed++;
    boost[1] = fit(&s, &options);
    assert_memory_not_equal(boost[0].tree, boost[1].tree, boost[0].tree_count * sizeof *boost[0].tree);
    ss_boost_clear(&boost[0]);
    ss_boost_clear(&boost[1]);
}

/* The features' shares and the start add up; an odd number of trees is walked to the last. */
static void test_shares(void **state)
{
    (void)state;
    samples s = make_xor(N);
    for (size_t i = 0; i < N; i += 5)
        s.x[i][i % FEATURES] = NAN;
    ss_boost_options options = small_options();
    options.trees = 11;
    ss_boost boost = fit(&s, &options);
    double first_start = 0;
    for (size_t i = 0; i < N; i++) {
        double share[FEATURES], start = ss_boost_shares(&boost, s.x[i], share), sum = start;
        for (int f = 0; f < FEATURES; f++)
            sum += share[f];
        assert_near(sum, ss_boost_log_odds(&boost, s.x[i]), 1e-9);
        if (i == 0) first_start = start;
        assert_near(start, first_start, 0); /* the same for all */
    }
    ss_boost_clear(&boost);
}

/* What a sample finds, asked question by question. */
static double walked(const ss_boost *boost, const float *x)
{
    double sum = boost->bias;
    for (size_t t = 0; t < boost->tree_count; t++) {
        const ss_tree *tree = &boost->tree[t];
        int node = 0;
        while (node < SS_BOOST_SPLITS && tree->feature[node] != SS_BOOST_LEAF) {
            float value = x[tree->feature[node]];
            bool left = isnan(value) ? tree->missing_left >> node & 1 : value < tree->threshold[node];
            node = 2 * node + (left ? 1 : 2);
        }
        sum += (double)tree->value[node];
    }
    return sum;
}

/* However many are asked at once, and however far they lie apart. */
static void test_many_at_once(void **state)
{
    (void)state;
    samples s = make_xor(N);
    for (size_t i = 0; i < N; i += 3)
        s.x[i][i % FEATURES] = NAN;
    ss_boost_options options = small_options();
    ss_boost boost = fit(&s, &options);
    boost.tree[0].missing_left = 0x5a5a;
    double log_odds[132];
    for (size_t count = 0; count < 132; count += count < 70 ? 1 : 29) {
        log_odds[count] = 12345;
        ss_boost_log_odds_of(&boost, s.x[count], FEATURES, count, log_odds);
        for (size_t i = 0; i < count; i++)
            assert_true(log_odds[i] == walked(&boost, s.x[count + i]));
        assert_true(log_odds[count] == 12345);
    }
    ss_boost_log_odds_of(&boost, s.x[0], 2 * FEATURES, 20, log_odds);
    for (size_t i = 0; i < 20; i++)
        assert_true(log_odds[i] == walked(&boost, s.x[2 * i]));
    ss_boost_clear(&boost);
}

/* ---------------------------------------------------------------- faults */

static void assert_refused(const samples *s, const float *weight, int features, const ss_boost_options *options)
{
    ss_boost boost;
    assert_int_equal(ss_boost_fit(&boost, s->x[0], s->label, weight, s->count, features, options), SS_ERROR_ARGUMENT);
    assert_null(boost.tree);
}

static void test_bad_arguments(void **state)
{
    (void)state;
    samples s = make_xor(20);
    assert_refused(&s, NULL, 0, NULL);
    assert_refused(&s, NULL, -1, NULL);
    assert_refused(&s, NULL, 256, NULL);
    float weight[20] = {0};
    weight[3] = -1;
    assert_refused(&s, weight, FEATURES, NULL);
    weight[3] = NAN;
    assert_refused(&s, weight, FEATURES, NULL);
    ss_boost_options good = small_options(), options[7];
    for (int i = 0; i < 7; i++)
        options[i] = good;
    options[0].bags = 0;
    options[1].trees = 0;
    options[2].rate = 0;
    options[3].min_leaf = 0;
    options[4].l2 = -1;
    options[5].column_share = 1.5;
    options[6].rate = NAN;
    for (int i = 0; i < 7; i++)
        assert_refused(&s, NULL, FEATURES, &options[i]);
    s.label[2] = 2;
    assert_refused(&s, NULL, FEATURES, NULL);
    s.label[2] = 1;
    s.x[19][2] = -INFINITY;
    assert_refused(&s, NULL, FEATURES, NULL);
    assert_non_null(strstr(ss_last_error(), "sample 19"));
}

static bool is_cancelled(void *user)
{
    (void)user;
    return true;
}

static void test_cancelled(void **state)
{
    (void)state;
    samples s = make_xor(50);
    const ss_job job = {.threads = 1, .cancelled = is_cancelled};
    ss_boost_options options = small_options();
    options.job = &job;
    ss_boost boost;
    assert_int_equal(ss_boost_fit(&boost, s.x[0], s.label, NULL, s.count, FEATURES, &options), SS_ERROR_INTERRUPTED);
    assert_null(boost.tree);
}

static void test_faults_from_outside(void **state)
{
    (void)state;
    samples s = make_xor(N);
    ss_boost_options options = small_options();
    ss_boost boost = fit(&s, &options);
    ss_tree *tree = &boost.tree[boost.tree_count - 1], sound = *tree;
    tree->feature[0] = FEATURES;
    assert_non_null(ss_boost_find_fault(&boost));
    *tree = sound;
    tree->threshold[14] = NAN;
    assert_non_null(ss_boost_find_fault(&boost));
    *tree = sound;
    tree->value[30] = INFINITY;
    assert_non_null(ss_boost_find_fault(&boost));
    *tree = sound;
    tree->feature[0] = SS_BOOST_LEAF; /* with splits below it */
    assert_non_null(ss_boost_find_fault(&boost));
    *tree = sound;
    assert_null(ss_boost_find_fault(&boost));
    boost.features = 1;
    assert_non_null(ss_boost_find_fault(&boost));
    boost.features = 256;
    assert_non_null(ss_boost_find_fault(&boost));
    ss_boost_clear(&boost);
    assert_null(ss_boost_find_fault(&boost));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exclusive_or),
        cmocka_unit_test(test_one_feature),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_missing_for_the_first_time),
        cmocka_unit_test(test_nothing_to_tell_by),
        cmocka_unit_test(test_more_values_than_bins),
        cmocka_unit_test(test_weights),
        cmocka_unit_test(test_one_kind_or_none),
        cmocka_unit_test(test_few_samples),
        cmocka_unit_test(test_the_same_with_any_threads),
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_many_at_once),
        cmocka_unit_test(test_bad_arguments),
        cmocka_unit_test(test_cancelled),
        cmocka_unit_test(test_faults_from_outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
