/* Hits into lists, without locks: first every hit is chained to its two rows, then each row has a thread of its own that
 * walks its chain. The order of neighbours is total, so that it makes no difference in what order a chain has them. */
#include <ptx.cuh>

#include "../host/match_order.h"
#include "kernels.h"

#define THREADS 256

/* The link of hit h for its row of a is 2h, that for its row of b is 2h + 1. */
static __device__ __forceinline__ void chain(uint32_t *link, const ss_merge_side &side, uint32_t row, uint32_t own)
{
    link[own] = atomicExch(&side.chain[row], own);
}

__global__ void __launch_bounds__(THREADS) chain_hits(const __grid_constant__ ss_merge merge)
{
    const uint32_t number = blockIdx.x * THREADS + threadIdx.x;
    if (number >= merge.hit_count) return;
    const ss_scan_hit hit = merge.hits[number];
    const float dot = (float)hit.dot;
    if (dot * merge.b_inverse[hit.b] >= merge.a.bar[hit.a]) chain(merge.link, merge.a, hit.a, 2 * number);
    if (dot * merge.a_inverse[hit.a] >= merge.b.bar[hit.b]) chain(merge.link, merge.b, hit.b, 2 * number + 1);
}

static __device__ bool holds(const ss_neighbour *item, uint32_t found, uint32_t index)
{
    for (uint32_t i = 0; i < found; i++)
        if (item[i].index == index) return true;
    return false;
}

/* The scan may have been repeated: then a hit can be in the list, or have been and left it. */
static __device__ void offer(const ss_order &order, ss_neighbour *item, uint32_t *found, uint32_t k,
                             ss_neighbour new_one)
{
    if (*found == k && !ss_order_better(&order, new_one, item[0])) return;
    if (!holds(item, *found, new_one.index)) ss_order_offer(&order, item, found, k, new_one);
}

/* The lists of one side; with merge.self its rows have links of both kinds. */
__global__ void __launch_bounds__(THREADS, 4)
    walk_chains(const __grid_constant__ ss_merge merge, const ss_merge_side own, const uint32_t *other_norm)
{
    const uint32_t row = blockIdx.x * THREADS + threadIdx.x;
    if (row >= own.count) return;
    uint32_t at = own.chain[row];
    if (at == SS_MERGE_NONE) return;
    own.chain[row] = SS_MERGE_NONE;

    const ss_order order = {own.norm[row], other_norm};
    ss_neighbour *const item = own.item + (size_t)row * merge.k;
    uint32_t found = own.found[row];
    for (; at != SS_MERGE_NONE; at = merge.link[at]) {
        const ss_scan_hit hit = merge.hits[at / 2];
        offer(order, item, &found, merge.k, {at % 2 == 0 ? hit.b : hit.a, hit.dot});
    }
    own.found[row] = found;
    /* It may have been higher from the start, by what is known from elsewhere. */
    const float bar = ss_order_lowered(ss_order_bar(&order, item, found, merge.k));
    if (bar > own.bar[row]) own.bar[row] = bar;
}

__global__ void __launch_bounds__(THREADS, 4)
    sort_lists(const __grid_constant__ ss_merge merge, const ss_merge_side own, const uint32_t *other_norm)
{
    const uint32_t row = blockIdx.x * THREADS + threadIdx.x;
    if (row >= own.count) return;
    const ss_order order = {own.norm[row], other_norm};
    ss_order_sort(&order, own.item + (size_t)row * merge.k, own.found[row]);
}

static dim3 blocks_for(uint32_t count)
{
    return dim3((count + THREADS - 1) / THREADS);
}

extern "C" int ss_merge_hits(const ss_merge *merge, ss_stream stream)
{
    if (merge->hit_count == 0) return cudaSuccess;
    SS_LAUNCH(chain_hits, blocks_for(merge->hit_count), dim3(THREADS), 0, stream, *merge);
    SS_LAUNCH(walk_chains, blocks_for(merge->a.count), dim3(THREADS), 0, stream, *merge, merge->a, merge->b.norm);
    if (merge->self == 0)
        SS_LAUNCH(walk_chains, blocks_for(merge->b.count), dim3(THREADS), 0, stream, *merge, merge->b, merge->a.norm);
    return cudaGetLastError();
}

extern "C" int ss_merge_sort(const ss_merge *merge, int side, ss_stream stream)
{
    const ss_merge_side &own = side == 0 ? merge->a : merge->b, &other = side == 0 ? merge->b : merge->a;
    if (own.count == 0) return cudaSuccess;
    SS_LAUNCH(sort_lists, blocks_for(own.count), dim3(THREADS), 0, stream, *merge, own, other.norm);
    return cudaGetLastError();
}
