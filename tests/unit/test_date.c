#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "date.h"
#include "date_label.h"
#include "match.h"

typedef struct sample {
    const char *text;
    const char *iso; /* "" if the text is refused */
} sample;

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void check_parse(const sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ss_date date;
        char iso[SS_DATE_TEXT_SIZE];
        bool found = ss_date_parse(&date, samples[i].text, strlen(samples[i].text));
        ss_date_format(date, iso);
        if (strcmp(iso, samples[i].iso) != 0)
            fail_msg("\"%s\" is \"%s\", not \"%s\"", samples[i].text, iso, samples[i].iso);
        assert_int_equal(found, samples[i].iso[0] != '\0');
        assert_int_equal(date.precision == SS_DATE_NONE, !found);
    }
}

static void parses_iso(void **state)
{
    (void)state;
    static const sample samples[] = {
        {"2021-11-23", "2021-11-23"},
        {" 2021-11-23\n", "2021-11-23"},
        {"2021-1-3", "2021-01-03"},
        {"20211123", "2021-11-23"},
        {"2021/11/23", "2021-11-23"},
        {"2021.11.23", "2021-11-23"},
        {"2021-11-23T14:35:56.871Z", "2021-11-23T14:35:56Z"},
        {"2021-11-23T14:35:56,871Z", "2021-11-23T14:35:56Z"},
        {"2021-11-23T14:35:56+08:00", "2021-11-23T14:35:56+08:00"},
        {"2021-11-23T14:35:56+0800", "2021-11-23T14:35:56+08:00"},
        {"2021-11-23T14:35:56+08", "2021-11-23T14:35:56+08:00"},
        {"2021-11-23t14:35:56z", "2021-11-23T14:35:56Z"},
        {"2021-11-23 14:35:56 +0800", "2021-11-23T14:35:56+08:00"},
        {"2021-11-23 14:35:56 +0800 CST", "2021-11-23T14:35:56+08:00"},
        {"2021-11-23T14:35:56-03:30", "2021-11-23T14:35:56-03:30"},
        {"2021-11-23 14:35", "2021-11-23T14:35:00"},
        {"2021-11-23T14:35", "2021-11-23T14:35:00"},
        {"20211123T143556Z", "2021-11-23T14:35:56Z"},
        {"20211123T1435", "2021-11-23T14:35:00"},
        {"2021-12-31T24:00:00Z", "2022-01-01T00:00:00Z"},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
        {"2021-11-23T00:30:00+08:00", "2021-11-23T00:30:00+08:00"},
    };
    check_parse(samples, COUNT(samples));
}

static void parses_english(void **state)
{
    (void)state;
    static const sample samples[] = {
        {"Tue, 23 Nov 2021 14:35:56 GMT", "2021-11-23T14:35:56Z"},
        {"Tue, 23 Nov 2021 14:35 EST", "2021-11-23T14:35:00-05:00"},
        {"23 Nov 2021 14:35:56 PDT", "2021-11-23T14:35:56-07:00"},
        {"Tue, 23 Nov 2021 14:35:56 +0800 (China Standard Time)", "2021-11-23T14:35:56+08:00"},
        {"Tue Nov 23 14:35:56 2021", "2021-11-23T14:35:56"},
        {"Tue Nov 23 14:35:56 UTC 2021", "2021-11-23T14:35:56Z"},
        {"Nov. 23, 2021", "2021-11-23"},
        {"NOVEMBER 23, 2021", "2021-11-23"},
        {"Sept 1, 2021", "2021-09-01"},
        {"November 23rd 2021", "2021-11-23"},
        {"23rd of November, 2021", "2021-11-23"},
        {"23 November, 2021, 09:05 pm", "2021-11-23T21:05:00"},
        {"Jul 31, 2021 05:35 AM", "2021-07-31T05:35:00"},
        {"Jul 31, 2021 12:05 AM", "2021-07-31T00:05:00"},
        {"Jul 31, 2021 12:05 PM", "2021-07-31T12:05:00"},
        {"Tuesday, November 23, 2021 at 9 p.m.", "2021-11-23T21:00:00"},
        {"9:05 pm GMT+8, 23 November 2021", "2021-11-23T21:05:00+08:00"},
        {"Nov 23, 2021 14:35 (UTC-05:30)", "2021-11-23T14:35:00-05:30"},
    };
    check_parse(samples, COUNT(samples));
}

