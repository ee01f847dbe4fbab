#include "warc.h"
#include "buffer.h"
#include "sizes.h"
#include "source.h"
#include "status.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK          ((size_t)64 * 1024)
#define LONGEST_HEADER ((size_t)64 * 1024) /* of a record; also what is read of a record that is too long */
#define USUAL_HEADER   ((size_t)4 * 1024)
#define OVERLAP        ((size_t)16)        /* the end of a chunk may be the beginning of a record */
#define LONGEST_BLOCK  ((uint64_t)1 << 40) /* no crawler writes a longer one: the number is damaged */

static const char magic[] = "WARC/";
#define MAGIC_LENGTH (sizeof magic - 1)

struct ss_warc {
    ss_stream *stream;
    const char *path;
    ss_buffer window; /* what was read, from `start` on not yet handed out */
    size_t start;
    uint64_t bytes;
    uint64_t number;  /* of the record last met */
    uint64_t to_skip; /* bytes before the next record */
    bool lost;        /* a record must be looked for */
    bool ended;
    ss_status damage; /* what the stream, or a part of it, ended with; told when all before it is handed out */
    char *message;
};

/* ---- headers */

/* Digits and nothing else. */
static bool parse_length(uint64_t *out, ss_slice text)
{
    *out = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.text[i] < '0' || text.text[i] > '9') return false;
        *out = *out * 10 + (uint64_t)(text.text[i] - '0');
        if (*out > LONGEST_BLOCK) return false;
    }
    return text.length > 0;
}

/* Some writers put addresses between angle brackets, as the standard's first version showed them; ids always stand so. */
static ss_slice without_brackets(ss_slice slice)
{
    if (slice.length < 2 || slice.text[0] != '<' || slice.text[slice.length - 1] != '>') return slice;
    return (ss_slice){slice.text + 1, slice.length - 2};
}

ss_status ss_warc_header_parse(ss_warc_header *out, const char *bytes, size_t length)
{
    memset(out, 0, sizeof *out);
    out->length = ss_header_length(bytes, ss_smaller(length, LONGEST_HEADER));
    if (out->length == 0) return ss_fail(SS_ERROR_INPUT, "its header does not end");
    ss_slice header = {bytes, out->length};
    out->type = ss_header_find(header, "WARC-Type");
    out->uri = without_brackets(ss_header_find(header, "WARC-Target-URI"));
    out->id = without_brackets(ss_header_find(header, "WARC-Record-ID"));
    out->date = ss_header_find(header, "WARC-Date");
    out->content_type = ss_header_find(header, "Content-Type");
    ss_slice block = ss_header_find(header, "Content-Length");
    if (!parse_length(&out->block_length, block))
        return ss_fail(SS_ERROR_INPUT, "its Content-Length \"%.*s\" is none", (int)ss_smaller(block.length, 40),
                       block.text);
    return SS_OK;
}

/* ---- reading */

bool ss_warc_tell(const char *bytes, size_t length)
{
    return length >= MAGIC_LENGTH && memcmp(bytes, magic, MAGIC_LENGTH) == 0;
}

ss_status ss_warc_open(ss_warc **out, ss_stream *stream, const char *path)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL) {
        ss_stream_free(stream);
        return ss_fail_memory(sizeof **out);
    }
    (*out)->stream = stream;
    (*out)->path = path;
    ss_status status = ss_buffer_reserve(&(*out)->window, CHUNK);
    if (status == SS_OK) return SS_OK;
    ss_warc_free(*out);
    *out = NULL;
    return status;
}

void ss_warc_free(ss_warc *warc)
{
    if (warc == NULL) return;
    ss_stream_free(warc->stream);
    ss_buffer_free(&warc->window);
    free(warc->message);
    free(warc);
}

uint64_t ss_warc_bytes(const ss_warc *warc)
{
    return warc->bytes;
}

static const char *window(const ss_warc *warc)
{
    return warc->window.data + warc->start;
}

