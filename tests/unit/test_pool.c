#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pool.h"
#include "status.h"

#define TASKS        1000
#define MOST_THREADS 5

typedef struct tally {
    atomic_int runs[TASKS];
    int by_thread[MOST_THREADS]; /* not atomic: a thread's own */
    int threads;
    size_t fail_from; /* tasks of this number and above fail */
    bool fail_at_all;
} tally;

static ss_status count_task(void *context, size_t index, int thread)
{
    tally *t = context;
    if (thread < 0 || thread >= t->threads) return ss_fail(SS_ERROR_INTERNAL, "thread %d", thread);
    atomic_fetch_add(&t->runs[index], 1);
    t->by_thread[thread]++;
    if (t->fail_at_all && index >= t->fail_from) return ss_fail(SS_ERROR_INPUT, "task %zu", index);
    return SS_OK;
}

static ss_pool *new_pool(int threads)
{
    ss_pool *pool;
    assert_int_equal(ss_pool_new(&pool, threads), SS_OK);
    assert_int_equal(ss_pool_threads(pool), threads);
    return pool;
}

static void test_every_task_runs_once(void **state)
{
    (void)state;
    for (int threads = 1; threads <= MOST_THREADS; threads++) {
        ss_pool *pool = new_pool(threads);
        for (size_t count = 0; count <= TASKS; count = count < 3 ? count + 1 : count * 3 + 1) {
            tally t = {.threads = threads};
            assert_int_equal(ss_pool_run(pool, count, count_task, &t), SS_OK);
            int sum = 0;
            for (int i = 0; i < threads; i++)
                sum += t.by_thread[i];
            assert_int_equal(sum, count);
            for (size_t i = 0; i < TASKS; i++)
                assert_int_equal(atomic_load(&t.runs[i]), i < count);
        }
        ss_pool_free(pool);
    }
}

static void test_no_pool(void **state)
{
    (void)state;
    assert_int_equal(ss_pool_threads(NULL), 1);
    tally t = {.threads = 1};
    assert_int_equal(ss_pool_run(NULL, 0, count_task, &t), SS_OK);
    assert_int_equal(ss_pool_run(NULL, 3, count_task, &t), SS_OK);
    assert_int_equal(t.by_thread[0], 3);
    tally failing = {.threads = 1, .fail_at_all = true, .fail_from = 2};
    assert_int_equal(ss_pool_run(NULL, TASKS, count_task, &failing), SS_ERROR_INPUT);
    assert_string_equal(ss_last_error(), "task 2");
    assert_int_equal(failing.by_thread[0], 3);
}

static void test_lowest_failure_wins(void **state)
{
    (void)state;
    for (int threads = 1; threads <= MOST_THREADS; threads++) {
        ss_pool *pool = new_pool(threads);
        for (size_t fail_from = 0; fail_from < 200; fail_from += 7) {
            tally t = {.threads = threads, .fail_at_all = true, .fail_from = fail_from};
            assert_int_equal(ss_pool_run(pool, TASKS, count_task, &t), SS_ERROR_INPUT);
            char expected[32];
            snprintf(expected, sizeof expected, "task %zu", fail_from);
            assert_string_equal(ss_last_error(), expected);
        }
        tally t = {.threads = threads};
        assert_int_equal(ss_pool_run(pool, TASKS, count_task, &t), SS_OK);
        assert_int_equal(atomic_load(&t.runs[TASKS - 1]), 1);
        ss_pool_free(pool);
    }
}

static void test_no_task_starts_after_a_failure(void **state)
{
    (void)state;
    ss_pool *pool = new_pool(1);
    tally t = {.threads = 1, .fail_at_all = true, .fail_from = 3};
    assert_int_equal(ss_pool_run(pool, TASKS, count_task, &t), SS_ERROR_INPUT);
    assert_int_equal(t.by_thread[0], 4);
    ss_pool_free(pool);
}

static void test_results_are_seen_after_the_run(void **state)
{
    (void)state;
    ss_pool *pool = new_pool(3);
    for (int run = 0; run < 500; run++) {
        tally t = {.threads = 3};
        assert_int_equal(ss_pool_run(pool, 4, count_task, &t), SS_OK);
        assert_int_equal(t.by_thread[0] + t.by_thread[1] + t.by_thread[2], 4);
    }
    ss_pool_free(pool);
}

/* In two halves; what is dropped may have run, and nothing of it runs later. */
static void test_begin_and_end(void **state)
{
    (void)state;
    for (int threads = 1; threads <= MOST_THREADS; threads++) {
        ss_pool *pool = new_pool(threads);
        for (size_t count = 0; count <= TASKS; count += 1 + count / 2) {
            tally t = {.threads = threads}, failing = {.threads = threads, .fail_at_all = true};
            ss_pool_begin(pool, count, count_task, &t);
            assert_int_equal(ss_pool_end(pool), SS_OK);
            for (size_t i = 0; i < TASKS; i++)
                assert_int_equal(atomic_load(&t.runs[i]), i < count);
            ss_pool_begin(pool, count, count_task, &failing);
            assert_int_equal(ss_pool_end(pool), count > 0 ? SS_ERROR_INPUT : SS_OK);
            ss_pool_begin(pool, count, count_task, &t);
            ss_pool_drop(pool);
            tally dropped = t;
            assert_int_equal(ss_pool_run(pool, 0, count_task, &t), SS_OK);
            assert_memory_equal(&dropped, &t, sizeof t);
            if (threads == 1 && count > 0) assert_int_equal(atomic_load(&t.runs[0]), 1);
        }
        ss_pool_free(pool);
    }
}

static int processors_of_this_thread(void)
{
    cpu_set_t allowed;
    assert_int_equal(sched_getaffinity(0, sizeof allowed, &allowed), 0);
    return CPU_COUNT(&allowed);
}

static ss_status note_processors(void *context, size_t index, int thread)
{
    atomic_int *pinned = context;
    (void)index;
    if (processors_of_this_thread() == 1) atomic_fetch_or(pinned, 1 << thread);
    return SS_OK;
}

/* More threads than processors share them; afterwards the caller may run where it could before. */
static void test_pinning(void **state)
{
    (void)state;
    int before = processors_of_this_thread();
    ss_pool *pool = new_pool(MOST_THREADS);
    ss_pool_pin(pool);
    ss_pool_pin(pool);
    assert_int_equal(processors_of_this_thread(), 1);
    atomic_int pinned = 0;
    for (int run = 0; run < 1000 && atomic_load(&pinned) != (1 << MOST_THREADS) - 1; run++)
        assert_int_equal(ss_pool_run(pool, TASKS, note_processors, &pinned), SS_OK);
    assert_int_equal(atomic_load(&pinned), (1 << MOST_THREADS) - 1);
    ss_pool_free(pool);
    assert_int_equal(processors_of_this_thread(), before);
}

static void test_bad_arguments(void **state)
{
    (void)state;
    ss_pool *pool = (ss_pool *)(uintptr_t)1;
    assert_int_equal(ss_pool_new(&pool, 0), SS_ERROR_ARGUMENT);
    assert_null(pool);
    assert_int_equal(ss_pool_new(&pool, -1), SS_ERROR_ARGUMENT);
    ss_pool_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_task_runs_once),
        cmocka_unit_test(test_no_pool),
        cmocka_unit_test(test_lowest_failure_wins),
        cmocka_unit_test(test_no_task_starts_after_a_failure),
        cmocka_unit_test(test_results_are_seen_after_the_run),
        cmocka_unit_test(test_begin_and_end),
        cmocka_unit_test(test_pinning),
        cmocka_unit_test(test_bad_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
