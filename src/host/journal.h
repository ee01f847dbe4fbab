/* An append-only file of records, of which a crash at any moment leaves a valid beginning.
 *
 * Each record is framed by its length and a checksum. Records count once a commit stands behind them: whoever opens the
 * file later finds whole batches, and what lies behind the last commit, torn or damaged, is cut off. The file is read back
 * by the program that wrote it, on a machine of the same kind, so that numbers are as they are in memory. */
#ifndef SS_JOURNAL_H
#define SS_JOURNAL_H

#include "buffer.h"

typedef struct ss_journal ss_journal;

#define SS_JOURNAL_END     0                 /* kind: there is no further record */
#define SS_JOURNAL_LONGEST ((size_t)1 << 28) /* bytes of a record: above the longest text */

/* A new journal, in place of what stood under the name. SS_ERROR_IO where another process has it open. */
ss_status ss_journal_create(ss_journal **out, const char *path);

/* An old one, to be read and then gone on with; *out is NULL where there is none or nothing was committed. *lost: bytes
 * that were cut off. SS_ERROR_INPUT if the file is something else, SS_ERROR_IO where another process has it open. */
ss_status ss_journal_open(ss_journal **out, const char *path, uint64_t *lost);

void ss_journal_free(ss_journal *journal);

/* The kind of the record that is read next, SS_JOURNAL_END past the last. */
uint32_t ss_journal_next_kind(const ss_journal *journal);

/* Reads the next record in place of what *record holds. */
ss_status ss_journal_read(ss_journal *journal, ss_buffer *record);

/* Once all has been read: one record more, of a kind above 0. */
ss_status ss_journal_append(ss_journal *journal, uint32_t kind, const void *bytes, size_t length);

/* All appended so far counts, and has reached the disk. */
ss_status ss_journal_commit(ss_journal *journal);

/* After a failure: what has not been committed goes, and nothing more can be appended. */
void ss_journal_give_up(ss_journal *journal);

#endif
