#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../temp_files.h"
#include "reader.h"
#include "source.h"
#include "status.h"

#include <fcntl.h>
#include <stdatomic.h>

/* What a whole run of the reader gives. */
typedef struct reading {
    ss_articles articles;
    ss_reader_counts counts;
    ss_status status;
    char warnings[16384]; /* one a line */
} reading;

static void collect_warning(void *user, const char *message)
{
    char *warnings = user;
    size_t used = strlen(warnings);
    snprintf(warnings + used, sizeof((reading *)0)->warnings - used, "%s\n", message);
}

static reading *read_paths_with(const char *const *paths, size_t count, const ss_reader_options *options, bool strict)
{
    reading *run = calloc(1, sizeof *run);
    assert_non_null(run);
    ss_job job = {.warning = collect_warning, .user = run->warnings, .strict = strict};
    ss_reader *reader;
    assert_int_equal(ss_reader_open(&reader, paths, count, options, &job), SS_OK);
    bool more = true;
    while (more && run->status == SS_OK) {
        ss_article article;
        run->status = ss_reader_next(reader, &article, &more);
        if (run->status == SS_OK && more) assert_int_equal(ss_articles_push(&run->articles, &article), SS_OK);
    }
    run->counts = *ss_reader_get_counts(reader);
    ss_reader_free(reader);
    assert_int_equal(run->counts.read, run->articles.count);
    assert_int_equal(run->counts.zh + run->counts.en + run->counts.other, run->articles.count);
    return run;
}

static reading *read_paths(const char *first, const char *second)
{
    const char *paths[] = {first, second};
    return read_paths_with(paths, second != NULL ? 2 : 1, NULL, false);
}

static void end_run(reading *run)
{
    ss_articles_clear(&run->articles);
    free(run);
}

static void assert_warned(const reading *run, const char *part)
{
    if (strstr(run->warnings, part) == NULL) print_error("\"%s\" is not in:\n%s", part, run->warnings);
    assert_non_null(strstr(run->warnings, part));
}

static char *folder;

static int enter(void **state)
{
    (void)state;
    folder = enter_temp_folder();
    return 0;
}

static int leave(void **state)
{
    (void)state;
    leave_temp_folder(folder);
    return 0;
}

static const char two_lines[] =
    "{\"id\": \"a\", \"url\": \"https://example.org/a\", \"lang\": \"en\", \"title\": \"Floods in Hubei\", "
    "\"text\": \"The river rose.\", \"published\": \"2021-11-23\", \"source\": \"Gazette\", \"extra\": [1, {\"x\": "
    "null}]}\n"
    "{\"id\": 7, \"title\": \"湖北发生洪水\", \"text\": \"河水上涨。\", \"date\": \"2021-11-23T14:35:56Z\"}\r\n";

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
    assert_string_equal(first->title, "Floods in Hubei");
    assert_string_equal(first->text, "The river rose.");
    assert_string_equal(first->origin, "a.jsonl:1");
    assert_int_equal(first->lang, SS_LANG_EN);
    assert_int_equal(first->published.precision, SS_DATE_DAY);
    assert_int_equal(first->published.seconds, 1637625600);
    assert_string_equal(second->id, "7");
    assert_string_equal(second->url, "");
    assert_string_equal(second->source, "");
    assert_string_equal(second->origin, "a.jsonl:2");
    assert_int_equal(second->lang, SS_LANG_ZH);
    assert_int_equal(second->published.precision, SS_DATE_SECOND);
    assert_int_equal(second->published.seconds, 1637678156);
    assert_string_equal(run->warnings, "");
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
    assert_int_equal(run->counts.undated, 3);
    assert_int_equal(run->counts.skipped, 0);
    assert_warned(run, "a.jsonl:4: field \"published\" is 1637678156789");
    end_run(run);
}

