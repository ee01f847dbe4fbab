/* Markdown and HTML documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "date.h"
#include "html.h"
#include "reader.h"
#include "status.h"

typedef ss_status parser(ss_article *article, const char *text, size_t length);

static ss_article parse(parser *parse_document, const char *text)
{
    ss_article article = {0};
    ss_status status = parse_document(&article, text, strlen(text));
    if (status != SS_OK) fail_msg("\"%.60s\": %s", text, ss_last_error());
    assert_non_null(article.text);
    return article;
}

static void assert_refused(parser *parse_document, const char *text, const char *message)
{
    ss_article article = {0};
    assert_int_equal(parse_document(&article, text, strlen(text)), SS_ERROR_INPUT);
    if (strstr(ss_last_error(), message) == NULL) fail_msg("message \"%s\" lacks \"%s\"", ss_last_error(), message);
    ss_article_clear(&article);
}

static void assert_date(ss_date date, const char *iso)
{
    char text[SS_DATE_TEXT_SIZE];
    ss_date_format(date, text);
    assert_string_equal(text, iso);
}

/* The text of the article that a document is parsed to, and nothing else of it. */
static void assert_text(parser *parse_document, const char *document, const char *text)
{
    ss_article article = parse(parse_document, document);
    assert_string_equal(article.text, text);
    ss_article_clear(&article);
}

static void assert_title(parser *parse_document, const char *document, const char *title)
{
    ss_article article = parse(parse_document, document);
    assert_string_equal(article.title, title);
    ss_article_clear(&article);
}

/* -------------------------------------------------------------- Markdown */

static void reads_a_crawled_post(void **state)
{
    (void)state;
    ss_article article =
        parse(ss_parse_markdown, "---\r\n"
                                 "layout: post\r\n"
                                 "title: \"跨海大桥通车 市长出席仪式\"\r\n"
                                 "date: 2021-11-23T14:35:56.871Z\r\n"
                                 "author: 港口日报\r\n"
                                 "from: https://example.cn/news/1\r\n"
                                 "tags: [ 交通 ]\r\n"
                                 "---\r\n"
                                 "<!--1637703360000-->\r\n"
                                 "[跨海大桥通车 市长出席仪式](https://example.cn/news/1)\r\n"
                                 "------\r\n"
                                 "\r\n"
                                 "<div>\n<p>大桥星期二&ldquo;通车&rdquo;。</p><p>市长说，<b>历时</b>五年。<br> </p>"
                                 "<a href=\"https://example.cn/?a=1&b=2\"><img src=x></a>\n</div>\n");
    assert_string_equal(article.title, "跨海大桥通车 市长出席仪式");
    assert_string_equal(article.text, "大桥星期二“通车”。\n市长说，历时五年。");
    assert_string_equal(article.url, "https://example.cn/news/1");
    assert_string_equal(article.source, "港口日报");
    assert_string_equal(article.author, "港口日报");
    assert_date(article.published, "2021-11-23T14:35:56Z");
    assert_int_equal(article.lang, SS_LANG_ZH);
    ss_article_clear(&article);
}

static void reads_markdown_without_front_matter(void **state)
{
    (void)state;
    ss_article article = parse(ss_parse_markdown, "# Harbour bridge *opens*\n\nNov. 23, 2021\n\nThe bridge opened.\n");
    assert_string_equal(article.title, "Harbour bridge opens");
    assert_string_equal(article.text, "Nov. 23, 2021\n\nThe bridge opened.");
    assert_null(article.url);
    assert_date(article.published, "2021-11-23");
    assert_int_equal(article.lang, SS_LANG_EN);
    ss_article_clear(&article);

    assert_title(ss_parse_markdown, "# \n#\n## Bridge\nText", "Bridge");
    assert_text(ss_parse_markdown, "---\nno end\n", "no end");
    assert_text(ss_parse_markdown, "----\ntitle: x\n---\ny", "title: x\ny");
    assert_text(ss_parse_markdown, "y", "y");
}

