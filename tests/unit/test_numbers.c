/* Numbers and dates: what is the same in Chinese and English, and what tells nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "status.h"
#include "tiny_model.h"

#define MOST 64

static ss_fold *fold;

typedef struct found {
    uint32_t number[MOST];
    size_t count;
} found;

static found find_most(const char *text, size_t most)
{
    ss_folded *folded = NULL;
    size_t length = 0, capacity = 0;
    assert_int_equal(ss_fold_text(fold, text, strlen(text), &folded, NULL, &length, &capacity), SS_OK);
    ss_folded *exact = malloc((length + 1) * sizeof *exact); /* so that a sanitizer sees what is read past the end */
    assert_non_null(exact);
    if (length > 0) memcpy(exact, folded, length * sizeof *exact);
    free(folded);
    exact = realloc(exact, length > 0 ? length * sizeof *exact : 1);
    assert_non_null(exact);
    found out = {.count = 0};
    out.count = ss_numbers_find(exact, length, out.number, most);
    assert_true(out.count <= most);
    for (size_t i = 0; i < out.count; i++)
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(out.number[i], out.number[j]);
    free(exact);
    return out;
}

static found find(const char *text)
{
    return find_most(text, MOST);
}

static bool same(const found *a, const found *b)
{
    return a->count == b->count && memcmp(a->number, b->number, a->count * sizeof *a->number) == 0;
}

static void assert_same(const char *left, const char *right)
{
    found a = find(left), b = find(right);
    if (a.count == 0 || !same(&a, &b)) fail_msg("'%s' and '%s' should tell the same numbers", left, right);
}

static void assert_differ(const char *left, const char *right)
{
    found a = find(left), b = find(right);
    if (a.count == 0 || b.count == 0 || same(&a, &b)) fail_msg("'%s' and '%s' should tell other numbers", left, right);
}

static void assert_nothing(const char *text)
{
    if (find(text).count > 0) fail_msg("'%s' should tell nothing", text);
}

static void test_large_numbers(void **state)
{
    (void)state;
    assert_same("37.6亿", "3.76 billion");
    assert_same("37.6亿元", "3,760 million yuan");
    assert_same("37.6亿", "3,760,000,000");
    assert_same("3,000万美元", "$30 million");
    assert_same("3000万", "30,000,000");
    assert_same("3千万", "30 million");
    assert_same("1.5万", "15,000");
    assert_same("1万", "10,000");
    assert_same("5千", "5,000");
    assert_same("3百", "300");
    assert_same("2.5万亿", "2.5 trillion");
    assert_same("5 thousand", "5000");
    assert_same("US$1.2bn", "12亿美元");
    assert_same("40m", "4000万");
    assert_same("40-million", "40 million");
    assert_same("3 tn", "3万亿");
    assert_same("120k", "12万");
    assert_same("９８７万", "9.87 million");
    assert_same("1,000.50", "1000.5");
}

static void test_other_numbers_differ(void **state)
{
    (void)state;
    assert_differ("37.6亿", "37.6 million");
    assert_differ("30 million", "30 billion");
    assert_differ("3000万", "3000");
    assert_differ("37.6", "376");
    assert_differ("12", "13");
    assert_differ("120", "12");
    assert_differ("12%", "12");
    assert_differ("23", "Nov. 23");
}

static void test_percentages(void **state)
{
    (void)state;
    assert_same("5%", "5 percent");
    assert_same("5%", "5 per cent");
    assert_same("5％", "5 %");
    assert_same("12.5%", "12.50 percent");
    assert_same("10%", "10 percent");
    assert_differ("5%", "6%");
    assert_nothing("5 percentage"); /* a word that only begins alike */
}

static void test_dates(void **state)
{
    (void)state;
    assert_same("11月23日", "Nov. 23");
    assert_same("11月23日", "Nov 23");
    assert_same("11月23日", "November 23");
    assert_same("11月23日", "23 November");
    assert_same("11月23日", "November 23rd");
    assert_same("11月23日", "23rd November");
    assert_same("11月23日", "23-Nov");
    assert_same("11月23号", "NOVEMBER 23, 2021");
    assert_same("2021年11月23日", "23 November 2021");
    assert_same("11月1日", "1st November");
    assert_same("11月2日", "2nd November");
    assert_same("9月5日", "Sept. 5");
    assert_same("9月5日", "Sep 5");
    assert_same("09月05日", "5 September");
    assert_same("5月31日", "May 31");
    assert_same("12月31日", "31 December");
    assert_differ("11月23日", "Nov. 24");
    assert_differ("11月23日", "Dec. 23");
    assert_differ("11月12日", "December 11");
}

static void test_each_month(void **state)
{
    (void)state;
    static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                         "July",    "August",   "September", "October", "November", "December"};
    found seen[12];
    for (int m = 0; m < 12; m++) {
        char zh[32], en[32], abbreviated[32];
        snprintf(zh, sizeof zh, "%d月17日", m + 1);
        snprintf(en, sizeof en, "%s 17", months[m]);
        snprintf(abbreviated, sizeof abbreviated, "17 %.3s.", months[m]);
        assert_same(zh, en);
        assert_same(zh, abbreviated);
        seen[m] = find(zh);
        assert_int_equal(seen[m].count, 1);
        for (int k = 0; k < m; k++)
            assert_int_not_equal(seen[m].number[0], seen[k].number[0]);
    }
}

