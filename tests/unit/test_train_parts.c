/* The parts of training: pairs as features, a step, the model made of what was learnt, the checkpoint file. */
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

#include "quantise.h"
#include "status.h"
#include "temp_files.h"
#include "tiny_model.h"
#include "train_checkpoint.h"
#include "train_step.h"

#define PAIRS 200

static const char *const pairs_path[] = {"pairs.tsv"};
static ss_pool *pool;
static ss_training_set *pairs; /* of pairs.tsv */

static ss_training_set *read_set(const char *const *paths, size_t count)
{
    ss_train_options options = tiny_train_options(paths, "unused.h5");
    options.path_count = count;
    ss_training_set *set;
    assert_int_equal(ss_training_set_read(&set, &options, NULL, pool, NULL), SS_OK);
    return set;
}

static void test_pairs_are_read(void **state)
{
    (void)state;
    const char *text =
        "一只猫\tone cat\r\n\n一只狗\tone dog\tand more columns\nno tab\n一只猫\tone cat\n一只鸟\tone bird";
    write_text("plain.tsv", text);
    write_blob("packed.tsv.gz", gzip_of(text, strlen(text)));
    write_blob("packed.tsv.zst", zstd_of(text, strlen(text)));
    static const char *const paths[] = {"plain.tsv", "packed.tsv.gz@3", "packed.tsv.zst@9"};
    ss_training_set *set = read_set(paths, 3);
    assert_int_equal(set->file_count, 3);
    assert_int_equal(set->pair_count, 12);
    static const int repeats[] = {1, 3, 9};
    for (size_t f = 0; f < 3; f++) {
        assert_int_equal(set->file[f].pairs, 4);
        assert_int_equal(set->file[f].repeat, repeats[f]);
    }
    assert_string_equal(set->file[1].path, "packed.tsv.gz");
    for (size_t i = 0; i < 12; i++) {
        assert_int_equal(set->repeat[i], repeats[i / 4]);
        for (int side = 0; side < 2; side++) {
            const ss_text_features *here = &set->text[side][i], *first = &set->text[side][i % 4];
            assert_int_equal(here->hash, first->hash);
            assert_int_equal(here->count, first->count);
            assert_memory_equal(set->feature + here->begin, set->feature + first->begin,
                                (size_t)here->count * sizeof(uint32_t));
        }
    }
    assert_int_equal(set->text[0][0].hash, set->text[0][2].hash);
    assert_int_not_equal(set->text[0][0].hash, set->text[0][1].hash);
    assert_int_not_equal(set->text[1][1].hash, set->text[1][3].hash);
    ss_training_set_free(set);
    ss_training_set_free(NULL);
}

/* "FILE@3n": neighbours stay together, and the third column is the event. */
static void test_near_pairs_are_read(void **state)
{
    (void)state;
    write_text("near.tsv", "一只猫\tone cat\tev1\r\n一只狗\tone dog\tev1\n一只鸟\tone bird\tev2\n一只鱼\tone fish\n"
                           "一只牛\tone cow\t\n");
    static const char *const paths[] = {"near.tsv", "near.tsv@2n", "near.tsv@2"};
    ss_training_set *set = read_set(paths, 3);
    assert_int_equal(set->pair_count, 15);
    for (size_t i = 0; i < 15; i++) {
        bool near = i / 5 == 1;
        assert_int_equal(set->file[i / 5].near, near);
        assert_int_equal(set->near[i], near);
        assert_int_equal(set->repeat[i], i < 5 ? 1 : 2);
        if (!near) assert_int_equal(set->event[i], 0); /* further columns are not looked at */
    }
    assert_string_equal(set->file[1].path, "near.tsv");
    const uint32_t *event = set->event + 5;
    assert_int_not_equal(event[0], 0);
    assert_int_equal(event[0], event[1]);
    assert_int_not_equal(event[0], event[2]);
    assert_int_equal(event[3], 0);
    assert_int_equal(event[4], 0); /* an empty name is none */
    ss_training_set_free(set);
    static const struct {
        const char *path, *file;
        int repeat;
    } names[] = {{"a@b.tsv", "a@b.tsv", 1}, {"a@0.tsv", "a@0.tsv", 1}, {"a@0", "a@0", 1}, {"a@3m", "a@3m", 1},
                 {"a@3nn", "a@3nn", 1},     {"a@12", "a@12", 1},       {"a@9", "a", 9}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *const path[] = {names[i].path};
        write_text(names[i].file, "一只猫\tone cat\n一只狗\tone dog\n");
        set = read_set(path, 1);
        assert_string_equal(set->file[0].path, names[i].file);
        assert_int_equal(set->file[0].repeat, names[i].repeat);
        assert_false(set->file[0].near);
        ss_training_set_free(set);
    }
}