static void takes_what_front_matter_fits(void **state)
{
    (void)state;
    ss_article article = parse(ss_parse_markdown, "---\n"
                                                  "Title: Harbour bridge opens\n"
                                                  "published: Tue, 23 Nov 2021 14:35:56 +0800\n"
                                                  "url: /news/bridge.html\n"
                                                  "link: [https://example.org/bridge, other]\n"
                                                  "source: {name: map}\n"
                                                  "author: ~\n"
                                                  "categories: [Harbour Daily, Traffic]\n"
                                                  "lang: en\n"
                                                  "---\nPont\n");
    assert_string_equal(article.title, "Harbour bridge opens");
    assert_string_equal(article.url, "https://example.org/bridge");
    assert_string_equal(article.source, "Harbour Daily");
    assert_date(article.published, "2021-11-23T14:35:56+08:00");
    assert_int_equal(article.lang, SS_LANG_EN);
    ss_article_clear(&article);

    article = parse(ss_parse_markdown, "---\ntitle: [a, b]\ndate: tomorrow\nsource: https://example.org/x\n---\nText");
    assert_string_equal(article.title, "a");
    assert_string_equal(article.url, "https://example.org/x");
    assert_null(article.source);
    assert_date(article.published, "");
    ss_article_clear(&article);

    assert_title(ss_parse_markdown, "---\ntitle: Only a title\n---\n", "Only a title");
    assert_text(ss_parse_markdown, "---\n---\nText", "Text");
    assert_text(ss_parse_markdown, "---\njust a word\n---\nText", "Text");
    assert_text(ss_parse_markdown, "---\n- a list\n---\nText", "Text");
}

static void strips_markdown_marks(void **state)
{
    (void)state;
    assert_text(ss_parse_markdown,
                "A [link](https://example.org/a_(b)) and [ref][1] and [plain].\n\n[1]: https://x.org",
                "A link and ref and [plain].");
    assert_text(ss_parse_markdown, "![alt text](a.png)Text ![x][y][![in](a.png)](https://b.org) end", "Text  end");
    assert_text(ss_parse_markdown, "**Bold** and *it* and __both__ and _it_. ~~no~~ `code` \\*star\\*",
                "Bold and it and both and it. no code *star*");
    assert_text(ss_parse_markdown, "file_name 2 * 3 ~5", "file_name 2 * 3 ~5");
    assert_text(ss_parse_markdown, "**大桥**通车", "大桥通车");
    assert_text(ss_parse_markdown, "> quoted\n>> twice\n- one\n* two\n+ three\n1. four\n\n***\n---\n===\n## Head\n#tag",
                "quoted\ntwice\none\ntwo\nthree\n1. four\n\nHead\n#tag");
    assert_text(ss_parse_markdown, "```c\ncode\n```\n| a | b |\n|---|:-:|", "code\n| a | b |");
    assert_text(ss_parse_markdown, "[unclosed ![too](x and [more", "[unclosed ![too](x and [more");
}

static void reads_html_in_markdown(void **state)
{
    (void)state;
    assert_text(ss_parse_markdown, "One <b>bold</b> line\nand <!-- a\ncomment --> more<br>two &amp; three\n\nnew",
                "One bold line\nand more\ntwo & three\n\nnew");
    assert_text(ss_parse_markdown, "<script>x</script>Shown<style>p{}</style><p hidden>no</p>", "Shown");
}

static void drops_a_repeated_title(void **state)
{
    (void)state;
    assert_text(ss_parse_markdown, "---\ntitle: The  bridge\n---\n\n  # The bridge\n\nIt opened.", "It opened.");
    assert_text(ss_parse_markdown, "---\ntitle: The bridge\n---\nThe bridge opened.", "The bridge opened.");
    assert_text(ss_parse_markdown, "---\ntitle: The bridge\n---\nThe bridge", "");
}

static void refuses_bad_markdown(void **state)
{
    (void)state;
    assert_refused(ss_parse_markdown, "", "no text");
    assert_refused(ss_parse_markdown, " \n\t\n", "no text");
    assert_refused(ss_parse_markdown, "---\nlayout: post\n---\n", "no text");
    assert_refused(ss_parse_markdown, "---\nlayout: post\n---\n![only](an.image)\n", "no text");
    assert_refused(ss_parse_markdown, "---\nlayout: post\ntitle: \"a\" b\n---\nText", "line 3");
    assert_refused(ss_parse_markdown, "---\nlayout: post\n\ntitle: a: b: c\n---\nText", "line 4");
    assert_refused(ss_parse_markdown, "---\na: b\nc: \x01\n---\nText", "line 3");
    assert_refused(ss_parse_markdown, "---\na: *nothing\n---\nText", "line 2");
}

