/* Matching on CUDA devices. The product is cut into pieces that a device has room for; mostly there is one. Lanes take
 * piece after piece, each into lists of its own on the device that are empty but for bars, which come from what the job
 * has found so far, and what comes out is merged into the lists of the job. */
#include "match_cuda.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "cublas_cuda.h"
#include "lane_cuda.h"
#include "plan_cuda.h"
#include "pool.h"
#include "status.h"

#define MOST_PAIRS_AT_ONCE (UINT64_C(1) << 36) /* of a scan: less than half a second, for one can't be cancelled */

typedef struct cuda_job {
    const ss_side *a, *b;
    const ss_match_options *options;
    const ss_piece_plan *plan;
    ss_lane **lanes;                        /* [plan->lanes] */
    const ss_neighbours *a_lists, *b_lists; /* nearest; the same with options->self */
    ss_pair_list *pairs;                    /* join */
    double threshold;
    pthread_mutex_t lock;    /* of lists and pairs */
    atomic_bool failed;      /* lanes leave their pieces unfinished */
    atomic_size_t done, all; /* pairs of rows, for the progress */
} cuda_job;

/* What a lane works on. */
typedef struct piece_work {
    cuda_job *job;
    ss_lane *lane;
    int thread;
    ss_piece piece;
} piece_work;

/* --------------------------------------------------------------- results */

/* Lists of one side of a piece on their way into those of the job. */
typedef struct list_arrival {
    cuda_job *job;
    const ss_neighbours *lists;
    const ss_side *own, *other;
    size_t own_first, other_first; /* the piece's first rows */
    size_t k;                      /* room in a list of the device */
    uint32_t *found;
} list_arrival;

static void take_list(const list_arrival *arrival, const ss_neighbour *item, size_t row)
{
    ss_heap heap = ss_heap_of_row(arrival->lists, arrival->own_first + row, arrival->own, arrival->other);
    bool first = *heap.found == 0;
    for (uint32_t i = 0; i < arrival->found[row]; i++) {
        ss_neighbour neighbour = {(uint32_t)(item[i].index + arrival->other_first), item[i].dot};
        if (first) {
            heap.item[(*heap.found)++] = neighbour; /* a heap, or sorted, as it came */
        } else {
            ss_heap_offer(&heap, neighbour);
        }
    }
}

static ss_status take_lists(void *context, const void *items, size_t first, size_t count)
{
    const list_arrival *arrival = context;
    pthread_mutex_lock(&arrival->job->lock);
    for (size_t i = 0; i < count; i++)
        take_list(arrival, (const ss_neighbour *)items + i * arrival->k, first + i);
    pthread_mutex_unlock(&arrival->job->lock);
    return SS_OK;
}

static ss_status fetch_lists(const piece_work *work, int side)
{
    cuda_job *job = work->job;
    ss_range own = side == 0 ? work->piece.a : work->piece.b, other = side == 0 ? work->piece.b : work->piece.a;
    list_arrival arrival = {.job = job,
                            .lists = side == 0 ? job->a_lists : job->b_lists,
                            .own = side == 0 ? job->a : job->b,
                            .other = side == 0 ? job->b : job->a,
                            .own_first = own.begin,
                            .other_first = other.begin,
                            .k = job->plan->lane.k,
                            .found = malloc(ss_range_rows(own) * sizeof *arrival.found)};
    if (arrival.found == NULL) return ss_fail_memory(ss_range_rows(own) * sizeof *arrival.found);
    bool last = job->plan->piece_count == 1;
    ss_status status =
        ss_lane_fetch_lists(work->lane, side, work->piece.self, last, arrival.found, take_lists, &arrival);
    free(arrival.found);
    return status;
}

/* Survivors of a scan have come near the threshold: here it is exact. */
static ss_status take_pairs(void *context, const void *items, size_t first, size_t count)
{
    (void)first;
    const piece_work *work = context;
    cuda_job *job = work->job;
    const ss_scan_hit *hit = items;
    ss_status status = SS_OK;
    pthread_mutex_lock(&job->lock);
    for (size_t i = 0; i < count && status == SS_OK; i++) {
        ss_pair pair = {(uint32_t)(hit[i].a + work->piece.a.begin), (uint32_t)(hit[i].b + work->piece.b.begin),
                        hit[i].dot};
        if (ss_cosine(pair.dot, job->a->norm[pair.a], job->b->norm[pair.b]) >= job->threshold)
            status = ss_pair_list_push(job->pairs, pair);
    }
    pthread_mutex_unlock(&job->lock);
    return status;
}

