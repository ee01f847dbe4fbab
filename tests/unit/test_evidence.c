/* Evidence: what two articles have in common beside their sketches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "status.h"
#include "tiny_model.h"

static ss_model *model;
static ss_evidence *evidence;
static uint32_t next_row; /* every article of these tests has a row of its own */

static const ss_terms *terms_on_side(int side, const char *title, const char *text)
{
    ss_article article = tiny_article("id", SS_LANG_EN, title, text, 0);
    const ss_terms *terms;
    assert_int_equal(ss_evidence_terms(evidence, &article, next_row++, side, &terms), SS_OK);
    ss_article_clear(&article);
    assert_true(terms->count <= SS_TERMS_MAX);
    for (size_t i = 0; i < terms->count; i++) {
        assert_true(terms->norm[i] > 0);
        assert_true(i == 0 || terms->weight[i] <= terms->weight[i - 1]);
    }
    return terms;
}

static size_t term_count(const char *title, const char *text)
{
    return terms_on_side(0, title, text)->count;
}

static double shared(const char *a, const char *b)
{
    const ss_terms *left = terms_on_side(0, a, ""), *right = terms_on_side(1, b, "");
    double forth = (double)ss_shared_terms(left, right, model->dimension),
           back = (double)ss_shared_terms(right, left, model->dimension);
    assert_true(forth >= 0 && forth <= 1);
    assert_true(fabs(forth - back) <= 1e-6);
    return forth;
}

static ss_numbers numbers_of(const char *title, const char *text)
{
    ss_article article = tiny_article("id", SS_LANG_EN, title, text, 0);
    ss_numbers numbers = {.count = 999};
    assert_int_equal(ss_evidence_numbers(evidence, &article, &numbers), SS_OK);
    ss_article_clear(&article);
    assert_true(numbers.count <= SS_NUMBERS_MAX);
    for (size_t i = 1; i < numbers.count; i++)
        assert_true(numbers.hash[i] > numbers.hash[i - 1]);
    return numbers;
}

/* Before anything else is asked, so that nothing is allocated yet. */
static void test_empty_article(void **state)
{
    (void)state;
    const char *const texts[] = {"", " \n", "。，！", "\xff"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(term_count(texts[i], texts[i]), 0);
        ss_numbers none = numbers_of("", texts[i]), some = numbers_of("45 of 67", "");
        assert_int_equal(none.count, 0);
        assert_true(isnan(ss_shared_numbers(&none, &some)) && isnan(ss_shared_numbers(&none, &none)));
        assert_true(shared(texts[i], "Floods in Henan") == 0 && shared("Floods", texts[i]) == 0);
        assert_true(shared(texts[i], texts[i]) == 0);
    }
}

static void test_same_article_shares_all(void **state)
{
    (void)state;
    const char *title = "Alibaba shares fall 12 percent in Hong Kong 阿里巴巴股价下跌，市值蒸发37.6亿美元。";
    assert_true(term_count(title, "") > 5);
    assert_true(shared(title, title) == 1);
}

static void test_shared_terms_are_symmetric(void **state)
{
    (void)state;
    for (size_t i = 0; i < 20; i++) {
        char zh[2][TINY_TEXT_SIZE], en[2][TINY_TEXT_SIZE];
        tiny_pair(i, zh[0], en[0]);
        tiny_pair(i + 8, zh[1], en[1]);
        shared(en[0], en[1]);
        shared(zh[0], zh[1]);
        shared(zh[0], en[0]);
    }
}

static void test_more_in_common_shares_more(void **state)
{
    (void)state;
    double near = shared("earthquake destroys bridges near Lisbon harbour",
                         "earthquake destroys bridges near Lisbon station"),
           far =
               shared("earthquake destroys bridges near Lisbon harbour", "cricketers celebrate victory over champions");
    assert_true(near > 0.6 && near < 1 && near > far + 0.2);
}

static void test_most_telling_come_first(void **state)
{
    (void)state;
    ss_model *told = tiny_model();
    for (uint32_t r = 0; r < told->row_count; r++)
        told->information[r] = 256;
    ss_evidence *taker;
    assert_int_equal(ss_evidence_new(&taker, told), SS_OK);
    ss_article article = tiny_article("id", SS_LANG_EN, "alpha beta alpha gamma alpha beta", "", 0);
    const ss_terms *terms;
    assert_int_equal(ss_evidence_terms(taker, &article, 0, 0, &terms), SS_OK);
    static const uint32_t expected[] = {443, 362, 256}; /* sqrt(3), sqrt(2) and 1, times 256, rounded down */
    assert_int_equal(terms->count, 3);                  /* parts of words are no terms */
    assert_memory_equal(terms->weight, expected, sizeof expected);
    ss_article_clear(&article);
    ss_evidence_free(taker);
    ss_model_free(told);
}

/* Where all that an article says is said by every article, nothing is telling. */
static void test_terms_of_no_weight(void **state)
{
    (void)state;
    ss_model *plain = tiny_model();
    memset(plain->information, 0, plain->row_count * sizeof *plain->information);
    ss_evidence *taker;
    assert_int_equal(ss_evidence_new(&taker, plain), SS_OK);
    ss_article article = tiny_article("id", SS_LANG_EN, "alpha beta", "", 0);
    const ss_terms *a, *b;
    assert_int_equal(ss_evidence_terms(taker, &article, 0, 0, &a), SS_OK);
    assert_int_equal(ss_evidence_terms(taker, &article, 1, 1, &b), SS_OK);
    assert_true(!isnan((double)ss_shared_terms(a, b, plain->dimension)));
    ss_article_clear(&article);
    ss_evidence_free(taker);
    ss_model_free(plain);
}

