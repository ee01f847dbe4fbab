/* A job of linking that is interrupted at any step and resumed ends with the result of one that nobody disturbed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include "record_log.h"
#include "resumable_jobs.h"
#include "status.h"
#include "temp_files.h"

/* Cancelled at its n-th question, for n all over the job. */
static void interrupt_anywhere(int threads)
{
    ss_result *expected = undisturbed(), *result;
    course whole = {.seconds = OFTEN};
    assert_int_equal(run_course(&result, &whole), SS_OK);
    assert_same_results(expected, result);
    ss_result_free(result);
    assert_true(whole.asked > 100);
    size_t resumable = 0;
    for (long at = 1; at < whole.asked; at += 1 + at / 4) {
        unlink(LOG);
        course c = {.seconds = OFTEN, .most = at, .threads = threads};
        ss_status status = run_course(&result, &c);
        ss_result_free(result);
        assert_true(status == SS_ERROR_INTERRUPTED || status == SS_OK);
        resumable += access(LOG, F_OK) == 0;
        assert_resumed_is(expected, &(course){.seconds = OFTEN});
    }
    assert_true(resumable > 5);
    ss_result_free(expected);
}

static void test_interrupted_anywhere(void **state)
{
    (void)state;
    interrupt_anywhere(1);
    interrupt_anywhere(3);
}

/* As often as it takes, a little further each time. */
static void test_interrupted_again_and_again(void **state)
{
    (void)state;
    ss_result *expected = undisturbed(), *result = NULL;
    int runs = 0;
    course c = {.seconds = OFTEN, .resume = true, .most = 120};
    for (ss_status status = SS_ERROR_INTERRUPTED; status != SS_OK; runs++) {
        c.asked = 0;
        status = run_course(&result, &c);
        assert_true(status == SS_OK || status == SS_ERROR_INTERRUPTED);
        assert_true(runs < 1000);
    }
    assert_true(runs > 2);
    assert_same_results(expected, result);
    ss_result_free(result);
    ss_result_free(expected);
}

static blob read_log(void)
{
    FILE *file = fopen(LOG, "rb");
    struct stat known;
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &known), 0);
    blob all = {malloc((size_t)known.st_size + 1), (size_t)known.st_size};
    assert_non_null(all.bytes);
    assert_int_equal(fread(all.bytes, 1, all.length, file), all.length);
    fclose(file);
    return all;
}

/* Cut short, or with a byte changed, it costs time and nothing else. */
static void test_damaged_log(void **state)
{
    (void)state;
    ss_result *expected = undisturbed(), *result;
    course c = {.seconds = OFTEN};
    assert_int_equal(run_course(&result, &c), SS_OK);
    ss_result_free(result);
    blob all = read_log();
    for (size_t at = 0; at < all.length; at += 1 + all.length / 61) {
        write_bytes(LOG, all.bytes, at);
        assert_resumed_is(expected, &(course){.seconds = at % 2 == 0 ? 60 : 0});
    }
    for (size_t at = 16; at < all.length; at += 1 + all.length / 59) {
        all.bytes[at] = (char)(all.bytes[at] ^ 0x55);
        write_bytes(LOG, all.bytes, all.length);
        all.bytes[at] = (char)(all.bytes[at] ^ 0x55);
        course again = {.seconds = 60};
        assert_resumed_is(expected, &again);
        assert_non_null(strstr(again.met.text, "not whole"));
    }
    free(all.bytes);
    ss_result_free(expected);
}

static void interrupt_late(void)
{
    ss_result *result;
    course c = {.seconds = OFTEN};
    assert_int_equal(run_course(&result, &c), SS_OK);
    ss_result_free(result);
    assert_int_equal(access(LOG, F_OK), 0);
}

static void assert_refused(const char *identity, const char *why)
{
    course c = {.seconds = 60, .resume = true, .identity = identity};
    ss_job job = job_of(&c);
    ss_checkpoint *checkpoint;
    assert_int_equal(open_course(&checkpoint, &c, &job), SS_ERROR_INPUT);
    assert_null(checkpoint);
    if (strstr(ss_last_error(), why) == NULL) print_error("%s\n", ss_last_error());
    assert_non_null(strstr(ss_last_error(), why));
    assert_int_equal(access(LOG, F_OK), 0);
}

