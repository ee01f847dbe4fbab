/* The main job: that its result depends on the articles and the options, and on nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "linker.h"
#include "match.h"
#include "result.h"
#include "status.h"
#include "temp_files.h"
#include "tiny_model.h"

#define EVENTS    12
#define PER_EVENT 5 /* two Chinese articles, two English ones, one undated English one */
#define NOISE     20
#define FRENCH    3
#define ARTICLES  (EVENTS * PER_EVENT + NOISE + FRENCH)

static ss_model *model;

static void push(ss_articles *articles, const char *id, ss_lang lang, const char *title, const char *text, int64_t day)
{
    ss_article article = tiny_article(id, lang, title, text, day);
    assert_int_equal(ss_articles_push(articles, &article), SS_OK);
}

/* Events three days apart, articles of no event between them, and some of a language that is not linked. */
static ss_articles make_articles(void)
{
    ss_articles out = {0};
    char id[16], zh[TINY_TEXT_SIZE], en[TINY_TEXT_SIZE], long_zh[3 * TINY_TEXT_SIZE], long_en[3 * TINY_TEXT_SIZE];
    for (size_t e = 0; e < EVENTS; e++) {
        int64_t day = 18000 + 3 * (int64_t)e;
        tiny_pair(7 * e, zh, en);
        snprintf(long_zh, sizeof long_zh, "%s。%zu人参加。", zh, 120 + e);
        snprintf(long_en, sizeof long_en, "%s. There were %zu people.", en, 120 + e);
        for (size_t k = 0; k < PER_EVENT; k++) {
            snprintf(id, sizeof id, "e%02zu-%zu", e, k);
            bool chinese = k < 2;
            push(&out, id, chinese ? SS_LANG_ZH : SS_LANG_EN, chinese ? zh : en,
                 k % 2 == 0 ? "" : (chinese ? long_zh : long_en), k == 4 ? TINY_UNDATED : day + (int64_t)(k % 2));
        }
    }
    for (size_t i = 0; i < NOISE; i++) {
        snprintf(id, sizeof id, "n%02zu", i);
        tiny_pair(200 + 11 * i, zh, en);
        push(&out, id, i % 2 == 0 ? SS_LANG_ZH : SS_LANG_EN, i % 2 == 0 ? zh : en, "", 18000 + 2 * (int64_t)i);
    }
    for (size_t i = 0; i < FRENCH; i++) {
        snprintf(id, sizeof id, "f%zu", i);
        tiny_pair(7 * i, zh, en);
        push(&out, id, SS_LANG_OTHER, en, en, 18000);
    }
    assert_int_equal(out.count, ARTICLES);
    return out;
}

static ss_result *link_articles(ss_articles articles, const ss_link_options *options, const ss_job *job)
{
    ss_result *result;
    assert_int_equal(ss_link_articles(&result, &articles, model, options, job), SS_OK);
    assert_int_equal(articles.count, 0);
    assert_null(articles.item);
    return result;
}

static void assert_same_links(const ss_result *a, const ss_result *b)
{
    assert_int_equal(a->link_count, b->link_count);
    for (size_t i = 0; i < a->link_count; i++) {
        const ss_link *x = &a->link[i], *y = &b->link[i];
        /* Bit for bit, NAN too; padding, at the end, apart. */
        assert_memory_equal(x, y, offsetof(ss_link, relation) + sizeof x->relation);
    }
}

static void assert_same_results(const ss_result *a, const ss_result *b)
{
    size_t n = a->articles.count, d = (size_t)a->dimension;
    assert_int_equal(n, b->articles.count);
    assert_int_equal(d, b->dimension);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(a->articles.item[i].id, b->articles.item[i].id);
        assert_int_equal(a->event_of[i], b->event_of[i]);
        assert_int_equal(a->ngrams[i], b->ngrams[i]);
    }
    for (int c = 0; c < SS_CHANNELS; c++) {
        assert_memory_equal(a->vector[c], b->vector[c], n * d + (n == 0));
        assert_memory_equal(a->norm[c], b->norm[c], n * sizeof(uint32_t) + (n == 0));
    }
    assert_same_links(a, b);
    assert_int_equal(a->event_count, b->event_count);
}

static void assert_share(float value)
{
    assert_true(isnan(value) || (value >= 0 && value <= 1));
}

