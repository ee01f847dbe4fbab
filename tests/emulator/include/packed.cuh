/* The instructions of src/kernels/packed.cuh in plain arithmetic, after the PTX manual. */
#ifndef SS_PACKED_CUH
#define SS_PACKED_CUH

#include <cuda_runtime.h>

static inline uint32_t ss_pick_bytes(uint32_t low, uint32_t high, uint32_t selector)
{
    const uint64_t bytes = (uint64_t)high << 32 | low;
    uint32_t picked = 0;
    for (uint32_t i = 0; i < 4; i++)
        picked |= (uint32_t)(bytes >> 8 * (selector >> 4 * i & 7) & 0xff) << 8 * i;
    return picked;
}

static inline uint32_t ss_dot_low(uint32_t halves, uint32_t bytes, uint32_t sum)
{
    return sum + (halves & 0xffff) * (bytes & 0xff) + (halves >> 16) * (bytes >> 8 & 0xff);
}

static inline uint32_t ss_dot_high(uint32_t halves, uint32_t bytes, uint32_t sum)
{
    return ss_dot_low(halves, bytes >> 16, sum);
}

/* Wrong by as much as it may be. */
static inline float ss_rough_root(float square)
{
    return sqrtf(square) * (1.0f - 3.0f / (1 << 23));
}

#endif