static void test_other_options_are_named(void **state)
{
    (void)state;
    interrupt_late();
    assert_refused("window: 4\nfield: x\n", "\"window: 3\", not \"window: 4\"");
    assert_refused("window: 3\n", "\"field: x\", not \"\"");
    assert_refused("window: 3\nfield: x\ninput: y\n", "\"\", not \"input: y\"");
}

static void test_other_inputs_are_named(void **state)
{
    (void)state;
    interrupt_late();
    write_text("folder/bb.txt", "new");
    assert_refused(NULL, "folder/bb.txt");
    assert_int_equal(unlink("folder/bb.txt"), 0);
    write_text("folder/d.txt", "new");
    assert_refused(NULL, "'folder/d.txt' is new");
    assert_int_equal(unlink("folder/d.txt"), 0);
    write_text("folder/b.txt", "changed");
    assert_refused(NULL, "'folder/b.txt' has changed");
    assert_int_equal(unlink("folder/c.txt"), 0);
    assert_int_equal(unlink("folder/b.txt"), 0);
    assert_refused(NULL, "'folder/b.txt' is not there any more");
}

/* What stands in a file now may not be what was read of it. */
static void test_input_changed_meanwhile(void **state)
{
    (void)state;
    course c = {.seconds = OFTEN};
    ss_job job = job_of(&c);
    ss_checkpoint *checkpoint;
    assert_int_equal(open_course(&checkpoint, &c, &job), SS_OK);
    usleep(20000);
    write_text("folder/b.txt", "changed");
    ss_articles articles = make_articles();
    assert_true(ss_checkpoint_due(checkpoint, SS_OK));
    ss_checkpoint_save_articles(checkpoint, &articles, &(ss_sketches){0}, &(ss_reader_position){0});
    assert_non_null(strstr(c.met.text, "'folder/b.txt' changed after the job began"));
    assert_false(ss_checkpoint_due(checkpoint, SS_OK));
    assert_false(ss_checkpoint_exists(checkpoint));
    assert_int_not_equal(access(LOG, F_OK), 0);
    ss_articles_clear(&articles);
    ss_checkpoint_free(checkpoint);
}

static void test_short_job_writes_nothing(void **state)
{
    (void)state;
    ss_result *result;
    course c = {.seconds = 60};
    assert_int_equal(run_course(&result, &c), SS_OK);
    ss_result_free(result);
    c = (course){.seconds = 60, .most = 50};
    assert_int_equal(run_course(&result, &c), SS_ERROR_INTERRUPTED);
    assert_int_not_equal(access(LOG, F_OK), 0);
}

static void test_old_log(void **state)
{
    (void)state;
    interrupt_late();
    ss_result *result;
    course c = {.seconds = 60};
    assert_int_equal(run_course(&result, &c), SS_OK);
    assert_non_null(strstr(c.met.text, "add --resume"));
    ss_result_free(result);
    ss_job job = job_of(&c);
    ss_checkpoint *checkpoint;
    assert_int_equal(open_course(&checkpoint, &c, &job), SS_OK);
    ss_checkpoint_remove(checkpoint);
    ss_checkpoint_free(checkpoint);
    assert_int_not_equal(access(LOG, F_OK), 0);
}

int main(void)
{
#define CHECKPOINT_TEST(test) cmocka_unit_test_setup_teardown(test, enter_course, leave_course)
    const struct CMUnitTest tests[] = {
        CHECKPOINT_TEST(test_interrupted_anywhere),
        CHECKPOINT_TEST(test_interrupted_again_and_again),
        CHECKPOINT_TEST(test_damaged_log),
        CHECKPOINT_TEST(test_other_options_are_named),
        CHECKPOINT_TEST(test_other_inputs_are_named),
        CHECKPOINT_TEST(test_input_changed_meanwhile),
        CHECKPOINT_TEST(test_short_job_writes_nothing),
        CHECKPOINT_TEST(test_old_log),
    };
    return cmocka_run_group_tests(tests, make_learnt_model, free_model);
}
