/* The walk over tiles of the product of two sets, and the selection from them.
 *
 * Rows of a are cut into blocks, rows of b into panels of the same height; a task is a span of the panels that a block
 * may match. Block and panel are packed once, then met patch by patch: a kernel multiplies and tells the entries that
 * come near a bar. These are tested exactly and offered to both lists under the lock of the block that the list belongs
 * to. Since the order of neighbours is total, it makes no difference in which order, or against how old a bar, they are
 * offered. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "match_order.h"
#include "match_tile.h"
#include "pool.h"
#include "sizes.h"
#include "status.h"

#define LARGEST_SPAN     16  /* panels of a task: what packing the block costs is shared by so many */
#define TASKS_A_THREAD   16  /* at least, where there is so much work, so that all threads end together */
#define SMALLEST_TO_GAIN 256 /* rows: smaller tiles gain nothing for a lack of tasks */

/* Where the rows of one patch meet their bands: the union, which must be multiplied, and the intersection, within which
 * no row need be asked. */
typedef struct patch_band {
    ss_range any_dated, any_undated, all_dated, all_undated;
} patch_band;

/* What a thread works in. */
typedef struct scratch {
    float *a_inverse, *b_inverse, *a_bar, *b_bar; /* [tile, and the rest of the last patch]: see ss_patch */
    ss_band *band;                                /* [tile] of the rows of the block */
    patch_band *patch_band;                       /* [patches of a block] */
    ss_hit *hits;                                 /* [rows * columns of a patch] */
    char *a_packed, *b_packed;
    void *work;
    void *memory;
} scratch;

/* The panels that a block may match: two runs, one beside the other. */
typedef struct panel_runs {
    size_t first, count;
    size_t undated_first, undated_count;
} panel_runs;

typedef struct walk {
    const ss_tile_kernel *kernel;
    const ss_side *a, *b;
    const ss_match_options *options;
    size_t tile;                    /* rows of a block and of a panel */
    size_t span;                    /* panels of a task */
    size_t rows_size, columns_size; /* bytes of a packed patch, a multiple of 64 */
    size_t *first_task;             /* [blocks + 1] number of the first task of each block */
    size_t tiles;
    atomic_size_t tiles_done;
    ss_pool *pool;
    scratch *scratch; /* [threads] */

    /* nearest */
    const ss_neighbours *a_lists, *b_lists; /* the same with options->self, as the next two */
    pthread_mutex_t *a_lock, *b_lock;       /* [blocks], [panels] */
    float *a_bar, *b_bar;                   /* [rows], [columns] under these locks */

    /* join */
    ss_pair_list *pairs; /* NULL: nearest */
    double threshold;
    pthread_mutex_t pairs_lock;
} walk;

static ss_range block_rows(size_t block, size_t tile, const ss_side *side)
{
    size_t begin = block * tile;
    return (ss_range){begin, begin + ss_smaller(tile, side->count - begin)};
}

/* --------------------------------------------------------------- scratch */

static void *carve(char *memory, size_t *used, size_t bytes)
{
    void *piece = memory == NULL ? NULL : memory + *used;
    *used += ss_divide_up(bytes, 64) * 64;
    return piece;
}

/* Lays the arrays out in `memory` and returns the bytes they take; with NULL only that. */
static size_t lay_out(scratch *s, char *memory, const walk *w, size_t tile)
{
    const ss_tile_kernel *kernel = w->kernel;
    size_t used = 0, row_patches = ss_divide_up(tile, kernel->rows),
           column_patches = ss_divide_up(tile, kernel->columns);
    size_t padded_rows = row_patches * kernel->rows, padded_columns = column_patches * kernel->columns;
    s->memory = memory;
    s->a_packed = carve(memory, &used, row_patches * w->rows_size);
    s->b_packed = carve(memory, &used, column_patches * w->columns_size);
    s->a_inverse = carve(memory, &used, padded_rows * sizeof *s->a_inverse);
    s->a_bar = carve(memory, &used, padded_rows * sizeof *s->a_bar);
    s->b_inverse = carve(memory, &used, padded_columns * sizeof *s->b_inverse);
    s->b_bar = carve(memory, &used, padded_columns * sizeof *s->b_bar);
    s->band = carve(memory, &used, tile * sizeof *s->band);
    s->patch_band = carve(memory, &used, row_patches * sizeof *s->patch_band);
    s->hits = carve(memory, &used, kernel->rows * kernel->columns * sizeof *s->hits);
    s->work = carve(memory, &used, kernel->work_size);
    return used;
}

