/* Reading with several threads: the same as with one, also where it ends early. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#include "readings.h"
#include "status.h"

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
    ss_job job = {.warning = note_warning, .user = &run->met, .strict = strict, .threads = threads};
    ss_reader *reader;
    assert_int_equal(ss_reader_open(&reader, paths, count, NULL, &job), SS_OK);
    for (bool more = true; more && run->status == SS_OK;) {
        ss_article article;
        run->status = ss_reader_next(reader, &article, &more);
        if (run->status == SS_OK && more) assert_int_equal(ss_articles_push(&run->articles, &article), SS_OK);
    }
    if (run->status != SS_OK) note_warning(&run->met, ss_last_error());
    run->counts = *ss_reader_get_counts(reader);
    ss_reader_free(reader);
    return run;
}

static void assert_equal_runs(const reading *a, const reading *b)
{
    assert_int_equal(a->status, b->status);
    assert_string_equal(a->met.text, b->met.text);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        READER_TEST(test_threads_change_nothing),
        READER_TEST(test_left_early),
        READER_TEST(test_cancelling_silent_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
