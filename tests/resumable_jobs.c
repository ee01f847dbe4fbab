#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include "link.h"
#include "match.h"
#include "resumable_jobs.h"
#include "sketch_ahead.h"
#include "status.h"
#include "temp_files.h"

static const char *const inputs[] = {"a.jsonl", "folder"};

static bool is_cancelled(void *user)
{
    course *c = user;
    return ++c->asked == c->most;
}

static void hear(void *user, const char *stage, uint64_t done, uint64_t total)
{
    (void)done;
    (void)total;
    snprintf(((course *)user)->stage, sizeof((course *)user)->stage, "%s", stage);
}

static void note(void *user, const char *message)
{
    note_warning(&((course *)user)->met, message);
}

ss_job job_of(course *c)
{
    return (ss_job){.threads = c->threads > 0 ? c->threads : 1,
                    .cancelled = is_cancelled,
                    .progress = hear,
                    .warning = note,
                    .user = c};
}

ss_status open_course(ss_checkpoint **out, const course *c, const ss_job *job)
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
                               const ss_link_options *options, const ss_job *job)
{
    ss_reader_position position;
    const ss_matcher *matcher;
    bool all;
    sketches->dimension = model->dimension;
    SS_TRY(ss_checkpoint_load_articles(checkpoint, articles, sketches, &position, &all));
    if (all) return SS_OK;
    SS_TRY(ss_matcher_find(&matcher, options->matcher));
    ss_articles read = make_articles();
    size_t begin = articles->count;
    assert_int_equal(position.counts.read, begin);
    for (size_t i = 0; i < begin; i++)
        assert_string_equal(articles->item[i].id, read.item[i].id);
    ss_sketch_ahead *ahead;
    ss_status status = ss_sketch_ahead_new(&ahead, model, matcher->cuda, checkpoint, job);
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

static ss_link_options options_for_all(const course *c)
{
    ss_link_options options = ss_link_options_default();
    options.keep_candidates = true;
    options.matcher = c->matcher != NULL ? c->matcher : "scalar";
    return options;
}

ss_status run_course(ss_result **result, course *c)
{
    ss_job job = job_of(c);
    ss_checkpoint *checkpoint;
    ss_articles articles = {0};
    ss_sketches sketches = {0};
    const ss_link_options options = options_for_all(c);
    *result = NULL;
    SS_TRY(open_course(&checkpoint, c, &job));
    ss_status status = read_articles(&articles, &sketches, checkpoint, &options, &job);
    if (status == SS_OK) status = ss_link_sketched(result, &articles, &sketches, model, &options, checkpoint, &job);
    ss_articles_clear(&articles);
    ss_sketches_clear(&sketches);
    ss_checkpoint_free(checkpoint);
    return status;
}

ss_result *undisturbed(void)
{
    const ss_link_options options = options_for_all(&(course){0});
    ss_job job = {.threads = 1};
    ss_result *result = link_articles(make_articles(), &options, &job);
    assert_true(result->link_count > 100);
    return result;
}

int enter_course(void **state)
{
    *state = enter_temp_folder();
    write_text("a.jsonl", "{}\n");
    assert_int_equal(mkdir("folder", 0777), 0);
    write_text("folder/b.txt", "b");
    write_text("folder/c.txt", "c");
    usleep(20000); /* so that they are older than the job, as file systems count */
    return 0;
}

int leave_course(void **state)
{
    leave_temp_folder(*state);
    return 0;
}

void assert_resumed_is(const ss_result *expected, course *c)
{
    ss_result *result;
    c->resume = true;
    c->most = 0;
    assert_int_equal(run_course(&result, c), SS_OK);
    assert_same_results(expected, result);
    ss_result_free(result);
}
