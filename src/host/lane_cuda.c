#include "lane_cuda.h"

#include <cuda_runtime_api.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cublas_cuda.h"
#include "match_order.h"
#include "status.h"

#define DEVICE_ALIGNMENT 256
#define LONGEST_SPAN                                                                                                   \
    (256 * (size_t)SS_SCAN_PANEL) /* columns: 0.6 ms of a device, so that none waits long for the last */

typedef struct side_memory {
    int8_t *vector;
    float *inverse, *bar;
    int32_t *day;
    uint32_t *norm, *found, *chain; /* nearest */
    ss_neighbour *item;
    size_t count; /* rows loaded */
} side_memory;

/* Pinned memory, and when the last copy from or to it is over. */
typedef struct staging {
    void *memory;
    cudaEvent_t over;
} staging;

struct ss_lane {
    int device;
    ss_lane_plan plan;
    size_t stride;
    int (*scan)(const ss_scan *scan, ss_stream stream); /* NULL: cublas */
    ss_cublas *cublas;
    cudaStream_t stream;
    void *memory; /* all of it on the device */
    side_memory side[2];
    ss_span *spans;
    ss_scan_hit *hits;
    uint32_t *link;
    unsigned long long *hit_count;
    unsigned long long *host_hit_count; /* pinned */
    staging staging[2];
    int turn; /* the staging that was used last */
    cudaEvent_t scan_begin, scan_end, merge_begin, merge_end;
    bool merging; /* a merge whose time has not been taken */
    ss_cuda_profile profile;
};

#define TRY_CUDA(lane, call, doing)                                                                                    \
    do {                                                                                                               \
        cudaError_t try_error = (call);                                                                                \
        if (try_error != cudaSuccess) return ss_cuda_fail((int)try_error, (lane)->device, doing);                      \
    } while (0)

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---------------------------------------------------------------- memory */

static size_t stride_of(const ss_lane_plan *plan)
{
    return (plan->dimension + SS_SCAN_ALIGNMENT - 1) / SS_SCAN_ALIGNMENT * SS_SCAN_ALIGNMENT;
}

static void *carve(char *memory, size_t *used, size_t bytes)
{
    void *piece = memory == NULL ? NULL : memory + *used;
    *used += (bytes + DEVICE_ALIGNMENT - 1) / DEVICE_ALIGNMENT * DEVICE_ALIGNMENT;
    return piece;
}

static void lay_out_side(side_memory *side, char *memory, size_t *used, const ss_lane_plan *plan, size_t rows)
{
    size_t padded = ss_scan_padded(rows);
    side->vector = carve(memory, used, padded * stride_of(plan));
    side->inverse = carve(memory, used, padded * sizeof *side->inverse);
    side->bar = carve(memory, used, padded * sizeof *side->bar);
    side->day = carve(memory, used, padded * sizeof *side->day);
    if (plan->k == 0) return;
    side->norm = carve(memory, used, padded * sizeof *side->norm);
    side->found = carve(memory, used, rows * sizeof *side->found);
    side->chain = carve(memory, used, rows * sizeof *side->chain);
    side->item = carve(memory, used, rows * plan->k * sizeof *side->item);
}

/* Lays everything out in `memory` and returns the bytes that takes; with NULL only that. */
static size_t lay_out(ss_lane *lane, char *memory, const ss_lane_plan *plan)
{
    size_t used = 0;
    lay_out_side(&lane->side[0], memory, &used, plan, plan->a_rows);
    if (plan->b_rows > 0) lay_out_side(&lane->side[1], memory, &used, plan, plan->b_rows);
    lane->spans = carve(memory, &used, SS_LANE_SPANS * sizeof *lane->spans);
    lane->hits = carve(memory, &used, plan->hit_capacity * sizeof *lane->hits);
    lane->hit_count = carve(memory, &used, sizeof *lane->hit_count);
    if (plan->k > 0) lane->link = carve(memory, &used, 2 * plan->hit_capacity * sizeof *lane->link);
    return used;
}

size_t ss_lane_bytes(const ss_lane_plan *plan)
{
    return lay_out(&(ss_lane){0}, NULL, plan);
}

size_t ss_lane_longest_span(const ss_lane_plan *plan)
{
    size_t columns = plan->hit_capacity / SS_SCAN_PANEL / SS_SCAN_PANEL * SS_SCAN_PANEL;
    return columns < LONGEST_SPAN ? columns : LONGEST_SPAN;
}

