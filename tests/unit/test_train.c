/* Training: that it learns, always the same thing, and can be taken up again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "match.h"
#include "sketch.h"
#include "status.h"
#include "temp_files.h"
#include "tiny_model.h"

#define PAIRS 200

static const char *const pairs_path[] = {"pairs.tsv"};

typedef struct history {
    ss_train_progress epoch[16];
    int epochs;
    int cancel_after;       /* epochs; 0: never */
    const char *block_path; /* made a folder at the last epoch; NULL: nothing */
} history;

static void note_epoch(void *user, const ss_train_progress *progress)
{
    history *h = user;
    assert_true(progress->epoch >= 1 && progress->epoch <= progress->epochs);
    assert_true(progress->pairs_done <= progress->pairs_total);
    if (!progress->epoch_ended) return;
    assert_true(h->epochs < 16);
    h->epoch[h->epochs++] = *progress;
    if (h->block_path != NULL && progress->epoch == progress->epochs) assert_int_equal(mkdir(h->block_path, 0700), 0);
}

static bool enough(void *user)
{
    const history *h = user;
    return h->cancel_after > 0 && h->epochs >= h->cancel_after;
}

static ss_status train_for(const ss_train_options *options, int threads, history *h)
{
    ss_job job = {.threads = threads, .cancelled = enough, .user = h};
    return ss_train(options, &job, note_epoch, h);
}

/* The checksum of the model in a file. */
static char *checksum_of(const char *path)
{
    ss_model *model;
    assert_int_equal(ss_model_load(&model, path), SS_OK);
    char *checksum = strdup(ss_model_checksum(model));
    assert_non_null(checksum);
    ss_model_free(model);
    return checksum;
}

static void assert_same_model(const char *a, const char *b)
{
    char *left = checksum_of(a), *right = checksum_of(b);
    assert_string_equal(left, right);
    free(left);
    free(right);
}

static void test_learns(void **state)
{
    (void)state;
    history h = {0};
    ss_train_options options = tiny_train_options(pairs_path, "one.h5");
    assert_int_equal(train_for(&options, 1, &h), SS_OK);
    assert_int_equal(h.epochs, options.epochs);
    const ss_train_progress *first = &h.epoch[0], *last = &h.epoch[h.epochs - 1];
    assert_true(last->loss < 0.7 * first->loss);
    assert_true(last->accuracy > first->accuracy && last->accuracy <= 1);
    assert_true(last->held_out_accuracy[0] >= 0.5 && last->held_out_accuracy[1] >= 0.5);
    assert_int_equal(last->pairs_done, last->pairs_total);
    for (int e = 0; e < h.epochs; e++) {
        assert_int_equal(h.epoch[e].epoch, e + 1);
        assert_true(isfinite(h.epoch[e].loss) && h.epoch[e].loss > 0);
    }
    assert_int_equal(access("one.h5.checkpoint", F_OK), -1);
}

/* The model in the file brings the two texts of a pair together. */
static void test_model_knows_translations(void **state)
{
    (void)state;
    ss_model *model;
    ss_sketcher *sketcher;
    assert_int_equal(ss_model_load(&model, "one.h5"), SS_OK);
    assert_int_equal(ss_sketcher_new(&sketcher, model), SS_OK);
    enum { COUNT = 60 };
    int8_t vector[2][COUNT][SS_MAX_DIMENSION];
    uint32_t norm[2][COUNT];
    int right = 0;
    for (size_t i = 0; i < COUNT; i++) {
        char text[2][TINY_TEXT_SIZE];
        tiny_pair(i, text[0], text[1]);
        for (int side = 0; side < 2; side++)
            assert_int_equal(ss_sketch_text(sketcher, text[side], strlen(text[side]), vector[side][i], &norm[side][i]),
                             SS_OK);
    }
    for (size_t i = 0; i < COUNT; i++) {
        double best = -2;
        size_t nearest = 0;
        for (size_t j = 0; j < COUNT; j++) {
            int32_t dot = 0;
            for (int k = 0; k < model->dimension; k++)
                dot += vector[0][i][k] * vector[1][j][k];
            double cosine = ss_cosine(dot, norm[0][i], norm[1][j]);
            if (cosine > best) {
                best = cosine;
                nearest = j;
            }
        }
        right += nearest == i;
    }
    assert_true(right >= COUNT * 3 / 4);
    ss_sketcher_free(sketcher);
    ss_model_free(model);
}

