/* A job whose device is lost keeps what it has done, and goes on from there without the device. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "device_cuda.h"
#include "emulator.h"
#include "resumable_jobs.h"
#include "status.h"
#include "temp_files.h"

/* What of articles and sketches stands in the log. */
static void assert_in_log(size_t articles, size_t sketches)
{
    course c = {.resume = true, .seconds = 60};
    ss_job job = job_of(&c);
    ss_checkpoint *checkpoint;
    ss_articles read = {0};
    ss_sketches made = {.dimension = model->dimension};
    ss_reader_position position;
    bool all;
    assert_int_equal(open_course(&checkpoint, &c, &job), SS_OK);
    assert_int_equal(ss_checkpoint_load_articles(checkpoint, &read, &made, &position, &all), SS_OK);
    assert_int_equal(read.count, articles);
    assert_true(made.count >= sketches);
    ss_checkpoint_free(checkpoint);
    ss_sketches_clear(&made);
    ss_articles_clear(&read);
}

/* Runs a job whose device is lost at its n-th call. */
static ss_status lose_device(course *c, long calls)
{
    ss_result *result;
    unlink(LOG);
    emulator_reset();
    assert_int_equal(ss_cuda_use("0"), SS_OK);
    emulator_settings.calls_to_loss = calls;
    ss_status status = run_course(&result, c);
    if (status != SS_OK) {
        assert_int_equal(status, SS_ERROR_DEVICE);
        /* Saving has not changed what is told; the second one where the matcher was looked for just then. */
        assert_true(strstr(ss_last_error(), "CUDA device 0") != NULL ||
                    strstr(ss_last_error(), "'cuda' can't run on this machine") != NULL);
    }
    assert_int_equal(emulator_leaks(), 0);
    emulator_reset();
    ss_result_free(result);
    return status;
}

/* However short the job was: without a loss it would have written no log. */
static void test_lost_early(void **state)
{
    (void)state;
    ss_result *expected = undisturbed();
    size_t sketching = 0, matching = 0;
    for (long calls = 1;; calls += 1 + calls / 8) {
        course c = {.seconds = 60, .matcher = "cuda", .threads = 1 + (int)(calls % 2)};
        if (lose_device(&c, calls) == SS_OK) break;
        if (c.stage[0] == '\0') continue; /* when it was looked for: nothing has been done */
        bool matched = strcmp(c.stage, "match") == 0;
        sketching += strcmp(c.stage, "sketch") == 0;
        matching += matched;
        assert_in_log(ARTICLES, matched ? ARTICLES : 0);
        assert_resumed_is(expected, &(course){.seconds = 60});
    }
    assert_int_not_equal(access(LOG, F_OK), 0);
    assert_true(sketching > 3 && matching > 3);
    ss_result_free(expected);
}

/* Lists of what has been matched are there too: what is left takes fewer questions than all. */
static void test_lost_among_checkpoints(void **state)
{
    (void)state;
    ss_result *expected = undisturbed(), *result;
    course whole = {.seconds = OFTEN};
    assert_int_equal(run_course(&result, &whole), SS_OK);
    ss_result_free(result);
    long least = whole.asked;
    for (long calls = 20;; calls += calls / 2) {
        course c = {.seconds = OFTEN, .matcher = "cuda"}, resumed = {.seconds = OFTEN};
        if (lose_device(&c, calls) == SS_OK) break;
        assert_resumed_is(expected, &resumed);
        if (resumed.asked < least) least = resumed.asked;
    }
    assert_true(least < whole.asked / 2);
    ss_result_free(expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_lost_early, enter_course, leave_course),
        cmocka_unit_test_setup_teardown(test_lost_among_checkpoints, enter_course, leave_course),
    };
    return cmocka_run_group_tests(tests, make_learnt_model, free_model);
}
