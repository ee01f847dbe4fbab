/* From lines and texts to articles: fields, what is passed over and told, and what kind of file it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "readings.h"
#include "status.h"

static void test_fields(void **state)
{
    (void)state;
    write_text("a.jsonl", two_lines);
    reading *run = read_paths("a.jsonl", NULL);
    assert_int_equal(run->status, SS_OK);
    assert_int_equal(run->articles.count, 2);
    const ss_article *first = &run->articles.item[0], *second = &run->articles.item[1];
    assert_string_equal(first->id, "a");
    assert_string_equal(first->url, "https://example.org/a");
    assert_string_equal(first->source, "Gazette");
    assert_string_equal(first->author, "A. Reed");
    assert_string_equal(first->title, "Floods in Hubei");
    assert_string_equal(first->text, "The river rose.");
    assert_string_equal(first->origin, "a.jsonl:1");
    assert_int_equal(first->lang, SS_LANG_EN);
    assert_int_equal(first->published.precision, SS_DATE_DAY);
    assert_int_equal(first->published.seconds, 1637625600);
    assert_string_equal(second->id, "7");
    assert_string_equal(second->url, "");
    assert_string_equal(second->source, "");
    assert_string_equal(second->author, "A; B");
    assert_string_equal(second->origin, "a.jsonl:2");
    assert_int_equal(second->lang, SS_LANG_ZH);
    assert_int_equal(second->published.precision, SS_DATE_SECOND);
    assert_int_equal(second->published.seconds, 1637678156);
    assert_string_equal(run->met.text, "");
    assert_int_equal(run->counts.files, 1);
    assert_int_equal(run->counts.bytes, sizeof two_lines - 1);
    assert_int_equal(run->counts.zh, 1);
    assert_int_equal(run->counts.en, 1);
    assert_int_equal(run->counts.undated, 0);
    assert_int_equal(run->counts.skipped, 0);
    end_run(run);
}

static void test_ids_and_numbers(void **state)
{
    (void)state;
    write_text("a.jsonl", "{\"url\": \"https://example.org/1\", \"text\": \"one\", \"published\": 1637678156}\n"
                          "\n  \n"
                          "{\"id\": \"\", \"text\": \"two\", \"published\": 1637678156789}\n"
                          "{\"id\": null, \"title\": \"three\", \"published\": \"\", \"big\": 99999999999999999999}\n"
                          "{\"id\": 12, \"title\": \"four\", \"published\": null, \"big\": 99999999999999999999}");
    reading *run = read_paths("a.jsonl", NULL);
    assert_int_equal(run->articles.count, 4);
    assert_string_equal(run->articles.item[0].id, "https://example.org/1");
    assert_int_equal(run->articles.item[0].published.seconds, 1637678156);
    assert_int_equal(run->articles.item[0].published.precision, SS_DATE_SECOND);
    assert_int_equal(run->articles.item[0].published.zone_minutes, 0);
    assert_string_equal(run->articles.item[1].id, "a.jsonl:4");
    assert_string_equal(run->articles.item[2].id, "a.jsonl:5");
    assert_string_equal(run->articles.item[2].text, "");
    assert_string_equal(run->articles.item[3].id, "12");
    assert_int_equal(run->articles.item[1].published.seconds, 1637678156);
    assert_int_equal(run->counts.undated, 2);
    assert_int_equal(run->counts.skipped, 0);
    assert_string_equal(run->met.text, "");
    end_run(run);
}

static void test_a_bad_line_loses_itself_alone(void **state)
{
    (void)state;
    write_text("a.jsonl", "{\"id\": \"1\", \"text\": \"one\"}\n"
                          "{\"id\": \"2\", \"text\": \"tw\n"
                          "{\"id\": \"3\", \"text\": {\"html\": \"three\"}}\n"
                          "{\"id\": \"4\", \"text\": \" \", \"title\": \"\"}\n"
                          "[\"id\", \"5\"]\n"
                          "{\"id\": true, \"text\": \"six\"}\n"
                          "{\"id\": 1.5, \"text\": \"seven\"}\n"
                          "{\"id\": \"8\", \"text\": \"eight\", \"published\": {\"year\": 2021}}\n"
                          "{\"id\": \"9\", \"text\": \"nine\", \"date\": \"some day\"}\n");
    reading *run = read_paths("a.jsonl", NULL);
    assert_int_equal(run->articles.count, 2);
    assert_string_equal(run->articles.item[0].id, "1");
    assert_string_equal(run->articles.item[1].id, "9");
    assert_int_equal(run->articles.item[1].published.precision, SS_DATE_NONE);
    assert_int_equal(run->counts.skipped, 7);
    assert_warned(run, "a.jsonl:2: broken JSON at byte ");
    assert_warned(run, "a.jsonl:3: field \"text\" is not a string");
    assert_warned(run, "a.jsonl:4: neither \"title\" nor \"text\" holds text");
    assert_warned(run, "a.jsonl:5: an article must be one JSON object");
    assert_warned(run, "a.jsonl:6: field \"id\" is not a string or an integer");
    assert_warned(run, "a.jsonl:7: field \"id\" is not a string or an integer");
    assert_warned(run, "a.jsonl:8: field \"published\" is not a string or a number");
    assert_warned(run, "a.jsonl:9: field \"date\" is \"some day\"");
    end_run(run);
}

static void test_declared_language(void **state)
{
    (void)state;
    write_text("a.jsonl", "{\"text\": \"The council met on Monday and voted for the plan.\", \"lang\": \"fr\"}\n"
                          "{\"text\": \"2021\", \"language\": \"zh-Hant\"}\n"
                          "{\"text\": \"The council met on Monday and voted for the plan.\", \"lang\": \"\"}\n");
    reading *run = read_paths("a.jsonl", NULL);
    assert_int_equal(run->articles.count, 3);
    assert_int_equal(run->articles.item[0].lang, SS_LANG_OTHER);
    assert_int_equal(run->articles.item[1].lang, SS_LANG_ZH);
    assert_int_equal(run->articles.item[2].lang, SS_LANG_EN);
    end_run(run);
}

static void test_field_mapping(void **state)
{
    (void)state;
    write_text("a.jsonl", "{\"key\": \"k\", \"body\": \"The river rose.\", \"text\": 5, \"when\": \"2021-11-23\"}\n");
    const char *const fields[] = {"text=body", "id=key", "published=when"};
    const ss_reader_options options = {.fields = fields, .field_count = 3};
    const char *const paths[] = {"a.jsonl"};
    reading *run = read_paths_with(paths, 1, &options, false);
    assert_int_equal(run->articles.count, 1);
    assert_string_equal(run->articles.item[0].id, "k");
    assert_string_equal(run->articles.item[0].text, "The river rose.");
    assert_int_equal(run->articles.item[0].published.precision, SS_DATE_DAY);
    end_run(run);

    /* The usual names where a record has no other, with the given one first wherever it stands, and a typing error told. */
    write_text("a.jsonl", "{\"text\": \"by hand\", \"body\": \"own\", \"title\": \"\"}\n"
                          "{\"text\": \"usual\", \"headline\": \"Floods\", \"Titel\": \"Flut\"}\n"
                          "{\"body\": null, \"content\": \"also usual\", \"date\": \"2021-11-23\"}\n");
    const char *const some[] = {"text=body", "published=wehn", "title=Titel"};
    const ss_reader_options before = {.fields = some, .field_count = 3};
    run = read_paths_with(paths, 1, &before, false);
    assert_int_equal(run->articles.count, 3);
    assert_string_equal(run->articles.item[0].text, "own");
    assert_string_equal(run->articles.item[1].text, "usual");
    assert_string_equal(run->articles.item[1].title, "Flut");
    assert_string_equal(run->articles.item[2].text, "also usual");
    assert_int_equal(run->articles.item[2].published.precision, SS_DATE_DAY);
    assert_string_equal(run->met.text, "no record holds anything under \"wehn\", the name given with --field\n");
    end_run(run);
    const ss_reader_options only = {.fields = some, .field_count = 1, .only_given = true};
    run = read_paths_with(paths, 1, &only, false);
    assert_int_equal(run->articles.count, 2);
    assert_string_equal(run->articles.item[0].text, "own");
    assert_string_equal(run->articles.item[1].text, "");
    end_run(run);

    static const char *const wrong[] = {"body=text", "text=", "text", "=body", "tex=body", "texts=body"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const ss_reader_options bad = {.fields = &wrong[i], .field_count = 1};
        ss_reader *reader;
        assert_int_equal(ss_reader_open(&reader, paths, 1, &bad, NULL), SS_ERROR_ARGUMENT);
        assert_null(reader);
        assert_non_null(strstr(ss_last_error(), wrong[i]));
    }
}

