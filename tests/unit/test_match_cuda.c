/* The matchers on CUDA devices against the scalar reference. Linked with tests/emulator it runs everywhere, and with the
 * CUDA runtime where there is a device. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cuda_device.h"
#include "device_cuda.h"
#include "match_cases.h"
#include "match_cuda.h"
#include "status.h"

#ifdef SS_EMULATED
#include "emulator.h"
#define CASES 150
#else
#define CASES 3000
#endif

#define SKIPPED 77

static const ss_matcher *const matchers[] = {&ss_matcher_cuda, &ss_matcher_cuda_portable, &ss_matcher_cublas, NULL};

static int begin_test(void **state)
{
    (void)state;
#ifdef SS_EMULATED
    emulator_reset();
#endif
    return ss_cuda_use(NULL) == SS_OK ? 0 : -1;
}

/* Whatever a test did, nothing of a device is left over. */
static int end_test(void **state)
{
    (void)state;
#ifdef SS_EMULATED
    assert_int_equal(emulator_leaks(), 0);
#endif
    return 0;
}

/* ------------------------------------------------------------- equality */

static size_t random_count(size_t dimension)
{
    static const size_t edges[] = {0, 1, 2, 127, 128, 129, 255, 256, 257, 385};
    bool costly = dimension > 64;
    return case_random(costly ? 6 : 3) == 0 ? CASE_PICK(edges) : case_random(costly ? 80 : 300);
}

static ss_match_options random_options(ss_job *job)
{
    static const int dimensions[] = {1, 3, 16, 16, 16, 63, 64, 65, 128, 256, 260, 261, 1040};
    static const size_t ks[] = {1, 2, 10, 10, 10, 400};
    static const int windows[] = {-1, 0, 3, 3, 10, INT_MAX};
    *job = (ss_job){.threads = 2};
    return (ss_match_options){.dimension = CASE_PICK(dimensions),
                              .k = CASE_PICK(ks),
                              .window_days = CASE_PICK(windows),
                              .self = case_random(3) == 0,
                              .job = job};
}

/* One device, one of several kinds with little memory or much, or shares of the work for two. */
static void choose_devices(void)
{
    const char *list = case_random(4) == 0 ? "0,0" : NULL;
#ifdef SS_EMULATED
    static const int versions[] = {80, 86, 90, 120};
    static const size_t memories[] = {8u << 20, 64u << 20};
    static const char *const lists[] = {"0", "0", "1", "0,1", "0,0"};
    int version = CASE_PICK(versions);
    emulator_settings.major = version / 10;
    emulator_settings.minor = version % 10;
    emulator_settings.memory = CASE_PICK(memories);
    emulator_settings.refuse_memory = case_random(4) == 0;
    list = CASE_PICK(lists);
#endif
    assert_int_equal(ss_cuda_use(list), SS_OK);
}

static void compare_all(const ss_side *a, const ss_side *b, ss_match_options options)
{
    for (const ss_matcher *const *matcher = matchers; *matcher != NULL; matcher++) {
        if (!(*matcher)->available()) continue;
        case_compare_nearest(*matcher, a, b, options);
        case_compare_join(*matcher, a, b, case_threshold(a, b, options.dimension), options);
    }
}

static void test_equal_to_reference(void **state)
{
    (void)state;
    for (int i = 0; i < CASES; i++) {
        case_seed((uint64_t)i);
        ss_job job;
        ss_match_options options = random_options(&job);
        size_t dimension = (size_t)options.dimension;
        case_set a = case_set_new(random_count(dimension), dimension, (case_entries)case_random(CASE_KINDS));
        case_set b = case_set_new(random_count(dimension), dimension, (case_entries)case_random(CASE_KINDS));
        choose_devices();
        compare_all(&a.side, options.self ? &a.side : &b.side, options);
        case_set_free(&a);
        case_set_free(&b);
    }
}

/* More rows than a piece has where memory is short, in narrow bands. */
static void test_equal_over_many_pieces(void **state)
{
    (void)state;
    case_seed(7);
    case_set a = case_set_new(1400, 3, CASE_RANDOM), b = case_set_new(1700, 3, CASE_RANDOM);
    for (int i = 0; i < 1400; i++)
        a.day[i] = i < 1300 ? i / 20 : SS_NO_DAY;
    for (int i = 0; i < 1700; i++)
        b.day[i] = i < 1650 ? i / 20 : SS_NO_DAY;
    for (int window = -1; window < 3; window++) {
        ss_match_options options = {.dimension = 3, .k = 4, .window_days = window};
        choose_devices();
        compare_all(&a.side, &b.side, options);
        options.self = true;
        compare_all(&b.side, &b.side, options);
    }
    case_set_free(&a);
    case_set_free(&b);
}