static void test_threads_do_not_matter(void **state)
{
    (void)state;
    history h = {0};
    ss_train_options options = tiny_train_options(pairs_path, "many.h5");
    options.resume = true; /* without a checkpoint training begins at the beginning */
    assert_int_equal(train_for(&options, 3, &h), SS_OK);
    assert_int_equal(h.epochs, options.epochs);
    assert_same_model("one.h5", "many.h5");
}

/* Stopped half way with two threads, and taken up with one. */
static void test_resumes(void **state)
{
    (void)state;
    history h = {.cancel_after = 2}, rest = {0};
    ss_train_options options = tiny_train_options(pairs_path, "resumed.h5");
    assert_int_equal(train_for(&options, 2, &h), SS_ERROR_INTERRUPTED);
    assert_int_equal(access("resumed.h5.checkpoint", F_OK), 0);
    assert_int_equal(access("resumed.h5", F_OK), -1);

    options.resume = true;
    assert_int_equal(train_for(&options, 1, &rest), SS_OK);
    assert_int_equal(rest.epochs, options.epochs - 2);
    assert_int_equal(rest.epoch[0].epoch, 3);
    assert_same_model("one.h5", "resumed.h5");
    assert_int_equal(access("resumed.h5.checkpoint", F_OK), -1);
}

/* All epochs done but the model not written, as on a disk that was full: only the writing is left. */
static void test_resume_at_the_end(void **state)
{
    (void)state;
    history h = {.block_path = "end.h5"}; /* no file can be renamed to a folder */
    ss_train_options options = tiny_train_options(pairs_path, "end.h5");
    assert_int_not_equal(train_for(&options, 1, &h), SS_OK);
    assert_int_equal(access("end.h5.checkpoint", F_OK), 0);
    remove("end.h5");

    history rest = {0};
    options.resume = true;
    assert_int_equal(train_for(&options, 1, &rest), SS_OK);
    assert_int_equal(rest.epochs, 0);
    assert_same_model("one.h5", "end.h5");
    ss_model *once, *resumed;
    assert_int_equal(ss_model_load(&once, "one.h5"), SS_OK);
    assert_int_equal(ss_model_load(&resumed, "end.h5"), SS_OK);
    assert_string_equal(ss_model_recipe(once), ss_model_recipe(resumed));
    ss_model_free(once);
    ss_model_free(resumed);
}

static void test_checkpoint_of_another_run_is_refused(void **state)
{
    (void)state;
    history h = {.cancel_after = 1};
    ss_train_options options = tiny_train_options(pairs_path, "kept.h5");
    assert_int_equal(train_for(&options, 1, &h), SS_ERROR_INTERRUPTED);
    options.resume = true;
    ss_train_options other[2] = {options, options};
    static const char *const other_path[] = {"other.tsv"};
    tiny_pairs_write(other_path[0], 1, PAIRS);
    other[0].rate = 0.1;
    other[1].paths = other_path;
    for (size_t i = 0; i < 2; i++) {
        history none = {0};
        assert_int_equal(train_for(&other[i], 1, &none), SS_ERROR_INPUT);
        assert_non_null(strstr(ss_last_error(), "kept.h5.checkpoint"));
        assert_int_equal(none.epochs, 0);
    }
    assert_int_equal(access("kept.h5.checkpoint", F_OK), 0);
}