/* The n-grams of a model, whatever stands in the pairs; its own rules too, not those of the options. */
static void test_vocabulary_of_a_model(void **state)
{
    (void)state;
    ss_model *model = tiny_model();
    ss_train_options options = tiny_train_options(pairs_path, "unused.h5");
    ss_training_set *set;
    assert_int_equal(ss_training_set_read(&set, &options, model, pool, NULL), SS_OK);
    assert_int_equal(set->row_count, model->row_count);
    for (uint32_t r = 0; r < set->row_count; r++)
        assert_int_equal(model->row_of_bucket[set->bucket[r]], r);
    for (size_t i = 0; i < set->pair_count; i++)
        for (int side = 0; side < 2; side++)
            for (uint32_t k = 0; k < set->text[side][i].count; k++)
                assert_true(SS_PACKED_ROW(set->feature[set->text[side][i].begin + k]) < model->row_count);
    ss_table table;
    assert_int_equal(ss_table_from_model(&table, model), SS_OK);
    assert_int_equal(table.row_count, model->row_count);
    assert_int_equal(table.dimension, model->dimension);
    size_t d = (size_t)model->dimension;
    double worth = 0;
    for (uint32_t r = 0; r < model->row_count; r++) { /* all in one unit */
        for (size_t k = 0; k < d; k++) {
            double entry = model->row[r * d + k] * (double)model->scale[r];
            if (worth == 0 && entry != 0) worth = (double)table.row[r * d + k] / entry;
            assert_true(fabs((double)table.row[r * d + k] - worth * entry) <= 1e-5 * fabs(worth * entry));
        }
        assert_true(table.accumulator[r] == 0);
    }
    assert_true(worth > 0);
    ss_table_clear(&table);
    ss_training_set_free(set);
    ss_model_free(model);
}

static void test_vocabulary(void **state)
{
    (void)state;
    const ss_training_set *set = pairs;
    assert_in_range(set->row_count, 100, 4000);
    for (uint32_t r = 0; r < set->row_count; r++) {
        assert_true(set->bucket[r] < 1u << 14);
        assert_true(r == 0 || set->bucket[r] > set->bucket[r - 1]);
        assert_in_range(set->document_frequency[r], 2, 2 * PAIRS);
    }
    uint32_t *frequency = calloc(set->row_count, sizeof *frequency);
    assert_non_null(frequency);
    for (size_t i = 0; i < set->pair_count; i++) {
        for (int side = 0; side < 2; side++) {
            const ss_text_features *text = &set->text[side][i];
            for (uint32_t k = 0; k < text->count; k++) {
                assert_true(SS_PACKED_ROW(set->feature[text->begin + k]) < set->row_count);
                assert_true(SS_PACKED_COUNT(set->feature[text->begin + k]) >= 1);
                frequency[SS_PACKED_ROW(set->feature[text->begin + k])]++;
            }
        }
    }
    for (uint32_t r = 0; r < set->row_count; r++)
        assert_int_equal(frequency[r], set->document_frequency[r]);

    ss_train_options fewer = tiny_train_options(pairs_path, "unused.h5");
    fewer.rows = 50; /* the fifty in most texts */
    ss_training_set *small;
    assert_int_equal(ss_training_set_read(&small, &fewer, NULL, pool, NULL), SS_OK);
    assert_int_equal(small->row_count, 50);
    uint32_t least = UINT32_MAX;
    size_t at_least_as_frequent = 0;
    for (uint32_t r = 0; r < 50; r++)
        if (small->document_frequency[r] < least) least = small->document_frequency[r];
    for (uint32_t r = 0; r < set->row_count; r++)
        at_least_as_frequent += set->document_frequency[r] > least;
    assert_true(at_least_as_frequent < 50);
    free(frequency);
    ss_training_set_free(small);
}