/* ------------------------------------------------------------------ bars */

typedef struct bar_source {
    cuda_job *job;
    int side;
} bar_source;

static double bar_of_list(const void *context, size_t row)
{
    const bar_source *source = context;
    cuda_job *job = source->job;
    bool of_a = source->side == 0;
    pthread_mutex_lock(&job->lock);
    ss_heap heap =
        ss_heap_of_row(of_a ? job->a_lists : job->b_lists, row, of_a ? job->a : job->b, of_a ? job->b : job->a);
    double bar = ss_heap_bar(&heap);
    pthread_mutex_unlock(&job->lock);
    return bar;
}

/* A pair is told by its row of a alone. */
static double bar_of_threshold(const void *context, size_t row)
{
    const bar_source *source = context;
    const cuda_job *job = source->job;
    return source->side == 0 ? job->threshold * sqrt((double)job->a->norm[row]) : (double)INFINITY;
}

static ss_status load_side(const piece_work *work, int side)
{
    cuda_job *job = work->job;
    bar_source source = {.job = job, .side = side};
    return ss_lane_load(work->lane, side, side == 0 ? job->a : job->b, side == 0 ? work->piece.a : work->piece.b,
                        job->pairs == NULL ? bar_of_list : bar_of_threshold, &source);
}

/* ----------------------------------------------------------------- scans */

static uint64_t pairs_of(ss_span span)
{
    return (uint64_t)SS_SCAN_PANEL * (span.b_end - span.b_begin);
}

/* How many spans from `first` on have at most so many pairs of rows: at least one, at most what a scan takes. */
static size_t spans_within(const ss_span_list *list, size_t first, uint64_t pairs)
{
    size_t count = 1;
    uint64_t sum = pairs_of(list->item[first]);
    for (; first + count < list->count && count < SS_LANE_SPANS; count++) {
        sum += pairs_of(list->item[first + count]);
        if (sum > pairs) break;
    }
    return count;
}

static ss_status take_hits(piece_work *work, unsigned long long hits)
{
    size_t capacity = work->job->plan->lane.hit_capacity;
    bool fits = hits <= capacity;
    if (work->job->pairs == NULL) return ss_lane_merge(work->lane, fits ? (size_t)hits : capacity, work->piece.self);
    /* Pairs of a scan that is to be repeated would come twice. */
    return fits ? ss_lane_fetch_hits(work->lane, (size_t)hits, take_pairs, work) : SS_OK;
}

static ss_status report(const piece_work *work, size_t pairs)
{
    cuda_job *job = work->job;
    size_t done = atomic_fetch_add(&job->done, pairs) + pairs;
    if (work->thread > 0) return SS_OK; /* the functions of a job are called from the caller's own thread */
    ss_tell_progress(job->options->job, "match", done, atomic_load(&job->all));
    return ss_check_cancelled(job->options->job);
}

/* The first scans are of so few pairs that all may be hits. Once bars have risen they grow; if hits do not fit
 * nonetheless, what fits raises the bars and half as much is tried again. */
static ss_status scan_spans(piece_work *work, const ss_span_list *list)
{
    size_t capacity = work->job->plan->lane.hit_capacity, done = 0;
    size_t area = ss_range_rows(work->piece.a) * ss_range_rows(work->piece.b);
    uint64_t pairs = capacity;
    for (size_t next = 0; next < list->count && !atomic_load(&work->job->failed);) {
        size_t count = spans_within(list, next, pairs);
        unsigned long long hits;
        SS_TRY(ss_lane_scan(work->lane, list->item + next, count, work->job->options, work->piece.self, &hits));
        SS_TRY(take_hits(work, hits));
        if (hits > capacity) {
            pairs /= 2;
            continue;
        }
        if (hits < capacity / 4 && pairs < MOST_PAIRS_AT_ONCE) pairs *= 2;
        next += count;
        size_t reached = (size_t)((double)area * ((double)next / (double)list->count));
        SS_TRY(report(work, reached - done));
        done = reached;
    }
    return SS_OK;
}

