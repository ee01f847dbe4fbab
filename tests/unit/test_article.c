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

/* Bodies of more than may stay in memory, each a run of its own character, and what is read of them. */
#define LARGE  ((size_t)9 << 20)
#define BODIES (SS_TEXT_MEMORY / LARGE + 6)

static void push_large(ss_articles *articles)
{
    for (size_t i = 0; i < BODIES; i++) {
        ss_article article = {.text = malloc(LARGE + i + 1)};
        assert_non_null(article.text);
        memset(article.text, 'a' + (int)i, LARGE + i);
        article.text[LARGE + i] = '\0';
        assert_int_equal(ss_articles_push(articles, &article), SS_OK);
    }
}

static void assert_large(const ss_articles *articles)
{
    for (size_t i = 0; i < BODIES; i++) {
        const char *text = articles->item[i].text;
        assert_int_equal(strlen(text), LARGE + i);
        assert_int_equal(text[0], 'a' + (int)i);
        assert_int_equal(text[LARGE + i - 1], 'a' + (int)i);
    }
}

static void test_many_texts_lie_in_a_file(void **state)
{
    (void)state;
    ss_articles articles = {0}, other = {0};
    push_large(&articles);
    assert_false(articles.item[0].text_lent);
    assert_true(articles.item[BODIES - 1].text_lent);
    assert_true(articles.text_bytes <= SS_TEXT_MEMORY + BODIES);
    assert_large(&articles);
    ss_texts_release(articles.texts);
    assert_large(&articles);
    ss_texts_release(NULL);

    /* A lent text that goes to another list is copied. */
    ss_article last = articles.item[--articles.count];
    assert_int_equal(ss_articles_push(&other, &last), SS_OK);
    ss_articles_clear(&articles);
    assert_int_equal(strlen(other.item[0].text), LARGE + BODIES - 1);
    assert_false(other.item[0].text_lent);
    ss_articles_clear(&other);
}

static void test_texts_stay_in_memory_where_no_file_can_be(void **state)
{
    (void)state;
    char *before = getenv("TMPDIR") != NULL ? strdup(getenv("TMPDIR")) : NULL;
    setenv("TMPDIR", "/no/such/folder", 1);
    ss_articles articles = {0};
    push_large(&articles);
    assert_null(articles.texts);
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
        cmocka_unit_test(test_many_texts_lie_in_a_file),
        cmocka_unit_test(test_texts_stay_in_memory_where_no_file_can_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