/* By the thread that will work in it, so that its pages lie in the memory next to its processor. */
static ss_status take_scratch(scratch **out, const walk *w, int thread)
{
    scratch *s = *out = &w->scratch[thread];
    if (s->memory != NULL) return SS_OK;
    size_t bytes = lay_out(s, NULL, w, w->tile);
    char *memory = aligned_alloc(64, bytes);
    if (memory == NULL) return ss_fail_memory(bytes);
    lay_out(s, memory, w, w->tile);
    return SS_OK;
}

/* ------------------------------------------------------------------ bars */

static void set_inverses(float *inverse, size_t padded, const ss_side *side, ss_range rows)
{
    for (size_t i = 0; i < padded; i++) {
        uint32_t norm = i < rows.end - rows.begin ? side->norm[rows.begin + i] : 0;
        inverse[i] = norm > 0 ? (float)(1.0 / sqrt((double)norm)) : NAN;
    }
}

static void copy_bars(float *bar, size_t padded, const float *latest, pthread_mutex_t *lock, ss_range rows)
{
    size_t count = rows.end - rows.begin;
    pthread_mutex_lock(lock);
    memcpy(bar, latest + rows.begin, count * sizeof *bar);
    pthread_mutex_unlock(lock);
    for (size_t i = count; i < padded; i++)
        bar[i] = INFINITY;
}

static void set_join_bars(const walk *w, scratch *s, size_t padded_rows, size_t padded_columns, ss_range rows)
{
    for (size_t i = 0; i < padded_rows; i++) {
        uint32_t norm = i < rows.end - rows.begin ? w->a->norm[rows.begin + i] : 0;
        s->a_bar[i] = norm > 0 ? ss_order_lowered(w->threshold * sqrt((double)norm)) : INFINITY;
    }
    for (size_t i = 0; i < padded_columns; i++)
        s->b_bar[i] = INFINITY;
}

/* ------------------------------------------------------------- selection */

/* The rows and columns of a patch, by their numbers in the sets, and where in the scratch they begin. */
typedef struct place {
    ss_range rows, columns;
    size_t first_row, first_column; /* within block and panel */
    size_t block, panel;
} place;

static void offer_to_rows(const walk *w, scratch *s, const place *p, size_t hits)
{
    float *bar = s->a_bar + p->first_row;
    const float *inverse = s->b_inverse + p->first_column;
    for (const ss_hit *h = s->hits; h < s->hits + hits; h++) {
        if (!((float)h->dot * inverse[h->column] >= bar[h->row])) continue;
        ss_neighbour neighbour = {(uint32_t)(p->columns.begin + h->column), h->dot};
        ss_heap heap = ss_heap_of_row(w->a_lists, p->rows.begin + h->row, w->a, w->b);
        if (!ss_heap_offer(&heap, neighbour)) continue;
        w->a_bar[p->rows.begin + h->row] = bar[h->row] = ss_order_lowered(ss_heap_bar(&heap));
    }
}

static void offer_to_columns(const walk *w, scratch *s, const place *p, size_t hits)
{
    float *bar = s->b_bar + p->first_column;
    const float *inverse = s->a_inverse + p->first_row;
    for (const ss_hit *h = s->hits; h < s->hits + hits; h++) {
        if (!((float)h->dot * inverse[h->row] >= bar[h->column])) continue;
        ss_neighbour neighbour = {(uint32_t)(p->rows.begin + h->row), h->dot};
        ss_heap heap = ss_heap_of_row(w->b_lists, p->columns.begin + h->column, w->b, w->a);
        if (!ss_heap_offer(&heap, neighbour)) continue;
        w->b_bar[p->columns.begin + h->column] = bar[h->column] = ss_order_lowered(ss_heap_bar(&heap));
    }
}

