/* The fold table: what characters become, and that nothing is read outside of text or table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "fold.h"
#include "status.h"

static ss_fold *fold;

typedef struct folded_text {
    ss_folded *item;
    uint32_t *offset;
    size_t count, capacity;
} folded_text;

/* From a copy without a NUL, so that a sanitizer sees every byte read past the end. */
static folded_text fold_bytes(const ss_fold *table, const char *text, size_t length)
{
    folded_text out = {0};
    char *bytes = malloc(length + (length == 0));
    assert_non_null(bytes);
    memcpy(bytes, text, length);
    assert_int_equal(ss_fold_text(table, bytes, length, &out.item, &out.offset, &out.count, &out.capacity), SS_OK);
    free(bytes);
    for (size_t i = 0; i < out.count; i++) {
        assert_true(out.offset[i] < length);
        assert_true(i == 0 || out.offset[i] >= out.offset[i - 1]);
    }
    return out;
}

static void folded_free(folded_text *text)
{
    free(text->item);
    free(text->offset);
}

/* UTF-8 of the folded characters, separators as they are. */
static void assert_folds(const char *text, const char *expected)
{
    folded_text out = fold_bytes(fold, text, strlen(text));
    char utf8[1024];
    size_t n = 0;
    for (size_t i = 0; i < out.count; i++) {
        uint32_t c = SS_FOLDED_CODE(out.item[i]);
        assert_true(n + 4 < sizeof utf8);
        if (c < 0x80) {
            utf8[n++] = (char)c;
        } else if (c < 0x800) {
            utf8[n++] = (char)(0xc0 | c >> 6);
            utf8[n++] = (char)(0x80 | (c & 63));
        } else if (c < 0x10000) {
            utf8[n++] = (char)(0xe0 | c >> 12);
            utf8[n++] = (char)(0x80 | (c >> 6 & 63));
            utf8[n++] = (char)(0x80 | (c & 63));
        } else {
            utf8[n++] = (char)(0xf0 | c >> 18);
            utf8[n++] = (char)(0x80 | (c >> 12 & 63));
            utf8[n++] = (char)(0x80 | (c >> 6 & 63));
            utf8[n++] = (char)(0x80 | (c & 63));
        }
    }
    utf8[n] = '\0';
    assert_string_equal(utf8, expected);
    folded_free(&out);
}

/* One letter a character: H, L, D, or - for what separates. */
static void assert_classes(const char *text, size_t length, const char *expected)
{
    folded_text out = fold_bytes(fold, text, length);
    char classes[256];
    assert_true(out.count < sizeof classes);
    for (size_t i = 0; i < out.count; i++)
        classes[i] = "-HLD"[SS_FOLDED_CLASS(out.item[i])];
    classes[out.count] = '\0';
    assert_string_equal(classes, expected);
    folded_free(&out);
}

static void test_case_and_width(void **state)
{
    (void)state;
    assert_folds("Beijing NEWS", "beijing news");
    assert_folds("ＡＢＣ１２３％", "abc123%");
    assert_folds("Straße", "strasse");
    assert_folds("ΑΘΗΝΑΣ", "αθηνασ");
    assert_folds("МОСКВА", "москва");
    assert_folds("İstanbul", "istanbul");
    assert_folds("ﬁnance Ⅷ ㎏ ①", "finance viii kg 1");
    assert_folds("．，", ".,");
}

static void test_traditional_becomes_simplified(void **state)
{
    (void)state;
    assert_folds("臺灣", "台湾");
    assert_folds("台灣", "台湾");
    assert_folds("國際貨幣基金組織", "国际货币基金组织");
    assert_folds("两岸", "两岸");
    assert_folds("兩岸", "两岸");
    assert_folds("\xef\xa4\x8a", "金"); /* U+F90A, a compatibility form */
}

static void test_accents_vanish(void **state)
{
    (void)state;
    assert_folds("caf\xc3\xa9", "cafe");
    assert_folds("cafe\xcc\x81", "cafe");
    assert_folds("Việt Nam", "viet nam");
    assert_folds("Viê\xcc\xa3t", "viet");
    assert_folds("Ångström", "angstrom");
}

static void test_marks_without_width_vanish(void **state)
{
    (void)state;
    assert_folds("co\xc2\xadoperate", "cooperate");      /* soft hyphen */
    assert_folds("a\xe2\x80\x8b\xe2\x80\x8d\x62", "ab"); /* zero width space and joiner */
    assert_folds("\xef\xbb\xbfnews", "news");            /* byte order mark */
}

static void test_digits_of_other_scripts(void **state)
{
    (void)state;
    assert_folds("٣٧", "37");
    assert_folds("३७", "37");
    assert_classes("٣7７", strlen("٣7７"), "DDD");
}

