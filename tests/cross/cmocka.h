/* As much of cmocka as test_match.c and test_term_dots.c need: Debian has no cmocka for a cross compiler. */
#ifndef CROSS_CMOCKA_H
#define CROSS_CMOCKA_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
    const char *name;
    void (*function)(void **state);
};

#define cmocka_unit_test(function)                                                                                     \
    {                                                                                                                  \
        #function, function                                                                                            \
    }

#define assert_true(condition)                                                                                         \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition);                              \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)
#define assert_int_equal(x, y)        assert_true((long long)(x) == (long long)(y))
#define assert_null(pointer)          assert_true((pointer) == NULL)
#define assert_non_null(pointer)      assert_true((pointer) != NULL)
#define assert_string_equal(x, y)     assert_true(strcmp(x, y) == 0)
#define assert_memory_equal(x, y, n)  assert_true(memcmp(x, y, n) == 0)
#define cmocka_run_group_tests(tests, set_up, tear_down) cross_run(tests, sizeof(tests) / sizeof *(tests))

static inline int cross_run(const struct CMUnitTest *tests, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        void *state = NULL;
        tests[i].function(&state);
        printf("passed: %s\n", tests[i].name);
    }
    return 0;
}

#endif
