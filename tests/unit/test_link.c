/* The main job: which pairs it links by its options, and what it says of each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "linked_articles.h"
#include "linker.h"

static void test_finds_the_events(void **state)
{
    (void)state;
    ss_link_options options = ss_link_options_default();
    ss_result *r = link_articles(make_articles(), NULL, NULL);
    assert_sound(r, &options);
    size_t across = 0, right = 0;
    for (size_t i = 0; i < r->link_count; i++) {
        const ss_article *a = ss_result_article(r, r->link[i].a), *b = ss_result_article(r, r->link[i].b);
        if (a->lang == b->lang) continue;
        across++;
        right += strncmp(a->id, b->id, 3) == 0;
    }
    assert_true(across >= EVENTS && right * 10 >= across * 7);
    assert_in_range(r->event_count, EVENTS - 3, EVENTS + 6);
    ss_result_free(r);
}

static void test_window(void **state)
{
    (void)state;
    size_t links[4];
    const int windows[] = {0, 1, 10, -1};
    for (size_t w = 0; w < 4; w++) {
        ss_link_options options = ss_link_options_default();
        options.keep_candidates = true;
        options.window_days = windows[w];
        options.neighbours = ARTICLES; /* every pair that the window lets through */
        ss_result *r = link_articles(make_articles(), &options, NULL);
        assert_sound(r, &options);
        links[w] = r->link_count;
        size_t expected = 0;
        for (size_t i = 0; i < ARTICLES; i++) {
            for (size_t j = 0; j < i; j++) {
                const ss_article *a = ss_result_article(r, i), *b = ss_result_article(r, j);
                if (a->lang == SS_LANG_OTHER || b->lang == SS_LANG_OTHER) continue;
                bool dated = a->published.precision != SS_DATE_NONE && b->published.precision != SS_DATE_NONE;
                int64_t apart = llabs(a->published.seconds / 86400 - b->published.seconds / 86400);
                expected += !dated || windows[w] < 0 || apart <= windows[w];
            }
        }
        assert_int_equal(r->link_count, expected);
        ss_result_free(r);
    }
    assert_true(links[0] < links[1] && links[1] < links[2] && links[2] < links[3]);
}

/* How far ahead a neighbour is of the best other one in its language, when all of them are candidates. */
static void test_gaps(void **state)
{
    (void)state;
    ss_link_options options = ss_link_options_default();
    options.keep_candidates = true;
    options.window_days = -1;
    options.neighbours = ARTICLES;
    ss_result *r = link_articles(make_articles(), &options, NULL);
    for (size_t i = 0; i < r->link_count; i++) {
        const ss_link *link = &r->link[i];
        float best[2] = {-2, -2}; /* of the others of a in b's language, and turned */
        for (size_t k = 0; k < r->link_count; k++) {
            const ss_link *other = &r->link[k];
            for (int side = 0; side < 2 && k != i; side++) {
                uint32_t own = side == 0 ? link->a : link->b, left = side == 0 ? link->b : link->a;
                if (other->a != own && other->b != own) continue;
                uint32_t partner = other->a == own ? other->b : other->a;
                if (r->articles.item[partner].lang == r->articles.item[left].lang)
                    best[side] = fmaxf(best[side], other->cosine);
            }
        }
        assert_true(fabsf(link->gap_ab - (link->cosine - best[0])) <= 1e-6f);
        assert_true(fabsf(link->gap_ba - (link->cosine - best[1])) <= 1e-6f);
        if (link->mutual) assert_true(link->gap_ab >= 0 && link->gap_ba >= 0);
    }
    ss_result_free(r);
}