static void test_what_tells_nothing(void **state)
{
    (void)state;
    assert_nothing("");
    assert_nothing("no numbers here");
    assert_nothing("0");
    assert_nothing("000");
    assert_nothing("7");
    assert_nothing("10");
    assert_nothing("3.");
    assert_nothing(".5");
    assert_nothing("1,2,3");
    assert_nothing("1, 2 and 3");
    assert_nothing("2021");
    assert_nothing("in 1999");
    assert_nothing("2021年");
    assert_nothing("11月");
    assert_nothing("23日");
    assert_nothing("covid19");
    assert_nothing("COVID19 and b52s");
    assert_nothing("he may march on");
    assert_nothing("It may. March!");
    assert_nothing("November 2021");
}

/* Words that are months only where a day stands beside them. */
static void test_verbs_are_no_months(void **state)
{
    (void)state;
    assert_same("they may sell 300 of them", "300");
    assert_same("may 300", "300");
    assert_same("march 45 miles", "45");
    assert_same("a second 300", "300");
    assert_same("mark 23", "23");
    assert_same("marching 23", "23");
    assert_same("novel 23", "23");
    assert_same("decade 23", "23");
}

static void test_not_quite_years(void **state)
{
    (void)state;
    assert_same("1,899", "1899");
    assert_same("2100", "2,100");
    assert_same("2021%", "2,021 percent");
    assert_same("2021万", "20.21 million");
    assert_same("2021.5", "2,021.5");
}

static void test_marks_inside_numbers(void **state)
{
    (void)state;
    assert_same("37.6.", "37.6");
    assert_same("37,", "37");
    assert_same("45,67", "45 67");
    assert_same("1,234,567", "1234567");
    assert_same("3.14.15", "3.14 15");
    assert_same("0045", "45");
    assert_same("12.00", "12");
    assert_nothing("007");
}

static void test_very_long_digit_strings(void **state)
{
    (void)state;
    char nines[2001], zeros[2001];
    memset(nines, '9', 2000);
    memset(zeros, '0', 2000);
    nines[2000] = zeros[2000] = '\0';
    assert_int_equal(find(nines).count, 1);
    assert_nothing(zeros);
    zeros[0] = '4';
    assert_int_equal(find(zeros).count, 1);
    zeros[0] = '0';
    zeros[1] = '.';
    zeros[1999] = '7'; /* 7 times 10^-1998 */
    assert_nothing(zeros);
    assert_same("1000000000000000000000", "1000万亿百万");
    assert_differ("1000000000000000000000", "100000000000000000000");
    assert_same("123456789012345678", "123,456,789,012,345,678");
    char many[3001] = "12";
    for (size_t i = 0; i < 900; i++)
        strcat(many, "亿");
    assert_int_equal(find(many).count, 1);
}

static void test_order_repeats_and_room(void **state)
{
    (void)state;
    const char *text = "12亿, 45%, Nov. 23, 1.2 billion and again 45 percent, then 678";
    found all = find(text), one = find("12亿"), two = find("45%"), three = find("11月23日"), four = find("678");
    assert_int_equal(all.count, 4);
    assert_int_equal(all.number[0], one.number[0]);
    assert_int_equal(all.number[1], two.number[0]);
    assert_int_equal(all.number[2], three.number[0]);
    assert_int_equal(all.number[3], four.number[0]);
    found fewer = find_most(text, 2);
    assert_int_equal(fewer.count, 2);
    assert_memory_equal(fewer.number, all.number, 2 * sizeof *all.number);
    assert_int_equal(find_most(text, 0).count, 0);
}

/* Every text made of these pieces comes to its end, and what was found is not read past the end of the text. */
static void test_any_sequence(void **state)
{
    (void)state;
    static const char *const pieces[] = {"3",  "11", "2021", ",",   ".",  " ", "-",        "月", "日", "年",
                                         "万", "亿", "may",  "nov", "th", "m", "per cent", "%",  "x",  "000"};
    enum { COUNT = sizeof pieces / sizeof *pieces };
    for (size_t i = 0; i < COUNT * COUNT * COUNT; i++) {
        char text[64];
        snprintf(text, sizeof text, "%s%s%s", pieces[i % COUNT], pieces[i / COUNT % COUNT], pieces[i / COUNT / COUNT]);
        assert_in_range(find(text).count, 0, 3);
    }
}

static int make_fold(void **state)
{
    (void)state;
    fold = tiny_fold();
    return 0;
}

static int free_fold(void **state)
{
    (void)state;
    ss_fold_free(fold);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_large_numbers),
        cmocka_unit_test(test_other_numbers_differ),
        cmocka_unit_test(test_percentages),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_each_month),
        cmocka_unit_test(test_what_tells_nothing),
        cmocka_unit_test(test_verbs_are_no_months),
        cmocka_unit_test(test_not_quite_years),
        cmocka_unit_test(test_marks_inside_numbers),
        cmocka_unit_test(test_very_long_digit_strings),
        cmocka_unit_test(test_order_repeats_and_room),
        cmocka_unit_test(test_any_sequence),
    };
    return cmocka_run_group_tests(tests, make_fold, free_fold);
}
