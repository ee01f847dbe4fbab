/* The text of a file: decompressed, in sound UTF-8, line by line or whole. Damage is mended and warned of by file and
 * line. */
#ifndef SS_SOURCE_H
#define SS_SOURCE_H

#include "encoding.h"
#include "stream.h"

/* No line and no document is longer; more is never held in memory. */
#define SS_LONGEST_TEXT ((size_t)64 << 20)

/* Bytes of lines that are handed out at a time: enough to be worth handing to another thread. */
#define SS_SOURCE_BATCH ((size_t)256 * 1024)

typedef struct ss_source ss_source;

typedef struct ss_line {
    char *text; /* ends in NUL, without the line's end; NULL past the last line */
    size_t length;
    uint64_t number; /* from 1 */
    bool too_long;   /* passed over, `text` is empty */
} ss_line;

/* Takes over `stream`, also on failure. `name` is for messages and must outlive the source. SS_ERROR_INPUT if this is no
 * text. */
ss_status ss_source_open(ss_source **out, ss_stream *stream, const char *name, const ss_job *job);

/* The text at hand, not mended yet; valid until anything else is asked of the source. */
void ss_source_peek(const ss_source *source, const char **text, size_t *length);

/* Brings more text behind what is at hand; *more is false at the end. */
ss_status ss_source_more(ss_source *source, bool *more);

/* Passes over the first `length` bytes of the text at hand. */
void ss_source_pass(ss_source *source, size_t length);

const char *ss_source_name(const ss_source *source);

/* The next line, valid until the next call. */
ss_status ss_source_line(ss_source *source, ss_line *line);

/* The next lines, some 256 KB or one longer line, appended to *lines as they are, neither cut nor mended, and a NUL; *number
 * is that of the first. Nothing is appended past the last. With *too_long the line *number was longer than any may be and
 * was passed over. */
ss_status ss_source_lines(ss_source *source, ss_buffer *lines, uint64_t *number, bool *too_long);

/* Cuts the line at `text` off what reaches to `end`, where a NUL stands; where the next one begins. Not mended. */
char *ss_line_cut(ss_line *line, char *text, char *end, uint64_t number);

/* All text that is left, appended to *rest, not mended, and a NUL. SS_ERROR_INPUT if it is too long. */
ss_status ss_source_rest(ss_source *source, ss_buffer *rest);

const ss_encoding *ss_source_encoding(const ss_source *source);

/* Bytes read so far, after decompression. */
uint64_t ss_source_bytes(const ss_source *source);

void ss_source_free(ss_source *source);

#endif
