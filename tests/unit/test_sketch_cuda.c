/* Sketches made on CUDA devices against those made by the CPU. Linked with tests/emulator it runs everywhere, and with
 * the CUDA runtime where there is a device. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cuda_device.h"
#include "device_cuda.h"
#include "random_articles.h"
#include "sketch_articles.h"
#include "sketch_cuda.h"
#include "status.h"
#include "tiny_model.h"
#include "warnings.h"

#ifdef SS_EMULATED
#include "emulator.h"
#define ROUNDS 1 /* of random texts */
#else
#define ROUNDS 20
#endif

#define SKIPPED 77

static int begin_test(void **state)
{
    (void)state;
#ifdef SS_EMULATED
    emulator_reset();
#endif
    return ss_cuda_use(NULL) == SS_OK ? 0 : -1;
}

/* Whatever a test did, nothing of a device is left over. */
static int end_test(void **state)
{
    (void)state;
#ifdef SS_EMULATED
    assert_int_equal(emulator_leaks(), 0);
#endif
    return 0;
}

/* ------------------------------------------------------------ comparison */

static ss_sketch_places places_new(size_t count, size_t width)
{
    ss_sketch_places places = {.ngrams = malloc((count + 1) * sizeof *places.ngrams)};
    assert_non_null(places.ngrams);
    for (int c = 0; c < SS_CHANNELS; c++) {
        places.vector[c] = malloc(count * width + 1);
        places.norm[c] = malloc((count + 1) * sizeof *places.norm[c]);
        assert_true(places.vector[c] != NULL && places.norm[c] != NULL);
        memset(places.vector[c], 0x55, count * width);
    }
    return places;
}

static void places_free(ss_sketch_places *places)
{
    for (int c = 0; c < SS_CHANNELS; c++) {
        free(places->vector[c]);
        free(places->norm[c]);
    }
    free(places->ngrams);
}

static void compare_article(ss_sketcher *sketcher, const ss_sketch_places *places, const ss_article *article, size_t i,
                            size_t width)
{
    int8_t room[SS_CHANNELS][1040], *const vector[SS_CHANNELS] = {room[0], room[1], room[2]};
    uint32_t norm[SS_CHANNELS], ngrams;
    assert_int_equal(ss_sketch_channels(sketcher, article, vector, norm, &ngrams), SS_OK);
    assert_int_equal(places->ngrams[i], ngrams);
    for (int c = 0; c < SS_CHANNELS; c++) {
        assert_int_equal(places->norm[c][i], norm[c]);
        assert_memory_equal(places->vector[c] + i * width, room[c], width);
    }
}

static void compare_all(const ss_model *model, const ss_sketch_places *places, const ss_articles *list)
{
    ss_sketcher *sketcher;
    assert_int_equal(ss_sketcher_new(&sketcher, model), SS_OK);
    for (size_t i = 0; i < list->count; i++)
        compare_article(sketcher, places, &list->item[i], i, (size_t)model->dimension);
    ss_sketcher_free(sketcher);
}

/* Sketches the articles on the devices, compares and frees them; how many were left to the CPU. */
static size_t assert_equal_to_cpu(const ss_model *model, ss_articles *list, int threads)
{
    size_t width = (size_t)model->dimension;
    ss_sketch_places places = places_new(list->count, width);
    ss_job job = {.threads = threads};
    ss_sketch_profile profile;
    assert_int_equal(ss_sketch_articles_cuda(&places, model, list, &job, &profile), SS_OK);
    assert_int_equal(profile.articles, list->count);
    assert_true(profile.left <= list->count);
    compare_all(model, &places, list);
    places_free(&places);
    ss_articles_clear(list);
    return (size_t)profile.left;
}

/* ---------------------------------------------------------------- texts */

static void test_random_texts(void **state)
{
    (void)state;
    ss_model *model = tiny_model();
    random_seed = 1;
    for (int round = 0; round < ROUNDS; round++) {
        ss_articles list = random_articles(1000);
        assert_in_range(assert_equal_to_cpu(model, &list, 3), 10, 150);
    }
    ss_model_free(model);
}

