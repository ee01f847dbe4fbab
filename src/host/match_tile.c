/* The walk over tiles of the product of two sets, and the selection from each tile while it is in the cache.
 *
 * Rows of a are cut into blocks, rows of b into panels of the same height. A task is a span of the panels that a block
 * may match. What a tile holds is first held against bars in float, many entries at once; what comes near its bar, is
 * tested exactly and offered to both lists under the lock of the block that the list belongs to. Since the order of
 * neighbours is total, it makes no difference in which order, or against how old a bar, they are offered. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "match_tile.h"
#include "pool.h"
#include "simd.h"
#include "status.h"

#define LARGEST_TILE  256 /* rows: the tile and both panels lie in 1 MiB of L2 at dimension 256 */
#define SMALLEST_TILE 64
#define SEGMENT       64 /* entries of a row that are held against the bars at once; divides every tile */
#define SPAN          16 /* tiles of a task */

/* Part of a row of a tile that has an entry near a bar. */
typedef struct hit {
    uint16_t row, begin, end; /* columns begin .. end - 1 */
} hit;

/* What a thread works in. The bar of a row is the least dot * (inverse of the column's length) that can enter its
 * list; that of a column likewise. */
typedef struct scratch {
    float *tile;                  /* [tile][tile] dot products */
    float *a_inverse, *b_inverse; /* [tile] 1 / length; NAN for an empty sketch, so that no comparison holds */
    float *a_bar, *b_bar;         /* [tile] */
    ss_band *band;                /* [tile] of the rows of the block */
    hit *hits;
    size_t hit_count;
    void *a_panel, *b_panel;
    void *memory;
} scratch;

/* The panels that a block may match: two runs, one beside the other. */
typedef struct panel_runs {
    size_t first, count;
    size_t undated_first, undated_count;
} panel_runs;

typedef struct walk {
    const ss_tile_product *product;
    const ss_side *a, *b;
    const ss_match_options *options;
    size_t tile;        /* rows of a block and of a panel */
    size_t *first_task; /* [blocks + 1] number of the first task of each block */
    size_t tiles;
    atomic_size_t tiles_done;
    ss_pool *pool;
    scratch *scratch; /* [threads] */

    /* nearest */
    const ss_neighbours *a_lists, *b_lists; /* the same with options->self */
    pthread_mutex_t *a_lock, *b_lock;       /* [blocks], [panels]; the same with options->self */

    /* join */
    ss_pair_list *pairs; /* NULL: nearest */
    double threshold;
    pthread_mutex_t pairs_lock;
} walk;

static size_t divide_up(size_t count, size_t by)
{
    return (count + by - 1) / by;
}

static ss_range block_rows(size_t block, size_t tile, const ss_side *side)
{
    size_t begin = block * tile;
    return (ss_range){begin, side->count - begin < tile ? side->count : begin + tile};
}

/* --------------------------------------------------------------- scratch */

static void *carve(char *memory, size_t *used, size_t bytes)
{
    void *piece = memory == NULL ? NULL : memory + *used;
    *used += divide_up(bytes, 64) * 64;
    return piece;
}

/* Lays the arrays out in `memory` and returns the bytes they take; with NULL only that. */
static size_t lay_out(scratch *s, char *memory, const ss_tile_product *product, size_t tile, size_t dimension)
{
    size_t used = 0, panel_size = product->panel_size(tile, dimension);
    s->memory = memory;
    s->tile = carve(memory, &used, tile * tile * sizeof *s->tile);
    s->a_panel = carve(memory, &used, panel_size);
    s->b_panel = carve(memory, &used, panel_size);
    s->a_inverse = carve(memory, &used, tile * sizeof *s->a_inverse);
    s->b_inverse = carve(memory, &used, tile * sizeof *s->b_inverse);
    s->a_bar = carve(memory, &used, tile * sizeof *s->a_bar);
    s->b_bar = carve(memory, &used, tile * sizeof *s->b_bar);
    s->band = carve(memory, &used, tile * sizeof *s->band);
    /* The two ranges of a band may meet in the midst of a segment. */
    s->hits = carve(memory, &used, tile * (tile / SEGMENT + 1) * sizeof *s->hits);
    return used;
}

static ss_status new_scratch(scratch *s, const walk *w)
{
    size_t dimension = (size_t)w->options->dimension;
    size_t bytes = lay_out(s, NULL, w->product, w->tile, dimension);
    char *memory = aligned_alloc(64, bytes);
    if (memory == NULL) return ss_fail_memory(bytes);
    lay_out(s, memory, w->product, w->tile, dimension);
    /* Segments reach beyond the last column, where they must find numbers. */
    for (size_t i = 0; i < w->tile * w->tile; i++)
        s->tile[i] = 0.0f;
    return SS_OK;
}

