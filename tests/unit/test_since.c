/* Daily runs: their union is what one job over everything finds; and results that can't be put together are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archives.h"
#include "date.h"
#include "link.h"
#include "match.h"
#include "merge.h"
#include "sanitizers.h"
#include "since.h"
#include "status.h"
#include "warnings.h"

#define MOST_PARTS 64

static const char path[] = "archive.h5";

/* By day, so that a day's articles stand together. */
static ss_articles articles_by_day(void)
{
    ss_articles all = some_articles(0, SIZE_MAX);
    qsort(all.item, all.count, sizeof *all.item, ss_article_compare);
    return all;
}

/* ------------------------------------------------------------- one daily run */

typedef struct wanted {
    int32_t from_day;
    ss_articles articles;
    ss_sketches sketches;
} wanted;

static ss_status take_wanted(void *context, ss_result *part, size_t begin)
{
    wanted *w = context;
    (void)begin;
    for (size_t i = 0; i < part->articles.count; i++) {
        if (ss_date_day(part->articles.item[i].published) < w->from_day) continue;
        SS_TRY(ss_sketches_push(&w->sketches, part, i));
        SS_TRY(ss_articles_push(&w->articles, &part->articles.item[i]));
    }
    return SS_OK;
}

static ss_result *link_since(int32_t day, const ss_link_options *options)
{
    ss_since since = ss_since_days(day, options->window_days);
    wanted w = {.from_day = since.from};
    ss_archive *archive;
    ss_result *result;
    assert_int_equal(ss_archive_open(&archive, path, false), SS_OK);
    assert_int_equal(ss_archive_each_part(archive, since.from, take_wanted, &w), SS_OK);
    ss_archive_close(archive);
    assert_int_equal(ss_link_sketched(&result, &w.articles, &w.sketches, model, options, NULL, NULL), SS_OK);
    ss_sketches_clear(&w.sketches);
    assert_int_equal(ss_since_cut(result, &since), SS_OK);
    return result;
}

/* The next days' articles, `days` of them, go to the archive and are linked; NULL: there are none left. */
static ss_result *run_daily(ss_articles *articles, size_t *next, int days, const ss_link_options *options)
{
    ss_articles new_ones = {0};
    if (*next == articles->count) return NULL;
    int32_t first = ss_date_day(articles->item[*next].published);
    for (; *next < articles->count && ss_date_day(articles->item[*next].published) < first + days; ++*next)
        assert_int_equal(ss_articles_push(&new_ones, &articles->item[*next]), SS_OK);
    if (ss_archive_is(path)) {
        ss_archive *archive;
        assert_int_equal(ss_archive_open(&archive, path, true), SS_OK);
        assert_int_equal(append_articles(archive, new_ones), SS_OK);
        ss_archive_close(archive);
    } else {
        write_archive(path, new_ones);
    }
    return link_since(first, options);
}

/* ------------------------------------------------------------------ the union */

static void assert_union_is_whole(const ss_link_options *options, int days)
{
    ss_result *part[MOST_PARTS], *all, *whole = link_articles(articles_by_day(), options, NULL);
    const char *name[MOST_PARTS];
    ss_articles articles = articles_by_day();
    size_t count = 0, next = 0, links = 0;
    warnings met = {0};
    const ss_job job = {.warning = note_warning, .user = &met};
    remove(path);
    while (count < MOST_PARTS && (part[count] = run_daily(&articles, &next, days, options)) != NULL) {
        links += part[count]->link_count;
        name[count] = "part.h5";
        if (count > 0) assert_true(part[count]->articles.count < whole->articles.count || days > 7);
        count++;
    }
    assert_true(next == articles.count && count > 1);
    for (size_t i = 0; i < count; i++)
        ss_merge_spare_texts(part[i], part + i + 1, count - 1 - i);
    assert_int_equal(ss_results_merge(&all, part, name, count, &job), SS_OK);
    assert_true(met.count == 0 || options->window_days == 0); /* where a quiet day may be a missing one */
    assert_same_results(whole, all);
    assert_same_parts(whole, all);
    assert_int_equal(whole->event_count, all->event_count);
    assert_true(links >= whole->link_count && whole->link_count > 10);
    for (size_t i = 0; i < count; i++)
        ss_result_free(part[i]);
    ss_result_free(all);
    ss_result_free(whole);
    ss_articles_clear(&articles);
}

static void test_union_is_whole(void **state)
{
    (void)state;
    const int runs[][3] = {{0, 1, 1}, {1, 2, 0}, {3, 2, 1}, {3, 9, 0}}; /* window, days, candidates too */
    for (size_t i = 0; i < 4; i += SS_IF_SANITIZED(2, 1)) {
        ss_link_options options = ss_link_options_default();
        options.window_days = runs[i][0];
        options.neighbours = 3; /* few, so that new articles push old ones out of the lists */
        options.keep_candidates = runs[i][2];
        assert_union_is_whole(&options, runs[i][1]);
    }
}

