/* Which two quantities say the same, how much that tells, and that no text, whatever it holds, does harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "quantities.h"

typedef struct pair {
    const char *zh, *en;
    double least, most; /* agreement of the first quantities */
} pair;

#define SAME   1.0, 1.0
#define NEARLY 0.5, 0.99
#define HARDLY 0.05, 0.49
#define NOT    0.0, 0.0

static void test_agreement(void **state)
{
    (void)state;
    static const pair pairs[] = {
        {"37.6亿", "3.76 billion", SAME},
        {"37.6亿", "3.8 billion", NEARLY},
        {"37.6亿", "3.7 billion", NOT},
        {"37.6亿", "3.9 billion", NOT},
        {"37.6亿", "376 million", NOT},
        {"37.6亿", "3.76 million", NOT},
        {"37.6亿元", "3.76 billion yuan", SAME},
        {"37.6亿元", "$3.76 billion", NOT},
        {"37.6亿元", "3.76 billion", NEARLY},
        {"37.6亿", "3.76 billion yuan", NEARLY},
        {"37.6亿元", "¥3.76 billion", NEARLY},
        {"3,000万美元", "$30 million", SAME},
        {"3000万美元", "$30m", SAME},
        {"近10亿欧元", "about 900 million euros", NEARLY},
        {"约9亿欧元", "nearly 1 billion euros", NEARLY},
        {"2960万美元", "$30 million", NEARLY},
        {"2600万美元", "$30 million", NOT},
        {"3040万美元", "$30 million", NEARLY},
        {"3000万美元", "30 million euros", NOT},
        {"11月23日", "Nov 23", SAME},
        {"11月23日", "November 23, 2021", SAME},
        {"11月23日", "Nov 22", HARDLY},
        {"11月23日", "Nov 21", NOT},
        {"11月23日", "Oct 23", NOT},
        {"11月23日", "23 November 2020", NOT},
        {"周二", "Tuesday", SAME},
        {"23日", "Tuesday", SAME},
        {"昨天", "Tuesday", SAME},
        {"今天", "yesterday", HARDLY},
        {"百分之五", "5 percent", SAME},
        {"5%", "five per cent", SAME},
        {"5.4%", "5 percent", NEARLY},
        {"5.6%", "5 percent", NOT},
        {"2.1%", "2.3%", NOT},
        {"5%", "5 million", NOT},
        {"百分之三点二", "3.2%", SAME},
        {"25个基点", "0.25 percentage points", SAME},
        {"零点二", "0.2", SAME},
        {"两千人", "2,000", SAME},
        {"两千人", "two thousand", SAME},
        {"1,786.6万", "17.866 million", SAME},
        {"1,786.6万", "17.9 million", NEARLY},
        {"1,786.6万", "18 million", NEARLY},
        {"1,786.6万", "17 million", NOT},
        {"16人死亡", "kills 16", SAME},
        {"16人死亡", "kills 17", NOT},
        {"16人死亡", "16 injured", NOT},
        {"16人死亡", "16 missing", NOT},
        {"16人", "16 dead", NEARLY},
        {"逾百人死亡", "kills 112", NEARLY},
        {"逾百人死亡", "kills 312", NOT},
        {"超过3000人", "3,120", NEARLY},
        {"超过3000人", "3,900", NOT},
        {"3000人", "3,120", NOT},
        {"2998人", "nearly 3,000", NEARLY},
        {"300余人受伤", "more than 300 injured", SAME},
        {"6.2级地震", "magnitude 6.2", SAME},
        {"6.2级地震", "magnitude 6.1", NEARLY},
        {"6.2级地震", "magnitude 7.0", NOT},
        {"6.0级地震", "magnitude 6 quake", SAME},
        {"3比1", "3-1", SAME},
        {"3比1", "1-3", SAME},
        {"3比1", "3-2", NOT},
        {"3比1", "13", NOT},
        {"1.2万亿日元", "1.2 trillion yen", SAME},
        {"1.2万亿日元", "1.2 trillion won", NOT},
        {"500亿卢比", "50 billion rupees", SAME},
        {"25亿欧元", "€2.5bn", SAME},
        {"十几万人", "120,000 people", NEARLY},
        {"16人死亡", "Nov 16", NOT},
        {"16%", "16 ships", NOT},
        {"6.2级地震", "6.2 million", NOT},
        {"3亿5000万", "350 million", SAME},
        {"1.5万", "15,000", SAME},
    };
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        found zh = find_most(pairs[i].zh, WEDNESDAY, MOST), en = find_most(pairs[i].en, WEDNESDAY, MOST);
        if (zh.count != 1 || en.count != 1) fail_msg("'%s', '%s': one quantity each", pairs[i].zh, pairs[i].en);
        double agreement = ss_quantity_agreement(zh.quantity, en.quantity);
        assert_true(agreement == ss_quantity_agreement(en.quantity, zh.quantity));
        if (agreement >= pairs[i].least && agreement <= pairs[i].most) continue;
        print_error("'%s' ~ '%s': %.3f, not %.2f..%.2f\n", pairs[i].zh, pairs[i].en, agreement, pairs[i].least,
                    pairs[i].most);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void test_agreement_of_dates_without_year(void **state)
{
    (void)state;
    found known = find_most("11月23日", WEDNESDAY, MOST), unknown = find_most("Nov 23", NULL, MOST);
    found other = find_most("Nov 24", NULL, MOST), again = find_most("11月23日", NULL, MOST);
    double agreement = ss_quantity_agreement(known.quantity, unknown.quantity);
    assert_true(agreement > 0.5 && agreement < 1.0);
    assert_true(ss_quantity_agreement(unknown.quantity, known.quantity) == agreement);
    assert_true(ss_quantity_agreement(known.quantity, other.quantity) == 0.0);
    assert_true(ss_quantity_agreement(unknown.quantity, again.quantity) == 1.0);
}

/* The same number has the same bits however it is written. */
static void test_equal_bits(void **state)
{
    (void)state;
    static const char *const groups[][5] = {
        {"37.6亿", "3.76 billion", "3,760,000,000", "3760 million", "0.00376万亿"},
        {"1,786.6万", "17.866 million", "17,866,000", "0.17866亿", "17866 thousand"},
        {"0.1亿", "10 million", "1000万", "一千万", "ten million"},
        {"1.23456789亿", "123,456,789", "123.456789 million", "12345.6789万", "0.123456789 billion"},
        {"0.3%", "百分之零点三", "0.30 percent", "千分之三", "30个基点"},
    };
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
        found first = find_most(groups[g][0], NULL, MOST);
        assert_int_equal(first.count, 1);
        for (size_t i = 1; i < 5; i++) {
            found f = find_most(groups[g][i], NULL, MOST);
            assert_int_equal(f.count, 1);
            if (memcmp(&f.quantity[0].value, &first.quantity[0].value, sizeof(double)) != 0)
                fail_msg("'%s' and '%s' differ", groups[g][0], groups[g][i]);
        }
    }
}