static const ss_article *read_one(reading **run, const char *line)
{
    write_text("a.jsonl", line);
    *run = read_paths("a.jsonl", NULL);
    if ((*run)->articles.count != 1) fail_msg("%s: %s", line, (*run)->met.text);
    return &(*run)->articles.item[0];
}

/* As the data sets have them that people bring. */
static void test_names_of_data_sets(void **state)
{
    (void)state;
    static const char *const lines[] = {
        /* news-please, for CC-News */
        "{\"authors\": [\"A. Reed\"], \"date_publish\": \"2018-09-04 10:15:00\", \"description\": \"Short\", "
        "\"language\": "
        "\"en\", \"maintext\": \"Body\", \"source_domain\": \"Gazette\", \"title\": \"Flood\", \"url\": "
        "\"https://a.org/1\"}",
        /* NewsAPI */
        "{\"source\": {\"id\": null, \"name\": \"Gazette\"}, \"author\": \"A. Reed\", \"title\": \"Flood\", "
        "\"description\": "
        "\"Short\", \"url\": \"https://a.org/1\", \"publishedAt\": \"2018-09-04T10:15:00Z\", \"content\": \"Body\"}",
        /* "All the news" of Kaggle */
        "{\"date\": \"2018-09-04 10:15:00\", \"year\": 2018, \"author\": \"A. Reed\", \"title\": \"Flood\", "
        "\"article\": \"Body\", "
        "\"url\": \"https://a.org/1\", \"section\": null, \"publication\": \"Gazette\"}",
        /* Event Registry */
        "{\"uri\": \"77\", \"lang\": \"eng\", \"dateTime\": \"2018-09-04T10:15:00Z\", \"title\": \"Flood\", \"body\": "
        "\"Body\", "
        "\"source\": {\"uri\": \"a.org\", \"title\": \"Gazette\"}, \"authors\": [{\"name\": \"A. Reed\"}], \"url\": "
        "\"https://a.org/1\"}",
        "{\"Headline\": \"Flood\", \"Article Text\": [\"Body\"], \"Link\": \"https://a.org/1\", \"pub_date\": "
        "20180904101500, "
        "\"Site-Name\": \"Gazette\", \"byline\": {\"original\": \"A. Reed\"}}",
        "{\"标题\": \"Flood\", \"正文\": \"Body\", \"链接\": \"https://a.org/1\", \"发布时间\": \"2018年9月4日 "
        "10:15\", \"来源\": "
        "\"Gazette\", \"作者\": \"A. Reed\"}",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        reading *run;
        const ss_article *article = read_one(&run, lines[i]);
        assert_string_equal(run->met.text, "");
        assert_string_equal(article->title, "Flood");
        assert_string_equal(article->text, "Body");
        assert_string_equal(article->url, "https://a.org/1");
        assert_string_equal(article->source, "Gazette");
        assert_string_equal(article->author, "A. Reed");
        assert_int_equal(article->published.seconds, 1536056100);
        end_run(run);
    }
}