/* An article of a page that the day before nobody knew to be a repeat: the first of the page comes last to the archive. */
static ss_article page_article(const char *id, int64_t second)
{
    ss_article article =
        tiny_article(id, SS_LANG_EN, "Alibaba shares fall 12%",
                     "Shares of Alibaba fell 12% in Hong Kong on Tuesday, the most in two years.", 19000);
    article.published.seconds += second;
    free(article.url);
    article.url = strdup("https://example.org/alibaba");
    assert_non_null(article.url);
    return article;
}

static void test_repeats_are_folded_late(void **state)
{
    (void)state;
    ss_link_options options = ss_link_options_default();
    ss_articles early = {0}, late = {0}, both = {0};
    ss_article afternoon = page_article("b", 3600), again = page_article("b", 3600), noon = page_article("a", 0),
               once_more = page_article("a", 0), other = page_article("c", 7200), another = page_article("c", 7200);
    free(other.url);
    free(another.url);
    other.url = strdup("https://example.net/");
    another.url = strdup("https://example.net/");
    assert_int_equal(ss_articles_push(&early, &afternoon), SS_OK);
    assert_int_equal(ss_articles_push(&early, &other), SS_OK);
    assert_int_equal(ss_articles_push(&late, &noon), SS_OK);
    assert_int_equal(ss_articles_push(&both, &again), SS_OK);
    assert_int_equal(ss_articles_push(&both, &once_more), SS_OK);
    assert_int_equal(ss_articles_push(&both, &another), SS_OK);
    remove(path);
    size_t next = 0;
    ss_result *part[2], *all, *whole = link_articles(both, &options, NULL);
    part[0] = run_daily(&early, &next, 1, &options);
    next = 0;
    part[1] = run_daily(&late, &next, 1, &options);
    const char *const name[] = {"part.h5", "part.h5"};
    assert_int_equal(part[0]->articles.count, 2);
    assert_int_equal(whole->articles.count, 2);
    assert_int_equal(ss_results_merge(&all, part, name, 2, NULL), SS_OK);
    assert_same_results(whole, all);
    assert_string_equal(all->articles.item[0].id, "a");
    assert_int_equal(all->articles.item[0].copies, 1);
    for (int i = 0; i < 2; i++)
        ss_result_free(part[i]);
    ss_result_free(all);
    ss_result_free(whole);
    ss_articles_clear(&early);
    ss_articles_clear(&late);
}

/* --------------------------------------------------------- merging other results */

static ss_result *link_range(size_t begin, size_t end, const ss_link_options *options)
{
    return link_articles(some_articles(begin, end), options, NULL);
}

static void test_one_result_stays_as_it_is(void **state)
{
    (void)state;
    ss_link_options options = ss_link_options_default();
    ss_result *one = link_range(0, SIZE_MAX, &options), *again = link_range(0, SIZE_MAX, &options), *merged;
    const char *const name[] = {"one.h5"};
    assert_int_equal(ss_results_merge(&merged, &one, name, 1, NULL), SS_OK);
    assert_same_results(again, merged);
    assert_int_equal(merged->provenance.covers_from, SS_COVERS_ALL);
    ss_result_free(one);
    ss_result_free(again);
    ss_result_free(merged);
}

/* Nothing would be left of what stands before a result of all days, or of earlier ones. */
static void test_order_of_results(void **state)
{
    (void)state;
    const struct {
        int32_t covers_from[3];
        const char *named; /* in the message; NULL: they are merged */
    } orders[] = {{{SS_COVERS_ALL, 18000, 18000}, NULL},
                  {{18000, 18001, 18009}, NULL},
                  {{SS_COVERS_ALL, SS_COVERS_ALL, 18000}, "'two.h5' is of all days"},
                  {{18000, 18001, SS_COVERS_ALL}, "'three.h5' is of all days"},
                  {{18000, 18009, 18008}, "'three.h5' is of earlier days than 'two.h5'"}};
    const char *const name[] = {"one.h5", "two.h5", "three.h5"};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        ss_link_options options = ss_link_options_default();
        ss_result *part[3], *merged;
        for (int p = 0; p < 3; p++) {
            part[p] = link_range(0, 10, &options);
            part[p]->provenance.covers_from = orders[i].covers_from[p];
        }
        ss_status status = ss_results_merge(&merged, part, name, 3, NULL);
        assert_int_equal(status, orders[i].named == NULL ? SS_OK : SS_ERROR_INPUT);
        if (orders[i].named != NULL) assert_non_null(strstr(ss_last_error(), orders[i].named));
        ss_result_free(merged);
        for (int p = 0; p < 3; p++)
            ss_result_free(part[p]);
    }
}

