/* An archive: articles and their sketches in one HDF5 file (docs/format.md) that grows by batches. A batch is in it whole or
 * not at all, whatever ends the program or the machine (journal.h).
 *
 * An open archive is locked: many may read it, one may add to it, not both. */
#ifndef SS_STORE_ARCHIVE_H
#define SS_STORE_ARCHIVE_H

#include "pool.h"
#include "result.h"

#define SS_ARCHIVE_NAME "samestory archive" /* of the format */

/* Articles that were added together. Strings are owned, "" where there is none. */
typedef struct ss_batch {
    uint64_t end;                /* articles in the archive, once these are in it */
    int64_t added;               /* when: seconds since 1970-01-01T00:00:00 UTC */
    int32_t first_day, last_day; /* of dated articles, since 1970-01-01; SS_NO_DAY: none is dated */
    uint64_t undated;            /* articles without a date */
    uint64_t read, known;        /* articles met in the input, and those of them that were in the archive already */
    char *command, *version;     /* command line, and the version of samestory */
    char *checksum;              /* SHA-256 over all columns of the batch; set by ss_archive_append() */
} ss_batch;

typedef struct ss_archive ss_archive;

/* Whether a file is an archive, by its first bytes. False for what can't be read. */
bool ss_archive_is(const char *path);

/* Begins an archive in a new file, for writing. An archive that is there already goes. `inputs` names what it is to be
 * made of ("" if that is not known): see ss_archive_inputs(). */
ss_status ss_archive_create(ss_archive **out, const char *path, const ss_model *model, const char *inputs);

/* Opens an archive. A commit that was cut off is brought to its end before. */
ss_status ss_archive_open(ss_archive **out, const char *path, bool writing);
void ss_archive_close(ss_archive *archive);

size_t ss_archive_count(const ss_archive *archive);
size_t ss_archive_batch_count(const ss_archive *archive);
const ss_batch *ss_archive_batch(const ss_archive *archive, size_t index);
int ss_archive_dimension(const ss_archive *archive);
const char *ss_archive_model_checksum(const ss_archive *archive);
/* What ss_archive_create() was told. */
const char *ss_archive_inputs(const ss_archive *archive);

/* SS_ERROR_INPUT where the sketches are those of another model. */
ss_status ss_archive_check_model(const ss_archive *archive, const ss_model *model);

/* Adds the articles of `batch`, sketched, in their order, and commits. Of `about` command, read and known are used; `pool` may
 * be NULL. After a failure the archive is as it was, once it has been closed and opened again. */
ss_status ss_archive_append(ss_archive *archive, const ss_result *batch, const ss_batch *about, ss_pool *pool);

/* Hands over the hashes (ids.h) of all ids, block by block. */
ss_status ss_archive_each_id(ss_archive *archive, ss_status (*take)(void *context, const uint64_t *hash, size_t count),
                             void *context);

/* Whether a batch may hold articles of `from_day` or later; of INT32_MIN, all do. Undated ones don't count. */
bool ss_batch_reaches(const ss_batch *batch, int32_t from_day);

/* Hands over the articles of the batches that reach `from_day` with their sketches, block by block; those that `take` wants to
 * keep it moves out of the part, which is freed after the call. */
ss_status ss_archive_each_part(ss_archive *archive, int32_t from_day,
                               ss_status (*take)(void *context, ss_result *part, size_t begin), void *context);

/* SS_ERROR_INPUT with the batch and what is wrong with it, unless all checksums fit and all references hold. */
ss_status ss_archive_check(ss_archive *archive, const ss_job *job);

#endif