size_t ss_lane_least_staging(const ss_lane_plan *plan)
{
    size_t row = stride_of(plan), list = plan->k * sizeof(ss_neighbour);
    return row > list ? row : list;
}

size_t ss_lane_most_staging(const ss_lane_plan *plan)
{
    size_t rows = plan->a_rows > plan->b_rows ? plan->a_rows : plan->b_rows;
    return ss_scan_padded(rows) * ss_lane_least_staging(plan);
}

ss_status ss_lane_memory(size_t *bytes, int device)
{
    size_t total;
    cudaError_t error = cudaSetDevice(device);
    if (error == cudaSuccess) error = cudaMemGetInfo(bytes, &total);
    return error == cudaSuccess ? SS_OK : ss_cuda_fail((int)error, device, "asking for free memory");
}

/* ----------------------------------------------------------- open, close */

static ss_status choose_scan(ss_lane *lane, ss_scan_kind kind)
{
    if (kind == SS_SCAN_CUBLAS) return ss_cublas_new(&lane->cublas, lane->device, ss_lane_longest_span(&lane->plan));
    lane->scan = ss_scan_portable;
#ifdef SS_CUDA_HOPPER
    ss_cuda_device device;
    SS_TRY(ss_cuda_describe(&device, lane->device));
    if (kind == SS_SCAN_FASTEST && device.major == 9) lane->scan = ss_scan_hopper;
#endif
    return SS_OK;
}

static ss_status allocate(ss_lane *lane)
{
    size_t bytes = lay_out(lane, NULL, &lane->plan);
    TRY_CUDA(lane, cudaMalloc(&lane->memory, bytes), "allocating memory");
    lay_out(lane, lane->memory, &lane->plan);
    for (int i = 0; i < 2; i++) {
        TRY_CUDA(lane, cudaHostAlloc(&lane->staging[i].memory, lane->plan.staging, cudaHostAllocDefault),
                 "pinning host memory");
        TRY_CUDA(lane, cudaEventCreateWithFlags(&lane->staging[i].over, cudaEventDisableTiming), "creating an event");
    }
    TRY_CUDA(lane, cudaHostAlloc((void **)&lane->host_hit_count, sizeof *lane->host_hit_count, cudaHostAllocDefault),
             "pinning host memory");
    return SS_OK;
}

ss_status ss_lane_open(ss_lane **out, int device, const ss_lane_plan *plan, ss_scan_kind kind)
{
    ss_lane *lane = *out = calloc(1, sizeof *lane);
    if (lane == NULL) return ss_fail_memory(sizeof *lane);
    lane->device = device;
    lane->plan = *plan;
    lane->stride = stride_of(plan);
    SS_TRY(ss_lane_enter(lane));
    TRY_CUDA(lane, cudaStreamCreateWithFlags(&lane->stream, cudaStreamNonBlocking), "creating a stream");
    cudaEvent_t *events[] = {&lane->scan_begin, &lane->scan_end, &lane->merge_begin, &lane->merge_end};
    for (int i = 0; i < 4; i++)
        TRY_CUDA(lane, cudaEventCreateWithFlags(events[i], cudaEventDefault), "creating an event");
    SS_TRY(allocate(lane));
    return choose_scan(lane, kind);
}

void ss_lane_close(ss_lane *lane)
{
    if (lane == NULL) return;
    (void)cudaSetDevice(lane->device);
    if (lane->stream != NULL) (void)cudaStreamSynchronize(lane->stream);
    ss_cublas_free(lane->cublas);
    cudaEvent_t events[] = {lane->scan_begin, lane->scan_end,        lane->merge_begin,
                            lane->merge_end,  lane->staging[0].over, lane->staging[1].over};
    for (int i = 0; i < 6; i++) {
        if (events[i] != NULL) (void)cudaEventDestroy(events[i]);
    }
    for (int i = 0; i < 2; i++)
        (void)cudaFreeHost(lane->staging[i].memory);
    (void)cudaFreeHost(lane->host_hit_count);
    (void)cudaFree(lane->memory);
    if (lane->stream != NULL) (void)cudaStreamDestroy(lane->stream);
    (void)cudaGetLastError(); /* what failed here has been told by the call that failed first */
    ss_cuda_profile_add(&lane->profile);
    free(lane);
}