static void parses_chinese(void **state)
{
    (void)state;
    static const sample samples[] = {
        {"2021年11月23日", "2021-11-23"},
        {"2021 年 11 月 3 日", "2021-11-03"},
        {"2021年11月23日 14:35", "2021-11-23T14:35:00"},
        {"2021年11月23日14时35分56秒", "2021-11-23T14:35:56"},
        {"2021年11月23日下午3时05分", "2021-11-23T15:05:00"},
        {"2021年11月23日 凌晨12点", "2021-11-23T00:00:00"},
        {"2021年11月23日（星期二）14：35", "2021-11-23T14:35:00"},
        {"2021年11月23日 周二", "2021-11-23"},
        {"２０２１年１１月２３日", "2021-11-23"},
        {"二〇二一年十一月二十三日", "2021-11-23"},
        {"二○二一年十月十日", "2021-10-10"},
        {"二零二一年一月三十一日", "2021-01-31"},
        {"2021年11月廿三日", "2021-11-23"},
        {"2021年11月23日 北京时间14时", "2021-11-23T14:00:00+08:00"},
        {"2021-11-23 14:35（北京时间）", "2021-11-23T14:35:00+08:00"},
    };
    check_parse(samples, COUNT(samples));
}

static void check_custom(const ss_date_custom *custom, const sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ss_date date;
        char iso[SS_DATE_TEXT_SIZE];
        ss_date_parse_in(&date, custom, samples[i].text, strlen(samples[i].text));
        ss_date_format(date, iso);
        if (strcmp(iso, samples[i].iso) != 0)
            fail_msg("\"%s\" is \"%s\", not \"%s\"", samples[i].text, iso, samples[i].iso);
    }
}

/* What sites and tables write beside the standards. */
static void parses_what_is_found_in_the_wild(void **state)
{
    (void)state;
    static const sample samples[] = {
        {"23.11.2021", "2021-11-23"},
        {"4.9.2018", "2018-09-04"},
        {"04.09.2018 10:15", "2018-09-04T10:15:00"},
        {"23/11/2021", "2021-11-23"},
        {"11/23/2021", "2021-11-23"},
        {"11-23-2021 10:15:00 AM", "2021-11-23T10:15:00"},
        {"5/5/2018", "2018-05-05"},
        {"[15/08/2002]", ""},
        {"Tuesday, 4 Sept. 2018 10:15 BST", "2018-09-04T10:15:00"},
        {"Tue 4 Sep 2018 10.15 BST", "2018-09-04T10:15:00"},
        {"4th September 2018 at 10.15am", "2018-09-04T10:15:00"},
        {"10:15 AM ET, Tue September 4, 2018", "2018-09-04T10:15:00"},
        {"Tues., Sept. 4, 2018, 10:15 p.m.", "2018-09-04T22:15:00"},
        {"04-Sep-18", "2018-09-04"},
        {"Tuesday, 04-Sep-18 10:15:00 GMT", "2018-09-04T10:15:00Z"},
        {"04/Sep/2018", "2018-09-04"},
        {"4.Sep.2018", "2018-09-04"},
        {"Sep/04/2018", "2018-09-04"},
        {"04Sep2018", "2018-09-04"},
        {"2018 Sep 4", "2018-09-04"},
        {"2018-Sep-04 10:15", "2018-09-04T10:15:00"},
        {"201809041015", "2018-09-04T10:15:00"},
        {"20180904101533", "2018-09-04T10:15:33"},
        {"2018/9/4 上午 10:15:33", "2018-09-04T10:15:33"},
        {"2018/09/04 AM 10:15", "2018-09-04T10:15:00"},
        {"2018/09/04（二）10:15", "2018-09-04T10:15:00"},
        {"2018．09．04", "2018-09-04"},
        {"2018年9月4号 晚上8点", "2018-09-04T20:00:00"},
        {"二〇一八年九月四日", "2018-09-04"},
        {"二○一八年九月四日 星期二", "2018-09-04"},
        {"中華民國107年9月4日", "2018-09-04"},
        {"民國107/9/4 10:15", "2018-09-04T10:15:00"},
        {"民國一〇七年九月四日", "2018-09-04"},
        {"民国99年3月1日", "2010-03-01"},
        {"107年09月04日", "2018-09-04"},
        {"2018-09-04T10:15:00.000000+00:00", "2018-09-04T10:15:00Z"},
        {"2018-09-04 10:15:00.0", "2018-09-04T10:15:00"},
        {"2018-09-04T10:15:00 +08:00", "2018-09-04T10:15:00+08:00"},
    };
    check_parse(samples, COUNT(samples));
}

