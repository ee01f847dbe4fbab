/* Dates, and the day of publication that they are counted from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "quantities.h"

static void test_dates(void **state)
{
    (void)state;
    static const row rows[] = {
        {"11月23日", "date 2021-11-23"},
        {"11月23号", "date 2021-11-23"},
        {"11 月 23 日", "date 2021-11-23"},
        {"１１月２３日", "date 2021-11-23"},
        {"十一月二十三日", "date 2021-11-23"},
        {"2021年11月23日", "date 2021-11-23"},
        {"二〇二一年十一月二十三日", "date 2021-11-23"},
        {"2020年11月23日", "date 2020-11-23"},
        {"去年11月23日", "date 2020-11-23"},
        {"今年3月5日", "date 2021-03-05"},
        {"Nov 23", "date 2021-11-23"},
        {"Nov. 23", "date 2021-11-23"},
        {"Nov. 23rd", "date 2021-11-23"},
        {"23 November", "date 2021-11-23"},
        {"23rd of November", "date 2021-11-23"},
        {"23-Nov-2021", "date 2021-11-23"},
        {"November 23", "date 2021-11-23"},
        {"November 23, 2021", "date 2021-11-23"},
        {"23 November 2020", "date 2020-11-23"},
        {"NOVEMBER 23, 2020", "date 2020-11-23"},
        {"2021-11-23", "date 2021-11-23"},
        {"2021/11/23", "date 2021-11-23"},
        {"2021.11.23", "date 2021-11-23"},
        {"2021-11-23T14:35:56", "date 2021-11-23"},
        {"2021-13-23", ""},
        {"2021-02-29", ""},
        {"2020年2月29日", "date 2020-02-29"},
        {"2021年2月30日", ""},
        {"Sept. 5", "date 2021-09-05"},
        {"Sep 5", "date 2021-09-05"},
        {"Jan. 3", "date 2022-01-03"},
        {"1月3日", "date 2022-01-03"},
        {"Dec 31, 1999", "date 1999-12-31"},
        {"1937年7月7日", "date 1937-07-07"},
        {"23日", "date 2021-11-23"},
        {"23号", "date 2021-11-23"},
        {"于23号举行", "date 2021-11-23"},
        {"二十三日", "date 2021-11-23"},
        {"23日下午3时", "date 2021-11-23"},
        {"新华社北京11月23日电", "date 2021-11-23"},
        {"上月23日", "date 2021-10-23"},
        {"本月3日", "date 2021-11-03"},
        {"下月3日", "date 2021-12-03"},
        {"11月23日至25日", "date 2021-11-23; date 2021-11-25"},
        {"11月23至25日", "date 2021-11-23"},
        {"5月23日，25日", "date 2021-05-23; date 2021-05-25"},
        {"Nov 23-25", "date 2021-11-23"},
        {"23-25 November", "date 2021-11-23"},
        {"Nov 23–25", "date 2021-11-23"},
        {"周二", "date 2021-11-23"},
        {"星期二", "date 2021-11-23"},
        {"礼拜二", "date 2021-11-23"},
        {"周三", "date 2021-11-24"},
        {"周四", "date 2021-11-18"},
        {"本周四", "date 2021-11-25"},
        {"上周四", "date 2021-11-18"},
        {"上周二", "date 2021-11-16"},
        {"下周二", "date 2021-11-30"},
        {"周日", "date 2021-11-21"},
        {"星期天", "date 2021-11-21"},
        {"下个星期天", "date 2021-12-05"},
        {"Tuesday", "date 2021-11-23"},
        {"on Tuesday", "date 2021-11-23"},
        {"Tuesday's vote", "date 2021-11-23"},
        {"Wednesday", "date 2021-11-24"},
        {"Thursday", "date 2021-11-18"},
        {"next Thursday", "date 2021-11-25"},
        {"last Wednesday", "date 2021-11-17"},
        {"this Friday", "date 2021-11-26"},
        {"by Friday", "date 2021-11-26"},
        {"Sunday", "date 2021-11-21"},
        {"Tuesday, Nov. 16", "date 2021-11-16"},
        {"周二（16日）", "date 2021-11-16"},
        {"11月16日（周二）", "date 2021-11-16"},
        {"今天", "date 2021-11-24"},
        {"今日", "date 2021-11-24"},
        {"昨天", "date 2021-11-23"},
        {"昨日", "date 2021-11-23"},
        {"昨晚", "date 2021-11-23"},
        {"明天", "date 2021-11-25"},
        {"today", "date 2021-11-24"},
        {"yesterday", "date 2021-11-23"},
        {"tomorrow", "date 2021-11-25"},
        {"May 5", "date 2021-05-05"},
        {"on May 5", "date 2021-05-05"},
        {"on May 5 in Rome", "date 2021-05-05"},
        {"the May 5 vote", "date 2021-05-05"},
        {"5 May", "date 2021-05-05"},
        {"5 May 2020", "date 2020-05-05"},
        {"on March 3", "date 2021-03-03"},
        {"3 March 2021", "date 2021-03-03"},
        {"10 may have died", "dead 10"},
        {"12 may leave", "number 12"},
        {"march 3 miles", ""},
        {"may 5 people leave", ""},
        {"they may sell 300 ships", "number 300"},
        {"march 45 miles", "number 45"},
        {"5月24日", "date 2021-05-24"},
        {"mark 23", ""},
        {"Nov 23.5 percent", "percent 23.5"},
        {"November 30 percent", "percent 30"},
        {"Nov 32", "number 32"},
        {"5日至7日", "date 2021-11-05; date 2021-11-07"},
        {"15日本队", ""},
        {"Friday 26 November", "date 2021-11-26"},
        {"26 November, a Friday", "date 2021-11-26; date 2021-11-19"},
        {"7月1日，7月1日", "date 2021-07-01"},
    };
    CHECK(rows, WEDNESDAY);
}

/* Near the turn of the year, and where nobody knows when the article was published. */
static void test_day_of_publication(void **state)
{
    (void)state;
    static const row new_year[] = {
        {"12月30日", "date 2021-12-30"}, {"Dec 30", "date 2021-12-30"},
        {"30日", "date 2021-12-30"},     {"2日", "date 2022-01-02"},
        {"1月5日", "date 2022-01-05"},   {"Friday", "date 2021-12-31"},
        {"上月5日", "date 2021-12-05"},  {"yesterday", "date 2022-01-01"},
        {"下周一", "date 2022-01-03"},   {"2月29日", ""}, /* not in 2021 .. 2023 */
    };
    static const row unknown[] = {
        {"11月23日", "date 11-23"},
        {"Nov 23", "date 11-23"},
        {"2021年11月23日", "date 2021-11-23"},
        {"November 23, 2021", "date 2021-11-23"},
        {"23日", ""},
        {"Tuesday", ""},
        {"周二", ""},
        {"today", ""},
        {"昨天", ""},
        {"去年11月23日", "date 11-23"},
        {"2月29日", "date 02-29"},
        {"2月30日", ""},
    };
    static const row leap[] = {
        {"2月29日", "date 2024-02-29"}, {"Feb. 29", "date 2024-02-29"}, {"29日", "date 2024-02-29"}};
    CHECK(new_year, "2022-01-02");
    CHECK(unknown, NULL);
    CHECK(leap, "2024-03-01");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_day_of_publication),
    };
    return cmocka_run_group_tests(tests, make_quantity_fold, free_quantity_fold);
}