static ss_status take_pairs(walk *w, const scratch *s, const place *p, size_t hits)
{
    ss_status status = SS_OK;
    pthread_mutex_lock(&w->pairs_lock);
    for (const ss_hit *h = s->hits; h < s->hits + hits && status == SS_OK; h++) {
        size_t a = p->rows.begin + h->row, b = p->columns.begin + h->column;
        if (ss_cosine(h->dot, w->a->norm[a], w->b->norm[b]) < w->threshold) continue;
        status = ss_pair_list_push(w->pairs, (ss_pair){(uint32_t)a, (uint32_t)b, h->dot});
    }
    pthread_mutex_unlock(&w->pairs_lock);
    return status;
}

static bool within(ss_range range, size_t index)
{
    return range.begin <= index && index < range.end;
}

static bool contains(ss_range range, ss_range part)
{
    return range.begin <= part.begin && part.end <= range.end;
}

static bool overlap(ss_range x, ss_range y)
{
    return ss_larger(x.begin, y.begin) < ss_smaller(x.end, y.end);
}

/* Leaves only hits within the bands of their rows. */
static size_t drop_outside(scratch *s, const place *p, size_t hits)
{
    size_t kept = 0;
    for (size_t i = 0; i < hits; i++) {
        const ss_band *band = &s->band[p->first_row + s->hits[i].row];
        size_t column = p->columns.begin + s->hits[i].column;
        if (within(band->dated, column) || within(band->undated, column)) s->hits[kept++] = s->hits[i];
    }
    return kept;
}

static ss_status meet(walk *w, scratch *s, const place *p)
{
    const ss_tile_kernel *kernel = w->kernel;
    size_t row_patch = p->first_row / kernel->rows, column_patch = p->first_column / kernel->columns;
    const patch_band *band = &s->patch_band[row_patch];
    if (!overlap(band->any_dated, p->columns) && !overlap(band->any_undated, p->columns)) return SS_OK;

    ss_patch patch = {.rows = p->rows.end - p->rows.begin,
                      .columns = p->columns.end - p->columns.begin,
                      .dimension = (size_t)w->options->dimension,
                      .a = s->a_packed + row_patch * w->rows_size,
                      .b = s->b_packed + column_patch * w->columns_size,
                      .a_inverse = s->a_inverse + p->first_row,
                      .b_inverse = s->b_inverse + p->first_column,
                      .a_bar = s->a_bar + p->first_row,
                      .b_bar = s->b_bar + p->first_column,
                      .work = s->work};
    size_t hits = kernel->scan(s->hits, &patch);
    if (!contains(band->all_dated, p->columns) && !contains(band->all_undated, p->columns))
        hits = drop_outside(s, p, hits);
    if (hits == 0) return SS_OK;
    if (w->pairs != NULL) return take_pairs(w, s, p, hits);
    pthread_mutex_lock(&w->a_lock[p->block]);
    offer_to_rows(w, s, p, hits);
    pthread_mutex_unlock(&w->a_lock[p->block]);
    pthread_mutex_lock(&w->b_lock[p->panel]);
    offer_to_columns(w, s, p, hits);
    pthread_mutex_unlock(&w->b_lock[p->panel]);
    return SS_OK;
}

/* ----------------------------------------------------------------- tasks */

/* The panels of b that some row of the block may match. Bands move on with the days, so that the first and the last
 * row tell; an undated one, which is among the last, has all of b in the dated range. */
