/* As much of the driver's header as samestory uses: tensor maps, which a function of the driver writes, and how to come by
 * that function. */
#ifndef EMULATOR_CUDA_H
#define EMULATOR_CUDA_H

#include <cuda_runtime.h>

typedef uint32_t cuuint32_t;
typedef uint64_t cuuint64_t;
typedef enum CUresult { CUDA_SUCCESS = 0, CUDA_ERROR_INVALID_VALUE = 1 } CUresult;
typedef enum CUtensorMapDataType { CU_TENSOR_MAP_DATA_TYPE_UINT8 = 0 } CUtensorMapDataType;
typedef enum CUtensorMapInterleave { CU_TENSOR_MAP_INTERLEAVE_NONE = 0 } CUtensorMapInterleave;
typedef enum CUtensorMapSwizzle {
    CU_TENSOR_MAP_SWIZZLE_NONE = 0,
    CU_TENSOR_MAP_SWIZZLE_32B = 1,
    CU_TENSOR_MAP_SWIZZLE_64B = 2,
    CU_TENSOR_MAP_SWIZZLE_128B = 3
} CUtensorMapSwizzle;
typedef enum CUtensorMapL2promotion { CU_TENSOR_MAP_L2_PROMOTION_L2_256B = 3 } CUtensorMapL2promotion;
typedef enum CUtensorMapFloatOOBfill { CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE = 0 } CUtensorMapFloatOOBfill;

struct alignas(16) CUtensorMap {
    cuuint64_t opaque[16];
};

enum { cudaEnableDefault = 0 };
typedef enum cudaDriverEntryPointQueryResult {
    cudaDriverEntryPointSuccess = 0,
    cudaDriverEntryPointSymbolNotFound = 1
} cudaDriverEntryPointQueryResult;

namespace emulator
{
/* What is in a tensor map here. */
struct tensor_map {
    uint64_t magic;
    const unsigned char *address;
    uint64_t extent[2], stride;
    uint32_t box[2];
    uint64_t swizzle_bits;
};
static_assert(sizeof(tensor_map) <= sizeof(CUtensorMap), "");

static const uint64_t tensor_map_magic = 0x70616d726f736e65;

inline tensor_map decode(const CUtensorMap *map)
{
    tensor_map decoded;
    std::memcpy(&decoded, map, sizeof decoded);
    require(decoded.magic == tensor_map_magic, "a tensor map that is none");
    return decoded;
}

/* The conditions are those of the driver's header. */
inline CUresult encode_tiled(CUtensorMap *map, CUtensorMapDataType, cuuint32_t rank, void *address,
                             const cuuint64_t *extent, const cuuint64_t *stride, const cuuint32_t *box,
                             const cuuint32_t *step, CUtensorMapInterleave, CUtensorMapSwizzle swizzle,
                             CUtensorMapL2promotion, CUtensorMapFloatOOBfill)
{
    static const uint64_t swizzle_bits[4] = {0, 1, 3, 7};
    bool sound = rank == 2 && address != nullptr && (uintptr_t)address % 16 == 0 && extent[0] > 0 && extent[1] > 0 &&
                 extent[0] <= 1ull << 32 && extent[1] <= 1ull << 32 && stride[0] % 16 == 0 && stride[0] < 1ull << 40 &&
                 stride[0] >= extent[0] && box[0] > 0 && box[1] > 0 && box[0] <= 256 && box[1] <= 256 &&
                 box[0] % 16 == 0 && step[0] == 1 && step[1] == 1 &&
                 (swizzle == CU_TENSOR_MAP_SWIZZLE_NONE || box[0] <= 16u << swizzle);
    if (!sound) return CUDA_ERROR_INVALID_VALUE;
    tensor_map encoded = {tensor_map_magic,       static_cast<unsigned char *>(address),
                          {extent[0], extent[1]}, stride[0],
                          {box[0], box[1]},       swizzle_bits[swizzle]};
    std::memcpy(map, &encoded, sizeof encoded);
    return CUDA_SUCCESS;
}
} // namespace emulator

inline cudaError_t cudaGetDriverEntryPointByVersion(const char *symbol, void **function, unsigned version,
                                                    unsigned long long, cudaDriverEntryPointQueryResult *found)
{
    bool known = std::strcmp(symbol, "cuTensorMapEncodeTiled") == 0 && version >= 12000;
    *function = known ? (void *)emulator::encode_tiled : nullptr;
    *found = known ? cudaDriverEntryPointSuccess : cudaDriverEntryPointSymbolNotFound;
    return cudaSuccess;
}

#endif
