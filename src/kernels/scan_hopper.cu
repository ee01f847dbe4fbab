/* The scan on Hopper: products of whole warpgroups on what the tensor memory accelerator brings to shared memory.
 *
 * Of the three warpgroups of a block one brings and two multiply, each its own 64 * SPANS rows of a by the same tiles of
 * 128 rows of b. While one holds its products against the bars the other one multiplies: they take turns. The rows of a
 * stay in shared memory for as long as their spans last; the rows of b go through a ring of boxes of 128 bytes of 128
 * rows. Where sketches are short enough (SPANS is 2) a block has two spans at once, since b is then read half as often:
 * with one span, reading b from L2 takes about as long as multiplying it. */
#include <ptx_hopper.cuh>

#include "box_hopper.cuh"
#include "filter_hopper.cuh"

#define BLOCK_THREADS  384
#define GROUP_THREADS  128
#define MULTIPLIERS    2 /* warpgroups */
#define MULTIPLY_WARPS (MULTIPLIERS * GROUP_THREADS / 32)
#define TILE           SS_TILE_COLUMNS
#define STEP           32 /* bytes of a row that a product takes */
#define STEPS          (SS_BOX_BYTES / STEP)
#define COLUMN_BUFFERS 4
#define MAX_PANELS     2
#define MAX_STAGES     8
#define TURN_BARRIER   1 /* and the one after it */

/* Longer sketches go one span at a time: two panels of them would leave room for less than a tile of b, and then the
 * groups that take turns would wait for each other for ever. */
#define MAX_CHUNKS_OF_TWO 4

/* 65,536 registers between one warpgroup and two. */
#define BRING_REGISTERS    40
#define MULTIPLY_REGISTERS 232

static_assert(TILE == SS_BOX_ROWS && SS_SCAN_PANEL == SS_BOX_ROWS, "a panel and a tile are a box high");
static_assert(BRING_REGISTERS + MULTIPLIERS * MULTIPLY_REGISTERS <= 65536 / GROUP_THREADS, "registers");

/* What each block has in shared memory. */
typedef struct scan_plan {
    uint32_t chunks; /* boxes, side by side, that hold a row */
    uint32_t panels; /* the rows of a of so many spans, or pairs of spans */
    uint32_t stages; /* boxes of b */
} scan_plan;

typedef struct block_barriers {
    uint64_t panel_full[MAX_PANELS], panel_empty[MAX_PANELS];
    uint64_t stage_full[MAX_STAGES], stage_empty[MAX_STAGES];
    uint64_t columns_full[COLUMN_BUFFERS], columns_empty[COLUMN_BUFFERS];
} block_barriers;

typedef struct block_memory {
    unsigned char *panels; /* [panels][chunks][SPANS] boxes */
    unsigned char *stages; /* [stages] boxes */
    ss_column *columns;    /* [COLUMN_BUFFERS][TILE] */
    ss_scan_hit *found;    /* [MULTIPLY_WARPS][SS_FOUND] */
    block_barriers *barriers;
} block_memory;

static __device__ __forceinline__ block_memory lay_out(unsigned char *shared, const scan_plan &plan, uint32_t spans)
{
    block_memory memory;
    memory.panels = shared;
    memory.stages = memory.panels + plan.panels * plan.chunks * spans * SS_BOX_SIZE;
    memory.columns = (ss_column *)(memory.stages + plan.stages * SS_BOX_SIZE);
    memory.found = (ss_scan_hit *)(memory.columns + COLUMN_BUFFERS * TILE);
    memory.barriers = (block_barriers *)(memory.found + MULTIPLY_WARPS * SS_FOUND);
    return memory;
}

/* Where in a ring of slots somebody is. */
typedef struct place {
    uint32_t slot, parity;
} place;

static __device__ __forceinline__ void step_on(place *p, uint32_t slots)
{
    if (++p->slot < slots) return;
    p->slot = 0;
    p->parity ^= 1;
}

/* ------------------------------------------------------------------- work */

