#include "hdf5_chunks.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "sizes.h"
#include "status.h"

/* Chunks in the making, a thread: one can be taken up while others are still busy. */
#define CHUNKS_A_THREAD 2
#define MOST_CHUNKS     32 /* beyond that the one thread that hands them to HDF5 is what holds it up */

/* Of libdeflate: smaller than zlib's level 1 in half of the time. */
#define LEVEL 1

/* A chunk in the making. */
typedef struct slot {
    struct libdeflate_compressor *compressor;
    uint8_t *values, *shuffled, *packed;
    size_t packed_size;
} slot;

typedef struct writing {
    const ss_h5_chunks *chunks;
    ss_h5_piece give;
    void *context;
    size_t begin, end; /* pieces still to be written */
    size_t chunk_bytes, packed_most;
    slot *slot;
    size_t slots;
} writing;

size_t ss_h5_chunk_rows(hid_t dataset, size_t width)
{
    hid_t list = H5Dget_create_plist(dataset);
    if (list < 0) return 0;
    const int rank = width == 0 ? 1 : 2;
    hsize_t chunk[2] = {0, width};
    unsigned flags;
    bool fits = H5Pget_layout(list) == H5D_CHUNKED && H5Pget_chunk(list, 2, chunk) == rank && chunk[1] == width &&
                H5Pget_nfilters(list) == 2 &&
                H5Pget_filter2(list, 0, &flags, NULL, NULL, 0, NULL, NULL) == H5Z_FILTER_SHUFFLE &&
                H5Pget_filter2(list, 1, &flags, NULL, NULL, 0, NULL, NULL) == H5Z_FILTER_DEFLATE;
    H5Pclose(list);
    return fits ? (size_t)chunk[0] : 0;
}

/* ------------------------------------------------------------- compressing */

/* As HDF5's filter has it: the first bytes of all values, then the second ones ... */
static const uint8_t *shuffle(slot *s, size_t size, size_t value_bytes)
{
    if (value_bytes == 1) return s->values;
    const size_t count = size / value_bytes;
    uint8_t *out = s->shuffled;
    for (size_t byte = 0; byte < value_bytes; byte++)
        for (size_t i = 0; i < count; i++)
            *out++ = s->values[i * value_bytes + byte];
    return s->shuffled;
}

static size_t rows_of(const writing *w, size_t index)
{
    return ss_smaller(w->end - w->begin - index * w->chunks->rows, w->chunks->rows);
}

static ss_status pack(void *context, size_t index, int thread)
{
    (void)thread;
    const writing *w = context;
    slot *s = &w->slot[index];
    const size_t rows = rows_of(w, index), bytes = rows * w->chunks->row_bytes;
    SS_TRY(w->give(w->context, s->values, w->begin + index * w->chunks->rows, rows));
    memset(s->values + bytes, 0, w->chunk_bytes - bytes);
    s->packed_size = libdeflate_zlib_compress(s->compressor, shuffle(s, w->chunk_bytes, w->chunks->value_bytes),
                                              w->chunk_bytes, s->packed, w->packed_most);
    return s->packed_size > 0 ? SS_OK : ss_fail(SS_ERROR_INTERNAL, "libdeflate can't compress %s", w->chunks->name);
}

/* ----------------------------------------------------------------- writing */

static ss_status hand_over(const writing *w, size_t index, size_t row)
{
    const ss_h5_chunks *chunks = w->chunks;
    const slot *s = &w->slot[index];
    const hsize_t place[2] = {row + index * chunks->rows, 0};
    if (H5Dwrite_chunk(chunks->dataset, H5P_DEFAULT, 0, place, s->packed_size, s->packed) < 0)
        return ss_h5_fail(chunks->file, "writing %s", chunks->name);
    if (chunks->file->digest != NULL)
        ss_digest_bytes(chunks->file->digest, s->values, rows_of(w, index) * chunks->row_bytes);
    return ss_h5_check_disk(chunks->file);
}

static ss_status write_all(writing *w, size_t row)
{
    while (w->begin < w->end) {
        const size_t left = ss_divide_up(w->end - w->begin, w->chunks->rows);
        const size_t count = ss_smaller(left, w->slots), rows = ss_smaller(count * w->chunks->rows, w->end - w->begin);
        SS_TRY(ss_pool_run(w->chunks->file->pool, count, pack, w));
        for (size_t i = 0; i < count; i++)
            SS_TRY(hand_over(w, i, row));
        w->begin += rows;
        row += rows;
    }
    return SS_OK;
}

static ss_status make_slots(writing *w, size_t count)
{
    w->slot = calloc(count, sizeof *w->slot);
    if (w->slot == NULL) return ss_fail_memory(count * sizeof *w->slot);
    const size_t unpacked = w->chunks->value_bytes == 1 ? w->chunk_bytes : 2 * w->chunk_bytes;
    while (w->slots < count) {
        slot *s = &w->slot[w->slots++];
        s->values = malloc(unpacked + w->packed_most);
        s->compressor = libdeflate_alloc_compressor(LEVEL);
        if (s->values == NULL || s->compressor == NULL) return ss_fail_memory(unpacked + w->packed_most);
        s->shuffled = s->values + w->chunk_bytes;
        s->packed = s->values + unpacked;
    }
    return SS_OK;
}

static void free_slots(writing *w)
{
    for (size_t i = 0; i < w->slots; i++) {
        libdeflate_free_compressor(w->slot[i].compressor);
        free(w->slot[i].values);
    }
    free(w->slot);
}

ss_status ss_h5_write_chunks(const ss_h5_chunks *chunks, size_t row, size_t begin, size_t end, ss_h5_piece give,
                             void *context)
{
    const size_t chunk_bytes = chunks->rows * chunks->row_bytes;
    writing w = {.chunks = chunks,
                 .give = give,
                 .context = context,
                 .begin = begin,
                 .end = end,
                 .chunk_bytes = chunk_bytes,
                 .packed_most = libdeflate_zlib_compress_bound(NULL, chunk_bytes)};
    const size_t all = ss_divide_up(end - begin, chunks->rows);
    const size_t threads = (size_t)ss_pool_threads(chunks->file->pool);
    const size_t side_by_side = threads == 1 ? 1 : ss_smaller(CHUNKS_A_THREAD * threads, MOST_CHUNKS);
    ss_status status = make_slots(&w, ss_smaller(all, side_by_side));
    if (status == SS_OK) status = write_all(&w, row);
    free_slots(&w);
    return status;
}
