/* The model file: what is written comes back, and nothing damaged is taken for a model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <hdf5.h>
#include <math.h>
#include <signal.h>
#include <sys/resource.h>

#include "linker.h"
#include "match.h"
#include "model.h"
#include "result.h"
#include "seal.h"
#include "status.h"
#include "store_linker.h"
#include "temp_files.h"
#include "tiny_model.h"

#define DIMENSION   6
#define BUCKET_BITS 8
#define ROWS        100u

static const char path[] = "model.h5";

/* A fold table of one block of 128 entries, which serves all 8,704 blocks of code points (fold.c tells the layout):
 * the real one takes long to make, and hides a damaged byte among four million. */
static ss_fold *make_fold(void)
{
    static uint8_t bytes[4 * (2 + 8704 + 128)];
    bytes[0] = 1;
    for (size_t i = 0; i < 128; i++)
        bytes[4 * (2 + 8704 + i)] = (uint8_t)i;
    ss_fold *fold;
    assert_int_equal(ss_fold_load(&fold, bytes, sizeof bytes), SS_OK);
    return fold;
}

/* One row for every second bucket from the third on, stored in reverse order; entries over the whole range. */
static ss_model *make_model(void)
{
    ss_model *model = calloc(1, sizeof *model);
    assert_non_null(model);
    model->fold = make_fold();
    model->rules =
        (ss_ngram_rules){.han_max = 4, .latin_min = 3, .latin_max = 5, .bucket_bits = BUCKET_BITS, .seed = 0xfeedbeef};
    model->dimension = DIMENSION;
    model->row_count = ROWS;
    model->row_of_bucket = malloc(sizeof(uint32_t) << BUCKET_BITS);
    model->row = malloc(ROWS * DIMENSION);
    model->scale = malloc(ROWS * sizeof(uint16_t));
    model->information = malloc(ROWS * sizeof(uint16_t));
    assert_true(model->row_of_bucket != NULL && model->row != NULL);
    assert_true(model->scale != NULL && model->information != NULL);
    for (uint32_t i = 0; i < 1u << BUCKET_BITS; i++)
        model->row_of_bucket[i] = i % 2 == 1 && i >= 3 && i / 2 <= ROWS ? ROWS - i / 2 : SS_NO_ROW;
    for (uint32_t i = 0; i < ROWS * DIMENSION; i++)
        model->row[i] = (int8_t)((int)(i * 11 % 15) - 7);
    for (uint32_t i = 0; i < ROWS; i++) {
        model->scale[i] = (uint16_t)(i * 655);
        model->information[i] = (uint16_t)(i * 37);
    }
    assert_int_equal(ss_model_measure_rows(model), SS_OK);
    model->linker = tiny_linker();
    assert_int_equal(ss_set_text(&model->recipe, "{\"语料\": \"样本\"}"), SS_OK);
    return model;
}

static void assert_same_boost(const ss_boost *a, const ss_boost *b)
{
    assert_int_equal(a->features, b->features);
    assert_true(a->bias == b->bias);
    assert_int_equal(a->tree_count, b->tree_count);
    for (size_t i = 0; i < a->tree_count; i++) {
        const ss_tree *x = &a->tree[i], *y = &b->tree[i];
        assert_memory_equal(x->feature, y->feature, sizeof x->feature);
        assert_memory_equal(x->threshold, y->threshold, sizeof x->threshold);
        assert_memory_equal(x->value, y->value, sizeof x->value);
        assert_int_equal(x->missing_left, y->missing_left);
    }
}

