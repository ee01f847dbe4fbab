/* Shingles: how much of one text stands in another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shingles.h"
#include "tiny_model.h"

/* No character twice. */
#define POEM                                                                                                           \
    "天地玄黄宇宙洪荒日月盈昃辰宿列张"                                                                 \
    "寒来暑往秋收冬藏闰余成岁律吕调阳"                                                                 \
    "云腾致雨露结为霜金生丽水玉出昆冈"
#define HAN 3 /* bytes of a character */

static ss_fold *fold;

static void take(ss_shingles *shingles, const char *text)
{
    ss_folded *folded = NULL;
    size_t count = 0, capacity = 0;
    assert_int_equal(ss_fold_text(fold, text, strlen(text), &folded, NULL, &count, &capacity), SS_OK);
    assert_int_equal(ss_shingles_take(shingles, folded, count), SS_OK);
    for (size_t i = 1; i < shingles->count; i++)
        assert_true(shingles->hash[i] > shingles->hash[i - 1]);
    free(folded);
}

static size_t count_of(const char *text)
{
    ss_shingles shingles = {0};
    take(&shingles, text);
    size_t count = shingles.count;
    ss_shingles_clear(&shingles);
    assert_true(shingles.hash == NULL && shingles.count == 0 && shingles.capacity == 0);
    return count;
}

static float shared(const char *a, const char *b)
{
    ss_shingles left = {0}, right = {0};
    take(&left, a);
    take(&right, b);
    float forth = ss_shingles_shared(&left, &right), back = ss_shingles_shared(&right, &left);
    assert_memory_equal(&forth, &back, sizeof forth);
    assert_true(isnan(forth) || (forth >= 0 && forth <= 1));
    ss_shingles_clear(&left);
    ss_shingles_clear(&right);
    return forth;
}

/* Words of a name and a number, "w0 w1 w2 ", appended. */
static void add_words(char *text, const char *name, int count)
{
    for (int i = 0; i < count; i++)
        sprintf(text + strlen(text), "%s%d ", name, i);
}

static void test_nothing(void **state)
{
    (void)state;
    static const char *const empty[] = {"", " \n", "。，！—", "\xff", "€ ¥"};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        assert_int_equal(count_of(empty[i]), 0);
        assert_true(isnan(shared(empty[i], "Floods in Henan kill two")));
        assert_true(isnan(shared(empty[i], empty[0])));
    }
}

/* Four words or eight Han characters make one; each further token one more; fewer are one all together. */
static void test_how_many(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t count;
    } cases[] = {
        {"one", 1},
        {"one two", 1},
        {"one two three", 1},
        {"one two three four", 1},
        {"one two three four five", 2},
        {"one two three four five six", 3},
        {"天", 1},
        {"天地玄黄宇宙洪", 1},
        {"天地玄黄宇宙洪荒", 1},
        {"天地玄黄宇宙洪荒日", 2},
        {"天地玄黄宇宙洪荒日月", 3},
        {"苹果iPhone发布会", 1}, /* two, two, three: not yet eight */
        {"苹果iPhone发布会上", 1},
        {"苹果iPhone发布会上有", 2},
        {"2024 05 06 07", 1},
        {"one two three four one two three four one two three four", 4}, /* each once */
        {"哈哈哈哈哈哈哈哈哈哈哈哈", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (count_of(cases[i].text) != cases[i].count) fail_msg("%s: not %zu", cases[i].text, cases[i].count);
}

static void test_identical(void **state)
{
    (void)state;
    static const char *const texts[] = {"one", "Floods in Henan kill two people on Monday", "天",
                                        POEM,  "苹果公司发布新款iPhone 15，售价799美元",    "a b c d a b c d"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_true(shared(texts[i], texts[i]) == 1);
}

static void test_disjoint(void **state)
{
    (void)state;
    assert_true(shared("one", "two") == 0);
    assert_true(shared("one two three four five", "five four three two one") == 0); /* the order counts */
    assert_true(shared("one two three", "one two three four") == 0);
    assert_true(shared("天地玄黄宇宙洪荒日月", "寒来暑往秋收冬藏闰余") == 0);
    assert_true(shared("天地玄黄宇宙洪荒日月", "one two three four five six") == 0);
    assert_true(shared("12 dead", "1 2 dead") == 0); /* where words end counts */
}

/* 35 words have 32 shingles, and 11 of them 8. */
static void test_a_quarter_copied(void **state)
{
    (void)state;
    char shorter[1000] = "", longer[1000] = "";
    add_words(shorter, "w", 35);
    add_words(longer, "before", 20);
    add_words(longer, "w", 11);
    add_words(longer, "after", 20);
    assert_int_equal(count_of(shorter), 32);
    assert_true(shared(shorter, longer) == 0.25f);
    char han_shorter[400], han_longer[400];
    snprintf(han_shorter, sizeof han_shorter, "%.*s", 39 * HAN, POEM);
    snprintf(han_longer, sizeof han_longer,
             "先生不知何许人也%.*s亦不详其姓字宅边有五柳树因以号焉闲静少言不慕荣利好读书不求甚解", 15 * HAN, POEM);
    assert_int_equal(count_of(han_shorter), 32);
    assert_true(shared(han_shorter, han_longer) == 0.25f);
}

/* What counts is how much of the shorter text the longer one has, not the other way round. */
static void test_shorter_within_longer(void **state)
{
    (void)state;
    char longer[1000] = "";
    add_words(longer, "w", 50);
    assert_true(shared("w10 w11 w12 w13 w14", longer) == 1);
    assert_true(shared("w46 w47 w48 w49", longer) == 1);
    assert_true(shared("寒来暑往秋收冬藏闰余成岁", POEM) == 1);
    assert_true(shared("寒来暑往秋收冬藏", POEM) == 1);
    assert_true(shared("寒来暑往秋收冬雪", POEM) == 0);
}

static void test_writing_does_not_matter(void **state)
{
    (void)state;
    assert_true(shared("FLOODS in Henan kill TWO people", "floods In henan Kill two People") == 1);
    assert_true(shared("Café au lait for all", "CAFE AU LAIT FOR ALL") == 1);
    assert_true(shared("One, two. Three - four! Five", "one two\nthree four five") == 1);
    assert_true(shared("雲騰致雨露結為霜金生麗水", "云腾致雨，露结为霜。金生丽水") == 1);
    assert_true(shared("天地玄黄 宇宙洪荒 日月", "天地玄黄宇宙洪荒日月") == 1);
    assert_true(shared("第２０２４届大会在上海开幕", "第2024届大会在上海开幕") == 1);
}

static void test_used_again(void **state)
{
    (void)state;
    ss_shingles used = {0}, fresh = {0};
    take(&used, POEM);
    take(&used, "one two three four five");
    take(&fresh, "one two three four five");
    assert_int_equal(used.count, 2);
    assert_memory_equal(used.hash, fresh.hash, 2 * sizeof *used.hash);
    take(&used, "");
    assert_int_equal(used.count, 0);
    ss_shingles_clear(&used);
    ss_shingles_clear(&fresh);
    ss_shingles_clear(&fresh);
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
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_how_many),
        cmocka_unit_test(test_identical),
        cmocka_unit_test(test_disjoint),
        cmocka_unit_test(test_a_quarter_copied),
        cmocka_unit_test(test_shorter_within_longer),
        cmocka_unit_test(test_writing_does_not_matter),
        cmocka_unit_test(test_used_again),
    };
    return cmocka_run_group_tests(tests, make_fold, free_fold);
}
