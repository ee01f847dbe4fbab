/* N-grams: which ones a text has, by hand, and that list and counter agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ngram.h"
#include "status.h"
#include "tiny_model.h"

static const ss_ngram_rules rules = {.han_max = 4, .latin_min = 3, .latin_max = 5, .bucket_bits = 20, .seed = 1};
static ss_fold *fold;

typedef struct listed {
    ss_folded *folded;
    size_t length, folded_capacity;
    ss_ngram *item;
    size_t count, capacity;
} listed;

static listed list_with(const ss_ngram_rules *by, const char *text)
{
    listed out = {0};
    assert_int_equal(ss_fold_text(fold, text, strlen(text), &out.folded, NULL, &out.length, &out.folded_capacity),
                     SS_OK);
    assert_int_equal(ss_ngrams_list(by, out.folded, out.length, true, &out.item, &out.count, &out.capacity), SS_OK);
    return out;
}

static void listed_free(listed *list)
{
    free(list->folded);
    free(list->item);
}

/* The n-grams of a text as "begin-end" with a letter for the kind, in order: "H0-1 H0-2 W3-6". */
static void assert_ngrams_with(const ss_ngram_rules *by, const char *text, const char *expected)
{
    listed list = list_with(by, text);
    char out[4096] = "";
    size_t used = 0;
    for (size_t i = 0; i < list.count; i++) {
        const ss_ngram *g = &list.item[i];
        assert_true(g->begin < g->end && g->end <= list.length);
        used += (size_t)snprintf(out + used, sizeof out - used, "%s%c%u-%u", i > 0 ? " " : "", "?HWP"[g->kind],
                                 g -> begin, g -> end);
        assert_true(used < sizeof out);
    }
    assert_string_equal(out, expected);
    listed_free(&list);
}

static void assert_ngrams(const char *text, const char *expected)
{
    assert_ngrams_with(&rules, text, expected);
}

static void test_han(void **state)
{
    (void)state;
    assert_ngrams("中", "H0-1");
    assert_ngrams("中国", "H0-1 H0-2 H1-2");
    assert_ngrams("中国人民银", "H0-1 H0-2 H0-3 H0-4 H1-2 H1-3 H1-4 H1-5 H2-3 H2-4 H2-5 H3-4 H3-5 H4-5");
}

static void test_runs_end_at_what_is_not_han(void **state)
{
    (void)state;
    assert_ngrams("中，国", "H0-1 H2-3");
    assert_ngrams("中 国", "H0-1 H2-3");
    assert_ngrams("中5国", "H0-1 W1-2 H2-3");
    assert_ngrams("中\xff国", "H0-1 H2-3");
}

static void test_words(void **state)
{
    (void)state;
    assert_ngrams("a", "W0-1");                            /* <a> is the word itself */
    assert_ngrams("ab", "W0-2 P0-2 P0-2");                 /* <ab ab>; <ab> is the word itself */
    assert_ngrams("abc", "W0-3 P0-2 P0-3 P0-3 P0-3 P1-3"); /* <ab <abc abc abc> bc> */
    assert_ngrams("a b", "W0-1 W2-3");
    assert_ngrams("x-y", "W0-1 W2-3");
    listed list = list_with(&rules, "beijing"); /* 9 characters with both boundaries: 7 of 3, 6 of 4, 5 of 5 */
    assert_int_equal(list.count, 1 + 7 + 6 + 5);
    listed_free(&list);
}

static void test_words_without_parts(void **state)
{
    (void)state;
    const char *text = "beijing 中国, 4x4";
    listed all = list_with(&rules, text);
    ss_ngram *whole = NULL;
    size_t count = 0, capacity = 0, met = 0;
    assert_int_equal(ss_ngrams_list(&rules, all.folded, all.length, false, &whole, &count, &capacity), SS_OK);
    for (size_t i = 0; i < all.count; i++) {
        if (all.item[i].kind == SS_NGRAM_PART) continue;
        assert_true(met < count);
        assert_memory_equal(&whole[met], &all.item[i], sizeof *whole);
        met++;
    }
    assert_int_equal(met, count);
    assert_true(count < all.count);
    free(whole);
    listed_free(&all);
}