/* Whichever of several names is there; a summary where there is no more; under other names nothing is forced. */
static void test_better_names_go_first(void **state)
{
    (void)state;
    static const char *const lines[][2] = {
        {"{\"title\": \"t\", \"description\": \"short\", \"content\": \"full\"}", "full"},
        {"{\"title\": \"t\", \"summary\": \"short\", \"content\": null}", "short"},
        {"{\"title\": \"t\", \"text\": \"\", \"body\": \"full\"}", "full"},
        {"{\"title\": \"t\", \"content\": {\"id\": 1}, \"article\": 7, \"story\": \"full\"}", "full"},
        {"{\"title\": \"t\", \"text\": [\"one\", {\"x\": 1}, \"two\"]}", "one\ntwo"},
        {"{\"title\": \"t\", \"Text\": \"one\", \"text\": \"two\"}", "two"},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        reading *run;
        assert_string_equal(read_one(&run, lines[i][0])->text, lines[i][1]);
        end_run(run);
    }
}

#define LONG "The river rose in the night and took two bridges with it."

static void test_unread_texts_are_told(void **state)
{
    (void)state;
    write_text("a.jsonl",
               "{\"title\": \"one\", \"data\": \"" LONG "\"}\n{\"title\": \"two\", \"data\": \"" LONG "\"}\n");
    reading *run = read_paths("a.jsonl", NULL);
    assert_int_equal(run->articles.count, 2);
    assert_warned(run, "a.jsonl: no text is read, as nothing is called \"text\" or the like; if \"data\" holds it");
    assert_int_equal(run->met.count, 1);
    end_run(run);
    write_text("a.csv", "title,data\none," LONG "\n");
    run = read_paths("a.csv", NULL);
    assert_warned(run, "a.csv: no text is read, as nothing is called \"text\" or the like; if \"data\" holds it");
    end_run(run);
}