static void test_classes(void **state)
{
    (void)state;
    assert_classes("中a1 。", strlen("中a1 。"), "HLD--");
    assert_classes("Ωж", strlen("Ωж"), "LL");
    assert_classes("日本のニュース", strlen("日本のニュース"), "HH-----");
    assert_classes("한", strlen("한"), "---"); /* taken apart into its letters */
    assert_classes("々〇\xf0\xa0\x80\x80", strlen("々〇\xf0\xa0\x80\x80"), "HHH");
    assert_classes("\xf0\x9f\x98\x80", 4, "-");
    assert_classes("a\0b", 3, "L-L");
    assert_classes("_'’-$", strlen("_'’-$"), "-----");
}

static void test_damaged_bytes_separate(void **state)
{
    (void)state;
    assert_classes("a\xff"
                   "b",
                   3, "L-L");
    assert_classes("a\xc3", 2, "L-"); /* cut inside a character */
    assert_classes("\xe4\xb8\xad\xe4\xb8", 5, "H-");
    assert_classes("\xf0\xa0\x80", 3, "-");
    assert_classes("\x80z", 2, "-L"); /* begins inside a character */
    assert_classes("\xe4"
                   "ab",
                   3, "-LL"); /* the next character is not swallowed */
    folded_text surrogate = fold_bytes(fold, "\xed\xa0\x80", 3), overlong = fold_bytes(fold, "\xc0\xaf", 2);
    for (size_t i = 0; i < surrogate.count; i++)
        assert_int_equal(SS_FOLDED_CLASS(surrogate.item[i]), SS_CLASS_NONE);
    for (size_t i = 0; i < overlong.count; i++)
        assert_int_not_equal(SS_FOLDED_CODE(overlong.item[i]), '/');
    folded_free(&surrogate);
    folded_free(&overlong);
}

/* Any bytes at all, of every length up to 64. */
static void test_random_bytes(void **state)
{
    (void)state;
    uint32_t seed = 1;
    for (int round = 0; round < 3000; round++) {
        char bytes[64];
        size_t length = (size_t)round % (sizeof bytes + 1);
        for (size_t i = 0; i < length; i++) {
            seed = seed * 1664525u + 1013904223u;
            bytes[i] = (char)(seed >> 24);
        }
        folded_text out = fold_bytes(fold, bytes, length);
        folded_free(&out);
    }
}

static void test_nothing(void **state)
{
    (void)state;
    folded_text out = {0};
    assert_int_equal(ss_fold_text(fold, "", 0, &out.item, &out.offset, &out.count, &out.capacity), SS_OK);
    assert_int_equal(out.count, 0);
    folded_free(&out);
}

static void test_offsets(void **state)
{
    (void)state;
    const char *text = "中é\xc2\xad"
                       "ﬁ。";
    folded_text out = fold_bytes(fold, text, strlen(text));
    const uint32_t expected[] = {0, 3, 7, 7, 10}; /* 中 e f i 。: the soft hyphen at 5 has none */
    assert_int_equal(out.count, 5);
    assert_memory_equal(out.offset, expected, sizeof expected);
    folded_free(&out);
}

static void test_texts_are_appended(void **state)
{
    (void)state;
    folded_text out = {0};
    for (int i = 0; i < 100; i++)
        assert_int_equal(ss_fold_text(fold, "中文ab", 8, &out.item, &out.offset, &out.count, &out.capacity), SS_OK);
    assert_int_equal(out.count, 400);
    assert_true(out.capacity >= out.count);
    static const uint32_t expected[] = {0, 3, 6, 7};
    for (size_t i = 0; i < 400; i++)
        assert_int_equal(out.offset[i], expected[i % 4]);
    folded_free(&out);
}

static void test_longest_expansion(void **state)
{
    (void)state;
    char text[3 * 1000];
    for (size_t i = 0; i < sizeof text; i += 3)
        memcpy(text + i, "\xef\xb7\xba", 3); /* U+FDFA: 18 characters */
    folded_text out = fold_bytes(fold, text, sizeof text);
    assert_int_equal(out.count % 1000, 0);
    assert_in_range(out.count, 10000, 18000);
    folded_free(&out);
}

static void test_too_long_a_text_is_refused(void **state)
{
    (void)state;
    folded_text out = {0};
    assert_int_equal(ss_fold_text(fold, "", (size_t)INT32_MAX + 1, &out.item, NULL, &out.count, &out.capacity),
                     SS_ERROR_INPUT);
    assert_int_equal(out.count, 0);
    folded_free(&out);
}

/* All code points, one after the other, as UTF-8. */
static char *all_code_points(size_t *length)
{
    char *text = malloc(4 * 0x110000);
    assert_non_null(text);
    size_t n = 0;
    for (uint32_t c = 0; c < 0x110000; c++) {
        if (c >= 0xd800 && c < 0xe000) continue;
        if (c < 0x80) {
            text[n++] = (char)c;
            continue;
        }
        int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};
        text[n++] = (char)(lead[more] | c >> 6 * more);
        while (more-- > 0)
            text[n++] = (char)(0x80 | (c >> 6 * more & 63));
    }
    *length = n;
    return text;
}