static ss_status run_loaded(piece_work *work, const ss_span_list *list)
{
    SS_TRY(ss_lane_enter(work->lane));
    SS_TRY(load_side(work, 0));
    if (!work->piece.self) SS_TRY(load_side(work, 1));
    SS_TRY(scan_spans(work, list));
    if (work->job->pairs != NULL || atomic_load(&work->job->failed)) return SS_OK;
    SS_TRY(fetch_lists(work, 0));
    return work->piece.self ? SS_OK : fetch_lists(work, 1);
}

static ss_status run_piece(void *context, size_t index, int thread)
{
    cuda_job *job = context;
    piece_work work = {
        .job = job, .lane = job->lanes[thread], .thread = thread, .piece = ss_piece_of_plan(job->plan, index)};
    ss_span_list list = {0};
    ss_status status =
        ss_spans_of_piece(&list, work.piece, job->a, job->b, job->options, ss_lane_longest_span(&job->plan->lane));
    if (status == SS_OK && list.count > 0) status = run_loaded(&work, &list);
    free(list.item);
    if (status != SS_OK) atomic_store(&job->failed, true);
    return status;
}

/* ------------------------------------------------------------------ jobs */

static ss_status open_lanes(cuda_job *job, ss_scan_kind kind)
{
    job->lanes = calloc((size_t)job->plan->lanes, sizeof(ss_lane *));
    if (job->lanes == NULL) return ss_fail_memory((size_t)job->plan->lanes * sizeof(ss_lane *));
    for (int i = 0; i < job->plan->lanes; i++)
        SS_TRY(ss_lane_open(&job->lanes[i], job->plan->device[i % job->plan->device_count], &job->plan->lane, kind));
    return SS_OK;
}

static void close_lanes(cuda_job *job)
{
    for (int i = 0; job->lanes != NULL && i < job->plan->lanes; i++)
        ss_lane_close(job->lanes[i]);
    free(job->lanes);
    job->lanes = NULL;
}

/* What is free is no promise: others may take it, or it may lie in parts. Then half of it is tried. */
static ss_status plan_and_open(cuda_job *job, ss_piece_plan *plan, size_t bytes, ss_scan_kind kind)
{
    SS_TRY(ss_piece_plan_begin(plan, job->a, job->b, job->options, job->pairs != NULL, bytes));
    for (;;) {
        SS_TRY(ss_piece_plan_fit(plan));
        ss_status status = open_lanes(job, kind);
        if (status != SS_ERROR_MEMORY) return status;
        close_lanes(job);
        plan->device_bytes /= 2;
    }
}

static void tell_of_blocks(const cuda_job *job)
{
    const ss_piece_plan *plan = job->plan;
    if (!plan->short_of_memory) return;
    ss_tell_warning(job->options->job,
                    "%s of device memory do not hold all sketches at once: they go through in %zu parts of at "
                    "most %zu by %zu articles, which takes longer",
                    ss_size_in_words((double)plan->device_bytes).text, plan->piece_count, plan->a_block, plan->b_block);
}

static ss_status sort_block(void *context, size_t index, int thread)
{
    (void)thread;
    const cuda_job *job = context;
    size_t a_blocks = (job->a->count + SS_SCAN_PANEL - 1) / SS_SCAN_PANEL;
    bool of_a = index < a_blocks;
    const ss_side *own = of_a ? job->a : job->b, *other = of_a ? job->b : job->a;
    size_t begin = (of_a ? index : index - a_blocks) * SS_SCAN_PANEL;
    for (size_t row = begin; row < begin + SS_SCAN_PANEL && row < own->count; row++) {
        ss_heap heap = ss_heap_of_row(of_a ? job->a_lists : job->b_lists, row, own, other);
        ss_heap_sort(&heap);
    }
    return SS_OK;
}

/* Of a single piece the device has sorted the lists. */
static ss_status sort_lists(cuda_job *job)
{
    if (job->pairs != NULL || job->plan->piece_count <= 1) return SS_OK;
    size_t a_blocks = (job->a->count + SS_SCAN_PANEL - 1) / SS_SCAN_PANEL;
    size_t b_blocks = job->options->self ? 0 : (job->b->count + SS_SCAN_PANEL - 1) / SS_SCAN_PANEL;
    ss_pool *pool;
    SS_TRY(ss_pool_new(&pool, ss_job_threads(job->options->job)));
    ss_status status = ss_pool_run(pool, a_blocks + b_blocks, sort_block, job);
    ss_pool_free(pool);
    return status;
}

