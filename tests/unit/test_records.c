/* Records that are not lines: elements of JSON arrays, objects over several lines, rows of tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "readings.h"

static reading *read_text(const char *name, const char *text)
{
    write_text(name, text);
    return read_paths(name, NULL);
}

static void assert_article(const reading *run, size_t index, const char *origin, const char *title, const char *text)
{
    assert_true(index < run->articles.count);
    const ss_article *article = &run->articles.item[index];
    assert_string_equal(article->origin, origin);
    assert_string_equal(article->title, title);
    assert_string_equal(article->text, text);
}

static void test_an_array(void **state)
{
    (void)state;
    reading *run =
        read_text("a", " [{\"id\": 5, \"title\": \"Floods\", \"text\": \"a ] } [ \\\" \\\\\", \"x\": [{}, []]},\n"
                       "{\"title\":\n\"Fire\",\r\n\"text\": \"two\"},{\"text\": \"three\"}\n]\n");
    assert_string_equal(run->met.text, "");
    assert_int_equal(run->articles.count, 3);
    assert_article(run, 0, "a#1", "Floods", "a ] } [ \" \\");
    assert_string_equal(run->articles.item[0].id, "5");
    assert_article(run, 1, "a#2", "Fire", "two");
    assert_string_equal(run->articles.item[1].id, "a#2");
    assert_article(run, 2, "a#3", "", "three");
    end_run(run);
}

static void test_what_a_bad_element_costs(void **state)
{
    (void)state;
    reading *run = read_text("a", "[{\"text\": \"one\"}, 42, \"word\", [{\"text\": \"inner\"}], {\"text\": 3}, null "
                                  "{\"text\": \"last\"}, {\"text\": \"cut");
    assert_int_equal(run->articles.count, 2);
    assert_article(run, 0, "a#1", "", "one");
    assert_article(run, 1, "a#7", "", "last");
    assert_warned(run, "a#2: ");
    assert_warned(run, "a#4: an article must be one JSON object");
    assert_warned(run, "a#5: field \"text\" is not a string");
    assert_warned(run, "a: the JSON is cut short behind record 7");
    assert_int_equal(run->counts.skipped, 6);
    end_run(run);
    run = read_text("b.json", "[]");
    assert_int_equal(run->articles.count, 0);
    end_run(run);
}

static void test_arrays_inside_objects(void **state)
{
    (void)state;
    reading *run =
        read_text("a", "{\"status\": \"ok\", \"tags\": [{\"text\": \"no\"}], \"meta\": {\"title\": \"no\"},\n"
                       "\"articles\": [{\"text\": \"one\"}, {\"text\": \"two\"}], \"total\": 2}\n"
                       "{\"articles\": [{\"text\": \"three\"}]}");
    assert_string_equal(run->met.text, "");
    assert_int_equal(run->articles.count, 3);
    assert_article(run, 2, "a#3", "", "three");
    end_run(run);
    /* An article that has a list of its own is an article. */
    run = read_text("b", "{\"items\": [{\"text\": \"no\"}], \"text\": \"one\"}\n{\"text\": \"two\"}\n");
    assert_string_equal(run->met.text, "");
    assert_int_equal(run->articles.count, 2);
    assert_article(run, 0, "b:1", "", "one");
    end_run(run);
}

static void test_objects_over_lines(void **state)
{
    (void)state;
    reading *run = read_text("a", "{\n  \"text\": \"one\"\n}\n{\n  \"text\": \"two\"\n}\n");
    assert_string_equal(run->met.text, "");
    assert_int_equal(run->articles.count, 2);
    assert_article(run, 1, "a#2", "", "two");
    end_run(run);
    /* A line that is broken off costs itself alone. */
    run = read_text("b", "{\"id\": 1,\n{\"text\": \"two\"}\n{\"text\": \"three\"}\n");
    assert_int_equal(run->articles.count, 2);
    assert_article(run, 0, "b:2", "", "two");
    assert_warned(run, "b:1: broken JSON");
    end_run(run);
}

