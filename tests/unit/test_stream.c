#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../temp_files.h"
#include "status.h"
#include "stream.h"

#include <fcntl.h>

#define LONG_SIZE ((size_t)300001) /* several chunks, and odd */

/* Text that does not compress to nothing. */
static char *make_long_text(void)
{
    char *text = malloc(LONG_SIZE + 1);
    assert_non_null(text);
    uint32_t random = 12345;
    for (size_t i = 0; i < LONG_SIZE; i++) {
        random = random * 1664525 + 1013904223;
        text[i] = (char)('a' + (random >> 24) % 26);
    }
    text[LONG_SIZE] = '\0';
    return text;
}

/* Reads to the end, `step` bytes at a time; returns the last status and what came before it. */
static ss_status read_all(ss_stream *stream, size_t step, char **bytes, size_t *length)
{
    size_t capacity = 2 * LONG_SIZE + step;
    *bytes = malloc(capacity);
    assert_non_null(*bytes);
    *length = 0;
    for (;;) {
        size_t got;
        assert_true(*length + step <= capacity);
        ss_status status = ss_stream_read(stream, *bytes + *length, step, &got);
        if (status != SS_OK || got == 0) return status;
        *length += got;
    }
}

static void check_memory(blob content, size_t step, const char *expected, size_t expected_length)
{
    ss_stream *stream;
    char *bytes;
    size_t length;
    assert_int_equal(ss_stream_open_memory(&stream, "memory", content.bytes, content.length), SS_OK);
    assert_int_equal(read_all(stream, step, &bytes, &length), SS_OK);
    assert_int_equal(length, expected_length);
    assert_memory_equal(bytes, expected, length);
    free(bytes);
    ss_stream_free(stream);
    free(content.bytes);
}

static void test_kinds_are_told_from_content(void **state)
{
    (void)state;
    char *text = make_long_text();
    static const size_t steps[] = {1000, 4096, 100003};
    for (size_t i = 0; i < 3; i++) {
        check_memory(blob_of(text), steps[i], text, LONG_SIZE);
        check_memory(gzip_of(text, LONG_SIZE), steps[i], text, LONG_SIZE);
        check_memory(zstd_of(text, LONG_SIZE), steps[i], text, LONG_SIZE);
    }
    free(text);
}

static void test_short_content(void **state)
{
    (void)state;
    check_memory(blob_of(""), 10, "", 0);
    check_memory(blob_of("a"), 1, "a", 1);
    check_memory(blob_of("\x1f\x8b"), 1, "\x1f\x8b", 2);
    check_memory(gzip_of("", 0), 10, "", 0);
    check_memory(zstd_of("", 0), 10, "", 0);
    check_memory(gzip_of("abc", 3), 1, "abc", 3);
    check_memory(zstd_of("abc", 3), 1, "abc", 3);
}

static void test_members_follow_each_other(void **state)
{
    (void)state;
    check_memory(joined(gzip_of("abc", 3), joined(gzip_of("", 0), gzip_of("def", 3))), 100, "abcdef", 6);
    check_memory(joined(zstd_of("abc", 3), joined(zstd_of("", 0), zstd_of("def", 3))), 100, "abcdef", 6);
    blob skippable = {malloc(9), 9};
    assert_non_null(skippable.bytes);
    memcpy(skippable.bytes, "\x50\x2a\x4d\x18\x01\0\0\0x", 9);
    check_memory(joined(skippable, zstd_of("abc", 3)), 100, "abc", 3);
    blob zeros = {calloc(7, 1), 7};
    assert_non_null(zeros.bytes);
    check_memory(joined(gzip_of("abc", 3), zeros), 100, "abc", 3);
}