static void goes_by_custom(void **state)
{
    (void)state;
    static const ss_date_custom britain = {.order = SS_ORDER_DAY_FIRST, .short_years = true};
    static const ss_date_custom america = {.order = SS_ORDER_MONTH_FIRST, .short_years = true};
    static const ss_date_custom taiwan = {.order = SS_ORDER_DAY_FIRST, .minguo = true};
    static const ss_date_custom then = {.year = 2018};
    static const sample british[] = {
        {"9/4/2018", "2018-04-09"},   {"09-04-2018 10:15", "2018-04-09T10:15:00"},
        {"9/4/18", "2018-04-09"},     {"9/4/99", "1999-04-09"},
        {"04/13/2018", "2018-04-13"}, {"9/4/218", ""},
    };
    static const sample american[] = {
        {"9/4/2018", "2018-09-04"},   {"9/4/2018 10:15:33 PM", "2018-09-04T22:15:33"},
        {"9/4/18", "2018-09-04"},     {"9.4.2018", "2018-04-09"},
        {"13/04/2018", "2018-04-13"}, {"2018-09-04", "2018-09-04"},
    };
    static const sample taiwanese[] = {
        {"107-09-04", "2018-09-04"},
        {"107/9/4", "2018-09-04"},
        {"107.09.04 10:15", "2018-09-04T10:15:00"},
        {"18/09/04", ""},
        {"1107-09-04", ""},
    };
    static const sample yearless[] = {
        {"9月4日 08:30", "2018-09-04T08:30:00"},
        {"Sept. 4", "2018-09-04"},
        {"4th Sep 10:15", "2018-09-04T10:15:00"},
        {"09-04 08:30", "2018-09-04T08:30:00"},
        {"09-04", ""},
        {"2017-03-02", "2017-03-02"},
        {"Sept. 4, 2017", "2017-09-04"},
        {"2月30日", ""},
    };
    check_custom(&britain, british, COUNT(british));
    check_custom(&america, american, COUNT(american));
    check_custom(&taiwan, taiwanese, COUNT(taiwanese));
    check_custom(&then, yearless, COUNT(yearless));
}

static void tells_the_order(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool numbers;
        ss_date_order order;
    } samples[] = {
        {"23/11/2021", true, SS_ORDER_DAY_FIRST},
        {"11/23/2021 and more", true, SS_ORDER_MONTH_FIRST},
        {"9/4/2018", true, SS_ORDER_UNKNOWN},
        {"4.9.2018", true, SS_ORDER_UNKNOWN},
        {"23.9.2018", true, SS_ORDER_DAY_FIRST},
        {"5/5/2018", true, SS_ORDER_UNKNOWN},
        {"2018/9/4", false, SS_ORDER_UNKNOWN},
        {"18/09/04", false, SS_ORDER_UNKNOWN},
        {"", false, SS_ORDER_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT(samples); i++) {
        ss_date_order order;
        assert_int_equal(ss_date_tell_order(&order, samples[i].text, strlen(samples[i].text)), samples[i].numbers);
        assert_int_equal(order, samples[i].order);
    }
}

