#include "cublas_cuda.h"

#include <cublasLt.h>
#include <cuda_runtime_api.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

#include "device_cuda.h"
#include "status.h"

#ifndef SS_CUBLASLT_LIBRARIES
#define SS_CUBLASLT_LIBRARIES "libcublasLt.so.13", "libcublasLt.so.12"
#endif

static struct library {
    __typeof__(&cublasLtCreate) create;
    __typeof__(&cublasLtDestroy) destroy;
    __typeof__(&cublasLtMatmulDescCreate) new_product;
    __typeof__(&cublasLtMatmulDescDestroy) free_product;
    __typeof__(&cublasLtMatmulDescSetAttribute) set_product;
    __typeof__(&cublasLtMatrixLayoutCreate) new_layout;
    __typeof__(&cublasLtMatrixLayoutDestroy) free_layout;
    __typeof__(&cublasLtMatmul) multiply;
    bool loaded;
} library;

static pthread_once_t loading = PTHREAD_ONCE_INIT;

struct ss_cublas {
    int device;
    cublasLtHandle_t handle;
    cublasLtMatmulDesc_t product;
    int32_t *scratch; /* [SS_SCAN_PANEL][columns] on the device */
};

/* ISO C knows no way from void * to a function; POSIX asks for this one. */
static bool find(void *handle, const char *name, void *function)
{
    void *symbol = dlsym(handle, name);
    *(void **)function = symbol;
    return symbol != NULL;
}

static void load(void)
{
    static const char *const names[] = {SS_CUBLASLT_LIBRARIES};
    void *handle = NULL;
    for (size_t i = 0; handle == NULL && i < sizeof names / sizeof *names; i++)
        handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) return;
    library.loaded = find(handle, "cublasLtCreate", &library.create) &&
                     find(handle, "cublasLtDestroy", &library.destroy) &&
                     find(handle, "cublasLtMatmulDescCreate", &library.new_product) &&
                     find(handle, "cublasLtMatmulDescDestroy", &library.free_product) &&
                     find(handle, "cublasLtMatmulDescSetAttribute", &library.set_product) &&
                     find(handle, "cublasLtMatrixLayoutCreate", &library.new_layout) &&
                     find(handle, "cublasLtMatrixLayoutDestroy", &library.free_layout) &&
                     find(handle, "cublasLtMatmul", &library.multiply);
}

bool ss_cublas_available(void)
{
    pthread_once(&loading, load);
    return library.loaded;
}

static ss_status check(cublasStatus_t status, int device)
{
    if (status == CUBLAS_STATUS_SUCCESS) return SS_OK;
    return ss_fail(SS_ERROR_DEVICE, "cuBLASLt failed on CUDA device %d with status %d: use another --kernel", device,
                   (int)status);
}

size_t ss_cublas_bytes(size_t columns)
{
    return SS_SCAN_PANEL * columns * sizeof(int32_t);
}

ss_status ss_cublas_new(ss_cublas **out, int device, size_t columns)
{
    *out = NULL;
    if (!ss_cublas_available())
        return ss_fail(SS_ERROR_DEVICE,
                       "libcublasLt can't be loaded: install CUDA's libraries, or use another --kernel");
    ss_cublas *cublas = *out = calloc(1, sizeof *cublas);
    if (cublas == NULL) return ss_fail_memory(sizeof *cublas);
    cublas->device = device;
    cudaError_t error = cudaMalloc((void **)&cublas->scratch, ss_cublas_bytes(columns));
    if (error != cudaSuccess) return ss_cuda_fail((int)error, device, "allocating memory");
    SS_TRY(check(library.create(&cublas->handle), device));
    SS_TRY(check(library.new_product(&cublas->product, CUBLAS_COMPUTE_32I, CUDA_R_32I), device));
    const cublasOperation_t transposed = CUBLAS_OP_T;
    return check(library.set_product(cublas->product, CUBLASLT_MATMUL_DESC_TRANSA, &transposed, sizeof transposed),
                 device);
}

void ss_cublas_free(ss_cublas *cublas)
{
    if (cublas == NULL) return;
    if (cublas->product != NULL) (void)library.free_product(cublas->product);
    if (cublas->handle != NULL) (void)library.destroy(cublas->handle);
    (void)cudaFree(cublas->scratch);
    free(cublas);
}

typedef struct layouts {
    cublasLtMatrixLayout_t a, b, product;
} layouts;

/* Its matrices are column by column: ours are their transposes. */
static ss_status multiply(ss_cublas *cublas, const layouts *of, const int8_t *a, const int8_t *b, cudaStream_t stream)
{
    const int32_t one = 1, zero = 0;
    return check(library.multiply(cublas->handle, cublas->product, &one, b, of->b, a, of->a, &zero, cublas->scratch,
                                  of->product, cublas->scratch, of->product, NULL, NULL, 0, stream),
                 cublas->device);
}

static ss_status multiply_span(ss_cublas *cublas, const ss_scan *scan, ss_span span, uint32_t columns,
                               cudaStream_t stream)
{
    layouts of = {0};
    cublasStatus_t made = library.new_layout(&of.a, CUDA_R_8I, scan->stride, SS_SCAN_PANEL, scan->stride);
    if (made == CUBLAS_STATUS_SUCCESS) made = library.new_layout(&of.b, CUDA_R_8I, scan->stride, columns, scan->stride);
    if (made == CUBLAS_STATUS_SUCCESS)
        made = library.new_layout(&of.product, CUDA_R_32I, columns, SS_SCAN_PANEL, columns);
    ss_status status = check(made, cublas->device);
    if (status == SS_OK)
        status = multiply(cublas, &of, scan->a.vector + (size_t)span.a_begin * scan->stride,
                          scan->b.vector + (size_t)span.b_begin * scan->stride, stream);
    if (of.a != NULL) (void)library.free_layout(of.a);
    if (of.b != NULL) (void)library.free_layout(of.b);
    if (of.product != NULL) (void)library.free_layout(of.product);
    return status;
}

ss_status ss_cublas_scan(ss_cublas *cublas, const ss_scan *scan, ss_stream stream)
{
    for (uint32_t i = 0; i < scan->span_count; i++) {
        ss_span span = scan->host_spans[i];
        uint32_t columns = (span.b_end - span.b_begin + SS_SCAN_PANEL - 1) / SS_SCAN_PANEL * SS_SCAN_PANEL;
        SS_TRY(multiply_span(cublas, scan, span, columns, stream));
        int error = ss_scan_products(scan, span, cublas->scratch, columns, stream);
        if (error != cudaSuccess) return ss_cuda_fail(error, cublas->device, "scanning");
    }
    return SS_OK;
}