/* Headlines alone are no reason to warn, nor are texts that only some have. */
static void test_titles_may_stand_alone(void **state)
{
    (void)state;
    static const char *const files[] = {
        "{\"title\": \"one\", \"tag\": \"river\"}\n{\"title\": \"two\", \"tag\": \"bridge\"}\n",
        "{\"title\": \"" LONG " Again.\", \"data\": \"" LONG "\"}\n",
        "{\"title\": \"one\", \"image\": \"https://example.org/images/2021/11/23/of-the-river-in-the-night.jpeg\"}\n",
        "{\"title\": \"one\", \"data\": \"" LONG "\"}\n{\"title\": \"two\", \"text\": \"some have one\"}\n",
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        write_text("a.jsonl", files[i]);
        reading *run = read_paths("a.jsonl", NULL);
        assert_string_equal(run->met.text, "");
        end_run(run);
    }
}

static void check_days(const char *file, const char *text, const char *const *days, const char *warning)
{
    write_text(file, text);
    reading *run = read_paths(file, NULL);
    for (size_t i = 0; days[i] != NULL; i++) {
        char day[SS_DATE_TEXT_SIZE];
        assert_true(i < run->articles.count);
        ss_date_format(run->articles.item[i].published, day);
        assert_string_equal(day, days[i]);
    }
    if (warning == NULL)
        assert_string_equal(run->met.text, "");
    else
        assert_warned(run, warning);
    end_run(run);
}

/* A day above 12 in the first rows shows the order for all of the file. */
static void test_order_of_dates(void **state)
{
    (void)state;
    static const char *const april[] = {"2018-04-09", "2018-09-13", NULL}, *const september[] = {"2018-09-04",
                                                                                                 "2018-09-13", NULL};
    static const char *const forms[] = {"2024-03-11",
                                        "2024-03-11",
                                        "2024-03-11",
                                        "2024-03-11",
                                        "2024-03-11T08:00:00Z",
                                        "2024-03-11T08:00:00Z",
                                        "2024-03-11T08:00:00+01:00",
                                        NULL};
    check_days("a.csv", "text,date\none,9/4/2018\ntwo,13/9/2018\n", april, NULL);
    check_days("a.csv", "text,date\none,9/4/2018\ntwo,9/13/2018\n", september, NULL);
    check_days("a.csv", "text,date\none,9-4-2018\ntwo,13-9-2018\n", april, NULL);
    check_days("a.json", "[{\"text\": \"one\", \"date\": \"9/4/2018\"}, {\"text\": \"two\", \"date\": \"13/9/2018\"}]",
               april, NULL);
    check_days("a.csv", "text,date\none,9/4/2018\ntwo,2018-09-13\n", september,
               "a.csv: dates such as \"9/4/2018\" are read month first");
    check_days("a.csv", "text,date\none,9.4.2018\n", (const char *const[]){"2018-04-09", NULL}, NULL);
    check_days("a.csv", "text,date\none,5/5/2018\n", (const char *const[]){"2018-05-05", NULL}, NULL);
    check_days("a.csv",
               "text;date\n1;11.03.2024\n2;2024/3/11\n3;March 11, 2024\n4;20240311\n5;1710144000\n6;1710144000000\n"
               "7;2024-03-11T08:00:00+01:00\n",
               forms, NULL);
    check_days("a.jsonl", "{\"text\": \"1\", \"date\": 20240311}\n{\"text\": \"2\", \"date\": 1710144000}",
               (const char *const[]){"2024-03-11", "2024-03-11T08:00:00Z", NULL}, NULL);
}

