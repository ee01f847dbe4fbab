/* What the scans share: the test against the bars, and what becomes of a product that passes it. */
#ifndef SS_SCAN_CUH
#define SS_SCAN_CUH

#include <cuda_runtime.h>

#include "kernels.h"

#define SS_WHOLE_WARP 0xffffffffu

/* In float, against bars lowered for it: what rounding lets in, the merge sorts out. Without branches. */
static __device__ __forceinline__ bool ss_reaches_bar(float dot, float a_inverse, float a_bar, float b_inverse,
                                                      float b_bar)
{
    return (dot * b_inverse >= a_bar) | (dot * a_inverse >= b_bar);
}

/* Whether the two rows are to be compared at all. Padding never reaches a bar and is not asked for here. */
static __device__ __forceinline__ bool ss_may_match(const ss_scan &scan, uint32_t a, uint32_t b)
{
    if (scan.self != 0 && a >= b) return false;
    if (scan.window == SS_SCAN_ALL_DAYS) return true;
    int32_t day_a = scan.a.day[a], day_b = scan.b.day[b];
    if (day_a == INT32_MAX || day_b == INT32_MAX) return true;
    int64_t apart = (int64_t)day_a - day_b;
    return -scan.window <= apart && apart <= scan.window;
}

/* Room in the buffer for so many hits of each lane: the place of the lane's first. The whole warp calls. */
static __device__ __forceinline__ unsigned long long ss_reserve_hits(const ss_scan &scan, uint32_t count)
{
    const uint32_t lane = threadIdx.x % 32;
    uint32_t before = count; /* of the lanes up to this one */
#pragma unroll
    for (uint32_t step = 1; step < 32; step *= 2) {
        uint32_t lower = __shfl_up_sync(SS_WHOLE_WARP, before, step);
        if (lane >= step) before += lower;
    }
    unsigned long long place = 0;
    if (lane == 31) place = atomicAdd(scan.hit_count, (unsigned long long)before);
    return __shfl_sync(SS_WHOLE_WARP, place, 31) + before - count;
}

static __device__ __forceinline__ void ss_put_hit(const ss_scan &scan, unsigned long long place, ss_scan_hit hit)
{
    if (place < scan.hit_capacity) scan.hits[place] = hit;
}

/* Sums that begin at `ss_sum_start` are floats as they stand: 1.5 * 2^23 plus the dot product, as long as that is below
 * 2^22. One addition instead of a conversion, which takes four times as long on most devices. */
#define SS_EXACT_DIMENSION 260 /* 127 * 127 * 260 < 2^22 */

template <bool small> static __device__ __forceinline__ int32_t ss_sum_start()
{
    return small ? 0x4B400000 : 0;
}

template <bool small> static __device__ __forceinline__ int32_t ss_dot_of_sum(int32_t sum)
{
    return sum - ss_sum_start<small>();
}

template <bool small> static __device__ __forceinline__ float ss_float_of_sum(int32_t sum)
{
    return small ? __int_as_float(sum) - 12582912.0f : __int2float_rn(sum);
}

#endif
