/* The filter on its own, for products that a library has written to memory. */
#include <ptx.cuh>

#include "scan.cuh"

#define THREADS 256

/* Block (x, y): 256 columns of row y of the panel. */
__global__ void __launch_bounds__(THREADS)
    filter_products(const __grid_constant__ ss_scan scan, const ss_span span, const int32_t *product, uint32_t columns)
{
    const uint32_t column = blockIdx.x * THREADS + threadIdx.x;
    const uint32_t a = span.a_begin + blockIdx.y, b = span.b_begin + column;
    bool keep = column < columns && b < span.b_end && a < scan.a.count;
    int32_t dot = 0;
    if (keep) {
        dot = product[(size_t)blockIdx.y * columns + column];
        keep = ss_reaches_bar((float)dot, scan.a.inverse[a], scan.a.bar[a], scan.b.inverse[b], scan.b.bar[b]) &&
               ss_may_match(scan, a, b);
    }
    if (!__any_sync(SS_WHOLE_WARP, keep)) return;
    unsigned long long place = ss_reserve_hits(scan, keep ? 1 : 0);
    if (keep) ss_put_hit(scan, place, {a, b, dot});
}

extern "C" int ss_scan_products(const ss_scan *scan, ss_span span, const int32_t *product, uint32_t columns,
                                ss_stream stream)
{
    dim3 grid((columns + THREADS - 1) / THREADS, SS_SCAN_PANEL);
    SS_LAUNCH(filter_products, grid, dim3(THREADS), 0, stream, *scan, span, product, columns);
    return cudaGetLastError();
}
