/* The log: what is read back is a beginning of what was written, up to a commit, whatever happens to the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/resource.h>

#include "record_log.h"
#include "status.h"
#include "temp_files.h"

#define BATCHES 4
#define RECORDS 3 /* a batch */
#define NAME    "job.resume"

static int enter(void **state)
{
    *state = enter_temp_folder();
    return 0;
}

static int leave(void **state)
{
    leave_temp_folder(*state);
    return 0;
}

/* Record i: its kind is 1 + i % 5, its bytes are i times i. */
static void append(ss_record_log *log, unsigned i)
{
    uint8_t bytes[64];
    memset(bytes, (int)i, sizeof bytes);
    assert_int_equal(ss_record_log_append(log, 1 + i % 5, bytes, i), SS_OK);
}

static void write_batches(unsigned count)
{
    ss_record_log *log;
    assert_int_equal(ss_record_log_create(&log, NAME), SS_OK);
    for (unsigned i = 0; i < count * RECORDS; i++) {
        append(log, i);
        if (i % RECORDS == RECORDS - 1) assert_int_equal(ss_record_log_commit(log), SS_OK);
    }
    ss_record_log_free(log);
}

/* Reads the log and returns how many records it has, all as they were written. */
static unsigned read_records(ss_record_log *log)
{
    ss_buffer record = {0};
    unsigned count = 0;
    for (; ss_record_log_next_kind(log) != SS_RECORD_LOG_END; count++) {
        assert_int_equal(ss_record_log_next_kind(log), 1 + count % 5);
        assert_int_equal(ss_record_log_read(log, &record), SS_OK);
        assert_int_equal(record.length, count);
        for (unsigned i = 0; i < count; i++)
            assert_int_equal(record.data[i], count);
    }
    ss_buffer_free(&record);
    return count;
}

/* Opens it, reads it, and goes on with it: SS_OK, and how many records there were. */
static ss_status reopen(unsigned *count)
{
    ss_record_log *log;
    uint64_t lost;
    *count = 0;
    SS_TRY(ss_record_log_open(&log, NAME, &lost));
    if (log == NULL) return SS_OK;
    *count = read_records(log);
    append(log, *count);
    assert_int_equal(ss_record_log_commit(log), SS_OK);
    ss_record_log_free(log);
    assert_int_equal(ss_record_log_open(&log, NAME, &lost), SS_OK);
    assert_int_equal(lost, 0);
    assert_int_equal(read_records(log), *count + 1);
    ss_record_log_free(log);
    return SS_OK;
}

static void test_written_is_read(void **state)
{
    (void)state;
    unsigned count;
    write_batches(BATCHES);
    assert_int_equal(reopen(&count), SS_OK);
    assert_int_equal(count, BATCHES * RECORDS);
}

static void test_there_is_none(void **state)
{
    (void)state;
    unsigned count;
    assert_int_equal(reopen(&count), SS_OK);
    assert_int_equal(count, 0);
    write_batches(0);
    assert_int_equal(reopen(&count), SS_OK);
    assert_int_equal(count, 0);
}

static void test_uncommitted_does_not_count(void **state)
{
    (void)state;
    unsigned count;
    ss_record_log *log;
    uint64_t lost;
    write_batches(2);
    assert_int_equal(ss_record_log_open(&log, NAME, &lost), SS_OK);
    unsigned i = read_records(log);
    for (uint8_t big[4096] = {0}; lost < 1000; lost++) /* more than is held back */
        assert_int_equal(ss_record_log_append(log, i, big, sizeof big), SS_OK);
    ss_record_log_free(log);
    assert_int_equal(ss_record_log_open(&log, NAME, &lost), SS_OK);
    assert_true(lost > 0);
    ss_record_log_free(log);
    assert_int_equal(reopen(&count), SS_OK);
    assert_int_equal(count, 2 * RECORDS);
}

static blob read_file(void)
{
    FILE *file = fopen(NAME, "rb");
    assert_non_null(file);
    blob all = {malloc(65536), 0};
    assert_non_null(all.bytes);
    all.length = fread(all.bytes, 1, 65536, file);
    assert_true(all.length > 0 && all.length < 65536);
    fclose(file);
    return all;
}

/* A new file: some systems bring one that is written anew to the disk at once. */
static void replace_file(const char *bytes, size_t length)
{
    assert_int_equal(unlink(NAME), 0);
    write_bytes(NAME, bytes, length);
}

