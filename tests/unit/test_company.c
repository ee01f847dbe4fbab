/* The company of pairs, on small graphs whose values are computed by hand, and on a large one by definition. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "company.h"
#include "compare.h"

static ss_status measure(ss_link *link, size_t links, size_t articles, int threads, const ss_job *job)
{
    ss_result result = {.articles = {.count = articles}, .link = link, .link_count = links};
    ss_pool *pool;
    assert_int_equal(ss_pool_new(&pool, threads), SS_OK);
    ss_status status = ss_company_measure(&result, pool, job);
    ss_pool_free(pool);
    return status;
}

static void assert_near(float value, double wanted)
{
    if (isnan(wanted) ? !isnan(value) : !(fabs((double)value - wanted) <= 1e-6))
        fail_msg("%g is not %g", (double)value, wanted);
}

static void assert_company(const ss_link *link, double support, double others_a, double others_b)
{
    assert_near(link->support, support);
    assert_near(link->others_a, others_a);
    assert_near(link->others_b, others_b);
}

static void test_nobody(void **state)
{
    (void)state;
    assert_int_equal(measure(NULL, 0, 0, 1, NULL), SS_OK);
    assert_int_equal(measure(NULL, 0, 3, 2, NULL), SS_OK);
}

static void test_a_pair_without_companions(void **state)
{
    (void)state;
    ss_link link[] = {{.a = 0, .b = 1, .alone = 0.9f, .support = 7, .others_a = 7, .others_b = 7},
                      {.a = 2, .b = 3, .alone = 0.9f}};
    assert_int_equal(measure(link, 2, 5, 1, NULL), SS_OK);
    assert_company(&link[0], 0, NAN, NAN);
    assert_company(&link[1], 0, NAN, NAN);
}

static void test_triangle(void **state)
{
    (void)state;
    ss_link link[] = {
        {.a = 0, .b = 1, .alone = 0.9f}, {.a = 0, .b = 2, .alone = 0.8f}, {.a = 1, .b = 2, .alone = 0.7f}};
    assert_int_equal(measure(link, 3, 3, 1, NULL), SS_OK);
    assert_company(&link[0], 0.8 * 0.7, 0.7, 0.8);
    assert_company(&link[1], 0.9 * 0.7, 0.7, 0.9);
    assert_company(&link[2], 0.9 * 0.8, 0.8, 0.9);
}

/* An article that goes with one and is no candidate of the other counts as nothing with it; it gives no support. */
static void test_companions_that_do_not_know_each_other(void **state)
{
    (void)state;
    ss_link link[] = {
        {.a = 0, .b = 1, .alone = 0.5f}, {.a = 0, .b = 2, .alone = 0.9f}, {.a = 1, .b = 3, .alone = 0.8f}};
    assert_int_equal(measure(link, 3, 4, 1, NULL), SS_OK);
    assert_company(&link[0], 0, 0, 0);
    assert_company(&link[1], 0, NAN, NAN); /* 1 goes with 0, but not surely */
    assert_company(&link[2], 0, NAN, NAN);
}

/* From 0.6 on an article goes with another; below it, it may support but is no companion. */
static void test_sure_companions_only(void **state)
{
    (void)state;
    ss_link link[] = {
        {.a = 0, .b = 1, .alone = 0.2f},  {.a = 0, .b = 2, .alone = 0.6f}, {.a = 0, .b = 3, .alone = 0.59f},
        {.a = 1, .b = 2, .alone = 0.59f}, {.a = 1, .b = 3, .alone = 1.0f}, {.a = 1, .b = 4, .alone = 0.7f},
    };
    assert_int_equal(measure(link, 6, 5, 1, NULL), SS_OK);
    assert_company(&link[0], 0.59, 0.59, (0.59 + 0) / 2); /* a has 2; b has 3 and 4 */
    assert_company(&link[3], 0.2 * 0.6, (0 + 0) / 2, 0.2);
}

/* Of a zh-en link the Chinese article may come later: a is above b. 3 and 4 are Chinese, 0 to 2 English. */
static void test_chinese_articles_that_come_later(void **state)
{
    (void)state;
    ss_link link[] = {
        {.a = 0, .b = 1, .alone = 0.9f}, {.a = 3, .b = 0, .alone = 0.8f}, {.a = 3, .b = 1, .alone = 0.7f},
        {.a = 3, .b = 4, .alone = 0.6f}, {.a = 4, .b = 2, .alone = 1.0f},
    };
    assert_int_equal(measure(link, 5, 5, 2, NULL), SS_OK);
    assert_company(&link[0], 0.8 * 0.7, 0.7, 0.8);
    assert_company(&link[1], 0.9 * 0.7, (0.9 + 0) / 2, 0.7); /* 3 has 1 and 4; 0 has 1 */
    assert_company(&link[2], 0.9 * 0.8, (0.9 + 0) / 2, 0.8);
    assert_company(&link[3], 0, 0, 0); /* 3 has 0 and 1, 4 has 2 */
    assert_company(&link[4], 0, 0, NAN);
}

