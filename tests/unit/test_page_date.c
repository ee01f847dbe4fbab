/* Dates of publication of web pages, in the forms and places that real sites have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "date.h"
#include "reader.h"
#include "status.h"

#define SENTENCE "The ferry was late again, and nobody on the pier could say why it was, or when it would come. "
#define BODY     "<p>" SENTENCE SENTENCE "</p><p>" SENTENCE SENTENCE "</p>"
#define CLAUSE   "渡轮今天又晚点了，码头上没有人说得清原因，也没有人知道它什么时候会来，乘客只好继续等待。"
#define ZH_BODY  "<p>" CLAUSE CLAUSE "</p><p>" CLAUSE CLAUSE "</p>"

typedef struct sample {
    const char *page;
    const char *iso; /* "" if the page tells no date */
} sample;

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void check_pages(const sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[SS_DATE_TEXT_SIZE];
        ss_article article = {0};
        assert_int_equal(ss_parse_html(&article, samples[i].page, strlen(samples[i].page)), SS_OK);
        ss_date_format(article.published, text);
        ss_article_clear(&article);
        if (strcmp(text, samples[i].iso) != 0)
            fail_msg("%zu: \"%s\", not \"%s\": %.200s", i, text, samples[i].iso, samples[i].page);
    }
}

#define META(attributes) "<meta " attributes "><h1>Ferry late</h1>" BODY

static void reads_names_of_meta(void **state)
{
    (void)state;
    static const sample samples[] = {
        {META("name=parsely-pub-date content=2018-09-04T10:15:00Z"), "2018-09-04T10:15:00Z"},
        {META("name=sailthru.date content='2018-09-04 10:15:00'"), "2018-09-04T10:15:00"},
        {META("name=DC.date.issued content=2018-09-04"), "2018-09-04"},
        {META("name=weibo:article:create_at content='2018-09-04 10:15:00'"), "2018-09-04T10:15:00"},
        {META("property=og:release_date content='2018-09-04 10:15 America/New_York'"), "2018-09-04T10:15:00"},
        {META("property=article:published content='September 4, 2018 by the desk'"), "2018-09-04"},
        {META("name=publish-date content='Tue, 04 Sep 2018 10:15:00 GMT'"), "2018-09-04T10:15:00Z"},
        {META("name=ptime content=20180904101500"), "2018-09-04T10:15:00"},
        {META("name=pubdate content=1536056100000"), "2018-09-04T10:15:00Z"},
        {META("name=created content=2018-09-04"), "2018-09-04"},
        {META("name=date content=2018-09-05><meta name=publishdate content=2018-09-04"), "2018-09-04"},
        {META("property=article:modified_time content=2018-09-05"), ""},
        {META("name=pub_update_time content=2018-09-05"), ""},
        {META("name=expiration_pubdate content=2019-09-05"), ""},
        {META("name=pubdate content=1970-01-01T00:00:00Z"), ""},
        {META("name=pubdate content=1900-01-01"), ""},
        {META("name=publication content=Gazette"), ""},
    };
    check_pages(samples, COUNT(samples));
}

#define JSON_LD(json) "<script type=application/ld+json>" json "</script><h1>Ferry late</h1>" BODY

