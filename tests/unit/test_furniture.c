/* What is left of a text without the lines around its report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "furniture.h"

static void check(const char *text, const char *wanted)
{
    char *copy = strdup(text);
    ss_article article = {.title = "A title", .text = copy};
    ss_body report = ss_body_of(&article);
    if (report.length != strlen(wanted) || memcmp(report.text, wanted, report.length) != 0)
        fail_msg("of \"%s\" was left \"%.*s\"", text, (int)report.length, report.text);
    free(copy);
}

static void keeps(const char *text)
{
    check(text, text);
}

static void test_reports_stay(void **state)
{
    (void)state;
    keeps("");
    keeps("The river rose.");
    keeps("The river rose.\nIt fell.");
    keeps("河水上涨。\n后来退了。");
    /* They begin like furniture. */
    keeps("打印机制造商惠普宣布裁员。\n股价下跌。");
    keeps("本报记者从水利部获悉，河水上涨。\n后来退了。");
    keeps("广告收入下滑，报社裁员。\n股价下跌。");
    keeps("版权局公布新规。\n下月起施行。");
    keeps("Copyright law will change, the minister said.\nIt is old.");
    keeps("By Monday evening the river had risen by two metres.\nIt fell.");
    keeps("Photo: a long day ends, and with a caption of such a length that it says more than who has taken the "
          "picture, so "
          "that it stays.\nIt fell.");
    keeps("KYIV, Ukraine (and elsewhere) -- The river rose.\nIt fell.");
    keeps("WASHINGTON — The river rose.");
    keeps("网民说，每日电讯报道有误。");
    keeps("12月23日电影上映。");
    /* In the middle. */
    keeps("The river rose.\nRead more: Ten ways to save money\nIt fell.");
}

static void test_lines_before(void **state)
{
    (void)state;
    check("By Jane Whitfield and Mark Olsen\nStaff writer | Updated 3 hours ago\n\nThe river rose.\nIt fell.",
          "The river rose.\nIt fell.");
    check("本报记者 李晓文 通讯员 赵一鸣\n来源：综合报道　责任编辑：小周\n河水上涨。", "河水上涨。");
    check("（记者陈思远）\n【字体：放大 缩小】【打印本页】\n　　河水上涨。\n后来退了。", "河水上涨。\n后来退了。");
    check("ADVERTISEMENT\nThe river rose.", "The river rose.");
}

static void test_lines_behind(void **state)
{
    (void)state;
    check("The river rose.\n\nReporting by A. B.; editing by C. D.\nOur Standards: The Trust Principles.\nShare this "
          "article\n",
          "The river rose.");
    check("河水上涨。\n（责任编辑：张三）\n版权声明：未经授权，不得转载。\n阅读更多", "河水上涨。");
    check("河水上涨。\r\n責任編輯：李四\r\n", "河水上涨。");
    /* Too far behind to matter. */
    char *text = malloc(20000);
    memset(text, 'x', 20000);
    strcpy(text + 19000, "\nRead more");
    ss_article article = {.title = "", .text = text};
    ss_body report = ss_body_of(&article);
    assert_ptr_equal(report.text, text);
    assert_true(report.length > 3000);
    free(text);
}

static void test_datelines(void **state)
{
    (void)state;
    check("BEIJING, Nov. 22 (Xinhua) -- The river rose.", "The river rose.");
    check("LONDON (Reuters) - The river rose.", "The river rose.");
    check("(AP) — The river rose.", "The river rose.");
    check("新华社北京11月22日电（记者 张三、李四）河水上涨。", "河水上涨。");
    check("（中央社記者張三台北22日電）河水上漲。", "河水上漲。");
    check("中新网11月22日电 (记者 张三) 河水上涨。", "河水上涨。");
    check("【环球时报综合报道】河水上涨。", "河水上涨。");
    check("本报讯（记者 张三）河水上涨。", "河水上涨。");
    check("央视网消息：河水上涨。", "河水上涨。");
    check("By Jane Whitfield\nLONDON (Reuters) - The river rose.\nRead more", "The river rose.");
    keeps("新华社北京11月22日电（记者 张三）");
}

static void test_nothing_but_furniture(void **state)
{
    (void)state;
    check("[查看原文](https://example.org/a)", "");
    check("Read more\nShare this article\n", "");
    char text[] = "Read more";
    ss_article untitled = {.title = "", .text = text};
    assert_int_equal(ss_body_of(&untitled).length, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reports_stay),          cmocka_unit_test(test_lines_before),
        cmocka_unit_test(test_lines_behind),          cmocka_unit_test(test_datelines),
        cmocka_unit_test(test_nothing_but_furniture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