/* The spans that a block has at once, and the columns from the first to the last of them. */
template <uint32_t SPANS> struct work {
    ss_span span[SPANS];
    uint32_t begin, end;
};

template <uint32_t SPANS> static __device__ __forceinline__ work<SPANS> take_work(const ss_scan &scan, uint32_t number)
{
    work<SPANS> w;
    w.begin = UINT32_MAX;
    w.end = 0;
#pragma unroll
    for (uint32_t s = 0; s < SPANS; s++) {
        uint32_t index = number * SPANS + s;
        w.span[s] = index < scan.span_count ? scan.spans[index] : ss_span{0, 0, 0};
        if (w.span[s].b_begin == w.span[s].b_end) continue;
        w.begin = min(w.begin, w.span[s].b_begin);
        w.end = max(w.end, w.span[s].b_end);
    }
    return w;
}

static __device__ __forceinline__ bool has_tile(const ss_span &span, uint32_t tile)
{
    return span.b_begin <= tile && tile < span.b_end;
}

/* The first tile at or after `tile` that some span has; w.end or beyond: none. */
template <uint32_t SPANS> static __device__ __forceinline__ uint32_t next_tile(const work<SPANS> &w, uint32_t tile)
{
    while (tile < w.end && !has_tile(w.span[0], tile) && !has_tile(w.span[SPANS - 1], tile))
        tile += TILE;
    return tile;
}

/* All warps that work on the same thing meet the same spans and tiles in the same order. */
#define FOR_EACH_WORK(scan, number)                                                                                    \
    for (uint32_t number = blockIdx.x; number * (uint64_t)SPANS < (scan).span_count; number += gridDim.x)
#define FOR_EACH_TILE(work, tile)                                                                                      \
    for (uint32_t tile = next_tile(work, (work).begin); tile < (work).end; tile = next_tile(work, tile + TILE))

/* --------------------------------------------------------------- bringing */

/* One thread: the rows of a. */
template <uint32_t SPANS>
static __device__ __forceinline__ void bring_panels(const CUtensorMap *map, const ss_scan &scan, const scan_plan &plan,
                                                    const block_memory &memory)
{
    place panel = {0, 0};
    uint32_t boxes = plan.chunks * SPANS;
    FOR_EACH_WORK(scan, number)
    {
        work<SPANS> w = take_work<SPANS>(scan, number);
        uint64_t *full = &memory.barriers->panel_full[panel.slot];
        ss_barrier_wait(&memory.barriers->panel_empty[panel.slot], panel.parity ^ 1);
        ss_barrier_arrive_expecting(full, boxes * SS_BOX_SIZE);
        unsigned char *box = memory.panels + panel.slot * boxes * SS_BOX_SIZE;
        for (uint32_t chunk = 0; chunk < plan.chunks; chunk++) {
#pragma unroll
            for (uint32_t s = 0; s < SPANS; s++) {
                ss_box_load(box, map, chunk * SS_BOX_BYTES, w.span[s].a_begin, full);
                box += SS_BOX_SIZE;
            }
        }
        step_on(&panel, plan.panels);
    }
}

/* One thread: the rows of b. */
template <uint32_t SPANS>
static __device__ __forceinline__ void bring_tiles(const CUtensorMap *map, const ss_scan &scan, const scan_plan &plan,
                                                   const block_memory &memory)
{
    place stage = {0, 0};
    FOR_EACH_WORK(scan, number)
    {
        work<SPANS> w = take_work<SPANS>(scan, number);
        FOR_EACH_TILE(w, tile)
        {
            for (uint32_t chunk = 0; chunk < plan.chunks; chunk++) {
                uint64_t *full = &memory.barriers->stage_full[stage.slot];
                ss_barrier_wait(&memory.barriers->stage_empty[stage.slot], stage.parity ^ 1);
                ss_barrier_arrive_expecting(full, SS_BOX_SIZE);
                ss_box_load(memory.stages + stage.slot * SS_BOX_SIZE, map, chunk * SS_BOX_BYTES, tile, full);
                step_on(&stage, plan.stages);
            }
        }
    }
}

