/* Evidence that is shared: of each article its own, however places change hands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence_store.h"
#include "result.h"
#include "status.h"
#include "tiny_model.h"

#define DAY 19688 /* 27 November 2023 */

static ss_model *model;

static ss_article *make_articles(size_t count)
{
    ss_article *article = calloc(count, sizeof *article);
    assert_non_null(article);
    for (size_t i = 0; i < count; i++) {
        char text[TINY_TEXT_SIZE + 32], unused[TINY_TEXT_SIZE];
        tiny_pair((uint32_t)i, unused, text);
        sprintf(text + strlen(text), " of %zu miners", 100003 + 7 * i);
        article[i] = tiny_article("id", SS_LANG_EN, text, "", DAY);
    }
    return article;
}

static void free_articles(ss_article *article, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ss_article_clear(&article[i]);
    free(article);
}

static void assert_same_evidence(const ss_evidence *a, const ss_evidence *b)
{
    assert_int_equal(a->terms.count, b->terms.count);
    assert_memory_equal(a->terms.begin, b->terms.begin, a->terms.count * sizeof *a->terms.begin);
    assert_memory_equal(a->terms.weight, b->terms.weight, a->terms.count * sizeof *a->terms.weight);
    assert_memory_equal(a->terms.vector, b->terms.vector, ss_term_bytes(model->dimension));
    assert_int_equal(a->quantity_count, b->quantity_count);
    assert_int_equal(a->lexical.count, b->lexical.count);
    for (size_t i = 0; i < a->quantity_count; i++)
        assert_true(a->quantity[i].value == b->quantity[i].value);
}

static void assert_own_evidence(const ss_evidence_store *store, ss_evidence_taker *taker, const ss_article *article,
                                uint32_t row)
{
    ss_evidence anew = {.has_shingles = false};
    assert_int_equal(ss_evidence_take(taker, &article[row], &anew), SS_OK);
    assert_int_equal(anew.quantity_count, 1);
    assert_same_evidence(ss_evidence_store_get(store, row), &anew);
    ss_evidence_clear(&anew);
}

/* More articles than are kept, some wanted in every call. */
static void test_places_change_hands(void **state)
{
    (void)state;
    enum { ARTICLES = SS_EVIDENCE_KEPT + 5000, WANTED = SS_EVIDENCE_WANTED };
    ss_article *article = make_articles(ARTICLES);
    ss_pool *pool;
    ss_evidence_store *store;
    ss_evidence_taker *taker;
    assert_int_equal(ss_pool_new(&pool, 3), SS_OK);
    assert_int_equal(ss_evidence_store_new(&store, model, article, ARTICLES, pool), SS_OK);
    assert_int_equal(ss_evidence_taker_new(&taker, model), SS_OK);
    ss_evidence_want *want = calloc(WANTED, sizeof *want);
    assert_non_null(want);
    for (uint32_t first = 0; first < ARTICLES + 20000; first += WANTED / 2) {
        for (uint32_t i = 0; i < WANTED; i++)
            want[i].row = i < 10 ? i : (first + i) % ARTICLES;
        assert_int_equal(ss_evidence_store_fill(store, want, WANTED), SS_OK);
        for (uint32_t i = 0; i < WANTED; i += i < 10 ? 1 : 397)
            assert_own_evidence(store, taker, article, want[i].row);
    }
    free(want);
    ss_evidence_taker_free(taker);
    ss_evidence_store_free(store);
    ss_pool_free(pool);
    free_articles(article, ARTICLES);
}

/* Shingles are taken for those who want them, also later, and of an article that comes back they are its own. */
static void test_shingles(void **state)
{
    (void)state;
    ss_article *article = make_articles(3);
    ss_pool *pool;
    ss_evidence_store *store;
    assert_int_equal(ss_pool_new(&pool, 1), SS_OK);
    assert_int_equal(ss_evidence_store_new(&store, model, article, 3, pool), SS_OK);
    assert_int_equal(ss_evidence_store_fill(store, (ss_evidence_want[]){{0, false}, {1, true}, {0, false}}, 3), SS_OK);
    assert_false(ss_evidence_store_get(store, 0)->has_shingles);
    assert_true(ss_evidence_store_get(store, 1)->has_shingles);
    assert_int_equal(
        ss_evidence_store_fill(store, (ss_evidence_want[]){{0, false}, {0, true}, {2, true}, {2, false}}, 4), SS_OK);
    assert_true(ss_evidence_store_get(store, 0)->has_shingles && ss_evidence_store_get(store, 2)->has_shingles);
    assert_true(
        ss_shingles_shared(&ss_evidence_store_get(store, 0)->shingles, &ss_evidence_store_get(store, 2)->shingles) < 1);
    assert_int_equal(ss_evidence_store_fill(store, NULL, 0), SS_OK);
    ss_evidence_store_free(store);
    ss_evidence_store_free(NULL);
    ss_pool_free(pool);
    free_articles(article, 3);
}

/* As the pairs are compared one by one; what is ruled out stays as it was. */
static void test_compare(void **state)
{
    (void)state;
    enum { ARTICLES = 30 };
    ss_article *article = make_articles(ARTICLES);
    ss_pool *pool;
    ss_evidence_store *store;
    assert_int_equal(ss_pool_new(&pool, 2), SS_OK);
    assert_int_equal(ss_evidence_store_new(&store, model, article, ARTICLES, pool), SS_OK);
    ss_link link[ARTICLES - 1] = {{0}};
    ss_evidence_want want[ARTICLES];
    for (uint32_t i = 0; i < ARTICLES; i++)
        want[i] = (ss_evidence_want){i, false};
    for (uint32_t i = 0; i < ARTICLES - 1; i++)
        link[i] = (ss_link){.a = i / 5, .b = i + 1, .shared_terms = i % 4 == 0 ? NAN : 0, .shared_numbers = 7};
    assert_int_equal(ss_evidence_store_fill(store, want, ARTICLES), SS_OK);
    ss_evidence_store_compare(store, link, ARTICLES - 1);
    for (uint32_t i = 0; i < ARTICLES - 1; i++) {
        ss_link again = link[i];
        ss_evidence_compare(model, &again, ss_evidence_store_get(store, link[i].a),
                            ss_evidence_store_get(store, link[i].b));
        if (isnan(link[i].shared_terms)) {
            assert_true(link[i].shared_numbers == 7);
        } else {
            assert_true(again.shared_terms == link[i].shared_terms && again.covered_a == link[i].covered_a);
            assert_true(again.shared_numbers == link[i].shared_numbers);
        }
    }
    ss_evidence_store_free(store);
    ss_pool_free(pool);
    free_articles(article, ARTICLES);
}

static int make_model(void **state)
{
    (void)state;
    model = tiny_model();
    return model != NULL ? 0 : -1;
}

static int free_model(void **state)
{
    (void)state;
    ss_model_free(model);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places_change_hands),
        cmocka_unit_test(test_shingles),
        cmocka_unit_test(test_compare),
    };
    return cmocka_run_group_tests(tests, make_model, free_model);
}