ss_status ss_lane_enter(const ss_lane *lane)
{
    TRY_CUDA(lane, cudaSetDevice(lane->device), "choosing it");
    return SS_OK;
}

/* --------------------------------------------------------------- staging */

/* Writes items first .. first + count - 1 of what `context` tells of. */
typedef void (*fill_items)(void *items, const void *context, size_t first, size_t count);

/* While one buffer is on its way the other one is filled. */
static ss_status send(ss_lane *lane, void *to, size_t item_size, size_t count, fill_items fill, const void *context)
{
    size_t at_once = lane->plan.staging / item_size;
    for (size_t first = 0; first < count; first += at_once) {
        size_t items = count - first < at_once ? count - first : at_once;
        staging *buffer = &lane->staging[lane->turn ^= 1];
        TRY_CUDA(lane, cudaEventSynchronize(buffer->over), "copying to it");
        fill(buffer->memory, context, first, items);
        TRY_CUDA(lane,
                 cudaMemcpyAsync((char *)to + first * item_size, buffer->memory, items * item_size,
                                 cudaMemcpyHostToDevice, lane->stream),
                 "copying to it");
        TRY_CUDA(lane, cudaEventRecord(buffer->over, lane->stream), "copying to it");
    }
    lane->profile.bytes_to_device += count * item_size;
    return SS_OK;
}

static ss_status request(ss_lane *lane, staging *buffer, const void *from, size_t bytes)
{
    TRY_CUDA(lane, cudaMemcpyAsync(buffer->memory, from, bytes, cudaMemcpyDeviceToHost, lane->stream),
             "copying from it");
    TRY_CUDA(lane, cudaEventRecord(buffer->over, lane->stream), "copying from it");
    lane->profile.bytes_from_device += bytes;
    return SS_OK;
}

/* While one buffer is taken in the other one is on its way. */
static ss_status receive(ss_lane *lane, const void *from, size_t item_size, size_t count, ss_lane_take take,
                         void *context)
{
    size_t at_once = lane->plan.staging / item_size, first = 0;
    for (size_t requested = 0; first < count;) {
        for (; requested < count && requested < first + 2 * at_once; requested += at_once) {
            size_t items = count - requested < at_once ? count - requested : at_once;
            staging *buffer = &lane->staging[requested / at_once % 2];
            SS_TRY(request(lane, buffer, (const char *)from + requested * item_size, items * item_size));
        }
        size_t items = count - first < at_once ? count - first : at_once;
        staging *buffer = &lane->staging[first / at_once % 2];
        TRY_CUDA(lane, cudaEventSynchronize(buffer->over), "copying from it");
        SS_TRY(take(context, buffer->memory, first, items));
        first += at_once;
    }
    return SS_OK;
}

/* ------------------------------------------------------------------ load */

typedef struct load_source {
    const ss_side *set;
    ss_range rows;
    size_t dimension, stride;
    ss_first_bar bar;
    const void *bar_context;
} load_source;

/* What the padding after the last row holds, as kernels.h asks. */
static uint32_t norm_or_padding(const load_source *source, size_t item)
{
    return item < ss_range_rows(source->rows) ? source->set->norm[source->rows.begin + item] : 0;
}

static void fill_vectors(void *items, const void *context, size_t first, size_t count)
{
    const load_source *source = context;
    int8_t *to = items;
    for (size_t i = 0; i < count; i++, to += source->stride) {
        size_t used = first + i < ss_range_rows(source->rows) ? source->dimension : 0;
        if (used > 0) memcpy(to, source->set->vector + (source->rows.begin + first + i) * source->dimension, used);
        memset(to + used, 0, source->stride - used);
    }
}

static void fill_norms(void *items, const void *context, size_t first, size_t count)
{
    uint32_t *norm = items;
    for (size_t i = 0; i < count; i++)
        norm[i] = norm_or_padding(context, first + i);
}

static void fill_inverses(void *items, const void *context, size_t first, size_t count)
{
    float *inverse = items;
    for (size_t i = 0; i < count; i++) {
        uint32_t norm = norm_or_padding(context, first + i);
        inverse[i] = norm > 0 ? (float)(1.0 / sqrt((double)norm)) : NAN;
    }
}

static void fill_days(void *items, const void *context, size_t first, size_t count)
{
    const load_source *source = context;
    int32_t *day = items;
    bool dated = source->set->day != NULL;
    for (size_t i = 0; i < count; i++) {
        bool inside = dated && first + i < ss_range_rows(source->rows);
        day[i] = inside ? source->set->day[source->rows.begin + first + i] : SS_NO_DAY;
    }
}