/* One step of learning lowers the loss of the same batch, and its gradient is that of the loss. */
static void test_step_goes_downhill(void **state)
{
    (void)state;
    ss_step *step;
    ss_table table;
    assert_int_equal(ss_table_new(&table, pairs, 8, 1), SS_OK);
    enum { BATCH = 70 }; /* more than one block of rows, and no whole number of them */
    assert_int_equal(ss_step_new(&step, pairs, &table, BATCH, 0.1, pool), SS_OK);
    uint32_t pair[BATCH];
    for (uint32_t i = 0; i < BATCH; i++)
        pair[i] = i;
    double first, loss, accuracy;
    assert_int_equal(ss_step_run(step, pair, 0.02, &first, &accuracy), SS_OK);
    assert_true(isfinite(first) && first > 0);
    double before = first;
    for (int round = 0; round < 10; round++) {
        assert_int_equal(ss_step_run(step, pair, 0.02, &loss, &accuracy), SS_OK);
        assert_true(loss < before);
        assert_true(accuracy >= 0 && accuracy <= 1);
        before = loss;
    }
    assert_true(loss < 0.8 * first);
    ss_step_free(step);
    ss_step_free(NULL);
    ss_table_clear(&table);
}

/* The loss as its definition says, over cosines in double precision; texts shared by two pairs and pairs of one event
 * are no negatives. */
static double loss_by_definition(const ss_training_set *set, const ss_table *table, size_t batch, double temperature)
{
    size_t d = (size_t)table->dimension;
    float *vector = malloc(2 * batch * d * sizeof *vector);
    uint32_t *pair = malloc(batch * sizeof *pair);
    assert_true(vector != NULL && pair != NULL);
    for (uint32_t i = 0; i < batch; i++)
        pair[i] = i;
    for (int side = 0; side < 2; side++)
        assert_int_equal(ss_embed_pairs(set, table, pair, batch, side, vector + (size_t)side * batch * d, pool), SS_OK);
    double loss = 0;
    for (size_t i = 0; i < batch; i++) {
        double own = 0, row = 0, column = 0;
        for (size_t j = 0; j < batch; j++) {
            double forth = 0, back = 0;
            for (size_t k = 0; k < d; k++) {
                forth += (double)vector[i * d + k] * (double)vector[(batch + j) * d + k];
                back += (double)vector[j * d + k] * (double)vector[(batch + i) * d + k];
            }
            bool masked = i != j && (set->text[0][i].hash == set->text[0][j].hash ||
                                     set->text[1][i].hash == set->text[1][j].hash ||
                                     (set->event[i] != 0 && set->event[i] == set->event[j]));
            if (i == j) own = forth / temperature;
            if (!masked) row += exp(forth / temperature), column += exp(back / temperature);
        }
        loss += log(row) + log(column) - 2 * own;
    }
    free(vector);
    free(pair);
    return loss / (2 * (double)batch);
}

static void assert_loss_by_definition(const ss_training_set *set)
{
    const size_t batches[] = {2, 60};
    for (size_t b = 0; b < 2; b++) {
        ss_table table;
        ss_step *step;
        assert_int_equal(ss_table_new(&table, set, 6, 3), SS_OK);
        assert_int_equal(ss_step_new(&step, set, &table, (int)batches[b], 0.2, pool), SS_OK);
        uint32_t pair[60];
        for (uint32_t i = 0; i < 60; i++)
            pair[i] = i;
        double expected = loss_by_definition(set, &table, batches[b], 0.2), loss, accuracy;
        assert_int_equal(ss_step_run(step, pair, 0.01, &loss, &accuracy), SS_OK);
        assert_true(fabs(loss - expected) <= 1e-5 * (1 + fabs(expected)));
        ss_step_free(step);
        ss_table_clear(&table);
    }
}

static void test_loss_is_what_it_is_said_to_be(void **state)
{
    (void)state;
    tiny_pairs_write("twice.tsv", 0, 40);
    FILE *file = fopen("twice.tsv", "a");
    assert_non_null(file);
    char zh[TINY_TEXT_SIZE], en[TINY_TEXT_SIZE];
    for (size_t i = 0; i < 10; i++) { /* texts that stand in two pairs, and pairs that stand there twice */
        tiny_pair(i, zh, en);
        fprintf(file, "%s\t%s\n%s\tsomething else %zu\n", zh, en, zh, i);
    }
    fclose(file);
    static const char *const paths[] = {"twice.tsv"};
    ss_training_set *set = read_set(paths, 1);
    assert_loss_by_definition(set);
    ss_training_set_free(set);
}