/* Pairs with undated articles are the first result's, whose other article may be gone since. */
static void test_pairs_of_gone_articles(void **state)
{
    (void)state;
    ss_link_options options = ss_link_options_default();
    options.keep_candidates = true;
    ss_articles before = {0}, after = {0};
    ss_article dated = page_article("a", 0), undated = page_article("u", 0), kept = page_article("0", -86400);
    ss_article later = page_article("0", -86400);
    undated.published = (ss_date){.precision = SS_DATE_NONE};
    ss_article *item[] = {&dated, &undated, &kept};
    for (int i = 0; i < 3; i++)
        assert_int_equal(ss_articles_push(&before, item[i]), SS_OK);
    assert_int_equal(ss_articles_push(&after, &later), SS_OK);
    options.keep_repeats = true;
    ss_result *part[] = {link_articles(before, &options, NULL), link_articles(after, &options, NULL)}, *merged;
    const char *const name[] = {"one.h5", "two.h5"};
    assert_int_equal(part[0]->link_count, 3);
    part[1]->provenance.covers_from = 19000;
    assert_int_equal(ss_results_merge(&merged, part, name, 2, NULL), SS_OK);
    assert_int_equal(merged->articles.count, 2);
    assert_int_equal(merged->link_count, 1); /* the kept one and the undated one */
    assert_true(merged->link[0].a == 0 && merged->link[0].b == 1);
    ss_result_free(merged);
    ss_result_free(part[0]);
    ss_result_free(part[1]);
}

/* Days between two runs, of which the second knows articles, or which are too long ago for it to know. */
static void test_missing_days(void **state)
{
    (void)state;
    ss_link_options options = ss_link_options_default();
    const char *const name[] = {"one.h5", "two.h5"};
    for (int distance = 1; distance < 14; distance++) {
        warnings met = {0};
        const ss_job job = {.warning = note_warning, .user = &met};
        ss_articles articles = articles_by_day();
        ss_result *part[2], *merged;
        size_t next = 0;
        remove(path);
        part[0] = run_daily(&articles, &next, 1, &options); /* 18000 is 2019-04-14 */
        ss_articles_clear(&articles);
        write_archive(path, some_articles(0, SIZE_MAX));
        part[1] = link_since(18000 + distance, &options);
        assert_int_equal(ss_results_merge(&merged, part, name, 2, &job), SS_OK);
        assert_int_equal(met.count, distance > 1);
        if (distance == 5)
            assert_non_null(strstr(met.text, "'two.h5' was linked --since 2019-04-19, and what comes before it ends on "
                                             "2019-04-14"));
        ss_result_free(merged);
        ss_result_free(part[0]);
        ss_result_free(part[1]);
    }
}

static void test_unlike_results_are_refused(void **state)
{
    (void)state;
    const char *const name[] = {"one.h5", "two.h5"};
    for (int difference = 0; difference < 6; difference++) {
        ss_link_options options = ss_link_options_default();
        ss_result *part[2] = {link_range(0, 10, &options), NULL}, *merged;
        if (difference == 0) options.window_days = 1;
        if (difference == 1) options.neighbours = 2;
        if (difference == 2) options.threshold = 0.9;
        if (difference == 3) options.zh_zh = false;
        part[1] = link_range(0, 10, &options);
        if (difference == 4) assert_int_equal(ss_set_text(&part[1]->provenance.model_checksum, "another"), SS_OK);
        if (difference == 5) part[1]->articles.item[9].published.seconds++;
        assert_int_equal(ss_results_merge(&merged, part, name, 2, NULL), SS_ERROR_INPUT);
        assert_null(merged);
        assert_non_null(strstr(ss_last_error(), "two.h5"));
        ss_result_free(part[0]);
        ss_result_free(part[1]);
    }
}

static void test_days(void **state)
{
    (void)state;
    ss_since since = ss_since_days(19000, 3);
    assert_true(since.from == 18985 && since.covers_from == 18994 && since.kept_from == 18991);
    since = ss_since_days(19000, 0);
    assert_true(since.from == 19000 && since.covers_from == 19000 && since.kept_from == 19000);
    since = ss_since_days(INT32_MIN + 2, 36500);
    assert_true(since.from > SS_COVERS_ALL && since.covers_from > SS_COVERS_ALL);
}

/* What is cut away at the beginning is told in the file. */
static void test_part_is_written_and_read(void **state)
{
    (void)state;
    ss_link_options options = ss_link_options_default();
    remove(path);
    write_archive(path, some_articles(0, SIZE_MAX));
    ss_result *part = link_since(18020, &options), *again;
    assert_int_equal(part->provenance.covers_from, 18014);
    assert_int_equal(ss_result_write(part, "part.h5", NULL), SS_OK);
    assert_int_equal(ss_result_read(&again, "part.h5"), SS_OK);
    assert_int_equal(again->provenance.covers_from, 18014);
    assert_same_results(part, again);
    ss_result_free(part);
    ss_result_free(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_union_is_whole),
        cmocka_unit_test(test_repeats_are_folded_late),
        cmocka_unit_test(test_one_result_stays_as_it_is),
        cmocka_unit_test(test_order_of_results),
        cmocka_unit_test(test_pairs_of_gone_articles),
        cmocka_unit_test(test_missing_days),
        cmocka_unit_test(test_unlike_results_are_refused),
        cmocka_unit_test(test_part_is_written_and_read),
    };
    const struct CMUnitTest learnt[] = {cmocka_unit_test(test_union_is_whole)};
    return cmocka_run_group_tests(tests, make_model, free_model) +
           cmocka_run_group_tests(learnt, make_learnt_model, free_model);
}