/* Evidence is looked at all together or not at all; copies are looked for only within a language. */
static void assert_sound_evidence(const ss_link *link, bool one_language)
{
    const float share[] = {link->shared_terms,        link->covered_a, link->covered_b, link->shared_numbers,
                           link->conflicting_numbers, link->copied,    link->others_a,  link->others_b};
    for (size_t i = 0; i < sizeof share / sizeof *share; i++)
        assert_share(share[i]);
    assert_true(isnan(link->shared_terms) == isnan(link->covered_a));
    assert_true(isnan(link->shared_terms) == isnan(link->covered_b));
    assert_true(!isnan(link->shared_terms) || isnan(link->shared_numbers));
    assert_true(isnan(link->shared_names) && isnan(link->shared_bits)); /* the model has no lexicon */
    if (!one_language || link->cosine < 0.79f) assert_true(isnan(link->copied));
    assert_true(link->alone >= 0 && link->alone <= 1);
    assert_true(link->support >= 0 && link->support <= 1);
}

/* The probability and the relation are what the linker says of all else. */
static void assert_judged(const ss_link *link, ss_lang a, ss_lang b)
{
    ss_link again = *link;
    ss_linker_judge_alone(&model->linker, &again, a, b);
    assert_true(again.alone == link->alone);
    ss_linker_judge(&model->linker, &again, a, b);
    ss_linker_relate(&model->linker, &again, a, b);
    assert_true(again.probability == link->probability);
    assert_int_equal(again.relation, link->relation);
    assert_int_equal(link->relation >= SS_RELATION_SAME,
                     (double)link->probability >= ss_linker_threshold(&model->linker));
}

/* What holds for every result. */
static void assert_sound(const ss_result *r, const ss_link_options *options)
{
    for (size_t i = 1; i < r->articles.count; i++) {
        const ss_date *before = &r->articles.item[i - 1].published, *after = &r->articles.item[i].published;
        if (before->precision == SS_DATE_NONE)
            assert_int_equal(after->precision, SS_DATE_NONE);
        else if (after->precision != SS_DATE_NONE)
            assert_true(before->seconds <= after->seconds);
    }
    for (size_t i = 0; i < r->link_count; i++) {
        const ss_link *link = &r->link[i];
        const ss_article *a = ss_result_article(r, link->a), *b = ss_result_article(r, link->b);
        assert_true(a != NULL && b != NULL && link->a != link->b);
        assert_true(a->lang != SS_LANG_OTHER && b->lang != SS_LANG_OTHER);
        if (a->lang == b->lang)
            assert_true(link->a < link->b);
        else
            assert_true(a->lang == SS_LANG_ZH && b->lang == SS_LANG_EN);
        if (i > 0) assert_true(link->a > link[-1].a || (link->a == link[-1].a && link->b > link[-1].b));
        bool dated = a->published.precision != SS_DATE_NONE && b->published.precision != SS_DATE_NONE;
        if (!dated)
            assert_int_equal(link->days_later, SS_DAYS_UNKNOWN);
        else
            assert_int_equal(link->days_later, b->published.seconds / 86400 - a->published.seconds / 86400);
        if (dated && options->window_days >= 0) assert_true(abs(link->days_later) <= options->window_days);
        assert_true(link->rank_ab > 0 || link->rank_ba > 0);
        assert_true(link->rank_ab <= options->neighbours && link->rank_ba <= options->neighbours);
        assert_int_equal(link->mutual, link->rank_ab == 1 && link->rank_ba == 1);
        assert_true(link->probability >= 0 && link->probability <= 1);
        assert_true(fabsf(link->cosine) <= 1.0001f);
        assert_true(link->length_ratio >= 0 && link->length_ratio <= 1);
        assert_true(isnan(link->title_cosine) ==
                    (r->norm[SS_CHANNEL_TITLE][link->a] == 0 || r->norm[SS_CHANNEL_TITLE][link->b] == 0));
        assert_sound_evidence(link, a->lang == b->lang);
        assert_judged(link, a->lang, b->lang);
    }
    for (size_t i = 0; i < r->articles.count; i++)
        if (r->articles.item[i].lang == SS_LANG_OTHER) assert_int_equal(ss_result_event_of(r, i), -1);
}

static void shuffle(ss_articles *articles, uint64_t seed)
{
    for (size_t i = articles->count; i > 1; i--) {
        size_t j = ss_hash_mix(seed + i) % i;
        ss_article kept = articles->item[i - 1];
        articles->item[i - 1] = articles->item[j];
        articles->item[j] = kept;
    }
}

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