/* Where there is no other neighbour, a news background stands for it. */
static void test_gap_without_others(void **state)
{
    (void)state;
    ss_articles two = {0};
    push(&two, "zh", SS_LANG_ZH, "北京市政府宣布新计划", "", 18000);
    push(&two, "en", SS_LANG_EN, "Beijing city government announces a new plan", "", 18002);
    ss_link_options options = ss_link_options_default();
    options.keep_candidates = true;
    ss_result *r = link_articles(two, &options, NULL);
    assert_sound(r, &options);
    assert_int_equal(r->link_count, 1);
    const ss_link *link = &r->link[0];
    double background = ss_background_cosine(SS_LANG_ZH, SS_LANG_EN);
    assert_true(fabs((double)link->gap_ab - ((double)link->cosine - background)) <= 1e-6);
    assert_true(link->gap_ab == link->gap_ba);
    assert_int_equal(link->days_later, 2);
    assert_true(link->support == 0 && isnan(link->others_a) && isnan(link->others_b));
    ss_result_free(r);
}

/* The Chinese article stands first in a link between languages, whether it came before or after. */
static void test_days_later_may_be_before(void **state)
{
    (void)state;
    ss_articles articles = {0};
    push(&articles, "en", SS_LANG_EN, "Beijing city government announces a new plan", "", 18000);
    push(&articles, "en-2", SS_LANG_EN, "Beijing city government announces a plan", "", 18001);
    push(&articles, "zh", SS_LANG_ZH, "北京市政府宣布新计划", "", 18003);
    ss_link_options options = ss_link_options_default();
    options.keep_candidates = true;
    ss_result *r = link_articles(articles, &options, NULL);
    assert_sound(r, &options);
    assert_int_equal(r->link_count, 3);
    static const struct {
        uint32_t a, b;
        int32_t days_later;
    } expected[] = {{0, 1, 1}, {2, 0, -3}, {2, 1, -2}};
    for (size_t i = 0; i < 3; i++) {
        assert_true(r->link[i].a == expected[i].a && r->link[i].b == expected[i].b);
        assert_int_equal(r->link[i].days_later, expected[i].days_later);
        assert_ptr_equal(ss_result_find_link(r, expected[i].a, expected[i].b), &r->link[i]);
        assert_null(ss_result_find_link(r, expected[i].b, expected[i].a));
    }
    ss_result_free(r);
}

static void test_candidates_and_links(void **state)
{
    (void)state;
    ss_link_options options = ss_link_options_default();
    ss_result *links = link_articles(make_articles(), &options, NULL);
    options.keep_candidates = true;
    ss_result *candidates = link_articles(make_articles(), &options, NULL);
    assert_true(candidates->link_count > links->link_count);
    size_t kept = 0;
    for (size_t i = 0; i < candidates->link_count; i++) {
        if ((double)candidates->link[i].probability >= candidates->provenance.threshold)
            candidates->link[kept++] = candidates->link[i];
    }
    candidates->link_count = kept;
    assert_same_results(links, candidates); /* events too: candidates make none */
    ss_result_free(links);
    ss_result_free(candidates);
}

static void test_threshold(void **state)
{
    (void)state;
    ss_link_options options = ss_link_options_default();
    size_t before = SIZE_MAX;
    const double thresholds[] = {0, 0.3, 0.9, 1};
    for (size_t t = 0; t < 4; t++) {
        options.threshold = thresholds[t];
        ss_result *r = link_articles(make_articles(), &options, NULL);
        for (size_t i = 0; i < r->link_count; i++)
            assert_true((double)r->link[i].probability >= thresholds[t]);
        assert_true(r->link_count <= before);
        assert_true(r->provenance.threshold == thresholds[t]);
        before = r->link_count;
        ss_result_free(r);
    }
    options.threshold = -1;
    ss_result *r = link_articles(make_articles(), &options, NULL);
    assert_true(r->provenance.threshold == ss_linker_threshold(&model->linker));
    ss_result_free(r);
}