static void test_bad_options(void **state)
{
    (void)state;
    ss_train_options good = tiny_train_options(pairs_path, "bad.h5");
    ss_train_options bad[21];
    for (size_t i = 0; i < 21; i++)
        bad[i] = good;
    bad[0].rules.han_max = 0;
    bad[1].rules.han_max = 9;
    bad[2].rules.latin_min = 1;
    bad[3].rules.latin_min = 6;
    bad[4].rules.latin_max = 9;
    bad[5].rules.bucket_bits = 7;
    bad[6].rules.bucket_bits = 27;
    bad[7].dimension = 0;
    bad[8].dimension = 31;
    bad[9].dimension = 1042;
    bad[10].rows = 0;
    bad[11].rows = 1u << 24;
    bad[12].epochs = 0;
    bad[13].batch = 1;
    bad[14].rate = 0;
    bad[15].rate = NAN;
    bad[16].temperature = -1;
    bad[17].temperature = NAN;
    bad[18].dimension = -2;
    bad[19].path_count = 0;
    bad[20].output = NULL;
    for (size_t i = 0; i < 21; i++) {
        history h = {0};
        assert_int_equal(train_for(&bad[i], 1, &h), SS_ERROR_ARGUMENT);
        assert_true(ss_last_error()[0] != '\0');
    }
    assert_int_equal(access("bad.h5", F_OK), -1);
}

static ss_status train_on(const char *text)
{
    write_text("few.tsv", text);
    static const char *const path[] = {"few.tsv"};
    ss_train_options options = tiny_train_options(path, "few.h5");
    options.batch = 2;
    options.epochs = 1;
    history h = {0};
    return train_for(&options, 1, &h);
}

static void test_bad_pair_files(void **state)
{
    (void)state;
    const char *const without[] = {"", "\n\n", "no tab here\n", "only one side\t\n", "\tonly the other\n", "\t\n"};
    for (size_t i = 0; i < sizeof without / sizeof *without; i++) {
        assert_int_equal(train_on(without[i]), SS_ERROR_INPUT);
        assert_non_null(strstr(ss_last_error(), "few.tsv"));
    }
    assert_int_equal(train_on("。。\t!!\n，，\t??\n"), SS_ERROR_INPUT);
    assert_int_equal(train_on("一只猫\tone cat\n一只狗\tone dog\n"), SS_OK);
    static const char *const absent[] = {"absent.tsv"};
    ss_train_options options = tiny_train_options(absent, "few.h5");
    history h = {0};
    assert_int_equal(train_for(&options, 1, &h), SS_ERROR_IO);
    assert_non_null(strstr(ss_last_error(), "absent.tsv"));
}

/* A file three times an epoch is the same file with three copies of each pair, but for the shuffle. */
static void test_repeats_lengthen_an_epoch(void **state)
{
    (void)state;
    static const char *const thrice[] = {"pairs.tsv@3"};
    ss_train_options options = tiny_train_options(thrice, "thrice.h5");
    options.epochs = 1;
    history h = {0};
    assert_int_equal(train_for(&options, 2, &h), SS_OK);
    assert_int_equal(h.epoch[0].pairs_total,
                     (PAIRS - options.held_out) * 3 / (size_t)options.batch * (size_t)options.batch);
    ss_model *model;
    assert_int_equal(ss_model_load(&model, "thrice.h5"), SS_OK);
    assert_non_null(strstr(ss_model_recipe(model), "\"repeat\":3"));
    assert_non_null(strstr(ss_model_recipe(model), "\"pairs.tsv\""));
    assert_non_null(strstr(ss_model_recipe(model), "invented"));
    ss_model_free(model);
}

/* Two events of five batches each, one after the other in the file or line by line in turn. */
static void write_near(const char *path, bool in_turn)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (size_t i = 0; i < 240; i++) {
        char zh[TINY_TEXT_SIZE], en[TINY_TEXT_SIZE];
        tiny_pair(i, zh, en);
        fprintf(file, "%s\t%s\t%s\n", zh, en, (in_turn ? i % 2 == 0 : i < 120) ? "one" : "other");
    }
    assert_int_equal(fclose(file), 0);
}

static double near_loss(const char *path, int repeat)
{
    history h = {0};
    ss_train_options options = tiny_train_options(&path, "near.h5");
    options.epochs = 1;
    options.batch = 24;
    options.rate = 1e-6; /* hardly anything is learnt: what the batches are made of is all the difference */
    assert_int_equal(train_for(&options, 2, &h), SS_OK);
    assert_int_equal(h.epoch[0].pairs_total, 240 * repeat); /* none is held out, none is lost */
    return h.epoch[0].loss;
}