/* Panel p of a is like tile p of b, more like tile p + 4, and like no other. Scans meet tile p first, then some where
 * there is nothing, and grow; then all that they meet is a hit. */
static void test_more_hits_than_room(void **state)
{
    (void)state;
    enum { panels = 12, rows = 128 * panels };
    case_set a = case_set_new(rows, 16, CASE_ZERO), b = case_set_new(rows, 16, CASE_ZERO);
    for (size_t i = 0; i < rows; i++) {
        a.vector[i * 16 + i / 128] = 100;
        a.norm[i] = 100 * 100;
        b.vector[i * 16 + i / 128] = 50;
        b.vector[i * 16 + (i / 128 + panels - 4) % panels] = 100;
        b.norm[i] = 50 * 50 + 100 * 100;
    }
    ss_match_options options = {.dimension = 16, .k = 3, .window_days = -1};
    assert_int_equal(ss_cuda_use("0"), SS_OK); /* with several it depends on who is first */
    ss_cuda_profile_reset();
    compare_all(&a.side, &b.side, options);
    ss_cuda_profile profile;
    ss_cuda_profile_get(&profile);
    assert_true(profile.scans > 0 && profile.merges > 0 && profile.pieces > 0 && profile.spans >= profile.scans);
    assert_true(profile.bytes_to_device > 2 * rows * 64 && profile.bytes_from_device > 0 && profile.hits > 0);
#ifdef SS_EMULATED
    assert_true(profile.repeated > 0);
#endif
    case_set_free(&a);
    case_set_free(&b);
}

/* ------------------------------------------------------------ the caller */

typedef struct calls {
    uint64_t last, total;
    int before_cancel; /* less than 0: never */
    char warning[512];
} calls;

static bool cancelled(void *user)
{
    calls *c = user;
    return c->before_cancel >= 0 && c->before_cancel-- == 0;
}

static void progress(void *user, const char *stage, uint64_t done, uint64_t total)
{
    calls *c = user;
    assert_string_equal(stage, "match");
    assert_true(done >= c->last && done <= total);
    c->last = done;
    c->total = total;
}

static void test_progress_and_cancelling(void **state)
{
    (void)state;
    case_seed(1);
    case_set a = case_set_new(700, 3, CASE_RANDOM);
    for (int before = -1; before < 3; before++) {
        calls c = {.before_cancel = before};
        ss_job job = {.threads = 2, .cancelled = cancelled, .progress = progress, .user = &c};
        ss_match_options options = {.dimension = 3, .k = 2, .window_days = -1, .job = &job};
        ss_neighbours ab, ba;
        ss_status expected = before < 0 ? SS_OK : SS_ERROR_INTERRUPTED;
        const ss_matcher *matcher = &ss_matcher_cuda;
        assert_int_equal(matcher->nearest(matcher, &ab, &ba, &a.side, &a.side, &options), expected);
        if (before < 0) {
            assert_true(c.total > 0 && c.last == c.total);
        } else {
            assert_true(ab.item == NULL && ba.item == NULL);
        }
        ss_neighbours_clear(&ab);
        ss_neighbours_clear(&ba);
    }
    case_set_free(&a);
}

#ifdef SS_EMULATED

/* --------------------------------------------------- machines at fault */

static void warning(void *user, const char *message)
{
    calls *c = user;
    snprintf(c->warning, sizeof c->warning, "%s", message);
}

static void test_short_of_memory_is_told(void **state)
{
    (void)state;
    case_seed(5);
    case_set a = case_set_new(3000, 256, CASE_RANDOM);
    calls c = {.before_cancel = -1};
    ss_job job = {.threads = 2, .warning = warning, .user = &c};
    ss_match_options options = {.dimension = 256, .k = 2, .window_days = 0, .job = &job};
    for (int32_t i = 0; i < 3000; i++)
        a.day[i] = i / 30;
    assert_int_equal(ss_cuda_use("0"), SS_OK);
    case_compare_nearest(&ss_matcher_cuda, &a.side, &a.side, options);
    assert_string_equal(c.warning, "");
    emulator_settings.memory = 2u << 20;
    case_compare_nearest(&ss_matcher_cuda, &a.side, &a.side, options);
    assert_non_null(strstr(c.warning, "device memory"));

    emulator_settings.memory = 512u << 10;
    ss_neighbours ab, ba;
    const ss_matcher *matcher = &ss_matcher_cuda;
    assert_int_equal(matcher->nearest(matcher, &ab, &ba, &a.side, &a.side, &options), SS_ERROR_DEVICE);
    assert_non_null(strstr(ss_last_error(), "KiB of memory free"));
    assert_null(ab.item);
    case_set_free(&a);
}