static void reads_json_ld(void **state)
{
    (void)state;
    static const sample samples[] = {
        {JSON_LD("{\"@type\":[\"NewsArticle\",\"Article\"],\"datePublished\":\"2018-09-04T10:15:00+02:00\"}"),
         "2018-09-04T10:15:00+02:00"},
        {JSON_LD("{\"@graph\":[{\"@type\":\"WebPage\",\"datePublished\":\"2018-09-01\"},{\"@type\":\"NewsArticle\","
                 "\"headline\":\"a\",\"datePublished\":\"2018-09-04\"}]}"),
         "2018-09-04"},
        {JSON_LD("[{\"@type\":\"WebSite\",\"name\":\"x\"},{\"@type\":\"ReportageNewsArticle\",\"datePublished\":"
                 "[\"2018-09-04\"]}]"),
         "2018-09-04"},
        {JSON_LD("{\"@type\":\"WebPage\",\"mainEntity\":{\"@type\":\"BlogPosting\",\"datePublished\":{\"@value\":"
                 "\"2018-09-04\"}}}"),
         "2018-09-04"},
        {JSON_LD("{\"@type\":\"NewsArticle\",\"datePublished\":1536056100}"), "2018-09-04T10:15:00Z"},
        {JSON_LD("{\"@type\":\"NewsArticle\",\"dateCreated\":\"2018-09-04\",\"dateModified\":\"2018-09-05\"}"),
         "2018-09-04"},
        {JSON_LD("{\"@type\":\"NewsArticle\",\"dateModified\":\"2018-09-05\"}"), ""},
        {JSON_LD("[{\"@type\":\"VideoObject\",\"datePublished\":\"2018-09-01\"},{\"@type\":\"WebPage\","
                 "\"datePublished\":\"2018-09-04\"}]"),
         "2018-09-04"},
        {JSON_LD("{\"@type\":\"Book\",\"datePublished\":\"1987-09-01\"}") "<p>Published Sept. 4, 2018</p>",
         "2018-09-04"},
        {JSON_LD("{\"@type\":\"VideoObject\",\"uploadDate\":\"2018-09-01\"}"), ""},
        {JSON_LD("{\"@type\":\"NewsArticle\",\"datePublished\":\"9/4/2018 10:15:00 AM\"}"), "2018-09-04T10:15:00"},
    };
    check_pages(samples, COUNT(samples));
}

static void reads_properties(void **state)
{
    (void)state;
    static const sample samples[] = {
        {"<h1>Ferry late</h1><span property='dc:date dc:created' content=2018-09-04T10:15:00Z></span>" BODY,
         "2018-09-04T10:15:00Z"},
        {"<h1>Ferry late</h1><span itemprop=datePublished>September 4, 2018</span>" BODY, "2018-09-04"},
        {"<h1>Ferry late</h1><span class=time title='2018-09-04 10:15'>3 hours ago</span>" BODY, "2018-09-04T10:15:00"},
        {"<h1>Ferry late</h1><abbr class=published title=2018-09-04T10:15:00+08:00>yesterday</abbr>" BODY,
         "2018-09-04T10:15:00+08:00"},
        {"<h1>Ferry late</h1><span class=timestamp data-timestamp=1536056100>today</span>" BODY,
         "2018-09-04T10:15:00Z"},
        {"<h1>Ferry late</h1><time class=updated datetime=2018-09-05>x</time><time class='entry-date published' "
         "datetime=2018-09-04>y</time>" BODY,
         "2018-09-04"},
        {"<h1>Ferry late</h1><p>Updated <time datetime=2018-09-05>x</time></p><p>Published <time "
         "datetime=2018-09-04>y</time></p>" BODY,
         "2018-09-04"},
        {"<h1>Ferry late</h1><time>4 September 2018</time>" BODY, "2018-09-04"},
        {"<h1>渡轮又晚点</h1>" ZH_BODY "<script>var ct=\"1536078600\";</script>", "2018-09-05T00:30:00+08:00"},
    };
    check_pages(samples, COUNT(samples));
}

#define LINE(line) "<h1>Ferry late</h1><p>" line "</p>" BODY

