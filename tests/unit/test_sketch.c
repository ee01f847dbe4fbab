/* Sketches: integers that are the same everywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sketches.h"
#include "status.h"

static sketch sketch_bytes(ss_sketcher *sketcher, const char *text, size_t length)
{
    sketch out;
    memset(&out, 0x55, sizeof out);
    assert_int_equal(ss_sketch_text(sketcher, text, length, out.vector, &out.norm), SS_OK);
    memset(out.vector + model->dimension, 0, sizeof out.vector - (size_t)model->dimension);
    assert_sound(&out, model);
    return out;
}

static sketch sketch_once(const char *text)
{
    ss_sketcher *sketcher = sketcher_of(model);
    sketch out = sketch_bytes(sketcher, text, strlen(text));
    ss_sketcher_free(sketcher);
    return out;
}

static void test_golden_vector(void **state)
{
    (void)state;
    const int8_t expected[16] = {127, -107, -54, 87, -66, 11, 79, 1, -37, -17, 61, -27, -60, -46, 45, 47};
    sketch s = sketch_once("中国中国 news, 37.6");
    assert_memory_equal(s.vector, expected, sizeof expected);
}

static void test_nothing_known(void **state)
{
    (void)state;
    const char *const texts[] = {"", " ", "。，！", "\xff\xfe", "かな"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(sketch_once(texts[i]).norm, 0);
}

static void test_folding_does_not_show(void **state)
{
    (void)state;
    sketch a = sketch_once("臺灣 ＮＥＷＳ café"), b = sketch_once("台湾，news! cafe");
    assert_same(&a, &b);
    assert_true(a.norm > 0);
}

static void test_order_of_words_does_not_matter(void **state)
{
    (void)state;
    sketch a = sketch_once("one two three 四 five"), b = sketch_once("four? no: five 四 three two one");
    sketch c = sketch_once("five 四 three two one");
    assert_same(&a, &c);
    assert_true(memcmp(a.vector, b.vector, sizeof a.vector) != 0);
}

/* What was sketched before leaves no trace. */
static void test_texts_are_apart(void **state)
{
    (void)state;
    ss_sketcher *sketcher = sketcher_of(model);
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < 100; i++) {
            char zh[TINY_TEXT_SIZE], en[TINY_TEXT_SIZE];
            tiny_pair(round == 0 ? i : 99 - i, zh, en);
            sketch used = sketch_bytes(sketcher, zh, strlen(zh)), fresh = sketch_once(zh);
            assert_same(&used, &fresh);
            used = sketch_bytes(sketcher, en, strlen(en));
            fresh = sketch_once(en);
            assert_same(&used, &fresh);
        }
    }
    ss_sketcher_free(sketcher);
    ss_sketcher_free(NULL);
}

/* Every n-gram equally often: all weights grow alike, so that only rounding may tell. */
static void test_repeated_text_stays_near(void **state)
{
    (void)state;
    char zh[TINY_TEXT_SIZE], en[TINY_TEXT_SIZE], many[8 * TINY_TEXT_SIZE] = "";
    tiny_pair(5, zh, en);
    for (int i = 0; i < 8; i++) { /* all of it in the lead */
        strcat(many, en);
        strcat(many, "\n");
    }
    sketch once = sketch_once(en), often = sketch_once(many);
    for (int k = 0; k < model->dimension; k++)
        assert_in_range(once.vector[k] - often.vector[k] + 2, 0, 4);
}

/* Ten megabytes: counts saturate, nothing overflows. */
static void test_very_long_text(void **state)
{
    (void)state;
    const size_t length = 10 << 20;
    char *text = malloc(length);
    assert_non_null(text);
    uint32_t seed = 1;
    for (size_t i = 0; i < length; i++) {
        seed = seed * 1664525u + 1013904223u;
        text[i] = i < length / 2 ? 'x' : "abcdefgh ijklmno pqrstuv wxyz123"[seed >> 27];
        if (i % 3 == 2 && i < length / 4) memcpy(text + i - 2, "中", 3);
        if (i % 2 == 1 && i < length / 2 && i >= length / 4) text[i] = ' ';
    }
    ss_sketcher *sketcher = sketcher_of(model);
    sketch s = sketch_bytes(sketcher, text, length);
    assert_true(s.norm > 0);
    ss_sketcher_free(sketcher);
    free(text);
}

/* Scales as large as they can be, all rows alike, and a text of as many n-grams as will be looked at: without smaller
 * weights the sums would pass 2^31. */