/* Whole batches alone, and never fewer than lie before the cut. */
static void test_cut_anywhere(void **state)
{
    (void)state;
    size_t end[BATCHES + 1] = {0};
    for (unsigned i = 1; i <= BATCHES; i++) {
        write_batches(i);
        blob part = read_file();
        end[i] = part.length;
        free(part.bytes);
    }
    blob all = read_file();
    for (size_t length = 0; length <= all.length; length++) {
        unsigned count, batches = 0;
        while (batches < BATCHES && end[batches + 1] <= length)
            batches++;
        replace_file(all.bytes, length);
        assert_int_equal(reopen(&count), SS_OK);
        assert_int_equal(count, batches * RECORDS);
    }
    free(all.bytes);
}

static void test_any_bit_flipped(void **state)
{
    (void)state;
    write_batches(BATCHES);
    blob all = read_file();
    for (size_t bit = 0; bit < 8 * all.length; bit++) {
        ss_record_log *log;
        uint64_t lost;
        all.bytes[bit / 8] = (char)(all.bytes[bit / 8] ^ 1 << bit % 8);
        replace_file(all.bytes, all.length);
        ss_status status = ss_record_log_open(&log, NAME, &lost);
        assert_int_equal(status, bit < 8 * 16 ? SS_ERROR_INPUT : SS_OK); /* the name of the format */
        unsigned count = log != NULL ? read_records(log) : 0;
        assert_true(count < BATCHES * RECORDS && count % RECORDS == 0);
        ss_record_log_free(log);
        all.bytes[bit / 8] = (char)(all.bytes[bit / 8] ^ 1 << bit % 8);
    }
    free(all.bytes);
}

static void test_other_files_are_left_alone(void **state)
{
    (void)state;
    unsigned count;
    write_text(NAME, "notes of mine\n");
    assert_int_equal(reopen(&count), SS_ERROR_INPUT);
    assert_non_null(strstr(ss_last_error(), NAME));
    ss_record_log *log;
    assert_int_equal(ss_record_log_create(&log, NAME), SS_ERROR_INPUT);
    assert_false(ss_record_log_is(NAME));
    blob there = read_file();
    assert_memory_equal(there.bytes, "notes of mine\n", there.length);
    free(there.bytes);
}

static void test_one_process_at_a_time(void **state)
{
    (void)state;
    ss_record_log *first, *second;
    uint64_t lost;
    assert_int_equal(ss_record_log_create(&first, NAME), SS_OK);
    assert_int_equal(ss_record_log_create(&second, NAME), SS_ERROR_IO);
    assert_null(second);
    assert_int_equal(ss_record_log_open(&second, NAME, &lost), SS_ERROR_IO);
    assert_non_null(strstr(ss_last_error(), "in use"));
    ss_record_log_free(first);
}

static void test_no_such_folder(void **state)
{
    (void)state;
    ss_record_log *log;
    assert_int_equal(ss_record_log_create(&log, "nowhere/" NAME), SS_ERROR_IO);
    assert_null(log);
}

/* A full disk, by a limit to the length of files: what was committed stays. */
static void test_disk_full(void **state)
{
    (void)state;
    ss_record_log *log;
    uint64_t lost;
    unsigned count;
    write_batches(BATCHES);
    assert_int_equal(ss_record_log_open(&log, NAME, &lost), SS_OK);
    read_records(log);
    struct rlimit before, limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = (struct rlimit){2000, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    uint8_t big[4096] = {0};
    ss_status status = ss_record_log_append(log, 1, big, sizeof big);
    if (status == SS_OK) status = ss_record_log_commit(log);
    assert_int_equal(status, SS_ERROR_IO);
    ss_record_log_give_up(log);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    ss_record_log_free(log);
    assert_int_equal(ss_record_log_open(&log, NAME, &lost), SS_OK);
    assert_int_equal(lost, 0);
    ss_record_log_free(log);
    assert_int_equal(reopen(&count), SS_OK);
    assert_int_equal(count, BATCHES * RECORDS);
}

int main(void)
{
#define LOG_TEST(test) cmocka_unit_test_setup_teardown(test, enter, leave)
    const struct CMUnitTest tests[] = {
        LOG_TEST(test_written_is_read),       LOG_TEST(test_there_is_none),   LOG_TEST(test_uncommitted_does_not_count),
        LOG_TEST(test_cut_anywhere),          LOG_TEST(test_any_bit_flipped), LOG_TEST(test_other_files_are_left_alone),
        LOG_TEST(test_one_process_at_a_time), LOG_TEST(test_no_such_folder),  LOG_TEST(test_disk_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