static size_t there(const ss_warc *warc)
{
    return warc->window.length - warc->start;
}

/* The next chunk, behind what is there. */
static ss_status read_chunk(ss_warc *warc)
{
    size_t got;
    ss_buffer *buffer = &warc->window;
    SS_TRY(ss_buffer_reserve(buffer, CHUNK));
    ss_status status = ss_stream_read(warc->stream, buffer->data + buffer->length, CHUNK, &got);
    if (status == SS_ERROR_INPUT || status == SS_ERROR_IO) {
        warc->damage = status;
        warc->ended = true;
        free(warc->message);
        return ss_copy_text(&warc->message, ss_last_error(), strlen(ss_last_error()));
    }
    SS_TRY(status);
    buffer->length += got;
    warc->bytes += got;
    warc->ended = got == 0;
    return SS_OK;
}

/* Reads on until `need` bytes are there, or all that are left. */
static ss_status fill(ss_warc *warc, size_t need)
{
    ss_buffer *buffer = &warc->window;
    if (there(warc) >= need || warc->ended) return SS_OK;
    /* Not for every record: one that claims to be long leaves much behind it. */
    if (warc->start >= there(warc)) {
        buffer->length -= warc->start;
        memmove(buffer->data, buffer->data + warc->start, buffer->length);
        warc->start = 0;
    }
    while (there(warc) < need && !warc->ended)
        SS_TRY(read_chunk(warc));
    return SS_OK;
}

/* Where a record begins on a line of its own in `text`, or NULL. */
static const char *find_record(const char *text, size_t length)
{
    const char *end = text + length;
    for (const char *at = text; (at = memmem(at, (size_t)(end - at), "\nWARC/1.", 8)) != NULL; at++) {
        const char *line = memchr(at + 1, '\n', (size_t)(end - at - 1));
        if ((line != NULL ? line : end) - at <= 12) return at + 1; /* "WARC/1.0", "WARC/1.1" and no more on that line */
    }
    return NULL;
}

/* Passes over what is to be skipped, holding no more of it than a chunk. Where another record begins in that, the number was
 * damaged. */
static ss_status skip(ss_warc *warc)
{
    while (warc->to_skip > 0) {
        SS_TRY(fill(warc, CHUNK));
        size_t count = (size_t)(warc->to_skip < there(warc) ? warc->to_skip : there(warc));
        const char *record = find_record(window(warc), count);
        if (count == 0 || record != NULL) {
            warc->start += record != NULL ? (size_t)(record - window(warc)) : 0;
            warc->to_skip = 0;
            return ss_fail(SS_ERROR_INPUT, "%s#%llu: %s", warc->path, (unsigned long long)warc->number,
                           record != NULL ? "another record begins before its Content-Length says so"
                                          : "it ends before its Content-Length says so");
        }
        if (count < warc->to_skip && !warc->ended) count -= OVERLAP;
        warc->start += count;
        warc->to_skip -= count;
    }
    return SS_OK;
}

/* Goes to the next record, or the end. */
static ss_status find_next(ss_warc *warc)
{
    while (warc->lost) {
        SS_TRY(fill(warc, CHUNK));
        const char *record = find_record(window(warc), there(warc));
        warc->lost = record == NULL && !warc->ended;
        size_t passed = record != NULL ? (size_t)(record - window(warc)) : there(warc) - (warc->ended ? 0 : OVERLAP);
        warc->start += passed;
    }
    return SS_OK;
}

static ss_status skip_blank_lines(ss_warc *warc)
{
    for (;;) {
        SS_TRY(fill(warc, MAGIC_LENGTH));
        if (there(warc) == 0 || (*window(warc) != '\r' && *window(warc) != '\n')) return SS_OK;
        warc->start++;
    }
}

/* ---- records */

/* A damaged record, with what ss_last_error() says of it: the next one begins in what is there from `from` on, or is still
 * to be looked for. */