/* ---------------------------------------------------------------- filter */

/* A bar in float, low enough that rounding, of it and of what is compared with it, loses nothing. */
static float lowered(double bar)
{
    return isinf(bar) ? (float)bar : (float)(bar - 1e-5 * fabs(bar));
}

static void set_inverses(float *inverse, const ss_side *side, ss_range rows, size_t tile)
{
    for (size_t i = 0; i < tile; i++) {
        uint32_t norm = i < rows.end - rows.begin ? side->norm[rows.begin + i] : 0;
        inverse[i] = norm > 0 ? (float)(1.0 / sqrt((double)norm)) : NAN;
    }
}

static void set_list_bars(float *bar, const ss_neighbours *lists, pthread_mutex_t *lock, const ss_side *own,
                          const ss_side *other, ss_range rows, size_t tile)
{
    pthread_mutex_lock(lock);
    for (size_t i = 0; i < tile; i++) {
        if (i < rows.end - rows.begin) {
            ss_heap heap = ss_heap_of_row(lists, rows.begin + i, own, other);
            bar[i] = lowered(ss_heap_bar(&heap));
        } else {
            bar[i] = INFINITY;
        }
    }
    pthread_mutex_unlock(lock);
}

/* Whether an entry comes near the bar of its row or column. Without branches, so that it is done many at a time. */
static inline bool segment_passes(const float *dot, const float *b_inverse, const float *b_bar, float a_inverse,
                                  float a_bar)
{
    int passes = 0;
    for (size_t j = 0; j < SEGMENT; j++)
        passes |= (dot[j] * b_inverse[j] >= a_bar) | (dot[j] * a_inverse >= b_bar[j]);
    return passes != 0;
}

/* Adds the hits of one row of the tile within columns begin .. end - 1. */
SS_SIMD_CLONES
static void filter_row(scratch *s, size_t row, size_t tile, size_t begin, size_t end)
{
    const float *dot = s->tile + row * tile;
    float a_inverse = s->a_inverse[row], a_bar = s->a_bar[row];
    for (size_t j = begin / SEGMENT * SEGMENT; j < end; j += SEGMENT) {
        if (!segment_passes(dot + j, s->b_inverse + j, s->b_bar + j, a_inverse, a_bar)) continue;
        size_t first = j < begin ? begin : j, last = j + SEGMENT < end ? j + SEGMENT : end;
        s->hits[s->hit_count++] = (hit){(uint16_t)row, (uint16_t)first, (uint16_t)last};
    }
}

static void filter_range(scratch *s, size_t row, size_t tile, ss_range range, ss_range columns)
{
    size_t begin = range.begin > columns.begin ? range.begin : columns.begin;
    size_t end = range.end < columns.end ? range.end : columns.end;
    if (begin < end) filter_row(s, row, tile, begin - columns.begin, end - columns.begin);
}

static void filter_tile(scratch *s, size_t tile, ss_range rows, ss_range columns)
{
    s->hit_count = 0;
    for (size_t row = 0; row < rows.end - rows.begin; row++) {
        filter_range(s, row, tile, s->band[row].dated, columns);
        filter_range(s, row, tile, s->band[row].undated, columns);
    }
}

/* ------------------------------------------------------------- selection */

static void offer_to_rows(const walk *w, scratch *s, ss_range rows, ss_range columns)
{
    for (const hit *h = s->hits; h < s->hits + s->hit_count; h++) {
        const float *dot = s->tile + h->row * w->tile;
        const float *inverse = s->b_inverse;
        float bar = s->a_bar[h->row];
        ss_heap heap = ss_heap_of_row(w->a_lists, rows.begin + h->row, w->a, w->b);
        for (size_t j = h->begin; j < h->end; j++) {
            if (!(dot[j] * inverse[j] >= bar)) continue;
            ss_neighbour neighbour = {(uint32_t)(columns.begin + j), (int32_t)dot[j]};
            if (ss_heap_offer(&heap, neighbour)) bar = lowered(ss_heap_bar(&heap));
        }
        s->a_bar[h->row] = bar;
    }
}

