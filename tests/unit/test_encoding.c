#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../temp_files.h"
#include "encoding.h"

/* Converts piece by piece, `step` bytes at a time. */
static void decode(ss_buffer *text, const char *name, const char *bytes, size_t length, size_t step)
{
    ss_decoder *decoder;
    assert_int_equal(ss_decoder_new(&decoder, name), SS_OK);
    for (size_t at = 0; at < length; at += step) {
        size_t count = length - at < step ? length - at : step;
        assert_int_equal(ss_decoder_run(decoder, text, bytes + at, count, false), SS_OK);
    }
    assert_int_equal(ss_decoder_run(decoder, text, "", 0, true), SS_OK);
    assert_int_equal(ss_buffer_append(text, "", 1), SS_OK);
    ss_decoder_free(decoder);
}

/* `text` in `encoding` is recognised as `expected` and comes back as it was. */
static void check_round_trip(const char *text, const char *encoding, const char *expected)
{
    blob bytes = encoded(text, encoding);
    ss_encoding found;
    assert_int_equal(ss_encoding_detect(&found, bytes.bytes, bytes.length, true), SS_OK);
    if (strcmp(found.name, expected) != 0) print_error("%s\n", text);
    assert_string_equal(found.name, expected);
    static const size_t steps[] = {1, 3, 1000};
    for (size_t i = 0; i < 3; i++) {
        ss_buffer back = {0};
        decode(&back, found.name, bytes.bytes + found.mark_length, bytes.length - found.mark_length, steps[i]);
        assert_string_equal(back.data, text);
        ss_buffer_free(&back);
    }
    free(bytes.bytes);
}

static void check_name(const char *bytes, size_t length, const char *expected)
{
    ss_encoding found;
    assert_int_equal(ss_encoding_detect(&found, bytes, length, true), SS_OK);
    if (strcmp(found.name, expected) != 0) print_error("%.60s\n", bytes);
    assert_string_equal(found.name, expected);
}

static const char *const simplified[] = {
    "央行宣布下调存款准备金率",
    "台风登陆福建沿海，多地停课",
    "阿里云被约谈",
    "{\"id\": \"1\", \"title\": \"两国外长举行会谈\", \"lang\": \"zh\"}\n",
    "Apple 公司发布新手机",
    "国家统计局：10月份居民消费价格同比上涨1.5%",
    "特斯拉上海工厂第100万辆整车下线",
};

static const char *const traditional[] = {
    "央行宣布調降存款準備率",   "颱風登陸福建沿海，多地停課",
    "立法院三讀通過預算案",     "{\"id\": \"1\", \"title\": \"兩國外長舉行會談\", \"lang\": \"zh\"}\n",
    "Apple 公司發表新手機",     "氣象局：強烈地震規模6.9，各地震度出爐",
    "聯合國安理會召開緊急會議",
};

static void test_short_chinese_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof simplified / sizeof *simplified; i++) {
        check_round_trip(simplified[i], "GBK", "gb18030");
        check_round_trip(simplified[i], "gb18030", "gb18030");
        check_round_trip(simplified[i], "UTF-16LE", "UTF-16LE");
        check_round_trip(simplified[i], "UTF-16BE", "UTF-16BE");
        check_name(simplified[i], strlen(simplified[i]), "UTF-8");
    }
    for (size_t i = 0; i < sizeof traditional / sizeof *traditional; i++) {
        check_round_trip(traditional[i], "Big5-HKSCS", "Big5-HKSCS");
        check_round_trip(traditional[i], "UTF-16LE", "UTF-16LE");
        check_round_trip(traditional[i], "UTF-16BE", "UTF-16BE");
    }
}

static void test_western_texts(void **state)
{
    (void)state;
    check_round_trip("The café in Zürich reopens", "windows-1252", "windows-1252");
    check_round_trip("“We can’t wait,” the señor said – twice…", "windows-1252", "windows-1252");
    check_round_trip("Le président a été réélu à Genève, d'après l'agence", "iso-8859-1", "windows-1252");
    check_round_trip("Plain English, read as two bytes a letter", "UTF-16LE", "UTF-16LE");
    check_round_trip("Plain English, read as two bytes a letter", "UTF-16BE", "UTF-16BE");
    ss_encoding found;
    assert_int_equal(ss_encoding_detect(&found, "caf\xe9 au lait", 12, true), SS_OK);
    assert_true(found.guessed);
}

