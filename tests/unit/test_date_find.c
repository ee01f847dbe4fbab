#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "date.h"

typedef struct sample {
    const char *text;
    const char *iso; /* "" if the text is refused */
} sample;

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void check_find(const sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ss_date date;
        char iso[SS_DATE_TEXT_SIZE];
        ss_date_find(&date, NULL, samples[i].text, strlen(samples[i].text));
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
    assert_true(ss_date_find(&date, NULL, text, strlen(text)));
    memcpy(text + head, "x\n2021-11-23\n", 14);
    assert_false(ss_date_find(&date, NULL, text, strlen(text)));
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
        {"https://example.org/20211123/story", "2021-11-23"},
        {"http://example.cn/t20211123_1234567.html", "2021-11-23"},
        {"http://example.cn/a/202111/23/WS61.html", "2021-11-23"},
        {"https://example.org/world/2021/nov/23/story", "2021-11-23"},
        {"https://example.org/2021/1/3/story", "2021-01-03"},
        {"https://example.org/story-20211123-p501k2.html", "2021-11-23"},
        {"https://example.org/story.php?date=2021-11-23&id=9", "2021-11-23"},
        {"https://example.org/newspapers/20211123000123-260118", "2021-11-23"},
        {"https://example.org/aipl/202111230123.aspx", "2021-11-23"},
        {"https://example.org/2021_11_23/content.htm", "2021-11-23"},
        {"https://example.org/21/1123/14/GPFT0.html", "2021-11-23"},
        {"https://example.org/21/1123/GPFT0.html", ""},
        {"https://example.org/c_1128091234.htm", ""},
        {"https://example.org/a20211/11/23", ""},
        {"https://example.org/1521/11/23/", ""},
        {"https://example.org/2021/nov/", ""},
        {"https://example.org/2021/november", ""},
        {"https://example.org/2021/", ""},
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

static void finds_months_in_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        int32_t year, month;
    } samples[] = {{"https://example.org/2021/11/story", 2021, 11}, {"https://example.org/202111/story", 2021, 11},
                   {"https://example.org/a/2021/story", 2021, 0},   {"https://example.org/2021/13/story", 2021, 0},
                   {"https://example.org/2021", 2021, 0},           {"https://example.org/20211/story", 0, 0},
                   {"https://example.org/1234/story", 0, 0},        {"", 0, 0}};
    for (size_t i = 0; i < COUNT(samples); i++) {
        int32_t year = 0, month = 0;
        bool found = ss_date_find_month_in_url(&year, &month, samples[i].url, strlen(samples[i].url));
        assert_int_equal(found, samples[i].year > 0);
        if (!found) continue;
        assert_int_equal(year, samples[i].year);
        assert_int_equal(month, samples[i].month);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_lines_that_are_dates),        cmocka_unit_test(finds_datelines),
        cmocka_unit_test(passes_over_dates_of_other_things), cmocka_unit_test(looks_at_the_first_lines_only),
        cmocka_unit_test(finds_dates_in_addresses),          cmocka_unit_test(finds_months_in_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
