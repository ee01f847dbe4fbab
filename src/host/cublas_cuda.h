/* The scan that leaves multiplication to cuBLASLt: slow, since all products go through memory, and plain, so that the
 * others can be held against it. The library is loaded when it is asked for; nothing else depends on it. */
#ifndef SS_CUBLAS_CUDA_H
#define SS_CUBLAS_CUDA_H

#include "../kernels/kernels.h"
#include "samestory.h"

typedef struct ss_cublas ss_cublas;

/* Whether the library can be loaded. */
bool ss_cublas_available(void);

/* For the current device, with room for the products of spans of at most `columns`. */
ss_status ss_cublas_new(ss_cublas **out, int device, size_t columns);
void ss_cublas_free(ss_cublas *cublas);
size_t ss_cublas_bytes(size_t columns);

ss_status ss_cublas_scan(ss_cublas *cublas, const ss_scan *scan, ss_stream stream);

#endif