static void parses_unix_time(void **state)
{
    (void)state;
    static const sample samples[] = {
        {"1536056133", "2018-09-04T10:15:33Z"},
        {"1536056133000", "2018-09-04T10:15:33Z"},
        {"1536056133.5", "2018-09-04T10:15:33Z"},
        {"1536056133123456", "2018-09-04T10:15:33Z"},
        {"1536056133123456789", "2018-09-04T10:15:33Z"},
        {"153605613", ""},
        {"15360561330", ""},
        {"1536056133x", ""},
        {"", ""},
        {"15360561331234567890", ""},
    };
    for (size_t i = 0; i < COUNT(samples); i++) {
        ss_date date;
        char iso[SS_DATE_TEXT_SIZE];
        ss_date_parse_unix(&date, samples[i].text, strlen(samples[i].text));
        ss_date_format(date, iso);
        assert_string_equal(iso, samples[i].iso);
    }
}

static void reads_labels(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        ss_date_label last;
    } samples[] = {
        {"Published", SS_LABEL_PUBLISHED},
        {"By Ann | Last updated on: ", SS_LABEL_MODIFIED},
        {"Posted at ", SS_LABEL_PUBLISHED},
        {"更新时间：", SS_LABEL_MODIFIED},
        {"发布时间：", SS_LABEL_PUBLISHED},
        {"修改于 ", SS_LABEL_MODIFIED},
        {"Today: ", SS_LABEL_OTHER},
        {"今天是", SS_LABEL_OTHER},
        {"backdate ", SS_LABEL_NONE},
        {"A republished", SS_LABEL_NONE},
        {"", SS_LABEL_NONE},
        {"：", SS_LABEL_NONE},
        {"(updated ", SS_LABEL_MODIFIED},
    };
    for (size_t i = 0; i < COUNT(samples); i++)
        if (ss_date_label_last(samples[i].text, strlen(samples[i].text)) != samples[i].last)
            fail_msg("\"%s\"", samples[i].text);
    size_t size;
    assert_int_equal(ss_date_label_first("Last updated: x", 15, &size), SS_LABEL_MODIFIED);
    assert_int_equal(size, 12);
    assert_int_equal(ss_date_label_first("Dated", 5, &size), SS_LABEL_NONE);
    assert_int_equal(size, 0);
}

static void refuses_what_is_no_date(void **state)
{
    (void)state;
    static const char *const refused[] = {"",
                                          " ",
                                          "x",
                                          "2021",
                                          "2021-11",
                                          "Nov 2021",
                                          "14:35",
                                          "2021-02-30",
                                          "2021-02-29",
                                          "1900-02-29",
                                          "2021-00-10",
                                          "2021-13-01",
                                          "2021-11-00",
                                          "2021-04-31",
                                          "1799-12-31",
                                          "2201-01-01",
                                          "11/12/2021",
                                          "9/4/2018",
                                          "09-04-2018",
                                          "9/4/18",
                                          "13/13/2018",
                                          "31/11/2018",
                                          "107-09-04",
                                          "9月4日",
                                          "民國107年",
                                          "2018年",
                                          "3小时前",
                                          "3 hours ago",
                                          "昨天 10:15",
                                          "yesterday",
                                          "2018-W36-2",
                                          "201809041060",
                                          "20180904251500",
                                          "2021-11/23",
                                          "2021-11-23 25:00",
                                          "2021-11-23 14:60",
                                          "2021-11-23T14:35:61Z",
                                          "2021-11-23T24:00:01Z",
                                          "2021-11-23T14:35+15:00",
                                          "2021-11-23T14:35+08:60",
                                          "2021-11-23 and more",
                                          "on 2021-11-23x",
                                          "2021年11月31日",
                                          "2021年11月",
                                          "十一月二十三日",
                                          "31 November 2021",
                                          "Nov 0, 2021",
                                          "99999999999999999999999999",
                                          "2021-11-23T14:35:56+08:00 2021-11-23",
                                          "\xff\xfe",
                                          "2021\xe5\xb9",
                                          "1637678156"};
    for (size_t i = 0; i < COUNT(refused); i++) {
        ss_date date;
        if (ss_date_parse(&date, refused[i], strlen(refused[i]))) fail_msg("\"%s\" was taken for a date", refused[i]);
        assert_int_equal(date.precision, SS_DATE_NONE);
    }
}

static void reads_no_further_than_its_length(void **state)
{
    (void)state;
    ss_date date;
    assert_true(ss_date_parse(&date, "2021-11-239", 10));
    assert_int_equal(ss_date_day(date), 18954);
    size_t used;
    assert_true(ss_date_parse_prefix(&date, NULL, "Nov. 23, 2021 (Xinhua)", 22, &used));
    assert_int_equal(used, 13);
}

