/* HTML as tokens and as text, and what is found in a page: article, headline, byline, date. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "date.h"
#include "html.h"
#include "page_hints.h"
#include "page_line.h"
#include "reader.h"
#include "sanitizers.h"
#include "status.h"

#define FIRST  "The bridge over the harbour opened to traffic on Tuesday, after five years of work."
#define SECOND "It had cost nearly twice what was planned, the council said, and nobody knows why."
#define THIRD  "Thousands of people looked on from both shores and cheered as lorries rolled over it."
#define BODY   "<p>" FIRST "</p><p>" SECOND "</p><p>" THIRD "</p>"
#define TEXT   FIRST "\n" SECOND "\n" THIRD

static ss_article parse(const char *html)
{
    ss_article article = {0};
    if (ss_parse_html(&article, html, strlen(html)) != SS_OK) fail_msg("\"%.60s\": %s", html, ss_last_error());
    return article;
}

static void assert_text(const char *html, const char *text)
{
    ss_article article = parse(html);
    assert_string_equal(article.text, text);
    ss_article_clear(&article);
}

/* A page whose article is BODY, with `before` and `behind` around it. */
static void assert_left_out(const char *before, const char *behind)
{
    char html[4096];
    snprintf(html, sizeof html, "%s<div>" BODY "</div>%s", before, behind);
    assert_text(html, TEXT);
}

/* The content of scripts is left out before the parser; what but looks like one is not. */
static void reads_scripts_as_the_parser_does(void **state)
{
    (void)state;
#define CODE "var a = 1; if (a < 2) document.title = 'no text of a page, in more than sixty-four bytes';"
    static const char *const before[] = {
        "<script>" CODE "</script>",           "<STYLE media=print>" CODE "</Style>",
        "<!-- <script>" CODE "</script> -->",  "<img alt='<script>" CODE "'>",
        "<script title='>'>" CODE "</script>", "<script><!-- " CODE " --></script>",
        "<scripty hidden>" CODE "</scripty>",
    };
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        assert_left_out(before[i], "<script>" CODE);
    ss_article article = parse("<script type='application/LD+JSON'>{\"headline\": \"Bridge\", \"datePublished\": "
                               "\"2021-11-23\", \"x\": \"0123456789\"}</script>" BODY);
    assert_string_equal(article.title, "Bridge");
    ss_article_clear(&article);
}

/* ------------------------------------------------------------------ text */

static void assert_plain(const char *html, const char *text)
{
    ss_buffer out;
    assert_int_equal(ss_html_read(&out, html, strlen(html), false, NULL), SS_OK);
    assert_string_equal(out.data, text);
    ss_buffer_free(&out);
}

/* The parser compares each attribute with all before it: what would keep it busy for minutes is refused. */
static void refuses_endless_tags(void **state)
{
    (void)state;
    static const char *const forms[][2] = {{" a", ""}, {" a", "='>'"}, {" a", " = \"x y\""}, {"\n<b", ""}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        ss_buffer html = {0}, out;
        assert_int_equal(ss_buffer_append(&html, "<p>x</p><p", 10), SS_OK);
        for (unsigned n = 0; n < 5000; n++) {
            char attribute[32];
            int length = snprintf(attribute, sizeof attribute, "%s%u%s", forms[i][0], n, forms[i][1]);
            assert_int_equal(ss_buffer_append(&html, attribute, (size_t)length), SS_OK);
        }
        assert_int_equal(ss_html_read(&out, html.data, html.length, false, NULL), SS_ERROR_INPUT);
        assert_non_null(strstr(ss_last_error(), "more than 4096 attributes in a tag"));
        ss_buffer_free(&html);
        ss_buffer_free(&out);
    }
}

static void ends_elements_without_end_tags(void **state)
{
    (void)state;
    assert_plain("<p>a<p>b<div>c", "a\nb\nc");
    assert_plain("<ul><li>a<li>b<ul><li>c</ul>d</ul>e", "a\nb\nc\nd\ne");
    assert_plain("<dl><dt>a<dd>b<dt>c</dl>", "a\nb\nc");
    assert_plain("<table><tr><td>a<td>b<tr><td>c<table><tr><td>d</table>e</table>f", "a b\nc\nd\ne\nf");
    assert_plain("<p>a<table><tr><td>b</p>c</div></table>d", "a\nbc\nd");
    assert_plain("a<br>b</p>c</x>d", "a\nb\ncd");
    assert_plain("<nav>a</nav><p>b<aside>c</aside><figure>d<figcaption>e</figure><footer>f</footer>", "b\nd");
    assert_plain("<b>a</i>b</b><font>c", "abc");
    assert_plain("<div hidden>a<p>b</div>c<span aria-hidden=TRUE>d</span>e<body hidden>f", "cef");
    assert_plain("<select><option>a<option>b</select>c<button>d</button><label>e</label>", "c");
}

