/* From paths to lines: folders, compression, encodings, damage, and what is too long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>

#include "readings.h"
#include "source.h"

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

/* What "save page as" leaves beside a page is no article; any other folder of such a name is one of articles. */
static void test_parts_of_saved_pages(void **state)
{
    (void)state;
    static const char *const folders[] = {"news",        "news/a_files", "news/b.files", "news/c_files",
                                          "news/_files", "news/d_files", "news/d.html",  "news/a_files/x"};
    static const char *const files[] = {"news/a.html",        "news/a_files/frame.html", "news/a_files/x/ad.html",
                                        "news/b.htm",         "news/b.files/frame.html", "news/c_files/1.html",
                                        "news/_files/2.html", "news/d_files/3.html"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        assert_int_equal(mkdir(folders[i], 0700), 0);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        write_text(files[i], "<html><body><h1>Tea</h1><p>Tea is dear this spring, the growers say.</p></body></html>");
    reading *run = read_paths("news", NULL);
    static const char *const expected[] = {"news/_files/2.html", "news/a.html", "news/b.htm", "news/c_files/1.html",
                                           "news/d_files/3.html"};
    assert_int_equal(run->articles.count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(run->articles.item[i].id, expected[i]);
    assert_int_equal(run->met.count, 1);
    assert_warned(run, "folders with parts of saved pages (X_files beside X.html): 2 passed over");
    assert_int_equal(run->counts.skipped, 0);
    end_run(run);
    run = read_paths("news/a_files", NULL); /* asked for */
    assert_int_equal(run->articles.count, 2);
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

/* They would be taken for text, or for archives of it. */
static void test_what_holds_no_article(void **state)
{
    (void)state;
    static const struct {
        const char *name, *bytes, *said;
    } files[] = {
        {"a", "%PDF-1.4\ntext of it", "a: a PDF"},
        {"b.h5", "\x89HDF\r\n\x1a\n and more", "b.h5: an HDF5 file"},
        {"c.h5", "samestory results\nsha256", "c.h5: results"},
        {"c.doc", "\xd0\xcf\x11\xe0 and more", "c.doc: a document of an office program"},
        {"d.DOCX", "PK\003\004 and more", "d.DOCX: a document of an office program"},
        {"e.js", "var x = 'a text of some words';", "e.js: a script or style"},
        {"f.css", "body { color: red }", "f.css: a script or style"},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        write_text(files[i].name, files[i].bytes);
        reading *run = read_paths(files[i].name, NULL);
        assert_int_equal(run->articles.count, 0);
        assert_int_equal(run->counts.skipped, 1);
        assert_warned(run, files[i].said);
        end_run(run);
    }
    write_text("docx", "A text about PDF and .docx, whose name is no ending.");
    reading *run = read_paths("docx", NULL);
    assert_int_equal(run->articles.count, 1);
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
    assert_string_equal(run->met.text, "");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        READER_TEST(test_parts_of_saved_pages),
        READER_TEST(test_order_of_folders),
        READER_TEST(test_what_cannot_be_opened),
        READER_TEST(test_what_holds_no_article),
        READER_TEST(test_standard_input),
        READER_TEST(test_compressed_files),
        READER_TEST(test_truncated_files_keep_what_came_before),
        READER_TEST(test_encodings_of_json_lines),
        READER_TEST(test_encodings_of_plain_text),
        READER_TEST(test_damaged_text_and_nul),
        READER_TEST(test_long_lines_and_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