static double information(const char *text)
{
    found f = find_most(text, WEDNESDAY, MOST);
    return f.count > 0 ? ss_quantity_information(&f.quantity[0]) : 0.0;
}

static void test_information(void **state)
{
    (void)state;
    assert_true(information("7") == 0.0);
    assert_true(information("2021") == 0.0);
    assert_true(information("3000人") < 2.0);
    assert_true(information("1,786.6万") > 8.0);
    assert_true(information("37.6亿元") > information("37.6亿"));
    assert_true(information("37亿") < information("37.6亿"));
    assert_true(information("11月24日") < 1.0);
    assert_true(information("11月23日") < 1.0);
    assert_true(information("11月20日") > information("11月23日"));
    assert_true(information("5月20日") > information("11月20日"));
    assert_true(information("kills 16") > information("kills 2"));
    assert_true(information("5%") < information("5.3%"));
    assert_true(information("112-105") > information("3-1"));
    assert_true(information("magnitude 6.2") > information("magnitude 6"));
}

static void test_places_in_text(void **state)
{
    (void)state;
    found f = find_most("about US$30 million was lost", NULL, MOST);
    assert_int_equal(f.count, 1);
    assert_int_equal(f.quantity[0].begin, 6);
    assert_int_equal(f.quantity[0].end, 19);
    f = find_most("损失3000万美元", NULL, MOST);
    assert_int_equal(f.quantity[0].begin, 2);
    assert_int_equal(f.quantity[0].end, 9);
    f = find_most("5%，约5%，6%", NULL, MOST); /* each once, the exact one counts */
    assert_int_equal(f.count, 2);
    assert_false(f.quantity[0].about);
    f = find_most("约5%，5%", NULL, MOST);
    assert_int_equal(f.count, 1);
    assert_false(f.quantity[0].about);
    assert_int_equal(find_most("5%，6%，7%", NULL, 2).count, 2);
    assert_int_equal(find_most("5%，6%，7%", NULL, 0).count, 0);
}

