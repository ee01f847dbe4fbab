/* The bytes of a file or of standard input, decompressed where they are gzip or zstd: told from the first bytes, never
 * from the name. Members and frames that follow each other are read as one.
 *
 * Of a bomb (a small file made to expand without end) no more than some 200 times its size is read, archives in archives
 * counted together; whoever reads is then told so, as of damage. */
#ifndef SS_STREAM_H
#define SS_STREAM_H

#include "samestory.h"

typedef struct ss_stream ss_stream;

/* `path` "-" is standard input. `job` may be NULL; it is asked about cancellation while reading. */
ss_status ss_stream_open(ss_stream **out, const char *path, const ss_job *job);

/* The same of bytes in memory, which must outlive the stream; `name` stands for the path in messages. */
ss_status ss_stream_open_memory(ss_stream **out, const char *name, const void *bytes, size_t length);

/* Hands out the next bytes of a member of an archive, as ss_stream_read() does. */
typedef ss_status (*ss_pull)(void *context, void *bytes, size_t size, size_t *got);

/* The same of a member of what `archive` holds, which must outlive it. */
ss_status ss_stream_open_member(ss_stream **out, const char *name, ss_stream *archive, ss_pull pull, void *context);

#define SS_STREAM_PEEK ((size_t)1024)

/* The first bytes, SS_STREAM_PEEK of them unless there are less; they are read again afterwards. Once, before the first
 * read; valid until the stream is freed. */
ss_status ss_stream_peek(ss_stream *stream, const char **bytes, size_t *length);

/* Bytes in all, if they can be read in any order: those of a regular file, or in memory, not compressed. Else UINT64_MAX. */
uint64_t ss_stream_size(const ss_stream *stream);

/* Where to read next, in a stream whose size is known. */
ss_status ss_stream_seek(ss_stream *stream, uint64_t offset);

/* Up to `size` bytes (at least 1) into `bytes`; *got is 0 at the end alone. Damaged or truncated compressed data is
 * SS_ERROR_INPUT, but only once everything before the damage has been handed out. */
ss_status ss_stream_read(ss_stream *stream, void *bytes, size_t size, size_t *got);

/* After damage: goes to where another gzip member or zstd frame begins, for what is compressed piece by piece, as web
 * archives are. *resumed is false where there is none; else ss_last_error() says what was passed over. */
ss_status ss_stream_resume(ss_stream *stream, bool *resumed);

void ss_stream_free(ss_stream *stream);

#endif
