/* The scan by mma.sync, for every device from compute capability 8.0 on.
 *
 * A block takes one span: 128 rows of a against tiles of 128 rows of b, with 8 warps of 64 x 32 products each. Rows come
 * in chunks of 64 bytes by cp.async into one of two stages while the other is multiplied. Up to dimension 256 the
 * rows of a stay in shared memory for the whole span: 48 KiB in all, so that two blocks fit a multiprocessor even where
 * it has 100 KiB, and one filters while the other multiplies. Longer rows of a come anew with every tile. */
#include <ptx.cuh>

#include "scan.cuh"

#define THREADS       256
#define TILE          SS_SCAN_PANEL
#define CHUNK         64             /* bytes of a row */
#define CHUNK_BYTES   (TILE * CHUNK) /* of a panel */
#define MOST_RESIDENT 4              /* chunks of a that may stay */
#define ROW_STEPS     4              /* 16 rows each: 64 rows of a warp */
#define COLUMN_STEPS  4              /* 8 columns each: 32 columns of a warp */

/* Where 16 bytes of a chunk stand in it. Two rows share a line of all 32 banks; the exclusive or puts the same bytes of
 * eight rows, which ldmatrix reads at once, into different banks. It is the same for rows that are 8 apart. */
static __device__ __forceinline__ uint32_t place_of(uint32_t row, uint32_t piece)
{
    return row * CHUNK + ((piece ^ (row / 2 % 4)) * 16);
}

/* What a thread copies of each chunk: 16 bytes of one row, and of the row 64 further down. */
static __device__ __forceinline__ void load_chunk(uint32_t to, const int8_t *rows, uint32_t stride)
{
    const uint32_t row = threadIdx.x / 4, piece = threadIdx.x % 4;
    const int8_t *from = rows + row * stride + piece * 16;
    to += place_of(row, piece);
    ss_copy_async(to, from);
    ss_copy_async(to + TILE / 2 * CHUNK, from + TILE / 2 * stride);
}

/* Where a thread stands in the tile: it holds two columns of two rows of each 16 x 8 products. */
struct position {
    uint32_t row, column; /* of the warp's first product */
    uint32_t lane;
};

static __device__ __forceinline__ position own_position()
{
    uint32_t warp = threadIdx.x / 32;
    return {warp / 4 * 64, warp % 4 * 32, threadIdx.x % 32};
}

typedef int32_t warp_sums[ROW_STEPS][COLUMN_STEPS][4];

static __device__ __forceinline__ void multiply_chunk(warp_sums &sum, uint32_t a, uint32_t b)
{
    const position own = own_position();
    const uint32_t matrix = own.lane / 8, line = own.lane % 8;
    a += own.row * CHUNK;
    b += own.column * CHUNK;
    const uint32_t a_place = place_of(matrix % 2 * 8 + line, matrix / 2);
    const uint32_t b_place = place_of(matrix / 2 * 8 + line, matrix % 2);
#pragma unroll
    for (uint32_t half = 0; half < CHUNK; half += 32) {
        uint32_t rows[ROW_STEPS][4], columns[COLUMN_STEPS / 2][4];
#pragma unroll
        for (uint32_t i = 0; i < ROW_STEPS; i++)
            ss_load_matrices(rows[i], a + (a_place ^ half) + i * 16 * CHUNK);
#pragma unroll
        for (uint32_t j = 0; j < COLUMN_STEPS / 2; j++)
            ss_load_matrices(columns[j], b + (b_place ^ half) + j * 16 * CHUNK);
#pragma unroll
        for (uint32_t i = 0; i < ROW_STEPS; i++)
#pragma unroll
            for (uint32_t j = 0; j < COLUMN_STEPS; j++)
                ss_multiply_add(sum[i][j], rows[i], columns[j / 2][j % 2 * 2], columns[j / 2][j % 2 * 2 + 1]);
    }
}

static __device__ __forceinline__ float2 load_pair(const float *where)
{
    return *reinterpret_cast<const float2 *>(where);
}

/* Whether one of the thread's products reaches a bar. */
template <bool small>
static __device__ __forceinline__ bool any_reaches(const ss_scan &scan, const warp_sums &sum, uint32_t first_row,
                                                   uint32_t first_column)
{
    float a_inverse[ROW_STEPS][2], a_bar[ROW_STEPS][2];
#pragma unroll
    for (uint32_t i = 0; i < ROW_STEPS * 2; i++) {
        a_inverse[i / 2][i % 2] = scan.a.inverse[first_row + i * 8];
        a_bar[i / 2][i % 2] = scan.a.bar[first_row + i * 8];
    }
    bool any = false;
#pragma unroll
    for (uint32_t j = 0; j < COLUMN_STEPS; j++) {
        const float2 inverse = load_pair(scan.b.inverse + first_column + j * 8);
        const float2 bar = load_pair(scan.b.bar + first_column + j * 8);
#pragma unroll
        for (uint32_t i = 0; i < ROW_STEPS; i++)
#pragma unroll
            for (uint32_t e = 0; e < 4; e++)
                any |= ss_reaches_bar(ss_float_of_sum<small>(sum[i][j][e]), a_inverse[i][e / 2], a_bar[i][e / 2],
                                      e % 2 == 0 ? inverse.x : inverse.y, e % 2 == 0 ? bar.x : bar.y);
    }
    return any;
}

/* Once more with all checks, for the few tiles that have hits: first which they are, then out with them. Products are
 * converted in another way than in any_reaches() (to the same float): the compiler would else keep those from there in
 * registers, and have no room for them. */
