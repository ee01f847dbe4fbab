/* Items in order, each made, worked on and taken or dropped once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdatomic.h>
#include <stdlib.h>

#include "pipeline.h"

typedef struct item {
    size_t number;
    int worked;
} item;

typedef struct factory {
    size_t made, most;
    atomic_size_t worked;
} factory;

static atomic_size_t alive;

static void *make(void *context)
{
    factory *f = context;
    if (f->made == f->most) return NULL;
    item *i = calloc(1, sizeof *i);
    if (i == NULL) return NULL;
    i->number = f->made++;
    atomic_fetch_add(&alive, 1);
    return i;
}

/* Some take long. */
static void work(void *context, void *made)
{
    factory *f = context;
    item *i = made;
    atomic_size_t turns = 0;
    while (atomic_load(&turns) < i->number * 2654435761u % 5000)
        atomic_fetch_add(&turns, 1);
    i->worked++;
    atomic_fetch_add(&f->worked, 1);
}

static void drop(void *made)
{
    atomic_fetch_sub(&alive, 1);
    free(made);
}

static void run(size_t most, int workers, size_t taken)
{
    factory f = {.most = most};
    const ss_pipeline_steps steps = {make, work, drop, &f};
    ss_pipeline *pipeline;
    assert_int_equal(ss_pipeline_start(&pipeline, &steps, workers), SS_OK);
    for (size_t n = 0; n < taken; n++) {
        void *next;
        assert_int_equal(ss_pipeline_take(pipeline, NULL, &next), SS_OK);
        if (n >= most) {
            assert_null(next);
            continue;
        }
        assert_non_null(next);
        assert_int_equal(((item *)next)->number, n);
        assert_int_equal(((item *)next)->worked, 1);
        drop(next);
    }
    ss_pipeline_free(pipeline);
    assert_int_equal(atomic_load(&alive), 0);
    if (taken >= most) assert_int_equal(atomic_load(&f.worked), most);
}

static void test_order(void **state)
{
    (void)state;
    for (int workers = 1; workers <= 5; workers++) {
        run(0, workers, 2);
        run(1, workers, 3);
        run(1000, workers, 1002);
    }
}

static void test_left_early(void **state)
{
    (void)state;
    for (size_t taken = 0; taken < 40; taken += 3)
        run(1000, 3, taken);
    ss_pipeline_free(NULL);
}

static bool now(void *user)
{
    (void)user;
    return true;
}

static void *make_when_told(void *context)
{
    atomic_bool *told = context;
    while (!atomic_load(told))
        ;
    return NULL;
}

static void test_cancelled_while_waiting(void **state)
{
    (void)state;
    atomic_bool told = false;
    const ss_pipeline_steps steps = {make_when_told, work, drop, &told};
    ss_pipeline *pipeline;
    ss_job job = {.cancelled = now};
    void *next;
    assert_int_equal(ss_pipeline_start(&pipeline, &steps, 2), SS_OK);
    assert_int_equal(ss_pipeline_take(pipeline, &job, &next), SS_ERROR_INTERRUPTED);
    atomic_store(&told, true);
    ss_pipeline_free(pipeline);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_left_early),
        cmocka_unit_test(test_cancelled_while_waiting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
