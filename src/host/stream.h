/* The bytes of a file or of standard input, decompressed where they are gzip or zstd: told from the first bytes, never
 * from the name. Members and frames that follow each other are read as one. */
#ifndef SS_STREAM_H
#define SS_STREAM_H

#include "samestory.h"

typedef struct ss_stream ss_stream;

/* `path` "-" is standard input. `job` may be NULL; it is asked about cancellation while reading. */
ss_status ss_stream_open(ss_stream **out, const char *path, const ss_job *job);

/* The same of bytes in memory, which must outlive the stream; `name` stands for the path in messages. */
ss_status ss_stream_open_memory(ss_stream **out, const char *name, const void *bytes, size_t length);

/* Up to `size` bytes (at least 1) into `bytes`; *got is 0 at the end alone. Damaged or truncated compressed data is
 * SS_ERROR_INPUT, but only once everything before the damage has been handed out. */
ss_status ss_stream_read(ss_stream *stream, void *bytes, size_t size, size_t *got);

void ss_stream_free(ss_stream *stream);

#endif
