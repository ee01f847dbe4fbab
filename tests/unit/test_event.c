/* Events: groups of articles, from links alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <igraph/igraph.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "event.h"
#include "status.h"

/* A result of so many articles and no link. */
static ss_result *result_of(size_t articles)
{
    ss_result *result;
    assert_int_equal(ss_result_new(&result), SS_OK);
    result->articles.count = articles;
    result->articles.item = calloc(articles + 1, sizeof *result->articles.item);
    assert_non_null(result->articles.item);
    return result;
}

static void link_them(ss_result *result, uint32_t a, uint32_t b, double probability)
{
    size_t count = result->link_count;
    if ((count & (count - 1)) == 0) { /* a power of two, or none: room for twice as many */
        ss_link *moved = realloc(result->link, (2 * count + 1) * sizeof *moved);
        assert_non_null(moved);
        result->link = moved;
    }
    result->link[result->link_count++] = (ss_link){.a = a, .b = b, .probability = (float)probability};
}

/* Every article of [begin, end) with every other. */
static void link_all(ss_result *result, uint32_t begin, uint32_t end, double probability)
{
    for (uint32_t a = begin; a < end; a++)
        for (uint32_t b = a + 1; b < end; b++)
            link_them(result, a, b, probability);
}

/* Links in the order that a result has, events found and sound: numbered by their first article, none of one article. */
static void find(ss_result *result, double threshold)
{
    if (result->link_count > 0) qsort(result->link, result->link_count, sizeof *result->link, ss_link_compare);
    assert_int_equal(ss_events_find(result, threshold), SS_OK);
    int64_t seen = 0;
    size_t *size = calloc(result->articles.count + 1, sizeof *size);
    assert_non_null(size);
    for (size_t i = 0; i < result->articles.count; i++) {
        int64_t event = result->event_of[i];
        assert_true(event >= -1 && event <= seen);
        if (event < 0) continue;
        if (event == seen) seen++;
        size[event]++;
    }
    assert_int_equal(result->event_count, seen);
    for (int64_t e = 0; e < seen; e++)
        assert_true(size[e] >= 2);
    free(size);
}

static void assert_events(const ss_result *result, const int *expected)
{
    for (size_t i = 0; i < result->articles.count; i++)
        assert_int_equal(ss_result_event_of(result, i), expected[i]);
}

/* Each of 150 copies names the same ten articles; another report hangs on by one of them. */
static void test_many_copies_stay_together(void **state)
{
    (void)state;
    enum { COPIES = 150, NAMED = 10 };
    ss_result *result = result_of(COPIES + 1);
    for (uint32_t a = 0; a < NAMED; a++) {
        for (uint32_t b = a + 1; b < COPIES; b++) {
            link_them(result, a, b, 1.0);
            result->link[result->link_count - 1].cosine = 1.0f;
        }
    }
    link_them(result, 3, COPIES, 0.9);
    find(result, 0.5);
    for (size_t i = 0; i <= COPIES; i++)
        assert_int_equal(ss_result_event_of(result, i), 0);
    ss_result_free(result);
}

static void test_nothing(void **state)
{
    (void)state;
    ss_result *none = result_of(0), *unlinked = result_of(3);
    find(none, 0.5);
    find(unlinked, 0.5);
    assert_int_equal(ss_result_event_count(none), 0);
    assert_events(unlinked, (const int[]){-1, -1, -1});
    ss_result_free(none);
    ss_result_free(unlinked);
}

static void test_pair(void **state)
{
    (void)state;
    ss_result *result = result_of(4);
    link_them(result, 1, 3, 0.7);
    find(result, 0.5);
    assert_events(result, (const int[]){-1, 0, -1, 0});
    ss_result_free(result);
}

static void test_links_below_the_threshold_do_not_count(void **state)
{
    (void)state;
    ss_result *result = result_of(4);
    link_them(result, 0, 1, 0.5);
    link_them(result, 2, 3, 0.49);
    find(result, 0.5);
    assert_events(result, (const int[]){0, 0, -1, -1});
    find(result, 0.4); /* once more on the same result */
    assert_events(result, (const int[]){0, 0, 1, 1});
    find(result, 0.9);
    assert_events(result, (const int[]){-1, -1, -1, -1});
    ss_result_free(result);
}