static void tells_what_is_known(void **state)
{
    (void)state;
    ss_date date;
    assert_true(ss_date_parse(&date, "2021-11-23", 10));
    assert_int_equal(date.precision, SS_DATE_DAY);
    assert_int_equal(date.zone_minutes, SS_ZONE_UNKNOWN);
    assert_int_equal(date.seconds, 1637625600);
    assert_true(ss_date_parse(&date, "2021-11-23 14:35 CST", 20)); /* China's, or the middle of America's */
    assert_int_equal(date.precision, SS_DATE_SECOND);
    assert_int_equal(date.zone_minutes, SS_ZONE_UNKNOWN);
    assert_int_equal(date.seconds, 1637678100);
    assert_true(ss_date_parse(&date, "2021-11-23T14:35:00+08:00", 25));
    assert_int_equal(date.zone_minutes, 480);
    assert_int_equal(date.seconds, 1637678100 - 8 * 3600);
}

static int32_t day_of(const char *text)
{
    ss_date date;
    assert_true(ss_date_parse(&date, text, strlen(text)));
    return ss_date_day(date);
}

static void counts_days(void **state)
{
    (void)state;
    assert_int_equal(day_of("1970-01-01"), 0);
    assert_int_equal(day_of("1969-12-31T23:59:59Z"), -1);
    assert_int_equal(day_of("2000-02-29"), 11016);
    assert_int_equal(day_of("2000-03-01"), 11017);
    assert_int_equal(day_of("1800-01-01"), -62091);
    assert_int_equal(day_of("2200-12-31"), 84370);
    assert_int_equal(day_of("2021-11-23T05:00:00+08:00"), 18953); /* the day before in UTC */
    assert_int_equal(ss_date_day((ss_date){0}), SS_NO_DAY);
    assert_int_equal(ss_date_day((ss_date){.seconds = INT64_MAX, .precision = SS_DATE_SECOND}), SS_NO_DAY);
    assert_int_equal(ss_date_day((ss_date){.seconds = INT64_MIN, .precision = SS_DATE_SECOND}), SS_NO_DAY);
}

/* Every day of the range goes to text and back, and days follow one another without a gap. */
static void keeps_every_day(void **state)
{
    (void)state;
    int32_t first = day_of("1800-01-01"), last = day_of("2200-12-31");
    for (int32_t day = first; day <= last; day++) {
        ss_date date = {.seconds = (int64_t)day * 86400, .zone_minutes = SS_ZONE_UNKNOWN, .precision = SS_DATE_DAY};
        char text[SS_DATE_TEXT_SIZE];
        ss_date_format(date, text);
        assert_int_equal(day_of(text), day);
    }
}

static void formats_any_value(void **state)
{
    (void)state;
    static const int64_t seconds[] = {INT64_MIN, -1, 0, INT64_MAX};
    static const int16_t zones[] = {INT16_MIN, -32767, -1, 0, 1, INT16_MAX};
    for (size_t i = 0; i < COUNT(seconds); i++) {
        for (size_t j = 0; j < COUNT(zones); j++) {
            char text[SS_DATE_TEXT_SIZE];
            ss_date_format((ss_date){seconds[i], zones[j], SS_DATE_SECOND}, text);
            assert_in_range(strlen(text), 19, SS_DATE_TEXT_SIZE - 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_iso),
        cmocka_unit_test(parses_english),
        cmocka_unit_test(parses_chinese),
        cmocka_unit_test(parses_what_is_found_in_the_wild),
        cmocka_unit_test(goes_by_custom),
        cmocka_unit_test(tells_the_order),
        cmocka_unit_test(parses_unix_time),
        cmocka_unit_test(reads_labels),
        cmocka_unit_test(refuses_what_is_no_date),
        cmocka_unit_test(reads_no_further_than_its_length),
        cmocka_unit_test(tells_what_is_known),
        cmocka_unit_test(counts_days),
        cmocka_unit_test(keeps_every_day),
        cmocka_unit_test(formats_any_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