static void assert_same(const ss_model *a, const ss_model *b)
{
    uint8_t *fold_a, *fold_b;
    size_t size_a, size_b;
    assert_int_equal(ss_fold_save(a->fold, &fold_a, &size_a), SS_OK);
    assert_int_equal(ss_fold_save(b->fold, &fold_b, &size_b), SS_OK);
    assert_int_equal(size_a, size_b);
    assert_memory_equal(fold_a, fold_b, size_a);
    free(fold_a);
    free(fold_b);
    assert_memory_equal(&a->rules, &b->rules, sizeof a->rules);
    assert_int_equal(a->dimension, b->dimension);
    assert_int_equal(a->row_count, b->row_count);
    for (uint32_t bucket = 0; bucket < 1u << a->rules.bucket_bits; bucket++) {
        uint32_t row_a = a->row_of_bucket[bucket], row_b = b->row_of_bucket[bucket];
        assert_int_equal(row_a == SS_NO_ROW, row_b == SS_NO_ROW);
        if (row_a == SS_NO_ROW) continue;
        size_t dimension = (size_t)a->dimension;
        assert_memory_equal(a->row + row_a * dimension, b->row + row_b * dimension, dimension);
        assert_int_equal(a->scale[row_a], b->scale[row_b]);
        assert_int_equal(a->information[row_a], b->information[row_b]);
        assert_int_equal(a->norm[row_a], b->norm[row_b]);
    }
    assert_same_boost(&a->linker.alone, &b->linker.alone);
    assert_same_boost(&a->linker.near, &b->linker.near);
    assert_same_boost(&a->linker.company, &b->linker.company);
    assert_same_boost(&a->linker.brief, &b->linker.brief);
    assert_true(a->linker.threshold == b->linker.threshold);
    assert_string_equal(ss_model_recipe(a), ss_model_recipe(b));
    assert_string_equal(ss_model_checksum(a), ss_model_checksum(b));
}

static int make_folder(void **state)
{
    *state = enter_temp_folder();
    return 0;
}

static int remove_folder(void **state)
{
    leave_temp_folder(*state);
    return 0;
}