/* Larger than what is read at a time and what is handed out at a time. */
static void test_many_and_large_elements(void **state)
{
    (void)state;
    enum { COUNT = 5000, LARGE = 700000 };
    char *text = malloc(COUNT * 160 + LARGE + 100), *at = text;
    assert_non_null(text);
    *at++ = '[';
    for (int i = 0; i < COUNT; i++)
        at += sprintf(at, "{\"id\": %d,\n\"text\": \"%0100d [\"},%s", i, i, i % 3 == 0 ? "\n" : "");
    at += sprintf(at, "{\"id\": \"large\", \"text\": \"");
    memset(at, 'x', LARGE);
    sprintf(at + LARGE, "\"}]");
    reading *run = read_text("a", text);
    free(text);
    assert_string_equal(run->met.text, "");
    assert_int_equal(run->articles.count, COUNT + 1);
    for (int i = 0; i < COUNT; i++) {
        char origin[16];
        snprintf(origin, sizeof origin, "a#%d", i + 1);
        assert_string_equal(run->articles.item[i].origin, origin);
        assert_int_equal(strtol(run->articles.item[i].id, NULL, 10), i);
    }
    assert_int_equal(strlen(run->articles.item[COUNT].text), LARGE);
    end_run(run);
}

static void test_a_table(void **state)
{
    (void)state;
    reading *run = read_text("a", "\xef\xbb\xbfid,title,text,published\r\n"
                                  "1,\"Floods, \"\"again\"\"\",\"line one\r\nline two\\n\",2021-11-23\r\n"
                                  "\r\n"
                                  "2,,two,\r\n"
                                  ",\"\",three\t,2021-11-24");
    assert_string_equal(run->met.text, "");
    assert_int_equal(run->articles.count, 3);
    assert_article(run, 0, "a:2", "Floods, \"again\"", "line one\r\nline two\\n");
    assert_int_equal(run->articles.item[0].published.seconds, 1637625600);
    assert_article(run, 1, "a:5", "", "two");
    assert_int_equal(run->articles.item[1].published.precision, SS_DATE_NONE);
    assert_article(run, 2, "a:6", "", "three\t");
    assert_string_equal(run->articles.item[2].id, "a:6");
    end_run(run);
}

static void test_separators_and_names(void **state)
{
    (void)state;
    static const char *const tables[] = {"key;body,x\n1;\"a;b\"\n", "key\tbody,x\n1\t\"a;b\"\n",
                                         "\"key\"|\"body,x\"\n1|a;b"};
    const char *const fields[] = {"text=body,x", "id=key"};
    const ss_reader_options options = {.fields = fields, .field_count = 2};
    const char *const paths[] = {"a.csv"};
    for (size_t i = 0; i < 3; i++) {
        write_text("a.csv", tables[i]);
        reading *run = read_paths_with(paths, 1, &options, false);
        assert_string_equal(run->met.text, "");
        assert_article(run, 0, "a.csv:2", "", "a;b");
        assert_string_equal(run->articles.item[0].id, "1");
        end_run(run);
    }
    /* Prose is no table. */
    reading *run = read_text("b", "Text, title and date of a report\n\nThe river rose, and fell.\n");
    assert_article(run, 0, "b", "Text, title and date of a report", "The river rose, and fell.");
    end_run(run);
}