/* Pairs of one event are masked out: without its name the loss of the same pairs is higher. */
static void test_events_are_no_negatives(void **state)
{
    (void)state;
    FILE *file = fopen("events.tsv", "w");
    assert_non_null(file);
    char zh[TINY_TEXT_SIZE], en[TINY_TEXT_SIZE];
    for (size_t i = 0; i < 60; i++) {
        tiny_pair(i, zh, en);
        fprintf(file, i % 3 == 0 ? "%s\t%s\n" : "%s\t%s\tevent %zu\n", zh, en, i / 7);
    }
    assert_int_equal(fclose(file), 0);
    static const char *const named[] = {"events.tsv@1n"}, *const unnamed[] = {"events.tsv"};
    ss_training_set *with = read_set(named, 1), *without = read_set(unnamed, 1);
    assert_loss_by_definition(with);
    assert_loss_by_definition(without);
    ss_table table;
    assert_int_equal(ss_table_new(&table, with, 6, 3), SS_OK);
    assert_true(loss_by_definition(with, &table, 60, 0.2) < loss_by_definition(without, &table, 60, 0.2));
    ss_table_clear(&table);
    ss_training_set_free(with);
    ss_training_set_free(without);
}

/* How many texts of the first `batch` pairs hold this row. */
static size_t texts_with_row(uint32_t row, size_t batch)
{
    size_t count = 0;
    for (size_t i = 0; i < batch; i++) {
        for (int side = 0; side < 2; side++) {
            const ss_text_features *text = &pairs->text[side][i];
            for (uint32_t k = 0; k < text->count; k++)
                count += SS_PACKED_ROW(pairs->feature[text->begin + k]) == row;
        }
    }
    return count;
}

/* A row that stands in one text goes against the gradient of the loss, by `rate` on average (that is AdaGrad's first
 * step); one that stands in none stays where it is. The gradient is taken from differences of the loss. */
static void test_step_follows_the_gradient(void **state)
{
    (void)state;
    enum { DIMENSION = 8, BATCH = 40 };
    const float difference = 0.01f, rate = 0.03f;
    ss_table table, after;
    ss_step *step;
    assert_int_equal(ss_table_new(&table, pairs, DIMENSION, 5), SS_OK);
    assert_int_equal(ss_table_new(&after, pairs, DIMENSION, 5), SS_OK);
    assert_int_equal(ss_step_new(&step, pairs, &after, BATCH, 0.2, pool), SS_OK);
    uint32_t pair[BATCH];
    for (uint32_t i = 0; i < BATCH; i++)
        pair[i] = i;
    double loss, accuracy;
    assert_int_equal(ss_step_run(step, pair, (double)rate, &loss, &accuracy), SS_OK);
    int in_one = 0, in_none = 0;
    for (uint32_t r = 0; r < pairs->row_count; r++) {
        const float *moved = after.row + r * DIMENSION;
        float *entry = table.row + r * DIMENSION;
        size_t texts = texts_with_row(r, BATCH);
        if (texts == 0) assert_memory_equal(moved, entry, DIMENSION * sizeof *entry);
        in_none += texts == 0;
        if (texts != 1 || in_one == 12) continue;
        in_one++;
        double dot = 0, gradient_square = 0, step_square = 0;
        for (size_t k = 0; k < DIMENSION; k++) {
            float here = entry[k];
            entry[k] = here + difference;
            double above = loss_by_definition(pairs, &table, BATCH, 0.2);
            entry[k] = here - difference;
            double below = loss_by_definition(pairs, &table, BATCH, 0.2);
            entry[k] = here;
            double gradient = above - below, change = (double)moved[k] - (double)here;
            dot += gradient * change;
            gradient_square += gradient * gradient;
            step_square += change * change;
        }
        assert_true(dot < -0.99 * sqrt(gradient_square * step_square));
        assert_true(fabs(sqrt(step_square / DIMENSION) - (double)rate) <= 0.001 * (double)rate);
    }
    assert_true(in_one == 12 && in_none > 0);
    ss_step_free(step);
    ss_table_clear(&table);
    ss_table_clear(&after);
}