static void test_groups_stay_apart_despite_a_bridge(void **state)
{
    (void)state;
    const double bridges[] = {0.5, 0.75, 0.99};
    for (size_t i = 0; i < sizeof bridges / sizeof *bridges; i++) {
        for (uint32_t size = 3; size <= 7; size++) {
            ss_result *result = result_of(2 * size);
            link_all(result, 0, size, 0.8);
            link_all(result, size, 2 * size, 0.8);
            link_them(result, size - 1, size, bridges[i]);
            find(result, 0.5);
            assert_int_equal(result->event_count, 2);
            for (size_t k = 0; k < 2 * size; k++)
                assert_int_equal(result->event_of[k], k / size);
            ss_result_free(result);
        }
    }
}

static void test_chain_is_cut(void **state)
{
    (void)state;
    ss_result *result = result_of(12);
    for (uint32_t i = 0; i + 1 < 12; i++)
        link_them(result, i, i + 1, 0.9);
    find(result, 0.5);
    assert_true(result->event_count >= 3);
    assert_int_not_equal(result->event_of[0], result->event_of[11]);
    for (size_t i = 1; i < 12; i++) /* what belongs together stands together in the chain */
        assert_true(result->event_of[i] < 0 || result->event_of[i] >= result->event_of[i - 1]);
    ss_result_free(result);
}

/* Where several divisions are as good, it is always the same one, whatever random numbers were drawn before. */
static void test_chance_has_no_part(void **state)
{
    (void)state;
    enum { COUNT = 200 };
    ss_result *result = result_of(COUNT);
    for (uint32_t i = 0; i + 1 < COUNT; i++)
        link_them(result, i, i + 1, 0.9);
    find(result, 0.5);
    int64_t first[COUNT];
    memcpy(first, result->event_of, sizeof first);
    for (igraph_uint_t seed = 100; seed < 105; seed++) {
        igraph_rng_seed(igraph_rng_default(), seed);
        find(result, 0.5);
        assert_memory_equal(result->event_of, first, sizeof first);
    }
    ss_result_free(result);
}

static void test_triangle_and_clique_are_one(void **state)
{
    (void)state;
    for (uint32_t size = 2; size <= 40; size += 19) {
        ss_result *result = result_of(size);
        link_all(result, 0, size, 0.6);
        find(result, 0.5);
        assert_int_equal(result->event_count, 1);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(result->event_of[i], 0);
        ss_result_free(result);
    }
}

static void test_one_link_to_one_of_many_is_not_enough(void **state)
{
    (void)state;
    ss_result *result = result_of(8);
    link_all(result, 0, 7, 0.9);
    link_them(result, 3, 7, 0.9);
    find(result, 0.5);
    assert_events(result, (const int[]){0, 0, 0, 0, 0, 0, 0, -1});
    ss_result_free(result);
}

/* Twenty little worlds, each two cliques and a bridge between them, laid out in two orders among unlinked articles. */
static void test_events_do_not_depend_on_other_components(void **state)
{
    (void)state;
    enum { WORLDS = 20, SIZE = 9 };
    ss_result *alone = result_of(SIZE);
    ss_result *both[2] = {result_of(WORLDS * SIZE), result_of(WORLDS * (SIZE + 1))};
    for (int which = -1; which < 2; which++) { /* -1: one world alone */
        ss_result *result = which < 0 ? alone : both[which];
        for (uint32_t w = 0; w < (which < 0 ? 1u : WORLDS); w++) {
            uint32_t at = which == 1 ? (WORLDS - 1 - w) * (SIZE + 1) + 1 : w * SIZE;
            link_all(result, at, at + 5, 0.7);
            link_all(result, at + 5, at + SIZE, 0.9);
            link_them(result, at + 2, at + 6, 0.8);
            link_them(result, at + 3, at + 7, 0.6);
        }
        find(result, 0.5);
    }
    for (uint32_t w = 0; w < WORLDS; w++) {
        for (uint32_t i = 0; i < SIZE; i++) {
            int64_t expected = alone->event_of[i];
            int64_t first = both[0]->event_of[w * SIZE + i] - (int64_t)(w * alone->event_count);
            int64_t second = both[1]->event_of[w * (SIZE + 1) + 1 + i] - (int64_t)(w * alone->event_count);
            assert_true(expected >= 0);
            assert_int_equal(first, expected);
            assert_int_equal(second, expected);
        }
        assert_int_equal(both[1]->event_of[w * (SIZE + 1)], -1);
    }
    ss_result_free(alone);
    ss_result_free(both[0]);
    ss_result_free(both[1]);
}

