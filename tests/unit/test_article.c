#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "status.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_of_languages),
        cmocka_unit_test(test_push_moves_the_article),
        cmocka_unit_test(test_clearing_twice_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