static void test_pairs_of_languages(void **state)
{
    (void)state;
    size_t total = 0;
    for (int which = 0; which < 3; which++) {
        ss_link_options options = ss_link_options_default();
        options.keep_candidates = true;
        options.zh_en = which == 0;
        options.zh_zh = which == 1;
        options.en_en = which == 2;
        ss_result *r = link_articles(make_articles(), &options, NULL);
        assert_true(r->link_count > 0);
        total += r->link_count;
        for (size_t i = 0; i < r->link_count; i++) {
            assert_int_equal(ss_result_article(r, r->link[i].a)->lang, which == 2 ? SS_LANG_EN : SS_LANG_ZH);
            assert_int_equal(ss_result_article(r, r->link[i].b)->lang, which == 1 ? SS_LANG_ZH : SS_LANG_EN);
        }
        ss_result_free(r);
    }
    ss_link_options options = {.keep_candidates = true, .window_days = 3, .threshold = -1}; /* none named: all */
    ss_result *r = link_articles(make_articles(), &options, NULL);
    assert_int_equal(r->link_count, total);
    assert_int_equal(r->provenance.neighbours, 10);
    ss_result_free(r);
}

static void test_all_the_same(void **state)
{
    (void)state;
    enum { COUNT = 150 };
    ss_articles articles = {0};
    for (size_t i = 0; i < COUNT; i++) {
        char id[16];
        snprintf(id, sizeof id, "%03zu", i);
        push(&articles, id, SS_LANG_EN, "Museum sells 45 paintings in Paris", "The museum is in need of money.", 18000);
    }
    shuffle(&articles, 5);
    ss_link_options options = ss_link_options_default();
    ss_result *r = link_articles(articles, &options, NULL);
    assert_sound(r, &options);
    for (size_t i = 0; i < r->link_count; i++) {
        assert_true(r->link[i].cosine == 1.0f && r->link[i].title_cosine == 1.0f && r->link[i].shared_terms == 1.0f);
        assert_true(r->link[i].length_ratio == 1.0f && r->link[i].margin == 1.0f && r->link[i].shared_numbers == 1.0f);
        assert_true(r->link[i].copied == 1.0f && r->link[i].gap_ab == 0.0f && r->link[i].gap_ba == 0.0f);
        assert_int_equal(r->link[i].days_later, 0);
        assert_int_equal(r->link[i].relation, SS_RELATION_DUPLICATE);
    }
    for (size_t i = 0; i < COUNT; i++) /* the same time for all: in the order of their ids */
        assert_int_equal(atoi(r->articles.item[i].id), i);
    assert_true(r->event_count >= 1);
    ss_result_free(r);
}

static void test_provenance(void **state)
{
    (void)state;
    ss_job job = {.threads = 2};
    ss_result *r = link_articles(make_articles(), NULL, &job);
    const ss_provenance *p = &r->provenance;
    assert_string_equal(p->version, ss_version());
    assert_string_equal(p->model_checksum, ss_model_checksum(model));
    assert_string_equal(p->model_recipe, ss_model_recipe(model));
    assert_int_equal(p->threads, 2);
    assert_int_equal(p->window_days, 3);
    assert_true(p->zh_en && p->zh_zh && p->en_en);
    ss_result_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_the_events),
        cmocka_unit_test(test_window),
        cmocka_unit_test(test_gaps),
        cmocka_unit_test(test_gap_without_others),
        cmocka_unit_test(test_days_later_may_be_before),
        cmocka_unit_test(test_candidates_and_links),
        cmocka_unit_test(test_threshold),
        cmocka_unit_test(test_pairs_of_languages),
        cmocka_unit_test(test_all_the_same),
        cmocka_unit_test(test_provenance),
    };
    const struct CMUnitTest learnt[] = {
        cmocka_unit_test(test_candidates_and_links),
        cmocka_unit_test(test_threshold),
        cmocka_unit_test(test_days_later_may_be_before),
        cmocka_unit_test(test_all_the_same),
    };
    return cmocka_run_group_tests(tests, make_model, free_model) +
           cmocka_run_group_tests(learnt, make_learnt_model, free_model);
}
