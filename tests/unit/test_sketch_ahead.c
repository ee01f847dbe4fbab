/* Sketches made while a list of articles grows are those of each article alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "linked_articles.h"
#include "sketch_ahead.h"
#include "status.h"

#define BATCH 64 /* articles, with checkpoints as often as can be */

static ss_checkpoint *often;

static int make_checkpoint(void **state)
{
    const ss_checkpoint_options options = {.output = "out.h5", .seconds = 1e-6, .identity = "", .paths = NULL};
    return make_model(state) == 0 && ss_checkpoint_open(&often, &options) == SS_OK ? 0 : -1;
}

static int free_checkpoint(void **state)
{
    ss_checkpoint_free(often);
    return free_model(state);
}

static void push_number(ss_articles *articles, size_t i)
{
    char id[24], zh[TINY_TEXT_SIZE], en[TINY_TEXT_SIZE];
    snprintf(id, sizeof id, "%zu", i);
    tiny_pair(i, zh, en);
    push(articles, id, SS_LANG_EN, i % 5 == 0 ? "" : en, i % 3 == 0 ? zh : "", 18000);
}

static void assert_sketches(const ss_articles *articles, const ss_sketches *sketches)
{
    ss_sketcher *sketcher;
    size_t d = (size_t)model->dimension;
    int8_t *expected[SS_CHANNELS];
    assert_int_equal(ss_sketcher_new(&sketcher, model), SS_OK);
    for (int c = 0; c < SS_CHANNELS; c++)
        expected[c] = malloc(d);
    for (size_t i = 0; i < sketches->count; i++) {
        uint32_t norm[SS_CHANNELS], ngrams;
        assert_int_equal(ss_sketch_channels(sketcher, &articles->item[i], expected, norm, &ngrams), SS_OK);
        assert_int_equal(sketches->ngrams[i], ngrams);
        for (int c = 0; c < SS_CHANNELS; c++) {
            assert_int_equal(sketches->norm[c][i], norm[c]);
            assert_memory_equal(sketches->vector[c] + i * d, expected[c], d);
        }
    }
    for (int c = 0; c < SS_CHANNELS; c++)
        free(expected[c]);
    ss_sketcher_free(sketcher);
}

/* A list that grows from `begin` articles, of which `known` are sketched, to `end`. */
static void sketch_growing(size_t known, size_t begin, size_t end, const ss_checkpoint *checkpoint, int threads)
{
    const ss_job job = {.threads = threads};
    ss_articles articles = {0};
    ss_sketches sketches = {.dimension = model->dimension};
    for (size_t i = 0; i < begin; i++)
        push_number(&articles, i);
    ss_sketch_ahead *ahead;
    assert_int_equal(ss_sketch_ahead_new(&ahead, model, false, checkpoint, &job), SS_OK);
    ss_articles some = {.count = known, .item = articles.item};
    assert_int_equal(ss_sketch_ahead_finish(ahead, &some, &sketches), SS_OK);
    assert_int_equal(sketches.count, known);
    for (size_t i = begin; i < end; i++) {
        push_number(&articles, i);
        assert_int_equal(ss_sketch_ahead_follow(ahead, &articles, &sketches), SS_OK);
        if (checkpoint != NULL) assert_true(articles.count - sketches.count < begin - known + 2 * BATCH);
    }
    assert_int_equal(ss_sketch_ahead_finish(ahead, &articles, &sketches), SS_OK);
    ss_sketch_ahead_free(ahead);
    assert_int_equal(sketches.count, end);
    assert_sketches(&articles, &sketches);
    ss_sketches_clear(&sketches);
    ss_articles_clear(&articles);
}

static void test_any_number(void **state)
{
    (void)state;
    static const size_t ends[] = {0, 1, BATCH - 1, BATCH, BATCH + 1, 2 * BATCH, 3 * BATCH + 7, 1000};
    for (int threads = 1; threads <= 4; threads++)
        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
            sketch_growing(0, 0, ends[i], often, threads);
    sketch_growing(0, 0, 20000, NULL, 2); /* in batches of the usual size */
}

/* As when a job is resumed: there are articles, and sketches of some of them. */
static void test_some_are_there(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 3; threads += 2) {
        sketch_growing(0, 3 * BATCH, 5 * BATCH, often, threads);
        sketch_growing(70, 3 * BATCH, 3 * BATCH, often, threads);
        sketch_growing(70, 70, 300, often, threads);
        sketch_growing(BATCH, 2 * BATCH, 2 * BATCH + 1, often, threads);
    }
}

typedef struct listener {
    pthread_t thread;
    long asked, most; /* 0: never cancelled */
} listener;

static bool is_cancelled(void *user)
{
    listener *l = user;
    assert_true(pthread_equal(l->thread, pthread_self()));
    return ++l->asked == l->most;
}

static void hear_progress(void *user, const char *stage, uint64_t done, uint64_t total)
{
    listener *l = user;
    assert_true(pthread_equal(l->thread, pthread_self()));
    assert_string_equal(stage, "sketch");
    assert_true(done <= total);
}

/* Callbacks come from this thread; what is under way when a job ends early is dropped, what was done stays. */
static void test_cancelled(void **state)
{
    (void)state;
    for (long most = 0; most < 24; most++) {
        listener l = {.thread = pthread_self(), .most = most};
        const ss_job job = {.threads = 3, .cancelled = is_cancelled, .progress = hear_progress, .user = &l};
        ss_articles articles = {0};
        ss_sketches sketches = {.dimension = model->dimension};
        ss_sketch_ahead *ahead;
        assert_int_equal(ss_sketch_ahead_new(&ahead, model, false, often, &job), SS_OK);
        ss_status status = SS_OK;
        for (size_t i = 0; i < 10 * BATCH && status == SS_OK; i++) {
            push_number(&articles, i);
            status = ss_sketch_ahead_follow(ahead, &articles, &sketches);
        }
        if (status == SS_OK && most % 2 == 0) status = ss_sketch_ahead_finish(ahead, &articles, &sketches);
        if (l.asked == most && most > 0) assert_int_equal(status, SS_ERROR_INTERRUPTED);
        ss_sketch_ahead_free(ahead);
        assert_int_equal(sketches.count % BATCH, 0);
        assert_sketches(&articles, &sketches);
        ss_sketches_clear(&sketches);
        ss_articles_clear(&articles);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_number),
        cmocka_unit_test(test_some_are_there),
        cmocka_unit_test(test_cancelled),
    };
    return cmocka_run_group_tests(tests, make_checkpoint, free_checkpoint);
}