static void test_numbers(void **state)
{
    (void)state;
    assert_ngrams("3000", "W0-4"); /* no parts: they tell nothing */
    assert_ngrams("3,000", "W0-5");
    assert_ngrams("37.6", "W0-4");
    assert_ngrams("3.", "W0-1");
    assert_ngrams(".5", "W1-2");
    assert_ngrams("3, 4", "W0-1 W3-4");
    assert_ngrams("37.6亿", "W0-4 H4-5");
    assert_ngrams("a.b", "W0-1 W2-3");
    assert_ngrams("4x4", "W0-3");
}

static uint32_t bucket_of_first(const char *text)
{
    listed list = list_with(&rules, text);
    assert_true(list.count > 0);
    uint32_t bucket = list.item[0].bucket;
    assert_true(bucket < 1u << rules.bucket_bits);
    listed_free(&list);
    return bucket;
}

static void test_equal_words_have_equal_buckets(void **state)
{
    (void)state;
    assert_int_equal(bucket_of_first("3,000"), bucket_of_first("3000"));
    assert_int_equal(bucket_of_first("1,234,567"), bucket_of_first("1234567"));
    assert_int_equal(bucket_of_first("３７．６"), bucket_of_first("37.6"));
    assert_int_not_equal(bucket_of_first("37.6"), bucket_of_first("376"));
    assert_int_equal(bucket_of_first("BEIJING"), bucket_of_first("beijing"));
    assert_int_equal(bucket_of_first("臺灣"), bucket_of_first("台湾"));
    assert_int_not_equal(bucket_of_first("ab"), bucket_of_first("ba"));
}

/* A part is not the word of the same letters: <ab> of "ab", but abc of "xabcx" and "yabcy" are one n-gram. */
static void test_parts_are_shared_between_words(void **state)
{
    (void)state;
    listed x = list_with(&rules, "xabcx"), y = list_with(&rules, "yabcy"), word = list_with(&rules, "abc");
    int shared = 0;
    for (size_t i = 0; i < x.count; i++) {
        assert_int_not_equal(x.item[i].bucket, word.item[0].bucket);
        for (size_t j = 0; j < y.count; j++)
            shared += x.item[i].bucket == y.item[j].bucket;
    }
    assert_int_equal(shared, 1);
    listed_free(&x);
    listed_free(&y);
    listed_free(&word);
}

static void test_long_words_are_cut(void **state)
{
    (void)state;
    char text[201], other[201];
    memset(text, 'a', 200);
    text[200] = '\0';
    memcpy(other, text, sizeof other);
    other[SS_WORD_MAX] = 'b'; /* the first that is not looked at */
    listed long_word = list_with(&rules, text);
    /* 64 letters and two boundaries. */
    assert_int_equal(long_word.count, 1 + 64 + 63 + 62);
    assert_int_equal(long_word.item[0].end, 200);
    listed_free(&long_word);
    assert_int_equal(bucket_of_first(text), bucket_of_first(other));
    other[SS_WORD_MAX - 1] = 'b';
    assert_int_not_equal(bucket_of_first(text), bucket_of_first(other));
    text[SS_WORD_MAX] = '\0';
    long_word = list_with(&rules, text);
    assert_int_equal(long_word.count, 1 + 64 + 63 + 62);
    listed_free(&long_word);
}

static void test_other_rules(void **state)
{
    (void)state;
    const ss_ngram_rules short_ones = {.han_max = 1, .latin_min = 2, .latin_max = 2, .bucket_bits = 8, .seed = 1};
    assert_ngrams_with(&short_ones, "中国ab", "H0-1 H1-2 W2-4 P2-3 P2-4 P3-4");
    const ss_ngram_rules long_ones = {.han_max = 8, .latin_min = 8, .latin_max = 8, .bucket_bits = 26, .seed = 1};
    assert_ngrams_with(&long_ones, "abcdef", "W0-6"); /* its only part of 8 is the word itself */
    assert_ngrams_with(&long_ones, "abcdefg", "W0-7 P0-7 P0-7");
    ss_ngram_rules reseeded = rules;
    reseeded.seed = 2;
    listed one = list_with(&rules, "news"), two = list_with(&reseeded, "news");
    assert_int_not_equal(one.item[0].bucket, two.item[0].bucket);
    listed_free(&one);
    listed_free(&two);
}

