/* The sketches of all channels in one pass over the text: the same as plain counting and summing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "furniture.h"
#include "gather.h"
#include "sketches.h"
#include "status.h"

/* A text of words, numbers and runs of Han characters of all lengths, of about `size` bytes. */
static void random_text(char *text, size_t size, uint64_t *seed)
{
    static const char *const piece[] = {"a",
                                        "b",
                                        "st",
                                        "é",
                                        "ing",
                                        "中",
                                        "国",
                                        "人民",
                                        "3",
                                        "7",
                                        ",",
                                        ".",
                                        "、",
                                        "\xff",
                                        " ",
                                        "\n",
                                        "ﷺ",
                                        "㍿",
                                        "%",
                                        "-",
                                        "the",
                                        "股市",
                                        "\xf0\xa0\x80\x80"};
    size_t length = 0, favourite = 0;
    while (length < size) {
        *seed = ss_hash_mix(*seed + 1);
        if (*seed % 16 == 0) favourite = (size_t)(*seed >> 20) % 23;
        const char *next = piece[*seed % 3 == 0 ? favourite : (size_t)(*seed >> 8) % 23];
        strcpy(text + length, next);
        length += strlen(next);
    }
    text[length] = '\0';
}

static void add_plainly(ss_ngram_counter *counter, const char *text, size_t length)
{
    ss_folded *folded = NULL;
    size_t count = 0, capacity = 0;
    assert_int_equal(ss_fold_text(model->fold, text, length, &folded, NULL, &count, &capacity), SS_OK);
    assert_int_equal(ss_ngram_counter_add(counter, folded, count), SS_OK);
    free(folded);
}

/* Weights, sums and scaling in 64 bits. */
static sketch finish_plainly(ss_ngram_counter *counter, uint32_t *ngrams)
{
    const ss_feature *feature;
    size_t count;
    ss_ngram_counter_take(counter, &feature, &count);
    uint64_t total = 0;
    int64_t sum[DIMENSION_MAX] = {0}, largest = 0;
    sketch out = {0};
    *ngrams = 0;
    for (size_t i = 0; i < count; i++)
        total += ((uint64_t)ss_term_weight(feature[i].count) * model->scale[feature[i].row] + 128) / 256;
    int shift = 0;
    while (total >> shift >= 1u << 28)
        shift++;
    for (size_t i = 0; i < count; i++) {
        uint64_t weight = ((uint64_t)ss_term_weight(feature[i].count) * model->scale[feature[i].row] + 128) / 256;
        for (int k = 0; k < model->dimension; k++)
            sum[k] += (int64_t)(weight >> shift) * model->row[feature[i].row * (size_t)model->dimension + (size_t)k];
        *ngrams += feature[i].count;
    }
    for (int k = 0; k < model->dimension; k++)
        if (llabs(sum[k]) > largest) largest = llabs(sum[k]);
    for (int k = 0; k < model->dimension && largest > 0; k++) {
        int64_t scaled = (sum[k] * 254 + (sum[k] < 0 ? -largest : largest)) / (2 * largest);
        out.vector[k] = (int8_t)scaled;
        out.norm += (uint32_t)(scaled * scaled);
    }
    return out;
}

/* A channel as it is defined: its texts one after the other, each counted by itself; title and lead twice in the whole. */
static sketch sketch_plainly(ss_ngram_counter *counter, const ss_article *article, ss_channel channel, uint32_t *ngrams)
{
    ss_body report = ss_body_of(article);
    size_t title_length = strlen(article->title);
    add_plainly(counter, article->title, title_length);
    if (channel != SS_CHANNEL_TITLE) add_plainly(counter, report.text, ss_lead_length(report.text, report.length));
    if (channel == SS_CHANNEL_WHOLE) {
        add_plainly(counter, article->title, title_length);
        add_plainly(counter, report.text, ss_whole_length(report.text, report.length));
    }
    return finish_plainly(counter, ngrams);
}

static void assert_channels_plain(ss_sketcher *sketcher, const ss_article *article)
{
    int8_t one[SS_CHANNELS][DIMENSION_MAX];
    int8_t *const vector[SS_CHANNELS] = {one[0], one[1], one[2]};
    uint32_t norm[SS_CHANNELS], ngrams, expected_ngrams, counted;
    ss_ngram_counter *counter;
    assert_int_equal(ss_ngram_counter_new(&counter, &model->rules, model->row_of_bucket, model->row_count), SS_OK);
    assert_int_equal(ss_sketch_channels(sketcher, article, vector, norm, &ngrams), SS_OK);
    for (int channel = 0; channel < SS_CHANNELS; channel++) {
        sketch plain = sketch_plainly(counter, article, (ss_channel)channel, &expected_ngrams), alone = {0};
        assert_int_equal(norm[channel], plain.norm);
        assert_memory_equal(one[channel], plain.vector, (size_t)model->dimension);
        if (channel == SS_CHANNEL_WHOLE) assert_int_equal(ngrams, expected_ngrams);
        assert_int_equal(ss_sketch_article(sketcher, article, (ss_channel)channel, alone.vector, &alone.norm, &counted),
                         SS_OK);
        assert_same(&alone, &plain);
        assert_int_equal(counted, expected_ngrams);
    }
    ss_ngram_counter_free(counter);
}

