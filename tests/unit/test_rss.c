/* Feeds: items, what is taken for what, damage and bombs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "readings.h"

static const char rss[] =
    "<?xml version=\"1.0\" encoding=\"GB2312\"?>\n<!-- a feed -->\n"
    "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" "
    "xmlns:media=\"http://search.yahoo.com/mrss/\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel>"
    "<title>Example &amp; Gazette</title><link>https://example.org/</link><language>en-gb</language>"
    "<atom:link href=\"https://example.org/feed\" rel=\"self\"/><image><title>Logo</title></image>\n"
    "<item><media:title>no</media:title><title>Floods &amp;amp; fire&nbsp;in &lt;b&gt;Hubei&lt;/b&gt;</title>"
    "<link>https://example.org/a?x=1&amp;y=2</link><guid>urn:a</guid>"
    "<pubDate>Tue, 23 Nov 2021 14:35:56 GMT</pubDate><description>Short.</description>"
    "<content:encoded><![CDATA[<p>The river rose.</p><script>no</script><p>It fell.</p>]]></content:encoded>"
    "<source url=\"https://other.example\">Other Post</source><author>Jane Whitfield</author></item>\n"
    "<item><title>Second report of the day</title><guid>https://example.org/b</guid>"
    "<description>&lt;p&gt;It rained on the hills.&lt;/p&gt;</description></item>\n"
    "<item><link>https://example.org/empty</link></item></channel></rss>";

static void test_rss_2(void **state)
{
    (void)state;
    write_text("feed.xml", rss);
    reading *run = read_paths("feed.xml", NULL);
    assert_int_equal(run->articles.count, 2);
    const ss_article *first = &run->articles.item[0], *second = &run->articles.item[1];
    assert_string_equal(first->title, "Floods & fire in Hubei");
    assert_string_equal(first->text, "The river rose.\nIt fell.");
    assert_string_equal(first->url, "https://example.org/a?x=1&y=2");
    assert_string_equal(first->id, "urn:a");
    assert_string_equal(first->origin, "feed.xml#1");
    assert_string_equal(first->source, "Other Post");
    assert_string_equal(first->author, "Jane Whitfield");
    assert_int_equal(first->published.seconds, 1637678156);
    assert_int_equal(first->lang, SS_LANG_EN);
    assert_string_equal(second->text, "It rained on the hills.");
    assert_string_equal(second->url, "https://example.org/b");
    assert_string_equal(second->source, "Example & Gazette");
    assert_string_equal(second->author, "");
    assert_int_equal(second->published.precision, SS_DATE_NONE);
    assert_int_equal(run->counts.skipped, 1);
    assert_warned(run, "feed.xml#3: no text in it");
    end_run(run);
}

static void test_rss_1(void **state)
{
    (void)state;
    write_text("feed", "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
                       "xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
                       "<channel><title>日報</title><dc:language>ja</dc:language></channel>"
                       "<item><title>東京都知事選挙</title><link>https://example.org/a</link>"
                       "<dc:date>2021-11-23T14:35:56Z</dc:date></item></rdf:RDF>");
    reading *run = read_paths("feed", NULL);
    assert_string_equal(run->met.text, "");
    assert_int_equal(run->articles.count, 1);
    const ss_article *only = &run->articles.item[0];
    assert_string_equal(only->title, "東京都知事選挙");
    assert_string_equal(only->source, "日報");
    assert_string_equal(only->id, "https://example.org/a");
    assert_int_equal(only->published.seconds, 1637678156);
    assert_int_equal(only->lang, SS_LANG_OTHER);
    end_run(run);
}

static void test_atom(void **state)
{
    (void)state;
    write_text("feed",
               "<a:feed xmlns:a=\"http://www.w3.org/2005/Atom\" xml:lang=\"zh\"><a:title>新闻</a:title>"
               "<a:entry><a:title type=\"text\">洪水&lt;湖北></a:title><a:id>urn:1</a:id>"
               "<a:link rel=\"enclosure\" href=\"https://example.org/x.mp3\"/>"
               "<a:link href=\"https://example.org/1?a=1&amp;b=2\"/><a:updated>2021-11-25</a:updated>"
               "<a:published>2021-11-23</a:published><a:author><a:name>张三</a:name><a:uri>https://x.example</a:uri></"
               "a:author>"
               "<a:source><a:id>urn:no</a:id><a:title>另一报</a:title><a:updated>2020-01-01</a:updated></a:source>"
               "<a:summary>简短。</a:summary><a:content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">"
               "<p>河水&lt;上涨&amp;。</p><p>后来退了。</p></div></a:content></a:entry></a:feed>");
    reading *run = read_paths("feed", NULL);
    assert_string_equal(run->met.text, "");
    assert_int_equal(run->articles.count, 1);
    const ss_article *only = &run->articles.item[0];
    assert_string_equal(only->title, "洪水<湖北>");
    assert_string_equal(only->text, "河水<上涨&。\n后来退了。");
    assert_string_equal(only->url, "https://example.org/1?a=1&b=2");
    assert_string_equal(only->id, "urn:1");
    assert_string_equal(only->source, "另一报");
    assert_string_equal(only->author, "张三");
    assert_int_equal(only->published.seconds, 1637625600);
    assert_int_equal(only->lang, SS_LANG_ZH);
    end_run(run);
}

/* A feed read today and tomorrow holds much of the same. */
static void test_the_same_items_again(void **state)
{
    (void)state;
    write_text("a.xml", rss);
    write_text("b.xml", rss);
    reading *run = read_paths("a.xml", "b.xml");
    assert_int_equal(run->articles.count, 4);
    assert_string_equal(run->articles.item[2].id, "b.xml#1");
    assert_int_equal(run->counts.skipped, 2);
    end_run(run);
}

