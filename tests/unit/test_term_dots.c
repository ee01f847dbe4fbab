/* Every way to multiply terms gives what the plain one gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "term_dots.h"

#define DIMENSION_MAX SS_MAX_DIMENSION

static int8_t a[SS_TERMS_MAX * DIMENSION_MAX], b[SS_TERMS_MAX * DIMENSION_MAX];

/* Entries from -most to most, or of these two alone. */
static void make_entries(uint64_t seed, int most, bool extreme)
{
    for (size_t i = 0; i < sizeof a; i++) {
        uint64_t random = (seed + i) * 0x9e3779b97f4a7c15u;
        int x = (int)((random >> 20) % (uint64_t)(2 * most + 1)) - most;
        int y = (int)((random >> 40) % (uint64_t)(2 * most + 1)) - most;
        a[i] = (int8_t)(!extreme ? x : x < 0 ? -most : most);
        b[i] = (int8_t)(!extreme ? y : most);
    }
}

static void assert_all_equal(int dimension, size_t rows)
{
    static int32_t expected[SS_TERMS_MAX][SS_TERMS_MAX], got[SS_TERMS_MAX][SS_TERMS_MAX];
    memset(expected, 0, sizeof expected);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < SS_TERMS_MAX; j++)
            for (size_t k = 0; k < ss_term_groups(dimension) * SS_TERM_GROUP; k++)
                expected[i][j] += a[ss_term_place(i, k)] * b[ss_term_place(j, k)];
    for (const ss_term_kernel *kernel = ss_term_kernels; kernel->needs != NULL; kernel++) {
        if (!kernel->needs->available()) continue;
        memset(got, 0xff, sizeof got);
        kernel->multiply(got, a, b, ss_term_groups(dimension), rows);
        assert_memory_equal(got, expected, rows * sizeof *got);
    }
    ss_term_dots(got, a, b, ss_term_groups(dimension), rows);
    assert_memory_equal(got, expected, rows * sizeof *got);
}

static void test_kernels(void **state)
{
    (void)state;
    static const int dimensions[] = {1, 8, 9, 64, 100, 256, DIMENSION_MAX};
    for (size_t d = 0; d < sizeof dimensions / sizeof *dimensions; d++) {
        for (size_t rows = 0; rows <= SS_TERMS_MAX; rows++) {
            make_entries(rows, 127, false);
            assert_all_equal(dimensions[d], rows);
        }
        make_entries(d, 127, true);
        assert_all_equal(dimensions[d], SS_TERMS_MAX);
    }
}

static void test_layout(void **state)
{
    (void)state;
    assert_int_equal(ss_term_bytes(256), SS_TERMS_MAX * 256);
    assert_int_equal(ss_term_bytes(257), SS_TERMS_MAX * 264);
    static bool taken[SS_TERMS_MAX * 24];
    for (size_t i = 0; i < SS_TERMS_MAX; i++) {
        for (size_t k = 0; k < 24; k++) {
            size_t place = ss_term_place(i, k);
            assert_true(place < sizeof taken && !taken[place]);
            taken[place] = true;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_kernels), cmocka_unit_test(test_layout)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
