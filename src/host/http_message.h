/* A HTTP response as a crawler stored it. */
#ifndef SS_HTTP_MESSAGE_H
#define SS_HTTP_MESSAGE_H

#include "buffer.h"
#include "header_fields.h"

/* The slices are parts of the response; empty where the header does not say. */
typedef struct ss_http_head {
    size_t length; /* with the blank line */
    int status;    /* 200 */
    ss_slice content_type, transfer_encoding, content_encoding;
} ss_http_head;

/* The header that `bytes` begin with; false if there is none. */
bool ss_http_head_parse(ss_http_head *head, const char *bytes, size_t length);

/* "gb2312" of "text/html; charset=gb2312"; empty if there is none. */
ss_slice ss_http_charset(ss_slice content_type);

/* Appends the body to *out, without chunks and decompressed. Crawlers that store bodies decoded often keep the header
 * as it was: what is not encoded as the header says is taken as it is. Of a body with a damage in it what stands before
 * that is kept, *damaged = true. SS_ERROR_INPUT, with a message without a name, if the encoding is not known, or the
 * body expands to more than a page may. */
ss_status ss_http_body(ss_buffer *out, const ss_http_head *head, const char *body, size_t length, bool *damaged);

#endif
