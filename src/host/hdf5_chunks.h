/* Chunks of a dataset, filled and compressed side by side.
 *
 * HDF5 has its filters run in one thread, a chunk at a time, and by zlib. Here the threads of a pool make of each chunk what
 * the filters shuffle and deflate would, and HDF5 is handed the result: whoever has HDF5 reads it. */
#ifndef SS_HDF5_CHUNKS_H
#define SS_HDF5_CHUNKS_H

#include "hdf5_file.h"

typedef struct ss_h5_chunks {
    ss_h5 *file;
    const char *name; /* of the dataset */
    hid_t dataset;
    size_t value_bytes, row_bytes; /* of numbers that lie in memory as they do in the file */
    size_t rows;                   /* of a chunk */
} ss_h5_chunks;

/* Rows of a chunk, if the dataset has chunks of `width` columns (0: it is a column itself) and the filters shuffle and
 * deflate; else 0. */
size_t ss_h5_chunk_rows(hid_t dataset, size_t width);

/* Writes pieces begin .. end - 1 to the rows from `row` on, where a chunk begins. What the last chunk has beyond them is
 * zero. `give` is called side by side and in any order; the bytes written depend on neither. */
ss_status ss_h5_write_chunks(const ss_h5_chunks *chunks, size_t row, size_t begin, size_t end, ss_h5_piece give,
                             void *context);

#endif