static void test_duplicates(void **state)
{
    (void)state;
    write_text("a.jsonl", two_lines);
    write_text("b.jsonl", "{\"id\": \"b\", \"text\": \"other\"}\n{\"id\": \"a\", \"text\": \"again\"}\n");
    reading *run = read_paths("a.jsonl", "b.jsonl");
    assert_int_equal(run->articles.count, 3);
    assert_int_equal(run->counts.skipped, 1);
    assert_warned(run, "b.jsonl:2: the id \"a\" was read before, at a.jsonl:1");
    end_run(run);

    blob lines = many_lines(3000);
    write_bytes("c.jsonl", lines.bytes, lines.length);
    free(lines.bytes);
    run = read_paths("c.jsonl", "c.jsonl");
    assert_int_equal(run->articles.count, 3000);
    assert_int_equal(run->counts.skipped, 3000);
    end_run(run);
}

static void test_strict(void **state)
{
    (void)state;
    write_text("a.jsonl", "{\"text\": \"one\"}\n{\"text\": 2}\n{\"text\": \"three\"}\n");
    const char *const paths[] = {"a.jsonl"};
    reading *run = read_paths_with(paths, 1, NULL, true);
    assert_int_equal(run->status, SS_ERROR_INPUT);
    assert_non_null(strstr(ss_last_error(), "a.jsonl:2: "));
    assert_int_equal(run->articles.count, 1);
    end_run(run);
}

static void test_kind_is_told_from_content(void **state)
{
    (void)state;
    static const char page[] =
        "<!DOCTYPE html><html lang=\"en\"><head><title>Floods in the valley</title></head>"
        "<body><p>The river rose over its banks on Monday, said the mayor of the town.</p></body>";
    static const char post[] =
        "---\ntitle: Floods in the valley\ndate: 2021-11-23\n---\nThe river rose over its banks.\n";
    write_text("page.txt", page);
    write_text("post.txt", post);
    write_text("lines.html", "\n {\"text\": \"The river rose.\", \"title\": \"Floods in the valley\"}\n");
    write_text("plain.txt", "Floods in the valley\n\n<p> is a tag, and { is a bracket.");
    write_text("braces.txt", "{Floods} in the valley\n\nThe river rose.");
    static const char *const paths[] = {"page.txt", "post.txt", "lines.html", "plain.txt", "braces.txt"};
    for (size_t i = 0; i < 5; i++) {
        reading *run = read_paths(paths[i], NULL);
        assert_string_equal(run->met.text, "");
        assert_int_equal(run->articles.count, 1);
        assert_string_equal(run->articles.item[0].title, i < 4 ? "Floods in the valley" : "{Floods} in the valley");
        end_run(run);
    }
    write_text("fragment.md.gz", "<div>\n\n# Floods in the valley\n\n</div>\n\nThe river *rose*.\n");
    reading *run = read_paths("fragment.md.gz", NULL);
    assert_int_equal(run->articles.count, 1);
    assert_null(strstr(run->articles.item[0].text, "*rose*"));
    end_run(run);
}