static void check_damage(blob content, const char *before, size_t at_least, const char *message)
{
    ss_stream *stream;
    char *bytes;
    size_t length;
    assert_int_equal(ss_stream_open_memory(&stream, "news.jsonl", content.bytes, content.length), SS_OK);
    assert_int_equal(read_all(stream, 1000, &bytes, &length), SS_ERROR_INPUT);
    assert_non_null(strstr(ss_last_error(), "news.jsonl: "));
    assert_non_null(strstr(ss_last_error(), message));
    assert_true(length >= at_least);
    assert_memory_equal(bytes, before, length);
    /* The failure stays. */
    size_t got;
    assert_int_equal(ss_stream_read(stream, bytes, 10, &got), SS_ERROR_INPUT);
    free(bytes);
    ss_stream_free(stream);
    free(content.bytes);
}

static void test_damage_shows_after_what_is_before_it(void **state)
{
    (void)state;
    char *text = make_long_text();
    blob gzip = gzip_of(text, LONG_SIZE), zstd = zstd_of(text, LONG_SIZE);
    gzip.length /= 2;
    zstd.length -= 5;
    check_damage(gzip, text, LONG_SIZE / 3, "gzip data is damaged: it ends too early");
    check_damage(zstd, text, LONG_SIZE / 3, "zstd data is damaged: it ends too early");

    gzip = gzip_of(text, LONG_SIZE);
    gzip.bytes[gzip.length - 6] ^= 1; /* of the checksum */
    check_damage(gzip, text, LONG_SIZE, "gzip data is damaged: incorrect data check");

    zstd = joined(zstd_of(text, LONG_SIZE), blob_of("no frame at all"));
    check_damage(zstd, text, LONG_SIZE, "zstd data is damaged: ");
    gzip = joined(gzip_of(text, LONG_SIZE), blob_of("no member"));
    check_damage(gzip, text, LONG_SIZE, "gzip data is damaged: something else follows it");

    gzip = gzip_of(text, LONG_SIZE);
    gzip.length = 4;
    check_damage(gzip, text, 0, "it ends too early");
    free(text);
}

static void test_files_and_standard_input(void **state)
{
    (void)state;
    char *folder = enter_temp_folder();
    char *text = make_long_text(), *bytes;
    size_t length;
    ss_stream *stream;
    write_blob("no-name-for-it", gzip_of(text, LONG_SIZE));
    assert_int_equal(ss_stream_open(&stream, "no-name-for-it", NULL), SS_OK);
    assert_int_equal(read_all(stream, 4096, &bytes, &length), SS_OK);
    assert_int_equal(length, LONG_SIZE);
    assert_memory_equal(bytes, text, LONG_SIZE);
    ss_stream_free(stream);
    free(bytes);

    int before = dup(STDIN_FILENO), file = open("no-name-for-it", O_RDONLY);
    assert_true(file >= 0 && dup2(file, STDIN_FILENO) == STDIN_FILENO);
    close(file);
    assert_int_equal(ss_stream_open(&stream, "-", NULL), SS_OK);
    assert_int_equal(read_all(stream, 4096, &bytes, &length), SS_OK);
    assert_int_equal(length, LONG_SIZE);
    ss_stream_free(stream);
    free(bytes);
    assert_true(before < 0 || dup2(before, STDIN_FILENO) == STDIN_FILENO);
    close(before);
    free(text);

    assert_int_equal(ss_stream_open(&stream, "absent.txt", NULL), SS_ERROR_IO);
    assert_null(stream);
    assert_non_null(strstr(ss_last_error(), "absent.txt"));
    assert_int_equal(ss_stream_open(&stream, ".", NULL), SS_ERROR_IO);
    leave_temp_folder(folder);
}

static bool always(void *user)
{
    (void)user;
    return true;
}

static void test_cancelled_while_reading(void **state)
{
    (void)state;
    char *folder = enter_temp_folder();
    write_text("a.txt", "text");
    ss_job job = {.cancelled = always};
    ss_stream *stream;
    assert_int_equal(ss_stream_open(&stream, "a.txt", &job), SS_ERROR_INTERRUPTED);
    leave_temp_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds_are_told_from_content), cmocka_unit_test(test_short_content),
        cmocka_unit_test(test_members_follow_each_other),   cmocka_unit_test(test_damage_shows_after_what_is_before_it),
        cmocka_unit_test(test_files_and_standard_input),    cmocka_unit_test(test_cancelled_while_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
