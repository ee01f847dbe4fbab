/* Evidence of links: the same as of each pair by itself, with any number of threads, and in the words of the articles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "link_evidence.h"
#include "linked_articles.h"

static ss_result *link_all(bool keep_candidates)
{
    ss_link_options options = ss_link_options_default();
    options.keep_candidates = keep_candidates;
    return link_articles(make_articles(), &options, NULL);
}

static void find(ss_result *r, size_t most, int threads)
{
    const ss_job job = {.threads = threads};
    assert_int_equal(ss_link_evidence_find(r, model, most, &job), SS_OK);
}

static void assert_same_words(const ss_testimonies *left, const ss_testimonies *right)
{
    assert_int_equal(left->count, right->count);
    for (size_t i = 0; i < left->count; i++) {
        const ss_testimony *x = &left->item[i], *y = &right->item[i];
        assert_string_equal(x->a, y->a);
        assert_string_equal(x->b, y->b);
        assert_int_equal(x->kind, y->kind);
        assert_int_equal(x->conflict, y->conflict);
        assert_int_equal(x->place_a, y->place_a);
        assert_int_equal(x->place_b, y->place_b);
        assert_true(x->bits == y->bits);
    }
}

/* Each link's evidence is what ss_explain_evidence() tells; returns how much there is. */
static size_t assert_as_explained(const ss_result *r, size_t most)
{
    size_t total = 0;
    for (size_t link = 0; link < r->link_count; link++) {
        const ss_article *a = &r->articles.item[r->link[link].a], *b = &r->articles.item[r->link[link].b];
        ss_testimonies expected = {0}, words;
        if ((double)r->link[link].probability >= r->provenance.threshold)
            assert_int_equal(ss_explain_evidence(&expected, model, a, b, most), SS_OK);
        assert_int_equal(ss_link_evidence_words(&words, r, link, most), SS_OK);
        assert_same_words(&expected, &words);
        total += words.count;
        ss_testimonies_clear(&words);
        ss_testimonies_clear(&expected);
    }
    assert_int_equal(total, r->evidence_count);
    return total;
}

static void test_as_of_each_pair_by_itself(void **state)
{
    (void)state;
    for (int keep_candidates = 0; keep_candidates < 2; keep_candidates++) {
        ss_result *r = link_all(keep_candidates);
        for (int threads = 1; threads <= 3; threads++) {
            find(r, 5, threads);
            assert_true(assert_as_explained(r, 5) > r->link_count / 2);
        }
        ss_result_free(r);
    }
}

/* What agrees goes up to as many as were asked for; what conflicts is always there. */
static void test_as_many_as_asked_for(void **state)
{
    (void)state;
    ss_articles articles = {0};
    push(&articles, "1", SS_LANG_EN, "Harbour fire: 16 dead", "A fire in the harbour of Lisbon left 16 dead.", 18000);
    push(&articles, "2", SS_LANG_EN, "Harbour fire: 18 dead", "A fire in the harbour of Lisbon left 18 dead.", 18000);
    ss_link_options options = ss_link_options_default();
    options.threshold = 0;
    ss_result *r = link_articles(articles, &options, NULL);
    assert_int_equal(r->link_count, 1);
    for (size_t most = 1; most < 4; most++) {
        find(r, most, 1);
        assert_int_equal(r->evidence_count, most + 1);
        assert_int_equal(r->evidence_most, most);
        ss_testimonies words; /* fewer than are kept */
        assert_int_equal(ss_link_evidence_words(&words, r, 0, 1), SS_OK);
        assert_int_equal(words.count, 2);
        assert_true(!words.item[0].conflict && words.item[1].conflict);
        assert_string_equal(ss_testimony_kind_name(words.item[1].kind), "dead");
        ss_testimonies_clear(&words);
    }
    find(r, 0, 1);
    assert_true(r->evidence == NULL && r->evidence_count == 0 && r->evidence_most == 0);
    ss_result_free(r);
}

/* Evidence is taken from the report behind its dateline; places count from the beginning of the article. */
static void test_places_behind_a_dateline(void **state)
{
    (void)state;
    static const char body[] = "By Jane Smith\n\nThe harbour of Lisbon burned. The fire left many homeless.";
    ss_articles articles = {0};
    push(&articles, "1", SS_LANG_EN, "Fire", body, 18000);
    push(&articles, "2", SS_LANG_EN, "Fire", body, 18000);
    ss_link_options options = ss_link_options_default();
    options.threshold = 0;
    options.keep_repeats = true;
    ss_result *r = link_articles(articles, &options, NULL);
    find(r, 50, 1);
    assert_true(assert_as_explained(r, 50) > 3);
    size_t in_title = 0, in_report = 0;
    for (size_t i = 0; i < r->evidence_count; i++) {
        in_title += r->evidence[i].end[0] <= strlen("Fire");
        in_report += r->evidence[i].begin[0] >= strlen("Fire\nBy Jane Smith\n\n");
    }
    assert_true(in_title > 0 && in_report > 0);
    assert_int_equal(in_title + in_report, r->evidence_count);
    ss_result_free(r);
}

static void test_no_links(void **state)
{
    (void)state;
    ss_articles articles = {0};
    push(&articles, "1", SS_LANG_EN, "Fire in the harbour", "", 18000);
    ss_result *r = link_articles(articles, NULL, NULL);
    find(r, 5, 2);
    assert_int_equal(r->evidence_count, 0);
    assert_int_equal(r->evidence_most, 5);
    ss_result_free(r);
}

static bool at_once(void *user)
{
    (void)user;
    return true;
}

static void test_cancelled(void **state)
{
    (void)state;
    ss_result *r = link_all(false);
    const ss_job job = {.threads = 2, .cancelled = at_once};
    assert_int_equal(ss_link_evidence_find(r, model, 5, &job), SS_ERROR_INTERRUPTED);
    ss_result_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_of_each_pair_by_itself),
        cmocka_unit_test(test_as_many_as_asked_for),
        cmocka_unit_test(test_places_behind_a_dateline),
        cmocka_unit_test(test_no_links),
        cmocka_unit_test(test_cancelled),
    };
    return cmocka_run_group_tests(tests, make_model, free_model);
}