static ss_status give_up(ss_warc *warc, size_t from)
{
    const char *next = find_record(window(warc) + from, there(warc) - from);
    warc->lost = next == NULL;
    warc->start += next != NULL ? (size_t)(next - window(warc)) : from;
    return ss_fail(SS_ERROR_INPUT, "%s#%llu: %s", warc->path, (unsigned long long)warc->number, ss_last_error());
}

/* Where another record may begin behind a damaged header. Of one that does not end no byte is looked at again and again,
 * however many lines in it look like the beginning of a record. */
static size_t header_end(const ss_warc *warc, const ss_warc_header *header)
{
    if (header->length > 0) return header->length - 1;
    size_t looked_at = ss_smaller(there(warc), LONGEST_HEADER);
    return looked_at - ss_smaller(looked_at / 2, USUAL_HEADER);
}

/* Whether the record of `length` bytes has all of them, and ends as records do, or has another one or the end behind it. */
static ss_status check_end(ss_warc *warc, size_t length)
{
    if (there(warc) < length) {
        ss_keep_message("it ends before its Content-Length says so");
        return SS_ERROR_INPUT;
    }
    SS_TRY(fill(warc, length + 4 + MAGIC_LENGTH));
    const char *at = window(warc) + length, *end = window(warc) + there(warc);
    if (end - at >= 4 && memcmp(at, "\r\n\r\n", 4) == 0) return SS_OK;
    while (at < end && (*at == '\r' || *at == '\n'))
        at++;
    size_t left = (size_t)(end - at);
    if (memcmp(at, magic, ss_smaller(left, MAGIC_LENGTH)) == 0) return SS_OK;
    ss_keep_message("no other record follows where its Content-Length says so");
    return SS_ERROR_INPUT;
}

static ss_status take_record(ss_warc *warc, ss_warc_record *record)
{
    ss_warc_header *header = &record->header;
    record->bytes = window(warc);
    record->too_long = header->block_length > SS_LONGEST_TEXT;
    if (record->too_long) {
        record->length = there(warc);
        warc->to_skip = header->length + header->block_length;
        return SS_OK;
    }
    size_t length = header->length + (size_t)header->block_length;
    SS_TRY(fill(warc, length));
    ss_status status = check_end(warc, length);
    if (status == SS_ERROR_INPUT) return give_up(warc, header->length - 1);
    SS_TRY(status);
    SS_TRY(ss_warc_header_parse(header, window(warc), length)); /* again: the window may have moved */
    record->bytes = window(warc);
    record->length = length;
    warc->start += length;
    return SS_OK;
}

/* Records are compressed one by one, so behind damage others may be whole: for them it is as if a file began anew. */
static ss_status tell_damage(ss_warc *warc)
{
    bool resumed = false;
    ss_status damage = warc->damage;
    warc->damage = SS_OK;
    if (damage == SS_ERROR_INPUT) SS_TRY(ss_stream_resume(warc->stream, &resumed));
    warc->ended = !resumed;
    return resumed ? damage : ss_fail(damage, "%s", warc->message);
}

ss_status ss_warc_next(ss_warc *warc, ss_warc_record *record)
{
    memset(record, 0, sizeof *record);
    SS_TRY(skip(warc));
    SS_TRY(find_next(warc));
    SS_TRY(skip_blank_lines(warc));
    if (there(warc) == 0) return warc->damage == SS_OK ? SS_OK : tell_damage(warc);
    SS_TRY(fill(warc, LONGEST_HEADER));
    record->number = ++warc->number;
    if (!ss_warc_tell(window(warc), there(warc))) {
        ss_keep_message("something else stands where the record should begin");
        return give_up(warc, 0);
    }
    if (ss_warc_header_parse(&record->header, window(warc), there(warc)) != SS_OK)
        return give_up(warc, header_end(warc, &record->header));
    return take_record(warc, record);
}