static void test_damage(void **state)
{
    (void)state;
    write_text("a.xml", "<rss><channel><item><title>A & B &amp; C</title><description>one</description></item>"
                        "<item><title>Two</wrong><description>tw");
    reading *run = read_paths("a.xml", NULL);
    assert_int_equal(run->articles.count >= 1, true);
    assert_string_equal(run->articles.item[0].text, "one");
    assert_non_null(strstr(run->articles.item[0].title, "& C"));
    assert_warned(run, "a.xml: broken XML, read as far as it goes: line 1: ");
    end_run(run);
    write_text("b.xml", "<rss><channel><title>Nothing</title></channel></rss>");
    run = read_paths("b.xml", NULL);
    assert_warned(run, "b.xml: a feed without items");
    assert_int_equal(run->counts.skipped, 1);
    end_run(run);
}

/* Entities that double twenty times; elements without an end. */
static void test_bombs(void **state)
{
    (void)state;
    char text[4000];
    int at = sprintf(text, "<!DOCTYPE rss [<!ENTITY a0 \"ha\"><!ENTITY far SYSTEM \"file:///etc/passwd\">");
    for (int i = 1; i < 20; i++)
        at += sprintf(text + at, "<!ENTITY a%d \"&a%d;&a%d;&a%d;&a%d;\">", i, i - 1, i - 1, i - 1, i - 1);
    sprintf(text + at, "]><rss><channel><item><title>Bomb &amp; &a19;&far;</title><description>one</description>"
                       "</item></channel></rss>");
    write_text("a.xml", text);
    reading *run = read_paths("a.xml", NULL);
    assert_int_equal(run->articles.count, 1);
    assert_string_equal(run->articles.item[0].title, "Bomb &");
    assert_warned(run, "entities are declared");
    end_run(run);

    enum { DEEP = 100000 };
    char *deep = malloc(DEEP * 3 + 20);
    assert_non_null(deep);
    strcpy(deep, "<rss>");
    for (int i = 0; i < DEEP; i++)
        memcpy(deep + 5 + 3 * i, "<b>", 4);
    write_text("b.xml", deep);
    free(deep);
    run = read_paths("b.xml", NULL);
    assert_warned(run, "b.xml: a feed without items: line 1: ");
    end_run(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        READER_TEST(test_rss_2),  READER_TEST(test_rss_1),
        READER_TEST(test_atom),   READER_TEST(test_the_same_items_again),
        READER_TEST(test_damage), READER_TEST(test_bombs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
