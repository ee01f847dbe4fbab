/* The Hopper scan on the emulator: its hits are those that a plain loop finds, no more and no fewer. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cuda_runtime.h>

#include "emulator.h"
#include "kernels.h"

/* What the bars of a test are like. */
typedef enum bars { BARS_TAKE_ALL, BARS_TAKE_NONE, BARS_SOME, BARS_MIXED } bars;

typedef enum content { CONTENT_RANDOM, CONTENT_EQUAL, CONTENT_EMPTY } content;

typedef struct test_case {
    uint32_t a_count, b_count, dimension;
    bars bars;
    content content;
    uint32_t span_tiles; /* 0: a span is all of b */
    int32_t window;
    bool self;
} test_case;

static uint32_t seed;

static uint32_t random_below(uint32_t limit)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)seed * limit) >> 32);
}

static void *allocate(size_t count, size_t size)
{
    size_t bytes = (count * size + 255) / 256 * 256;
    void *memory = aligned_alloc(256, bytes);
    assert_non_null(memory);
    memset(memory, 0, bytes);
    return memory;
}

static uint32_t stride_of(uint32_t dimension)
{
    return (dimension + SS_SCAN_ALIGNMENT - 1) / SS_SCAN_ALIGNMENT * SS_SCAN_ALIGNMENT;
}

/* ------------------------------------------------------------------ input */

static void fill_row(int8_t *row, uint32_t dimension, content kind)
{
    if (kind == CONTENT_EMPTY || (kind == CONTENT_RANDOM && random_below(20) == 0)) return;
    for (uint32_t k = 0; k < dimension; k++)
        row[k] = (int8_t)(kind == CONTENT_EQUAL ? 127 : (int)random_below(255) - 127);
}

static float bar_of(bars kind)
{
    static const float mixed[] = {-INFINITY, INFINITY, -300.0f, 0.0f, 100.0f, 400.0f};
    switch (kind) {
    case BARS_TAKE_ALL:
        return -INFINITY;
    case BARS_TAKE_NONE:
        return INFINITY;
    case BARS_SOME:
        return 200.0f + (float)random_below(100);
    case BARS_MIXED:
        return mixed[random_below(6)];
    }
    return 0.0f;
}

static ss_scan_side new_side(uint32_t count, const test_case *c)
{
    size_t padded = ss_scan_padded(count), stride = stride_of(c->dimension);
    int8_t *vector = allocate(padded, stride);
    float *inverse = allocate(padded, sizeof *inverse), *bar = allocate(padded, sizeof *bar);
    int32_t *day = allocate(padded, sizeof *day);
    for (uint32_t i = 0; i < padded; i++) {
        int8_t *row = vector + i * stride;
        if (i < count) fill_row(row, c->dimension, c->content);
        double norm = 0.0;
        for (uint32_t k = 0; k < c->dimension; k++)
            norm += row[k] * row[k];
        inverse[i] = norm > 0.0 ? (float)(1.0 / sqrt(norm)) : NAN;
        bar[i] = i < count ? bar_of(c->bars) : INFINITY;
        day[i] = i * 10 < count * 9 ? (int32_t)(i / 16) : INT32_MAX;
    }
    return (ss_scan_side){vector, inverse, bar, day, count};
}

/* All of a against all of b, in spans that stand in any order. */
static uint32_t make_spans(ss_span *spans, const test_case *c)
{
    uint32_t count = 0, step = c->span_tiles == 0 ? UINT32_MAX : c->span_tiles * SS_SCAN_PANEL;
    for (uint32_t a = 0; a < c->a_count; a += SS_SCAN_PANEL) {
        for (uint32_t b = 0; b < c->b_count;) {
            uint32_t end = c->b_count - b <= step ? c->b_count : b + step;
            spans[count++] = (ss_span){a, b, end};
            b = end;
        }
    }
    for (uint32_t i = 0; c->span_tiles > 1 && i + 1 < count; i++) {
        uint32_t j = i + random_below(count - i);
        ss_span other = spans[j];
        spans[j] = spans[i];
        spans[i] = other;
    }
    return count;
}

/* --------------------------------------------------------------- expected */

static int32_t dot_of(const ss_scan *scan, uint32_t a, uint32_t b)
{
    int32_t dot = 0;
    for (uint32_t k = 0; k < scan->dimension; k++)
        dot += scan->a.vector[a * scan->stride + k] * scan->b.vector[b * scan->stride + k];
    return dot;
}

static bool is_hit(const ss_scan *scan, uint32_t a, uint32_t b, int32_t dot)
{
    volatile float by_b = (float)dot * scan->b.inverse[b], by_a = (float)dot * scan->a.inverse[a];
    if (!(by_b >= scan->a.bar[a]) && !(by_a >= scan->b.bar[b])) return false;
    if (scan->self != 0 && a >= b) return false;
    if (scan->window < 0 || scan->a.day[a] == INT32_MAX || scan->b.day[b] == INT32_MAX) return true;
    return abs(scan->a.day[a] - scan->b.day[b]) <= scan->window;
}

