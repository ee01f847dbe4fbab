#include "reader_warc.h"
#include "date.h"
#include "document.h"
#include "encoding.h"
#include "http_message.h"
#include "reader.h"
#include "sizes.h"
#include "status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLE        ((size_t)64 * 1024) /* that the encoding is told from */
#define CLOCKS_DIFFER 86400               /* seconds by which a page may be dated after it was fetched */

/* A record's payload. */
typedef struct ss_payload {
    ss_http_head head; /* of length 0 if there is no HTTP in the record */
    ss_slice content_type;
    ss_slice bytes;
} ss_payload;

static bool is_page_type(ss_slice type)
{
    static const char *const pages[] = {"text/html", "application/xhtml+xml", "text/plain"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        size_t length = strlen(pages[i]);
        if (!ss_slice_begins(type, pages[i])) continue;
        if (type.length == length || memchr("; \t,", type.text[length], 4) != NULL) return true;
    }
    return false;
}

/* Finds the payload of a response, a resource or a conversion; false if it is none of them, or no HTTP where there should
 * be. */
static bool find_payload(ss_payload *payload, const ss_warc_header *header, const char *record, size_t length)
{
    *payload = (ss_payload){.content_type = header->content_type};
    payload->bytes = (ss_slice){record + header->length, length - header->length};
    if (!ss_slice_is(header->type, "response"))
        return ss_slice_is(header->type, "resource") || ss_slice_is(header->type, "conversion");
    if (!ss_http_head_parse(&payload->head, payload->bytes.text, payload->bytes.length)) return false;
    size_t size = payload->head.length;
    payload->bytes = (ss_slice){payload->bytes.text + size, payload->bytes.length - size};
    payload->content_type = payload->head.content_type;
    return true;
}

ss_capture ss_record_tell(const ss_warc_record *record)
{
    static const char *const captures[] = {"response", "resource", "conversion"};
    bool capture = false;
    for (size_t i = 0; i < sizeof captures / sizeof *captures; i++)
        capture = capture || ss_slice_is(record->header.type, captures[i]);
    if (!capture) return SS_CAPTURE_NONE;
    ss_payload payload;
    if (!find_payload(&payload, &record->header, record->bytes, record->length)) return SS_CAPTURE_OTHER;
    bool answered = payload.head.length == 0 || (payload.head.status >= 200 && payload.head.status < 300);
    return answered && is_page_type(payload.content_type) && payload.bytes.length > 0 ? SS_CAPTURE_PAGE
                                                                                      : SS_CAPTURE_OTHER;
}

/* ---- parsing */

/* The body of a page -> UTF-8. Damaged characters are so common in crawls that nobody is told of them. */
static ss_status decode_text(ss_buffer *text, ss_slice content_type, ss_slice body)
{
    ss_slice named = ss_http_charset(content_type);
    char charset[32];
    snprintf(charset, sizeof charset, "%.*s", (int)ss_smaller(named.length, sizeof charset - 1), named.text);
    ss_encoding encoding;
    SS_TRY(ss_encoding_detect_served(&encoding, charset, body.text, ss_smaller(body.length, SAMPLE),
                                     body.length <= SAMPLE));
    if (*encoding.name == '\0') return ss_fail(SS_ERROR_INPUT, "no text");
    ss_slice rest = {body.text + encoding.mark_length, body.length - encoding.mark_length};
    ss_buffer unmended = {0};
    if (strcmp(encoding.name, "UTF-8") != 0) {
        ss_decoder *decoder;
        SS_TRY(ss_decoder_new(&decoder, encoding.name));
        ss_status status = ss_decoder_run(decoder, &unmended, rest.text, rest.length, true);
        ss_decoder_free(decoder);
        if (status != SS_OK) {
            ss_buffer_free(&unmended);
            return status;
        }
        rest = (ss_slice){unmended.data, unmended.length};
    }
    ss_damage damage;
    ss_status status = ss_utf8_repair(text, &damage, rest.text, rest.length);
    if (status == SS_OK) status = ss_buffer_append(text, "", 1);
    ss_buffer_free(&unmended);
    return status;
}

/* A copy in sound UTF-8. */
static ss_status copy_mended(char **out, ss_slice slice)
{
    ss_buffer mended = {0};
    ss_damage damage;
    ss_status status = ss_utf8_repair(&mended, &damage, slice.text, slice.length);
    if (status == SS_OK) status = ss_copy_text(out, mended.length > 0 ? mended.data : "", mended.length);
    ss_buffer_free(&mended);
    return status;
}

/* What the record knows and the page may not. When the page was fetched is not when it was published, so it dates no
 * article; but a page can't be from later, and such a date is not the article's own. */
static ss_status add_facts(ss_article *article, const ss_warc_header *header)
{
    if (article->published.precision == SS_DATE_NONE)
        ss_date_find_in_url(&article->published, header->uri.text, header->uri.length);
    ss_date fetched;
    if (ss_date_parse(&fetched, header->date.text, header->date.length) &&
        article->published.precision != SS_DATE_NONE && article->published.seconds > fetched.seconds + CLOCKS_DIFFER)
        article->published = (ss_date){0};
    if (header->id.length > 0) return copy_mended(&article->id, header->id);
    return ss_copy_text(&article->id, article->origin, strlen(article->origin));
}

static ss_status parse_page(ss_article *article, const ss_payload *payload, ss_buffer *body, ss_buffer *text,
                            const ss_job *job)
{
    bool damaged;
    SS_TRY(ss_http_body(body, &payload->head, payload->bytes.text, payload->bytes.length, &damaged));
    if (damaged) ss_tell_warning(job, "%s: its body is damaged; what stands before that is kept", article->origin);
    SS_TRY(decode_text(text, payload->content_type, (ss_slice){body->data, body->length}));
    bool plain = ss_slice_begins(payload->content_type, "text/plain");
    return plain ? ss_parse_text(article, text->data, text->length - 1)
                 : ss_parse_html(article, text->data, text->length - 1);
}

static ss_status set_origin(ss_article *article, const char *path, uint64_t number)
{
    size_t size = strlen(path) + 32;
    article->origin = malloc(size);
    if (article->origin == NULL) return ss_fail_memory(size);
    snprintf(article->origin, size, "%s#%llu", path, (unsigned long long)number);
    return SS_OK;
}

ss_status ss_parse_record(ss_article *article, const char *path, uint64_t number, const char *bytes, size_t length,
                          const ss_job *job)
{
    ss_warc_header header;
    ss_payload payload;
    ss_buffer body = {0}, text = {0};
    SS_TRY(set_origin(article, path, number));
    SS_TRY(ss_warc_header_parse(&header, bytes, length));
    if (!find_payload(&payload, &header, bytes, length)) return ss_fail(SS_ERROR_INTERNAL, "a record without a page");
    /* Before the page is read, which looks for its date and outlet there, and may know a better one. */
    SS_TRY(copy_mended(&article->url, header.uri));
    ss_status status = parse_page(article, &payload, &body, &text, job);
    if (status == SS_OK) status = add_facts(article, &header);
    if (status == SS_ERROR_INPUT) ss_fail(status, "%s: %s", article->origin, ss_last_error());
    ss_buffer_free(&body);
    ss_buffer_free(&text);
    return status;
}