/* Rows come back from their 4 bits within half a step of their scale. */
static void test_quantised_rows_are_near(void **state)
{
    (void)state;
    const ss_training_set *set = pairs;
    ss_table table;
    ss_model *model;
    assert_int_equal(ss_table_new(&table, set, 10, 1), SS_OK);
    memset(table.row + 3 * 10, 0, 10 * sizeof *table.row); /* a row of nothing */
    ss_train_options options = tiny_train_options(pairs_path, "unused.h5");
    assert_int_equal(ss_quantise_table(&model, &table, set, &options.rules), SS_OK);
    assert_int_equal(model->row_count, set->row_count);
    float largest = 0;
    for (size_t i = 0; i < (size_t)table.row_count * 10; i++)
        largest = fmaxf(largest, fabsf(table.row[i]));
    float unit = largest / 7 / 65535;
    for (uint32_t r = 0; r < model->row_count; r++) {
        assert_int_equal(model->row_of_bucket[set->bucket[r]], r);
        float scale = (float)model->scale[r] * unit;
        uint32_t norm = 0;
        for (size_t k = 0; k < 10; k++) {
            int entry = model->row[r * 10 + k];
            assert_in_range(entry + 7, 0, 14);
            assert_true(fabsf((float)entry * scale - table.row[r * 10 + k]) <= 0.51f * scale + unit);
            norm += (uint32_t)(entry * entry);
        }
        assert_int_equal(model->norm[r], norm);
        double bits = log2(2.0 * (double)set->pair_count / set->document_frequency[r]);
        assert_true(fabs(model->information[r] / 256.0 - bits) <= 1 / 256.0);
    }
    assert_int_equal(model->norm[3], 0);
    ss_model_free(model);
    ss_table_clear(&table);
}

static ss_table table_of(float first)
{
    ss_table table = {
        .row_count = 5, .dimension = 4, .row = malloc(20 * sizeof(float)), .accumulator = malloc(5 * sizeof(float))};
    assert_true(table.row != NULL && table.accumulator != NULL);
    for (int i = 0; i < 20; i++)
        table.row[i] = first + (float)i;
    for (int i = 0; i < 5; i++)
        table.accumulator[i] = first - (float)i;
    return table;
}

static void test_checkpoint_file(void **state)
{
    (void)state;
    ss_table written = table_of(0.5f), read = table_of(9.0f), other = table_of(9.0f);
    int epochs = 7;
    assert_int_equal(ss_checkpoint_read("state", 42, &read, &epochs), SS_OK); /* there is none */
    assert_int_equal(epochs, 7);
    assert_true(read.row[0] == 9.0f);
    assert_int_equal(ss_checkpoint_write("state", 42, &written, 3), SS_OK);
    assert_int_equal(access("state.tmp", F_OK), -1);
    assert_int_equal(ss_checkpoint_read("state", 42, &read, &epochs), SS_OK);
    assert_int_equal(epochs, 3);
    assert_memory_equal(read.row, written.row, 20 * sizeof(float));
    assert_memory_equal(read.accumulator, written.accumulator, 5 * sizeof(float));

    assert_int_equal(ss_checkpoint_read("state", 43, &read, &epochs), SS_ERROR_INPUT);
    other.dimension = 2;
    assert_int_equal(ss_checkpoint_read("state", 42, &other, &epochs), SS_ERROR_INPUT);
    other.dimension = 4;
    other.row_count = 4;
    assert_int_equal(ss_checkpoint_read("state", 42, &other, &epochs), SS_ERROR_INPUT);

    blob whole = blob_of_file("state");
    for (size_t length = 0; length < whole.length; length++) {
        write_bytes("state", whole.bytes, length);
        assert_int_equal(ss_checkpoint_read("state", 42, &read, &epochs), SS_ERROR_INPUT);
    }
    assert_int_equal(ss_checkpoint_write("no/such/folder/state", 42, &written, 3), SS_ERROR_IO);
    free(whole.bytes);
    ss_table_clear(&written);
    ss_table_clear(&read);
    ss_table_clear(&other);
}

static char *folder;

static int enter(void **state)
{
    (void)state;
    folder = enter_temp_folder();
    tiny_pairs_write(pairs_path[0], 0, PAIRS);
    assert_int_equal(ss_pool_new(&pool, 2), SS_OK);
    pairs = read_set(pairs_path, 1);
    return 0;
}

static int leave(void **state)
{
    (void)state;
    ss_training_set_free(pairs);
    ss_pool_free(pool);
    leave_temp_folder(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs_are_read),
        cmocka_unit_test(test_near_pairs_are_read),
        cmocka_unit_test(test_vocabulary),
        cmocka_unit_test(test_vocabulary_of_a_model),
        cmocka_unit_test(test_step_goes_downhill),
        cmocka_unit_test(test_loss_is_what_it_is_said_to_be),
        cmocka_unit_test(test_events_are_no_negatives),
        cmocka_unit_test(test_step_follows_the_gradient),
        cmocka_unit_test(test_quantised_rows_are_near),
        cmocka_unit_test(test_checkpoint_file),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