static char *read_file(size_t *size)
{
    struct stat known;
    assert_int_equal(stat(path, &known), 0);
    *size = (size_t)known.st_size;
    char *bytes = malloc(*size + 1);
    FILE *file = fopen(path, "rb");
    assert_true(bytes != NULL && file != NULL);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

static void test_round_trip(void **state)
{
    (void)state;
    ss_model *model = make_model(), *again;
    assert_int_equal(ss_model_write(model, path), SS_OK);
    assert_int_equal(strlen(ss_model_checksum(model)), 64);
    assert_int_equal(ss_model_open(&again, path), SS_OK);
    assert_int_equal(ss_model_dimension(again), DIMENSION);
    assert_same(model, again);
    ss_model_free(model);
    /* Rows are now in the order of buckets, and so it stays. */
    assert_int_equal(ss_model_write(again, path), SS_OK);
    assert_int_equal(ss_model_load(&model, path), SS_OK);
    assert_same(model, again);
    assert_memory_equal(model->row, again->row, ROWS * DIMENSION);
    ss_model_free(model);
    ss_model_free(again);
    ss_model_free(NULL);
}

static void test_no_rows(void **state)
{
    (void)state;
    ss_model *model = make_model(), *again;
    model->row_count = 0;
    memset(model->row_of_bucket, 0xff, sizeof(uint32_t) << BUCKET_BITS);
    assert_int_equal(ss_model_write(model, path), SS_OK);
    assert_int_equal(ss_model_load(&again, path), SS_OK);
    assert_same(model, again);
    ss_model_free(model);
    ss_model_free(again);
}

/* Then the file holds no trees, and the plain linker serves. */
static void test_without_a_linker(void **state)
{
    (void)state;
    ss_model *model = make_model(), *again;
    assert_int_equal(ss_model_write(model, path), SS_OK);
    char learnt[65];
    memcpy(learnt, model->checksum, sizeof learnt);
    ss_linker_clear(&model->linker);
    assert_int_equal(ss_model_write(model, path), SS_OK);
    assert_string_not_equal(model->checksum, learnt);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_true(H5Lexists(file, "linker", H5P_DEFAULT) > 0);
    assert_int_equal(H5Lexists(file, "linker/alone", H5P_DEFAULT), 0);
    H5Fclose(file);
    assert_int_equal(ss_model_load(&again, path), SS_OK);
    assert_same(model, again);
    assert_int_equal(again->linker.alone.features, 0);
    assert_null(again->linker.alone.tree);
    ss_model_free(model);
    ss_model_free(again);
}

static void test_a_linker_that_learnt_from_no_headlines(void **state)
{
    (void)state;
    ss_model *model = make_model(), *again;
    ss_boost_clear(&model->linker.brief);
    assert_int_equal(ss_model_write(model, path), SS_OK);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_int_equal(H5Lexists(file, "linker/brief", H5P_DEFAULT), 0);
    H5Fclose(file);
    assert_int_equal(ss_model_load(&again, path), SS_OK);
    assert_same(again, model);
    assert_int_equal(again->linker.brief.features, 0);
    ss_model_free(again);
    ss_model_free(model);
}

/* A boost may be its bias alone: samples of one kind only teach no more. */
static void test_a_linker_without_trees(void **state)
{
    (void)state;
    ss_model *model = make_model(), *again;
    model->linker.near.tree_count = 0;
    assert_int_equal(ss_model_write(model, path), SS_OK);
    assert_int_equal(ss_model_load(&again, path), SS_OK);
    assert_same(model, again);
    ss_model_free(model);
    ss_model_free(again);
}

/* The checksum follows what bears on results, and nothing else. */
static void test_checksum(void **state)
{
    (void)state;
    ss_model *model = make_model();
    char first[65];
    assert_int_equal(ss_model_write(model, path), SS_OK);
    memcpy(first, model->checksum, sizeof first);
    assert_int_equal(ss_set_text(&model->recipe, "another"), SS_OK);
    assert_int_equal(ss_model_write(model, path), SS_OK);
    assert_string_equal(model->checksum, first);
    model->row[16] = (int8_t)-model->row[16];
    assert_int_equal(ss_model_write(model, path), SS_OK);
    assert_string_not_equal(model->checksum, first);
    model->row[16] = (int8_t)-model->row[16];
    assert_int_equal(ss_model_write(model, path), SS_OK);
    assert_string_equal(model->checksum, first);
    ss_boost *const boosts[] = {&model->linker.alone, &model->linker.near, &model->linker.company,
                                &model->linker.brief};
    for (size_t i = 0; i < sizeof boosts / sizeof *boosts; i++) {
        ss_tree *tree = &boosts[i]->tree[boosts[i]->tree_count - 1];
        const ss_tree kept = *tree;
        const double bias = boosts[i]->bias;
        for (int change = 0; change < 5; change++) {
            if (change == 0) tree->feature[0]++;
            if (change == 1) tree->threshold[14] = -tree->threshold[14]; /* 0 to -0 */
            if (change == 2) tree->missing_left ^= 1;
            if (change == 3) tree->value[0] += 0.5f;
            if (change == 4) boosts[i]->bias += 0.5;
            assert_int_equal(ss_model_write(model, path), SS_OK);
            assert_string_not_equal(model->checksum, first);
            *tree = kept;
            boosts[i]->bias = bias;
        }
    }
    model->linker.threshold += 0.001;
    assert_int_equal(ss_model_write(model, path), SS_OK);
    assert_string_not_equal(model->checksum, first);
    ss_model_free(model);
}

static void assert_not_written(ss_model *model)
{
    struct stat known;
    assert_int_equal(ss_model_write(model, path), SS_ERROR_ARGUMENT);
    assert_int_not_equal(stat(path, &known), 0);
    ss_model_free(model);
}

static void test_faulty_models_are_not_written(void **state)
{
    (void)state;
    ss_model *model = make_model();
    model->dimension = 5;
    assert_not_written(model);
    model = make_model();
    model->dimension = SS_MAX_DIMENSION + 2;
    assert_not_written(model);
    model = make_model();
    model->linker.company.tree[2].value[2] = NAN;
    assert_not_written(model);
    model = make_model();
    model->linker.alone.tree[0].feature[0] = SS_FEATURES_ALONE;
    assert_not_written(model);
    model = make_model();
    model->linker.near.features--; /* must be as many as those of the pair alone */
    assert_not_written(model);
    model = make_model();
    model->linker.company.features = 0;
    assert_not_written(model);
    model = make_model();
    model->linker.brief.features = SS_LINKER_FEATURES;
    assert_not_written(model);
    model = make_model();
    model->linker.threshold = NAN;
    assert_not_written(model);
    model = make_model();
    model->row_of_bucket[3] = ROWS;
    assert_not_written(model);
    model = make_model();
    model->row_of_bucket[3] = SS_NO_ROW;
    assert_not_written(model);
}

static void test_damaged_models_are_refused(void **state)
{
    (void)state;
    ss_model *model = make_model(), *again;
    assert_int_equal(ss_model_write(model, path), SS_OK);
    size_t size;
    char *bytes = read_file(&size);
    for (size_t at = 0; at < size; at += at < 1024 ? 1 : 31) {
        bytes[at] ^= (char)(1 << at % 8);
        write_bytes(path, bytes, size);
        bytes[at] ^= (char)(1 << at % 8);
        assert_int_equal(ss_model_load(&again, path), SS_ERROR_INPUT);
        assert_null(again);
    }
    free(bytes);
    ss_model_free(model);
}

/* Seals the file again that was changed, as if it had been written so. */
static void assert_refused(const char *complaint)
{
    ss_model *again;
    int descriptor = open(path, O_RDWR);
    assert_int_equal(ss_seal_write(descriptor, "samestory model"), SS_OK);
    close(descriptor);
    assert_int_equal(ss_model_load(&again, path), SS_ERROR_INPUT);
    assert_null(again);
    if (strstr(ss_last_error(), complaint) == NULL) fail_msg("'%s' lacks '%s'", ss_last_error(), complaint);
}

static hid_t open_model(void)
{
    ss_model *model = make_model();
    assert_int_equal(ss_model_write(model, path), SS_OK);
    ss_model_free(model);
    return H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
}

static void assert_attribute_matters(const char *object, const char *name, int value, const char *complaint)
{
    hid_t file = open_model(), holder = H5Oopen(file, object, H5P_DEFAULT),
          attribute = H5Aopen(holder, name, H5P_DEFAULT);
    assert_true(H5Awrite(attribute, H5T_NATIVE_INT, &value) >= 0);
    H5Aclose(attribute);
    H5Oclose(holder);
    H5Fclose(file);
    assert_refused(complaint);
}

static void test_faulty_models_are_not_read(void **state)
{
    (void)state;
    assert_attribute_matters("/", "format_version", 2, "version 2");
    assert_attribute_matters("/", "complete", 0, "cut short");
    assert_attribute_matters("/", "dimension", 5, "dimension");
    assert_attribute_matters("/", "dimension", SS_MAX_DIMENSION + 2, "dimension");
    assert_attribute_matters("/", "dimension", DIMENSION + 2, "rows/values");
    assert_attribute_matters("/", "han_max", 9, "n-grams");
    assert_attribute_matters("/", "latin_min", 6, "n-grams");
    assert_attribute_matters("/", "bucket_bits", 27, "buckets");
    assert_attribute_matters("/", "seed", 1, "checksum");
    assert_attribute_matters("linker/alone", "features", -1, "features");
    assert_attribute_matters("linker/company", "features", 256, "features");
    assert_attribute_matters("linker/near", "features", 5, "do not fit each other");
    assert_attribute_matters("linker/brief", "features", SS_FEATURES_ALONE + 1, "do not fit each other");
    assert_attribute_matters("linker/alone", "bias", 7, "checksum");
    assert_attribute_matters("linker", "threshold", 1, "checksum");
}

/* Changes the first value of the first tree. */
static void assert_tree_matters(const char *name, double value, const char *complaint)
{
    hid_t file = open_model(), dataset = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(dataset);
    const hsize_t start[2] = {0, 0}, one[2] = {1, 1};
    hid_t memory = H5Screate_simple(1, one, NULL);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, one, NULL);
    assert_true(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, &value) >= 0);
    H5Sclose(memory);
    H5Sclose(space);
    H5Dclose(dataset);
    H5Fclose(file);
    assert_refused(complaint);
}