/* One warp: the bars of the rows of b. */
template <uint32_t SPANS>
static __device__ __forceinline__ void bring_columns(const ss_scan &scan, const block_memory &memory, uint32_t lane)
{
    place buffer = {0, 0};
    FOR_EACH_WORK(scan, number)
    {
        work<SPANS> w = take_work<SPANS>(scan, number);
        FOR_EACH_TILE(w, tile)
        {
            ss_column mine[TILE / 32];
#pragma unroll
            for (uint32_t i = 0; i < TILE / 32; i++) {
                uint32_t b = tile + 32 * i + lane;
                mine[i] = ss_column{ss_finite_inverse(scan.b.inverse[b]), ss_lowered(scan.b.bar[b])};
            }
            ss_barrier_wait(&memory.barriers->columns_empty[buffer.slot], buffer.parity ^ 1);
#pragma unroll
            for (uint32_t i = 0; i < TILE / 32; i++)
                memory.columns[buffer.slot * TILE + 32 * i + lane] = mine[i];
            ss_barrier_arrive(&memory.barriers->columns_full[buffer.slot]);
            step_on(&buffer, COLUMN_BUFFERS);
        }
    }
}

/* ------------------------------------------------------------ multiplying */

/* One lane of each warp arrives, once all of them are through. */
static __device__ __forceinline__ void release(uint64_t *barrier, uint32_t lane)
{
    __syncwarp();
    if (lane == 0) ss_barrier_arrive(barrier);
}

/* Whose turn it is to multiply: a group waits at its barrier until the other one arrives there. Sketches that do not fit
 * the ring whole go without turns, for then both groups must take each box before the next one can come. */
static __device__ __forceinline__ void wait_for_turn(uint32_t group)
{
    ss_numbered_barrier_wait((int)(TURN_BARRIER + group), MULTIPLIERS * GROUP_THREADS);
}

static __device__ __forceinline__ void give_turn_to(uint32_t group)
{
    ss_numbered_barrier_arrive((int)(TURN_BARRIER + group), MULTIPLIERS * GROUP_THREADS);
}

/* Where a warpgroup that multiplies is. */
typedef struct group_state {
    uint32_t group, lane;
    place panel, stage, buffer;
} group_state;

/* The next tile times the rows of a that begin at `row` of the panel's boxes. A box is two groups of products: the turn
 * is given while the last one is still under way, so that the tensor cores do not wait for the other group to begin. */
template <uint32_t SPANS>
static __device__ __forceinline__ void multiply_tile(int32_t (&dot)[SPANS][64], const unsigned char *panel,
                                                     uint32_t row, group_state *g, const scan_plan &plan,
                                                     const block_memory &memory)
{
    uint64_t *unfinished = NULL;
#pragma unroll 1
    for (uint32_t chunk = 0; chunk < plan.chunks; chunk++) {
        uint64_t a_rows = ss_box_rows(panel + chunk * SPANS * SS_BOX_SIZE, row);
        uint64_t b_rows = ss_box_rows(memory.stages + g->stage.slot * SS_BOX_SIZE, 0);
        ss_barrier_wait(&memory.barriers->stage_full[g->stage.slot], g->stage.parity);
        ss_wgmma_fence();
#pragma unroll
        for (uint32_t step = 0; step < STEPS; step++) {
#pragma unroll
            for (uint32_t s = 0; s < SPANS; s++)
                ss_wgmma_m64n128k32(dot[s], ss_box_rows_from(a_rows, s * 64 * SS_BOX_BYTES + step * STEP),
                                    ss_box_rows_from(b_rows, step * STEP), (chunk | step) != 0);
            if (step % (STEPS / 2) == STEPS / 2 - 1) ss_wgmma_commit();
        }
        if (chunk > 0) {
            ss_wgmma_wait<2>();
            release(unfinished, g->lane);
        }
        unfinished = &memory.barriers->stage_empty[g->stage.slot];
        step_on(&g->stage, plan.stages);
    }
    ss_wgmma_wait<1>();
    if (SPANS == 2) give_turn_to(1 - g->group);
    ss_wgmma_wait<0>();
    release(unfinished, g->lane);
#pragma unroll
    for (uint32_t s = 0; s < SPANS; s++)
        ss_wgmma_pin(dot[s]);
}

