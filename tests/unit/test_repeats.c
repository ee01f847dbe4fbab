/* Which articles are folded into one, and which are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "linked_articles.h"
#include "repeats.h"
#include "status.h"

#define TEXT                                                                                                           \
    "The council of the town met on Monday evening and voted by a large majority for the new bridge over the river, "  \
    "which is to open in the year after next, said the mayor to reporters after the meeting had closed, and added "    \
    "that 12 houses on the other bank will have to go, whose owners are to be given others."

typedef struct sample {
    const char *id, *url, *source, *text;
    int64_t day;
} sample;

static void push_sample(ss_articles *articles, const sample *s)
{
    ss_article article = tiny_article(s->id, SS_LANG_EN, "Town votes for bridge", s->text, s->day);
    assert_int_equal(ss_set_text(&article.url, s->url), SS_OK);
    assert_int_equal(ss_set_text(&article.source, s->source), SS_OK);
    assert_int_equal(ss_articles_push(articles, &article), SS_OK);
}

/* The ids that stay and their copies: "a+2 d+0". */
static void link_samples(char *out, const sample *samples, size_t count, bool keep, uint64_t seed)
{
    ss_articles articles = {0};
    for (size_t i = 0; i < count; i++)
        push_sample(&articles, &samples[i]);
    shuffle(&articles, seed);
    ss_link_options options = ss_link_options_default();
    options.keep_repeats = keep;
    const ss_job job = {.threads = 1 + (int)(seed % 3)};
    ss_result *result = link_articles(articles, &options, &job);
    *out = '\0';
    for (size_t i = 0; i < result->articles.count; i++) {
        const ss_article *article = &result->articles.item[i];
        sprintf(out + strlen(out), "%s%s+%u", i > 0 ? " " : "", article->id, article->copies);
    }
    ss_result_free(result);
}

static void check(const sample *samples, size_t count, const char *wanted)
{
    for (uint64_t seed = 0; seed < 6; seed++) {
        char found[200];
        link_samples(found, samples, count, false, seed);
        assert_string_equal(found, wanted);
    }
}
#define CHECK(samples, wanted) check(samples, sizeof(samples) / sizeof *(samples), wanted)

static void test_the_same_address(void **state)
{
    (void)state;
    const sample samples[] = {{"a", "https://www.example.org/x?utm_source=feed&id=1", "Post", TEXT, 18000},
                              {"b", "http://EXAMPLE.org/x/?id=1#top", "Post", TEXT " Read on.", 18000},
                              {"c", "https://example.org/x?id=1", "",
                               "The council of the town met on Monday evening and "
                               "voted by a large majority for the new bridge",
                               18000},
                              {"d", "https://example.org/x?id=2", "Gazette", "", 18000},
                              {"e", "https://example.org/x?id=1", "Post", TEXT, TINY_UNDATED}};
    CHECK(samples, "a+3 d+0");
    char found[200];
    link_samples(found, samples, 5, true, 0);
    assert_string_equal(found, "a+0 b+0 c+0 d+0 e+0");
}

/* One page that lists the events of a day, and one whose text is another every day. */
static void test_other_texts_under_an_address(void **state)
{
    (void)state;
    const sample samples[] = {
        {"a", "https://example.org/day", "List", "The river rose over its banks in the north.", 18000},
        {"b", "https://example.org/day", "List", "A bank was robbed in the south of the town.", 18000},
        {"c", "https://example.org/day", "List", "The river rose over its banks in the north.", 18001},
        {"d", "https://example.org/day", "List", TEXT " The river has 3 bridges.", 18000},
        {"e", "https://example.org/day", "List", TEXT " The river has 3 bridges.", 18000},
        {"f", "https://example.org/day", "List", TEXT " The river has 4 bridges.", 18000}};
    CHECK(samples, "a+0 b+0 d+1 f+0 c+0");
}

static void test_the_same_outlet(void **state)
{
    (void)state;
    const sample samples[] = {{"a", "https://example.org/politics/1", "Post", TEXT, 18000},
                              {"b", "https://example.org/local/2", "Post", TEXT, 18000},
                              {"c", "https://other.example/2", "Gazette", TEXT, 18000},
                              {"d", "https://example.org/local/3", "Post", TEXT, 18001},
                              {"e", "https://example.org/local/4", "Post", TEXT " It has 13.", 18000}};
    CHECK(samples, "a+1 c+0 e+0 d+0");
}

static void test_without_an_outlet(void **state)
{
    (void)state;
    const sample samples[] = {{"a", "", "", TEXT, 18000},
                              {"b", "", "", TEXT, 18000},
                              {"c", "", "", TEXT " It was late.", 18000},
                              {"d", "", "", "Too short to tell.", 18000},
                              {"e", "", "", "Too short to tell.", 18000}};
    CHECK(samples, "a+1 c+0 d+0 e+0");
}

/* Many pages under one address, all different: each is compared with a few. */
static void test_many_under_one_address(void **state)
{
    (void)state;
    enum { COUNT = 3000 };
    ss_articles articles = {0};
    char id[16], text[64];
    for (int i = 0; i < COUNT; i++) {
        snprintf(id, sizeof id, "%d", i);
        snprintf(text, sizeof text, "Report number %d of the day", i / 2);
        push_sample(&articles, &(sample){id, "https://example.org/", "Post", text, 18000});
    }
    ss_pool *pool;
    ss_fold *fold;
    assert_int_equal(ss_pool_new(&pool, 2), SS_OK);
    assert_int_equal(ss_fold_from_icu(&fold), SS_OK);
    assert_int_equal(ss_repeats_fold(&articles, NULL, fold, pool, NULL), SS_OK);
    assert_int_equal(articles.count, COUNT / 2);
    ss_fold_free(fold);
    ss_pool_free(pool);
    ss_articles_clear(&articles);
}

static void test_addresses(void **state)
{
    (void)state;
    static const char *const same[][2] = {{"http://a.example/b", "https://www.A.example/b/"},
                                          {"http://a.example", "http://a.example/#top"},
                                          {"http://a.example/?x=1&utm_medium=2", "http://a.example/?from=z&x=1"}};
    static const char *const other[][2] = {{"http://a.example/b", "http://a.example/B"},
                                           {"http://a.example/?x=1", "http://a.example/?x=2"},
                                           {"http://a.example/?x=1", "http://a.example/"},
                                           {"http://a.example/b", "http://b.example/b"}};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_true(ss_address_hash(same[i][0]) == ss_address_hash(same[i][1]));
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        assert_true(ss_address_hash(other[i][0]) != ss_address_hash(other[i][1]));
    assert_true(ss_address_hash("") == 0 && ss_address_hash("a.example/b") == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_address),       cmocka_unit_test(test_other_texts_under_an_address),
        cmocka_unit_test(test_the_same_outlet),        cmocka_unit_test(test_without_an_outlet),
        cmocka_unit_test(test_many_under_one_address), cmocka_unit_test(test_addresses),
    };
    return cmocka_run_group_tests(tests, make_model, free_model);
}