static void test_damaged_trees_are_refused(void **state)
{
    (void)state;
    assert_tree_matters("linker/alone/feature", SS_FEATURES_ALONE, "not there");
    assert_tree_matters("linker/near/feature", 200, "not there");
    assert_tree_matters("linker/company/feature", SS_BOOST_LEAF, "below a leaf");
    assert_tree_matters("linker/alone/threshold", NAN, "threshold");
    assert_tree_matters("linker/company/value", INFINITY, "value");
    assert_tree_matters("linker/near/missing_left", 7, "checksum");
    static const struct {
        const char *part, *complaint;
    } missing[] = {{"linker/near", "linker/near"},
                   {"linker/company", "linker/company"},
                   {"linker/alone/value", "linker/alone/value is missing"},
                   {"linker/near/missing_left", "linker/near/missing_left is missing"},
                   {"linker/brief", "checksum"},  /* as of a linker that has learnt from no headlines */
                   {"linker/alone", "checksum"}}; /* as if nothing had been learnt */
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++) {
        hid_t file = open_model();
        assert_true(H5Ldelete(file, missing[i].part, H5P_DEFAULT) >= 0);
        H5Fclose(file);
        assert_refused(missing[i].complaint);
    }
}

/* Of a time when there were others. */
static void test_a_linker_for_other_features_is_refused(void **state)
{
    (void)state;
    ss_model *model = make_model(), *again;
    model->linker.company.features = SS_LINKER_FEATURES + 1;
    assert_int_equal(ss_model_write(model, path), SS_OK);
    ss_model_free(model);
    assert_int_equal(ss_model_load(&again, path), SS_ERROR_INPUT);
    assert_non_null(strstr(ss_last_error(), "calibrate the model anew"));
}

