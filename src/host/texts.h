/* Bodies of articles that would take too much memory: in a temporary file that has no name any more, mapped for reading.
 *
 * So a text is a pointer wherever it lies, and nobody but the list of articles knows the difference. The file is
 * written with pwrite(), so that a full disk is an error here and not a signal at some later touch; it lies in $TMPDIR,
 * else /tmp, and goes when the program ends, however it ends. */
#ifndef SS_TEXTS_H
#define SS_TEXTS_H

#include "samestory.h"

/* Moves *text, of `length` bytes and a NUL, to the file, which is made if *texts is NULL, and frees it. On failure (no
 * room on the disk, say) it stays where it is. */
bool ss_texts_move(struct ss_texts **texts, char **text, size_t length);

#define SS_TEXTS_READ 1024 /* texts to read between two releases: some dozen MB come in with them */

/* Lets go of the memory that reading has brought in; what is read again comes from the system's cache or the disk. Any
 * thread, at any time; NULL is fine. */
void ss_texts_release(const struct ss_texts *texts);

void ss_texts_free(struct ss_texts *texts);

#endif