/* Tables of people: names with capitals and spaces, or none that we know. */
static void test_names_of_columns(void **state)
{
    (void)state;
    reading *run = read_text("a", "ID, Title ,TEXT,Date\n1,Floods,It rained.,2021-11-23\n");
    assert_string_equal(run->met.text, "");
    assert_article(run, 0, "a:2", "Floods", "It rained.");
    assert_string_equal(run->articles.item[0].id, "1");
    assert_int_equal(run->articles.item[0].published.seconds, 1637625600);
    end_run(run);
    run = read_text("a", "发布日期,标题,正文\n2021年11月23日,洪水,下雨了。\n");
    assert_article(run, 0, "a:2", "洪水", "下雨了。");
    assert_int_equal(run->articles.item[0].published.seconds, 1637625600);
    end_run(run);
    run = read_text("a.csv", "题;文\n洪水;下雨了。\n洪水;下雨了。\n");
    assert_int_equal(run->counts.skipped, 1);
    assert_warned(run, "a.csv: no column is called \"title\", \"text\" or the like");
    end_run(run);
    const char *const fields[] = {"text=Body", "title=title"}, *const paths[] = {"a.csv"};
    const ss_reader_options options = {.fields = fields, .field_count = 2};
    write_text("a.csv", "body,Body,TITLE,x\nno,yes,Floods,\n");
    run = read_paths_with(paths, 1, &options, false);
    assert_article(run, 0, "a.csv:2", "Floods", "yes");
    end_run(run);
    /* A name that is usual too, in another case, comes before those that are better usually; where it is empty they count. */
    write_text("a.csv", "text,body,title\nno,yes,Floods\nusual,,Floods\n");
    run = read_paths_with(paths, 1, &options, false);
    assert_article(run, 0, "a.csv:2", "Floods", "yes");
    assert_article(run, 1, "a.csv:3", "Floods", "usual");
    assert_string_equal(run->met.text, "");
    end_run(run);
}

static void test_what_a_bad_row_costs(void **state)
{
    (void)state;
    reading *run = read_text("a.csv", "id,text\n"
                                      "1,one\n"
                                      "2\n"
                                      "3,three,more\n"
                                      "4,\"never closed\n"
                                      "5,\"five\" is quoted\n"
                                      "6,six\n"
                                      "7,\"seven\"\n");
    assert_int_equal(run->articles.count, 5);
    assert_article(run, 0, "a.csv:2", "", "one");
    assert_article(run, 1, "a.csv:5", "", "\"never closed");
    assert_article(run, 2, "a.csv:6", "", "\"five\" is quoted");
    assert_article(run, 4, "a.csv:8", "", "seven");
    assert_warned(run, "a.csv:5: a quotation mark opens a field and is not closed");
    assert_null(strstr(run->met.text, "a.csv:6"));
    assert_warned(run, "a.csv:3: 1 columns where the header has 2");
    assert_warned(run, "a.csv:4: 3 columns where the header has 2");
    assert_int_equal(run->counts.skipped, 2);
    end_run(run);
    run = read_text("b.csv", "id,\"text\" is,\"more,text\n1,2,3,four\n"); /* found by fuzzing */
    assert_article(run, 0, "b.csv:2", "", "four");
    end_run(run);
    run = read_text("b.csv", "id,text\n1,one\n2,\"never closed");
    assert_article(run, 1, "b.csv:3", "", "\"never closed");
    assert_warned(run, "b.csv:3: a quotation mark opens a field and is not closed");
    end_run(run);
    run = read_text("b.csv", "id,text");
    assert_int_equal(run->articles.count, 0);
    end_run(run);
    run = read_text("c.csv", "id,text\n1,\n");
    assert_warned(run, "c.csv:2: neither \"title\" nor \"text\" holds text");
    end_run(run);
}

