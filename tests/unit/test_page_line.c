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

/* Each is found, and not a shorter one that it begins with. */
static void test_phrases_can_be_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < PHRASE_COUNT; i++) {
        char line[64];
        int length = snprintf(line, sizeof line, "%s 1", PHRASES[i].text);
        assert_in_range(length, 3, sizeof line - 1);
        const phrase *found = find_phrase(line, (size_t)length);
        if (found != &PHRASES[i]) fail_msg("\"%s\" is %s", line, found != NULL ? found->text : "not found");
    }
}

static void test_kinds_of_lines(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        ss_line_kind kind;
    } cases[] = {{"Related", SS_LINE_ENDING},
                 {"Related: Floods", SS_LINE_FURNITURE},
                 {"[Related stories]", SS_LINE_ENDING},
                 {"(c) 2024 The Gazette", SS_LINE_ENDING},
                 {"• 相关阅读", SS_LINE_ENDING},
                 {"", SS_LINE_PLAIN},
                 {"((", SS_LINE_PLAIN},
                 {"The river rose in the night.", SS_LINE_PROSE}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (ss_page_line_kind(cases[i].line, strlen(cases[i].line)) != cases[i].kind)
            fail_msg("\"%s\" is of another kind", cases[i].line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_phrases_are_sorted_and_each_is_there_once),
        cmocka_unit_test(test_phrases_can_be_found),
        cmocka_unit_test(test_kinds_of_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