/* Pairs of one event are no negatives of each other: a batch of one event has nothing to lose, and of ten there are two
 * events in two or three only, if neighbours stay together. */
static void test_neighbours_stay_together(void **state)
{
    (void)state;
    write_near("blocks.tsv", false);
    write_near("turns.tsv", true);
    double mixed = near_loss("turns.tsv@1n", 1);
    assert_true(mixed > 1);
    assert_true(near_loss("blocks.tsv@1n", 1) < 0.4 * mixed);
    assert_true(near_loss("blocks.tsv@3n", 3) < 0.4 * mixed);
    assert_true(near_loss("blocks.tsv@1n", 1) > 0); /* some batch has both */
}

/* Beside a file in any order; stopped and taken up again too. */
static void test_near_pairs_always_the_same_way(void **state)
{
    (void)state;
    static const char *const paths[] = {"pairs.tsv", "blocks.tsv@2n"};
    static const char *const output[] = {"near1.h5", "near3.h5", "near-resumed.h5"};
    for (int i = 0; i < 3; i++) {
        history h = {.cancel_after = i == 2 ? 2 : 0}, rest = {0};
        ss_train_options options = tiny_train_options(paths, output[i]);
        options.path_count = 2;
        assert_int_equal(train_for(&options, 1 + 2 * (i == 1), &h), i == 2 ? SS_ERROR_INTERRUPTED : SS_OK);
        if (i < 2) assert_int_equal(h.epoch[0].pairs_total, 4 * ((PAIRS - options.held_out + 480) / 24 * 24));
        options.resume = true;
        if (i == 2) assert_int_equal(train_for(&options, 2, &rest), SS_OK);
    }
    assert_same_model("near1.h5", "near3.h5");
    assert_same_model("near1.h5", "near-resumed.h5");
    ss_model *model;
    assert_int_equal(ss_model_load(&model, "near1.h5"), SS_OK);
    assert_non_null(strstr(ss_model_recipe(model), "\"near\":true"));
    assert_non_null(strstr(ss_model_recipe(model), "\"near\":false"));
    ss_model_free(model);
}

static int same_ngrams(const ss_model *a, const ss_model *b)
{
    return a->row_count == b->row_count && memcmp(&a->rules, &b->rules, sizeof a->rules) == 0 &&
           memcmp(a->row_of_bucket, b->row_of_bucket, sizeof(uint32_t) << a->rules.bucket_bits) == 0;
}

/* The n-grams of a model, its dimension and what its n-grams tell stay; its rows learn on. What the options say of these
 * is not looked at. */
static void test_starts_from_a_model(void **state)
{
    (void)state;
    static const char *const few[] = {"later.tsv"};
    tiny_pairs_write(few[0], PAIRS, 60);
    ss_train_options options = tiny_train_options(few, "started.h5");
    options.start = "one.h5";
    options.epochs = 2;
    options.held_out = 5;
    options.dimension = 8;
    options.rows = 10;
    options.rules = (ss_ngram_rules){.han_max = 2, .latin_min = 2, .latin_max = 3, .bucket_bits = 8, .seed = 1};
    history h = {0}, fresh = {0};
    assert_int_equal(train_for(&options, 2, &h), SS_OK);
    ss_model *one, *started;
    assert_int_equal(ss_model_load(&one, "one.h5"), SS_OK);
    assert_int_equal(ss_model_load(&started, "started.h5"), SS_OK);
    assert_true(same_ngrams(one, started));
    assert_int_equal(started->dimension, one->dimension);
    assert_memory_equal(started->information, one->information, one->row_count * sizeof *one->information);
    assert_memory_not_equal(started->row, one->row, one->row_count * (size_t)one->dimension);
    assert_non_null(strstr(ss_model_recipe(started), "\"dimension\":32"));
    assert_non_null(strstr(ss_model_recipe(started), "\"bucket_bits\":14"));
    ss_model_free(one);
    ss_model_free(started);

    ss_train_options anew = tiny_train_options(few, "anew.h5");
    anew.epochs = 2;
    anew.held_out = 5;
    assert_int_equal(train_for(&anew, 2, &fresh), SS_OK);
    assert_true(h.epoch[0].loss < 0.8 * fresh.epoch[0].loss); /* it knows something already */

    options.output = "started3.h5";
    assert_int_equal(train_for(&options, 3, &h), SS_OK);
    assert_same_model("started.h5", "started3.h5");
    options.start = "absent.h5";
    assert_int_equal(train_for(&options, 1, &h), SS_ERROR_IO);
    assert_non_null(strstr(ss_last_error(), "absent.h5"));
}