/* --------------------------------------------------------------- article */

static void leaves_furniture_out(void **state)
{
    (void)state;
    assert_left_out("<div class=site-nav><p>Some sentence of the navigation that nobody ever reads at all.</p></div>",
                    "");
    assert_left_out("<div id=cookieBar><p>We value your privacy, and have 800 partners who value it as well.</p></div>",
                    "");
    assert_left_out(
        "", "<div class='post-comments'><p>What a bridge it is! I shall never drive over it, though.</p></div>");
    assert_left_out("",
                    "<div><h3>Related stories</h3><p>Another bridge, in another town, fell down on Monday.</p></div>");
    assert_left_out("",
                    "<div><b>网友评论</b><div>这座桥修了五年，花了两倍的钱，真是没想到，大家说是不是。</div></div>");
    assert_left_out("<p class=byline>By Ann Reed</p><p>23 November 2021</p>",
                    "<p>© 2021 Harbour Daily. All rights reserved.</p>");
    assert_left_out("<h1>Bridge opens</h1><ul><li>Home<li>News</ul>",
                    "<p><a href=/>More about bridges, and about harbours.</a></p>");
    assert_left_out(
        "", "<ul><li><a href=1>Another bridge opens today.</a><li><a href=2>A third bridge is to come.</a></ul>");
}

static void finds_the_body_by_its_name(void **state)
{
    (void)state;
    const char *teasers = "<div><p>A sentence about another story that is quite as long as the article itself.</p>"
                          "<p>A sentence about another story that is quite as long as the article itself.</p></div>";
    static const char *const bodies[] = {"<div class=article-body>",   "<div class=storyBody>",
                                         "<div id=endText>",           "<div class=TRS_Editor>",
                                         "<div itemprop=articleBody>", "<div class='post_content x'>"};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        char html[2048];
        snprintf(html, sizeof html, "<div class=x>%s%s" BODY "</div>%s</div>", teasers, bodies[i], teasers);
        assert_text(html, TEXT);
    }
}

static void keeps_what_belongs_to_the_text(void **state)
{
    (void)state;
    assert_text("<article><p>" FIRST "</p><h2>Costs</h2><p>" SECOND "</p><ul><li>Steel<li>Concrete</ul></article>",
                FIRST "\nCosts\n" SECOND "\nSteel\nConcrete");
    assert_text("<article><p>" FIRST "</p><table><tr><td><p>Year<td><p>Cost<tr><td>2020<td>12</table><p>" SECOND
                "</article>",
                FIRST "\nYear Cost\n2020 12\n" SECOND);
    assert_text("<article><p>" FIRST "</p><h2>Read on</h2><ul><li><a href=1>Other story</a></ul><p>" SECOND
                "</article>",
                FIRST "\n" SECOND);
    assert_text("<div>" FIRST "<br><br>" SECOND "<br>3.4k<br>" THIRD "</div>", TEXT);
    assert_text("<p>Only a few words", "Only a few words");
}

static void tells_lines_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        ss_line_kind kind;
    } lines[] = {
        {FIRST, SS_LINE_PROSE},
        {"大桥通车了。", SS_LINE_PROSE},
        {"查看更多……", SS_LINE_PLAIN},
        {"跨海大桥通车 市长出席仪式", SS_LINE_PLAIN},
        {"Read more: Another bridge opens.", SS_LINE_FURNITURE},
        {"（责任编辑：王萌）", SS_LINE_FURNITURE},
        {"11月21日，雪后的古长城。李明哲 摄", SS_LINE_FURNITURE},
        {"相关阅读", SS_LINE_ENDING},
        {"Related", SS_LINE_ENDING},
        {"Related to this, the council raised its taxes on Monday, for the third time.", SS_LINE_PROSE},
        {"", SS_LINE_PLAIN},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_int_equal(ss_page_line_kind(lines[i].text, strlen(lines[i].text)), lines[i].kind);
}