/* ----------------------------------------------------------------- any text */

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static void test_random_pieces(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "3",        "16",        "2021",  "0",       "00",       ",",       ".",     " ",      "-",    ":",     "/",
        "%",        "月",        "日",    "年",      "万",       "亿",      "千",    "百",     "十",   "两",    "点",
        "几",       "多",        "人",    "死",      "伤",       "死亡",    "受伤",  "百分之", "周",   "星期",  "下",
        "比",       "至",        "号",    "元",      "美元",     "级",      "地震",  "may",    "nov",  "th",    "m",
        "per cent", "a",         "half",  "and",     "million",  "hundred", "dozen", "killed", "toll", "death", "from",
        "to",       "of",        "in",    "tuesday", "next",     "$",       "us$",   "rmb",    "€",    "x",     "\n",
        "，",       "magnitude", "one",   "sixteen", "today",    "上月",    "半",    "第",     "约",   "成",    "基点",
        "points",   "including", "lives", "\xff",    "\xe4\xb8", "é",       "‰",
    };
    enum { COUNT = sizeof pieces / sizeof *pieces };
    uint64_t seed = 7;
    for (int round = 0; round < 20000; round++) {
        char text[400] = "";
        size_t used = 0;
        for (uint64_t k = next_random(&seed) % 16; k > 0; k--)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", pieces[next_random(&seed) % COUNT],
                                     next_random(&seed) % 2 == 0 ? " " : "");
        find_most(text, next_random(&seed) % 3 == 0 ? NULL : WEDNESDAY, next_random(&seed) % (MOST + 1));
    }
}

static void test_random_characters(void **state)
{
    (void)state;
    uint64_t seed = 11;
    ss_folded text[64];
    static const int32_t days[] = {0, 18955, -800000, INT32_MIN, INT32_MAX, 2899999, -699999};
    for (int round = 0; round < 20000; round++) {
        size_t length = next_random(&seed) % 64;
        for (size_t i = 0; i < length; i++) {
            uint64_t kind = next_random(&seed) % 6;
            text[i] = (ss_folded)(next_random(&seed) % 0x110000) | (ss_folded)(kind % 3) << 24; /* no digit */
            if (kind == 1) text[i] = (ss_folded)('0' + next_random(&seed) % 10) | (ss_folded)SS_CLASS_DIGIT << 24;
            if (kind == 2) text[i] = (ss_folded)('a' + next_random(&seed) % 26) | (ss_folded)SS_CLASS_LETTER << 24;
            if (kind == 3) text[i] = (ss_folded)(0x4e00 + next_random(&seed) % 64) | (ss_folded)SS_CLASS_HAN << 24;
            if (kind >= 4) text[i] = (ss_folded)(0x20 + next_random(&seed) % 32);
        }
        find_folded(text, length, days[next_random(&seed) % 7], MOST);
    }
}

static void test_long_runs(void **state)
{
    (void)state;
    static const char *const pieces[] = {"9",      "0",   "9.",      "9,999", "一",       "千",  "亿",   "1-",
                                         "1:1",    "a",   "a ",      "one ",  "hundred ", "3亿", "十月", "11月",
                                         "2021年", "， ", "killed ", "16人",  "may 5",    "周一"};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        char text[12001] = "";
        size_t length = strlen(pieces[i]), used = 0;
        for (; used + length < 12000; used += length)
            memcpy(text + used, pieces[i], length);
        text[used] = '\0';
        find_most(text, WEDNESDAY, MOST);
    }
    assert_int_equal(find_most("1亿亿亿亿亿亿", NULL, MOST).count, 0);
    assert_int_equal(find_most("123456789012345678901234567890人", NULL, MOST).count, 0);
    assert_int_equal(find_most("999999999999999万亿", NULL, MOST).count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agreement),         cmocka_unit_test(test_agreement_of_dates_without_year),
        cmocka_unit_test(test_equal_bits),        cmocka_unit_test(test_information),
        cmocka_unit_test(test_places_in_text),    cmocka_unit_test(test_random_pieces),
        cmocka_unit_test(test_random_characters), cmocka_unit_test(test_long_runs),
    };
    return cmocka_run_group_tests(tests, make_quantity_fold, free_quantity_fold);
}