/* One that is closed by a mark far below takes no other row with it; a text of several lines stays one. */
static void test_a_quotation_mark_that_swallows_rows(void **state)
{
    (void)state;
    enum { COUNT = 30 };
    char text[4096], *at = text + sprintf(text, "id\ttext\n1\t\"never closed\n");
    for (int i = 2; i <= COUNT; i++)
        at += sprintf(at, "%d\tnumber %d%s\n", i, i, i == 28 ? " of 6\"" : "");
    reading *run = read_text("a.tsv", text);
    assert_int_equal(run->articles.count, COUNT);
    assert_article(run, 0, "a.tsv:2", "", "\"never closed");
    assert_article(run, 27, "a.tsv:29", "", "number 28 of 6\"");
    assert_string_equal(run->met.text,
                        "a.tsv:2: a quotation mark opens a field and is not closed; it is read as a character\n");
    end_run(run);
    run = read_text("b.csv", "id,title,text\n1,\"never closed,one\n2,two,two\n3,three,a screen of 6\"\n4,four,four\n");
    assert_int_equal(run->articles.count, 4);
    assert_article(run, 0, "b.csv:2", "\"never closed", "one");
    assert_article(run, 2, "b.csv:4", "three", "a screen of 6\"");
    assert_warned(run, "b.csv:2: a quotation mark opens");
    end_run(run);
    run = read_text("c.csv", "id,text\n1,\"Roses are red\nviolets, blue\nsugar, sweet\nand so, are you\"\n");
    assert_string_equal(run->met.text, "");
    assert_article(run, 0, "c.csv:2", "", "Roses are red\nviolets, blue\nsugar, sweet\nand so, are you");
    end_run(run);
    /* The second mark of a row over two lines. */
    run = read_text("d.csv", "id,title,text\n1,\"over\nlines\",\"never closed\n2,two,two\n");
    assert_warned(run, "d.csv:2: a quotation mark opens");
    assert_article(run, run->articles.count - 1, "d.csv:4", "two", "two");
    end_run(run);
}

/* Rows over the ends of what is read at a time, with line ends of two bytes. */
static void test_many_rows(void **state)
{
    (void)state;
    enum { COUNT = 9000 };
    char *text = malloc(COUNT * 130 + 100), *at = text;
    assert_non_null(text);
    at += sprintf(at, "id,text\r\n");
    for (int i = 0; i < COUNT; i++)
        at += sprintf(at, "%d,\"%0*d\"\"\r\n\"\r\n", i, 1 + i % 97, i);
    reading *run = read_text("a.csv", text);
    free(text);
    assert_string_equal(run->met.text, "");
    assert_int_equal(run->articles.count, COUNT);
    for (int i = 0; i < COUNT; i++) {
        char origin[24];
        snprintf(origin, sizeof origin, "a.csv:%d", 2 + 2 * i);
        assert_string_equal(run->articles.item[i].origin, origin);
        assert_int_equal(strtol(run->articles.item[i].text, NULL, 10), i);
        assert_int_equal(strlen(run->articles.item[i].text) >= (size_t)(i % 97 + 4), true);
    }
    end_run(run);
}

/* Every row opens a quotation mark that is never closed: each costs a look ahead, to the next, or to the end of the file. */
static void test_unsound_quotation_marks(void **state)
{
    (void)state;
    enum { COUNT = 60000 };
    for (int far = 0; far < 2; far++) {
        char *text = malloc(COUNT * 16 + 100), *at = text;
        assert_non_null(text);
        at += sprintf(at, "text,note\n");
        for (int i = 0; i < COUNT; i++)
            at += far ? sprintf(at, "x%d\",\"\n", i) : sprintf(at, "\"\"\"x,%d\n", i);
        reading *run = read_text("a.csv", text);
        free(text);
        assert_int_equal(run->articles.count, COUNT);
        assert_warned(run, "a.csv:2: a quotation mark opens a field");
        assert_int_equal(strstr(run->met.text, "all quotation marks are read as characters") != NULL, far);
        end_run(run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        READER_TEST(test_an_array),
        READER_TEST(test_what_a_bad_element_costs),
        READER_TEST(test_arrays_inside_objects),
        READER_TEST(test_objects_over_lines),
        READER_TEST(test_many_and_large_elements),
        READER_TEST(test_a_table),
        READER_TEST(test_separators_and_names),
        READER_TEST(test_names_of_columns),
        READER_TEST(test_what_a_bad_row_costs),
        READER_TEST(test_a_quotation_mark_that_swallows_rows),
        READER_TEST(test_many_rows),
        READER_TEST(test_unsound_quotation_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