/* A word, a number, a run of Han characters and others, cut by the end of the lead at each of their places. */
static void test_where_the_lead_cuts(void **state)
{
    (void)state;
    static const char *const across[] = {
        "international", "1,234,567.89", "中华人民共和国", "covid19",
        "19.",           "é中é",         "a1,000.5b",      "\xf0\xa0\x80\x80\xf0\xa0\x80\x81",
        "㍿㍿"};
    ss_model *model = tiny_model();
    ss_articles list = {0};
    for (size_t i = 0; i < sizeof across / sizeof *across; i++) {
        for (size_t before = SS_LEAD_BYTES - 24; before <= SS_LEAD_BYTES + 1; before++) {
            char text[SS_LEAD_BYTES + 64];
            memset(text, before % 2 == 0 ? ' ' : 'x', before);
            memset(text, ' ', 500);
            strcpy(text + before, across[i]);
            push_article(&list, "title 中", text);
        }
    }
    assert_int_equal(assert_equal_to_cpu(model, &list, 1), 0);
    ss_model_free(model);
}

/* Every first byte with second, third and fourth ones at the bounds of what may follow it. */
static void test_broken_utf8(void **state)
{
    (void)state;
    static const uint8_t bounds[] = {0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc2, 0xe4, 0xff};
    enum { BOUNDS = sizeof bounds };
    ss_model *model = tiny_model();
    ss_articles list = {0};
    static char text[RANDOM_TEXT_SIZE];
    for (unsigned first = 0x80; first <= 0xff; first++) {
        size_t length = 0;
        for (size_t i = 0; i < BOUNDS * BOUNDS * BOUNDS; i += first < 0xe0 ? BOUNDS : first < 0xf0 ? 3 : 1) {
            const size_t last = i % BOUNDS;
            text[length++] = (char)first;
            text[length++] = (char)bounds[i / BOUNDS % BOUNDS];
            text[length++] = (char)bounds[i / BOUNDS / BOUNDS];
            text[length++] = (char)bounds[last];
            text[length++] = 'b';
            if (length < 2800 && i + BOUNDS < BOUNDS * BOUNDS * BOUNDS) continue;
            text[length] = '\0';
            push_article(&list, "", text);
            length = 0;
        }
    }
    for (size_t length = 1; length <= 4; length++) { /* cut off by the end of title and text */
        char title[8] = "x\xf0\xa0\x80\x80";
        title[1 + length] = '\0';
        push_article(&list, title, title);
        push_article(&list, title, "\x80\x80 abc");
    }
    memset(text, 0x80, 4000); /* no character begins anywhere */
    text[4000] = '\0';
    push_article(&list, text, text);
    push_article(&list, "", text);
    assert_in_range(assert_equal_to_cpu(model, &list, 2), 1, 1);
    ss_model_free(model);
}

/* All that text may hold, each code point beside a letter and beside a Han character. */
static void test_code_points(void **state)
{
    (void)state;
    ss_model *model = tiny_model();
    ss_articles list = {0};
    static char text[RANDOM_TEXT_SIZE];
    size_t length = 0;
    for (uint32_t code = 1; code < 0x110000; code++) {
#ifdef SS_EMULATED
        if (code >= 0x3000 && code % (code < 0x10000 ? 29 : 1009) != 0) continue;
#endif
        text[length++] = 'q';
        length += put_code_point(text + length, code);
        memcpy(text + length, "中", 3);
        length += 3;
        if (length < 1400) continue;
        text[length] = '\0';
        push_article(&list, "", text);
        length = 0;
    }
    assert_int_equal(assert_equal_to_cpu(model, &list, 2), 0);
    ss_model_free(model);
}

static void push_repeated(ss_articles *list, const char *piece, size_t times, bool in_title)
{
    static char text[RANDOM_TEXT_SIZE];
    size_t length = strlen(piece);
    for (size_t i = 0; i < times; i++)
        memcpy(text + i * length, piece, length);
    text[times * length] = '\0';
    push_article(list, in_title ? text : "", in_title ? "中中 news" : text);
}

/* Up to the bounds of what a block takes, and beyond. */
static void test_what_does_not_fit(void **state)
{
    (void)state;
    ss_model *model = tiny_model();
    ss_articles list = {0};
    push_repeated(&list, "中", 256, true);
    push_repeated(&list, "x", 1024, true);
    push_repeated(&list, "中 ", 150, false);
    push_repeated(&list, "xyz ", 750, false);
    push_repeated(&list, "x", 3000, false);
    push_repeated(&list, "㍿", 900, false);
    assert_int_equal(assert_equal_to_cpu(model, &list, 1), 0);
    push_repeated(&list, "中", 300, true);       /* counts of the title */
    push_repeated(&list, "x", 1025, true);       /* its length */
    push_repeated(&list, "㍿", 340, true);       /* what it folds to */
    push_repeated(&list, "ﷺ", 1000, false);      /* what the text folds to */
    for (size_t extra = 0; extra < 9; extra++) { /* up to the last place, and beyond */
        char title[700];
        for (size_t i = 0; i < 220; i++)
            memcpy(title + 3 * i, "ﷺ", 3);
        strcpy(title + 660, &"xxxxxxxxx"[extra]);
        push_article(&list, title, "");
    }
    for (uint32_t bucket = 0; bucket < 1u << model->rules.bucket_bits; bucket++)
        if (bucket % 5 != 0) model->row_of_bucket[bucket] = 0;
    push_repeated(&list, "abcdefgh", 75, false); /* counts of the lead */
    assert_in_range(assert_equal_to_cpu(model, &list, 1), 8, 9);
    ss_model_free(model);
}

