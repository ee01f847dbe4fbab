/* The tile registers of AMX in plain memory, under the names of their intrinsics, so that the kernel can be tested on a
 * processor without them. All registers have the full shape of 16 rows of 64 bytes, as the kernel configures them. */
#ifndef AMX_EMULATOR_H
#define AMX_EMULATOR_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static _Thread_local int8_t amx_tile[8][16][64];
static _Thread_local bool amx_configured;

static bool amx_available(void)
{
    return ss_avx512_available();
}

static void emulated_tile_loadconfig(const void *config)
{
    const uint8_t *byte = config;
    amx_configured = byte[0] == 1;
    for (int t = 0; t < 8; t++)
        amx_configured &= byte[16 + 2 * t] == 64 && byte[48 + t] == 16;
    memset(amx_tile, 0x55, sizeof amx_tile); /* whatever is read must have been written */
}

static void emulated_tile_release(void)
{
    amx_configured = false;
}

static void emulated_tile_zero(int tile)
{
    memset(amx_tile[tile], amx_configured ? 0 : 1, sizeof amx_tile[tile]);
}

static void emulated_tile_loadd(int tile, const void *base, size_t stride)
{
    for (size_t row = 0; row < 16; row++)
        memcpy(amx_tile[tile][row], (const char *)base + row * stride, 64);
}

static void emulated_tile_stored(int tile, void *base, size_t stride)
{
    for (size_t row = 0; row < 16; row++)
        memcpy((char *)base + row * stride, amx_tile[tile][row], 64);
}

/* sum[m][n] += rows[m][4k .. 4k + 3] * columns[k][4n .. 4n + 3], signed by signed. */
static void emulated_tile_dpbssd(int sum, int rows, int columns)
{
    for (int m = 0; m < 16; m++) {
        int32_t dot[16];
        memcpy(dot, amx_tile[sum][m], sizeof dot);
        for (int n = 0; n < 16; n++)
            for (int k = 0; k < 64; k++)
                dot[n] += amx_tile[rows][m][k] * amx_tile[columns][k / 4][4 * n + k % 4];
        memcpy(amx_tile[sum][m], dot, sizeof dot);
    }
}

/* gcc has macros under these names. */
#undef _tile_loadconfig
#undef _tile_release
#undef _tile_zero
#undef _tile_loadd
#undef _tile_stored
#undef _tile_dpbssd
#define _tile_loadconfig emulated_tile_loadconfig
#define _tile_release    emulated_tile_release
#define _tile_zero       emulated_tile_zero
#define _tile_loadd      emulated_tile_loadd
#define _tile_stored     emulated_tile_stored
#define _tile_dpbssd     emulated_tile_dpbssd

#endif
