/* The filter of Hopper's scan: the products that a thread has in registers against the bars of their rows and columns. */
#ifndef SS_FILTER_HOPPER_CUH
#define SS_FILTER_HOPPER_CUH

#include <math.h>

#include <ptx_hopper.cuh>

#include "scan.cuh"

#define SS_TILE_COLUMNS 128
#define SS_FOUND        128 /* hits that a warp gathers; a multiple of 32 */

/* What a column of a tile is held against. */
typedef struct ss_column {
    float inverse, bar;
} ss_column;

/* Which products a thread has: rows a, a + 8 and, of a second span, those 64 further on; the columns are those of
 * ss_wgmma_m64n128k32(). */
template <uint32_t SPANS> struct ss_fragment {
    uint32_t a;
    float inverse[SPANS][2], bar[SPANS][2];
    int32_t dot[SPANS][64];
};

/* A bar so much lower that a product and a difference that are rounded once can't miss what a product that is rounded,
 * and then compared, reaches. */
static __device__ __forceinline__ float ss_lowered(float bar)
{
    return bar == INFINITY ? bar : bar - fabsf(bar) * 0x1p-21f;
}

/* 0 in place of NAN, for the sign of a NAN says nothing. The dot products of such a row are 0. */
static __device__ __forceinline__ float ss_finite_inverse(float inverse)
{
    return inverse == inverse ? inverse : 0.0f;
}

template <uint32_t SPANS>
static __device__ __forceinline__ void ss_load_bars(ss_fragment<SPANS> *f, const ss_scan &scan, uint32_t first_row,
                                                    uint32_t warp, uint32_t lane)
{
    f->a = first_row + 16 * (warp % 4) + lane / 4;
#pragma unroll
    for (uint32_t s = 0; s < SPANS; s++) {
#pragma unroll
        for (uint32_t row = 0; row < 2; row++) {
            uint32_t a = f->a + 64 * s + 8 * row;
            f->inverse[s][row] = ss_finite_inverse(scan.a.inverse[a]);
            f->bar[s][row] = ss_lowered(scan.a.bar[a]);
        }
    }
}

/* ------------------------------------------------------------------ found */

/* What a warp has found and not yet put into the buffer of hits. To ask the buffer's counter takes about as long as a
 * tile, so it is asked for many at once. */
typedef struct ss_found_list {
    ss_scan_hit *hit; /* [SS_FOUND] in shared memory */
    uint32_t count;
} ss_found_list;

static __device__ __forceinline__ bool is_hit(const ss_scan &scan, const ss_scan_hit &hit)
{
    return ss_reaches_bar((float)hit.dot, scan.a.inverse[hit.a], scan.a.bar[hit.a], scan.b.inverse[hit.b],
                          scan.b.bar[hit.b]) &&
           ss_may_match(scan, hit.a, hit.b);
}

/* The whole warp calls, here and below. */
static __device__ __forceinline__ void ss_hand_in(const ss_scan &scan, ss_found_list *found, uint32_t lane)
{
    uint32_t hits = 0;
    __syncwarp();
#pragma unroll
    for (uint32_t i = 0; i < SS_FOUND / 32; i++) {
        uint32_t at = i * 32 + lane;
        hits |= (uint32_t)(at < found->count && is_hit(scan, found->hit[at])) << i;
    }
    unsigned long long place = ss_reserve_hits(scan, (uint32_t)__popc(hits));
#pragma unroll
    for (uint32_t i = 0; i < SS_FOUND / 32; i++)
        if (hits >> i & 1) ss_put_hit(scan, place++, found->hit[i * 32 + lane]);
    __syncwarp();
    found->count = 0;
}

/* Each lane may have one. */
static __device__ __forceinline__ void add_found(const ss_scan &scan, ss_found_list *found, bool present,
                                                 ss_scan_hit hit, uint32_t lane)
{
    uint32_t lanes = __ballot_sync(SS_WHOLE_WARP, present);
    if (present) found->hit[found->count + (uint32_t)__popc(lanes & ((1u << lane) - 1))] = hit;
    found->count += (uint32_t)__popc(lanes);
    if (found->count > SS_FOUND - 32) ss_hand_in(scan, found, lane);
}

/* ----------------------------------------------------------------- filter */

#define SLICES      4                              /* of the columns of a tile: what is examined together */
#define SLICE_PAIRS (SS_TILE_COLUMNS / 8 / SLICES) /* pairs of columns that a thread has in one */

/* Less than 0 if the product is below both bars: no comparison, since the sign bits of many are put together at once. */
static __device__ __forceinline__ int32_t below(int32_t dot, float inverse, float bar, float column_inverse,
                                                float column_bar)
{
    float product = (float)dot;
    return __float_as_int(fmaf(product, column_inverse, -bar)) & __float_as_int(fmaf(product, inverse, -column_bar));
}