static void test_byte_order_marks(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *name;
        size_t mark_length;
    } marked[] = {
        {"\xef\xbb\xbf", 3, "UTF-8", 3},
        {"\xef\xbb\xbf{}", 5, "UTF-8", 3},
        {"\xff\xfe{\0", 4, "UTF-16LE", 2},
        {"\xfe\xff\0{", 4, "UTF-16BE", 2},
        {"\xff\xfe\0\0a\0\0\0", 8, "UTF-32LE", 4},
        {"\0\0\xfe\xff\0\0\0a", 8, "UTF-32BE", 4},
        {"\x84\x31\x95\x33\xd6\xd0", 6, "gb18030", 4},
    };
    for (size_t i = 0; i < sizeof marked / sizeof *marked; i++) {
        ss_encoding found;
        assert_int_equal(ss_encoding_detect(&found, marked[i].bytes, marked[i].length, true), SS_OK);
        assert_string_equal(found.name, marked[i].name);
        assert_int_equal(found.mark_length, marked[i].mark_length);
    }
}

static void test_declarations(void **state)
{
    (void)state;
    static const char cyrillic[] =
        "<html><head><META http-equiv='Content-Type' content='text/html; charset=windows-1251'>"
        "</head><body>\xcc\xee\xf1\xea\xe2\xe0</body>";
    check_name(cyrillic, sizeof cyrillic - 1, "windows-1251");
    static const char xml[] = "<?xml version=\"1.0\" encoding='koi8-r'?><p>\xed\xcf\xd3\xcb\xd7\xc1 e</p>";
    check_name(xml, sizeof xml - 1, "koi8-r");
    static const char old[] = "<meta charset=gb2312><p>\xd6\xd0\xb9\xfa</p>";
    check_name(old, sizeof old - 1, "gb18030");
    /* The page is in another encoding than it says. */
    static const char converted[] = "<meta charset=\"gb2312\"><p>中国</p>";
    check_name(converted, sizeof converted - 1, "UTF-8");
    static const char server[] = "<meta charset=\"iso-8859-1\"><p>\xd6\xd0\xb9\xfa\xc8\xcb\xc3\xf1\xd2\xf8\xd0\xd0</p>";
    check_name(server, sizeof server - 1, "gb18030");
    static const char false_utf8[] = "<meta charset=\"utf-8\"><p>\xd6\xd0\xb9\xfa\xc8\xcb\xc3\xf1\xd2\xf8\xd0\xd0</p>";
    check_name(false_utf8, sizeof false_utf8 - 1, "gb18030");
    static const char unknown[] = "<meta charset=\"no-such-thing\"><p>abc</p>";
    check_name(unknown, sizeof unknown - 1, "UTF-8");
}

static void test_other_languages_are_no_chinese(void **state)
{
    (void)state;
    check_round_trip("한국은행은 기준금리를 동결했다고 밝혔다. 금융통화위원회는 서울에서 회의를 열었다. 경제 성장률 "
                     "전망도 내놓았다.",
                     "windows-949", "windows-949");
    blob japanese =
        encoded("日本銀行は金融政策決定会合で、大規模な金融緩和策を維持することを決めた。総裁が記者会見で説明する。",
                "Shift_JIS");
    check_name(japanese.bytes, japanese.length, "SHIFT_JIS");
    free(japanese.bytes);
}

static void test_little_damage_leaves_utf8(void **state)
{
    (void)state;
    check_name("", 0, "UTF-8");
    check_name("abc", 3, "UTF-8");
    check_name("a\0bcdefgh ijklmnop", 18, "UTF-8");
    check_name("abc \xff\xfe def", 10, "UTF-8");
    check_name("abc \xe4\xb8", 6, "UTF-8");
    static const char damaged[] = "央行宣布下调存款准备金率\xe4\xb8，自下周起施行";
    check_name(damaged, sizeof damaged - 1, "UTF-8");
    /* Half of the file in another encoding. */
    static const char mixed[] = "央行宣布下调存款准备金率\n\xd6\xd0\xb9\xfa\xc8\xcb\xc3\xf1\n";
    check_name(mixed, sizeof mixed - 1, "UTF-8");
}