static void fill_bars(void *items, const void *context, size_t first, size_t count)
{
    const load_source *source = context;
    float *bar = items;
    for (size_t i = 0; i < count; i++) {
        bool empty = norm_or_padding(source, first + i) == 0;
        bar[i] = empty ? INFINITY : ss_order_lowered(source->bar(source->bar_context, source->rows.begin + first + i));
    }
}

static ss_status send_rows(ss_lane *lane, side_memory *side, const load_source *source)
{
    size_t count = ss_range_rows(source->rows), padded = ss_scan_padded(count);
    SS_TRY(send(lane, side->vector, lane->stride, padded, fill_vectors, source));
    SS_TRY(send(lane, side->inverse, sizeof *side->inverse, padded, fill_inverses, source));
    SS_TRY(send(lane, side->bar, sizeof *side->bar, padded, fill_bars, source));
    SS_TRY(send(lane, side->day, sizeof *side->day, padded, fill_days, source));
    if (lane->plan.k == 0) return SS_OK;
    SS_TRY(send(lane, side->norm, sizeof *side->norm, padded, fill_norms, source));
    TRY_CUDA(lane, cudaMemsetAsync(side->found, 0, count * sizeof *side->found, lane->stream), "clearing lists");
    /* Lists are fetched whole, also where they are short. */
    TRY_CUDA(lane, cudaMemsetAsync(side->item, 0, count * lane->plan.k * sizeof *side->item, lane->stream),
             "clearing lists");
    TRY_CUDA(lane, cudaMemsetAsync(side->chain, 0xFF, count * sizeof *side->chain, lane->stream), "clearing lists");
    return SS_OK;
}

ss_status ss_lane_load(ss_lane *lane, int side, const ss_side *set, ss_range rows, ss_first_bar bar,
                       const void *context)
{
    double begin = seconds_now();
    load_source source = {.set = set,
                          .rows = rows,
                          .dimension = lane->plan.dimension,
                          .stride = lane->stride,
                          .bar = bar,
                          .bar_context = context};
    lane->side[side].count = ss_range_rows(rows);
    SS_TRY(send_rows(lane, &lane->side[side], &source));
    lane->profile.pieces += side == 0;
    lane->profile.load_seconds += seconds_now() - begin;
    return SS_OK;
}

/* ----------------------------------------------------------- scan, merge */

static ss_scan_side scan_side(const side_memory *side)
{
    return (ss_scan_side){.vector = side->vector,
                          .inverse = side->inverse,
                          .bar = side->bar,
                          .day = side->day,
                          .count = (uint32_t)side->count};
}

static void fill_spans(void *items, const void *context, size_t first, size_t count)
{
    memcpy(items, (const ss_span *)context + first, count * sizeof(ss_span));
}

static ss_status take_time(ss_lane *lane, double *seconds, cudaEvent_t begin, cudaEvent_t end)
{
    float milliseconds;
    TRY_CUDA(lane, cudaEventElapsedTime(&milliseconds, begin, end), "measuring time");
    *seconds += 1e-3 * (double)milliseconds;
    return SS_OK;
}

/* Of the last merge, once the stream has been waited for. */
static ss_status take_merge_time(ss_lane *lane)
{
    if (!lane->merging) return SS_OK;
    lane->merging = false;
    return take_time(lane, &lane->profile.merge_seconds, lane->merge_begin, lane->merge_end);
}

static ss_status run_scan(ss_lane *lane, const ss_scan *scan)
{
    TRY_CUDA(lane, cudaMemsetAsync(lane->hit_count, 0, sizeof *lane->hit_count, lane->stream), "scanning");
    TRY_CUDA(lane, cudaEventRecord(lane->scan_begin, lane->stream), "scanning");
    if (lane->cublas != NULL) {
        SS_TRY(ss_cublas_scan(lane->cublas, scan, lane->stream));
    } else {
        TRY_CUDA(lane, (cudaError_t)lane->scan(scan, lane->stream), "scanning");
    }
    TRY_CUDA(lane, cudaEventRecord(lane->scan_end, lane->stream), "scanning");
    TRY_CUDA(lane,
             cudaMemcpyAsync(lane->host_hit_count, lane->hit_count, sizeof *lane->hit_count, cudaMemcpyDeviceToHost,
                             lane->stream),
             "scanning");
    TRY_CUDA(lane, cudaStreamSynchronize(lane->stream), "scanning");
    return SS_OK;
}