/* Two articles of interleaved components: rows of one component need not stand together. */
static void test_components_may_interleave(void **state)
{
    (void)state;
    ss_result *result = result_of(9);
    for (uint32_t a = 0; a < 9; a++)
        for (uint32_t b = a + 3; b < 9; b += 3)
            link_them(result, a, b, 0.8);
    find(result, 0.5);
    assert_events(result, (const int[]){0, 1, 2, 0, 1, 2, 0, 1, 2});
    ss_result_free(result);
}

/* One component of 20,000 articles: each with its next few, in groups of ten. */
static void test_large_component(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    ss_result *result = result_of(COUNT);
    for (uint32_t i = 0; i < COUNT; i++)
        for (uint32_t j = i + 1; j < COUNT && j < i + 10; j++)
            if (i / 10 == j / 10 || (i % 10 == 9 && j == i + 1)) link_them(result, i, j, 0.8);
    find(result, 0.5);
    assert_int_equal(result->event_count, COUNT / 10);
    ss_result_free(result);
}

/* A star has one centre for all: no two of its leaves are linked. */
static void test_large_star(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    ss_result *result = result_of(COUNT);
    for (uint32_t i = 1; i < COUNT; i++)
        link_them(result, 0, i, 0.9);
    find(result, 0.5);
    assert_true(result->event_count <= 1);
    ss_result_free(result);
}

static void *find_many(void *context)
{
    ss_result *result = context;
    for (int i = 0; i < 3000; i++)
        if (ss_events_find(result, 0.5) != SS_OK) return context;
    return NULL;
}

/* igraph keeps state of its own; two jobs at once must not come into each other's way. */
static void test_two_jobs_at_once(void **state)
{
    (void)state;
    ss_result *result[2];
    pthread_t thread[2];
    for (int t = 0; t < 2; t++) {
        result[t] = result_of(60);
        for (uint32_t at = 0; at < 60; at += 10) {
            link_all(result[t], at, at + 5, 0.7);
            link_all(result[t], at + 5, at + 10, 0.9);
            link_them(result[t], at + 2, at + 6, 0.8);
        }
        find(result[t], 0.5);
    }
    for (int t = 0; t < 2; t++)
        assert_int_equal(pthread_create(&thread[t], NULL, find_many, result[t]), 0);
    for (int t = 0; t < 2; t++) {
        void *failed;
        assert_int_equal(pthread_join(thread[t], &failed), 0);
        assert_null(failed);
    }
    assert_int_equal(result[0]->event_count, 12);
    assert_memory_equal(result[0]->event_of, result[1]->event_of, 60 * sizeof *result[0]->event_of);
    ss_result_free(result[0]);
    ss_result_free(result[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_many_copies_stay_together),
        cmocka_unit_test(test_pair),
        cmocka_unit_test(test_links_below_the_threshold_do_not_count),
        cmocka_unit_test(test_groups_stay_apart_despite_a_bridge),
        cmocka_unit_test(test_chain_is_cut),
        cmocka_unit_test(test_chance_has_no_part),
        cmocka_unit_test(test_triangle_and_clique_are_one),
        cmocka_unit_test(test_one_link_to_one_of_many_is_not_enough),
        cmocka_unit_test(test_events_do_not_depend_on_other_components),
        cmocka_unit_test(test_components_may_interleave),
        cmocka_unit_test(test_large_component),
        cmocka_unit_test(test_large_star),
        cmocka_unit_test(test_two_jobs_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