static void test_cut_samples(void **state)
{
    (void)state;
    static const char text[] = "央行宣布下调存款准备金率";
    for (size_t cut = 1; cut < 3; cut++) {
        ss_encoding found;
        assert_int_equal(ss_encoding_detect(&found, text, sizeof text - 1 - cut, false), SS_OK);
        assert_string_equal(found.name, "UTF-8");
    }
    blob gbk = encoded(text, "GBK");
    check_name(gbk.bytes, gbk.length - 1, "gb18030");
    free(gbk.bytes);
}

static void test_binary(void **state)
{
    (void)state;
    check_name("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\b\6\0\0\0", 29, "");
    check_name("\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xdb\0\x43", 24, "");
    char zeros[100] = {0};
    check_name(zeros, sizeof zeros, "");
}

static void test_truncated_character_at_the_end(void **state)
{
    (void)state;
    ss_buffer text = {0};
    decode(&text, "UTF-16LE", "a\0b", 3, 2);
    assert_string_equal(text.data, "a\xef\xbf\xbd");
    ss_buffer_free(&text);
    decode(&text, "gb18030", "\xd6\xd0\xb9", 3, 3);
    assert_string_equal(text.data, "中\xef\xbf\xbd");
    ss_buffer_free(&text);
    ss_decoder *decoder;
    assert_int_equal(ss_decoder_new(&decoder, "no-such-thing"), SS_ERROR_INPUT);
    assert_null(decoder);
}

static void test_utf8_sequences(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t left, expected;
    } cases[] = {
        {"", 0, 0},
        {"a", 1, 1},
        {"\x7f", 1, 1},
        {"\x80", 1, 0},
        {"\xc0\x80", 2, 0},
        {"\xc1\xbf", 2, 0},
        {"\xc2\x80", 2, 2},
        {"\xc2", 1, 0},
        {"\xe0\x9f\xbf", 3, 0},
        {"\xe0\xa0\x80", 3, 3},
        {"\xed\x9f\xbf", 3, 3},
        {"\xed\xa0\x80", 3, 0},
        {"\xef\xbf\xbf", 3, 3},
        {"\xe4\xb8", 2, 0},
        {"\xf0\x8f\xbf\xbf", 4, 0},
        {"\xf0\x90\x80\x80", 4, 4},
        {"\xf4\x8f\xbf\xbf", 4, 4},
        {"\xf4\x90\x80\x80", 4, 0},
        {"\xf5\x80\x80\x80", 4, 0},
        {"\xe4\xb8z", 3, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(ss_utf8_sequence(cases[i].bytes, cases[i].left), cases[i].expected);
}

static void test_repair(void **state)
{
    (void)state;
    ss_buffer out = {0};
    ss_damage damage;
    static const char text[] = "ab\xff\xfe"
                               "c\0\xe4\xb8"
                               "d\xe4\xb8\xad";
    assert_int_equal(ss_utf8_sound(text, sizeof text - 1), 2);
    assert_int_equal(ss_utf8_repair(&out, &damage, text, sizeof text - 1), SS_OK);
    static const char expected[] = "ab\xef\xbf\xbd"
                                   "c \xef\xbf\xbd"
                                   "d中";
    assert_int_equal(out.length, sizeof expected - 1);
    assert_memory_equal(out.data, expected, out.length);
    assert_int_equal(damage.sequences, 2);
    assert_int_equal(damage.nuls, 1);
    assert_int_equal(damage.first, 2);

    assert_int_equal(ss_utf8_repair(&out, &damage, "中", 3), SS_OK);
    assert_int_equal(damage.sequences + damage.nuls, 0);
    assert_int_equal(out.length, 3);
    ss_buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_short_chinese_texts),
        cmocka_unit_test(test_western_texts),
        cmocka_unit_test(test_byte_order_marks),
        cmocka_unit_test(test_declarations),
        cmocka_unit_test(test_other_languages_are_no_chinese),
        cmocka_unit_test(test_little_damage_leaves_utf8),
        cmocka_unit_test(test_cut_samples),
        cmocka_unit_test(test_binary),
        cmocka_unit_test(test_truncated_character_at_the_end),
        cmocka_unit_test(test_utf8_sequences),
        cmocka_unit_test(test_repair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
