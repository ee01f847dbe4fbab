/* Failures and the helpers that every module leans on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "status.h"

static void *other_thread(void *message_is_empty)
{
    *(bool *)message_is_empty = ss_last_error()[0] == '\0';
    ss_fail(SS_ERROR_IO, "of the other thread");
    return NULL;
}

static void test_message_is_kept_for_the_thread(void **state)
{
    (void)state;
    assert_int_equal(ss_fail(SS_ERROR_INPUT, "line %d: %s", 3, "bad"), SS_ERROR_INPUT);
    assert_string_equal(ss_last_error(), "line 3: bad");

    pthread_t thread;
    bool empty = false;
    assert_int_equal(pthread_create(&thread, NULL, other_thread, &empty), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(empty);
    assert_string_equal(ss_last_error(), "line 3: bad");
}

static void test_message_may_quote_the_last_one(void **state)
{
    (void)state;
    ss_fail(SS_ERROR_IO, "no such file");
    assert_int_equal(ss_fail(SS_ERROR_INPUT, "a.txt: %s", ss_last_error()), SS_ERROR_INPUT);
    assert_string_equal(ss_last_error(), "a.txt: no such file");
}

static void test_long_message_is_cut(void **state)
{
    (void)state;
    char text[5000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    ss_fail(SS_ERROR_INPUT, "%s", text);
    size_t length = strlen(ss_last_error());
    assert_in_range(length, 500, sizeof text - 2);
    assert_memory_equal(ss_last_error(), text, length);
}

static void test_memory_failure_names_the_bytes(void **state)
{
    (void)state;
    assert_int_equal(ss_fail_memory(12345), SS_ERROR_MEMORY);
    assert_non_null(strstr(ss_last_error(), "12345"));
}

static void test_sizes_in_words(void **state)
{
    (void)state;
    static const struct {
        double bytes;
        const char *words;
    } cases[] = {{0, "0 bytes"},          {1, "1 byte"},          {10239, "10239 bytes"}, {10240, "10.0 KiB"},
                 {1048524, "1023.9 KiB"}, {1048575, "1.0 MiB"},   {1.5e6, "1.4 MiB"},     {0x1p30, "1.0 GiB"},
                 {0x1p40, "1.0 TiB"},     {0x1p54, "16384.0 TiB"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(ss_size_in_words(cases[i].bytes).text, cases[i].words);
    assert_true(strlen(ss_size_in_words(1e300).text) < sizeof(ss_size_words));
}

static void test_grow(void **state)
{
    (void)state;
    void *items = NULL;
    size_t capacity = 0;
    assert_int_equal(ss_grow(&items, &capacity, 0, 8), SS_OK);
    assert_null(items);
    assert_int_equal(ss_grow(&items, &capacity, 1, 8), SS_OK);
    assert_non_null(items);
    assert_true(capacity >= 1);
    memset(items, 0xab, capacity * 8);

    size_t before = capacity;
    void *same = items;
    assert_int_equal(ss_grow(&items, &capacity, before, 8), SS_OK);
    assert_ptr_equal(items, same);
    assert_int_equal(capacity, before);

    assert_int_equal(ss_grow(&items, &capacity, before + 1, 8), SS_OK);
    assert_int_equal(capacity, 2 * before);
    for (size_t i = 0; i < before * 8; i++)
        assert_int_equal(((unsigned char *)items)[i], 0xab);
    assert_int_equal(ss_grow(&items, &capacity, 1000, 8), SS_OK);
    assert_true(capacity >= 1000 && capacity < 2000);
    free(items);
}

static void test_grow_beyond_all_bounds_changes_nothing(void **state)
{
    (void)state;
    void *items = NULL;
    size_t capacity = 0;
    assert_int_equal(ss_grow(&items, &capacity, 20, 8), SS_OK);
    void *same = items;
    size_t before = capacity;
    assert_int_equal(ss_grow(&items, &capacity, SIZE_MAX, 1), SS_ERROR_MEMORY);
    assert_int_equal(ss_grow(&items, &capacity, SIZE_MAX / 4, 8), SS_ERROR_MEMORY);
    assert_ptr_equal(items, same);
    assert_int_equal(capacity, before);
    free(items);
}

static void test_copy_text(void **state)
{
    (void)state;
    char *copy;
    assert_int_equal(ss_copy_text(&copy, "news", 3), SS_OK);
    assert_string_equal(copy, "new");
    free(copy);
    assert_int_equal(ss_copy_text(&copy, NULL, 0), SS_OK);
    assert_string_equal(copy, "");
    free(copy);
    assert_int_equal(ss_copy_text(&copy, "a\0b", 3), SS_OK);
    assert_memory_equal(copy, "a\0b", 4);
    free(copy);
}

typedef struct listener {
    bool cancelled;
    char stage[32], warning[2000];
    uint64_t done, total;
} listener;

static bool tell_cancelled(void *user)
{
    return ((listener *)user)->cancelled;
}

static void hear_progress(void *user, const char *stage, uint64_t done, uint64_t total)
{
    listener *heard = user;
    strncpy(heard->stage, stage, sizeof heard->stage - 1);
    heard->done = done;
    heard->total = total;
}

static void hear_warning(void *user, const char *message)
{
    strncpy(((listener *)user)->warning, message, sizeof((listener *)user)->warning - 1);
}

static void test_job_hears(void **state)
{
    (void)state;
    listener heard = {0};
    ss_job job = {.cancelled = tell_cancelled, .progress = hear_progress, .warning = hear_warning, .user = &heard};
    assert_int_equal(ss_check_cancelled(&job), SS_OK);
    heard.cancelled = true;
    assert_int_equal(ss_check_cancelled(&job), SS_ERROR_INTERRUPTED);
    ss_tell_progress(&job, "read", 3, 9);
    assert_string_equal(heard.stage, "read");
    assert_int_equal(heard.done, 3);
    assert_int_equal(heard.total, 9);
    ss_tell_warning(&job, "%s:%d: skipped", "a.jsonl", 7);
    assert_string_equal(heard.warning, "a.jsonl:7: skipped");
}

static void test_job_may_be_absent_or_deaf(void **state)
{
    (void)state;
    ss_job deaf = {0};
    const ss_job *jobs[] = {NULL, &deaf};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(ss_check_cancelled(jobs[i]), SS_OK);
        ss_tell_progress(jobs[i], "read", 1, 2);
        ss_tell_warning(jobs[i], "%s", "nobody hears this");
        assert_true(ss_job_threads(jobs[i]) >= 1);
        assert_true(ss_job_memory(jobs[i]) > 0);
    }
}

static void test_job_as_asked(void **state)
{
    (void)state;
    ss_job job = {.threads = 3, .memory = 12345};
    assert_int_equal(ss_job_threads(&job), 3);
    assert_int_equal(ss_job_memory(&job), 12345);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_message_is_kept_for_the_thread),
        cmocka_unit_test(test_message_may_quote_the_last_one),
        cmocka_unit_test(test_long_message_is_cut),
        cmocka_unit_test(test_memory_failure_names_the_bytes),
        cmocka_unit_test(test_sizes_in_words),
        cmocka_unit_test(test_grow),
        cmocka_unit_test(test_grow_beyond_all_bounds_changes_nothing),
        cmocka_unit_test(test_copy_text),
        cmocka_unit_test(test_job_hears),
        cmocka_unit_test(test_job_may_be_absent_or_deaf),
        cmocka_unit_test(test_job_as_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