static void test_lexicon_goes_into_the_model(void **state)
{
    (void)state;
    write_text("lexicon.tsv", "# from nowhere\n北京\tBeijing\tplace\t10\n罢工\tstrike\tword\t7\nno entry\n");
    history h = {0};
    ss_train_options options = tiny_train_options(pairs_path, "lexicon.h5");
    options.epochs = 1;
    options.lexicon = "lexicon.tsv";
    assert_int_equal(train_for(&options, 1, &h), SS_OK);
    ss_model *model;
    assert_int_equal(ss_model_load(&model, "lexicon.h5"), SS_OK);
    assert_non_null(model->lexicon);
    assert_int_equal(model->lexicon->entry_count, 2);
    ss_model_free(model);
    static const char *const bad[] = {"absent.tsv", "empty.tsv"};
    write_text(bad[1], "");
    for (size_t i = 0; i < 2; i++) { /* told before anything has been learnt */
        history none = {0};
        options.output = "never.h5";
        options.lexicon = bad[i];
        assert_int_not_equal(train_for(&options, 1, &none), SS_OK);
        assert_non_null(strstr(ss_last_error(), bad[i]));
        assert_int_equal(none.epochs, 0);
    }
}

static void test_cancelled_at_any_time(void **state)
{
    (void)state;
    history h = {.epochs = 1, .cancel_after = 1}; /* at the first question */
    ss_train_options options = tiny_train_options(pairs_path, "never.h5");
    assert_int_equal(train_for(&options, 2, &h), SS_ERROR_INTERRUPTED);
    assert_int_equal(access("never.h5", F_OK), -1);
    assert_int_equal(access("never.h5.checkpoint", F_OK), -1);
}

static void test_place_that_can_not_be_written(void **state)
{
    (void)state;
    history h = {0};
    ss_train_options options = tiny_train_options(pairs_path, "no/such/folder/model.h5");
    options.epochs = 1;
    assert_int_equal(train_for(&options, 1, &h), SS_ERROR_IO);
    assert_non_null(strstr(ss_last_error(), "no/such/folder"));
}

static char *folder;

static int enter(void **state)
{
    (void)state;
    folder = enter_temp_folder();
    tiny_pairs_write(pairs_path[0], 0, PAIRS);
    return 0;
}

static int leave(void **state)
{
    (void)state;
    leave_temp_folder(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_learns), /* leaves one.h5 for those after it */
        cmocka_unit_test(test_model_knows_translations),
        cmocka_unit_test(test_threads_do_not_matter),
        cmocka_unit_test(test_resumes),
        cmocka_unit_test(test_resume_at_the_end),
        cmocka_unit_test(test_checkpoint_of_another_run_is_refused),
        cmocka_unit_test(test_bad_options),
        cmocka_unit_test(test_bad_pair_files),
        cmocka_unit_test(test_repeats_lengthen_an_epoch),
        cmocka_unit_test(test_neighbours_stay_together), /* leaves blocks.tsv for the next */
        cmocka_unit_test(test_near_pairs_always_the_same_way),
        cmocka_unit_test(test_starts_from_a_model),
        cmocka_unit_test(test_lexicon_goes_into_the_model),
        cmocka_unit_test(test_cancelled_at_any_time),
        cmocka_unit_test(test_place_that_can_not_be_written),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
