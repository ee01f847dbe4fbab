/* An append-only file of records, of which a crash at any moment leaves a valid beginning.
 *
 * Each record is framed by its length and a checksum. Records count once a commit stands behind them: whoever opens the
 * file later finds whole batches, and what lies behind the last commit, torn or damaged, is cut off. The file is read back
 * by the program that wrote it, on a machine of the same kind, so that numbers are as they are in memory. */
#ifndef SS_RECORD_LOG_H
#define SS_RECORD_LOG_H

#include "buffer.h"

typedef struct ss_record_log ss_record_log;

#define SS_RECORD_LOG_END     0                 /* kind: there is no further record */
#define SS_RECORD_LOG_LONGEST ((size_t)1 << 28) /* bytes of a record: above the longest text */

/* Whether a log, perhaps an empty one, stands under the name. */
bool ss_record_log_is(const char *path);

/* A new log, in place of an old one. SS_ERROR_INPUT if something else stands under the name, SS_ERROR_IO where another process
 * has it open. */
ss_status ss_record_log_create(ss_record_log **out, const char *path);

/* An old one, to be read and then gone on with; *out is NULL where there is none or nothing was committed. *lost: bytes
 * that were cut off. SS_ERROR_INPUT if the file is something else, SS_ERROR_IO where another process has it open. */
ss_status ss_record_log_open(ss_record_log **out, const char *path, uint64_t *lost);

void ss_record_log_free(ss_record_log *log);

/* The kind of the record that is read next, SS_RECORD_LOG_END past the last. */
uint32_t ss_record_log_next_kind(const ss_record_log *log);

/* Reads the next record in place of what *record holds. */
ss_status ss_record_log_read(ss_record_log *log, ss_buffer *record);

/* Once all has been read: one record more, of a kind above 0. */
ss_status ss_record_log_append(ss_record_log *log, uint32_t kind, const void *bytes, size_t length);

/* All appended so far counts, and has reached the disk. */
ss_status ss_record_log_commit(ss_record_log *log);

/* After a failure: what has not been committed goes, and nothing more can be appended. */
void ss_record_log_give_up(ss_record_log *log);

#endif