/* Models hold rows by bucket: whoever changes the hash makes every model useless. */
static void test_hash_is_what_models_were_made_with(void **state)
{
    (void)state;
    assert_true(ss_hash_mix(0) == 0);
    assert_true(ss_hash_mix(1) == 0xb456bcfc34c2cb2cULL);
    assert_int_equal(bucket_of_first("中"), 423899);
    assert_int_equal(bucket_of_first("beijing"), 180263);
    assert_int_equal(bucket_of_first("3,000"), 149318);
    listed list = list_with(&rules, "ab");
    assert_int_equal(list.item[1].bucket, 819846);
    listed_free(&list);
}

/* ------------------------------------------------------------ the counter */

typedef struct counted {
    const ss_feature *feature;
    size_t count;
} counted;

static void add(ss_ngram_counter *counter, const char *text)
{
    listed list = list_with(&rules, text);
    assert_int_equal(ss_ngram_counter_add(counter, list.folded, list.length), SS_OK);
    listed_free(&list);
}

static counted take(ss_ngram_counter *counter)
{
    counted out;
    ss_ngram_counter_take(counter, &out.feature, &out.count);
    return out;
}

static ss_ngram_counter *counter_of(const uint32_t *row_of_bucket, uint32_t row_count)
{
    ss_ngram_counter *counter;
    assert_int_equal(ss_ngram_counter_new(&counter, &rules, row_of_bucket, row_count), SS_OK);
    return counter;
}

/* The counter's features are the list's buckets, in order of first appearance, each counted. */
static void assert_agrees(ss_ngram_counter *counter, const char *text)
{
    listed list = list_with(&rules, text);
    add(counter, text);
    counted features = take(counter);
    size_t next = 0;
    uint32_t total = 0;
    for (size_t i = 0; i < list.count; i++) {
        size_t first = 0;
        while (list.item[first].bucket != list.item[i].bucket)
            first++;
        if (first < i) continue;
        uint32_t times = 0;
        for (size_t j = i; j < list.count; j++)
            times += list.item[j].bucket == list.item[i].bucket;
        assert_true(next < features.count);
        assert_int_equal(features.feature[next].row, list.item[i].bucket);
        assert_int_equal(features.feature[next].count, times);
        total += times;
        next++;
    }
    assert_int_equal(features.count, next);
    assert_int_equal(total, list.count);
    listed_free(&list);
}

static void test_list_and_counter_agree(void **state)
{
    (void)state;
    ss_ngram_counter *counter = counter_of(NULL, 0);
    assert_agrees(counter, "");
    assert_agrees(counter, "中国中国中国，中国");
    assert_agrees(counter, "the cat, the hat, the 3,000 cats: 37.6");
    assert_agrees(counter, "阿里巴巴 Alibaba 阿里云 2021年11月23日 aaaaaaaa");
    for (size_t i = 0; i < 50; i++) {
        char zh[TINY_TEXT_SIZE], en[TINY_TEXT_SIZE];
        tiny_pair(i, zh, en);
        assert_agrees(counter, zh);
        assert_agrees(counter, en);
    }
    ss_ngram_counter_free(counter);
    ss_ngram_counter_free(NULL);
}

static void test_texts_add_up_but_do_not_touch(void **state)
{
    (void)state;
    ss_ngram_counter *counter = counter_of(NULL, 0);
    add(counter, "中");
    add(counter, "国");
    assert_int_equal(take(counter).count, 2); /* no 中国 */
    add(counter, "中");
    add(counter, "中");
    counted features = take(counter);
    assert_int_equal(features.count, 1);
    assert_int_equal(features.feature[0].count, 2);
    ss_ngram_counter_free(counter);
}