static ss_status run_pieces(cuda_job *job)
{
    tell_of_blocks(job);
    ss_pool *pool;
    SS_TRY(ss_pool_new(&pool, job->plan->lanes));
    ss_status status = ss_pool_run(pool, job->plan->piece_count, run_piece, job);
    ss_pool_free(pool);
    return status;
}

/* `bytes` of host memory beside lists or pairs. */
static ss_status run_job(cuda_job *job, size_t bytes, ss_scan_kind kind)
{
    const ss_job *caller = job->options->job;
    SS_TRY(ss_check_cancelled(caller));
    size_t all = job->a->count * job->b->count;
    atomic_store(&job->all, all > 0 ? all : 1);
    ss_piece_plan plan;
    job->plan = &plan;
    ss_status status = SS_OK;
    if (all > 0) {
        status = plan_and_open(job, &plan, bytes, kind);
        if (status == SS_OK) status = run_pieces(job);
        if (job->lanes != NULL) close_lanes(job);
        if (status == SS_OK) status = sort_lists(job);
    }
    if (status == SS_OK) ss_tell_progress(caller, "match", atomic_load(&job->all), atomic_load(&job->all));
    return status;
}

/* -------------------------------------------------------------- matchers */

static ss_scan_kind kind_of(const ss_matcher *matcher)
{
    if (matcher == &ss_matcher_cublas) return SS_SCAN_CUBLAS;
    return matcher == &ss_matcher_cuda_portable ? SS_SCAN_PORTABLE : SS_SCAN_FASTEST;
}

static ss_status cuda_nearest(const ss_matcher *matcher, ss_neighbours *a_to_b, ss_neighbours *b_to_a, const ss_side *a,
                              const ss_side *b, const ss_match_options *options)
{
    size_t bytes_left;
    SS_TRY(ss_neighbours_new(a_to_b, b_to_a, a, b, options, &bytes_left));
    ss_neighbours *of_b = options->self ? a_to_b : b_to_a;
    cuda_job job = {.a = a, .b = b, .options = options, .a_lists = a_to_b, .b_lists = of_b};
    pthread_mutex_init(&job.lock, NULL);
    ss_status status = run_job(&job, bytes_left, kind_of(matcher));
    pthread_mutex_destroy(&job.lock);
    if (status != SS_OK) {
        ss_neighbours_clear(a_to_b);
        ss_neighbours_clear(of_b);
    }
    return status;
}

static ss_status cuda_join(const ss_matcher *matcher, ss_pair **pairs, size_t *pair_count, const ss_side *a,
                           const ss_side *b, double threshold, const ss_match_options *options)
{
    *pairs = NULL;
    *pair_count = 0;
    SS_TRY(ss_match_check(a, b, options));
    SS_TRY(ss_match_check_threshold(threshold));
    size_t half = ss_job_memory(options->job) / 2;
    ss_pair_list list = ss_pair_list_within(half);
    cuda_job job = {.a = a, .b = b, .options = options, .pairs = &list, .threshold = threshold};
    pthread_mutex_init(&job.lock, NULL);
    ss_status status = run_job(&job, half, kind_of(matcher));
    pthread_mutex_destroy(&job.lock);
    if (status != SS_OK) {
        free(list.item);
        return status;
    }
    ss_pair_list_sort(&list);
    *pairs = list.item;
    *pair_count = list.count;
    return SS_OK;
}

static bool cublas_available(void)
{
    return ss_cuda_available() && ss_cublas_available();
}

const ss_matcher ss_matcher_cuda = {.name = "cuda",
                                    .description = "fused int8 kernels on CUDA devices, the best for each",
                                    .available = ss_cuda_available,
                                    .cuda = true,
                                    .nearest = cuda_nearest,
                                    .join = cuda_join};
const ss_matcher ss_matcher_cuda_portable = {.name = "cuda-portable",
                                             .description = "fused int8 kernel with mma.sync, for every CUDA device",
                                             .available = ss_cuda_available,
                                             .cuda = true,
                                             .nearest = cuda_nearest,
                                             .join = cuda_join};
const ss_matcher ss_matcher_cublas = {.name = "cublas",
                                      .description = "cuBLASLt int8 products through device memory, then a filter",
                                      .available = cublas_available,
                                      .cuda = true,
                                      .nearest = cuda_nearest,
                                      .join = cuda_join};
