/* A job of linking that is interrupted at any step and resumed ends with the result of one that nobody disturbed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include "link.h"
#include "linked_articles.h"
#include "record_log.h"
#include "sketch_ahead.h"
#include "status.h"
#include "temp_files.h"
#include "warnings.h"

#define LOG   "out.h5.resume"
#define OFTEN 1e-6 /* seconds between checkpoints */

static const char *const inputs[] = {"a.jsonl", "folder"};

/* A job, and after how many questions it is cancelled. */
typedef struct course {
    long asked, most; /* 0: never */
    double seconds;   /* between checkpoints */
    bool resume;
    int threads; /* 0: one */
    const char *identity;
    warnings met;
} course;

static bool is_cancelled(void *user)
{
    course *c = user;
    return ++c->asked == c->most;
}

static void note(void *user, const char *message)
{
    note_warning(&((course *)user)->met, message);
}

static ss_job job_of(course *c)
{
    return (ss_job){.threads = c->threads > 0 ? c->threads : 1, .cancelled = is_cancelled, .warning = note, .user = c};
}

static ss_status open_checkpoint(ss_checkpoint **out, const course *c, const ss_job *job)
{
    const ss_checkpoint_options options = {.output = "out.h5",
                                           .seconds = c->seconds,
                                           .resume = c->resume,
                                           .identity = c->identity != NULL ? c->identity : "window: 3\nfield: x\n",
                                           .paths = inputs,
                                           .path_count = 2,
                                           .job = job};
    return ss_checkpoint_open(out, &options);
}

/* The articles of an earlier run, and then all others, "read" and sketched. */
static ss_status read_articles(ss_articles *articles, ss_sketches *sketches, ss_checkpoint *checkpoint,
                               const ss_job *job)
{
    ss_reader_position position;
    bool all;
    sketches->dimension = model->dimension;
    SS_TRY(ss_checkpoint_load_articles(checkpoint, articles, sketches, &position, &all));
    if (all) return SS_OK;
    ss_articles read = make_articles();
    size_t begin = articles->count;
    assert_int_equal(position.counts.read, begin);
    for (size_t i = 0; i < begin; i++)
        assert_string_equal(articles->item[i].id, read.item[i].id);
    ss_sketch_ahead *ahead;
    ss_status status = ss_sketch_ahead_new(&ahead, model, false, checkpoint, job);
    for (size_t i = begin; i <= read.count && status == SS_OK; i++) {
        if (i < read.count) assert_int_equal(ss_articles_push(articles, &read.item[i]), SS_OK);
        position.counts.read = articles->count;
        status = ss_check_cancelled(job);
        if (status == SS_OK && i < read.count) status = ss_sketch_ahead_follow(ahead, articles, sketches);
        if (status == SS_OK && i == read.count) status = ss_sketch_ahead_finish(ahead, articles, sketches);
        if (ss_checkpoint_due(checkpoint, status))
            ss_checkpoint_save_articles(checkpoint, articles, sketches, &position);
    }
    ss_sketch_ahead_free(ahead);
    if (status == SS_OK) ss_checkpoint_end_articles(checkpoint, articles, sketches, &position);
    ss_articles_clear(&read);
    return status;
}

static ss_link_options options_for_all(void)
{
    ss_link_options options = ss_link_options_default();
    options.keep_candidates = true;
    options.matcher = "scalar";
    return options;
}

static ss_status run_job(ss_result **result, course *c)
{
    ss_job job = job_of(c);
    ss_checkpoint *checkpoint;
    ss_articles articles = {0};
    ss_sketches sketches = {0};
    const ss_link_options options = options_for_all();
    *result = NULL;
    SS_TRY(open_checkpoint(&checkpoint, c, &job));
    ss_status status = read_articles(&articles, &sketches, checkpoint, &job);
    if (status == SS_OK) status = ss_link_sketched(result, &articles, &sketches, model, &options, checkpoint, &job);
    ss_articles_clear(&articles);
    ss_sketches_clear(&sketches);
    ss_checkpoint_free(checkpoint);
    return status;
}

static ss_result *undisturbed(void)
{
    const ss_link_options options = options_for_all();
    ss_job job = {.threads = 1};
    ss_result *result = link_articles(make_articles(), &options, &job);
    assert_true(result->link_count > 100);
    return result;
}

static int enter(void **state)
{
    *state = enter_temp_folder();
    write_text("a.jsonl", "{}\n");
    assert_int_equal(mkdir("folder", 0777), 0);
    write_text("folder/b.txt", "b");
    write_text("folder/c.txt", "c");
    usleep(20000); /* so that they are older than the job, as file systems count */
    return 0;
}

static int leave(void **state)
{
    leave_temp_folder(*state);
    return 0;
}

static void assert_resumed_is(const ss_result *expected, course *c)
{
    ss_result *result;
    c->resume = true;
    c->most = 0;
    assert_int_equal(run_job(&result, c), SS_OK);
    assert_same_results(expected, result);
    ss_result_free(result);
}

/* Cancelled at its n-th question, for n all over the job. */
static void interrupt_anywhere(int threads)
{
    ss_result *expected = undisturbed(), *result;
    course whole = {.seconds = OFTEN};
    assert_int_equal(run_job(&result, &whole), SS_OK);
    assert_same_results(expected, result);
    ss_result_free(result);
    assert_true(whole.asked > 100);
    size_t resumable = 0;
    for (long at = 1; at < whole.asked; at += 1 + at / 4) {
        unlink(LOG);
        course c = {.seconds = OFTEN, .most = at, .threads = threads};
        ss_status status = run_job(&result, &c);
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
        status = run_job(&result, &c);
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
    assert_int_equal(run_job(&result, &c), SS_OK);
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
    assert_int_equal(run_job(&result, &c), SS_OK);
    ss_result_free(result);
    assert_int_equal(access(LOG, F_OK), 0);
}

static void assert_refused(const char *identity, const char *why)
{
    course c = {.seconds = 60, .resume = true, .identity = identity};
    ss_job job = job_of(&c);
    ss_checkpoint *checkpoint;
    assert_int_equal(open_checkpoint(&checkpoint, &c, &job), SS_ERROR_INPUT);
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
    assert_int_equal(open_checkpoint(&checkpoint, &c, &job), SS_OK);
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
    assert_int_equal(run_job(&result, &c), SS_OK);
    ss_result_free(result);
    c = (course){.seconds = 60, .most = 50};
    assert_int_equal(run_job(&result, &c), SS_ERROR_INTERRUPTED);
    assert_int_not_equal(access(LOG, F_OK), 0);
}

static void test_old_log(void **state)
{
    (void)state;
    interrupt_late();
    ss_result *result;
    course c = {.seconds = 60};
    assert_int_equal(run_job(&result, &c), SS_OK);
    assert_non_null(strstr(c.met.text, "add --resume"));
    ss_result_free(result);
    ss_job job = job_of(&c);
    ss_checkpoint *checkpoint;
    assert_int_equal(open_checkpoint(&checkpoint, &c, &job), SS_OK);
    ss_checkpoint_remove(checkpoint);
    ss_checkpoint_free(checkpoint);
    assert_int_not_equal(access(LOG, F_OK), 0);
}

int main(void)
{
#define CHECKPOINT_TEST(test) cmocka_unit_test_setup_teardown(test, enter, leave)
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
