/* Instructions on the bytes of a word, and a rough root. tests/emulator has a file of the same name that gives each the
 * same meaning on a CPU; kernels include it in angle brackets, so that the search path chooses. */
#ifndef SS_PACKED_CUH
#define SS_PACKED_CUH

#include <cuda_runtime.h>
#include <stdint.h>

/* Four of the eight bytes of low (0 .. 3) and high (4 .. 7), one for each hexadecimal digit of the selector. */
static __device__ __forceinline__ uint32_t ss_pick_bytes(uint32_t low, uint32_t high, uint32_t selector)
{
    return __byte_perm(low, high, selector);
}

/* sum + the two unsigned halves of `halves` times bytes 0 and 1 of `bytes`. */
static __device__ __forceinline__ uint32_t ss_dot_low(uint32_t halves, uint32_t bytes, uint32_t sum)
{
    return __dp2a_lo(halves, bytes, sum);
}

/* The same with bytes 2 and 3. */
static __device__ __forceinline__ uint32_t ss_dot_high(uint32_t halves, uint32_t bytes, uint32_t sum)
{
    return __dp2a_hi(halves, bytes, sum);
}

/* Within a few units in the last place. */
static __device__ __forceinline__ float ss_rough_root(float square)
{
    float root;
    asm("sqrt.approx.f32 %0, %1;" : "=f"(root) : "f"(square));
    return root;
}

#endif