static void test_a_bad_line_loses_itself_alone(void **state)
{
    (void)state;
    write_text("a.jsonl", "{\"id\": \"1\", \"text\": \"one\"}\n"
                          "{\"id\": \"2\", \"text\": \"tw\n"
                          "{\"id\": \"3\", \"text\": [\"three\"]}\n"
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
    assert_warned(run, "a.jsonl:5: a line must be one JSON object");
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
    const ss_reader_options options = {fields, 3};
    const char *const paths[] = {"a.jsonl"};
    reading *run = read_paths_with(paths, 1, &options, false);
    assert_int_equal(run->articles.count, 1);
    assert_string_equal(run->articles.item[0].id, "k");
    assert_string_equal(run->articles.item[0].text, "The river rose.");
    assert_int_equal(run->articles.item[0].published.precision, SS_DATE_DAY);
    end_run(run);

    static const char *const wrong[] = {"body=text", "text=", "text", "=body", "tex=body", "texts=body"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const ss_reader_options bad = {&wrong[i], 1};
        ss_reader *reader;
        assert_int_equal(ss_reader_open(&reader, paths, 1, &bad, NULL), SS_ERROR_ARGUMENT);
        assert_null(reader);
        assert_non_null(strstr(ss_last_error(), wrong[i]));
    }
}

static void test_order_of_folders(void **state)
{
    (void)state;
    mkdir("news", 0700);
    mkdir("news/b", 0700);
    mkdir("news/.hidden", 0700);
    mkdir("news/empty", 0700);
    static const char *const files[] = {"news/c.txt",   "news/a.txt",     "news/b/2.txt", "news/b/10.txt",
                                        "news/.secret", "news/.hidden/x", "news/B.txt",   "z.txt"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        write_text(files[i], "One line of text, of which nothing is the title.");
    assert_int_equal(symlink("..", "news/loop"), 0);
    assert_int_equal(symlink("nowhere", "news/dangling"), 0);
    reading *run = read_paths("z.txt", "news/");
    static const char *const expected[] = {"z.txt",         "news/B.txt",   "news/a.txt",
                                           "news/b/10.txt", "news/b/2.txt", "news/c.txt"};
    assert_int_equal(run->status, SS_OK);
    assert_true(run->articles.count >= 6);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(run->articles.item[i].id, expected[i]);
        assert_string_equal(run->articles.item[i].origin, expected[i]);
    }
    assert_warned(run, "news/dangling: No such file");
    assert_warned(run, "a link back to a folder");
    end_run(run);
}

static void test_what_cannot_be_opened(void **state)
{
    (void)state;
    write_text("a.jsonl", two_lines);
    reading *run = read_paths("absent.jsonl", "a.jsonl");
    assert_int_equal(run->status, SS_OK);
    assert_int_equal(run->articles.count, 2);
    assert_int_equal(run->counts.skipped, 1);
    assert_warned(run, "absent.jsonl: No such file");
    end_run(run);
    run = read_paths("", NULL);
    assert_int_equal(run->status, SS_OK);
    assert_int_equal(run->counts.skipped, 1);
    end_run(run);
    const char *const paths[] = {"absent.jsonl", "a.jsonl"};
    run = read_paths_with(paths, 2, NULL, true);
    assert_int_equal(run->status, SS_ERROR_INPUT);
    end_run(run);
}

static void test_compressed_files(void **state)
{
    (void)state;
    /* The names say nothing, or even something else. */
    write_blob("a.txt", gzip_of(two_lines, sizeof two_lines - 1));
    reading *run = read_paths("a.txt", NULL);
    assert_int_equal(run->articles.count, 2);
    assert_int_equal(run->counts.bytes, sizeof two_lines - 1);
    end_run(run);
    write_blob("a.jsonl.gz", zstd_of(two_lines, sizeof two_lines - 1));
    run = read_paths("a.jsonl.gz", NULL);
    assert_int_equal(run->articles.count, 2);
    end_run(run);
}

/* Many lines that do not compress well; freed by the caller. */
static blob many_lines(size_t count)
{
    blob lines = {malloc(count * 128), 0};
    assert_non_null(lines.bytes);
    uint32_t random = 1;
    for (size_t i = 0; i < count; i++) {
        int written = snprintf(lines.bytes + lines.length, 128, "{\"id\": \"%zu\", \"text\": \"", i);
        lines.length += (size_t)written;
        for (size_t k = 0; k < 60; k++) {
            random = random * 1664525 + 1013904223;
            lines.bytes[lines.length++] = (char)('a' + (random >> 24) % 26);
        }
        memcpy(lines.bytes + lines.length, "\"}\n", 3);
        lines.length += 3;
    }
    return lines;
}

static void check_truncated(blob content)
{
    content.length = content.length * 3 / 4;
    write_blob("a.jsonl", content);
    write_text("b.jsonl", "{\"text\": \"after\"}");
    reading *run = read_paths("a.jsonl", "b.jsonl");
    assert_int_equal(run->status, SS_OK);
    assert_true(run->articles.count > 2000 && run->articles.count < 5000);
    for (size_t i = 0; i + 1 < run->articles.count; i++) {
        char id[32];
        snprintf(id, sizeof id, "%zu", i);
        assert_string_equal(run->articles.item[i].id, id);
        assert_int_equal(strlen(run->articles.item[i].text), 60);
    }
    assert_string_equal(run->articles.item[run->articles.count - 1].id, "b.jsonl:1");
    assert_int_equal(run->counts.skipped, 1);
    assert_warned(run, "a.jsonl: the ");
    assert_warned(run, " data is damaged: it ends too early");
    end_run(run);
}

static void test_truncated_files_keep_what_came_before(void **state)
{
    (void)state;
    blob lines = many_lines(5000);
    check_truncated(gzip_of(lines.bytes, lines.length));
    check_truncated(zstd_of(lines.bytes, lines.length));
    blob empty = gzip_of(lines.bytes, lines.length);
    empty.length = 12;
    write_blob("a.jsonl", empty);
    reading *run = read_paths("a.jsonl", NULL);
    assert_int_equal(run->articles.count, 0);
    assert_int_equal(run->counts.skipped, 1);
    end_run(run);
    free(lines.bytes);
}

static void check_encoded(const char *text, const char *encoding, const char *mark)
{
    write_blob("a.jsonl", joined(blob_of(mark), encoded(text, encoding)));
    reading *run = read_paths("a.jsonl", NULL);
    assert_int_equal(run->articles.count, 2);
    assert_string_equal(run->warnings, "");
    assert_string_equal(run->articles.item[0].text, "The river rose.");
    assert_string_equal(run->articles.item[1].text, "河水上涨。");
    end_run(run);
}

static void test_encodings_of_json_lines(void **state)
{
    (void)state;
    check_encoded(two_lines, "UTF-8", "");
    check_encoded(two_lines, "UTF-8", "\xef\xbb\xbf");
    check_encoded(two_lines, "GBK", "");
    check_encoded(two_lines, "gb18030", "");
    check_encoded(two_lines, "gb18030", "\x84\x31\x95\x33");
    check_encoded(two_lines, "UTF-16LE", "");
    check_encoded(two_lines, "UTF-16BE", "");
    check_encoded(two_lines, "UTF-16LE", "\xff\xfe");
    check_encoded(two_lines, "UTF-16BE", "\xfe\xff");
}

static void test_encodings_of_plain_text(void **state)
{
    (void)state;
    write_blob("a.txt", encoded("立法院三讀通過預算案\n\n立法院今天三讀通過明年度預算。", "Big5-HKSCS"));
    reading *run = read_paths("a.txt", NULL);
    assert_int_equal(run->articles.count, 1);
    assert_string_equal(run->articles.item[0].title, "立法院三讀通過預算案");
    assert_string_equal(run->articles.item[0].text, "立法院今天三讀通過明年度預算。");
    assert_int_equal(run->articles.item[0].lang, SS_LANG_ZH);
    end_run(run);

    write_text("a.txt", "Caf\xe9 in the old town reopens\n\nThe caf\xe9 was closed for a year.");
    run = read_paths("a.txt", NULL);
    assert_string_equal(run->articles.item[0].title, "Café in the old town reopens");
    assert_warned(run, "a.txt: neither UTF-8 nor Chinese, read as windows-1252 by guess");
    end_run(run);
}

static void test_damaged_text_and_nul(void **state)
{
    (void)state;
    static const char lines[] = "{\"id\": \"1\", \"text\": \"河水上涨\"}\n"
                                "{\"id\": \"2\", \"text\": \"河水\xff\xfe上涨\"}\n"
                                "{\"id\": \"3\", \"text\": \"a\0b\"}\n"
                                "{\"id\": \"4\", \"text\": \"c\\u0000d\"}\n";
    write_bytes("a.jsonl", lines, sizeof lines - 1);
    reading *run = read_paths("a.jsonl", NULL);
    assert_int_equal(run->articles.count, 4);
    assert_int_equal(run->counts.skipped, 0);
    assert_string_equal(run->articles.item[1].text, "河水\xef\xbf\xbd上涨");
    assert_string_equal(run->articles.item[2].text, "a b");
    assert_string_equal(run->articles.item[3].text, "c d");
    assert_warned(run, "a.jsonl:2: damaged UTF-8 in 1 places, read as U+FFFD; the first at byte 28 of the line");
    assert_warned(run, "a.jsonl:3: 1 NUL bytes, read as spaces; the first at byte 23 of the line");
    assert_warned(run, "a.jsonl:4: 1 NUL characters in field \"text\"");
    end_run(run);

    static const char text[] = "Floods in the valley\n\nThe river\nrose \0 again.";
    write_bytes("a.txt", text, sizeof text - 1);
    run = read_paths("a.txt", NULL);
    assert_int_equal(run->articles.count, 1);
    assert_warned(run, "a.txt:4: 1 NUL bytes, read as spaces; the first at byte 6 of the line");
    end_run(run);
}

/* A file of `head`, `count` letters and `tail`. */
static void write_long(const char *path, const char *head, size_t count, const char *tail)
{
    char *letters = malloc(count);
    assert_non_null(letters);
    memset(letters, 'x', count);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(head, file) >= 0);
    assert_int_equal(fwrite(letters, 1, count, file), count);
    assert_true(fputs(tail, file) >= 0);
    assert_int_equal(fclose(file), 0);
    free(letters);
}