/* --------------------------------------------------------------- models */

static void make_rows(ss_model *model, int dimension)
{
    free(model->row);
    model->dimension = dimension;
    model->row = malloc((size_t)model->row_count * (size_t)dimension);
    assert_non_null(model->row);
    for (size_t i = 0; i < (size_t)model->row_count * (size_t)dimension; i++)
        model->row[i] = (int8_t)((int)(ss_hash_mix(i + 1) % 15) - 7);
}

static void test_dimensions(void **state)
{
    (void)state;
    static const int dimensions[] = {2, 30, 32, 34, 254, 256, 258, 300, 1040};
    for (size_t i = 0; i < sizeof dimensions / sizeof *dimensions; i++) {
        ss_model *model = tiny_model();
        make_rows(model, dimensions[i]);
        random_seed = i;
        ss_articles list = random_articles(25);
        assert_equal_to_cpu(model, &list, 1);
        ss_model_free(model);
    }
}

static void test_rules(void **state)
{
    (void)state;
    static const ss_ngram_rules rules[] = {{8, 2, 8, 12, 7}, {1, 2, 2, 12, 1}, {3, 8, 8, 12, 0}, {2, 4, 6, 8, 99}};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        ss_model *model = tiny_model();
        model->rules = rules[i];
        random_seed = i;
        ss_articles list = random_articles(60);
        assert_equal_to_cpu(model, &list, 1);
        ss_model_free(model);
    }
}

/* Scales as large as they can be, and all rows alike: weights of more than 16 bits, and so large in all that they are
 * made smaller, lest sums pass 2^31. */
static void test_largest_sums(void **state)
{
    (void)state;
    ss_model *model = tiny_model();
    for (uint32_t r = 0; r < model->row_count; r++) {
        model->scale[r] = UINT16_MAX;
        for (size_t k = 0; k < 16; k++)
            model->row[r * 16 + k] = k % 3 == 0 ? 7 : -7;
    }
    ss_articles list = random_articles(40);
    assert_equal_to_cpu(model, &list, 1);
    static char text[RANDOM_TEXT_SIZE];
    for (size_t i = 0; i < 10; i++) {
        size_t length = 300 * (i + 1);
        for (size_t k = 0; k < length; k++)
            text[k] = (char)(k % 12 == 0 ? ' ' : 'a' + random_below(26));
        text[length] = '\0';
        push_article(&list, "of title", text);
    }
    assert_int_equal(assert_equal_to_cpu(model, &list, 1), 0);
    ss_model_free(model);
}

static void read_articles(ss_articles *list, const char *path, size_t most)
{
    ss_reader *reader;
    assert_int_equal(ss_reader_open(&reader, &path, 1, NULL, NULL), SS_OK);
    bool more = true;
    while (list->count < most) {
        ss_article article;
        assert_int_equal(ss_reader_next(reader, &article, &more), SS_OK);
        if (!more) break;
        assert_int_equal(ss_articles_push(list, &article), SS_OK);
    }
    ss_reader_free(reader);
}

/* The model that is shipped, on the articles of the examples, and of the data where they are at hand. */
static void test_shipped_model(void **state)
{
    (void)state;
#ifdef SS_EMULATED
    emulator_settings.memory = 512u << 20;
#endif
    ss_model *model;
    if (ss_model_open(&model, NULL) != SS_OK) skip();
    ss_articles list = {0};
    read_articles(&list, SS_EXAMPLE_ARTICLES, 100);
    assert_true(list.count > 0);
    const char *data = getenv("SAMESTORY_DATA");
    static const char *const names[] = {"events/pool_zh.jsonl.zst", "events/pool_en.jsonl.zst"};
    for (size_t i = 0; i < 2; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", data != NULL ? data : SS_DATA_FOLDER, names[i]);
        if (access(path, R_OK) == 0) read_articles(&list, path, list.count + 200 * ROUNDS);
    }
    assert_in_range(assert_equal_to_cpu(model, &list, 2), 0, 2);
    ss_model_free(model);
}