static void reads_names_of_classes(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        unsigned hints;
    } names[] = {
        {"article-body", SS_HINT_BODY},
        {"storyBody", SS_HINT_BODY},
        {"related", SS_HINT_FURNITURE},
        {"relatedNews x", SS_HINT_FURNITURE},
        {"o-cookie-message", SS_HINT_FURNITURE},
        {"post-tags", SS_HINT_FURNITURE},
        {"navy", 0},
        {"bigadventure", 0},
        {"byline", SS_HINT_AUTHOR},
        {"pubtime", SS_HINT_DATE},
        {"", 0},
        {"---", 0},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *attributes[] = {"class", names[i].name, NULL};
        assert_int_equal(ss_page_hints(attributes), names[i].hints);
    }
    assert_int_equal(ss_page_hints(NULL), 0);
}

/* ------------------------------------------------- headline, byline, date */

static void finds_the_headline_on_the_page(void **state)
{
    (void)state;
    ss_article article = parse("<title>跨海大桥今日通车_要闻_港口网</title><div><b>跨海大桥今日通车</b></div>"
                               "<p>大桥星期二通车，历时五年，市长出席了仪式并讲话。");
    assert_string_equal(article.title, "跨海大桥今日通车");
    assert_string_equal(article.source, "港口网");
    ss_article_clear(&article);
    article = parse("<title>Harbour Daily: Bridge opens to traffic</title><h2>Bridge opens to traffic</h2>" BODY);
    assert_string_equal(article.title, "Bridge opens to traffic");
    assert_string_equal(article.source, "Harbour Daily");
    ss_article_clear(&article);
    article = parse("<title>Bridge opens to traffic at last - Harbour Daily</title>" BODY);
    assert_string_equal(article.title, "Bridge opens to traffic at last");
    assert_string_equal(article.source, "Harbour Daily");
    ss_article_clear(&article);
    article = parse("<link rel=canonical href=https://www.example.org/a>" BODY);
    assert_string_equal(article.source, "example.org");
    ss_article_clear(&article);
}

static void finds_the_author(void **state)
{
    (void)state;
    static const char *const pages[][2] = {
        {"<p>By Ann Reed and Li Wei in London</p>", "Ann Reed; Li Wei"},
        {"<p class=byline>Ann Reed, Staff Writer</p>", "Ann Reed"},
        {"<meta name=author content='Ann Reed'>", "Ann Reed"},
        {"<meta name=author content='Harbour News'><p>By Ann Reed</p>", "Ann Reed"},
        {"<meta name=author content=https://example.org/reed>", ""},
        {"<p>2021-11-23 来源：港口网 作者：林予安 编辑：王萌</p>", "林予安"},
        {"<p>本报记者 林予安 刘小可</p>", "林予安; 刘小可"},
        {"<p>责任编辑：王萌</p>", ""},
        {"<script type=application/ld+json>{\"headline\": \"x\", \"author\": [{\"name\": \"Ann Reed\"}, \"Li Wei\", "
         "{\"name\": \"https://example.org\"}, 5]}</script>",
         "Ann Reed; Li Wei"},
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        char html[1024];
        snprintf(html, sizeof html, "<h1>Bridge</h1>%s" BODY, pages[i][0]);
        ss_article article = parse(html);
        assert_string_equal(article.author, pages[i][1]);
        ss_article_clear(&article);
    }
}

