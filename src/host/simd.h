/* Functions compiled for several instruction sets, the best one chosen when the program starts. */
#ifndef SS_SIMD_H
#define SS_SIMD_H

/* Sanitizers can't run the resolvers, which are called before they are set up. */
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__) &&                           \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define SS_SIMD_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SS_SIMD_CLONES
#endif

/* Before a loop over an array of vectors, which would else not stay in registers, with gcc at -O3 either. */
#define SS_UNROLL _Pragma("GCC unroll 16")

#endif
