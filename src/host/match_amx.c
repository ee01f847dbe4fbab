/* Bytes by the tile registers of AMX: Intel from Sapphire Rapids.
 *
 * TDPBSSD multiplies 16 rows of 64 entries with 16 columns, 16,384 multiplications in 16 cycles, eight times the rate
 * of AVX-512. Sixteen rows against 64 columns take four of the eight registers for sums, one for rows and three, in
 * turn, for columns. Sums can leave a tile register through memory alone: they go to a buffer in the first-level cache,
 * and while the next sixteen rows are multiplied, the vector units, which AMX does not need, hold the last ones against
 * the bars. */
#if defined(__x86_64__)
#include "match_avx512.h"

#include <sys/syscall.h>
#include <unistd.h>

#define STEP 64 /* entries of a row of a tile */
#define ROWS 16 /* of a tile */

#ifdef SS_AMX_EMULATED /* by a test, for a processor without */
#include "amx_emulator.h"
#define AMX SS_AVX512
#else
#define AMX __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,amx-tile,amx-int8")))

/* Permission for the large registers is asked of the kernel once for the whole process. */
static bool amx_available(void)
{
    enum { REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 }; /* asm/prctl.h: ARCH_REQ_XCOMP_PERM */
    uint32_t eax = 7, ebx, ecx = 0, edx;
    __asm__("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
    bool tile_and_int8 = (edx >> 24 & 3) == 3;
    return tile_and_int8 && ss_avx512_available() && syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
}
#endif

/* Layout of the operand of LDTILECFG; all eight registers are 16 rows of 64 bytes. */
typedef struct tile_shape {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
} tile_shape;

static const tile_shape shape = {
    .palette = 1, .row_bytes = {64, 64, 64, 64, 64, 64, 64, 64}, .rows = {16, 16, 16, 16, 16, 16, 16, 16}};

/* sum[16][64] = 16 rows, `padded` bytes each, times 64 columns, [padded / 4][64][4]. */
AMX static inline void multiply(int32_t *sum, const int8_t *rows, const int8_t *columns, size_t padded)
{
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    for (size_t k = 0; k < padded; k += STEP) {
        const int8_t *column = columns + k * SS_PATCH;
        _tile_loadd(4, rows + k, padded);
        _tile_loadd(5, column, 4 * SS_PATCH);
        _tile_dpbssd(0, 4, 5);
        _tile_loadd(6, column + 64, 4 * SS_PATCH);
        _tile_dpbssd(1, 4, 6);
        _tile_loadd(7, column + 128, 4 * SS_PATCH);
        _tile_dpbssd(2, 4, 7);
        _tile_loadd(5, column + 192, 4 * SS_PATCH);
        _tile_dpbssd(3, 4, 5);
    }
    _tile_stored(0, sum, 4 * SS_PATCH);
    _tile_stored(1, sum + 16, 4 * SS_PATCH);
    _tile_stored(2, sum + 32, 4 * SS_PATCH);
    _tile_stored(3, sum + 48, 4 * SS_PATCH);
}

AMX static inline size_t filter_rows(ss_hit *hits, const int32_t *sum, const ss_patch *p, size_t first)
{
    size_t found = 0;
    for (size_t r = 0; r < ROWS; r++) {
        __m512i row[SS_VECTORS];
        SS_UNROLL
        for (int v = 0; v < SS_VECTORS; v++)
            row[v] = _mm512_load_si512(sum + r * SS_PATCH + 16 * v);
        uint64_t near = ss_avx512_filter(row, p, first + r);
        if (near != 0) found += ss_avx512_take_hits(hits + found, near, row, first + r);
    }
    return found;
}

AMX static size_t scan(ss_hit *hits, const ss_patch *p)
{
    size_t padded = ss_padded(p->dimension, STEP), found = 0;
    const int8_t *rows = p->a;
    int32_t *buffer[2] = {p->work, (int32_t *)p->work + ROWS * SS_PATCH};
    _tile_loadconfig(&shape);
    multiply(buffer[0], rows, p->b, padded);
    for (size_t row = 0; row < p->rows; row += ROWS) {
        size_t next = row + ROWS;
        if (next < p->rows) multiply(buffer[next / ROWS % 2], rows + next * padded, p->b, padded);
        found += filter_rows(hits + found, buffer[row / ROWS % 2], p, row);
    }
    _tile_release();
    return found;
}

static const ss_tile_kernel kernel = {.rows = SS_PATCH,
                                      .columns = SS_PATCH,
                                      .tile = 1024,
                                      .work_size = 2 * ROWS * SS_PATCH * sizeof(int32_t),
                                      .step = STEP,
                                      .shift = SS_SIGNED,
                                      .rows_size = ss_bytes_rows_size,
                                      .columns_size = ss_bytes_columns_size,
                                      .pack_rows = ss_bytes_pack_rows,
                                      .pack_columns = ss_avx512_pack_columns,
                                      .scan = scan};

const ss_matcher ss_matcher_amx = {.name = "amx",
                                   .description = "bytes by the tile registers of AMX; Intel from Sapphire Rapids",
                                   .available = amx_available,
                                   .kernel = &kernel,
                                   .nearest = ss_tile_nearest,
                                   .join = ss_tile_join};
#endif