static void test_order_of_input_does_not_matter(void **state)
{
    (void)state;
    ss_link_options options = ss_link_options_default();
    options.keep_candidates = true;
    ss_result *first = link_articles(make_articles(), &options, NULL);
    assert_true(first->link_count > 100);
    assert_sound(first, &options);
    for (uint64_t seed = 1; seed <= 4; seed++) {
        ss_articles articles = make_articles();
        shuffle(&articles, seed * 1000);
        ss_result *shuffled = link_articles(articles, &options, NULL);
        assert_same_results(first, shuffled);
        ss_result_free(shuffled);
    }
    ss_result_free(first);
}

static void test_ids_must_differ(void **state)
{
    (void)state;
    ss_articles articles = {0};
    push(&articles, "one", SS_LANG_EN, "a", "a", 18000);
    push(&articles, "two", SS_LANG_EN, "b", "b", 18000);
    push(&articles, "one", SS_LANG_ZH, "c", "c", 18001);
    ss_result *result;
    assert_int_equal(ss_link_articles(&result, &articles, model, NULL, NULL), SS_ERROR_INPUT);
    assert_null(result);
    assert_int_equal(articles.count, 0);
    assert_non_null(strstr(ss_last_error(), "\"one\""));
}

/* A caller may leave out what an article does not have. */
static void test_missing_texts_are_empty(void **state)
{
    (void)state;
    ss_articles articles = {0};
    ss_article article = {.lang = SS_LANG_EN};
    assert_int_equal(ss_articles_push(&articles, &article), SS_OK);
    ss_result *result;
    assert_int_equal(ss_link_articles(&result, &articles, model, NULL, NULL), SS_OK);
    assert_string_equal(ss_result_article(result, 0)->url, "");
    ss_result_free(result);
}

static void test_threads_memory_and_matcher_do_not_matter(void **state)
{
    (void)state;
    ss_link_options options = ss_link_options_default();
    options.keep_candidates = true;
    ss_job one = {.threads = 1};
    ss_result *first = link_articles(make_articles(), &options, &one);
    const size_t memory[] = {0, (size_t)2 << 20, (size_t)64 << 20};
    for (int threads = 1; threads <= 3; threads++) {
        for (size_t m = 0; m < 3; m++) {
            ss_job job = {.threads = threads, .memory = memory[m]};
            ss_result *other = link_articles(make_articles(), &options, &job);
            assert_same_results(first, other);
            ss_result_free(other);
        }
    }
    for (size_t i = 0; ss_matcher_name(i) != NULL; i++) {
        options.matcher = ss_matcher_name(i);
        ss_result *other = link_articles(make_articles(), &options, &one);
        assert_same_results(first, other);
        assert_string_equal(other->provenance.matcher, options.matcher);
        ss_result_free(other);
    }
    ss_result_free(first);
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

static void test_no_article_and_one(void **state)
{
    (void)state;
    const ss_lang langs[] = {SS_LANG_ZH, SS_LANG_EN, SS_LANG_OTHER};
    ss_result *none = link_articles((ss_articles){0}, NULL, NULL);
    assert_true(ss_result_article_count(none) == 0 && ss_result_link_count(none) == 0 &&
                ss_result_event_count(none) == 0);
    assert_null(ss_result_article(none, 0));
    assert_null(ss_result_link(none, 0));
    assert_int_equal(ss_result_event_of(none, 0), -1);
    ss_result_free(none);
    for (size_t i = 0; i < 3; i++) {
        ss_articles one = {0};
        push(&one, "only", langs[i], i == 1 ? "" : "News", "of today", TINY_UNDATED);
        ss_result *r = link_articles(one, NULL, NULL);
        assert_true(ss_result_article_count(r) == 1 && ss_result_link_count(r) == 0 && ss_result_event_count(r) == 0);
        assert_int_equal(ss_result_event_of(r, 0), -1);
        ss_result_free(r);
    }
}

static void test_empty_articles(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 3; threads++) {
        ss_articles articles = {0};
        push(&articles, "a", SS_LANG_ZH, "", "", 5);
        push(&articles, "b", SS_LANG_EN, "", "", 5);
        push(&articles, "c", SS_LANG_EN, "。", "!", TINY_UNDATED);
        ss_link_options options = ss_link_options_default();
        options.keep_candidates = true;
        ss_job job = {.threads = threads};
        ss_result *r = link_articles(articles, &options, &job);
        assert_true(r->link_count == 0 && r->event_count == 0);
        ss_result_free(r);
    }
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

static void test_bad_options(void **state)
{
    (void)state;
    ss_link_options bad[5];
    for (size_t i = 0; i < 5; i++)
        bad[i] = ss_link_options_default();
    bad[0].neighbours = -1;
    bad[1].window_days = -2;
    bad[2].threshold = 1.01;
    bad[3].threshold = NAN;
    bad[4].matcher = "abacus";
    for (size_t i = 0; i < 5; i++) {
        ss_articles articles = make_articles();
        ss_result *result = (ss_result *)&bad;
        assert_int_equal(ss_link_articles(&result, &articles, model, &bad[i], NULL), SS_ERROR_ARGUMENT);
        assert_null(result);
        assert_true(ss_last_error()[0] != '\0');
        ss_articles_clear(&articles);
    }
}

static void test_far_too_little_memory(void **state)
{
    (void)state;
    ss_articles articles = make_articles();
    ss_result *result;
    ss_job job = {.threads = 1, .memory = 100};
    assert_int_equal(ss_link_articles(&result, &articles, model, NULL, &job), SS_ERROR_MEMORY);
    assert_null(result);
    ss_articles_clear(&articles);
}

typedef struct patience {
    int asked, patience;
} patience;

static bool out_of_patience(void *user)
{
    patience *p = user;
    return p->asked++ >= p->patience;
}

/* Cancelled at the first question, the second, ... until none is asked any more. */
static void test_cancelled(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 2; threads++) {
        int interrupted = 0;
        for (int limit = 0;; limit++) {
            patience p = {.patience = limit};
            ss_job job = {.threads = threads, .cancelled = out_of_patience, .user = &p};
            ss_articles articles = make_articles();
            ss_result *result;
            ss_status status = ss_link_articles(&result, &articles, model, NULL, &job);
            ss_articles_clear(&articles);
            if (status == SS_OK) {
                ss_result_free(result);
                break;
            }
            assert_int_equal(status, SS_ERROR_INTERRUPTED);
            assert_null(result);
            interrupted++;
            assert_true(limit < 1000);
        }
        assert_true(threads > 1 || interrupted >= 3); /* while sketching, matching and linking */
    }
}