/* ------------------------------------------------------------------ HTML */

#define LONG_TEXT                                                                                                      \
    "The bridge over the harbour opened to traffic on Tuesday after five years of work that cost nearly twice what "   \
    "had been planned, and the first lorries rolled over it within minutes, as thousands of people on both shores "    \
    "looked on and cheered them."

static void reads_a_chinese_page(void **state)
{
    (void)state;
    ss_article article = parse(
        ss_parse_html,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"gb2312\"><title>跨海大桥通车_港口网</title>"
        "<meta property=\"og:site_name\" content=\"港口网\"><link rel=canonical "
        "href=\"https://example.cn/2021-11/22/c_1.htm\">"
        "<script>var a = '<p>no</p>';</script></head><body><header><h1>港口网</h1><nav>首页 交通</nav></header>"
        "<form><article><header><h1>跨海大桥&amp;隧道通车</h1><p>2021-11-23 14:35 来源：某通讯社</p></header>"
        "<p>　　大桥星期二<b>通车</b>，\n历时五年。</p><p hidden>藏</p><p style='color:red; display : none'>藏</p>"
        "<div aria-hidden=true>藏</div><figure><img alt=a><figcaption>图片说明</figcaption></figure>"
        "<p>第二段&nbsp;文字&hellip;。</p><table><tr><td>甲<td>乙</table></article></form>"
        "<aside>相关</aside><footer>版权</footer></body></html>");
    assert_string_equal(article.title, "跨海大桥&隧道通车");
    assert_string_equal(article.text, "大桥星期二通车， 历时五年。\n第二段 文字…。\n甲 乙");
    assert_string_equal(article.source, "港口网");
    assert_string_equal(article.url, "https://example.cn/2021-11/22/c_1.htm");
    assert_date(article.published, "2021-11-22"); /* an address is surer than a line of the text */
    assert_int_equal(article.lang, SS_LANG_ZH);   /* whatever the page declares */
    ss_article_clear(&article);
}

static void reads_json_ld(void **state)
{
    (void)state;
    ss_article article = parse(
        ss_parse_html,
        "<html lang=en><head><title>x</title><script type='application/ld+json'>{\"@graph\": [{\"@type\": \"WebPage\", "
        "\"datePublished\": \"2021-11-22\"}, {\"@type\": [\"NewsArticle\"], \"headline\": \"Harbour bridge "
        "&#8220;opens&#8221;\", "
        "\"datePublished\": \"2021-11-23T14:35:56+08:00\", \"publisher\": [{\"name\": \"Harbour Daily\"}], "
        "\"articleBody\": \"" LONG_TEXT
        "\\n\\nSecond.\"}]}</script></head><body><p>Subscribe to read on</p></body></html>");
    assert_string_equal(article.title, "Harbour bridge “opens”");
    assert_string_equal(article.text, LONG_TEXT "\n\nSecond.");
    assert_string_equal(article.source, "Harbour Daily");
    assert_date(article.published, "2021-11-23T14:35:56+08:00");
    assert_int_equal(article.lang, SS_LANG_EN);
    ss_article_clear(&article);

    assert_title(ss_parse_html, "<script type=application/ld+json>{\"headline\": \"a\n\tb\"}</script><p>Text", "a b");

    /* An array, a comment around it, and no headline. */
    article = parse(ss_parse_html, "<script type='application/ld+json; charset=utf-8'><!-- [{\"datePublished\": "
                                   "\"2021-11-23\"}] --></script><p>Text");
    assert_date(article.published, "2021-11-23");
    ss_article_clear(&article);
}

static void passes_over_broken_json_ld(void **state)
{
    (void)state;
    static const char *const scripts[] = {"",
                                          "{",
                                          "[",
                                          "null",
                                          "{\"headline\": 5}",
                                          "{\"headline\": \"\", \"datePublished\": \"soon\", \"publisher\": 3}",
                                          "{\"@graph\": {\"@graph\": {\"mainEntity\": [[[[[[[[[[]]]]]]]]]]}}}"};
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        char html[256] = "<script type=application/ld+json>";
        strcat(strcat(html, scripts[i]), "</script><title>T</title><p>Text");
        ss_article article = parse(ss_parse_html, html);
        assert_string_equal(article.title, "T");
        assert_string_equal(article.text, "Text");
        assert_date(article.published, "");
        ss_article_clear(&article);
    }
}

