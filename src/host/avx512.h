/* What all that is written for AVX-512 with VNNI begins with. */
#ifndef SS_AVX512_H
#define SS_AVX512_H

#include <immintrin.h>
#include <stdbool.h>

#define SS_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

static inline bool ss_avx512_available(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
}

/* Adds the products of 64 bytes with 64 others, four to a sum. Said in assembly: gcc 12 wraps the intrinsic in copies of
 * the sum, three instructions for one. */
SS_AVX512 static inline void ss_avx512_multiply_add(__m512i *sum, __m512i unsigned_bytes, __m512i signed_bytes)
{
    __asm__("vpdpbusd %2, %1, %0" : "+v"(*sum) : "v"(unsigned_bytes), "v"(signed_bytes));
}

#endif
