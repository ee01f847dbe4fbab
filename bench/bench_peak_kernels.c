#include "bench_peak_kernels.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool has_avx512vnni(void)
{
    return __builtin_cpu_supports("avx512vnni") != 0;
}

static bool has_avx512f(void)
{
    return __builtin_cpu_supports("avx512f") != 0;
}

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") != 0;
}

static bool has_fma(void)
{
    return has_avx2() && __builtin_cpu_supports("fma") != 0;
}

/* One bit of CPUID leaf 7; compilers do not know all names that they compile for. */
static bool leaf7(unsigned subleaf, int which, unsigned bit)
{
    unsigned part[4];
    if (!__get_cpuid_count(7, subleaf, &part[0], &part[1], &part[2], &part[3])) return false;
    return (part[which] >> bit & 1) != 0;
}

static bool has_avxvnni(void)
{
    return has_avx2() && leaf7(1, 0, 4);
}

#define ARCH_REQ_XCOMP_PERM 0x1023
#define XFEATURE_XTILEDATA  18

static bool has_amx(void)
{
    return leaf7(0, 3, 24) && leaf7(0, 3, 25) && syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0;
}

/* The loops are in assembler: compilers keep some of so many sums in memory, and take products out of the loop. */
#define CLEAR(n)   "vpxor %%xmm" #n ", %%xmm" #n ", %%xmm" #n "\n\t"
#define VNNI512(n) "vpdpbusd %[b], %[a], %%zmm" #n "\n\t"
#define VNNI256(n) "%{vex%} vpdpbusd %[b], %[a], %%ymm" #n "\n\t"
#define FMA512(n)  "vfmadd231ps %[b], %[a], %%zmm" #n "\n\t"
#define FMA256(n)  "vfmadd231ps %[b], %[a], %%ymm" #n "\n\t"
/* Bytes widened to 16 bits: the one way of AVX2 that is exact for all of int8. */
#define MADD256(n) "vpmaddwd %[b], %[a], %%ymm12\n\tvpaddd %%ymm12, %%ymm" #n ", %%ymm" #n "\n\t"

#define EACH(op) op(0) op(1) op(2) op(3) op(4) op(5) op(6) op(7) op(8) op(9) op(10) op(11)
#define SUMS     "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12"

/* Twelve sums, which is more than the latency of an instruction times how many begin in one cycle. */
#define LOOP(op)                                                                                                       \
    __asm__ volatile(EACH(CLEAR) "1:\n\t" EACH(op) "dec %[n]\n\tjnz 1b"                                                \
                     : [n] "+r"(iterations)                                                                            \
                     : [a] "x"(a), [b] "x"(b)                                                                          \
                     : SUMS, "cc")

__attribute__((target("avx512f"))) static void run_avx512vnni(size_t iterations)
{
    __m512i a = _mm512_set1_epi32(0x03030303), b = _mm512_set1_epi32(0x02020202);
    LOOP(VNNI512);
}

__attribute__((target("avx2"))) static void run_avxvnni(size_t iterations)
{
    __m256i a = _mm256_set1_epi8(3), b = _mm256_set1_epi8(-2);
    LOOP(VNNI256);
}

__attribute__((target("avx2"))) static void run_avx2(size_t iterations)
{
    __m256i a = _mm256_set1_epi16(3), b = _mm256_set1_epi16(-2);
    LOOP(MADD256);
}

__attribute__((target("avx512f"))) static void run_avx512f(size_t iterations)
{
    __m512 a = _mm512_set1_ps(1e-3f), b = _mm512_set1_ps(1e-3f);
    LOOP(FMA512);
}

__attribute__((target("avx2"))) static void run_fma(size_t iterations)
{
    __m256 a = _mm256_set1_ps(1e-3f), b = _mm256_set1_ps(1e-3f);
    LOOP(FMA256);
}

typedef struct tile_shape {
    unsigned char palette, start_row, reserved[14];
    unsigned short row_bytes[16];
    unsigned char rows[16];
} tile_shape;

/* Four sums of 16 x 16, the most with room for two tiles on either side. */
__attribute__((target("amx-tile,amx-int8"))) static void run_amx(size_t iterations)
{
    _Alignas(64) tile_shape shape = {.palette = 1};
    for (int k = 0; k < 8; k++) {
        shape.rows[k] = 16;
        shape.row_bytes[k] = 64;
    }
    _tile_loadconfig(&shape);
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    _tile_zero(4);
    _tile_zero(5);
    _tile_zero(6);
    _tile_zero(7);
    for (size_t i = 0; i < iterations; i++) {
        _tile_dpbssd(0, 4, 6);
        _tile_dpbssd(1, 4, 7);
        _tile_dpbssd(2, 5, 6);
        _tile_dpbssd(3, 5, 7);
    }
    _tile_release();
}

const bench_kernel bench_kernels[] = {
    {"amx", "int8", has_amx, run_amx, 4.0 * 16 * 16 * 64 * 2},
    {"avx512vnni", "int8", has_avx512vnni, run_avx512vnni, 12 * 64 * 2},
    {"avxvnni", "int8", has_avxvnni, run_avxvnni, 12 * 32 * 2},
    {"avx2", "int8", has_avx2, run_avx2, 12 * 16 * 2},
    {"avx512f", "fp32", has_avx512f, run_avx512f, 12 * 16 * 2},
    {"fma", "fp32", has_fma, run_fma, 12 * 8 * 2},
    {NULL, NULL, NULL, NULL, 0},
};

#elif defined(__aarch64__)

#include <arm_neon.h>
#include <sys/auxv.h>

static bool has_dot_product(void)
{
    return (getauxval(AT_HWCAP) >> 20 & 1) != 0; /* HWCAP_ASIMDDP */
}

static bool always(void)
{
    return true;
}

#define CLEAR(n) "movi v" #n ".4s, #0\n\t"
#define DOT(n)   "sdot v" #n ".4s, %[a].16b, %[b].16b\n\t"
#define FMA(n)   "fmla v" #n ".4s, %[a].4s, %[b].4s\n\t"
#define EACH(op) op(0) op(1) op(2) op(3) op(4) op(5) op(6) op(7) op(8) op(9) op(10) op(11) op(12) op(13) op(14) op(15)
#define SUMS     "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15"
#define LOOP(op)                                                                                                       \
    __asm__ volatile(EACH(CLEAR) "1:\n\t" EACH(op) "subs %[n], %[n], #1\n\tb.ne 1b"                                    \
                     : [n] "+r"(iterations)                                                                            \
                     : [a] "w"(a), [b] "w"(b)                                                                          \
                     : SUMS, "cc")

static void run_neon(size_t iterations)
{
    int8x16_t a = vdupq_n_s8(3), b = vdupq_n_s8(-2);
    LOOP(DOT);
}

static void run_neon_fma(size_t iterations)
{
    float32x4_t a = vdupq_n_f32(1e-3f), b = vdupq_n_f32(1e-3f);
    LOOP(FMA);
}

const bench_kernel bench_kernels[] = {
    {"neon", "int8", has_dot_product, run_neon, 16 * 16 * 2},
    {"neon", "fp32", always, run_neon_fma, 16 * 4 * 2},
    {NULL, NULL, NULL, NULL, 0},
};

#else

const bench_kernel bench_kernels[] = {{NULL, NULL, NULL, NULL, 0}};

#endif