/* Of Han sequences that overlap only one is taken, and none of a single character. */
static void test_terms_do_not_overlap(void **state)
{
    (void)state;
    assert_int_equal(term_count("", "中"), 0);
    assert_true(term_count("", "中国") <= 1);
    assert_in_range(term_count("", "中国人民"), 1, 2);
}

static void test_no_more_than_there_is_room_for(void **state)
{
    (void)state;
    char words[600] = "", numbers[600] = "";
    for (int i = 0; i < 99; i++) {
        char word[] = {(char)('a' + i % 26), (char)('a' + i / 26), 'q', 'z', 'k', ' ', '\0'};
        char number[] = {(char)('1' + i % 9), (char)('0' + i / 9 % 10), (char)('1' + i / 90), ' ', '\0'};
        strcat(words, word);
        strcat(numbers, number);
    }
    assert_int_equal(term_count("", words), SS_TERMS_MAX);
    assert_int_equal(numbers_of("", numbers).count, SS_NUMBERS_MAX);
}

/* Terms are kept from call to call; what is kept of one article must not be taken for another's. */
static void test_many_articles_each_with_its_own_terms(void **state)
{
    (void)state;
    enum { ARTICLES = 40 };
    const uint32_t strides[] = {1, 64, 1000, 1024, 2048, 4096};
    for (size_t s = 0; s < sizeof strides / sizeof *strides; s++) {
        ss_evidence *used;
        assert_int_equal(ss_evidence_new(&used, model), SS_OK);
        for (uint32_t i = 0; i < 2 * ARTICLES; i++) {
            char text[2][TINY_TEXT_SIZE], unused[TINY_TEXT_SIZE];
            const ss_terms *terms[2], *fresh;
            for (uint32_t side = 0; side < 2; side++) {
                uint32_t row = (i * 7 + 3 * side) % ARTICLES;
                tiny_pair(row, unused, text[side]);
                ss_article article = tiny_article("id", SS_LANG_EN, text[side], "", 0);
                assert_int_equal(ss_evidence_terms(used, &article, row * strides[s], (int)side, &terms[side]), SS_OK);
                ss_article_clear(&article);
            }
            for (int side = 0; side < 2; side++) { /* the first is as it was, after the second was asked for */
                fresh = terms_on_side(side, text[side], "");
                assert_int_equal(terms[side]->count, fresh->count);
                assert_memory_equal(terms[side]->weight, fresh->weight, fresh->count * sizeof *fresh->weight);
                assert_memory_equal(terms[side]->vector, fresh->vector, fresh->count * (size_t)model->dimension);
            }
        }
        ss_evidence_free(used);
    }
    ss_evidence_free(NULL);
}

static void test_only_title_and_lead_are_looked_at(void **state)
{
    (void)state;
    char text[2000];
    memset(text, ' ', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    memcpy(text, "news of 45 miners", 17);
    ss_numbers before = numbers_of("t", text);
    size_t terms_before = term_count("t", text);
    memcpy(text + 1500, "and 78 others", 13);
    assert_int_equal(numbers_of("t", text).count, before.count);
    assert_int_equal(term_count("t", text), terms_before);
    assert_int_equal(before.count, 1);
    assert_int_equal(numbers_of("78 in the title", text).count, 2);
}

static void test_shared_numbers(void **state)
{
    (void)state;
    ss_numbers zh = numbers_of("", "11月23日，公司盈利37.6亿元，增长12%，裁员450人。"),
               en = numbers_of("Profit of 3.76 billion on Nov. 23", "up 12 percent"),
               other = numbers_of("", "888 of 999"), part = numbers_of("", "450 jobs and 777 more"),
               none = numbers_of("", "in 2021 there were 3");
    assert_int_equal(zh.count, 4);
    assert_int_equal(en.count, 3);
    assert_true(ss_shared_numbers(&zh, &en) == 1.0f); /* all of the article with fewer */
    assert_true(ss_shared_numbers(&en, &zh) == 1.0f);
    assert_true(ss_shared_numbers(&zh, &part) == 0.5f);
    assert_true(ss_shared_numbers(&part, &zh) == 0.5f);
    assert_true(ss_shared_numbers(&zh, &other) == 0.0f);
    assert_true(isnan(ss_shared_numbers(&zh, &none)) && isnan(ss_shared_numbers(&none, &zh)));
    ss_numbers apart = numbers_of("45", "67");
    assert_int_equal(apart.count, 2); /* title and text do not touch */
}

static int make_model(void **state)
{
    (void)state;
    model = tiny_model();
    return ss_evidence_new(&evidence, model) == SS_OK ? 0 : -1;
}

static int free_model(void **state)
{
    (void)state;
    ss_evidence_free(evidence);
    ss_model_free(model);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_article),
        cmocka_unit_test(test_same_article_shares_all),
        cmocka_unit_test(test_shared_terms_are_symmetric),
        cmocka_unit_test(test_more_in_common_shares_more),
        cmocka_unit_test(test_most_telling_come_first),
        cmocka_unit_test(test_terms_of_no_weight),
        cmocka_unit_test(test_terms_do_not_overlap),
        cmocka_unit_test(test_no_more_than_there_is_room_for),
        cmocka_unit_test(test_many_articles_each_with_its_own_terms),
        cmocka_unit_test(test_only_title_and_lead_are_looked_at),
        cmocka_unit_test(test_shared_numbers),
    };
    return cmocka_run_group_tests(tests, make_model, free_model);
}