static void finds_the_date_around_the_heading(void **state)
{
    (void)state;
    static const char *const pages[][2] = {
        {"<h1>Bridge</h1><p>Harbour Daily (2021-11-23 14:35)</p>" BODY "<p>2021-11-24</p>", "2021-11-23T14:35:00"},
        {"<h1>Bridge</h1><p>Updated 24 Nov 2021</p><p>Published 23 Nov 2021</p>" BODY, "2021-11-23"},
        {"<p><time datetime=2021-11-20>Today</time></p><h1>Bridge</h1><time datetime=2021-11-23></time>" BODY,
         "2021-11-23"},
        {"<h1>Bridge</h1>" BODY "<p>发布时间：2021年11月23日</p>", "2021-11-23"},
        {"<h1>Bridge</h1>" BODY "<p>Ann wrote on Nov. 24, 2021: nice</p>", ""},
        {"<h1>Bridge</h1>" BODY "<script>var createTime = '2021-11-23 07:30';</script>", "2021-11-23T07:30:00"},
        {"<h1>Bridge</h1>" BODY "<script>var ct = \"1637625600\";</script>", "2021-11-23T00:00:00Z"},
        {"<meta name=pubdate content=1637625600123>" BODY, "2021-11-23T00:00:00Z"},
        {"<script type=application/ld+json>{\"headline\": \"a \"b\" c\", \"datePublished\": "
         "\"2021-11-23\",}</script>" BODY,
         "2021-11-23"},
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        char text[SS_DATE_TEXT_SIZE];
        ss_article article = parse(pages[i][0]);
        ss_date_format(article.published, text);
        assert_string_equal(text, pages[i][1]);
        ss_article_clear(&article);
    }
}

static void prefers_the_address_of_the_page(void **state)
{
    (void)state;
    static const char page[] = "<link rel=canonical href=https://example.org/2021/11/23/a>" BODY;
    ss_article article = {0};
    assert_int_equal(ss_copy_text(&article.url, "https://example.org/a?from=feed", 31), SS_OK);
    assert_int_equal(ss_parse_html(&article, page, strlen(page)), SS_OK);
    assert_string_equal(article.url, "https://example.org/2021/11/23/a");
    ss_article_clear(&article);
    /* Without one of its own, the address that the reader knows tells the date and the host. */
    assert_int_equal(ss_copy_text(&article.url, "https://www.example.org/2021/11/23/b", 36), SS_OK);
    assert_int_equal(ss_parse_html(&article, BODY, strlen(BODY)), SS_OK);
    assert_string_equal(article.url, "https://www.example.org/2021/11/23/b");
    assert_string_equal(article.source, "example.org");
    assert_int_equal(article.published.precision, SS_DATE_DAY);
    ss_article_clear(&article);
}

/* ----------------------------------------------------------------- abuse */

/* `count` times `piece` between `before` and `behind`. */
static char *repeat(const char *before, const char *piece, size_t count, const char *behind)
{
    size_t length = strlen(piece), at = strlen(before);
    char *text = malloc(at + length * count + strlen(behind) + 1);
    assert_non_null(text);
    memcpy(text, before, at);
    for (size_t i = 0; i < count; i++, at += length)
        memcpy(text + at, piece, length);
    strcpy(text + at, behind);
    return text;
}

static void bears_abuse(void **state)
{
    (void)state;
    static const char *const pages[][3] = {
        {"<p ", "a=1 ", ">" FIRST},
        {"<p ", "class=ad ", ">" FIRST},
        {"<p class='", "x-", "'>" FIRST},
        {"", "<a>x", FIRST},
        {"", "<script>", ""},
        {"<p>" FIRST, "<!--", ""},
        {"<p>" FIRST, "<p a=\"", ""},
        {"<p>" FIRST, "</b>", ""},
        {"<p>" FIRST, "<td>x", ""},
        {"<table>", "<tr><td>x", "<td>" FIRST},
        {"<p>" FIRST, "&#", ""},
        {"<p>" FIRST, "<", ""},
        {"<p>" FIRST "<script type=application/ld+json>", "[", ""},
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        char *html = repeat(pages[i][0], pages[i][1], SS_IF_SANITIZED(20000, 200000), pages[i][2]);
        ss_article article = {0};
        ss_status status = ss_parse_html(&article, html, strlen(html));
        assert_true(status == SS_OK || status == SS_ERROR_INPUT);
        ss_article_clear(&article);
        free(html);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_elements_without_end_tags),
        cmocka_unit_test(refuses_endless_tags),
        cmocka_unit_test(reads_scripts_as_the_parser_does),
        cmocka_unit_test(leaves_furniture_out),
        cmocka_unit_test(finds_the_body_by_its_name),
        cmocka_unit_test(keeps_what_belongs_to_the_text),
        cmocka_unit_test(tells_lines_apart),
        cmocka_unit_test(reads_names_of_classes),
        cmocka_unit_test(finds_the_headline_on_the_page),
        cmocka_unit_test(finds_the_author),
        cmocka_unit_test(finds_the_date_around_the_heading),
        cmocka_unit_test(prefers_the_address_of_the_page),
        cmocka_unit_test(bears_abuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