/* A tile that only the other group's span has. */
static __device__ __forceinline__ void pass_tile(group_state *g, const scan_plan &plan, const block_memory &memory)
{
    for (uint32_t chunk = 0; chunk < plan.chunks; chunk++) {
        ss_barrier_wait(&memory.barriers->stage_full[g->stage.slot], g->stage.parity);
        release(&memory.barriers->stage_empty[g->stage.slot], g->lane);
        step_on(&g->stage, plan.stages);
    }
    give_turn_to(1 - g->group);
}

template <uint32_t SPANS>
static __device__ __forceinline__ void multiply(const ss_scan &scan, const scan_plan &plan, const block_memory &memory,
                                                uint32_t group, uint32_t warp, uint32_t lane)
{
    ss_fragment<SPANS> f;
    group_state g = {group, lane, {0, 0}, {0, 0}, {0, 0}};
    uint32_t row = group * 64 * SPANS, span = row / SS_BOX_ROWS;
    row %= SS_BOX_ROWS;
    ss_found_list found = {memory.found + warp * SS_FOUND, 0};
    if (SPANS == 2 && group == 1) give_turn_to(0);
    FOR_EACH_WORK(scan, number)
    {
        work<SPANS> w = take_work<SPANS>(scan, number);
        const ss_span mine = span == 0 ? w.span[0] : w.span[SPANS - 1];
        const unsigned char *panel = memory.panels + (g.panel.slot * plan.chunks * SPANS + span) * SS_BOX_SIZE;
        ss_load_bars(&f, scan, mine.a_begin + row, warp, lane);
        ss_barrier_wait(&memory.barriers->panel_full[g.panel.slot], g.panel.parity);
        FOR_EACH_TILE(w, tile)
        {
            bool has = SPANS == 1 || has_tile(mine, tile);
            if (SPANS == 2) wait_for_turn(group);
            if (has) {
                multiply_tile<SPANS>(f.dot, panel, row, &g, plan, memory);
            } else {
                pass_tile(&g, plan, memory);
            }
            ss_barrier_wait(&memory.barriers->columns_full[g.buffer.slot], g.buffer.parity);
            if (has) ss_filter_tile(scan, f, memory.columns + g.buffer.slot * TILE, tile, &found, lane);
            release(&memory.barriers->columns_empty[g.buffer.slot], lane);
            step_on(&g.buffer, COLUMN_BUFFERS);
        }
        release(&memory.barriers->panel_empty[g.panel.slot], lane);
        step_on(&g.panel, plan.panels);
    }
    if (SPANS == 2 && group == 0) wait_for_turn(0);
    ss_hand_in(scan, &found, lane);
}

/* ----------------------------------------------------------------- kernel */

static __device__ __forceinline__ void begin_barriers(block_barriers *barriers)
{
    for (int i = 0; i < MAX_PANELS; i++) {
        ss_barrier_init(&barriers->panel_full[i], 1);
        ss_barrier_init(&barriers->panel_empty[i], MULTIPLY_WARPS);
    }
    for (int i = 0; i < MAX_STAGES; i++) {
        ss_barrier_init(&barriers->stage_full[i], 1);
        ss_barrier_init(&barriers->stage_empty[i], MULTIPLY_WARPS);
    }
    for (int i = 0; i < COLUMN_BUFFERS; i++) {
        ss_barrier_init(&barriers->columns_full[i], 32);
        ss_barrier_init(&barriers->columns_empty[i], MULTIPLY_WARPS);
    }
    ss_barrier_init_fence();
}

