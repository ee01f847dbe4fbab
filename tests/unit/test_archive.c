/* Archives: what is added comes back in its order, ids that are known are left out, other models and damage are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "archive_add.h"
#include "archives.h"
#include "check.h"
#include "ids.h"
#include "reader.h"
#include "sanitizers.h"
#include "status.h"
#include "temp_files.h"
#include "warnings.h"

static const char path[] = "archive.h5";

static ss_archive *opened(bool writing)
{
    ss_archive *archive;
    if (ss_archive_open(&archive, path, writing) != SS_OK) fail_msg("%s", ss_last_error());
    return archive;
}

static void assert_sound_archive(void)
{
    char what[SS_CHECK_SIZE];
    if (ss_check_file(what, path, NULL) != SS_OK) fail_msg("%s", ss_last_error());
}

/* ------------------------------------------------------------------- growing */

static void test_empty_archive(void **state)
{
    (void)state;
    ss_archive *archive;
    assert_int_equal(ss_archive_create(&archive, path, model, "inputs"), SS_OK);
    ss_archive_close(archive);
    assert_true(ss_archive_is(path));
    archive = opened(false);
    assert_int_equal(ss_archive_count(archive), 0);
    assert_int_equal(ss_archive_batch_count(archive), 0);
    assert_null(ss_archive_batch(archive, 0));
    assert_string_equal(ss_archive_inputs(archive), "inputs");
    assert_string_equal(ss_archive_model_checksum(archive), ss_model_checksum(model));
    ss_archive_close(archive);
    ss_result *nothing = read_archive(path);
    assert_int_equal(nothing->articles.count, 0);
    ss_result_free(nothing);
    assert_sound_archive();
}

/* However they are cut into batches. */
static void test_articles_come_back_in_their_order(void **state)
{
    (void)state;
    ss_result *all = sketched(some_articles(0, SIZE_MAX));
    for (size_t size = SS_IF_SANITIZED(5, 1); size < 64; size = 2 * size + 3) {
        ss_archive *archive;
        size_t batches = 0;
        assert_int_equal(ss_archive_create(&archive, path, model, ""), SS_OK);
        for (size_t begin = 0; begin < all->articles.count; begin += size, batches++) {
            if (batches % 3 == 2) {
                ss_archive_close(archive);
                archive = opened(true);
            }
            assert_int_equal(append_articles(archive, some_articles(begin, begin + size)), SS_OK);
        }
        assert_int_equal(ss_archive_batch_count(archive), batches);
        ss_archive_close(archive);
        ss_result *found = read_archive(path);
        assert_same_parts(all, found);
        ss_result_free(found);
        assert_sound_archive();
    }
    ss_result_free(all);
}

static void test_batches_tell_their_days(void **state)
{
    (void)state;
    ss_articles articles = {0};
    push(&articles, "late", SS_LANG_EN, "late", "", 18005);
    push(&articles, "never", SS_LANG_EN, "never", "", TINY_UNDATED);
    push(&articles, "early", SS_LANG_EN, "early", "", 18001);
    write_archive(path, articles);
    ss_archive *archive = opened(false);
    const ss_batch *batch = ss_archive_batch(archive, 0);
    assert_true(batch->end == 3 && batch->first_day == 18001 && batch->last_day == 18005 && batch->undated == 1);
    assert_true(batch->read == 3 && batch->known == 0 && batch->added > 1600000000);
    assert_string_equal(batch->command, "library");
    assert_int_equal(strlen(batch->checksum), 64);
    ss_archive_close(archive);
}

static void test_locked(void **state)
{
    (void)state;
    write_archive(path, some_articles(0, 5));
    ss_archive *one = opened(true), *two;
    assert_int_equal(ss_archive_open(&two, path, true), SS_ERROR_IO);
    assert_non_null(strstr(ss_last_error(), "in use by another job"));
    assert_int_equal(ss_archive_open(&two, path, false), SS_ERROR_IO);
    assert_int_equal(ss_archive_create(&two, path, model, ""), SS_ERROR_IO);
    ss_archive_close(one);
    one = opened(false);
    two = opened(false);
    ss_archive *three;
    assert_int_equal(ss_archive_open(&three, path, true), SS_ERROR_IO);
    ss_archive_close(one);
    ss_archive_close(two);
    assert_sound_archive();
}

/* -------------------------------------------------------------------- adding */

/* Adds the articles of a file; returns what came of it. */
static ss_archive_added add_file(const char *file, uint64_t passed_over, warnings *met)
{
    ss_job job = {.threads = 1, .warning = note_warning, .user = met};
    ss_archive_add_options options = {.model = model, .command = "test", .passed_over = passed_over};
    ss_archive_added added;
    ss_reader *reader;
    ss_archive *archive = opened(true);
    assert_int_equal(ss_matcher_find(&options.matcher, "scalar"), SS_OK);
    assert_int_equal(ss_reader_open(&reader, &file, 1, NULL, &job), SS_OK);
    ss_reader_leave_ids(reader);
    assert_int_equal(ss_archive_add(archive, reader, &options, &job, &added), SS_OK);
    ss_reader_free(reader);
    ss_archive_close(archive);
    return added;
}