static void test_long_lines_and_files(void **state)
{
    (void)state;
    write_long("a.jsonl", "{\"text\": \"before\"}\n{\"text\": \"", SS_LONGEST_TEXT + 1, "\"}\n{\"text\": \"after\"}\n");
    reading *run = read_paths("a.jsonl", NULL);
    assert_int_equal(run->articles.count, 2);
    assert_string_equal(run->articles.item[1].id, "a.jsonl:3");
    assert_string_equal(run->articles.item[1].text, "after");
    assert_int_equal(run->counts.skipped, 1);
    assert_warned(run, "a.jsonl:2: a line of more than 64 MiB");
    end_run(run);

    /* Without a newline at its end, and as the only line. */
    write_long("a.jsonl", "{\"text\": \"", SS_LONGEST_TEXT + 100000, "");
    run = read_paths("a.jsonl", NULL);
    assert_int_equal(run->articles.count, 0);
    assert_int_equal(run->counts.skipped, 1);
    end_run(run);

    write_long("a.txt", "Title of the text\n\n", SS_LONGEST_TEXT + 100000, "");
    run = read_paths("a.txt", NULL);
    assert_int_equal(run->articles.count, 0);
    assert_warned(run, "a.txt: longer than 64 MiB");
    end_run(run);
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

static void test_standard_input(void **state)
{
    (void)state;
    write_blob("a", gzip_of(two_lines, sizeof two_lines - 1));
    int before = dup(STDIN_FILENO), file = open("a", O_RDONLY);
    assert_true(file >= 0 && dup2(file, STDIN_FILENO) == STDIN_FILENO);
    close(file);
    reading *run = read_paths("-", NULL);
    if (before >= 0) assert_int_equal(dup2(before, STDIN_FILENO), STDIN_FILENO);
    close(before);
    assert_int_equal(run->articles.count, 2);
    assert_string_equal(run->articles.item[0].origin, "-:1");
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
        assert_string_equal(run->warnings, "");
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
    write_text("array.json", "[\n{\"text\": \"one\"}\n]\n");
    write_text("pretty.json", "{\n  \"text\": \"one\"\n}\n");
    static const char *const paths[] = {"empty", "spaces.txt", "picture.txt", "array.json", "pretty.json"};
    reading *run = read_paths_with(paths, 5, NULL, false);
    assert_int_equal(run->status, SS_OK);
    assert_int_equal(run->articles.count, 0);
    assert_int_equal(run->counts.skipped, 5);
    assert_warned(run, "empty: empty file");
    assert_warned(run, "spaces.txt: empty file");
    assert_warned(run, "picture.txt: no text");
    assert_warned(run, "array.json: a JSON array");
    assert_warned(run, "pretty.json: JSON over several lines");
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

/* Two megabytes of lines, in several pieces: good ones, broken ones, damaged ones, ids met before, a line longer than a
 * piece, a last line without an end. */
static void write_many_pieces(const char *name, size_t lines)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    for (size_t i = 0; i < lines; i++) {
        switch (i % 97) {
        case 13:
            fprintf(file, "{\"id\": broken %zu\n", i);
            break;
        case 29:
            fprintf(file, "{\"id\":\"d%zu\",\"text\":\"damaged \xff here\"}\r\n", i);
            break;
        case 31:
            fprintf(file, "\n \n{\"id\":\"%zu\",\"text\":\"an id met before\"}\n", i - 31);
            break;
        case 57:
            fprintf(file, "{\"id\":\"p%zu\",\"text\":\"undated\",\"published\":\"some day\"}\n", i);
            break;
        default:
            fprintf(file, "{\"id\":\"%zu\",\"text\":\"%0*zu news of today\"}%s", i,
                    i == 4000 ? 600000 : (int)(i * 7 % 400), i, i + 1 < lines ? "\n" : "");
        }
    }
    assert_int_equal(fclose(file), 0);
}

static reading *read_with_threads(const char *const *paths, size_t count, int threads, bool strict)
{
    reading *run = calloc(1, sizeof *run);
    assert_non_null(run);
    ss_job job = {.warning = collect_warning, .user = run->warnings, .strict = strict, .threads = threads};
    ss_reader *reader;
    assert_int_equal(ss_reader_open(&reader, paths, count, NULL, &job), SS_OK);
    for (bool more = true; more && run->status == SS_OK;) {
        ss_article article;
        run->status = ss_reader_next(reader, &article, &more);
        if (run->status == SS_OK && more) assert_int_equal(ss_articles_push(&run->articles, &article), SS_OK);
    }
    if (run->status != SS_OK) collect_warning(run->warnings, ss_last_error());
    run->counts = *ss_reader_get_counts(reader);
    ss_reader_free(reader);
    return run;
}

static void assert_equal_runs(const reading *a, const reading *b)
{
    assert_int_equal(a->status, b->status);
    assert_string_equal(a->warnings, b->warnings);
    assert_int_equal(a->counts.read, b->counts.read);
    assert_int_equal(a->counts.skipped, b->counts.skipped);
    assert_int_equal(a->counts.files, b->counts.files);
    assert_int_equal(a->articles.count, b->articles.count);
    for (size_t i = 0; i < a->articles.count; i++) {
        const ss_article *left = &a->articles.item[i], *right = &b->articles.item[i];
        assert_string_equal(left->id, right->id);
        assert_string_equal(left->origin, right->origin);
        assert_string_equal(left->text, right->text);
    }
}

static void test_threads_change_nothing(void **state)
{
    (void)state;
    write_many_pieces("a.jsonl", 8000);
    write_many_pieces("b.jsonl", 100);
    write_blob("c.txt", blob_of("News of today\n\nSome text of it."));
    write_blob("d.jsonl", blob_of(""));
    const char *const paths[] = {"a.jsonl", "missing.jsonl", "b.jsonl", "c.txt", "d.jsonl"};
    for (int strict = 0; strict <= 1; strict++) {
        reading *alone = read_with_threads(paths, 5, 1, strict);
        assert_int_equal(alone->status, strict ? SS_ERROR_INPUT : SS_OK);
        if (!strict) assert_int_equal(alone->counts.files, 4);
        if (!strict) assert_in_range(alone->counts.read, 7500, 7900);
        for (int threads = 2; threads <= 5; threads++) {
            reading *together = read_with_threads(paths, 5, threads, strict);
            assert_equal_runs(alone, together);
            end_run(together);
        }
        end_run(alone);
    }
}

/* A reader that is given up in the middle. */
static void test_left_early(void **state)
{
    (void)state;
    write_many_pieces("a.jsonl", 8000);
    const char *const paths[] = {"a.jsonl"};
    for (int articles = 0; articles < 6000; articles += 1999) {
        ss_job job = {.threads = 3};
        ss_reader *reader;
        assert_int_equal(ss_reader_open(&reader, paths, 1, NULL, &job), SS_OK);
        for (int i = 0; i < articles; i++) {
            ss_article article;
            bool more;
            assert_int_equal(ss_reader_next(reader, &article, &more), SS_OK);
            assert_true(more);
            ss_article_clear(&article);
        }
        ss_reader_free(reader);
    }
}

static bool cancel_after_some(void *user)
{
    return atomic_fetch_add((atomic_int *)user, 1) > 4;
}

/* Standard input that keeps silent, while another thread waits for it. */
static void test_cancelling_silent_input(void **state)
{
    (void)state;
    int pipe_end[2];
    assert_int_equal(pipe(pipe_end), 0);
    int before = dup(STDIN_FILENO);
    assert_int_equal(dup2(pipe_end[0], STDIN_FILENO), STDIN_FILENO);
    atomic_int asked = 0;
    write_many_pieces("a.jsonl", 3);
    const char *const paths[] = {"a.jsonl", "-"};
    ss_job job = {.threads = 2, .cancelled = cancel_after_some, .user = &asked};
    ss_reader *reader;
    assert_int_equal(ss_reader_open(&reader, paths, 2, NULL, &job), SS_OK);
    ss_status status = SS_OK;
    while (status == SS_OK) {
        ss_article article;
        bool more;
        status = ss_reader_next(reader, &article, &more);
        if (status == SS_OK) ss_article_clear(&article);
    }
    assert_int_equal(status, SS_ERROR_INTERRUPTED);
    ss_reader_free(reader);
    assert_int_equal(dup2(before, STDIN_FILENO), STDIN_FILENO);
    close(before);
    close(pipe_end[0]);
    close(pipe_end[1]);
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

#define READER_TEST(test) cmocka_unit_test_setup_teardown(test, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        READER_TEST(test_fields),
        READER_TEST(test_ids_and_numbers),
        READER_TEST(test_a_bad_line_loses_itself_alone),
        READER_TEST(test_declared_language),
        READER_TEST(test_field_mapping),
        READER_TEST(test_order_of_folders),
        READER_TEST(test_what_cannot_be_opened),
        READER_TEST(test_compressed_files),
        READER_TEST(test_truncated_files_keep_what_came_before),
        READER_TEST(test_encodings_of_json_lines),
        READER_TEST(test_encodings_of_plain_text),
        READER_TEST(test_damaged_text_and_nul),
        READER_TEST(test_long_lines_and_files),
        READER_TEST(test_duplicates),
        READER_TEST(test_standard_input),
        READER_TEST(test_strict),
        READER_TEST(test_kind_is_told_from_content),
        READER_TEST(test_what_is_no_article),
        READER_TEST(test_cancelling),
        READER_TEST(test_threads_change_nothing),
        READER_TEST(test_left_early),
        READER_TEST(test_cancelling_silent_input),
        cmocka_unit_test(test_headlines_of_plain_text),
        cmocka_unit_test(test_bytes_in_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