static void note_stage(void *user, const char *stage, uint64_t done, uint64_t total)
{
    strncat(user, stage, 15);
    assert_true(total == 0 || done <= total);
}

static void test_progress(void **state)
{
    (void)state;
    char stages[4096] = "";
    ss_job job = {.threads = 1, .progress = note_stage, .user = stages};
    ss_result *r = link_articles(make_articles(), NULL, &job);
    assert_non_null(strstr(stages, "sketch"));
    assert_non_null(strstr(stages, "link"));
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

static char *folder;

static int make_model(void **state)
{
    (void)state;
    folder = enter_temp_folder();
    model = tiny_trained_model();
    return 0;
}

/* The same model, with a linker that has learnt. */
static int make_learnt_model(void **state)
{
    make_model(state);
    model->linker = tiny_linker();
    return 0;
}

static int free_model(void **state)
{
    (void)state;
    ss_model_free(model);
    leave_temp_folder(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_the_events),
        cmocka_unit_test(test_order_of_input_does_not_matter),
        cmocka_unit_test(test_ids_must_differ),
        cmocka_unit_test(test_missing_texts_are_empty),
        cmocka_unit_test(test_threads_memory_and_matcher_do_not_matter),
        cmocka_unit_test(test_window),
        cmocka_unit_test(test_gaps),
        cmocka_unit_test(test_gap_without_others),
        cmocka_unit_test(test_days_later_may_be_before),
        cmocka_unit_test(test_candidates_and_links),
        cmocka_unit_test(test_threshold),
        cmocka_unit_test(test_pairs_of_languages),
        cmocka_unit_test(test_no_article_and_one),
        cmocka_unit_test(test_empty_articles),
        cmocka_unit_test(test_all_the_same),
        cmocka_unit_test(test_bad_options),
        cmocka_unit_test(test_far_too_little_memory),
        cmocka_unit_test(test_cancelled),
        cmocka_unit_test(test_progress),
        cmocka_unit_test(test_provenance),
    };
    const struct CMUnitTest learnt[] = {
        cmocka_unit_test(test_order_of_input_does_not_matter),
        cmocka_unit_test(test_threads_memory_and_matcher_do_not_matter),
        cmocka_unit_test(test_candidates_and_links),
        cmocka_unit_test(test_threshold),
        cmocka_unit_test(test_days_later_may_be_before),
        cmocka_unit_test(test_all_the_same),
        cmocka_unit_test(test_cancelled),
    };
    return cmocka_run_group_tests(tests, make_model, free_model) +
           cmocka_run_group_tests(learnt, make_learnt_model, free_model);
}
