#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "status.h"
#include "texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_names_of_languages(void **state)
{
    (void)state;
    assert_string_equal(ss_lang_name(SS_LANG_ZH), "zh");
    assert_string_equal(ss_lang_name(SS_LANG_EN), "en");
    assert_string_equal(ss_lang_name(SS_LANG_OTHER), "other");
    assert_string_equal(ss_lang_name((ss_lang)99), "other");
}

static void test_push_moves_the_article(void **state)
{
    (void)state;
    ss_articles articles = {0};
    for (size_t i = 0; i < 100; i++) {
        char number[16];
        ss_article article = {.lang = SS_LANG_EN, .published = {.seconds = (int64_t)i, .precision = SS_DATE_SECOND}};
        snprintf(number, sizeof number, "%zu", i);
        assert_int_equal(ss_copy_text(&article.id, number, strlen(number)), SS_OK);
        assert_int_equal(ss_articles_push(&articles, &article), SS_OK);
        assert_null(article.id);
        assert_int_equal(article.lang, SS_LANG_OTHER);
    }
    assert_int_equal(articles.count, 100);
    assert_string_equal(articles.item[0].id, "0");
    assert_string_equal(articles.item[99].id, "99");
    assert_int_equal(articles.item[99].published.seconds, 99);
    ss_articles_clear(&articles);
    assert_int_equal(articles.count, 0);
    assert_null(articles.item);
}

static void test_clearing_twice_does_no_harm(void **state)
{
    (void)state;
    ss_article article = {0};
    assert_int_equal(ss_copy_text(&article.title, "title", 5), SS_OK);
    ss_article_clear(&article);
    assert_null(article.title);
    ss_article_clear(&article);
    ss_articles none = {0};
    ss_articles_clear(&none);
    ss_articles_clear(&none);
}

/* Bodies of more than may stay in memory, each a run of its own character, with titles of all lengths up to one that is
 * longer than what is set aside for many; and what is read of them. */
#define LARGE  ((size_t)9 << 20)
#define BODIES (SS_TEXT_MEMORY / LARGE + 6)
#define LONG   ((size_t)3 << 20)

static char *run_of(size_t i, size_t length)
{
    char *text = malloc(length + 1);
    assert_non_null(text);
    memset(text, 'a' + (int)i, length);
    text[length] = '\0';
    return text;
}

static size_t title_length(size_t i)
{
    return i == BODIES - 2 ? LONG : i % 3;
}

static void push_large(ss_articles *articles)
{
    for (size_t i = 0; i < BODIES; i++) {
        ss_article article = {.title = run_of(i, title_length(i)), .text = run_of(i, LARGE + i), .lang = SS_LANG_ZH};
        assert_int_equal(ss_copy_text(&article.id, "id", i % 3), SS_OK);
        assert_int_equal(ss_copy_text(&article.url, "https://news.example", i), SS_OK);
        assert_int_equal(ss_copy_text(&article.origin, "archive.jsonl", i), SS_OK);
        assert_int_equal(ss_articles_push(articles, &article), SS_OK);
    }
}

static void assert_run(const char *text, size_t i, size_t length)
{
    assert_int_equal(strlen(text), length);
    assert_true(length == 0 || (text[0] == 'a' + (int)i && text[length - 1] == 'a' + (int)i));
}

static void assert_large(const ss_articles *articles)
{
    for (size_t i = 0; i < BODIES; i++) {
        const ss_article *article = &articles->item[i];
        assert_run(article->text, i, LARGE + i);
        assert_run(article->title, i, title_length(i));
        assert_int_equal(strlen(article->id), i % 3);
        assert_int_equal(strlen(article->url), i);
        assert_memory_equal(article->url, "https://news.example", i);
        assert_int_equal(strlen(article->origin), i);
        assert_memory_equal(article->origin, "archive.jsonl", i);
        assert_string_equal(article->source, "");
        assert_string_equal(article->author, "");
        assert_int_equal(article->lang, SS_LANG_ZH);
    }
}

static void test_strings_of_many_articles_are_the_list_s(void **state)
{
    (void)state;
    ss_articles articles = {0}, other = {0};
    push_large(&articles);
    assert_false(articles.item[0].lent);
    assert_true(articles.item[BODIES - 1].lent);
    assert_int_equal(articles.text_bytes, BODIES * LARGE + BODIES * (BODIES - 1) / 2);
    assert_large(&articles);
    ss_texts_release(articles.texts);
    assert_large(&articles);
    ss_texts_release(NULL);

    /* Those of an article that goes to another list are copied; the rest of the list stays whole. */
    ss_article last = articles.item[--articles.count];
    assert_int_equal(ss_articles_push(&other, &last), SS_OK);
    ss_article_clear(&articles.item[articles.count - 1]);
    assert_null(articles.item[articles.count - 1].title);
    ss_articles_clear(&articles);
    assert_run(other.item[0].text, BODIES - 1, LARGE + BODIES - 1);
    assert_run(other.item[0].title, BODIES - 1, title_length(BODIES - 1));
    assert_memory_equal(other.item[0].origin, "archive.jsonl", BODIES - 1);
    assert_string_equal(other.item[0].author, "");
    assert_false(other.item[0].lent);
    ss_articles_clear(&other);
}

static void test_texts_stay_in_memory_where_no_file_can_be(void **state)
{
    (void)state;
    char *before = getenv("TMPDIR") != NULL ? strdup(getenv("TMPDIR")) : NULL;
    setenv("TMPDIR", "/no/such/folder", 1);
    ss_articles articles = {0};
    push_large(&articles);
    assert_large(&articles);
    ss_texts_release(articles.texts);
    assert_large(&articles);
    ss_articles_clear(&articles);
    if (before != NULL)
        setenv("TMPDIR", before, 1);
    else
        unsetenv("TMPDIR");
    free(before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_of_languages),
        cmocka_unit_test(test_push_moves_the_article),
        cmocka_unit_test(test_clearing_twice_does_no_harm),
        cmocka_unit_test(test_strings_of_many_articles_are_the_list_s),
        cmocka_unit_test(test_texts_stay_in_memory_where_no_file_can_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
