/* The table of phrases, which is searched by halves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "../../src/host/page_line.c"

static void test_phrases_are_sorted_and_each_is_there_once(void **state)
{
    (void)state;
    for (size_t i = 1; i < PHRASE_COUNT; i++)
        if (strcmp(PHRASES[i - 1].text, PHRASES[i].text) >= 0)
            fail_msg("\"%s\" stands before \"%s\"", PHRASES[i - 1].text, PHRASES[i].text);
}

/* They are compared without regard to ASCII case, their first byte in small letters. */
static void test_phrases_can_be_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < PHRASE_COUNT; i++) {
        char line[64];
        int length = snprintf(line, sizeof line, "%s 1", PHRASES[i].text);
        assert_in_range(length, 3, sizeof line - 1);
        if (find_phrase(line, (size_t)length) == NULL) fail_msg("\"%s\" is not found", line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_phrases_are_sorted_and_each_is_there_once),
        cmocka_unit_test(test_phrases_can_be_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