static panel_runs runs_of_block(const walk *w, size_t block)
{
    ss_range rows = block_rows(block, w->tile, w->a);
    ss_band first = ss_band_of_row(w->a, rows.begin, w->b, w->options);
    ss_band last = ss_band_of_row(w->a, rows.end - 1, w->b, w->options);
    size_t begin = ss_smaller(first.dated.begin, last.dated.begin), end = ss_larger(first.dated.end, last.dated.end);
    panel_runs runs = {.first = begin / w->tile};
    if (begin < end) runs.count = ss_divide_up(end, w->tile) - runs.first;

    runs.undated_first = first.undated.begin / w->tile;
    if (runs.count > 0 && runs.undated_first < runs.first + runs.count) runs.undated_first = runs.first + runs.count;
    size_t undated_end = ss_divide_up(first.undated.end, w->tile);
    if (first.undated.begin < first.undated.end && runs.undated_first < undated_end)
        runs.undated_count = undated_end - runs.undated_first;
    return runs;
}

/* The block that task number `task` belongs to. */
static size_t block_of_task(const walk *w, size_t task)
{
    size_t block = 0, end = ss_divide_up(w->a->count, w->tile);
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

static void join_bands(patch_band *p, const ss_band *band, bool first)
{
    const ss_range dated = band->dated, undated = band->undated;
    if (first) {
        *p = (patch_band){dated, undated, dated, undated};
        return;
    }
    p->any_dated = (ss_range){ss_smaller(p->any_dated.begin, dated.begin), ss_larger(p->any_dated.end, dated.end)};
    p->any_undated =
        (ss_range){ss_smaller(p->any_undated.begin, undated.begin), ss_larger(p->any_undated.end, undated.end)};
    p->all_dated = (ss_range){ss_larger(p->all_dated.begin, dated.begin), ss_smaller(p->all_dated.end, dated.end)};
    p->all_undated =
        (ss_range){ss_larger(p->all_undated.begin, undated.begin), ss_smaller(p->all_undated.end, undated.end)};
}

static size_t padded(size_t count, size_t patch)
{
    return ss_divide_up(count, patch) * patch;
}

static void prepare_block(const walk *w, scratch *s, ss_range rows)
{
    const ss_tile_kernel *kernel = w->kernel;
    size_t dimension = (size_t)w->options->dimension, count = rows.end - rows.begin;
    for (size_t first = 0; first < count; first += kernel->rows)
        kernel->pack_rows(kernel, s->a_packed + first / kernel->rows * w->rows_size,
                          w->a->vector + (rows.begin + first) * dimension, ss_smaller(kernel->rows, count - first),
                          dimension);
    set_inverses(s->a_inverse, padded(count, kernel->rows), w->a, rows);
    for (size_t i = 0; i < count; i++) {
        s->band[i] = ss_band_of_row(w->a, rows.begin + i, w->b, w->options);
        join_bands(&s->patch_band[i / kernel->rows], &s->band[i], i % kernel->rows == 0);
    }
}

static void prepare_panel(const walk *w, scratch *s, ss_range columns)
{
    const ss_tile_kernel *kernel = w->kernel;
    size_t dimension = (size_t)w->options->dimension, count = columns.end - columns.begin;
    for (size_t first = 0; first < count; first += kernel->columns)
        kernel->pack_columns(kernel, s->b_packed + first / kernel->columns * w->columns_size,
                             w->b->vector + (columns.begin + first) * dimension,
                             ss_smaller(kernel->columns, count - first), dimension);
    set_inverses(s->b_inverse, padded(count, kernel->columns), w->b, columns);
}

static void set_bars(const walk *w, scratch *s, size_t block, ss_range rows, size_t panel, ss_range columns)
{
    size_t padded_rows = padded(rows.end - rows.begin, w->kernel->rows);
    size_t padded_columns = padded(columns.end - columns.begin, w->kernel->columns);
    if (w->pairs != NULL) {
        set_join_bars(w, s, padded_rows, padded_columns, rows);
        return;
    }
    copy_bars(s->a_bar, padded_rows, w->a_bar, &w->a_lock[block], rows);
    copy_bars(s->b_bar, padded_columns, w->b_bar, &w->b_lock[panel], columns);
}

/* Columns outside, rows inside: a packed patch of columns stays in the first-level cache while all rows pass by. */
static ss_status meet_panel(walk *w, scratch *s, size_t block, ss_range rows, size_t panel)
{
    ss_range columns = block_rows(panel, w->tile, w->b);
    prepare_panel(w, s, columns);
    set_bars(w, s, block, rows, panel, columns);
    place p = {.block = block, .panel = panel};
    for (size_t column = columns.begin; column < columns.end; column = p.columns.end) {
        p.columns = (ss_range){column, ss_smaller(column + w->kernel->columns, columns.end)};
        p.first_column = column - columns.begin;
        for (size_t row = rows.begin; row < rows.end; row = p.rows.end) {
            p.rows = (ss_range){row, ss_smaller(row + w->kernel->rows, rows.end)};
            p.first_row = row - rows.begin;
            SS_TRY(meet(w, s, &p));
        }
    }
    return SS_OK;
}

static ss_status run_span(void *context, size_t index, int thread)
{
    walk *w = context;
    scratch *s;
    SS_TRY(take_scratch(&s, w, thread));
    size_t block = block_of_task(w, index);
    panel_runs runs = runs_of_block(w, block);
    size_t begin = (index - w->first_task[block]) * w->span;
    size_t end = ss_smaller(begin + w->span, runs.count + runs.undated_count);
    ss_range rows = block_rows(block, w->tile, w->a);
    prepare_block(w, s, rows);
    for (size_t i = begin; i < end; i++) {
        size_t panel = i < runs.count ? runs.first + i : runs.undated_first + (i - runs.count);
        SS_TRY(meet_panel(w, s, block, rows, panel));
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
    size_t blocks = ss_divide_up(w->a->count, w->tile);
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

/* Chooses the size of tiles and how many threads can have one each within `bytes`. */
static ss_status plan(walk *w, size_t bytes, size_t *threads)
{
    const ss_tile_kernel *kernel = w->kernel;
    size_t least = ss_larger(kernel->rows, kernel->columns), need = lay_out(&(scratch){0}, NULL, w, least);
    if (need > bytes)
        return ss_fail(SS_ERROR_ARGUMENT,
                       "matching needs %s beside lists of neighbours and articles, and may take %s: raise --memory",
                       ss_size_in_words((double)need).text, ss_size_in_words((double)bytes).text);
    *threads = (size_t)ss_job_threads(w->options->job);
    size_t enough = TASKS_A_THREAD * *threads;
    for (w->tile = kernel->tile; w->tile > least; w->tile = ss_larger(w->tile / 2, least)) {
        need = lay_out(&(scratch){0}, NULL, w, w->tile);
        bool few_tiles = ss_divide_up(w->a->count, w->tile) * ss_divide_up(w->b->count, w->tile) < enough;
        if (need * *threads <= bytes && !(few_tiles && w->tile > SMALLEST_TO_GAIN)) break;
    }
    need = lay_out(&(scratch){0}, NULL, w, w->tile);
    *threads = ss_smaller(*threads, bytes / need);
    return SS_OK;
}

static ss_status number_tasks(walk *w, size_t threads)
{
    size_t blocks = ss_divide_up(w->a->count, w->tile);
    w->first_task = calloc(blocks + 1, sizeof *w->first_task);
    if (w->first_task == NULL) return ss_fail_memory((blocks + 1) * sizeof *w->first_task);
    for (size_t block = 0; block < blocks; block++) {
        panel_runs runs = runs_of_block(w, block);
        w->tiles += runs.count + runs.undated_count;
    }
    w->span = ss_smaller(LARGEST_SPAN, ss_larger(1, w->tiles / (TASKS_A_THREAD * threads)));
    for (size_t block = 0; block < blocks; block++) {
        panel_runs runs = runs_of_block(w, block);
        w->first_task[block + 1] = w->first_task[block] + ss_divide_up(runs.count + runs.undated_count, w->span);
    }
    return SS_OK;
}

static ss_status begin_walk(walk *w, size_t bytes)
{
    size_t dimension = (size_t)w->options->dimension;
    w->rows_size = ss_divide_up(w->kernel->rows_size(w->kernel, dimension), 64) * 64;
    w->columns_size = ss_divide_up(w->kernel->columns_size(w->kernel, dimension), 64) * 64;
    size_t threads;
    SS_TRY(plan(w, bytes, &threads));
    SS_TRY(number_tasks(w, threads));
    threads = ss_smaller(threads, ss_larger(1, w->first_task[ss_divide_up(w->a->count, w->tile)]));
    w->scratch = calloc(threads, sizeof *w->scratch);
    if (w->scratch == NULL) return ss_fail_memory(threads * sizeof *w->scratch);
    SS_TRY(ss_pool_new(&w->pool, (int)threads));
    if (w->options->job != NULL && w->options->job->pin) ss_pool_pin(w->pool);
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
    size_t tasks = w->first_task[ss_divide_up(w->a->count, w->tile)];
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

/* Those of empty lists, which let everything in but empty sketches. */
static ss_status new_bars(float **out, const ss_side *side)
{
    *out = malloc((side->count + 1) * sizeof **out);
    if (*out == NULL) return ss_fail_memory((side->count + 1) * sizeof **out);
    for (size_t i = 0; i < side->count; i++)
        (*out)[i] = side->norm[i] > 0 ? -INFINITY : INFINITY;
    return SS_OK;
}

static ss_status walk_nearest(walk *w, size_t bytes)
{
    SS_TRY(begin_walk(w, bytes));
    size_t blocks = ss_divide_up(w->a->count, w->tile), panels = ss_divide_up(w->b->count, w->tile);
    bool self = w->options->self;
    ss_status status = new_locks(&w->a_lock, blocks);
    if (status == SS_OK) status = new_bars(&w->a_bar, w->a);
    if (status == SS_OK && !self) status = new_locks(&w->b_lock, panels);
    if (status == SS_OK && !self) status = new_bars(&w->b_bar, w->b);
    if (self) {
        w->b_lock = w->a_lock;
        w->b_bar = w->a_bar;
    }
    if (status == SS_OK) status = run_walk(w);
    if (status == SS_OK) status = ss_pool_run(w->pool, self ? blocks : blocks + panels, sort_lists, w);
    if (!self) {
        free_locks(w->b_lock, panels);
        free(w->b_bar);
    }
    free_locks(w->a_lock, blocks);
    free(w->a_bar);
    return status;
}

ss_status ss_tile_nearest(const ss_matcher *matcher, ss_neighbours *a_to_b, ss_neighbours *b_to_a, const ss_side *a,
                          const ss_side *b, const ss_match_options *options)
{
    size_t bytes_left;
    SS_TRY(ss_neighbours_new(a_to_b, b_to_a, a, b, options, &bytes_left));
    ss_neighbours *of_b = options->self ? a_to_b : b_to_a;
    walk w = {.kernel = matcher->kernel, .a = a, .b = b, .options = options, .a_lists = a_to_b, .b_lists = of_b};
    ss_status status = walk_nearest(&w, bytes_left);
    end_walk(&w);
    if (status != SS_OK) {
        ss_neighbours_clear(a_to_b);
        ss_neighbours_clear(of_b);
    }
    return status;
}

ss_status ss_tile_join(const ss_matcher *matcher, ss_pair **pairs, size_t *pair_count, const ss_side *a,
                       const ss_side *b, double threshold, const ss_match_options *options)
{
    *pairs = NULL;
    *pair_count = 0;
    SS_TRY(ss_match_check(a, b, options));
    SS_TRY(ss_match_check_threshold(threshold));
    /* Half for the pairs, half for tiles, which seldom need so much. */
    size_t half = ss_job_memory(options->job) / 2;
    ss_pair_list list = ss_pair_list_within(half);
    walk w = {.kernel = matcher->kernel, .a = a, .b = b, .options = options, .pairs = &list, .threshold = threshold};
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