/* ------------------------------------------------------------ by definition */

#define ARTICLES 110
#define NONE     (-1.0f)

typedef struct graph {
    float alone[ARTICLES][ARTICLES]; /* NONE: no candidates */
    ss_link *link;
    size_t count;
} graph;

static uint32_t chance(uint32_t i)
{
    uint32_t z = (i + 1) * 2654435761u;
    z = (z ^ z >> 15) * 2246822519u;
    return z ^ z >> 13;
}

static int by_rows(const void *left, const void *right)
{
    const ss_link *a = left, *b = right;
    if (a->a != b->a) return a->a < b->a ? -1 : 1;
    return (a->b > b->b) - (a->b < b->b);
}

/* Most pairs of articles, either row first. */
static void make_graph(graph *g)
{
    g->count = 0;
    g->link = calloc(ARTICLES * ARTICLES / 2, sizeof *g->link);
    assert_non_null(g->link);
    for (uint32_t i = 0; i < ARTICLES; i++) {
        g->alone[i][i] = NONE;
        for (uint32_t j = 0; j < i; j++) {
            uint32_t drawn = chance(i * ARTICLES + j);
            g->alone[i][j] = g->alone[j][i] = drawn % 8 == 0 ? NONE : (float)(drawn >> 8) / (1 << 24);
            if (drawn % 8 == 0) continue;
            bool turned = drawn % 16 > 8;
            g->link[g->count++] = (ss_link){.a = turned ? i : j, .b = turned ? j : i, .alone = g->alone[i][j]};
            if (g->alone[i][j] >= SS_UNLIKELY && drawn % 32 > 0) continue;
            g->link[g->count - 1].shared_terms = drawn % 32 > 0 ? 0 : NAN; /* what is unlikely is nobody's company */
            g->alone[i][j] = g->alone[j][i] = NONE;
        }
    }
    qsort(g->link, g->count, sizeof *g->link, by_rows);
}

static double mean_with_others(const graph *g, uint32_t own, uint32_t other)
{
    double sum = 0, count = 0;
    for (uint32_t x = 0; x < ARTICLES; x++) {
        if (x == other || g->alone[own][x] < 0.6f) continue;
        sum += fmax(0, (double)g->alone[other][x]);
        count++;
    }
    return sum / count; /* NAN where there are none */
}

static void test_many_links(void **state)
{
    (void)state;
    static graph g;
    for (int threads = 1; threads <= 3; threads++) {
        make_graph(&g);
        assert_true(g.count > 4096 + 1000); /* more than one task, the last of them in part */
        assert_int_equal(measure(g.link, g.count, ARTICLES, threads, NULL), SS_OK);
        for (size_t i = 0; i < g.count; i++) {
            const ss_link *link = &g.link[i];
            double support = 0;
            for (uint32_t x = 0; x < ARTICLES; x++)
                if (g.alone[link->a][x] >= 0 && g.alone[link->b][x] >= 0)
                    support = fmax(support, (double)g.alone[link->a][x] * (double)g.alone[link->b][x]);
            assert_company(link, support, mean_with_others(&g, link->a, link->b),
                           mean_with_others(&g, link->b, link->a));
        }
        free(g.link);
    }
}

static bool at_once(void *user)
{
    (void)user;
    return true;
}

static void test_cancelled(void **state)
{
    (void)state;
    ss_link link = {.a = 0, .b = 1, .alone = 0.9f};
    const ss_job job = {.cancelled = at_once};
    assert_int_equal(measure(&link, 1, 2, 1, &job), SS_ERROR_INTERRUPTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nobody),
        cmocka_unit_test(test_a_pair_without_companions),
        cmocka_unit_test(test_triangle),
        cmocka_unit_test(test_companions_that_do_not_know_each_other),
        cmocka_unit_test(test_sure_companions_only),
        cmocka_unit_test(test_chinese_articles_that_come_later),
        cmocka_unit_test(test_many_links),
        cmocka_unit_test(test_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