static const char three_lines[] = "{\"id\": \"one\", \"lang\": \"en\", \"title\": \"Fire\"}\n"
                                  "{\"id\": \"two\", \"lang\": \"en\", \"title\": \"Flood\"}\n"
                                  "{\"id\": \"one\", \"lang\": \"en\", \"title\": \"Fire again\"}\n";

static void test_known_ids_are_left_out(void **state)
{
    (void)state;
    warnings met = {0};
    ss_articles articles = {0};
    push(&articles, "two", SS_LANG_EN, "two", "", 18005);
    write_archive(path, articles);
    write_text("three.jsonl", three_lines);
    ss_archive_added added = add_file("three.jsonl", 0, &met);
    assert_true(added.read == 3 && added.added == 1 && added.known == 2 && added.batches == 1);
    assert_int_equal(met.count, 2);
    assert_non_null(strstr(met.text, "three.jsonl:2: the id \"two\" is in the archive already"));
    assert_non_null(strstr(met.text, "three.jsonl:3: the id \"one\" is in the archive already"));
    added = add_file("three.jsonl", 0, &met);
    assert_true(added.read == 3 && added.added == 0 && added.known == 3 && added.batches == 0);
    ss_result *found = read_archive(path);
    assert_int_equal(found->articles.count, 2);
    assert_string_equal(found->articles.item[1].title, "Fire");
    ss_result_free(found);
    ss_archive *archive = opened(false);
    const ss_batch *batch = ss_archive_batch(archive, 1);
    assert_true(batch->read == 3 && batch->known == 2 && batch->end == 2);
    assert_string_equal(batch->command, "test");
    ss_archive_close(archive);
    assert_sound_archive();
}

static void test_articles_passed_over(void **state)
{
    (void)state;
    warnings met = {0};
    write_archive(path, some_articles(0, 1));
    write_text("three.jsonl", three_lines);
    ss_archive_added added = add_file("three.jsonl", 2, &met);
    assert_true(added.read == 1 && added.added == 1 && met.count == 0);
    added = add_file("three.jsonl", 3, &met);
    assert_true(added.read == 0 && added.added == 0);
}

static void test_another_model_is_refused(void **state)
{
    (void)state;
    write_archive(path, some_articles(0, 1));
    ss_archive *archive = opened(true);
    ss_model other = *model;
    other.checksum[0] = other.checksum[0] == '0' ? '1' : '0';
    assert_int_equal(ss_archive_check_model(archive, model), SS_OK);
    assert_int_equal(ss_archive_check_model(archive, &other), SS_ERROR_INPUT);
    assert_non_null(strstr(ss_last_error(), "another model"));
    ss_archive_close(archive);
}

static void test_id_set(void **state)
{
    (void)state;
    enum { IDS = 20000 };
    ss_id_set *set;
    bool added;
    assert_int_equal(ss_id_set_new(&set), SS_OK);
    for (int round = 0; round < 2; round++)
        for (uint64_t i = 0; i < IDS; i++) {
            assert_int_equal(ss_id_set_add(set, i * 0x9e3779b97f4a7c15u, &added), SS_OK);
            assert_int_equal(added, round == 0);
        }
    ss_id_set_free(set);
    uint64_t hash; /* printf '' | sha256sum */
    assert_int_equal(ss_id_hash(&hash, ""), SS_OK);
    assert_true(hash == 0x141cfc9842c4b0e3u);
}

/* -------------------------------------------------------------------- damage */

static void test_cut_short(void **state)
{
    (void)state;
    write_archive(path, some_articles(0, 20));
    blob whole = blob_of_file(path);
    ss_archive *archive;
    for (size_t length = 0; length < whole.length; length += 997 + length / 4) {
        write_bytes(path, whole.bytes, length);
        assert_int_equal(ss_archive_open(&archive, path, length % 2 == 0), SS_ERROR_INPUT);
        assert_null(archive);
    }
    write_blob(path, whole);
    assert_sound_archive();
}

/* Checks the file in a process of its own, since HDF5 may crash on what it does not understand; 0: it is sound. */
static int check_apart(const char *name)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char what[SS_CHECK_SIZE];
        alarm(60);
        _exit(-ss_check_file(what, name, NULL));
    }
    int result;
    assert_int_equal(waitpid(child, &result, 0), child);
    return WIFEXITED(result) ? WEXITSTATUS(result) : 255;
}

/* Where a dataset's values begin in a file: where these bytes are. */
static size_t find(blob file, const void *bytes, size_t length)
{
    const char *found = memmem(file.bytes, file.length, bytes, length);
    assert_non_null(found);
    return (size_t)(found - file.bytes);
}