template <bool small>
static __device__ __forceinline__ void append_hits(const ss_scan &scan, const warp_sums &sum, uint32_t first_row,
                                                   uint32_t first_column, uint32_t end_column)
{
    constexpr uint32_t count = ROW_STEPS * COLUMN_STEPS * 4;
    unsigned long long hits = 0;
#pragma unroll
    for (uint32_t number = 0; number < count; number++) {
        const uint32_t i = number / (COLUMN_STEPS * 4), j = number / 4 % COLUMN_STEPS, e = number % 4;
        const uint32_t a = ss_opaque(first_row + i * 16 + e / 2 * 8), b = ss_opaque(first_column + j * 8 + e % 2);
        const float dot = __int2float_rz(ss_dot_of_sum<small>(sum[i][j][e]));
        bool keep = ss_reaches_bar(dot, scan.a.inverse[a], scan.a.bar[a], scan.b.inverse[b], scan.b.bar[b]);
        if (keep && b < end_column && ss_may_match(scan, a, b)) hits |= 1ull << number;
    }
    unsigned long long place = ss_reserve_hits(scan, (uint32_t)__popcll(hits));
#pragma unroll
    for (uint32_t number = 0; number < count; number++) {
        const uint32_t i = number / (COLUMN_STEPS * 4), j = number / 4 % COLUMN_STEPS, e = number % 4;
        if ((hits >> number & 1) == 0) continue;
        ss_put_hit(scan, place++,
                   {first_row + i * 16 + e / 2 * 8, first_column + j * 8 + e % 2, ss_dot_of_sum<small>(sum[i][j][e])});
    }
}

template <bool small>
static __device__ __forceinline__ void filter_tile(const ss_scan &scan, const ss_span &span, const warp_sums &sum,
                                                   uint32_t tile_column)
{
    const position own = own_position();
    const uint32_t row = span.a_begin + own.row + own.lane / 4;
    const uint32_t column = tile_column + own.column + own.lane % 4 * 2;
    if (__any_sync(SS_WHOLE_WARP, any_reaches<small>(scan, sum, row, column)))
        append_hits<small>(scan, sum, row, column, span.b_end);
}

template <bool small> static __device__ __forceinline__ void start_sums(warp_sums &sum)
{
#pragma unroll
    for (uint32_t i = 0; i < ROW_STEPS * COLUMN_STEPS * 4; i++)
        sum[i / (COLUMN_STEPS * 4)][i / 4 % COLUMN_STEPS][i % 4] = ss_sum_start<small>();
}

/* Shared memory: two stages of b, then the chunks of a that stay, or two stages of a. */
template <bool small, bool resident>
__global__ void __launch_bounds__(THREADS, 2) scan_spans(const __grid_constant__ ss_scan scan)
{
    SS_DYNAMIC_SHARED(memory);
    const uint32_t b_stages = ss_shared_address(memory), a_chunks = b_stages + 2 * CHUNK_BYTES;
    const ss_span span = scan.spans[blockIdx.x];
    const uint32_t chunks = scan.stride / CHUNK, tiles = (span.b_end - span.b_begin + TILE - 1) / TILE;

    auto load = [&](uint32_t tile, uint32_t chunk, uint32_t stage) {
        const int8_t *a_rows = scan.a.vector + (size_t)span.a_begin * scan.stride + chunk * CHUNK;
        if (!resident) load_chunk(a_chunks + stage * CHUNK_BYTES, a_rows, scan.stride);
        if (resident && tile == 0) load_chunk(a_chunks + chunk * CHUNK_BYTES, a_rows, scan.stride);
        const int8_t *b_rows = scan.b.vector + (size_t)(span.b_begin + tile * TILE) * scan.stride + chunk * CHUNK;
        load_chunk(b_stages + stage * CHUNK_BYTES, b_rows, scan.stride);
        ss_copy_commit();
    };

    load(0, 0, 0);
    uint32_t stage = 0;
    for (uint32_t tile = 0; tile < tiles; tile++) {
        warp_sums sum;
        start_sums<small>(sum);
        for (uint32_t chunk = 0; chunk < chunks; chunk++) {
            ss_copy_wait<0>();
            __syncthreads(); /* this chunk is there for all, and all are done with the other stage */
            if (chunk + 1 < chunks) {
                load(tile, chunk + 1, stage ^ 1);
            } else if (tile + 1 < tiles) {
                load(tile + 1, 0, stage ^ 1);
            }
            multiply_chunk(sum, a_chunks + (resident ? chunk : stage) * CHUNK_BYTES, b_stages + stage * CHUNK_BYTES);
            stage ^= 1;
        }
        filter_tile<small>(scan, span, sum, span.b_begin + tile * TILE);
    }
}

extern "C" int ss_scan_portable(const ss_scan *scan, ss_stream stream)
{
    if (scan->span_count == 0) return cudaSuccess;
    bool small = scan->dimension <= SS_EXACT_DIMENSION;
    uint32_t chunks = scan->stride / CHUNK;
    bool resident = chunks <= MOST_RESIDENT;
    size_t bytes = (size_t)(2 + (resident ? chunks : 2)) * CHUNK_BYTES;
    auto kernel = resident ? scan_spans<true, true> : small ? scan_spans<true, false> : scan_spans<false, false>;
    SS_LAUNCH(kernel, dim3(scan->span_count), dim3(THREADS), bytes, stream, *scan);
    return cudaGetLastError();
}