static void finds_the_title(void **state)
{
    (void)state;
    assert_title(ss_parse_html, "<meta property=og:title content=' A \n b '><title>C</title><h1>D</h1>x", "A b");
    assert_title(ss_parse_html, "<title>C</title><h1> D <i>e</i> </h1>x", "D e");
    assert_title(ss_parse_html, "<title>C\n d</title><header><h1>Site</h1></header>x", "C d");
    assert_title(ss_parse_html, "<title>C</title><h1><img src=logo></h1><h1>D</h1>x", "D");
    assert_title(ss_parse_html, "<svg><title>Icon</title></svg><title>C</title><p>x", "C");
}

static void cuts_the_site_name_off(void **state)
{
    (void)state;
    static const char *const titles[][2] = {
        {"Bridge opens - Daily", "Bridge opens"},
        {"Bridge opens | daily", "Bridge opens"},
        {"Bridge opens \xe2\x80\x94 Daily", "Bridge opens"},
        {"Bridge opens_Daily", "Bridge opens"},
        {"Bridge opens Daily", "Bridge opens Daily"},
        {"Daily", "Daily"},
        {"- Daily", "Daily"},
        {"Bridge - Other", "Bridge - Other"},
    };
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        char html[256] = "<meta property=og:site_name content=Daily><title>";
        strcat(strcat(html, titles[i][0]), "</title><p>Text");
        assert_title(ss_parse_html, html, titles[i][1]);
    }
}

static void finds_the_date(void **state)
{
    (void)state;
    static const char *const pages[][2] = {
        {"<meta property=article:published_time content=2021-11-23T01:02:03Z><time datetime=2021-11-20>a</time>b",
         "2021-11-23T01:02:03Z"},
        {"<meta name=PubDate content='23 Nov 2021'>b", "2021-11-23"},
        {"<meta name=date content=rubbish><meta itemprop=datePublished content=2021-11-23>b", "2021-11-23"},
        {"<meta property=article:modified_time content=2021-11-24>b", ""},
        {"<time datetime=2021-11-20>a</time><time itemprop=datePublished datetime=2021-11-23>b</time>c", "2021-11-23"},
        {"<aside><time datetime=2021-11-20>a</time></aside><time datetime=2021-11-23>b</time>c", "2021-11-23"},
        {"<meta property=og:url content=https://example.org/2021/11/23/a><p>b", "2021-11-23"},
        {"<p>Nov 20, 2021</p><h1>Title</h1><p>Published: Nov 23, 2021</p><p>b", "2021-11-23"},
        {"<p>Nov 23, 2021</p><h1>Title</h1><p>b", "2021-11-23"},
        {"<time>yesterday</time><p>b", ""},
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        ss_article article = parse(ss_parse_html, pages[i][0]);
        assert_date(article.published, pages[i][1]);
        ss_article_clear(&article);
    }
}

static void chooses_the_body(void **state)
{
    (void)state;
    /* The longest <article> of enough text, <main>, what follows the heading, the whole. */
    assert_text(ss_parse_html, "<p>Menu</p><article><p>Teaser</article><article><p>" LONG_TEXT "</article><p>More",
                LONG_TEXT);
    assert_text(ss_parse_html, "<p>Menu</p><main><p>" LONG_TEXT "</main><p>More", LONG_TEXT);
    assert_text(ss_parse_html, "<p>Menu</p><h1>Bridge</h1><p>" LONG_TEXT, LONG_TEXT);
    assert_text(ss_parse_html, "<p>" LONG_TEXT "</p><article>Short</article>", LONG_TEXT);
    assert_text(ss_parse_html, "<p>Menu<article>Short body, of one sentence.</article>",
                "Short body, of one sentence.");
    assert_text(ss_parse_html, "<article>a<article>b</article>c</article>", "a\nb\nc");
    assert_text(ss_parse_html, "<div>a<div>b<span>c</span></div>d</div>e<br><br>f<ul><li>g<li>h</ul>",
                "a\nbc\nd\ne\nf\ng\nh");
    assert_text(ss_parse_html, "<pre>a\n  b</pre>c\nd", "a\nb\nc d");
    assert_text(ss_parse_html, "<body style='display:none'>a<button>b</button><noscript>c</noscript>", "a");
}