static void offer_to_columns(const walk *w, scratch *s, ss_range rows, ss_range columns)
{
    for (const hit *h = s->hits; h < s->hits + s->hit_count; h++) {
        const float *dot = s->tile + h->row * w->tile;
        float inverse = s->a_inverse[h->row];
        float *bar = s->b_bar;
        for (size_t j = h->begin; j < h->end; j++) {
            if (!(dot[j] * inverse >= bar[j])) continue;
            ss_neighbour neighbour = {(uint32_t)(rows.begin + h->row), (int32_t)dot[j]};
            ss_heap heap = ss_heap_of_row(w->b_lists, columns.begin + j, w->b, w->a);
            if (ss_heap_offer(&heap, neighbour)) bar[j] = lowered(ss_heap_bar(&heap));
        }
    }
}

static void select_nearest(walk *w, scratch *s, size_t block, size_t panel)
{
    ss_range rows = block_rows(block, w->tile, w->a), columns = block_rows(panel, w->tile, w->b);
    set_list_bars(s->a_bar, w->a_lists, &w->a_lock[block], w->a, w->b, rows, w->tile);
    set_list_bars(s->b_bar, w->b_lists, &w->b_lock[panel], w->b, w->a, columns, w->tile);
    filter_tile(s, w->tile, rows, columns);
    if (s->hit_count == 0) return;
    pthread_mutex_lock(&w->a_lock[block]);
    offer_to_rows(w, s, rows, columns);
    pthread_mutex_unlock(&w->a_lock[block]);
    pthread_mutex_lock(&w->b_lock[panel]);
    offer_to_columns(w, s, rows, columns);
    pthread_mutex_unlock(&w->b_lock[panel]);
}

static ss_status take_pairs(walk *w, const scratch *s, ss_range rows, ss_range columns)
{
    for (const hit *h = s->hits; h < s->hits + s->hit_count; h++) {
        const float *dot = s->tile + h->row * w->tile;
        size_t a = rows.begin + h->row;
        for (size_t j = h->begin; j < h->end; j++) {
            if (!(dot[j] * s->b_inverse[j] >= s->a_bar[h->row])) continue;
            size_t b = columns.begin + j;
            ss_pair pair = {(uint32_t)a, (uint32_t)b, (int32_t)dot[j]};
            if (ss_cosine(pair.dot, w->a->norm[a], w->b->norm[b]) < w->threshold) continue;
            SS_TRY(ss_pair_list_push(w->pairs, pair));
        }
    }
    return SS_OK;
}

static ss_status select_pairs(walk *w, scratch *s, size_t block, size_t panel)
{
    ss_range rows = block_rows(block, w->tile, w->a), columns = block_rows(panel, w->tile, w->b);
    for (size_t i = 0; i < w->tile; i++) {
        uint32_t norm = i < rows.end - rows.begin ? w->a->norm[rows.begin + i] : 0;
        s->a_bar[i] = norm > 0 ? lowered(w->threshold * sqrt((double)norm)) : INFINITY;
        s->b_bar[i] = INFINITY;
    }
    filter_tile(s, w->tile, rows, columns);
    if (s->hit_count == 0) return SS_OK;
    pthread_mutex_lock(&w->pairs_lock);
    ss_status status = take_pairs(w, s, rows, columns);
    pthread_mutex_unlock(&w->pairs_lock);
    return status;
}

/* ----------------------------------------------------------------- tasks */

/* The panels of b that some row of the block may match. Bands move on with the days, so that the first and the last
 * row tell; an undated one, which is among the last, has all of b in the dated range. */
static panel_runs runs_of_block(const walk *w, size_t block)
{
    ss_range rows = block_rows(block, w->tile, w->a);
    ss_band first = ss_band_of_row(w->a, rows.begin, w->b, w->options);
    ss_band last = ss_band_of_row(w->a, rows.end - 1, w->b, w->options);
    size_t begin = first.dated.begin < last.dated.begin ? first.dated.begin : last.dated.begin;
    size_t end = first.dated.end > last.dated.end ? first.dated.end : last.dated.end;
    panel_runs runs = {.first = begin / w->tile};
    if (begin < end) runs.count = divide_up(end, w->tile) - runs.first;

    runs.undated_first = first.undated.begin / w->tile;
    if (runs.count > 0 && runs.undated_first < runs.first + runs.count) runs.undated_first = runs.first + runs.count;
    size_t undated_end = divide_up(first.undated.end, w->tile);
    if (first.undated.begin < first.undated.end && runs.undated_first < undated_end)
        runs.undated_count = undated_end - runs.undated_first;
    return runs;
}