static void decides_the_order_of_numbers(void **state)
{
    (void)state;
    static const sample samples[] = {
        {"<html lang=en-US>" LINE("Posted 9/4/2018"), "2018-09-04"},
        {"<html lang=en-GB>" LINE("Posted 9/4/2018"), "2018-04-09"},
        {"<html lang=en><meta property=og:locale content=en_AU>" LINE("Posted 9/4/2018"), "2018-04-09"},
        {"<html lang=en>" LINE("Posted 9/4/2018"), "2018-09-04"},
        {"<html lang=en>" LINE("Posted 9/4/18"), "2018-09-04"},
        {"<link rel=canonical href=https://www.example.co.uk/a>" LINE("Posted 9/4/2018"), "2018-04-09"},
        {"<link rel=canonical href=https://www.example.com.au/a>" LINE("Posted 9/4/2018 10:15"), "2018-04-09T10:15:00"},
        {"<html lang=en>" LINE("Posted 9/4/2018") "<p>Comment of 13/4/2018</p>", "2018-04-09"},
        {"<html lang=en-GB>" LINE("Posted 9/4/2018") "<p>Comment of 9/13/2018</p>", "2018-09-04"},
        {"<p>Thursday, 12 November 2020</p>" LINE("Posted 9/4/2018"), "2018-04-09"},
        {"<p>Today: Thursday, November 12, 2020</p>" LINE("Posted 9/4/2018"), "2018-09-04"},
        {LINE("[15/08/2002]"), "2002-08-15"},
        {"<html lang=zh-HK><h1>渡轮又晚点</h1><p>[05/08/2002]</p>" ZH_BODY, "2002-08-05"},
        {"<html lang=en-GB>" META("name=pubdate content='9/4/2018 10:15:00 PM'"), "2018-04-09T22:15:00"},
        {"<html lang=en-US>" META("name=pubdate content='9/4/2018 10:15:00 PM'"), "2018-09-04T22:15:00"},
    };
    check_pages(samples, COUNT(samples));
}

static void tells_publication_from_other_days(void **state)
{
    (void)state;
    static const sample samples[] = {
        {LINE("Posted 9/4/2018 (updated 9/5/2018)"), "2018-09-04"},
        {LINE("Updated: Sept. 5, 2018 | Published: Sept. 4, 2018"), "2018-09-04"},
        {LINE("Updated 10:15 AM ET, Wed September 5, 2018"), "2018-09-05T10:15:00"},
        {"<p>Today: Thursday, November 12, 2020</p>" LINE("Sept. 4, 2018"), "2018-09-04"},
        {"<p>Page generated 11/12/2020 4:31:07 AM</p><p>Ferry late</p>" BODY, ""},
        {LINE("By Ann Reed</p><p>Sept. 4, 2018 at 10:15am"), "2018-09-04T10:15:00"},
        {LINE("The pier was opened on May 3, 1987, and is the oldest.</p><p>Sept. 4, 2018"), "2018-09-04"},
        {LINE("Published Thursday, November 4, 1999 &middot; Web posted at 6:12 a.m. CST"), "1999-11-04"},
        {LINE("The report, which was published on May 3, 2017, had warned of this.</p><p>Sept. 4, 2018"), "2018-09-04"},
        {LINE("Published Sept. 4, 2018. The harbour office has answered since then."), "2018-09-04"},
        {"<p>Sept. 4, 2018</p><p>A</p><p>B</p><p>C</p><p>D</p><p>E</p><h1>Ferry late</h1>" BODY
         "<div class=comments><p>Posted Sept. 5, 2018 by Bob</p></div>",
         "2018-09-04"},
        {LINE("3 hours ago"), ""},
        {LINE("Yesterday 10:15"), ""},
        {"<h1>渡轮又晚点</h1><p>3小时前</p>" ZH_BODY, ""},
        {"<p>今天是2018年9月6日 星期四</p><h1>渡轮又晚点</h1><p>2018-9-4 7:45:12 港口晚报</p>" ZH_BODY,
         "2018-09-04T07:45:12"},
        {"<h1>渡轮又晚点</h1><p>更新时间：2018-09-05 10:15</p><p>发布时间：2018-09-04 10:15</p>" ZH_BODY,
         "2018-09-04T10:15:00"},
        {"<h1>渡轮又晚点</h1><p>2018-09-05 10:15 更新</p><p>2018-09-04 10:15 发布</p>" ZH_BODY, "2018-09-04T10:15:00"},
        {"<h1>渡轮又晚点</h1><p>发布于 2018-09-04 更新于 2018-09-05</p>" ZH_BODY, "2018-09-04"},
        {"<table><tr><td>成文日期：</td><td>2018年9月1日</td><td>发布日期：</td><td>2018年9月4日</td></"
         "table><h1>渡轮又晚点</h1>" ZH_BODY,
         "2018-09-04"},
        {"<h1>渡轮又晚点</h1><div>发布时间：</div><div>2018年9月4日</div><div>更新时间：</div><div>2018年9月5日</"
         "div>" ZH_BODY,
         "2018-09-04"},
        {"<h1>渡轮又晚点</h1>" ZH_BODY "<p>发布日期：2018年9月4日</p>", "2018-09-04"},
        {"<h1>Ferry late</h1>" BODY "<p>Ann wrote on Sep 02, 2018 09:57:</p><p>Nice</p>", ""},
        {"<p>Menu</p><h1>What we know on September 3, 2018</h1><p>September 4, 2018</p>" BODY, "2018-09-04"},
        {"<p>Menu</p><h1>What we know on September 4, 2018</h1><p>By Ann Reed</p>" BODY, "2018-09-04"},
        {"<h1>Ferry late</h1><div class=caption>The pier on Sept. 1, 2018</div><p>Sept. 4, 2018</p>" BODY,
         "2018-09-04"},
        {LINE("Event date: Sept. 14, 2018</p><p>Sept. 4, 2018"), "2018-09-04"},
        {"<h1>渡轮又晚点</h1><p>开始时间：2018年9月14日</p><p>发布：2018年9月4日</p>" ZH_BODY, "2018-09-04"},
        {"<div><time datetime=2018-09-04>3 days ago</time></div><h1>Ferry late</h1>" BODY, "2018-09-04"},
        {"<h1>Ferry late</h1>" BODY "<p>Copyright 2018. All rights reserved.</p>", ""},
    };
    check_pages(samples, COUNT(samples));
}