static void test_largest_sums(void **state)
{
    (void)state;
    ss_model *heavy = tiny_model();
    for (uint32_t r = 0; r < heavy->row_count; r++) {
        heavy->scale[r] = UINT16_MAX;
        for (int k = 0; k < heavy->dimension; k++)
            heavy->row[(size_t)r * (size_t)heavy->dimension + (size_t)k] = k % 2 == 0 ? 7 : -7;
    }
    char text[3000];
    for (uint32_t i = 0; i < sizeof text; i++)
        text[i] = i % (SS_WORD_MAX + 1) == SS_WORD_MAX ? ' ' : (char)('a' + ss_hash_mix(i + 1) % 26);
    ss_sketcher *sketcher = sketcher_of(heavy);
    sketch s = {0};
    assert_int_equal(ss_sketch_text(sketcher, text, sizeof text, s.vector, &s.norm), SS_OK);
    for (int k = 0; k < heavy->dimension; k++)
        assert_int_equal(s.vector[k], k % 2 == 0 ? 127 : -127);
    ss_sketcher_free(sketcher);
    ss_model_free(heavy);
}

static void test_term_weight(void **state)
{
    (void)state;
    assert_int_equal(ss_term_weight(0), 0);
    assert_int_equal(ss_term_weight(1), 256);
    assert_int_equal(ss_term_weight(2), 362);
    assert_int_equal(ss_term_weight(4), 512);
    assert_int_equal(ss_term_weight(65535), 65535);
    for (uint64_t count = 1; count <= 65535; count++) { /* rounded down, exactly */
        uint64_t w = ss_term_weight((uint32_t)count);
        assert_true(w * w <= count * 65536 && (w + 1) * (w + 1) > count * 65536);
    }
}

static sketch sketch_channel(const char *title, const char *text, ss_channel channel, uint32_t *ngrams)
{
    ss_sketcher *sketcher = sketcher_of(model);
    ss_article article = tiny_article("id", SS_LANG_EN, title, text, 0);
    sketch out = {0};
    assert_int_equal(ss_sketch_article(sketcher, &article, channel, out.vector, &out.norm, ngrams), SS_OK);
    assert_sound(&out, model);
    ss_article_clear(&article);
    ss_sketcher_free(sketcher);
    return out;
}

static void test_channels(void **state)
{
    (void)state;
    const char *title = "股市", *text = "news of today";
    sketch titles[] = {sketch_channel(title, text, SS_CHANNEL_TITLE, NULL),
                       sketch_channel(title, "", SS_CHANNEL_TITLE, NULL),
                       sketch_channel("", title, SS_CHANNEL_LEAD, NULL)};
    assert_same(&titles[0], &titles[1]);
    assert_same(&titles[0], &titles[2]);
    sketch lead = sketch_channel(title, text, SS_CHANNEL_LEAD, NULL),
           same_lead = sketch_channel("", "news of today 股市", SS_CHANNEL_LEAD, NULL);
    assert_same(&lead, &same_lead);
    sketch whole = sketch_channel(title, text, SS_CHANNEL_WHOLE, NULL), both = sketch_once("股市\nnews of today");
    assert_same(&whole, &both);

    uint32_t ngrams = 99;
    assert_int_equal(sketch_channel("", text, SS_CHANNEL_TITLE, &ngrams).norm, 0);
    assert_int_equal(ngrams, 0);
    assert_int_equal(sketch_channel("", "", SS_CHANNEL_WHOLE, NULL).norm, 0);
    assert_true(sketch_channel("", text, SS_CHANNEL_LEAD, NULL).norm > 0);
}

static void test_title_and_text_do_not_touch(void **state)
{
    (void)state;
    sketch apart = sketch_channel("股", "市", SS_CHANNEL_WHOLE, NULL), spaced = sketch_once("股 市"),
           together = sketch_once("股市");
    assert_same(&apart, &spaced);
    assert_true(memcmp(apart.vector, together.vector, sizeof apart.vector) != 0);
}

