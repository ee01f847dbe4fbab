/* The quick scanner of JSON lines against jansson. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../json_twin.h"
#include "encoding.h"
#include "ngram.h"

static bool taken_and_agrees(const char *line)
{
    bool taken;
    if (!twin_agrees(line, strlen(line), &taken)) fail_msg("disagrees with jansson: %s", line);
    return taken;
}

static void test_plain_lines_are_taken(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "{}",
        " { } \r",
        "{\"title\":\"t\",\"text\":\"中文 news\"}",
        "{\"title\": \"t\" , \"text\" :\t\"a\\nb\\\\c\\\"d\\/e\\b\\f\\r\\t\" }",
        "{\"text\":\"\\u4e2d\\u00e9\\u0041\\ud83d\\ude00\\uFFFD\"}",
        "{\"id\":17,\"published\":-1234567890,\"a\":0}",
        "{\"id\":-0,\"a\":999999999999999}",
        "{\"id\":null,\"text\":true,\"title\":false}",
        "{\"tags\":[\"x\",[1,2,[]],{\"text\":\"inner\",\"k\":{}}],\"text\":\"outer\",\"title\":[1]}",
        "{\"description\":\"last\",\"body\":\"best\",\"content\":\"second\",\"Head_Line\":7,\"web title\":\"t\"}",
        "{\"text\":\"\",\"content\":\"c\",\"title\":null,\"headline\":\"h\",\"published\":null,\"date\":20211123}",
        "{\"Published At\":\"2021\",\"pub-date\":1,\"_id\":3,\"authors\":[\"a\"],\"标题\":\"x\",\"正文\":\"y\"}",
        "{\"\":1,\"texts\":2,\"tex\":3}",
        "{\"title\":\"12345678\",\"text\":\"1234567\"}",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (!taken_and_agrees(lines[i])) fail_msg("not taken: %s", lines[i]);
}

static void test_others_are_left(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "[]",
        "null",
        "{",
        "{}}",
        "{} x",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{\"a\":1 \"b\":2}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":-}",
        "{\"a\":+1}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":1e5}",
        "{\"a\":1e999}",
        "{\"a\":1234567890123456}",
        "{\"a\":nul}",
        "{\"a\":True}",
        "{\"a\":\"b}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"12345\x01\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\ud800\\u0041\"}",
        "{\"a\":\"\\udc00\"}",
        "{\"a\":\"\\",
        "{\"a\":\"\\u",
        "{\"te\\u0078t\":\"escaped key\"}",
        "{\"text\":\"first\",\"text\":\"last\"}",
        "{\"Text\":null,\"text\":\"last\"}",
        "{\"a\":[1,]}",
        "{\"a\":[1}",
        "{\"a\":{\"b\"]}",
        "{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (taken_and_agrees(lines[i])) fail_msg("taken: %s", lines[i]);
    bool taken;
    assert_true(twin_agrees("{\"a\":\"b\0c\"}", 11, &taken));
    assert_false(taken);
}

/* One to three bytes of a sound line changed, dropped or doubled: whatever is still taken means the same. */
static void test_mutations(void **state)
{
    (void)state;
    static const char sound[] =
        "{\"id\":17,\"title\":\"a \\u4e2d\\n\\ud83d\\ude00\",\"x\":[1,{\"a\":null}],\"text\":\"中文 news "
        "of today\",\"published\":\"2021-11-23\",\"a\":-5}";
    static const char letters[] = "\"\\{}[]:,u0d8ae1-. \t\x01tfn";
    size_t taken_lines = 0;
    for (uint64_t round = 0; round < 60000; round++) {
        char line[sizeof sound + 8];
        memcpy(line, sound, sizeof sound);
        size_t length = sizeof sound - 1;
        uint64_t random = ss_hash_mix(round + 1);
        for (uint64_t change = 0; change <= round % 3; change++, random = ss_hash_mix(random)) {
            size_t place = (size_t)(random % length);
            switch (random >> 32 & 3) {
            case 0:
                memmove(line + place, line + place + 1, length - place);
                length--;
                break;
            case 1:
                memmove(line + place + 1, line + place, length - place + 1);
                length++;
                break;
            default:
                line[place] = letters[(random >> 40) % (sizeof letters - 1)];
            }
        }
        if (ss_utf8_sound(line, length) == length) taken_lines += taken_and_agrees(line);
    }
    assert_in_range(taken_lines, 1000, 59000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_lines_are_taken),
        cmocka_unit_test(test_others_are_left),
        cmocka_unit_test(test_mutations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
