/* CUDA C++ as plain C++: a thread of a block is a fiber, and what a warp or a block does together is a meeting of
 * fibers (engine.h). Fibers run one at a time, so that atomics need nothing, and shared memory is static. */
#ifndef EMULATOR_DEVICE_LANGUAGE_H
#define EMULATOR_DEVICE_LANGUAGE_H

#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <tuple>

#define __global__
#define __device__
#define __host__
#define __constant__     static
#define __shared__       static /* one for all blocks: not with clusters */
#define __forceinline__  inline
#define __align__(bytes) alignas(bytes)
#define __launch_bounds__(...)
#define __cluster_dims__(...)
#define __grid_constant__

struct uint3 {
    unsigned x, y, z;
};
struct dim3 {
    unsigned x, y, z;
    dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z)
    {
    }
};
struct int2 {
    int x, y;
};
struct uint2 {
    unsigned x, y;
};
struct float2 {
    float x, y;
};
struct alignas(16) int4 {
    int x, y, z, w;
};
struct alignas(16) uint4 {
    unsigned x, y, z, w;
};
struct alignas(16) float4 {
    float x, y, z, w;
};

#include "engine.h"

#define threadIdx (emulator::self().thread_index)
#define blockIdx  (emulator::self().block_index)
#define blockDim  (emulator::launch_now().block)
#define gridDim   (emulator::launch_now().grid)

static const int warpSize = 32;

/* ----------------------------------------------------- block and warp */

inline void __syncthreads()
{
    emulator::meet_block();
}

inline int __syncthreads_or(int predicate)
{
    return emulator::meet_block_or(predicate);
}

inline void __syncwarp(unsigned mask = 0xffffffffu)
{
    emulator::meet_warp(mask, 0, [](int *const *, unsigned) {});
}

inline unsigned __ballot_sync(unsigned mask, int predicate)
{
    struct vote {
        int predicate;
        unsigned result;
    };
    vote mine = {predicate, 0};
    mine = emulator::meet_warp(mask, mine, [](vote *const *lane, unsigned members) {
        unsigned result = 0;
        for (int i = 0; i < 32; i++)
            if (members >> i & 1u) result |= (lane[i]->predicate != 0 ? 1u : 0u) << i;
        for (int i = 0; i < 32; i++)
            if (members >> i & 1u) lane[i]->result = result;
    });
    return mine.result;
}

inline int __any_sync(unsigned mask, int predicate)
{
    return __ballot_sync(mask, predicate) != 0;
}

inline int __all_sync(unsigned mask, int predicate)
{
    return __ballot_sync(mask, predicate) == mask;
}

namespace emulator
{
template <class T> struct shuffled {
    T value, result;
    int from;
};

template <class T> T shuffle(unsigned mask, T value, int from)
{
    shuffled<T> mine = {value, value, from};
    mine = meet_warp(mask, mine, [](shuffled<T> *const *lane, unsigned members) {
        for (int i = 0; i < 32; i++) {
            if (!(members >> i & 1u)) continue;
            int source = lane[i]->from;
            require(members >> source & 1u, "a shuffle reads from a lane that is not in its mask");
            lane[i]->result = lane[source]->value;
        }
    });
    return mine.result;
}
} // namespace emulator

template <class T> T __shfl_sync(unsigned mask, T value, int lane)
{
    return emulator::shuffle(mask, value, lane & 31);
}

template <class T> T __shfl_up_sync(unsigned mask, T value, unsigned delta)
{
    int lane = emulator::self().lane;
    return emulator::shuffle(mask, value, lane >= (int)delta ? lane - (int)delta : lane);
}

template <class T> T __shfl_down_sync(unsigned mask, T value, unsigned delta)
{
    int lane = emulator::self().lane;
    return emulator::shuffle(mask, value, lane + (int)delta < 32 ? lane + (int)delta : lane);
}

template <class T> T __shfl_xor_sync(unsigned mask, T value, int bits)
{
    return emulator::shuffle(mask, value, emulator::self().lane ^ bits);
}

inline void __threadfence()
{
}
inline void __threadfence_block()
{
}

/* ------------------------------------------------------------- atomics */

template <class T, class U> T atomicAdd(T *where, U value)
{
    T old = *where;
    *where = (T)(old + (T)value);
    return old;
}

template <class T, class U> T atomicExch(T *where, U value)
{
    T old = *where;
    *where = (T)value;
    return old;
}

template <class T, class U, class V> T atomicCAS(T *where, U expected, V value)
{
    T old = *where;
    if (old == (T)expected) *where = (T)value;
    return old;
}

template <class T, class U> T atomicMax(T *where, U value)
{
    T old = *where;
    if (old < (T)value) *where = (T)value;
    return old;
}

template <class T, class U> T atomicMin(T *where, U value)
{
    T old = *where;
    if ((T)value < old) *where = (T)value;
    return old;
}

/* ---------------------------------------------------------- arithmetic */

template <class T> T __ldg(const T *where)
{
    return *where;
}
template <class T> T __ldcg(const T *where)
{
    return *where;
}

inline int __popc(unsigned bits)
{
    return __builtin_popcount(bits);
}
inline int __popcll(unsigned long long bits)
{
    return __builtin_popcountll(bits);
}
inline int __ffs(int bits)
{
    return __builtin_ffs(bits);
}
inline int __clz(int bits)
{
    return bits == 0 ? 32 : __builtin_clz((unsigned)bits);
}

inline float __int_as_float(int bits)
{
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}
inline int __float_as_int(float value)
{
    int bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}
inline float __int2float_rn(int value)
{
    return (float)value;
}
inline float __int2float_rz(int value) /* of values that a float holds exactly */
{
    return (float)value;
}

inline int min(int x, int y)
{
    return x < y ? x : y;
}
inline int max(int x, int y)
{
    return x > y ? x : y;
}
inline unsigned min(unsigned x, unsigned y)
{
    return x < y ? x : y;
}
inline unsigned max(unsigned x, unsigned y)
{
    return x > y ? x : y;
}

/* -------------------------------------------------------------- launch */

namespace emulator
{
template <class... P, class... A>
void launch(void (*kernel)(P...), dim3 cluster, dim3 grid, dim3 block, size_t shared, cudaStream_t stream, A &&...given)
{
    std::tuple<typename std::decay<P>::type...> arguments(given...);
    require(shared <= 48 * 1024 || shared <= raised_shared_limit((const void *)kernel),
            "a launch asks for more shared memory than the kernel's limit was raised to");
    enqueue_launch({cluster, grid, block, shared}, stream, [kernel, arguments] { std::apply(kernel, arguments); });
}
} // namespace emulator

template <class... P> cudaError_t cudaFuncSetAttribute(void (*kernel)(P...), cudaFuncAttribute attribute, int value)
{
    return emulator::set_attribute((const void *)kernel, attribute, value);
}

#endif
