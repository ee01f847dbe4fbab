/* Sketches by a tiny model. Include after cmocka.h. */
#ifndef SS_TESTS_SKETCHES_H
#define SS_TESTS_SKETCHES_H

#include <stdlib.h>

#include "sketch.h"
#include "tiny_model.h"

#define DIMENSION_MAX 64

static ss_model *model;

typedef struct sketch {
    int8_t vector[DIMENSION_MAX];
    uint32_t norm;
} sketch;

/* The norm is the sum of squares; the largest entry is 127, or all are 0. */
static inline void assert_sound(const sketch *s, const ss_model *of)
{
    uint32_t norm = 0;
    int largest = 0;
    for (int k = 0; k < of->dimension; k++) {
        norm += (uint32_t)(s->vector[k] * s->vector[k]);
        if (abs(s->vector[k]) > largest) largest = abs(s->vector[k]);
    }
    assert_int_equal(s->norm, norm);
    assert_int_equal(largest, norm > 0 ? 127 : 0);
}

static inline ss_sketcher *sketcher_of(const ss_model *of)
{
    ss_sketcher *sketcher;
    assert_int_equal(ss_sketcher_new(&sketcher, of), SS_OK);
    return sketcher;
}

static inline void assert_same(const sketch *a, const sketch *b)
{
    assert_int_equal(a->norm, b->norm);
    assert_memory_equal(a->vector, b->vector, sizeof a->vector);
}

static inline int make_model(void **state)
{
    (void)state;
    model = tiny_model();
    return 0;
}

static inline int free_model(void **state)
{
    (void)state;
    ss_model_free(model);
    return 0;
}

#endif