static void test_what_is_no_article(void **state)
{
    (void)state;
    write_text("empty", "");
    write_text("spaces.txt", " \n\t\n");
    write_bytes("picture.txt", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\b\6\0\0\0", 29);
    static const char *const paths[] = {"empty", "spaces.txt", "picture.txt"};
    reading *run = read_paths_with(paths, 3, NULL, false);
    assert_int_equal(run->status, SS_OK);
    assert_int_equal(run->articles.count, 0);
    assert_int_equal(run->counts.skipped, 3);
    assert_warned(run, "empty: empty file");
    assert_warned(run, "spaces.txt: empty file");
    assert_warned(run, "picture.txt: no text");
    end_run(run);
    run = read_paths_with(NULL, 0, NULL, false);
    assert_int_equal(run->status, SS_OK);
    assert_int_equal(run->articles.count, 0);
    end_run(run);
}

static void check_text(const char *text, const char *title, const char *body)
{
    ss_article article = {0};
    assert_int_equal(ss_parse_text(&article, text, strlen(text)), SS_OK);
    assert_string_equal(article.title, title);
    assert_string_equal(article.text, body);
    ss_article_clear(&article);
}

static void test_headlines_of_plain_text(void **state)
{
    (void)state;
    check_text("Floods in Hubei\nThe river rose.\n", "Floods in Hubei", "The river rose.");
    check_text("　　央行降息\r\n\r\n　　央行今天宣布降息。\r\n", "央行降息", "央行今天宣布降息。");
    check_text("One line alone, with no body.", "", "One line alone, with no body.");
    check_text("Weather", "", "Weather");
    check_text("2021-11-23\n\nFloods in Hubei\n\nThe river rose.", "Floods in Hubei", "The river rose.");
    char paragraph[400];
    memset(paragraph, 'x', sizeof paragraph);
    memcpy(paragraph + 300, "\nSecond paragraph of it.", 25);
    check_text(paragraph, "", paragraph);
    /* As saved from a page, with what stood above the headline. */
    check_text("Advertisement\nNews\nGet more with our app\nA daily choice of the stories that matter\n\n"
               "Town council votes for a new bridge over the river\n\nThe council met on Monday.",
               "Town council votes for a new bridge over the river", "The council met on Monday.");
    check_text("首页\n新闻\n\n市议会通过跨江新桥方案\n\n市议会星期一开会。", "市议会通过跨江新桥方案",
               "市议会星期一开会。");
    ss_article article = {0};
    assert_int_equal(ss_parse_text(&article, " \n", 2), SS_ERROR_INPUT);
    ss_article_clear(&article);
}

static bool cancel_after_three(void *user)
{
    int *asked = user;
    return ++*asked > 3;
}

static void test_cancelling(void **state)
{
    (void)state;
    blob lines = many_lines(100);
    write_blob("a.jsonl", lines);
    int asked = 0;
    ss_job job = {.cancelled = cancel_after_three, .user = &asked};
    const char *const paths[] = {"a.jsonl"};
    ss_reader *reader;
    assert_int_equal(ss_reader_open(&reader, paths, 1, NULL, &job), SS_OK);
    ss_status status = SS_OK;
    bool more = true;
    for (int i = 0; i < 10 && status == SS_OK; i++) {
        ss_article article;
        status = ss_reader_next(reader, &article, &more);
        if (status == SS_OK) ss_article_clear(&article);
    }
    assert_int_equal(status, SS_ERROR_INTERRUPTED);
    ss_reader_free(reader);
}

static void test_bytes_in_memory(void **state)
{
    (void)state;
    ss_reader *reader;
    assert_int_equal(ss_reader_open_memory(&reader, "memory", two_lines, sizeof two_lines - 1, NULL, NULL), SS_OK);
    for (int i = 0; i < 3; i++) {
        ss_article article;
        bool more;
        assert_int_equal(ss_reader_next(reader, &article, &more), SS_OK);
        assert_int_equal(more, i < 2);
        ss_article_clear(&article);
    }
    assert_int_equal(ss_reader_get_counts(reader)->read, 2);
    ss_reader_free(reader);
    ss_reader_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        READER_TEST(test_fields),
        READER_TEST(test_ids_and_numbers),
        READER_TEST(test_a_bad_line_loses_itself_alone),
        READER_TEST(test_declared_language),
        READER_TEST(test_field_mapping),
        READER_TEST(test_names_of_data_sets),
        READER_TEST(test_better_names_go_first),
        READER_TEST(test_unread_texts_are_told),
        READER_TEST(test_titles_may_stand_alone),
        READER_TEST(test_order_of_dates),
        READER_TEST(test_duplicates),
        READER_TEST(test_strict),
        READER_TEST(test_kind_is_told_from_content),
        READER_TEST(test_what_is_no_article),
        cmocka_unit_test(test_headlines_of_plain_text),
        READER_TEST(test_cancelling),
        cmocka_unit_test(test_bytes_in_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