/* An article of spaces with news at its beginning and at one other place. */
static sketch sketch_with_news_at(size_t place, ss_channel channel)
{
    char text[5001];
    memset(text, ' ', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    memcpy(text, "news of today", 13);
    memcpy(text + place, "and more of it", 14);
    return sketch_channel("t", text, channel, NULL);
}

static void test_what_comes_late_is_not_looked_at(void **state)
{
    (void)state;
    sketch early = sketch_with_news_at(300, SS_CHANNEL_LEAD), later = sketch_with_news_at(1500, SS_CHANNEL_LEAD),
           latest = sketch_with_news_at(4000, SS_CHANNEL_LEAD);
    assert_true(memcmp(&early, &later, sizeof early) != 0);
    assert_same(&later, &latest);
    early = sketch_with_news_at(300, SS_CHANNEL_WHOLE);
    later = sketch_with_news_at(1500, SS_CHANNEL_WHOLE);
    latest = sketch_with_news_at(4000, SS_CHANNEL_WHOLE);
    assert_true(memcmp(&early, &later, sizeof early) != 0); /* what stands in the lead counts twice */
    assert_true(memcmp(&later, &latest, sizeof early) != 0);
}

static void test_ngrams_are_counted(void **state)
{
    (void)state;
    ss_model *full = tiny_model();
    for (uint32_t b = 0; b < 1u << full->rules.bucket_bits; b++)
        if (full->row_of_bucket[b] == SS_NO_ROW) full->row_of_bucket[b] = 0;
    ss_sketcher *sketcher = sketcher_of(full);
    ss_article article = tiny_article("id", SS_LANG_ZH, "中国", "中国 3,000", 0);
    static const uint32_t expected[SS_CHANNELS] = {14, 3, 7}; /* in the whole article all of it counts twice */
    for (int channel = 0; channel < SS_CHANNELS; channel++) {
        sketch out;
        uint32_t ngrams;
        assert_int_equal(ss_sketch_article(sketcher, &article, (ss_channel)channel, out.vector, &out.norm, &ngrams),
                         SS_OK);
        assert_int_equal(ngrams, expected[channel]);
    }
    ss_article_clear(&article);
    ss_sketcher_free(sketcher);
    ss_model_free(full);
}

/* Characters of each size, beginning at each place; `most` bytes are looked at. */
static void assert_cuts(size_t (*length_of)(const char *text, size_t length), size_t most)
{
    static const char *const character[] = {"a", "é", "中", "\xf0\xa0\x80\x80"};
    char text[5000];
    for (size_t begin = 0; begin < 4; begin++) {
        for (size_t size = 1; size <= 4; size++) {
            size_t n = begin;
            memset(text, 'x', begin);
            for (; n + size <= sizeof text; n += size)
                memcpy(text + n, character[size - 1], size);
            size_t length = length_of(text, n);
            assert_in_range(length, most - 3, most);
            assert_int_equal((length - begin) % size, 0);
            assert_int_equal(length_of(text, begin), begin);
        }
    }
    memset(text, 'x', sizeof text);
    for (size_t length = most - 2; length <= most + 2; length++)
        assert_int_equal(length_of(text, length), length < most ? length : most);
    assert_int_equal(length_of("", 0), 0);
    memset(text, 0x80, sizeof text); /* no character begins anywhere */
    assert_true(length_of(text, sizeof text) <= most);
}

static void test_lead_and_whole_length(void **state)
{
    (void)state;
    assert_cuts(ss_lead_length, 600);
    assert_cuts(ss_whole_length, 3000);
}

typedef struct batch {
    sketch item[200];
    size_t step;
} batch;

static void *sketch_batch(void *context)
{
    batch *b = context;
    ss_sketcher *sketcher;
    if (ss_sketcher_new(&sketcher, model) != SS_OK) return b;
    for (size_t i = 0; i < 200; i++) {
        size_t at = i * b->step % 200;
        char zh[TINY_TEXT_SIZE], en[TINY_TEXT_SIZE];
        tiny_pair(at / 2, zh, en);
        const char *text = at % 2 == 0 ? zh : en;
        if (ss_sketch_text(sketcher, text, strlen(text), b->item[at].vector, &b->item[at].norm) != SS_OK) return b;
    }
    ss_sketcher_free(sketcher);
    return NULL;
}

/* One model for all threads, texts in another order in each. */
static void test_threads_share_a_model(void **state)
{
    (void)state;
    static batch batches[3] = {{.step = 1}, {.step = 7}, {.step = 199}};
    pthread_t thread[3];
    for (int t = 0; t < 3; t++)
        assert_int_equal(pthread_create(&thread[t], NULL, sketch_batch, &batches[t]), 0);
    for (int t = 0; t < 3; t++) {
        void *failed;
        assert_int_equal(pthread_join(thread[t], &failed), 0);
        assert_null(failed);
    }
    for (int t = 1; t < 3; t++)
        assert_memory_equal(batches[0].item, batches[t].item, sizeof batches[0].item);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_vector),
        cmocka_unit_test(test_nothing_known),
        cmocka_unit_test(test_folding_does_not_show),
        cmocka_unit_test(test_order_of_words_does_not_matter),
        cmocka_unit_test(test_texts_are_apart),
        cmocka_unit_test(test_repeated_text_stays_near),
        cmocka_unit_test(test_very_long_text),
        cmocka_unit_test(test_largest_sums),
        cmocka_unit_test(test_term_weight),
        cmocka_unit_test(test_channels),
        cmocka_unit_test(test_title_and_text_do_not_touch),
        cmocka_unit_test(test_what_comes_late_is_not_looked_at),
        cmocka_unit_test(test_ngrams_are_counted),
        cmocka_unit_test(test_lead_and_whole_length),
        cmocka_unit_test(test_threads_share_a_model),
    };
    return cmocka_run_group_tests(tests, make_model, free_model);
}