static void weighs_declared_languages(void **state)
{
    (void)state;
    ss_article article = parse(ss_parse_html, "<html lang=zh-CN><p>" LONG_TEXT);
    assert_int_equal(article.lang, SS_LANG_EN);
    ss_article_clear(&article);
    article = parse(ss_parse_html, "<html lang=ja><p>東京都知事選挙");
    assert_int_equal(article.lang, SS_LANG_OTHER);
    ss_article_clear(&article);
}

static void refuses_bad_html(void **state)
{
    (void)state;
    assert_refused(ss_parse_html, "", "no text");
    assert_refused(ss_parse_html, "<html><body><script>x</script><p> &nbsp; </p>", "no text");
    assert_refused(ss_parse_html, "<!-- never closed", "no text");
    assert_text(ss_parse_html, "a < b <p <b>c</b", "a < b\nc");
    assert_text(ss_parse_html, "</div></p>a</b></html>b<html lang=en><body>c", "a\nb\nc");
    assert_text(ss_parse_html, "&#0;&#x110000;&nosuch; &amp;", "&nosuch; &");
}

/* `count` times `piece`, then "end". */
static char *repeat(const char *piece, size_t count)
{
    size_t length = strlen(piece);
    char *text = malloc(length * count + 4);
    assert_non_null(text);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * length, piece, length);
    memcpy(text + count * length, "end", 4);
    return text;
}

static void bears_depth(void **state)
{
    (void)state;
    char *deep = repeat("<div>\n", 100000);
    assert_refused(ss_parse_html, deep, "nested more than");
    assert_refused(ss_parse_markdown, deep, "nested more than");
    free(deep);
    char *flat = repeat("<p>", 100000);
    assert_text(ss_parse_html, flat, "end");
    free(flat);
    char *ends = repeat("</b>", 100000);
    assert_text(ss_parse_html, ends, "end");
    free(ends);
    static const char *const openers[] = {"[", "![", "*", "`a", "> ", "- ", "[a]("};
    for (size_t i = 0; i < sizeof openers / sizeof *openers; i++) {
        char *marks = repeat(openers[i], 20000);
        ss_article article = parse(ss_parse_markdown, marks);
        ss_article_clear(&article);
        free(marks);
    }
}

static void keeps_lines_when_told(void **state)
{
    (void)state;
    static const char html[] = " a\n\n b<p>c\nd</p>";
    ss_buffer text = {0};
    assert_int_equal(ss_html_read(&text, html, strlen(html), true, NULL), SS_OK);
    assert_string_equal(text.data, "a\n\nb\nc\nd");
    ss_buffer_free(&text);
    assert_int_equal(ss_html_read(&text, html, strlen(html), false, NULL), SS_OK);
    assert_string_equal(text.data, "a b\nc d");
    ss_buffer_free(&text);
    assert_int_equal(ss_html_read(&text, "", 0, false, NULL), SS_OK);
    assert_string_equal(text.data, "");
    ss_buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_crawled_post),
        cmocka_unit_test(reads_markdown_without_front_matter),
        cmocka_unit_test(takes_what_front_matter_fits),
        cmocka_unit_test(strips_markdown_marks),
        cmocka_unit_test(reads_html_in_markdown),
        cmocka_unit_test(drops_a_repeated_title),
        cmocka_unit_test(refuses_bad_markdown),
        cmocka_unit_test(reads_a_chinese_page),
        cmocka_unit_test(reads_json_ld),
        cmocka_unit_test(passes_over_broken_json_ld),
        cmocka_unit_test(finds_the_title),
        cmocka_unit_test(cuts_the_site_name_off),
        cmocka_unit_test(finds_the_date),
        cmocka_unit_test(chooses_the_body),
        cmocka_unit_test(weighs_declared_languages),
        cmocka_unit_test(refuses_bad_html),
        cmocka_unit_test(bears_depth),
        cmocka_unit_test(keeps_lines_when_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
