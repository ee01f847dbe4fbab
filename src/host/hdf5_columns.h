/* Columns, matrices and attributes in HDF5 files, as the results file and the model file use them. HDF5 itself stays
 * behind this header.
 *
 * Columns are described by tables of ss_column: the same table writes a file, reads it and names what is in it.
 * HDF5 is not thread-safe: one file is open at a time, other threads wait. */
#ifndef SS_HDF5_COLUMNS_H
#define SS_HDF5_COLUMNS_H

#include "digest.h"
#include "journal.h"
#include "pool.h"

/* ------------------------------------------------------------------ files */

typedef struct ss_h5 ss_h5;

/* What a file says it is, in its root attributes. */
typedef struct ss_h5_format {
    const char *name;   /* "samestory results" */
    int version;        /* of the layout; others are refused */
    const char *remedy; /* what to do about a damaged file, as the end of a message */
    bool sealed;        /* begins with a checksum (seal.h) of all that follows */
    bool checked;       /* and is refused where that is wrong */
    bool growing;       /* columns get longer: writing one adds rows to those that are there */
} ss_h5_format;

/* Begins a file that appears under `path` when ss_h5_finish() has succeeded and not before: it is written to
 * "<path>.tmp-<process id>" in the same folder, synchronised with the disk, and renamed. */
ss_status ss_h5_create(ss_h5 **out, const char *path, const ss_h5_format *format);
ss_status ss_h5_finish(ss_h5 *file);

/* Opens a whole file of this format for reading. */
ss_status ss_h5_open(ss_h5 **out, const char *path, const ss_h5_format *format);

/* Where a growing file lies: open, locked and kept by the caller. */
typedef struct ss_h5_place {
    int descriptor;
    ss_journal *journal; /* NULL: for reading only */
    uint64_t size;       /* of the file; 0: HDF5's part is to be made */
} ss_h5_place;

/* A growing file, as the caller keeps it. ss_h5_finish() hands all that was written to the journal, for the caller to
 * commit. */
ss_status ss_h5_attach(ss_h5 **out, const char *path, const ss_h5_format *format, const ss_h5_place *place);

bool ss_h5_is_growing(const ss_h5 *file);

/* From now on all values that are written to columns or read from them go into the digest too, with the columns' names;
 * NULL: no more. Returns the one before. */
ss_digest *ss_h5_set_digest(ss_h5 *file, ss_digest *digest);

/* From now on numbers that are written are compressed by the threads of this pool; NULL: by the caller's. */
void ss_h5_set_pool(ss_h5 *file, ss_pool *pool);
ss_pool *ss_h5_pool(const ss_h5 *file);

/* Closes any kind; a file that was not finished is removed. */
void ss_h5_close(ss_h5 *file);

/* SS_ERROR_INPUT: the file, open for reading, is damaged in this way. */
ss_status ss_h5_damaged(const ss_h5 *file, const char *what, ...) SS_PRINTF(2, 3);

/* ---------------------------------------------------------------- columns */

typedef enum ss_value_type {
    SS_INT8,
    SS_UINT8,
    SS_INT16,
    SS_UINT16,
    SS_INT32,
    SS_UINT32,
    SS_INT64,
    SS_UINT64,
    SS_FLOAT32,
    SS_FLOAT64,
    SS_TEXT, /* char *: UTF-8, never NULL */
    SS_VALUE_TYPES
} ss_value_type;

typedef struct ss_column {
    const char *name; /* "links/cosine" */
    ss_value_type type;
    size_t offset; /* of the value in an item of memory */
    const char *description;
    const char *units; /* NULL where there are none */
} ss_column;

/* A group, with a description. */
ss_status ss_h5_write_group(ss_h5 *file, const char *name, const char *description);

/* A column of `count` values, one in each item of `stride` bytes. Reading expects as many; text is allocated and
 * replaces (without freeing) what the item held. */
ss_status ss_h5_write_column(ss_h5 *file, const ss_column *column, const void *items, size_t stride, size_t count);
ss_status ss_h5_read_column(ss_h5 *file, const ss_column *column, void *items, size_t stride, size_t count);

/* A matrix of numbers without gaps; `labels` name its two dimensions. Compressing is for what is worth the time. */
ss_status ss_h5_write_matrix(ss_h5 *file, const ss_column *column, const void *values, size_t rows, size_t width,
                             const char *const labels[2], bool compressed);
ss_status ss_h5_read_matrix(ss_h5 *file, const ss_column *column, void *values, size_t rows, size_t width);

/* A column that is handed over piece by piece: values begin .. begin + count - 1. When it is written, the pieces
 * are asked for side by side, by all threads of the file's pool, and in any order; but those of a text column, which are
 * char *, one after the other, each to last until the next is asked for. */
typedef ss_status (*ss_h5_piece)(void *context, void *values, size_t begin, size_t count);
ss_status ss_h5_write_pieces(ss_h5 *file, const ss_column *column, size_t count, ss_h5_piece give, void *context);
ss_status ss_h5_read_pieces(ss_h5 *file, const ss_column *column, size_t count, ss_h5_piece take, void *context);

/* The same for rows begin .. begin + count - 1 of a growing file's column or matrix; of any other file's, all rows. */
ss_status ss_h5_read_column_at(ss_h5 *file, const ss_column *column, void *items, size_t stride, size_t begin,
                               size_t count);
ss_status ss_h5_read_matrix_at(ss_h5 *file, const ss_column *column, void *values, size_t begin, size_t count,
                               size_t width);
ss_status ss_h5_read_pieces_at(ss_h5 *file, const ss_column *column, size_t begin, size_t count, ss_h5_piece take,
                               void *context);

/* Is there a group or dataset of this name? */
bool ss_h5_has(ss_h5 *file, const char *name);

/* Rows of a dataset, and (0 for a column) its width. */
ss_status ss_h5_extent(ss_h5 *file, const char *name, size_t *rows, size_t *width);

/* -------------------------------------------------------------- attributes */

/* Attributes of a group or dataset ("/" for the file), out of or into one item of memory. Reading frees the text that
 * the item held. */
ss_status ss_h5_write_attributes(ss_h5 *file, const char *object, const ss_column *attributes, size_t count,
                                 const void *item);
ss_status ss_h5_read_attributes(ss_h5 *file, const char *object, const ss_column *attributes, size_t count, void *item);

#endif
