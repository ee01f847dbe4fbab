/* Every instruction that C++ has no word for, and how a kernel is launched. tests/emulator has a file of the same name
 * that gives each the same meaning on a CPU; kernels include it in angle brackets, so that the search path chooses. */
#ifndef SS_PTX_CUH
#define SS_PTX_CUH

#include <cuda_runtime.h>
#include <stdint.h>

#define SS_LAUNCH(kernel, grid, block, shared, stream, ...) kernel<<<(grid), (block), (shared), (stream)>>>(__VA_ARGS__)

/* The block's dynamic shared memory; at most one in a kernel, in bytes, aligned to 1024. */
#define SS_DYNAMIC_SHARED(name) extern __shared__ __align__(1024) unsigned char name[]

/* Where in shared memory that is, in 32 bits, for the instructions below. */
static __device__ __forceinline__ uint32_t ss_shared_address(const void *pointer)
{
    return (uint32_t)__cvta_generic_to_shared(pointer);
}

/* The same value, of which the compiler knows nothing: it can't work out ahead of time what depends on it. */
static __device__ __forceinline__ uint32_t ss_opaque(uint32_t value)
{
    asm volatile("" : "+r"(value));
    return value;
}

/* Copies 16 bytes to shared memory, not in order with anything but ss_copy_wait(). Both aligned to 16 bytes. */
static __device__ __forceinline__ void ss_copy_async(uint32_t shared, const void *global)
{
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;\n" ::"r"(shared), "l"(global) : "memory");
}

static __device__ __forceinline__ void ss_copy_commit()
{
    asm volatile("cp.async.commit_group;\n" ::: "memory");
}

/* Until at most `pending` of this thread's groups are under way. */
template <int pending> static __device__ __forceinline__ void ss_copy_wait()
{
    asm volatile("cp.async.wait_group %0;\n" ::"n"(pending) : "memory");
}

/* Four matrices of 8 rows of 16 bytes: lane l gives the address of row l % 8 of matrix l / 8, and gets in matrix[m] the
 * four bytes at 4 * (l % 4) of row l / 4 of matrix m. The whole warp calls. */
static __device__ __forceinline__ void ss_load_matrices(uint32_t matrix[4], uint32_t shared_row)
{
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];\n"
                 : "=r"(matrix[0]), "=r"(matrix[1]), "=r"(matrix[2]), "=r"(matrix[3])
                 : "r"(shared_row)
                 : "memory");
}

/* sum += a (16 x 32) * b (32 x 8), int8 into int32. With g = lane / 4, t = lane % 4: a[0..3] are four bytes at 4t of
 * rows g, g + 8, and at 16 + 4t of rows g, g + 8; b[0..1] those at 4t and 16 + 4t of column g; sum[0..3] are columns
 * 2t, 2t + 1 of row g, and of row g + 8. The whole warp calls. */
static __device__ __forceinline__ void ss_multiply_add(int32_t sum[4], const uint32_t a[4], uint32_t b0, uint32_t b1)
{
    asm volatile("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
                 "{%0, %1, %2, %3};\n"
                 : "+r"(sum[0]), "+r"(sum[1]), "+r"(sum[2]), "+r"(sum[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

#endif