/* ------------------------------------------------------------ the caller */

typedef struct calls {
    uint64_t last;
    int before_cancel; /* less than 0: never */
} calls;

static bool cancelled(void *user)
{
    calls *c = user;
    return c->before_cancel >= 0 && c->before_cancel-- == 0;
}

static void progress(void *user, const char *stage, uint64_t done, uint64_t total)
{
    calls *c = user;
    assert_string_equal(stage, "sketch");
    assert_true(done >= c->last && done <= total);
    c->last = done;
}

static void test_progress_and_cancelling(void **state)
{
    (void)state;
    ss_model *model = tiny_model();
    ss_articles list = {0};
    for (size_t i = 0; i < 1100; i++)
        push_article(&list, "", i % 2 == 0 ? "a" : "");
    ss_sketch_places places = places_new(list.count, (size_t)model->dimension);
    for (int before = -1; before < 3; before++) {
        calls c = {.before_cancel = before};
        ss_job job = {.threads = 1, .cancelled = cancelled, .progress = progress, .user = &c};
        ss_status expected = before < 0 ? SS_OK : SS_ERROR_INTERRUPTED;
        assert_int_equal(ss_sketch_articles_cuda(&places, model, &list, &job, NULL), expected);
        if (before < 0) assert_int_equal(c.last, 1024);
    }
    places_free(&places);
    ss_articles_clear(&list);
    assert_int_equal(assert_equal_to_cpu(model, &list, 2), 0); /* no articles at all */
    ss_model_free(model);
}

static void test_shares_of_devices(void **state)
{
    (void)state;
    ss_model *model = tiny_model();
    ss_articles list = {0};
    for (size_t i = 0; i < 1600; i++)
        push_article(&list, i % 2 == 0 ? "title" : "", i % 3 == 0 ? "the text 中国" : "");
    assert_int_equal(ss_cuda_use("0,0"), SS_OK);
    assert_int_equal(assert_equal_to_cpu(model, &list, 3), 0);
    ss_model_free(model);
}

/* While this thread does other things; what becomes of the first batch comes back, of the second too if it is OK. */
static ss_status sketch_beside(const ss_model *model, const ss_articles *list, int threads, warnings *met)
{
    const ss_job job = {.threads = threads, .warning = note_warning, .user = met};
    ss_sketch_places places = places_new(list->count, (size_t)model->dimension);
    ss_pool *pool;
    ss_sketching *sketching;
    ss_status status = SS_OK;
    assert_int_equal(ss_pool_new(&pool, threads), SS_OK);
    assert_int_equal(ss_sketching_new(&sketching, model, true, pool, &job), SS_OK);
    for (int batch = 0; batch < 2 && status == SS_OK; batch++) {
        memset(places.ngrams, 0x55, list->count * sizeof *places.ngrams);
        ss_sketching_begin(sketching, list, places);
        status = ss_sketching_end(sketching);
        if (status == SS_OK) compare_all(model, &places, list);
    }
    if (status == SS_OK) ss_sketching_begin(sketching, list, places); /* and is dropped */
    ss_sketching_free(sketching);
    ss_pool_free(pool);
    places_free(&places);
    return status;
}

static void test_beside_the_caller(void **state)
{
    (void)state;
    ss_model *model = tiny_model();
    ss_articles list = random_articles(600);
    for (int threads = 1; threads <= 4; threads++) {
        warnings met = {0};
        assert_int_equal(sketch_beside(model, &list, threads, &met), SS_OK);
        assert_int_equal(met.count, 0);
    }
    ss_articles_clear(&list);
    ss_model_free(model);
}

#ifdef SS_EMULATED

/* The CPU goes on, once that has been told; a device that is lost ends the job. */
static void test_failures_beside_the_caller(void **state)
{
    (void)state;
    ss_model *model = tiny_model();
    ss_articles list = random_articles(200);
    for (int threads = 1; threads <= 3; threads++) {
        warnings met = {0};
        emulator_settings.memory = 1 << 20;
        assert_int_equal(sketch_beside(model, &list, threads, &met), SS_OK);
        assert_int_equal(met.count, 1);
        assert_non_null(strstr(met.text, "sketching on the CPU: CUDA device 0 has no memory left"));
        emulator_reset();
        emulator_settings.calls_to_loss = 50;
        assert_int_equal(sketch_beside(model, &list, threads, &met), SS_ERROR_DEVICE);
        assert_non_null(strstr(ss_last_error(), "CUDA device 0"));
        emulator_reset();
    }
    ss_articles_clear(&list);
    ss_model_free(model);
}

