/* What of an archive lies in HDF5: its columns, batch by batch. store_archive.c keeps the file around them. */
#ifndef SS_ARCHIVE_COLUMNS_H
#define SS_ARCHIVE_COLUMNS_H

#include "store_archive.h"
#include "store_articles.h"

struct ss_archive {
    char *path;
    int descriptor; /* locked */
    char mark[SS_JOURNAL_MARK];
    uint64_t size;       /* of the file, by its first bytes; 0: not made yet */
    ss_journal *journal; /* NULL: for reading only */
    int dimension;
    char *model_checksum, *inputs;
    ss_batch *batch;
    size_t batch_count, batch_capacity;
};

/* The columns, until ss_h5_close(). */
ss_status ss_archive_attach(ss_h5 **out, ss_archive *archive);

/* Attributes and columns without a row. */
ss_status ss_archive_columns_create(ss_h5 *file, const ss_archive *archive, const ss_model *model);

/* Takes attributes and batches from a file. */
ss_status ss_archive_columns_begin(ss_h5 *file, ss_archive *archive);

/* Adds articles, and as the last row of /batches what is said of them; sets its checksum. */
ss_status ss_archive_columns_append(ss_h5 *file, const ss_archive *archive, const ss_result *articles, ss_batch *batch);

/* What is to be said of articles that are added. */
ss_status ss_batch_describe(ss_batch *out, const ss_archive *archive, const ss_result *articles, const ss_batch *about);
void ss_batch_clear(ss_batch *batch);

/* Room for one more. */
ss_status ss_archive_grow_batches(ss_archive *archive);

#endif