/* The block that task number `task` belongs to. */
static size_t block_of_task(const walk *w, size_t task)
{
    size_t block = 0, end = divide_up(w->a->count, w->tile);
    while (end - block > 1) {
        size_t middle = block + (end - block) / 2;
        if (w->first_task[middle] <= task) {
            block = middle;
        } else {
            end = middle;
        }
    }
    return block;
}

static void prepare_block(const walk *w, scratch *s, size_t block)
{
    ss_range rows = block_rows(block, w->tile, w->a);
    size_t dimension = (size_t)w->options->dimension;
    w->product->prepare(s->a_panel, w->a->vector + rows.begin * dimension, rows.end - rows.begin, dimension);
    set_inverses(s->a_inverse, w->a, rows, w->tile);
    for (size_t row = rows.begin; row < rows.end; row++)
        s->band[row - rows.begin] = ss_band_of_row(w->a, row, w->b, w->options);
}

static void multiply_tile(const walk *w, scratch *s, size_t block, size_t panel)
{
    ss_range rows = block_rows(block, w->tile, w->a), columns = block_rows(panel, w->tile, w->b);
    size_t dimension = (size_t)w->options->dimension, count = columns.end - columns.begin;
    w->product->prepare(s->b_panel, w->b->vector + columns.begin * dimension, count, dimension);
    set_inverses(s->b_inverse, w->b, columns, w->tile);
    w->product->multiply(s->tile, w->tile, s->a_panel, rows.end - rows.begin, s->b_panel, count, dimension);
}

static ss_status run_span(void *context, size_t index, int thread)
{
    walk *w = context;
    scratch *s = &w->scratch[thread];
    size_t block = block_of_task(w, index);
    panel_runs runs = runs_of_block(w, block);
    size_t begin = (index - w->first_task[block]) * SPAN, end = runs.count + runs.undated_count;
    if (end > begin + SPAN) end = begin + SPAN;
    prepare_block(w, s, block);
    for (size_t i = begin; i < end; i++) {
        size_t panel = i < runs.count ? runs.first + i : runs.undated_first + (i - runs.count);
        multiply_tile(w, s, block, panel);
        if (w->pairs == NULL) {
            select_nearest(w, s, block, panel);
        } else {
            SS_TRY(select_pairs(w, s, block, panel));
        }
        size_t done = atomic_fetch_add_explicit(&w->tiles_done, 1, memory_order_relaxed) + 1;
        if (thread > 0) continue; /* the functions of a job are called from the caller's own thread */
        ss_tell_progress(w->options->job, "match", done, w->tiles);
        SS_TRY(ss_check_cancelled(w->options->job));
    }
    return SS_OK;
}

static ss_status sort_lists(void *context, size_t index, int thread)
{
    (void)thread;
    const walk *w = context;
    size_t blocks = divide_up(w->a->count, w->tile);
    bool of_a = index < blocks;
    const ss_side *own = of_a ? w->a : w->b, *other = of_a ? w->b : w->a;
    ss_range rows = block_rows(of_a ? index : index - blocks, w->tile, own);
    for (size_t row = rows.begin; row < rows.end; row++) {
        ss_heap heap = ss_heap_of_row(of_a ? w->a_lists : w->b_lists, row, own, other);
        ss_heap_sort(&heap);
    }
    return SS_OK;
}

/* ------------------------------------------------------------ begin, end */

static ss_status number_tasks(walk *w)
{
    size_t blocks = divide_up(w->a->count, w->tile);
    w->first_task = calloc(blocks + 1, sizeof *w->first_task);
    if (w->first_task == NULL) return ss_fail_memory((blocks + 1) * sizeof *w->first_task);
    for (size_t block = 0; block < blocks; block++) {
        panel_runs runs = runs_of_block(w, block);
        w->tiles += runs.count + runs.undated_count;
        w->first_task[block + 1] = w->first_task[block] + divide_up(runs.count + runs.undated_count, SPAN);
    }
    return SS_OK;
}

/* Chooses the size of tiles and how many threads can have one each within `bytes`. */
static int plan(walk *w, size_t bytes)
{
    size_t threads = (size_t)ss_job_threads(w->options->job);
    size_t need = 0;
    for (w->tile = LARGEST_TILE; w->tile >= SMALLEST_TILE; w->tile /= 2) {
        need = lay_out(&(scratch){0}, NULL, w->product, w->tile, (size_t)w->options->dimension);
        if (w->tile == SMALLEST_TILE || need * threads <= bytes) break;
    }
    if (need * threads > bytes) threads = bytes / need;
    return threads > 0 ? (int)threads : 1;
}