/* At whatever call the device is lost: the failure is told, and everything is given back. */
static void test_lost_device(void **state)
{
    (void)state;
    case_seed(2);
    case_set a = case_set_new(200, 3, CASE_RANDOM);
    ss_match_options options = {.dimension = 3, .k = 2, .window_days = -1};
    bool ended = false;
    for (long calls_to_loss = 0; !ended; calls_to_loss++) {
        for (const ss_matcher *const *matcher = matchers; *matcher != NULL; matcher++) {
            emulator_reset();
            assert_int_equal(ss_cuda_use(calls_to_loss % 2 == 0 ? "0" : "0,1"), SS_OK);
            emulator_settings.calls_to_loss = calls_to_loss;
            ss_neighbours ab, ba;
            ss_status status = (*matcher)->nearest(*matcher, &ab, &ba, &a.side, &a.side, &options);
            ended = status == SS_OK;
            if (!ended) assert_int_equal(status, SS_ERROR_DEVICE);
            if (!ended) assert_non_null(strstr(ss_last_error(), "CUDA device"));
            if (!ended) assert_true(ab.item == NULL && ba.item == NULL);
            ss_neighbours_clear(&ab);
            ss_neighbours_clear(&ba);
            assert_int_equal(emulator_leaks(), 0);
        }
    }
    emulator_reset();
    case_set_free(&a);
}

static void assert_refused(const char *part)
{
    assert_false(ss_matcher_cuda.available());
    const ss_matcher *matcher = &ss_matcher_cuda;
    case_set a = case_set_new(10, 3, CASE_RANDOM);
    ss_match_options options = {.dimension = 3, .k = 2, .window_days = -1};
    ss_pair *pairs;
    size_t count;
    assert_int_equal(matcher->join(matcher, &pairs, &count, &a.side, &a.side, 0.5, &options), SS_ERROR_DEVICE);
    assert_non_null(strstr(ss_last_error(), part));
    case_set_free(&a);
}

static void test_machines_without(void **state)
{
    (void)state;
    emulator_settings.device_count = -1;
    assert_refused("no NVIDIA driver");
    emulator_settings.device_count = 2;
    emulator_settings.driver_version = 12020;
    assert_refused("driver is for CUDA 12.2");
    emulator_settings.driver_version = 13000;
    emulator_settings.device_count = 0;
    unsetenv("CUDA_VISIBLE_DEVICES");
    assert_refused("no device on this machine");
    setenv("CUDA_VISIBLE_DEVICES", "", 1);
    assert_refused("CUDA_VISIBLE_DEVICES");
    unsetenv("CUDA_VISIBLE_DEVICES");
    emulator_settings.device_count = 1;
    emulator_settings.major = 7;
    emulator_settings.minor = 5;
    assert_refused("compute capability 7.5");
}

static void test_lists_of_devices(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "x", "0,", ",0", "0,,1", "0 1", "-1", "0x1", "99999999999999999999", "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(ss_cuda_use(bad[i]), SS_ERROR_ARGUMENT);
        assert_true(strlen(ss_last_error()) > 0);
    }
    assert_int_equal(ss_cuda_use("2"), SS_ERROR_DEVICE);
    assert_int_equal(ss_cuda_use("1,0,1"), SS_OK);
    int number[SS_CUDA_DEVICES], count;
    assert_int_equal(ss_cuda_in_use(number, &count), SS_OK);
    assert_true(count == 3 && number[0] == 1 && number[1] == 0 && number[2] == 1);
    assert_int_equal(ss_cuda_use(NULL), SS_OK);
    assert_int_equal(ss_cuda_in_use(number, &count), SS_OK);
    assert_true(count == 2 && number[0] == 0 && number[1] == 1);
}

#endif

int main(void)
{
#ifndef SS_EMULATED
    if (!has_cuda_device()) return SKIPPED;
#endif
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_equal_to_reference, begin_test, end_test),
        cmocka_unit_test_setup_teardown(test_equal_over_many_pieces, begin_test, end_test),
        cmocka_unit_test_setup_teardown(test_more_hits_than_room, begin_test, end_test),
        cmocka_unit_test_setup_teardown(test_progress_and_cancelling, begin_test, end_test),
#ifdef SS_EMULATED
        cmocka_unit_test_setup_teardown(test_short_of_memory_is_told, begin_test, end_test),
        cmocka_unit_test_setup_teardown(test_lost_device, begin_test, end_test),
        cmocka_unit_test_setup_teardown(test_machines_without, begin_test, end_test),
        cmocka_unit_test_setup_teardown(test_lists_of_devices, begin_test, end_test),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
