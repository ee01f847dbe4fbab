#include "plan_cuda.h"

#include "sizes.h"
#include "status.h"

/* What a scan may find before it must be repeated: 320 MiB with the links, less where memory is short, and at least
 * what a span of one tile may have. Tests choose less. */
#ifndef SS_MOST_HITS
#define SS_MOST_HITS ((size_t)1 << 24)
#endif
#define FEWEST_HITS ((size_t)SS_SCAN_PANEL * SS_SCAN_PANEL)

#define SHARES         4 /* pieces of each device where there are several, so that the faster can take more */
#define MOST_STAGING   ((size_t)8 << 20)
#define FEWEST_STAGING ((size_t)64 << 10)

static size_t whole_panels(size_t rows)
{
    return ss_divide_up(rows, SS_SCAN_PANEL) * SS_SCAN_PANEL;
}

ss_status ss_piece_plan_begin(ss_piece_plan *plan, const ss_side *a, const ss_side *b, const ss_match_options *options,
                              bool join, size_t host_bytes)
{
    *plan = (ss_piece_plan){.a_count = a->count,
                            .b_count = b->count,
                            .self = options->self,
                            .wanted_k = join ? 0 : options->k,
                            .lane = {.dimension = (size_t)options->dimension},
                            .device_bytes = SIZE_MAX,
                            .host_bytes = host_bytes};
    SS_TRY(ss_cuda_in_use(plan->device, &plan->device_count));
    for (int i = 0; i < plan->device_count; i++) {
        size_t bytes;
        SS_TRY(ss_lane_memory(&bytes, plan->device[i]));
        int shares = 0;
        for (int j = 0; j < plan->device_count; j++)
            shares += plan->device[j] == plan->device[i];
        plan->device_bytes = ss_smaller(plan->device_bytes, bytes / 10 * 9 / (size_t)shares);
    }
    return SS_OK;
}

/* What a lane needs for pieces of these blocks. */
static void size_lane(ss_piece_plan *plan)
{
    bool alone = plan->self && plan->a_block >= plan->a_count;
    plan->lane.a_rows = ss_smaller(plan->a_block, plan->a_count);
    plan->lane.b_rows = alone ? 0 : ss_smaller(plan->b_block, plan->b_count);
    size_t longest = plan->lane.a_rows > plan->lane.b_rows ? plan->lane.a_rows : plan->lane.b_rows;
    plan->lane.k = ss_smaller(plan->wanted_k, longest);

    size_t least = ss_lane_least_staging(&plan->lane);
    plan->lane.staging = ss_smaller(ss_smaller(MOST_STAGING, ss_lane_most_staging(&plan->lane)),
                                    plan->host_bytes / 4 / (size_t)plan->lanes);
    if (plan->lane.staging < FEWEST_STAGING) plan->lane.staging = FEWEST_STAGING;
    if (plan->lane.staging < least) plan->lane.staging = least;
}

static void count_pieces(ss_piece_plan *plan)
{
    size_t a_blocks = ss_divide_up(plan->a_count, plan->a_block), b_blocks = ss_divide_up(plan->b_count, plan->b_block);
    plan->piece_count = plan->self ? a_blocks * (a_blocks + 1) / 2 : a_blocks * b_blocks;
}

/* As large as the work may be cut, memory aside. */
static void start_blocks(ss_piece_plan *plan)
{
    size_t devices = (size_t)plan->device_count;
    size_t parts = devices == 1 ? 1 : plan->self ? SHARES / 2 * devices : SHARES * devices;
    plan->a_block = whole_panels(ss_divide_up(plan->a_count, parts));
    plan->b_block = plan->self ? plan->a_block : whole_panels(plan->b_count);
    double pairs = (double)plan->a_block * (double)plan->b_block;
    plan->lane.hit_capacity = pairs < (double)SS_MOST_HITS ? (size_t)pairs : SS_MOST_HITS;
}

/* One step towards less memory; false if there is none left. */
static bool shrink(ss_piece_plan *plan)
{
    size_t *larger = plan->a_block > plan->b_block ? &plan->a_block : &plan->b_block;
    bool many_hits = plan->lane.hit_capacity > SS_MOST_HITS / 16;
    bool can_halve = plan->lane.hit_capacity / 2 >= FEWEST_HITS;
    if (many_hits && can_halve) {
        plan->lane.hit_capacity /= 2;
    } else if (*larger > SS_SCAN_PANEL) {
        *larger = whole_panels(*larger / 2);
        if (plan->self) plan->a_block = plan->b_block = *larger;
        plan->short_of_memory = true;
    } else if (can_halve) {
        plan->lane.hit_capacity /= 2;
    } else {
        return false;
    }
    return true;
}

/* Cuts until each of so many lanes of a device has room for a piece. */
static bool fit(ss_piece_plan *plan, size_t lanes_of_device)
{
    size_t bytes = plan->device_bytes / lanes_of_device;
    plan->lanes = (int)lanes_of_device * plan->device_count;
    plan->short_of_memory = false;
    start_blocks(plan);
    for (size_lane(plan); ss_lane_bytes(&plan->lane) > bytes; size_lane(plan)) {
        if (!shrink(plan)) return false;
    }
    count_pieces(plan);
    return true;
}

/* A single piece has a lane to itself. Where there are more, each device has two lanes, if they fit: one brings its rows
 * there and fetches its lists while the other computes. */
ss_status ss_piece_plan_fit(ss_piece_plan *plan)
{
    bool fits = fit(plan, 1);
    if (fits && plan->piece_count > 1 && !fit(plan, 2)) fits = fit(plan, 1);
    if (fits) return SS_OK;
    return ss_fail(SS_ERROR_DEVICE,
                   "CUDA device %d has %s of memory free for this, and the smallest part of the work takes %s: "
                   "close what else uses it, or use --device cpu",
                   plan->device[0], ss_size_in_words((double)plan->device_bytes).text,
                   ss_size_in_words((double)ss_lane_bytes(&plan->lane)).text);
}

static ss_range block_rows(size_t block, size_t rows, size_t count)
{
    return (ss_range){block * rows, ss_smaller((block + 1) * rows, count)};
}

ss_piece ss_piece_of_plan(const ss_piece_plan *plan, size_t index)
{
    size_t row, column;
    if (plan->self) { /* the upper triangle, row by row */
        size_t blocks = ss_divide_up(plan->a_count, plan->a_block);
        for (row = 0; index >= blocks - row; row++)
            index -= blocks - row;
        column = row + index;
    } else {
        size_t b_blocks = ss_divide_up(plan->b_count, plan->b_block);
        row = index / b_blocks;
        column = index % b_blocks;
    }
    return (ss_piece){.a = block_rows(row, plan->a_block, plan->a_count),
                      .b = block_rows(column, plan->b_block, plan->b_count),
                      .self = plan->self && row == column};
}
