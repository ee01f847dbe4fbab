/* JSON as it is written: what stands in it comes out again as it was, and nothing of it can end a <script> element. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "json_writer.h"

static void assert_written(ss_json_writer *w, const char *wanted)
{
    assert_int_equal(w->status, SS_OK);
    assert_int_equal(ss_buffer_append(&w->out, "", 1), SS_OK);
    assert_string_equal(w->out.data, wanted);
    ss_buffer_free(&w->out);
}

static void test_nesting(void **state)
{
    (void)state;
    ss_json_writer w = {0};
    ss_json_open(&w, '{');
    ss_json_name(&w, "a");
    ss_json_open(&w, '[');
    ss_json_close(&w, ']');
    ss_json_name(&w, "b");
    ss_json_open(&w, '[');
    ss_json_integer(&w, INT64_MIN);
    ss_json_null(&w);
    ss_json_open(&w, '{');
    ss_json_close(&w, '}');
    ss_json_string(&w, "");
    ss_json_close(&w, ']');
    ss_json_close(&w, '}');
    assert_written(&w, "{\"a\":[],\"b\":[-9223372036854775808,null,{},\"\"]}");
}

static void test_numbers(void **state)
{
    (void)state;
    const struct {
        double value;
        int decimals;
        const char *text;
    } cases[] = {{0, 3, "0"},
                 {-0.0, 3, "0"},
                 {1, 0, "1"},
                 {0.5, 0, "1"},
                 {0.1235, 3, "0.124"},
                 {-0.05, 2, "-0.05"},
                 {2.50, 2, "2.5"},
                 {-0.0004, 3, "0"},
                 {1e9, 2, "1000000000"},
                 {0.000000001, 9, "0.000000001"},
                 {1.1e9, 2, "null"},
                 {NAN, 2, "null"},
                 {INFINITY, 0, "null"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ss_json_writer w = {0};
        ss_json_real(&w, cases[i].value, cases[i].decimals);
        assert_written(&w, cases[i].text);
    }
}

static void test_text(void **state)
{
    (void)state;
    ss_json_writer w = {0};
    ss_json_string(&w, "\"\\\n\t\x01\x7f</script><!--&'\xe2\x80\xa8\xe2\x80\xa9 中文 \xf0\x9f\x9a\xa2");
    assert_written(&w, "\"\\\"\\\\\\n\\u0009\\u0001\\u007f\\u003c/script>\\u003c!--&'\\u2028\\u2029 中文 "
                       "\xf0\x9f\x9a\xa2\"");
}

/* Each byte that is no UTF-8 alone, and a character that is cut off. */
static void test_damaged_text(void **state)
{
    (void)state;
    const char *const damaged[] = {"a\xff!", "a\xed\xa0\x80!", "a\xc0\x80!", "a\xf0\x9f\x9a"};
    for (size_t i = 0; i < 4; i++) {
        ss_json_writer w = {0};
        ss_json_string(&w, damaged[i]);
        json_t *read = json_loadb(w.out.data, w.out.length, JSON_DECODE_ANY, NULL);
        assert_non_null(read);
        assert_int_equal(json_string_value(read)[0], 'a');
        assert_non_null(strstr(json_string_value(read), "\xef\xbf\xbd"));
        json_decref(read);
        ss_buffer_free(&w.out);
    }
}

static void test_every_character(void **state)
{
    (void)state;
    for (int c = 1; c < 0x100; c++) {
        const char text[] = {'a', (char)(c < 0x80 ? c : 0xc2 + (c >= 0xc0)), (char)(c < 0x80 ? 0 : 0x80 + c % 0x40), 0};
        ss_json_writer w = {0};
        ss_json_string(&w, text);
        json_t *read = json_loadb(w.out.data, w.out.length, JSON_DECODE_ANY, NULL);
        assert_string_equal(json_string_value(read), text);
        json_decref(read);
        ss_buffer_free(&w.out);
    }
}

static void test_failure_stays(void **state)
{
    (void)state;
    ss_json_writer w = {.status = SS_ERROR_MEMORY};
    ss_json_string(&w, "lost");
    ss_json_open(&w, '[');
    assert_int_equal(w.status, SS_ERROR_MEMORY);
    assert_int_equal(w.out.length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nesting),
                                       cmocka_unit_test(test_numbers),
                                       cmocka_unit_test(test_text),
                                       cmocka_unit_test(test_damaged_text),
                                       cmocka_unit_test(test_every_character),
                                       cmocka_unit_test(test_failure_stays)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