template <uint32_t SPANS>
static __global__ void __launch_bounds__(BLOCK_THREADS, 1)
    scan_kernel(const __grid_constant__ CUtensorMap a_map, const __grid_constant__ CUtensorMap b_map,
                const __grid_constant__ ss_scan scan, const __grid_constant__ scan_plan plan)
{
    SS_DYNAMIC_SHARED(shared);
    block_memory memory = lay_out(shared, plan, SPANS);
    uint32_t group = threadIdx.x / GROUP_THREADS, warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    if (threadIdx.x == 0) begin_barriers(memory.barriers);
    __syncthreads();
    if (group == MULTIPLIERS) {
        ss_registers_decrease<BRING_REGISTERS>();
        uint32_t bringer = warp % (GROUP_THREADS / 32);
        if (bringer == 0 && lane == 0) bring_tiles<SPANS>(&b_map, scan, plan, memory);
        if (bringer == 1 && lane == 0) bring_panels<SPANS>(&a_map, scan, plan, memory);
        if (bringer == 2) bring_columns<SPANS>(scan, memory, lane);
    } else {
        ss_registers_increase<MULTIPLY_REGISTERS>();
        multiply<SPANS>(scan, plan, memory, group, warp, lane);
    }
}

/* ----------------------------------------------------------------- launch */

/* As many boxes of b as the block's shared memory has room for. */
static size_t plan_memory(scan_plan *plan, uint32_t dimension, uint32_t spans, size_t limit)
{
    plan->chunks = (dimension + SS_BOX_BYTES - 1) / SS_BOX_BYTES;
    plan->panels = plan->chunks * spans <= MAX_CHUNKS_OF_TWO ? 2 : 1;
    size_t rest = COLUMN_BUFFERS * TILE * sizeof(ss_column) + MULTIPLY_WARPS * SS_FOUND * sizeof(ss_scan_hit) +
                  sizeof(block_barriers);
    size_t panels = (size_t)plan->panels * plan->chunks * spans * SS_BOX_SIZE;
    size_t stages = (limit - panels - rest) / SS_BOX_SIZE;
    plan->stages = stages < MAX_STAGES ? (uint32_t)stages : MAX_STAGES;
    return panels + plan->stages * SS_BOX_SIZE + rest;
}

template <uint32_t SPANS>
static cudaError_t launch(const ss_scan *scan, uint32_t multiprocessors, size_t limit, ss_stream stream)
{
    CUtensorMap a_map, b_map;
    cudaError_t error = ss_box_map(&a_map, scan->a.vector, scan->stride, ss_scan_padded(scan->a.count));
    if (error == cudaSuccess) error = ss_box_map(&b_map, scan->b.vector, scan->stride, ss_scan_padded(scan->b.count));
    if (error != cudaSuccess) return error;

    scan_plan plan;
    size_t shared = plan_memory(&plan, scan->dimension, SPANS, limit);
    /* The same for every launch: another thread may set it for sketches of another dimension meanwhile. */
    error = cudaFuncSetAttribute(scan_kernel<SPANS>, cudaFuncAttributeMaxDynamicSharedMemorySize, (int)limit);
    if (error != cudaSuccess) return error;
    uint32_t works = (scan->span_count + SPANS - 1) / SPANS;
    dim3 blocks(works < multiprocessors ? works : multiprocessors);
    SS_LAUNCH(scan_kernel<SPANS>, blocks, dim3(BLOCK_THREADS), shared, stream, a_map, b_map, *scan, plan);
    return cudaGetLastError();
}

extern "C" int ss_scan_hopper(const ss_scan *scan, ss_stream stream)
{
    if (scan->span_count == 0) return cudaSuccess;
    int device = 0, multiprocessors = 0, limit = 0;
    cudaError_t error = cudaGetDevice(&device);
    if (error == cudaSuccess) error = cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, device);
    if (error == cudaSuccess) error = cudaDeviceGetAttribute(&limit, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
    if (error != cudaSuccess) return error;
    /* A few spans go one to a block, so that none is idle. */
    bool two = scan->dimension <= MAX_CHUNKS_OF_TWO * SS_BOX_BYTES && scan->span_count > (uint32_t)multiprocessors;
    return two ? launch<2>(scan, (uint32_t)multiprocessors, (size_t)limit, stream)
               : launch<1>(scan, (uint32_t)multiprocessors, (size_t)limit, stream);
}
