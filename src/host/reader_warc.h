/* Records of web archives -> articles. */
#ifndef SS_READER_WARC_H
#define SS_READER_WARC_H

#include "warc.h"

typedef enum ss_capture {
    SS_CAPTURE_NONE,  /* of no page: about the crawl, or what was asked */
    SS_CAPTURE_OTHER, /* an answer that is no page: a redirection, an error, an image */
    SS_CAPTURE_PAGE   /* HTML, XHTML or plain text that was there */
} ss_capture;

/* What a record holds, by its header and the beginning of its block. */
ss_capture ss_record_tell(const ss_warc_record *record);

/* Parses a whole record that holds a page, of a file named `path`, into *article (zeroed before), which gets its id and
 * origin too. Damaged bodies are told to job->warning. SS_ERROR_INPUT, with a whole message, if there is no text in it. */
ss_status ss_parse_record(ss_article *article, const char *path, uint64_t number, const char *bytes, size_t length,
                          const ss_job *job);

#endif