static void test_save_and_load(void **state)
{
    (void)state;
    uint8_t *bytes;
    size_t size, length;
    ss_fold *loaded;
    assert_int_equal(ss_fold_save(fold, &bytes, &size), SS_OK);
    assert_int_equal(ss_fold_load(&loaded, bytes, size), SS_OK);
    char *text = all_code_points(&length);
    folded_text first = fold_bytes(fold, text, length), second = fold_bytes(loaded, text, length);
    assert_true(first.count > 0x100000);
    assert_int_equal(first.count, second.count);
    assert_memory_equal(first.item, second.item, first.count * sizeof *first.item);
    assert_memory_equal(first.offset, second.offset, first.count * sizeof *first.offset);
    for (size_t i = 0; i < first.count; i++) { /* digits are 0 to 9, whatever the script */
        assert_true(SS_FOLDED_CLASS(first.item[i]) <= SS_CLASS_DIGIT);
        if (SS_FOLDED_CLASS(first.item[i]) == SS_CLASS_DIGIT) assert_in_range(SS_FOLDED_CODE(first.item[i]), '0', '9');
    }
    folded_free(&first);
    folded_free(&second);
    free(text);
    ss_fold_free(loaded);
    free(bytes);
}

static void assert_refused(const uint8_t *bytes, size_t size)
{
    ss_fold *loaded = fold;
    uint8_t *copy = malloc(size + (size == 0));
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    assert_int_equal(ss_fold_load(&loaded, copy, size), SS_ERROR_INPUT);
    assert_null(loaded);
    free(copy);
}

static void put_number(uint8_t *at, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(number >> 8 * i);
}

static uint32_t get_number(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void test_damaged_table_is_refused(void **state)
{
    (void)state;
    uint8_t *bytes;
    size_t size;
    assert_int_equal(ss_fold_save(fold, &bytes, &size), SS_OK);
    uint32_t blocks = get_number(bytes), expansions = get_number(bytes + 4);
    const size_t shorter[] = {0, 1, 7, 8, 9, 1000, size / 2, size - 4, size - 1};
    for (size_t i = 0; i < sizeof shorter / sizeof *shorter; i++)
        assert_refused(bytes, shorter[i]);

    /* Counts that do not fit the size, or that would ask for absurd amounts of memory. */
    const uint32_t wrong[] = {0, blocks - 1, blocks + 1, UINT32_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        put_number(bytes, wrong[i]);
        assert_refused(bytes, size);
    }
    put_number(bytes, blocks);
    put_number(bytes + 4, UINT32_MAX);
    assert_refused(bytes, size);
    put_number(bytes + 4, expansions);

    uint8_t *first_block = bytes + 8; /* a code point's block that is not there */
    uint32_t kept = get_number(first_block);
    put_number(first_block, blocks);
    assert_refused(bytes, size);
    put_number(first_block, kept);

    uint8_t *first_entry = bytes + 8 + 4 * (0x110000 / 128); /* an expansion behind the last */
    kept = get_number(first_entry);
    put_number(first_entry, 0x80000000u | expansions);
    assert_refused(bytes, size);
    put_number(first_entry, 0x80000000u | (expansions - 1)); /* one that reaches over the end, unless it is empty */
    uint8_t *last = bytes + size - 4;
    uint32_t kept_last = get_number(last);
    put_number(last, 1);
    assert_refused(bytes, size);
    put_number(last, 0x80000000u);
    assert_refused(bytes, size);
    put_number(last, kept_last);
    put_number(first_entry, kept);

    ss_fold *loaded;
    assert_int_equal(ss_fold_load(&loaded, bytes, size), SS_OK); /* all is as it was */
    ss_fold_free(loaded);
    free(bytes);
}

static int make_fold(void **state)
{
    (void)state;
    return ss_fold_from_icu(&fold) == SS_OK ? 0 : -1;
}

static int free_fold(void **state)
{
    (void)state;
    ss_fold_free(fold);
    ss_fold_free(NULL);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_case_and_width),
        cmocka_unit_test(test_traditional_becomes_simplified),
        cmocka_unit_test(test_accents_vanish),
        cmocka_unit_test(test_marks_without_width_vanish),
        cmocka_unit_test(test_digits_of_other_scripts),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_damaged_bytes_separate),
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_offsets),
        cmocka_unit_test(test_texts_are_appended),
        cmocka_unit_test(test_longest_expansion),
        cmocka_unit_test(test_too_long_a_text_is_refused),
        cmocka_unit_test(test_save_and_load),
        cmocka_unit_test(test_damaged_table_is_refused),
    };
    return cmocka_run_group_tests(tests, make_fold, free_fold);
}
