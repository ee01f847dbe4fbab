/* The instructions of Hopper (compute capability 9.0) that CUDA C has no function for: barriers that count bytes, copies
 * of boxes by the tensor memory accelerator, products of a whole warpgroup. One function an instruction, named after
 * what it does; as with ptx.cuh, tests/emulator has a file of the same name. */
#ifndef SS_PTX_HOPPER_CUH
#define SS_PTX_HOPPER_CUH

#include <cuda.h>
#include <ptx.cuh>

/* -------------------------------------------------------------- barriers */

/* A barrier completes a phase when `arrivals` threads have arrived and all bytes that were announced have landed. */
static __device__ __forceinline__ void ss_barrier_init(uint64_t *barrier, uint32_t arrivals)
{
    asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(ss_shared_address(barrier)), "r"(arrivals) : "memory");
}

/* Makes what was initialised visible to the engine that copies. */
static __device__ __forceinline__ void ss_barrier_init_fence(void)
{
    asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
}

static __device__ __forceinline__ void ss_barrier_arrive(uint64_t *barrier)
{
    asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(ss_shared_address(barrier)) : "memory");
}

static __device__ __forceinline__ void ss_barrier_arrive_expecting(uint64_t *barrier, uint32_t bytes)
{
    asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(ss_shared_address(barrier)), "r"(bytes)
                 : "memory");
}

/* Returns once the phase of that parity is complete; a fresh barrier is in phase 0, and the one before it has parity 1
 * and is complete. */
static __device__ __forceinline__ void ss_barrier_wait(uint64_t *barrier, uint32_t parity)
{
    asm volatile("{\n"
                 ".reg .pred complete;\n"
                 "again:\n"
                 "mbarrier.try_wait.parity.shared::cta.b64 complete, [%0], %1;\n"
                 "@complete bra done;\n"
                 "bra again;\n"
                 "done:\n"
                 "}" ::"r"(ss_shared_address(barrier)),
                 "r"(parity)
                 : "memory");
}

/* Barriers by number (1 .. 15) among `threads` threads of the block, those who only arrive included. */
static __device__ __forceinline__ void ss_numbered_barrier_wait(int number, int threads)
{
    asm volatile("bar.sync %0, %1;" ::"r"(number), "r"(threads) : "memory");
}

static __device__ __forceinline__ void ss_numbered_barrier_arrive(int number, int threads)
{
    asm volatile("bar.arrive %0, %1;" ::"r"(number), "r"(threads) : "memory");
}

/* ---------------------------------------------------------------- copies */

/* Copies the box of a two-dimensional tensor that begins at (column, row); its bytes count at the barrier, those beyond
 * the tensor too, which are zeros. */
static __device__ __forceinline__ void ss_box_load(void *shared, const CUtensorMap *map, uint32_t column, uint32_t row,
                                                   uint64_t *barrier)
{
    asm volatile("cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes"
                 " [%0], [%1, {%2, %3}], [%4];" ::"r"(ss_shared_address(shared)),
                 "l"(map), "r"(column), "r"(row), "r"(ss_shared_address(barrier))
                 : "memory");
}

/* -------------------------------------------------------------- products */

/* The accumulators and shared memory as this thread left them are what the next products see. */
static __device__ __forceinline__ void ss_wgmma_fence(void)
{
    asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
}

static __device__ __forceinline__ void ss_wgmma_commit(void)
{
    asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}

/* Returns once at most `LATEST` of the groups committed last are unfinished. */
template <int LATEST> static __device__ __forceinline__ void ss_wgmma_wait(void)
{
    asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(LATEST) : "memory");
}

/* Keeps the compiler from moving uses of the accumulators across this point: it does not know that they change while
 * products run. */
template <uint32_t COUNT> static __device__ __forceinline__ void ss_wgmma_pin(int32_t (&d)[COUNT])
{
#pragma unroll
    for (uint32_t i = 0; i < COUNT; i++)
        asm volatile("" : "+r"(d[i])::"memory");
}

/* d = a b' (+ d): 64 rows of a and 128 of b, 32 bytes of each, as matrix descriptors tell (box_hopper.cuh). With w = warp % 4,
 * g = lane / 4 and t = lane % 4, a thread has in d[4i .. 4i + 3] columns 8i + 2t, 8i + 2t + 1 of row 16w + g, and of
 * row 16w + g + 8. All four warps call. */
static __device__ __forceinline__ void ss_wgmma_m64n128k32(int32_t (&d)[64], uint64_t a, uint64_t b, int accumulate)
{
    asm volatile("{\n"
                 ".reg .pred accumulate;\n"
                 "setp.ne.b32 accumulate, %66, 0;\n"
                 "wgmma.mma_async.sync.aligned.m64n128k32.s32.s8.s8 {"
                 "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "
                 "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, "
                 "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, "
                 "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"
                 "}, %64, %65, accumulate;\n"
                 "}"
                 : "+r"(d[0]), "+r"(d[1]), "+r"(d[2]), "+r"(d[3]), "+r"(d[4]), "+r"(d[5]), "+r"(d[6]), "+r"(d[7]),
                   "+r"(d[8]), "+r"(d[9]), "+r"(d[10]), "+r"(d[11]), "+r"(d[12]), "+r"(d[13]), "+r"(d[14]), "+r"(d[15]),
                   "+r"(d[16]), "+r"(d[17]), "+r"(d[18]), "+r"(d[19]), "+r"(d[20]), "+r"(d[21]), "+r"(d[22]),
                   "+r"(d[23]), "+r"(d[24]), "+r"(d[25]), "+r"(d[26]), "+r"(d[27]), "+r"(d[28]), "+r"(d[29]),
                   "+r"(d[30]), "+r"(d[31]), "+r"(d[32]), "+r"(d[33]), "+r"(d[34]), "+r"(d[35]), "+r"(d[36]),
                   "+r"(d[37]), "+r"(d[38]), "+r"(d[39]), "+r"(d[40]), "+r"(d[41]), "+r"(d[42]), "+r"(d[43]),
                   "+r"(d[44]), "+r"(d[45]), "+r"(d[46]), "+r"(d[47]), "+r"(d[48]), "+r"(d[49]), "+r"(d[50]),
                   "+r"(d[51]), "+r"(d[52]), "+r"(d[53]), "+r"(d[54]), "+r"(d[55]), "+r"(d[56]), "+r"(d[57]),
                   "+r"(d[58]), "+r"(d[59]), "+r"(d[60]), "+r"(d[61]), "+r"(d[62]), "+r"(d[63])
                 : "l"(a), "l"(b), "r"(accumulate));
}

/* Registers that the warpgroup gives back to the block, or takes from it. */
template <int REGISTERS> static __device__ __forceinline__ void ss_registers_decrease(void)
{
    asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(REGISTERS));
}

template <int REGISTERS> static __device__ __forceinline__ void ss_registers_increase(void)
{
    asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(REGISTERS));
}

#endif