static void assert_flips_are_found(const char *name, blob whole, size_t begin, size_t length, size_t step)
{
    for (size_t i = begin; i < begin + length; i += SS_IF_SANITIZED(5, 1) * step) {
        whole.bytes[i] ^= (char)(1 << i % 8);
        write_bytes(name, whole.bytes, whole.length);
        if (check_apart(name) != -SS_ERROR_INPUT) fail_msg("byte %zu of %s was flipped, and not found", i, name);
        whole.bytes[i] ^= (char)(1 << i % 8);
    }
}

/* Sketches lie in the file as they are; texts of variable length too, in HDF5's heaps. */
static void test_flipped_bytes_of_an_archive(void **state)
{
    (void)state;
    write_archive(path, some_articles(0, 12));
    ss_archive *archive = opened(true);
    assert_int_equal(append_articles(archive, some_articles(12, 24)), SS_OK);
    ss_archive_close(archive);
    ss_result *all = read_archive(path);
    blob whole = blob_of_file(path);
    size_t d = (size_t)model->dimension;
    for (int c = 0; c < SS_CHANNELS; c++)
        assert_flips_are_found(path, whole, find(whole, all->vector[c], 24 * d), 24 * d, 37);
    const ss_article *article = &all->articles.item[13];
    assert_flips_are_found(path, whole, find(whole, article->title, strlen(article->title)), strlen(article->title), 5);
    assert_flips_are_found(path, whole, find(whole, article->id, strlen(article->id)), strlen(article->id), 1);
    write_bytes(path, whole.bytes, whole.length);
    whole.bytes[find(whole, all->vector[0], 24 * d) + 13 * d] ^= 1;
    write_blob(path, whole);
    char what[SS_CHECK_SIZE];
    assert_int_equal(ss_check_file(what, path, NULL), SS_ERROR_INPUT);
    assert_non_null(strstr(ss_last_error(), "batch 1 (rows 12 to 24)"));
    ss_result_free(all);
}

/* Anywhere in the file: what is not told has changed nothing that is read. */
static void test_flipped_bytes_anywhere(void **state)
{
    (void)state;
    write_archive(path, some_articles(0, 12));
    ss_result *all = read_archive(path);
    blob whole = blob_of_file(path);
    size_t found = 0, tried = 0, rounds = SS_IF_SANITIZED(30, 150);
    for (size_t i = 0; i < whole.length; i += 1 + whole.length / rounds) {
        whole.bytes[i] ^= (char)(1 << i % 8);
        write_bytes(path, whole.bytes, whole.length);
        int status = check_apart(path);
        if (status == 0) {
            ss_result *again = read_archive(path);
            assert_same_parts(all, again);
            ss_result_free(again);
        }
        found += status != 0;
        tried++;
        whole.bytes[i] ^= (char)(1 << i % 8);
    }
    assert_true(tried >= rounds / 2 && found > 0);
    free(whole.bytes);
    ss_result_free(all);
}

/* A results file has one checksum over all its bytes: not one of them can change unseen. */
static void test_flipped_bytes_of_results(void **state)
{
    (void)state;
    ss_result *result = link_articles(some_articles(0, SIZE_MAX), NULL, NULL);
    assert_int_equal(ss_result_write(result, "result.h5", NULL), SS_OK);
    assert_int_equal(check_apart("result.h5"), 0);
    blob whole = blob_of_file("result.h5");
    assert_flips_are_found("result.h5", whole, 0, whole.length, 1 + whole.length / 100);
    free(whole.bytes);
    ss_result_free(result);
}

static void test_what_is_checked(void **state)
{
    (void)state;
    char what[SS_CHECK_SIZE];
    assert_int_equal(ss_model_write(model, "model.h5"), SS_OK);
    assert_int_equal(ss_check_file(what, "model.h5", NULL), SS_OK);
    assert_non_null(strstr(what, "model"));
    write_archive(path, some_articles(0, 3));
    assert_int_equal(ss_check_file(what, path, NULL), SS_OK);
    assert_string_equal(what, "archive of 3 articles in 1 batch");
    write_text("notes.txt", "no results");
    assert_int_equal(ss_check_file(what, "notes.txt", NULL), SS_ERROR_INPUT);
    assert_int_equal(ss_check_file(what, "missing.h5", NULL), SS_ERROR_IO);
    assert_false(ss_archive_is("notes.txt") || ss_archive_is("missing.h5") || ss_archive_is("."));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_archive),
        cmocka_unit_test(test_articles_come_back_in_their_order),
        cmocka_unit_test(test_batches_tell_their_days),
        cmocka_unit_test(test_locked),
        cmocka_unit_test(test_known_ids_are_left_out),
        cmocka_unit_test(test_articles_passed_over),
        cmocka_unit_test(test_another_model_is_refused),
        cmocka_unit_test(test_id_set),
        cmocka_unit_test(test_cut_short),
        cmocka_unit_test(test_flipped_bytes_of_an_archive),
        cmocka_unit_test(test_flipped_bytes_anywhere),
        cmocka_unit_test(test_flipped_bytes_of_results),
        cmocka_unit_test(test_what_is_checked),
    };
    return cmocka_run_group_tests(tests, make_model, free_model);
}