static void test_other_files_are_refused(void **state)
{
    (void)state;
    ss_model *again;
    write_text(path, "");
    assert_int_equal(ss_model_load(&again, path), SS_ERROR_INPUT);
    assert_non_null(strstr(ss_last_error(), "is empty"));
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    assert_int_equal(ss_model_load(&again, path), SS_ERROR_INPUT);
    assert_non_null(strstr(ss_last_error(), "not a samestory model file"));
    assert_int_equal(ss_model_load(&again, "."), SS_ERROR_IO);
}

static void test_cut_short_models_are_refused(void **state)
{
    (void)state;
    ss_model *model = make_model(), *again;
    assert_int_equal(ss_model_write(model, path), SS_OK);
    ss_model_free(model);
    size_t size;
    char *bytes = read_file(&size);
    for (size_t length = 0; length<size; length += length + 100> size ? 1 : 97) {
        write_bytes(path, bytes, length);
        assert_int_equal(ss_model_load(&again, path), SS_ERROR_INPUT);
        assert_null(again);
    }
    free(bytes);
}

static void test_full_disk(void **state)
{
    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    ss_model *model = make_model();
    struct rlimit before, now;
    struct stat known;
    for (rlim_t limit = 0; limit < 10000; limit += 500) {
        assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
        now = before;
        now.rlim_cur = limit;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
        ss_status status = ss_model_write(model, path);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        assert_int_equal(status, SS_ERROR_IO);
        assert_int_not_equal(stat(path, &known), 0);
    }
    ss_model_free(model);
}

static void test_search(void **state)
{
    (void)state;
    ss_model *model = make_model(), *again;
    assert_int_equal(ss_model_write(model, path), SS_OK);
    assert_int_equal(setenv("SAMESTORY_MODEL", path, 1), 0);
    assert_int_equal(ss_model_open(&again, NULL), SS_OK);
    assert_string_equal(ss_model_checksum(model), ss_model_checksum(again));
    ss_model_free(again);
    ss_model_free(model);
    assert_int_equal(ss_model_open(&again, "/no/such/model.h5"), SS_ERROR_IO); /* a named path comes first */
    assert_non_null(strstr(ss_last_error(), "/no/such/model.h5"));
    assert_int_equal(setenv("SAMESTORY_MODEL", "/no/model/either.h5", 1), 0);
    assert_int_equal(ss_model_open(&again, NULL), SS_ERROR_IO);
    assert_non_null(strstr(ss_last_error(), "/no/model/either.h5"));
    assert_null(again);
    assert_int_equal(unsetenv("SAMESTORY_MODEL"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_round_trip),
        TEST(test_no_rows),
        TEST(test_without_a_linker),
        TEST(test_a_linker_that_learnt_from_no_headlines),
        TEST(test_a_linker_without_trees),
        TEST(test_checksum),
        TEST(test_faulty_models_are_not_written),
        TEST(test_faulty_models_are_not_read),
        TEST(test_damaged_trees_are_refused),
        TEST(test_a_linker_for_other_features_is_refused),
        TEST(test_other_files_are_refused),
        TEST(test_damaged_models_are_refused),
        TEST(test_cut_short_models_are_refused),
        TEST(test_full_disk),
        TEST(test_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
