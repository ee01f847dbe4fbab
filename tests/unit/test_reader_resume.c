/* A reader that goes on from where another one stood gives the rest, and nothing twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <sys/stat.h>

#include "readings.h"
#include "status.h"

/* Files of every kind, in several pieces, with faults of every kind between them. */
static void write_inputs(void)
{
    assert_int_equal(mkdir("in", 0777), 0);
    write_blob("in/a.jsonl",
               joined(many_lines(2500), blob_of("broken {\n{\"id\": \"0\", \"text\": \"met before\"}\n")));
    blob lines = blob_of(two_lines);
    write_blob("in/b.jsonl.gz", gzip_of(lines.bytes, lines.length));
    free(lines.bytes);
    write_text("in/c.txt", "A storm\n\nA storm hit the coast.\n");
    write_text("in/d.txt", "");
    write_bytes("in/d1.zip", "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22); /* of nothing */
    assert_int_equal(symlink("nowhere", "in/e.txt"), 0);
    FILE *file = fopen("in/f.jsonl", "w");
    assert_non_null(file);
    for (int i = 0; i < 6000; i++)
        fprintf(file,
                i % 7 == 0 ? "broken %d {\n" : "{\"id\": \"f%d\", \"text\": \"some news of today and tomorrow\"}\n", i);
    assert_int_equal(fclose(file), 0);
}

static const char *const paths[] = {"in", "missing.txt", "in/c.txt"};

/* Reads `most` articles at most into the reading, which goes on from *position, and says where that was. */
static bool read_some(reading *run, ss_reader_position *position, size_t most, int threads)
{
    ss_job job = {.warning = note_warning, .user = &run->met, .threads = threads};
    ss_reader *reader;
    assert_int_equal(ss_reader_open(&reader, paths, 3, NULL, &job), SS_OK);
    assert_int_equal(ss_reader_resume(reader, position, &run->articles), SS_OK);
    bool more = true;
    for (size_t i = 0; i < most && more; i++) {
        ss_article article;
        assert_int_equal(ss_reader_next(reader, &article, &more), SS_OK);
        if (more) assert_int_equal(ss_articles_push(&run->articles, &article), SS_OK);
    }
    ss_reader_tell(reader, position);
    run->counts = position->counts;
    /* What it says at its end, of a file that it has not read to its end, does not count. */
    size_t told = strlen(run->met.text);
    ss_reader_free(reader);
    if (more) run->met.text[told] = '\0';
    return more;
}

static void assert_same(const reading *one, const reading *other)
{
    assert_int_equal(one->articles.count, other->articles.count);
    for (size_t i = 0; i < one->articles.count; i++) {
        assert_string_equal(one->articles.item[i].id, other->articles.item[i].id);
        assert_string_equal(one->articles.item[i].text, other->articles.item[i].text);
        assert_string_equal(one->articles.item[i].origin, other->articles.item[i].origin);
    }
    assert_memory_equal(&one->counts, &other->counts, sizeof one->counts);
    assert_string_equal(one->met.text, other->met.text);
}

static void check_parts_of(const reading *whole, size_t part, int threads)
{
    reading *run = calloc(1, sizeof *run);
    assert_non_null(run);
    ss_reader_position position = {0};
    while (read_some(run, &position, part, threads)) {
    }
    assert_same(whole, run);
    end_run(run);
}

static void test_parts_make_the_whole(void **state)
{
    (void)state;
    write_inputs();
    reading *whole = read_paths_with(paths, 3, NULL, false);
    assert_int_equal(whole->articles.count, 7644);
    assert_true(whole->counts.skipped > 850);
    const size_t parts[] = {97, 2500, 2501, 2503, 5000, 100000};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (int threads = 1; threads <= 3; threads += 2)
            check_parts_of(whole, parts[i], threads);
    end_run(whole);
}

/* One article, then the rest. */
static void test_every_article_of_short_files(void **state)
{
    (void)state;
    assert_int_equal(mkdir("in", 0777), 0);
    write_text("in/a.jsonl", two_lines);
    write_text("in/b.jsonl", "broken {\n{\"id\": \"x\", \"text\": \"x\"}\nbroken {\n");
    write_text("in/c.txt", "c\n\nc");
    reading *whole = read_paths_with(paths, 3, NULL, false);
    check_parts_of(whole, 1, 1);
    check_parts_of(whole, 1, 2);
    end_run(whole);
}

/* ------------------------------------------------------------- interrupted */

static long asked_before; /* it has been asked for the last time */

static bool was_asked_often(void *user)
{
    (void)user;
    return asked_before-- <= 0;
}

/* Reads until it is interrupted, or to the end. */
static bool read_until_asked(reading *run, ss_reader_position *position, long times)
{
    ss_job job = {.warning = note_warning, .cancelled = was_asked_often, .user = &run->met, .threads = 1};
    ss_reader *reader;
    ss_status status;
    bool more = true;
    asked_before = LONG_MAX;
    assert_int_equal(ss_reader_open(&reader, paths, 3, NULL, &job), SS_OK);
    assert_int_equal(ss_reader_resume(reader, position, &run->articles), SS_OK);
    asked_before = times;
    do {
        ss_article article;
        status = ss_reader_next(reader, &article, &more);
        if (status == SS_OK && more) assert_int_equal(ss_articles_push(&run->articles, &article), SS_OK);
    } while (status == SS_OK && more);
    assert_true(status == SS_OK || status == SS_ERROR_INTERRUPTED);
    ss_reader_tell(reader, position);
    run->counts = position->counts;
    size_t told = strlen(run->met.text);
    ss_reader_free(reader);
    if (status != SS_OK) run->met.text[told] = '\0';
    return status != SS_OK;
}

/* Wherever it is interrupted, and once more on its way back there: what that ends comes anew, whole. */
static void test_interrupted_anywhere(void **state)
{
    (void)state;
    assert_int_equal(mkdir("in", 0777), 0);
    write_text("in/a.jsonl", two_lines);
    write_text("in/c.txt", "c\n\nc");
    write_bytes("in/d1.zip", "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22);
    write_text("in/e.txt", "");
    write_text("in/f.jsonl", "broken {\n{\"id\": \"x\", \"text\": \"x\"}\n");
    reading *whole = read_paths_with(paths, 3, NULL, false);
    bool interrupted = true;
    for (long times = 0; interrupted; times++) {
        for (long again = 0; again <= times; again++) {
            reading *run = calloc(1, sizeof *run);
            assert_non_null(run);
            ss_reader_position position = {0};
            interrupted = read_until_asked(run, &position, times);
            if (interrupted && read_until_asked(run, &position, again))
                assert_false(read_some(run, &position, SIZE_MAX, 1));
            assert_same(whole, run);
            end_run(run);
        }
    }
    end_run(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {READER_TEST(test_parts_make_the_whole),
                                       READER_TEST(test_every_article_of_short_files),
                                       READER_TEST(test_interrupted_anywhere)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
