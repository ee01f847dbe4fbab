/* Changes to a file that happen together or not at all, whatever ends the program or the machine.
 *
 * A file that grows is written in two ways. What comes after its end is written at once: until a commit nothing points
 * there. What would overwrite the old part is held back in memory, page by page, and only a commit brings it to the file:
 *
 *     1. fsync of the file               the new part is on the disk
 *     2. the pages held back, their checksum and the new size go to FILE.journal; fsync of it and of its folder
 *     3. the same pages go to the file; fsync
 *     4. the journal is emptied, fsync, and removed
 *
 * Before 2 is done the file's old part is untouched and says nothing of the new one; afterwards the journal holds all that
 * is missing, and whoever opens the file next writes it once more (ss_journal_recover). Unlike with a rollback journal,
 * other programs find a sound file at any moment but step 3.
 *
 * Every int returned here is 0 or an errno. */
#ifndef SS_JOURNAL_H
#define SS_JOURNAL_H

#include "samestory.h"

/* Tells files apart: a journal is for the file whose first page holds its mark (anywhere) and for no other. */
#define SS_JOURNAL_MARK 16

typedef struct ss_journal ss_journal;

/* Holds back what would overwrite the first `size` bytes, and the first page in any case, of a file open for reading and
 * writing. `path` names the file; `mark` is copied. */
ss_status ss_journal_new(ss_journal **out, const char *path, int descriptor, uint64_t size,
                         const char mark[SS_JOURNAL_MARK]);

/* What is held back and was not committed is forgotten. */
void ss_journal_free(ss_journal *journal);

/* The file as it would be after a commit. */
int ss_journal_read(ss_journal *journal, void *bytes, size_t size, uint64_t offset);
int ss_journal_write(ss_journal *journal, const void *bytes, size_t size, uint64_t offset);
void ss_journal_resize(ss_journal *journal, uint64_t size);
uint64_t ss_journal_size(const ss_journal *journal);

/* All changes since the last commit. After a failure only ss_journal_free() is left to do. */
int ss_journal_commit(ss_journal *journal);

/* What lies beside a file where its journal would be. */
typedef enum ss_journal_beside {
    SS_JOURNAL_NONE,
    SS_JOURNAL_OWN,    /* whole or cut short; of a first page that never reached the disk zeros are left */
    SS_JOURNAL_FOREIGN /* of another file, or no journal: not to be touched */
} ss_journal_beside;

int ss_journal_find(ss_journal_beside *out, const char *path, int descriptor);

/* Removes a file's own journal. */
int ss_journal_discard(const char *path);

/* Ends a commit that was cut off: brings the pages of the file's own journal to the file, open for writing, if it is whole,
 * and removes it. Nobody else may have the file open for writing. */
int ss_journal_recover(const char *path, int descriptor);

#endif