static void test_counter_begins_anew(void **state)
{
    (void)state;
    ss_ngram_counter *counter = counter_of(NULL, 0);
    assert_int_equal(take(counter).count, 0);
    add(counter, "中中");
    counted features = take(counter); /* 中 twice, 中中 once */
    assert_int_equal(features.count, 2);
    assert_int_equal(features.feature[0].count, 2);
    assert_int_equal(take(counter).count, 0);
    add(counter, "");
    assert_int_equal(take(counter).count, 0);
    add(counter, "中");
    features = take(counter);
    assert_int_equal(features.count, 1);
    assert_int_equal(features.feature[0].count, 1);
    ss_ngram_counter_free(counter);
}

static void test_counts_saturate(void **state)
{
    (void)state;
    ss_ngram_counter *counter = counter_of(NULL, 0);
    ss_folded *text = malloc(140000 * sizeof *text);
    assert_non_null(text);
    for (size_t i = 0; i < 140000; i++) /* 70,000 words of one letter */
        text[i] = i % 2 == 0 ? 'x' | (ss_folded)SS_CLASS_LETTER << 24 : ' ';
    assert_int_equal(ss_ngram_counter_add(counter, text, 2 * 65535), SS_OK);
    assert_int_equal(take(counter).feature[0].count, 65535);
    assert_int_equal(ss_ngram_counter_add(counter, text, 140000), SS_OK);
    counted features = take(counter);
    assert_int_equal(features.count, 1);
    assert_int_equal(features.feature[0].count, 65535);
    assert_int_equal(ss_ngram_counter_add(counter, text, 1), SS_OK);
    assert_int_equal(take(counter).feature[0].count, 1);
    free(text);
    ss_ngram_counter_free(counter);
}

static void test_rows_of_a_model(void **state)
{
    (void)state;
    uint32_t *row_of_bucket = malloc(sizeof(uint32_t) << rules.bucket_bits);
    assert_non_null(row_of_bucket);
    for (uint32_t b = 0; b < 1u << rules.bucket_bits; b++)
        row_of_bucket[b] = SS_NO_ROW;
    row_of_bucket[bucket_of_first("国")] = 0;
    row_of_bucket[bucket_of_first("人")] = 1;
    row_of_bucket[bucket_of_first("news")] = 1; /* two buckets may share a row */
    ss_ngram_counter *counter = counter_of(row_of_bucket, 2);
    add(counter, "中国人 news 国");
    counted features = take(counter);
    assert_int_equal(features.count, 2);
    assert_int_equal(features.feature[0].row, 0);
    assert_int_equal(features.feature[0].count, 2);
    assert_int_equal(features.feature[1].row, 1);
    assert_int_equal(features.feature[1].count, 2);
    add(counter, "完全不明");
    assert_int_equal(take(counter).count, 0);
    ss_ngram_counter_free(counter);
    free(row_of_bucket);
}

static int make_fold(void **state)
{
    (void)state;
    fold = tiny_fold();
    return 0;
}

static int free_fold(void **state)
{
    (void)state;
    ss_fold_free(fold);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_han),
        cmocka_unit_test(test_runs_end_at_what_is_not_han),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_words_without_parts),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_equal_words_have_equal_buckets),
        cmocka_unit_test(test_parts_are_shared_between_words),
        cmocka_unit_test(test_long_words_are_cut),
        cmocka_unit_test(test_other_rules),
        cmocka_unit_test(test_hash_is_what_models_were_made_with),
        cmocka_unit_test(test_list_and_counter_agree),
        cmocka_unit_test(test_texts_add_up_but_do_not_touch),
        cmocka_unit_test(test_counter_begins_anew),
        cmocka_unit_test(test_counts_saturate),
        cmocka_unit_test(test_rows_of_a_model),
    };
    return cmocka_run_group_tests(tests, make_fold, free_fold);
}