/* The columns of pair p of a thread. */
static __device__ __forceinline__ float4 column_pair(const ss_column *columns, uint32_t p, uint32_t lane)
{
    return *(const float4 *)(columns + 8 * p + 2 * (lane % 4));
}

/* Element i of an array in registers, where the number is known only at run time. */
template <uint32_t COUNT> static __device__ __forceinline__ int32_t pick(const int32_t (&from)[COUNT], uint32_t i)
{
    if constexpr (COUNT == 1) {
        return from[0];
    } else {
        int32_t half[COUNT / 2];
#pragma unroll
        for (uint32_t j = 0; j < COUNT / 2; j++)
            half[j] = i & 1 ? from[2 * j + 1] : from[2 * j];
        return pick<COUNT / 2>(half, i >> 1);
    }
}

/* Takes what is not below of a slice. A thread has SLICE_PAIRS * 4 of its products with each span's rows, in order: column,
 * row, pair of columns, span. */
template <uint32_t SPANS>
static __device__ __forceinline__ void examine_slice(const ss_scan &scan, ss_fragment<SPANS> &f, uint32_t slice,
                                                     const ss_column *columns, uint32_t tile, ss_found_list *found,
                                                     uint32_t lane)
{
    /* Else the compiler would keep what the filter computed, for which there are not registers enough. */
#pragma unroll
    for (uint32_t s = 0; s < SPANS; s++)
        ss_wgmma_pin(f.dot[s]);
    const uint32_t count = SPANS * SLICE_PAIRS * 4;
    int32_t dot[count];
    uint32_t candidates = 0;
#pragma unroll
    for (uint32_t i = 0; i < count; i++) {
        uint32_t odd = i & 1, row = i >> 1 & 1, p = slice * SLICE_PAIRS + (i >> 2) % SLICE_PAIRS;
        uint32_t s = i / (SLICE_PAIRS * 4);
        float4 c = column_pair(columns, p, lane);
        dot[i] = f.dot[s][4 * p + 2 * row + odd];
        int32_t sign = below(dot[i], f.inverse[s][row], f.bar[s][row], odd ? c.z : c.x, odd ? c.w : c.y);
        candidates |= (uint32_t)(sign >= 0) << i;
    }
    while (__any_sync(SS_WHOLE_WARP, candidates != 0)) {
        bool present = candidates != 0;
        uint32_t i = present ? (uint32_t)__ffs((int)candidates) - 1 : 0;
        candidates &= candidates - 1;
        uint32_t p = slice * SLICE_PAIRS + (i >> 2) % SLICE_PAIRS;
        ss_scan_hit hit;
        hit.a = f.a + 8 * (i >> 1 & 1) + 64 * (i / (SLICE_PAIRS * 4));
        hit.b = tile + 8 * p + 2 * (lane % 4) + (i & 1);
        hit.dot = pick<count>(dot, i);
        add_found(scan, found, present, hit, lane);
    }
}

template <uint32_t SPANS>
static __device__ __forceinline__ void ss_filter_tile(const ss_scan &scan, ss_fragment<SPANS> &f,
                                                      const ss_column *columns, uint32_t tile, ss_found_list *found,
                                                      uint32_t lane)
{
    int32_t all_below[SLICES];
#pragma unroll
    for (uint32_t slice = 0; slice < SLICES; slice++) {
        all_below[slice] = -1;
#pragma unroll
        for (uint32_t p = slice * SLICE_PAIRS; p < (slice + 1) * SLICE_PAIRS; p++) {
            float4 c = column_pair(columns, p, lane);
#pragma unroll
            for (uint32_t s = 0; s < SPANS; s++) {
#pragma unroll
                for (uint32_t row = 0; row < 2; row++) {
                    const int32_t *dot = &f.dot[s][4 * p + 2 * row];
                    float inverse = f.inverse[s][row], bar = f.bar[s][row];
                    all_below[slice] &= below(dot[0], inverse, bar, c.x, c.y) & below(dot[1], inverse, bar, c.z, c.w);
                }
            }
        }
    }
    if (!__any_sync(SS_WHOLE_WARP, (all_below[0] & all_below[1] & all_below[2] & all_below[3]) >= 0)) return;
#pragma unroll
    for (uint32_t slice = 0; slice < SLICES; slice++) {
        if (__any_sync(SS_WHOLE_WARP, all_below[slice] >= 0)) examine_slice(scan, f, slice, columns, tile, found, lane);
    }
}

#endif
