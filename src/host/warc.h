/* The records of a web archive (WARC 1.0 and 1.1, ISO 28500), one after the other. */
#ifndef SS_WARC_H
#define SS_WARC_H

#include "header_fields.h"
#include "stream.h"

/* What a record's header says. The slices are parts of the record. */
typedef struct ss_warc_header {
    ss_slice type, uri, id, date, content_type;
    uint64_t block_length; /* bytes that follow the header */
    size_t length;         /* of the header, with its blank line */
} ss_warc_header;

/* The header that `bytes` begin with. SS_ERROR_INPUT, with a message without path and record, if it is damaged. */
ss_status ss_warc_header_parse(ss_warc_header *out, const char *bytes, size_t length);

typedef struct ss_warc ss_warc;

typedef struct ss_warc_record {
    ss_warc_header header;
    const char *bytes; /* header and block; NULL past the last record */
    size_t length;
    bool too_long;   /* for any text: `bytes` are only the beginning, and the rest is passed over */
    uint64_t number; /* from 1 */
} ss_warc_record;

/* Whether a file that begins so is a web archive. */
bool ss_warc_tell(const char *bytes, size_t length);

/* Takes over `stream`, also on failure. `path` is for messages and must outlive it. */
ss_status ss_warc_open(ss_warc **out, ss_stream *stream, const char *path);

/* The next record, valid until the next call. SS_ERROR_INPUT: one is damaged, or all that follows is; the next call goes on
 * with the next record that can be found. */
ss_status ss_warc_next(ss_warc *warc, ss_warc_record *record);

/* Bytes read so far, after decompression. */
uint64_t ss_warc_bytes(const ss_warc *warc);

void ss_warc_free(ss_warc *warc);

#endif
