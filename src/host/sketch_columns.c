#include "sketch_columns.h"

#include <stdlib.h>
#include <string.h>

#include "sizes.h"
#include "status.h"

#define BLOCK_ROWS 4096 /* moved by one task */

void ss_sketches_clear(ss_sketches *sketches)
{
    for (int c = 0; c < SS_CHANNELS; c++) {
        free(sketches->vector[c]);
        free(sketches->norm[c]);
    }
    free(sketches->ngrams);
    *sketches = (ss_sketches){0};
}

ss_status ss_sketches_reserve(ss_sketches *s, size_t count)
{
    if (count <= s->capacity) return SS_OK;
    /* Columns grow together; `capacity` is theirs before and after. */
    size_t d = (size_t)s->dimension, capacity = SIZE_MAX;
    for (int c = 0; c < SS_CHANNELS; c++) {
        size_t bytes = s->capacity * d, rows = s->capacity;
        SS_TRY(ss_grow((void **)&s->vector[c], &bytes, count * d, 1));
        SS_TRY(ss_grow((void **)&s->norm[c], &rows, count, sizeof *s->norm[c]));
        capacity = ss_smaller(capacity, ss_smaller(bytes / d, rows));
    }
    size_t rows = s->capacity;
    SS_TRY(ss_grow((void **)&s->ngrams, &rows, count, sizeof *s->ngrams));
    s->capacity = ss_smaller(capacity, rows);
    return SS_OK;
}

ss_status ss_sketches_push(ss_sketches *s, const ss_result *result, size_t row)
{
    s->dimension = result->dimension;
    size_t d = (size_t)s->dimension;
    SS_TRY(ss_sketches_reserve(s, s->count + 1));
    for (int c = 0; c < SS_CHANNELS; c++) {
        memcpy(s->vector[c] + s->count * d, result->vector[c] + row * d, d);
        s->norm[c][s->count] = result->norm[c][row];
    }
    s->ngrams[s->count++] = result->ngrams[row];
    return SS_OK;
}

ss_status ss_sketches_allocate(ss_result *r)
{
    size_t n = r->articles.count, d = (size_t)r->dimension;
    for (int c = 0; c < SS_CHANNELS; c++) {
        r->vector[c] = malloc(n * d + 1);
        r->norm[c] = calloc(n + 1, sizeof *r->norm[c]);
        if (r->vector[c] == NULL || r->norm[c] == NULL) return ss_fail_memory(n * d);
    }
    r->ngrams = calloc(n + 1, sizeof *r->ngrams);
    return r->ngrams == NULL ? ss_fail_memory(n * sizeof *r->ngrams) : SS_OK;
}

/* ------------------------------------------------------------------- moving */

/* One column on its way. */
typedef struct column {
    const char *from;
    char *to;
    size_t size; /* bytes of a row */
    const uint32_t *row;
    size_t rows;
} column;

static ss_status move_block(void *context, size_t index, int thread)
{
    const column *c = context;
    (void)thread;
    size_t first = index * BLOCK_ROWS, end = ss_smaller(first + BLOCK_ROWS, c->rows);
    for (size_t i = first; i < end; i++)
        memcpy(c->to + i * c->size, c->from + c->row[i] * c->size, c->size);
    return SS_OK;
}

/* Into a new column of rows of `size` bytes; the old one is freed. */
static ss_status move_column(void **to, void **from, column c, ss_pool *pool)
{
    c.from = *from;
    *to = c.to = malloc(c.rows * c.size + 1);
    if (c.to == NULL) return ss_fail_memory(c.rows * c.size);
    SS_TRY(ss_pool_run(pool, ss_divide_up(c.rows, BLOCK_ROWS), move_block, &c));
    free(*from);
    *from = NULL;
    return SS_OK;
}

ss_status ss_sketches_move(ss_sketches *s, const uint32_t *row, ss_result *r, ss_pool *pool)
{
    column vectors = {.size = (size_t)s->dimension, .row = row, .rows = r->articles.count};
    column numbers = {.size = sizeof *s->ngrams, .row = row, .rows = r->articles.count};
    for (int c = 0; c < SS_CHANNELS; c++) {
        SS_TRY(move_column((void **)&r->vector[c], (void **)&s->vector[c], vectors, pool));
        SS_TRY(move_column((void **)&r->norm[c], (void **)&s->norm[c], numbers, pool));
    }
    SS_TRY(move_column((void **)&r->ngrams, (void **)&s->ngrams, numbers, pool));
    ss_sketches_clear(s);
    return SS_OK;
}

ss_sketches ss_sketches_of(const ss_result *r)
{
    ss_sketches all = {.count = r->articles.count, .dimension = r->dimension, .ngrams = r->ngrams};
    for (int c = 0; c < SS_CHANNELS; c++) {
        all.vector[c] = r->vector[c];
        all.norm[c] = r->norm[c];
    }
    return all;
}

ss_sketch_places ss_sketches_at(const ss_sketches *s, size_t row)
{
    ss_sketch_places places = {.ngrams = s->ngrams + row};
    for (int c = 0; c < SS_CHANNELS; c++) {
        places.vector[c] = s->vector[c] + row * (size_t)s->dimension;
        places.norm[c] = s->norm[c] + row;
    }
    return places;
}