static void reads_other_calendars_and_digits(void **state)
{
    (void)state;
    static const sample samples[] = {
        {"<h1>渡輪又晚點</h1><p>中華民國107年9月4日</p>" ZH_BODY, "2018-09-04"},
        {"<h1>渡輪又晚點</h1><p>民國107/9/4 10:15</p>" ZH_BODY, "2018-09-04T10:15:00"},
        {"<h1>渡輪又晚點</h1><p>發布日期：107年9月4日</p>" ZH_BODY, "2018-09-04"},
        {"<html lang=zh-TW><h1>渡輪又晚點</h1><p>發布日期：107-09-04</p>" ZH_BODY, "2018-09-04"},
        {"<h1>渡轮又晚点</h1><p>发布日期：107-09-04</p>" ZH_BODY, ""},
        {"<h1>渡轮又晚点</h1><p>二〇一八年九月四日</p>" ZH_BODY, "2018-09-04"},
        {"<h1>渡轮又晚点</h1><p>日期：２０１８年９月４日</p>" ZH_BODY, "2018-09-04"},
    };
    check_pages(samples, COUNT(samples));
}

#define AT(url) "<link rel=canonical href=" url ">"

static void goes_by_the_address(void **state)
{
    (void)state;
    static const sample samples[] = {
        {AT("https://example.org/2018/09/04/ferry") LINE("By Ann"), "2018-09-04"},
        {AT("https://example.org/2018/09/04/ferry") LINE("Sept. 4, 2018, 10:15 a.m."), "2018-09-04T10:15:00"},
        {AT("https://example.org/2018/09/04/ferry") LINE("Updated Sept. 5, 2018"), "2018-09-04"},
        {AT("https://example.cn/a/2018/t20180904_1.html") "<h1>渡轮又晚点</h1><p>09-03 08:30</p>" ZH_BODY,
         "2018-09-04"},
        {AT("https://example.cn/2018/1234.html") "<h1>渡轮又晚点</h1><p>9月4日 08:30</p>" ZH_BODY,
         "2018-09-04T08:30:00"},
        {AT("https://example.org/2018/09/ferry") LINE("Sept. 4, 10:15 a.m."), "2018-09-04T10:15:00"},
        {AT("https://example.org/ferry") LINE("Sept. 4, 10:15 a.m."), ""},
    };
    check_pages(samples, COUNT(samples));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_names_of_meta),
        cmocka_unit_test(reads_json_ld),
        cmocka_unit_test(reads_properties),
        cmocka_unit_test(decides_the_order_of_numbers),
        cmocka_unit_test(tells_publication_from_other_days),
        cmocka_unit_test(reads_other_calendars_and_digits),
        cmocka_unit_test(goes_by_the_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