static int by_rows(const void *left, const void *right)
{
    const ss_scan_hit *x = left, *y = right;
    if (x->a != y->a) return x->a < y->a ? -1 : 1;
    return (x->b > y->b) - (x->b < y->b);
}

/* The hits of the scan must be, in any order, those of a loop; where the buffer is too small, some of them. */
static void check_hits(const ss_scan *scan)
{
    size_t kept = *scan->hit_count < scan->hit_capacity ? (size_t)*scan->hit_count : scan->hit_capacity;
    qsort(scan->hits, kept, sizeof *scan->hits, by_rows);
    size_t at = 0, expected = 0;
    for (uint32_t a = 0; a < scan->a.count; a++) {
        for (uint32_t b = 0; b < scan->b.count; b++) {
            int32_t dot = dot_of(scan, a, b);
            if (!is_hit(scan, a, b, dot)) continue;
            expected++;
            if (at == kept || scan->hits[at].a != a || scan->hits[at].b != b) continue;
            assert_int_equal(scan->hits[at].dot, dot);
            at++;
        }
    }
    assert_int_equal(*scan->hit_count, expected);
    assert_int_equal(at, kept);
}

/* A scan that owns what it points to. */
static ss_scan new_scan(const test_case *c, size_t hit_capacity)
{
    size_t panels = ((size_t)c->a_count / SS_SCAN_PANEL + 1) * (c->b_count / SS_SCAN_PANEL + 1);
    ss_span *spans = allocate(panels, sizeof *spans);
    ss_scan_side a = new_side(c->a_count, c), b = c->self ? a : new_side(c->b_count, c);
    return (ss_scan){.a = a,
                     .b = b,
                     .stride = stride_of(c->dimension),
                     .dimension = c->dimension,
                     .window = c->window,
                     .self = c->self,
                     .spans = spans,
                     .host_spans = spans,
                     .span_count = make_spans(spans, c),
                     .hits = allocate(hit_capacity, sizeof(ss_scan_hit)),
                     .hit_capacity = (uint32_t)hit_capacity,
                     .hit_count = allocate(1, sizeof(unsigned long long))};
}

static void free_side(const ss_scan_side *side)
{
    free((void *)(uintptr_t)side->vector);
    free((void *)(uintptr_t)side->inverse);
    free((void *)(uintptr_t)side->bar);
    free((void *)(uintptr_t)side->day);
}

static void free_scan(const ss_scan *scan)
{
    free(scan->hits);
    free(scan->hit_count);
    free((void *)(uintptr_t)scan->spans);
    free_side(&scan->a);
    if (scan->self == 0) free_side(&scan->b);
}

static void run_and_check(const ss_scan *scan)
{
    assert_int_equal(ss_scan_hopper(scan, NULL), cudaSuccess);
    assert_int_equal(cudaStreamSynchronize(NULL), cudaSuccess);
    check_hits(scan);
}

static void run_case(const test_case *c)
{
    ss_scan scan = new_scan(c, (size_t)c->a_count * c->b_count);
    run_and_check(&scan);
    free_scan(&scan);
}

static void begin(uint32_t first_seed)
{
    emulator_reset();
    emulator_settings.major = 9;
    emulator_settings.minor = 0;
    seed = first_seed;
}

/* ------------------------------------------------------------------ tests */

static void test_nothing(void **state)
{
    (void)state;
    begin(1);
    ss_scan scan = {.stride = 64, .dimension = 64};
    assert_int_equal(ss_scan_hopper(&scan, NULL), cudaSuccess);
    assert_int_equal(emulator_launches(), 0);
}

static void test_shapes(void **state)
{
    (void)state;
    static const uint32_t counts[] = {1, 63, 127, 128, 129, 255, 257};
    static const bars kinds[] = {BARS_TAKE_ALL, BARS_SOME, BARS_MIXED};
    const size_t count = sizeof counts / sizeof *counts;
    begin(2);
    for (size_t i = 0; i < count * count; i++) {
        test_case c = {counts[i / count], counts[i % count], 64,   kinds[i % 3], CONTENT_RANDOM,
                       (uint32_t)i % 2,   SS_SCAN_ALL_DAYS,  false};
        run_case(&c);
    }
}

/* Rows of one box and of many; where two spans go together and where they do not; a ring shorter than a row. */
static void test_dimensions(void **state)
{
    (void)state;
    static const uint32_t dimensions[] = {1, 32, 64, 65, 100, 128, 129, 256, 257, 320, 384, 512, 513, 777, 1040};
    begin(3);
    for (size_t i = 0; i < sizeof dimensions / sizeof *dimensions; i++) {
        test_case few = {100, 200, dimensions[i], BARS_SOME, CONTENT_RANDOM, 0, SS_SCAN_ALL_DAYS, false};
        test_case many = {300, 400, dimensions[i], BARS_MIXED, CONTENT_RANDOM, 1, SS_SCAN_ALL_DAYS, false};
        run_case(&few);
        run_case(&many);
    }
}