static ss_status begin_walk(walk *w, size_t bytes)
{
    size_t threads = (size_t)plan(w, bytes);
    SS_TRY(number_tasks(w));
    size_t tasks = w->first_task[divide_up(w->a->count, w->tile)];
    if (threads > tasks) threads = tasks > 0 ? tasks : 1;
    w->scratch = calloc(threads, sizeof *w->scratch);
    if (w->scratch == NULL) return ss_fail_memory(threads * sizeof *w->scratch);
    SS_TRY(ss_pool_new(&w->pool, (int)threads));
    for (size_t i = 0; i < threads; i++)
        SS_TRY(new_scratch(&w->scratch[i], w));
    return SS_OK;
}

static void end_walk(walk *w)
{
    int threads = w->pool == NULL ? 0 : ss_pool_threads(w->pool);
    for (int i = 0; i < threads; i++)
        free(w->scratch[i].memory);
    free(w->scratch);
    ss_pool_free(w->pool);
    free(w->first_task);
}

static ss_status run_walk(walk *w)
{
    size_t tasks = w->first_task[divide_up(w->a->count, w->tile)];
    SS_TRY(ss_check_cancelled(w->options->job));
    SS_TRY(ss_pool_run(w->pool, tasks, run_span, w));
    ss_tell_progress(w->options->job, "match", w->tiles, w->tiles);
    return SS_OK;
}

static ss_status new_locks(pthread_mutex_t **out, size_t count)
{
    *out = malloc((count + 1) * sizeof **out);
    if (*out == NULL) return ss_fail_memory((count + 1) * sizeof **out);
    for (size_t i = 0; i < count; i++)
        pthread_mutex_init(&(*out)[i], NULL);
    return SS_OK;
}

static void free_locks(pthread_mutex_t *locks, size_t count)
{
    for (size_t i = 0; locks != NULL && i < count; i++)
        pthread_mutex_destroy(&locks[i]);
    free(locks);
}

static ss_status walk_nearest(walk *w, size_t bytes)
{
    SS_TRY(begin_walk(w, bytes));
    size_t blocks = divide_up(w->a->count, w->tile), panels = divide_up(w->b->count, w->tile);
    bool self = w->options->self;
    ss_status status = new_locks(&w->a_lock, blocks);
    if (status == SS_OK && !self) status = new_locks(&w->b_lock, panels);
    if (self) w->b_lock = w->a_lock;
    if (status == SS_OK) status = run_walk(w);
    if (status == SS_OK) status = ss_pool_run(w->pool, self ? blocks : blocks + panels, sort_lists, w);
    if (!self) free_locks(w->b_lock, panels);
    free_locks(w->a_lock, blocks);
    return status;
}

ss_status ss_tile_nearest(const ss_tile_product *product, ss_neighbours *a_to_b, ss_neighbours *b_to_a,
                          const ss_side *a, const ss_side *b, const ss_match_options *options)
{
    size_t bytes_left;
    SS_TRY(ss_neighbours_new(a_to_b, b_to_a, a, b, options, &bytes_left));
    ss_neighbours *of_b = options->self ? a_to_b : b_to_a;
    walk w = {.product = product, .a = a, .b = b, .options = options, .a_lists = a_to_b, .b_lists = of_b};
    ss_status status = walk_nearest(&w, bytes_left);
    end_walk(&w);
    if (status != SS_OK) {
        ss_neighbours_clear(a_to_b);
        ss_neighbours_clear(of_b);
    }
    return status;
}

ss_status ss_tile_join(const ss_tile_product *product, ss_pair **pairs, size_t *pair_count, const ss_side *a,
                       const ss_side *b, double threshold, const ss_match_options *options)
{
    *pairs = NULL;
    *pair_count = 0;
    SS_TRY(ss_match_check(a, b, options));
    SS_TRY(ss_match_check_threshold(threshold));
    /* Half for the pairs, half for tiles, which seldom need so much. */
    size_t half = ss_job_memory(options->job) / 2;
    ss_pair_list list = ss_pair_list_within(half);
    walk w = {.product = product, .a = a, .b = b, .options = options, .pairs = &list, .threshold = threshold};
    pthread_mutex_init(&w.pairs_lock, NULL);
    ss_status status = begin_walk(&w, half);
    if (status == SS_OK) status = run_walk(&w);
    end_walk(&w);
    pthread_mutex_destroy(&w.pairs_lock);
    if (status != SS_OK) {
        free(list.item);
        return status;
    }
    ss_pair_list_sort(&list);
    *pairs = list.item;
    *pair_count = list.count;
    return SS_OK;
}