static void test_one_pass_equals_plain_counting(void **state)
{
    (void)state;
    static const size_t title_size[] = {0, 10, 60, 5000},
                        text_size[] = {0, 1, 30, 590, 600, 610, 700, 2990, 3000, 9000};
    ss_sketcher *sketcher = sketcher_of(model);
    char *title = malloc(6000), *text = malloc(10000);
    assert_true(title != NULL && text != NULL);
    uint64_t seed = 1;
    for (size_t round = 0; round < 2000; round++) {
        random_text(title, title_size[round % 4], &seed);
        random_text(text, text_size[round / 4 % 10], &seed);
        ss_article article = {.title = title, .text = text};
        assert_channels_plain(sketcher, &article);
    }
    free(title);
    free(text);
    ss_sketcher_free(sketcher);
}

/* A word, a number and a run of Han characters, cut by the end of the lead at each of their places. */
static void test_one_pass_where_the_lead_cuts(void **state)
{
    (void)state;
    static const char *const across[] = {"international", "1,234,567.89", "中华人民共和国", "covid19", "19.", "é中é"};
    ss_sketcher *sketcher = sketcher_of(model);
    for (size_t i = 0; i < sizeof across / sizeof *across; i++) {
        for (size_t before = SS_LEAD_BYTES - 24; before <= SS_LEAD_BYTES + 1; before++) {
            char text[SS_LEAD_BYTES + 64];
            memset(text, ' ', before);
            strcpy(text + before, across[i]);
            ss_article article = {.title = (char[]){"title 中"}, .text = text};
            assert_channels_plain(sketcher, &article);
        }
    }
    ss_sketcher_free(sketcher);
}

/* A title so long that counts saturate. */
static void test_one_pass_saturates(void **state)
{
    (void)state;
    ss_sketcher *sketcher = sketcher_of(model);
    char *title = malloc(300001);
    assert_non_null(title);
    for (size_t i = 0; i < 300000; i += 3)
        memcpy(title + i, "中", 3);
    title[300000] = '\0';
    ss_article article = {.title = title, .text = (char[]){"中中 news"}};
    assert_channels_plain(sketcher, &article);
    free(title);
    ss_sketcher_free(sketcher);
}

/* Every way to sum rows gives what the plain one gives. */
static void test_gather_kernels(void **state)
{
    (void)state;
    enum { ROWS = 300, WIDTH = 2 * SS_STRIP };
    int8_t *row = malloc(ROWS * WIDTH);
    assert_non_null(row);
    for (size_t i = 0; i < ROWS * WIDTH; i++)
        row[i] = (int8_t)((int)(ss_hash_mix(i) % 15) - 7);
    size_t plain = 0;
    while (ss_gather_kernels[plain + 1].name != NULL)
        plain++;
    for (size_t count = 0; count <= 70; count++) {
        for (uint32_t bits = 1; bits <= 28; bits += 3) {
            uint32_t place[70], weight[70];
            uint32_t most = (1u << bits) / 70 + 1;
            for (size_t i = 0; i < count; i++) {
                uint64_t random = ss_hash_mix(count * 1000 + bits * 100 + i);
                place[i] = (uint32_t)(random % ROWS);
                weight[i] = (uint32_t)(random >> 32) % most;
            }
            if (count == 1) weight[0] = (1u << bits) - 1;
            int32_t expected[SS_STRIP], sum[SS_STRIP];
            ss_gather_kernels[plain].sum_strip(expected, row + SS_STRIP, WIDTH, place, weight, count);
            for (size_t k = 0; k < plain; k++) {
                if (!ss_gather_kernels[k].supported()) continue;
                ss_gather_kernels[k].sum_strip(sum, row + SS_STRIP, WIDTH, place, weight, count);
                assert_memory_equal(sum, expected, sizeof sum);
            }
        }
    }
    free(row);
}

/* Halves, the largest sums and each sign, against exact division. */
static void test_quantise(void **state)
{
    (void)state;
    static const int32_t largest[] = {1, 2, 127, 254, 255, 508, 1000003, 1879048191};
    for (size_t i = 0; i < sizeof largest / sizeof *largest; i++) {
        for (uint64_t round = 0; round < 200; round++) {
            int32_t sum[65];
            int8_t vector[65];
            uint32_t norm = 0;
            sum[0] = round % 2 == 0 ? largest[i] : -largest[i];
            for (uint64_t k = 1; k < 65; k++) {
                int64_t place = (int64_t)(ss_hash_mix(round * 100 + k) % 255); /* about the bounds between two values */
                sum[k] = (int32_t)((2 * place - 255) * largest[i] / 254 + (int64_t)(k % 3) - 1);
                if (sum[k] > largest[i] || sum[k] < -largest[i]) sum[k] = 0;
            }
            uint32_t found = ss_gather_quantise(vector, sum, 65);
            for (size_t k = 0; k < 65; k++) {
                int64_t half = sum[k] < 0 ? -(int64_t)largest[i] : largest[i];
                int64_t exact = ((int64_t)sum[k] * 254 + half) / (2 * (int64_t)largest[i]);
                assert_int_equal(vector[k], exact);
                norm += (uint32_t)(exact * exact);
            }
            assert_int_equal(found, norm);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_pass_equals_plain_counting),
        cmocka_unit_test(test_one_pass_where_the_lead_cuts),
        cmocka_unit_test(test_one_pass_saturates),
        cmocka_unit_test(test_gather_kernels),
        cmocka_unit_test(test_quantise),
    };
    return cmocka_run_group_tests(tests, make_model, free_model);
}
