#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "date.h"
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
                                          "23.11.2021",
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
    assert_true(ss_date_parse_prefix(&date, "Nov. 23, 2021 (Xinhua)", 22, &used));
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

static void check_find(const sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ss_date date;
        char iso[SS_DATE_TEXT_SIZE];
        ss_date_find(&date, samples[i].text, strlen(samples[i].text));
        ss_date_format(date, iso);
        if (strcmp(iso, samples[i].iso) != 0)
            fail_msg("in \"%.80s\" \"%s\" was found, not \"%s\"", samples[i].text, iso, samples[i].iso);
    }
}

static void finds_lines_that_are_dates(void **state)
{
    (void)state;
    static const sample samples[] = {
        {"Harbour bridge opens\n\nNov 23, 2021 05:35 AM\n\nThe bridge opened.", "2021-11-23T05:35:00"},
        {" date 2021-11-23 Harbour bridge opens to traffic\n\nThe bridge opened.", "2021-11-23"},
        {"Tech\n\nWire desk\n23 November, 2021, 09:05 pm\nLast modified: 24 November, 2021, 09:06 pm",
         "2021-11-23T21:05:00"},
        {"Last modified: 24 November 2021\nPublished: 23 November 2021\n", "2021-11-23"},
        {"Updated 24 November 2021\nThe bridge opened.", "2021-11-24"},
        {"Published on Nov 23, 2021 | Updated Nov 24, 2021", "2021-11-23"},
        {"Date: Tue, 23 Nov 2021 14:35:56 +0800\r\nThe bridge opened.\r\n", "2021-11-23T14:35:56+08:00"},
        {"Nov 23, 2021 | Harbour Daily", "2021-11-23"},
        {"Nov 23, 2021 - Source: Harbour Daily", "2021-11-23"},
        {"大桥通车\n2021-11-23 14:35 来源：港口日报\n大桥今天通车。", "2021-11-23T14:35:00"},
        {"发布时间：2021年11月23日 14:35    浏览次数：33", "2021-11-23T14:35:00"},
        {"更新：2021年11月24日\n时间：2021年11月23日", "2021-11-23"},
        {"二〇二一年十一月二十三日", "2021-11-23"},
        {"https://example.org/2021/11/23/harbour-bridge\nThe bridge opened.", "2021-11-23"},
        {"https://example.org/2021/11/22/old-story\nPublished: 2021-11-23", "2021-11-23"},
    };
    check_find(samples, COUNT(samples));
}

static void finds_datelines(void **state)
{
    (void)state;
    static const sample samples[] = {
        {"Bridge opens\nBEIJING, Nov. 23, 2021 (Xinhua) -- The bridge opened.", "2021-11-23"},
        {"SAN FRANCISCO, Calif., Nov 23, 2021 /PRNewswire/ -- The bridge opened.", "2021-11-23"},
        {"NEW YORK, November 23, 2021 \xe2\x80\x94 The bridge opened.", "2021-11-23"},
        {"通讯社广州2021年11月23日电（记者 张三）大桥通车。", "2021-11-23"},
        {"北京，2021年11月23日 /美通社/ -- 大桥通车。", "2021-11-23"},
        {"通讯社广州11月23日电 大桥通车。", ""},
        {"BEIJING, Nov 23 (Reuters) - The bridge opened.", ""},
    };
    check_find(samples, COUNT(samples));
}

static void passes_over_dates_of_other_things(void **state)
{
    (void)state;
    static const sample samples[] = {
        {"", ""},
        {"\n\n\n", ""},
        {"On November 23, 2021, the bridge opened.", ""},
        {"November 23, 2021 was a big day for the harbour.", ""},
        {"The booth pictured at a fair in Barcelona on February 27, 2019. Photo: A. Person", ""},
        {"February 27, 2019. Photo: A. Person", ""},
        {"Men look at a robot in Beijing, China April 23, 2021. AGENCY/A. Person", ""},
        {"2021年11月23日，大桥正式通车，市长出席了仪式。", ""},
        {"图为2019年2月27日的展位。", ""},
        {"大桥将于2021年11月23日通车", ""},
    };
    check_find(samples, COUNT(samples));
}

static void looks_at_the_first_lines_only(void **state)
{
    (void)state;
    char text[256] = "";
    for (int i = 0; i < 29; i++)
        strcat(text, "x\n\n");
    size_t head = strlen(text);
    strcat(text, "2021-11-23\n");
    ss_date date;
    assert_true(ss_date_find(&date, text, strlen(text)));
    memcpy(text + head, "x\n2021-11-23\n", 14);
    assert_false(ss_date_find(&date, text, strlen(text)));
}

static void finds_dates_in_addresses(void **state)
{
    (void)state;
    static const sample samples[] = {
        {"https://example.org/2021/11/23/story", "2021-11-23"},
        {"https://example.org/a/2021/11/23", "2021-11-23"},
        {"http://example.cn/2021-11/23/c_112.htm", "2021-11-23"},
        {"http://example.cn/n1/2021/1123/c1.html", "2021-11-23"},
        {"https://example.org/2021-11-23-story", "2021-11-23"},
        {"https://example.org/2021/11/", ""},
        {"https://example.org/2021/13/23/", ""},
        {"https://example.org/1234/5678", ""},
        {"https://example.org/20211123456", ""},
        {"https://example.org/2021/11/234", ""},
        {"/", ""},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT(samples); i++) {
        ss_date date;
        char iso[SS_DATE_TEXT_SIZE];
        bool found = ss_date_find_in_url(&date, samples[i].text, strlen(samples[i].text));
        ss_date_format(date, iso);
        assert_string_equal(iso, samples[i].iso);
        assert_int_equal(found, samples[i].iso[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_iso),
        cmocka_unit_test(parses_english),
        cmocka_unit_test(parses_chinese),
        cmocka_unit_test(refuses_what_is_no_date),
        cmocka_unit_test(reads_no_further_than_its_length),
        cmocka_unit_test(tells_what_is_known),
        cmocka_unit_test(counts_days),
        cmocka_unit_test(keeps_every_day),
        cmocka_unit_test(formats_any_value),
        cmocka_unit_test(finds_lines_that_are_dates),
        cmocka_unit_test(finds_datelines),
        cmocka_unit_test(passes_over_dates_of_other_things),
        cmocka_unit_test(looks_at_the_first_lines_only),
        cmocka_unit_test(finds_dates_in_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