ss_status ss_lane_scan(ss_lane *lane, const ss_span *spans, size_t count, const ss_match_options *options, bool self,
                       unsigned long long *hits)
{
    SS_TRY(send(lane, lane->spans, sizeof *spans, count, fill_spans, spans));
    ss_scan scan = {.a = scan_side(&lane->side[0]),
                    .b = scan_side(&lane->side[self ? 0 : 1]),
                    .stride = (uint32_t)lane->stride,
                    .dimension = (uint32_t)lane->plan.dimension,
                    .window = options->window_days < 0 ? SS_SCAN_ALL_DAYS : options->window_days,
                    .self = self,
                    .spans = lane->spans,
                    .host_spans = spans,
                    .span_count = (uint32_t)count,
                    .hits = lane->hits,
                    .hit_capacity = (uint32_t)lane->plan.hit_capacity,
                    .hit_count = lane->hit_count};
    SS_TRY(run_scan(lane, &scan));
    *hits = *lane->host_hit_count;
    SS_TRY(take_time(lane, &lane->profile.scan_seconds, lane->scan_begin, lane->scan_end));
    SS_TRY(take_merge_time(lane));
    lane->profile.scans++;
    lane->profile.spans += count;
    lane->profile.hits += *hits;
    if (*hits > lane->plan.hit_capacity) lane->profile.repeated++;
    return SS_OK;
}

static ss_merge_side merge_side(const side_memory *side)
{
    return (ss_merge_side){.norm = side->norm,
                           .bar = side->bar,
                           .found = side->found,
                           .item = side->item,
                           .chain = side->chain,
                           .count = (uint32_t)side->count};
}

static ss_merge merge_of(const ss_lane *lane, size_t hits, bool self)
{
    const side_memory *a = &lane->side[0], *b = &lane->side[self ? 0 : 1];
    return (ss_merge){.a = merge_side(a),
                      .b = merge_side(b),
                      .a_inverse = a->inverse,
                      .b_inverse = b->inverse,
                      .self = self,
                      .k = (uint32_t)lane->plan.k,
                      .hits = lane->hits,
                      .hit_count = (uint32_t)hits,
                      .link = lane->link};
}

ss_status ss_lane_merge(ss_lane *lane, size_t hits, bool self)
{
    if (hits == 0) return SS_OK;
    ss_merge merge = merge_of(lane, hits, self);
    TRY_CUDA(lane, cudaEventRecord(lane->merge_begin, lane->stream), "merging");
    TRY_CUDA(lane, (cudaError_t)ss_merge_hits(&merge, lane->stream), "merging");
    TRY_CUDA(lane, cudaEventRecord(lane->merge_end, lane->stream), "merging");
    lane->merging = true;
    lane->profile.merges++;
    return SS_OK;
}

/* ----------------------------------------------------------------- fetch */

ss_status ss_lane_fetch_hits(ss_lane *lane, size_t hits, ss_lane_take take, void *context)
{
    double begin = seconds_now();
    SS_TRY(receive(lane, lane->hits, sizeof *lane->hits, hits, take, context));
    lane->profile.fetch_seconds += seconds_now() - begin;
    return SS_OK;
}

static ss_status take_lengths(void *context, const void *items, size_t first, size_t count)
{
    memcpy((uint32_t *)context + first, items, count * sizeof(uint32_t));
    return SS_OK;
}

ss_status ss_lane_fetch_lists(ss_lane *lane, int side, bool self, bool sorted, uint32_t *found, ss_lane_take take,
                              void *context)
{
    double begin = seconds_now();
    const side_memory *own = &lane->side[side];
    ss_merge merge = merge_of(lane, 0, self);
    if (sorted) TRY_CUDA(lane, (cudaError_t)ss_merge_sort(&merge, side, lane->stream), "sorting lists");
    SS_TRY(receive(lane, own->found, sizeof *own->found, own->count, take_lengths, found));
    SS_TRY(receive(lane, own->item, lane->plan.k * sizeof *own->item, own->count, take, context));
    SS_TRY(take_merge_time(lane));
    lane->profile.fetch_seconds += seconds_now() - begin;
    return SS_OK;
}
