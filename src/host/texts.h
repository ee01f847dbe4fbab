/* The strings of many articles: bodies in a temporary file that has no name any more, mapped for reading; in another one
 * what is seldom read; and the rest one after the other in memory, where malloc() would take twice their room.
 *
 * So a string is a pointer wherever it lies, and nobody but the list of articles knows the difference. The files are
 * written with pwrite(), so that a full disk is an error here and not a signal at some later touch; they lie in $TMPDIR,
 * else /var/tmp, and go when the program ends, however it ends. */
#ifndef SS_TEXTS_H
#define SS_TEXTS_H

#include "samestory.h"

/* NULL: out of memory. */
struct ss_texts *ss_texts_new(void);
void ss_texts_free(struct ss_texts *texts);

/* A copy of a string of `length` bytes and a NUL, which lasts as long as `texts`; NULL: out of memory. */
char *ss_texts_keep(struct ss_texts *texts, const char *text, size_t length);

/* Apart from each other, so that what is seldom read lies close together when it is. */
typedef enum ss_texts_file { SS_TEXTS_BODIES, SS_TEXTS_REST, SS_TEXTS_FILES } ss_texts_file;

/* The same in a file, read-only; in memory where the file fails (no room on the disk, say). */
char *ss_texts_keep_in_file(struct ss_texts *texts, ss_texts_file file, const char *text, size_t length);

#define SS_TEXTS_READ 1024 /* bodies to read between two releases: some dozen MB come in with them */

/* Lets go of the memory that reading has brought in; what is read again comes from the system's cache or the disk. Any
 * thread, at any time; NULL is fine. */
void ss_texts_release(const struct ss_texts *texts);

#endif
