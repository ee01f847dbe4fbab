/* Boxes: 128 bytes of each of 128 rows of sketches, as they lie in shared memory for Hopper's products. A box is aligned
 * to 1024 bytes and swizzled: the 16 bytes number i of row r lie at number i ^ (r % 8) of its 128. */
#ifndef SS_BOX_HOPPER_CUH
#define SS_BOX_HOPPER_CUH

#include <cuda.h>
#include <ptx_hopper.cuh>

#define SS_BOX_ROWS  128
#define SS_BOX_BYTES 128 /* of a row */
#define SS_BOX_SIZE  (SS_BOX_ROWS * SS_BOX_BYTES)

/* How to copy boxes out of `rows` rows of `row_bytes` bytes, a multiple of 16. */
static inline cudaError_t ss_box_map(CUtensorMap *map, const void *vector, uint32_t row_bytes, size_t rows)
{
    typedef CUresult encode_tiled(CUtensorMap *, CUtensorMapDataType, cuuint32_t, void *, const cuuint64_t *,
                                  const cuuint64_t *, const cuuint32_t *, const cuuint32_t *, CUtensorMapInterleave,
                                  CUtensorMapSwizzle, CUtensorMapL2promotion, CUtensorMapFloatOOBfill);
    /* Asked of the driver at run time, so that the library does not need one to be loaded. */
    void *function = NULL;
    cudaDriverEntryPointQueryResult found = cudaDriverEntryPointSymbolNotFound;
    cudaError_t error =
        cudaGetDriverEntryPointByVersion("cuTensorMapEncodeTiled", &function, 12000, cudaEnableDefault, &found);
    if (error != cudaSuccess) return error;
    if (found != cudaDriverEntryPointSuccess) return cudaErrorInsufficientDriver;

    const cuuint64_t extent[2] = {row_bytes, rows}, stride[1] = {row_bytes};
    const cuuint32_t box[2] = {SS_BOX_BYTES, SS_BOX_ROWS}, step[2] = {1, 1};
    CUresult result = reinterpret_cast<encode_tiled *>(function)(
        map, CU_TENSOR_MAP_DATA_TYPE_UINT8, 2, const_cast<void *>(vector), extent, stride, box, step,
        CU_TENSOR_MAP_INTERLEAVE_NONE, CU_TENSOR_MAP_SWIZZLE_128B, CU_TENSOR_MAP_L2_PROMOTION_L2_256B,
        CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
    return result == CUDA_SUCCESS ? cudaSuccess : cudaErrorInvalidValue;
}

/* Where products find rows of a box: those from row `row` on, a multiple of 8. The fields are, in units of 16 bytes: the
 * address (bits 0-13), a distance that rows swizzled in 128 bytes do not use (16-29), 8 rows (32-45); and bits 62-63:
 * swizzled in 128 bytes. */
static __device__ __forceinline__ uint64_t ss_box_rows(const void *box, uint32_t row)
{
    uint32_t address = ss_shared_address(box) + row * SS_BOX_BYTES;
    return (uint64_t)((address & 0x3ffff) >> 4) | 1ull << 16 | (uint64_t)(8 * SS_BOX_BYTES >> 4) << 32 | 1ull << 62;
}

/* The same rows from that byte on, a multiple of 16. */
static __device__ __forceinline__ uint64_t ss_box_rows_from(uint64_t rows, uint32_t byte)
{
    return rows + (byte >> 4);
}

#endif
