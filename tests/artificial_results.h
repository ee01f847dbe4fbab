/* Results made by hand, for tests of results files. */
#ifndef SS_TESTS_ARTIFICIAL_RESULTS_H
#define SS_TESTS_ARTIFICIAL_RESULTS_H

#include <math.h>

#include "explain_evidence.h"
#include "result.h"
#include "status.h"
#include "temp_files.h"

#define DIMENSION 6

static inline void add_article(ss_result *result, const char *id, ss_lang lang, const char *title, const char *text,
                               ss_date published)
{
    ss_article article = {.published = published, .lang = lang};
    assert_int_equal(ss_copy_text(&article.id, id, strlen(id)), SS_OK);
    assert_int_equal(ss_copy_text(&article.url, "", 0), SS_OK);
    assert_int_equal(ss_copy_text(&article.source, "晨报", strlen("晨报")), SS_OK);
    assert_int_equal(ss_copy_text(&article.author, "林予安", strlen("林予安")), SS_OK);
    assert_int_equal(ss_copy_text(&article.title, title, strlen(title)), SS_OK);
    assert_int_equal(ss_copy_text(&article.text, text, strlen(text)), SS_OK);
    assert_int_equal(ss_copy_text(&article.origin, "sample.jsonl:1", strlen("sample.jsonl:1")), SS_OK);
    assert_int_equal(ss_articles_push(&result->articles, &article), SS_OK);
}

/* Sketches that differ from article to article, and room for `links` links. */
static inline void fill_columns(ss_result *result, int dimension, size_t links)
{
    size_t count = result->articles.count;
    result->dimension = dimension;
    for (int channel = 0; channel < SS_CHANNELS; channel++) {
        result->vector[channel] = calloc(count * (size_t)dimension + 1, 1);
        result->norm[channel] = calloc(count + 1, sizeof(uint32_t));
        assert_non_null(result->vector[channel]);
        assert_non_null(result->norm[channel]);
        for (size_t i = 0; i < count * (size_t)dimension; i++)
            result->vector[channel][i] = (int8_t)((int)((i * 7 + (size_t)channel * 31) % 255) - 127);
        for (size_t i = 0; i < count; i++)
            for (int k = 0; k < dimension; k++) {
                int32_t entry = result->vector[channel][i * (size_t)dimension + (size_t)k];
                result->norm[channel][i] += (uint32_t)(entry * entry);
            }
    }
    result->ngrams = calloc(count + 1, sizeof *result->ngrams);
    result->event_of = calloc(count + 1, sizeof *result->event_of);
    result->link = calloc(links + 1, sizeof *result->link);
    assert_non_null(result->ngrams);
    assert_non_null(result->event_of);
    assert_non_null(result->link);
    result->link_count = links;
    for (size_t i = 0; i < count; i++) {
        result->ngrams[i] = (uint32_t)(i * 3 + 1);
        result->event_of[i] = -1;
    }
}

static inline ss_result *new_result(void)
{
    ss_result *result;
    assert_int_equal(ss_result_new(&result), SS_OK);
    ss_provenance *p = &result->provenance;
    assert_int_equal(ss_set_text(&p->version, "0.1.0"), SS_OK);
    assert_int_equal(ss_set_text(&p->command, "samestory link 新闻.jsonl"), SS_OK);
    assert_int_equal(ss_set_text(&p->model_recipe, "{\"pairs\": 3}"), SS_OK);
    p->seconds = 1.5;
    p->threshold = 0.5;
    p->neighbours = 10;
    p->window_days = -1;
    p->threads = 2;
    p->zh_en = p->en_en = true;
    p->counts = (ss_reader_counts){.files = 1, .bytes = 1000, .read = 5, .zh = 2, .en = 2, .other = 1, .skipped = 7};
    return result;
}

static inline ss_link_evidence *add_evidence(ss_result *result, size_t count)
{
    result->evidence_most = 3;
    result->evidence_count = count;
    result->evidence = calloc(count + 1, sizeof *result->evidence);
    assert_non_null(result->evidence);
    return result->evidence;
}

/* 台风 ↔ 台风; 登陆 ↔ landfall, and as if they were two counts of the dead, 三万人 ↔ Thirty thousand people. */
static inline void add_sample_evidence(ss_result *result)
{
    ss_link_evidence *evidence = add_evidence(result, 3);
    evidence[0] =
        (ss_link_evidence){.link = 0, .kind = SS_TESTIMONY_TERM, .begin = {0, 16}, .end = {6, 22}, .bits = 12.5F};
    evidence[1] = (ss_link_evidence){.link = 1, .kind = SS_TERM_WORD, .begin = {6, 14}, .end = {12, 22}, .bits = 9.25F};
    evidence[2] = (ss_link_evidence){
        .link = 1, .kind = SS_TESTIMONY_TERM + SS_QUANTITY_DEAD, .begin = {59, 23}, .end = {68, 45}, .conflict = 1};
}

static inline ss_result *sample_result(void)
{
    const ss_date day = {.seconds = 1700697600, .zone_minutes = SS_ZONE_UNKNOWN, .precision = SS_DATE_DAY};
    const ss_date next = {.seconds = 1700784000, .zone_minutes = SS_ZONE_UNKNOWN, .precision = SS_DATE_DAY};
    const ss_date second = {.seconds = -1, .zone_minutes = 480, .precision = SS_DATE_SECOND};
    const ss_date none = {.zone_minutes = SS_ZONE_UNKNOWN};
    ss_result *result = new_result();
    add_article(result, "zh-1", SS_LANG_ZH, "台风登陆海岸", "周四清晨，台风在海岸登陆。\n三万人撤离。", second);
    add_article(result, "zh-2", SS_LANG_ZH, "", "气象台发布台风警报。", day);
    add_article(result, "en-1", SS_LANG_EN, "Typhoon makes landfall", "Thirty thousand people left their homes.", next);
    add_article(result, "en-2", SS_LANG_EN, "No body", "", none);
    add_article(result, "fr-1", SS_LANG_OTHER, "Le typhon", "Trente mille personnes.", none);
    fill_columns(result, DIMENSION, 3);
    result->event_of[0] = result->event_of[1] = result->event_of[2] = 0;
    result->event_count = 1;
    result->link[0] = (ss_link){.a = 0, .b = 1, .probability = 0.75F, .cosine = 0.5F, .title_cosine = NAN, .mutual = 1};
    result->link[0].relation = SS_RELATION_DUPLICATE;
    result->link[0].copied = 0.75F;
    result->link[1] = (ss_link){.a = 0, .b = 2, .probability = 0.5F, .cosine = -0.25F, .rank_ab = 1, .rank_ba = 65535};
    result->link[1].days_later = -3;
    result->link[1].relation = SS_RELATION_SAME;
    result->link[1].others_a = NAN;
    result->link[2] =
        (ss_link){.a = 1, .b = 3, .probability = 0.25F, .days_later = SS_DAYS_UNKNOWN, .margin = INFINITY};
    add_sample_evidence(result);
    return result;
}

#endif