static void run_cases(const test_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        begin((uint32_t)i);
        run_case(&cases[i]);
    }
}

static void test_spans(void **state)
{
    (void)state;
    const test_case cases[] = {
        {700, 900, 256, BARS_SOME, CONTENT_RANDOM, 0, SS_SCAN_ALL_DAYS, false},
        {700, 900, 256, BARS_MIXED, CONTENT_RANDOM, 1, SS_SCAN_ALL_DAYS, false},
        {700, 900, 128, BARS_SOME, CONTENT_RANDOM, 2, SS_SCAN_ALL_DAYS, false},
        {700, 900, 512, BARS_SOME, CONTENT_RANDOM, 2, SS_SCAN_ALL_DAYS, false},
        {700, 900, 600, BARS_SOME, CONTENT_RANDOM, 3, SS_SCAN_ALL_DAYS, false},
        {300, 2000, 256, BARS_MIXED, CONTENT_RANDOM, 5, SS_SCAN_ALL_DAYS, false},
    };
    run_cases(cases, sizeof cases / sizeof *cases);
}

static void test_contents(void **state)
{
    (void)state;
    const test_case cases[] = {
        {430, 140, 256, BARS_TAKE_ALL, CONTENT_EQUAL, 0, SS_SCAN_ALL_DAYS, false},
        {130, 140, 1040, BARS_SOME, CONTENT_EQUAL, 0, SS_SCAN_ALL_DAYS, false},
        {430, 140, 256, BARS_TAKE_ALL, CONTENT_EMPTY, 0, SS_SCAN_ALL_DAYS, false},
        {430, 140, 256, BARS_MIXED, CONTENT_EMPTY, 0, SS_SCAN_ALL_DAYS, false},
        {430, 140, 256, BARS_TAKE_NONE, CONTENT_RANDOM, 0, SS_SCAN_ALL_DAYS, false},
    };
    run_cases(cases, sizeof cases / sizeof *cases);
}

static void test_windows_and_self(void **state)
{
    (void)state;
    const test_case cases[] = {
        {300, 400, 64, BARS_TAKE_ALL, CONTENT_RANDOM, 1, 0, false},
        {300, 400, 64, BARS_MIXED, CONTENT_RANDOM, 2, 3, false},
        {300, 400, 64, BARS_TAKE_ALL, CONTENT_RANDOM, 1, 100000, false},
        {333, 333, 64, BARS_TAKE_ALL, CONTENT_RANDOM, 1, SS_SCAN_ALL_DAYS, true},
        {333, 333, 64, BARS_MIXED, CONTENT_RANDOM, 2, 2, true},
    };
    run_cases(cases, sizeof cases / sizeof *cases);
}

/* Every bar is what one product reaches to the last bit, or the next number above that. */
static void test_ties(void **state)
{
    (void)state;
    begin(4);
    test_case c = {384, 400, 256, BARS_TAKE_NONE, CONTENT_RANDOM, 0, SS_SCAN_ALL_DAYS, false};
    ss_scan scan = new_scan(&c, (size_t)c.a_count * c.b_count);
    float *a_bar = (float *)(uintptr_t)scan.a.bar, *b_bar = (float *)(uintptr_t)scan.b.bar;
    for (uint32_t i = 0; i < c.a_count; i++) {
        float reached = (float)dot_of(&scan, i, i) * scan.b.inverse[i];
        if (!isnan(reached)) a_bar[i] = i % 2 == 0 ? reached : nextafterf(reached, INFINITY);
    }
    for (uint32_t j = 0; j < c.a_count; j++) {
        float reached = (float)dot_of(&scan, c.a_count - 1 - j, j) * scan.a.inverse[c.a_count - 1 - j];
        if (!isnan(reached)) b_bar[j] = j % 2 == 0 ? reached : nextafterf(reached, INFINITY);
    }
    run_and_check(&scan);
    free_scan(&scan);
}

static void test_too_many_hits(void **state)
{
    (void)state;
    begin(5);
    test_case c = {400, 300, 64, BARS_TAKE_ALL, CONTENT_RANDOM, 1, SS_SCAN_ALL_DAYS, false};
    ss_scan scan = new_scan(&c, 1000);
    run_and_check(&scan);
    free_scan(&scan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing), cmocka_unit_test(test_shapes),        cmocka_unit_test(test_dimensions),
        cmocka_unit_test(test_spans),   cmocka_unit_test(test_contents),      cmocka_unit_test(test_windows_and_self),
        cmocka_unit_test(test_ties),    cmocka_unit_test(test_too_many_hits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