/* At whatever call the device is lost: the failure is told, and everything is given back. */
static void test_lost_device(void **state)
{
    (void)state;
    ss_model *model = tiny_model();
    ss_articles list = {0};
    for (size_t i = 0; i < 520; i++)
        push_article(&list, "", "");
    ss_sketch_places places = places_new(list.count, (size_t)model->dimension);
    ss_status status = SS_ERROR_DEVICE;
    for (long calls_to_loss = 0; status != SS_OK; calls_to_loss++) {
        emulator_reset();
        assert_int_equal(ss_cuda_use(calls_to_loss % 2 == 0 ? "0" : "0,1"), SS_OK);
        emulator_settings.calls_to_loss = calls_to_loss;
        ss_job job = {.threads = 2};
        status = ss_sketch_articles_cuda(&places, model, &list, &job, NULL);
        if (status != SS_OK) assert_int_equal(status, SS_ERROR_DEVICE);
        assert_int_equal(emulator_leaks(), 0);
    }
    places_free(&places);
    ss_articles_clear(&list);
    ss_model_free(model);
}

/* Fewer lanes where memory is short; a message where there is not enough for one. */
static void test_short_of_memory(void **state)
{
    (void)state;
    ss_model *model = tiny_model();
    for (size_t mebibytes = 12; mebibytes > 0; mebibytes /= 2) {
        ss_articles list = random_articles(5);
        for (size_t i = 0; i < 1100; i++)
            push_article(&list, "", "");
        emulator_settings.memory = mebibytes << 20;
        if (mebibytes >= 6) {
            assert_equal_to_cpu(model, &list, 3);
            continue;
        }
        ss_sketch_places places = places_new(list.count, (size_t)model->dimension);
        assert_int_equal(ss_sketch_articles_cuda(&places, model, &list, NULL, NULL), SS_ERROR_MEMORY);
        assert_non_null(strstr(ss_last_error(), "CUDA device 0 has no memory left"));
        places_free(&places);
        ss_articles_clear(&list);
    }
    ss_model_free(model);
}

static void test_no_device(void **state)
{
    (void)state;
    ss_model *model = tiny_model();
    ss_articles list = {0};
    push_article(&list, "a", "b");
    ss_sketch_places places = places_new(1, (size_t)model->dimension);
    emulator_settings.device_count = 0;
    assert_int_equal(ss_sketch_articles_cuda(&places, model, &list, NULL, NULL), SS_ERROR_DEVICE);
    places_free(&places);
    ss_articles_clear(&list);
    ss_model_free(model);
}

#endif

int main(void)
{
#ifndef SS_EMULATED
    if (!has_cuda_device()) return SKIPPED;
#endif
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_random_texts, begin_test, end_test),
        cmocka_unit_test_setup_teardown(test_where_the_lead_cuts, begin_test, end_test),
        cmocka_unit_test_setup_teardown(test_broken_utf8, begin_test, end_test),
        cmocka_unit_test_setup_teardown(test_code_points, begin_test, end_test),
        cmocka_unit_test_setup_teardown(test_what_does_not_fit, begin_test, end_test),
        cmocka_unit_test_setup_teardown(test_dimensions, begin_test, end_test),
        cmocka_unit_test_setup_teardown(test_rules, begin_test, end_test),
        cmocka_unit_test_setup_teardown(test_largest_sums, begin_test, end_test),
        cmocka_unit_test_setup_teardown(test_shipped_model, begin_test, end_test),
        cmocka_unit_test_setup_teardown(test_progress_and_cancelling, begin_test, end_test),
        cmocka_unit_test_setup_teardown(test_shares_of_devices, begin_test, end_test),
        cmocka_unit_test_setup_teardown(test_beside_the_caller, begin_test, end_test),
#ifdef SS_EMULATED
        cmocka_unit_test_setup_teardown(test_failures_beside_the_caller, begin_test, end_test),
        cmocka_unit_test_setup_teardown(test_lost_device, begin_test, end_test),
        cmocka_unit_test_setup_teardown(test_short_of_memory, begin_test, end_test),
        cmocka_unit_test_setup_teardown(test_no_device, begin_test, end_test),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
