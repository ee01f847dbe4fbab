/* Dates and languages of five real articles, which are not part of the repository: in $SAMESTORY_DATA, or in ../shared/data
 * beside it. Without them the test is skipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "date.h"
#include "language.h"
#include "reader.h"

#define SKIPPED 77

static char folder[4096];

static size_t read_seed(const char *name, char *text, size_t size)
{
    char path[sizeof folder + 64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) return 0;
    size_t length = fread(text, 1, size, file);
    fclose(file);
    return length;
}

static void finds_their_dates(void **state)
{
    (void)state;
    static const char *const seeds[][2] = {
        {"000_6db62ecb97b7d4c7.txt", ""},
        {"001_2e590cb1d92528cc.txt", ""},
        {"002_d9dea2d0ef822165.txt", "2021-11-23"},
        {"003_e49355b537a5ba12.txt", "2021-07-31T05:35:00"},
    };
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        char text[65536], iso[SS_DATE_TEXT_SIZE];
        size_t length = read_seed(seeds[i][0], text, sizeof text);
        assert_int_not_equal(length, 0);
        ss_date date;
        ss_date_find(&date, NULL, text, length);
        ss_date_format(date, iso);
        assert_string_equal(iso, seeds[i][1]);
        assert_int_equal(ss_lang_detect(text, length), SS_LANG_EN);
    }
}

static void parses_the_post(void **state)
{
    (void)state;
    char text[65536], iso[SS_DATE_TEXT_SIZE];
    size_t length = read_seed("004_7cfbdee2cec91c13.txt", text, sizeof text);
    ss_article article = {0};
    assert_int_equal(ss_parse_markdown(&article, text, length), SS_OK);
    ss_date_format(article.published, iso);
    assert_string_equal(iso, "2021-11-23T14:35:56Z");
    assert_int_equal(article.lang, SS_LANG_ZH);
    assert_non_null(article.title);
    assert_null(strstr(article.text, article.title));
    assert_null(strpbrk(article.text, "<>[]"));
    assert_null(strstr(article.text, "http"));
    ss_article_clear(&article);
}

int main(void)
{
    const char *data = getenv("SAMESTORY_DATA");
    snprintf(folder, sizeof folder, "%s/seeds", data != NULL ? data : SS_DATA_FOLDER);
    char text[16];
    if (read_seed("004_7cfbdee2cec91c13.txt", text, sizeof text) == 0) {
        fprintf(stderr, "skipped: no articles in %s\n", folder);
        return SKIPPED;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_their_dates),
        cmocka_unit_test(parses_the_post),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
