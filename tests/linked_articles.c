#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "linked_articles.h"
#include "linker.h"
#include "temp_files.h"

ss_model *model;

static char *folder;

int make_model(void **state)
{
    (void)state;
    folder = enter_temp_folder();
    model = tiny_trained_model();
    return 0;
}

int make_learnt_model(void **state)
{
    make_model(state);
    model->linker = tiny_linker();
    return 0;
}

int free_model(void **state)
{
    (void)state;
    ss_model_free(model);
    leave_temp_folder(folder);
    return 0;
}

void push(ss_articles *articles, const char *id, ss_lang lang, const char *title, const char *text, int64_t day)
{
    ss_article article = tiny_article(id, lang, title, text, day);
    assert_int_equal(ss_articles_push(articles, &article), SS_OK);
}

ss_articles make_articles(void)
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

void shuffle(ss_articles *articles, uint64_t seed)
{
    for (size_t i = articles->count; i > 1; i--) {
        size_t j = ss_hash_mix(seed + i) % i;
        ss_article kept = articles->item[i - 1];
        articles->item[i - 1] = articles->item[j];
        articles->item[j] = kept;
    }
}

ss_result *link_articles(ss_articles articles, const ss_link_options *options, const ss_job *job)
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

void assert_same_results(const ss_result *a, const ss_result *b)
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
static void assert_judged(const ss_link *link, const ss_article *a, const ss_article *b)
{
    const ss_article article[2] = {*a, *b};
    ss_link again = *link;
    again.a = 0;
    again.b = 1;
    ss_linker_judge_alone(&model->linker, &again, 1, article);
    assert_true(again.alone == link->alone);
    ss_linker_judge(&model->linker, &again, 1, article);
    if (ss_pair_is_unlikely(link) && link->probability < again.probability) again.probability = link->probability;
    ss_linker_relate(&model->linker, &again, a->lang, b->lang);
    assert_true(again.probability == link->probability);
    assert_int_equal(again.relation, link->relation);
    assert_int_equal(link->relation >= SS_RELATION_SAME,
                     (double)link->probability >= ss_linker_threshold(&model->linker));
}

void assert_sound(const ss_result *r, const ss_link_options *options)
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
        assert_judged(link, a, b);
    }
    for (size_t i = 0; i < r->articles.count; i++)
        if (r->articles.item[i].lang == SS_LANG_OTHER) assert_int_equal(ss_result_event_of(r, i), -1);
}
