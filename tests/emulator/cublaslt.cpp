/* libcublasLt for the emulator: loaded at run time as the real one is. The product is worked out when somebody waits
 * for the stream, through a launch of one thread. */
#include <cublasLt.h>

struct cublasLtContext {
    int unused;
};
struct cublasLtMatmulDescOpaque_t {
    bool a_transposed;
};
struct cublasLtMatrixLayoutOpaque_t {
    cudaDataType_t type;
    uint64_t rows, columns;
    int64_t leading;
};

cublasStatus_t cublasLtCreate(cublasLtHandle_t *handle)
{
    *handle = new cublasLtContext();
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtDestroy(cublasLtHandle_t handle)
{
    delete handle;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t *product, cublasComputeType_t compute,
                                        cudaDataType_t scale)
{
    if (compute != CUBLAS_COMPUTE_32I || scale != CUDA_R_32I) return CUBLAS_STATUS_INVALID_VALUE;
    *product = new cublasLtMatmulDescOpaque_t();
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t product)
{
    delete product;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t product, cublasLtMatmulDescAttributes_t attribute,
                                              const void *value, size_t bytes)
{
    if (attribute != CUBLASLT_MATMUL_DESC_TRANSA || bytes != sizeof(cublasOperation_t))
        return CUBLAS_STATUS_INVALID_VALUE;
    product->a_transposed = *static_cast<const cublasOperation_t *>(value) == CUBLAS_OP_T;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t *layout, cudaDataType_t type, uint64_t rows,
                                          uint64_t columns, int64_t leading)
{
    *layout = new cublasLtMatrixLayoutOpaque_t{type, rows, columns, leading};
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout)
{
    delete layout;
    return CUBLAS_STATUS_SUCCESS;
}

struct operands {
    const int8_t *a, *b;
    int32_t *d;
    uint64_t rows, columns, depth;
    int64_t a_leading, b_leading, d_leading;
};

static void multiply(operands of)
{
    for (uint64_t j = 0; j < of.columns; j++)
        for (uint64_t i = 0; i < of.rows; i++) {
            const int8_t *x = of.a + (int64_t)i * of.a_leading, *y = of.b + (int64_t)j * of.b_leading;
            int32_t dot = 0;
            for (uint64_t k = 0; k < of.depth; k++)
                dot += x[k] * y[k];
            of.d[(int64_t)i + (int64_t)j * of.d_leading] = dot;
        }
}

cublasStatus_t cublasLtMatmul(cublasLtHandle_t, cublasLtMatmulDesc_t product, const void *alpha, const void *a,
                              cublasLtMatrixLayout_t a_layout, const void *b, cublasLtMatrixLayout_t b_layout,
                              const void *beta, const void *, cublasLtMatrixLayout_t, void *d,
                              cublasLtMatrixLayout_t d_layout, const cublasLtMatmulAlgo_t *, void *, size_t,
                              cudaStream_t stream)
{
    bool sound = product->a_transposed && *static_cast<const int32_t *>(alpha) == 1 &&
                 *static_cast<const int32_t *>(beta) == 0 && a_layout->type == CUDA_R_8I &&
                 b_layout->type == CUDA_R_8I && d_layout->type == CUDA_R_32I && a_layout->rows == b_layout->rows &&
                 d_layout->rows == a_layout->columns && d_layout->columns == b_layout->columns;
    if (!sound) return CUBLAS_STATUS_INVALID_VALUE;
    operands of = {static_cast<const int8_t *>(a),
                   static_cast<const int8_t *>(b),
                   static_cast<int32_t *>(d),
                   d_layout->rows,
                   d_layout->columns,
                   a_layout->rows,
                   a_layout->leading,
                   b_layout->leading,
                   d_layout->leading};
    emulator::launch(multiply, dim3(), dim3(1), dim3(1), 0, stream, of);
    return CUBLAS_STATUS_SUCCESS;
}
