#include "http_message.h"
#include "sizes.h"
#include "source.h"
#include "status.h"

#include <brotli/decode.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#define LONGEST_HEAD   ((size_t)256 * 1024)
#define PIECE          ((size_t)32 * 1024)
#define MOST_CODINGS   4                 /* one over the other */
#define MOST_EXPANSION 200               /* of a body; pages compress to a tenth */
#define FREE_EXPANSION ((size_t)4 << 20) /* what even the smallest body may expand to */

/* ---- head */

bool ss_http_head_parse(ss_http_head *head, const char *bytes, size_t length)
{
    memset(head, 0, sizeof *head);
    if (length < 12 || memcmp(bytes, "HTTP/", 5) != 0) return false;
    head->length = ss_header_length(bytes, ss_smaller(length, LONGEST_HEAD));
    if (head->length == 0) return false;
    ss_slice header = {bytes, head->length};
    const char *space = memchr(bytes, ' ', head->length);
    if (space == NULL) return false;
    const char *end = bytes + head->length, *digit = space + 1;
    for (; digit < end && digit < space + 4 && *digit >= '0' && *digit <= '9'; digit++)
        head->status = head->status * 10 + (*digit - '0');
    if (digit != space + 4) return false;
    head->content_type = ss_header_find(header, "Content-Type");
    head->transfer_encoding = ss_header_find(header, "Transfer-Encoding");
    head->content_encoding = ss_header_find(header, "Content-Encoding");
    return true;
}

ss_slice ss_http_charset(ss_slice type)
{
    static const char key[] = "charset=";
    for (; type.length > 0; type.text++, type.length--) {
        if (!ss_slice_begins(type, key)) continue;
        const char *name = type.text + strlen(key), *end = type.text + type.length;
        while (name < end && memchr(" \"'", *name, 3) != NULL)
            name++;
        size_t length = 0;
        while (name + length < end && memchr(" \"';,", name[length], 5) == NULL)
            length++;
        return (ss_slice){name, length};
    }
    return (ss_slice){"", 0};
}

/* ---- chunks */

/* The size in hexadecimal digits that a chunk begins with; *rest is what follows its line. */
static bool read_chunk_size(size_t *size, ss_slice *rest)
{
    size_t digits = 0;
    *size = 0;
    for (; digits < rest->length && digits < 15; digits++) {
        const char *hexadecimal = "0123456789abcdef0123456789ABCDEF",
                   *digit = memchr(hexadecimal, rest->text[digits], 32);
        if (digit == NULL) break;
        *size = *size * 16 + (size_t)(digit - hexadecimal) % 16;
    }
    size_t end = digits;
    while (end < rest->length && memchr(" \t", rest->text[end], 2) != NULL)
        end++;
    if (digits == 0 || end == rest->length || memchr(";\r\n", rest->text[end], 3) == NULL) return false;
    const char *newline = memchr(rest->text + end, '\n', rest->length - end);
    if (newline == NULL) return false;
    size_t used = (size_t)(newline + 1 - rest->text);
    *rest = (ss_slice){rest->text + used, rest->length - used};
    return true;
}

static bool skip_line_end(ss_slice *rest)
{
    size_t size = rest->length > 0 && *rest->text == '\r' ? 1 : 0;
    if (rest->length <= size || rest->text[size] != '\n') return false;
    *rest = (ss_slice){rest->text + size + 1, rest->length - size - 1};
    return true;
}

static ss_status join_chunks(ss_buffer *out, ss_slice body, bool *damaged)
{
    ss_slice rest = body;
    for (size_t chunks = 0;; chunks++) {
        size_t size;
        if (!read_chunk_size(&size, &rest)) {
            *damaged = chunks > 0;
            return chunks > 0 ? SS_OK : ss_buffer_append(out, body.text, body.length);
        }
        if (size == 0) return SS_OK;
        size_t present = ss_smaller(size, rest.length);
        SS_TRY(ss_buffer_append(out, rest.text, present));
        rest = (ss_slice){rest.text + present, rest.length - present};
        *damaged = present < size || !skip_line_end(&rest);
        if (*damaged) return SS_OK;
    }
}

/* ---- compression */

/* What a body is decompressed into. */
typedef struct ss_page {
    ss_buffer *out;
    size_t most; /* bytes that it may hold */
} ss_page;

static ss_status append(ss_page page, const void *bytes, size_t length)
{
    if (length > page.most - page.out->length)
        return ss_fail(SS_ERROR_INPUT, "it expands to more than %zu KiB, which no page does", page.most >> 10);
    return ss_buffer_append(page.out, bytes, length);
}

/* gzip and zstd; what is neither goes through as it is. */
static ss_status unpack(ss_page page, ss_slice body, bool *damaged)
{
    ss_stream *stream;
    SS_TRY(ss_stream_open_memory(&stream, "body", body.text, body.length));
    ss_status status;
    size_t got;
    do {
        char piece[PIECE];
        status = ss_stream_read(stream, piece, sizeof piece, &got);
        *damaged = status == SS_ERROR_INPUT;
        if (*damaged) status = SS_OK;
        if (status == SS_OK) status = append(page, piece, got);
    } while (status == SS_OK && got > 0);
    ss_stream_free(stream);
    return status;
}

/* The standard means zlib's format by "deflate", and some servers send it bare. */
static bool is_zlib(ss_slice body)
{
    const unsigned char *byte = (const unsigned char *)body.text;
    return body.length >= 2 && (byte[0] & 15) == 8 && (byte[0] * 256 + byte[1]) % 31 == 0;
}

static ss_status inflate_all(ss_page page, ss_slice body, bool *damaged)
{
    z_stream zlib = {.next_in = (const Bytef *)body.text, .avail_in = (uInt)body.length};
    if (inflateInit2(&zlib, is_zlib(body) ? MAX_WBITS : -MAX_WBITS) != Z_OK) return ss_fail_memory(PIECE);
    ss_status status = SS_OK;
    int state = Z_OK;
    while (status == SS_OK && state == Z_OK) {
        char piece[PIECE];
        zlib.next_out = (Bytef *)piece;
        zlib.avail_out = sizeof piece;
        state = inflate(&zlib, Z_NO_FLUSH);
        status = state == Z_MEM_ERROR ? ss_fail_memory(PIECE) : append(page, piece, sizeof piece - zlib.avail_out);
    }
    *damaged = state != Z_STREAM_END;
    inflateEnd(&zlib);
    return status;
}

static ss_status unbrotli(ss_page page, ss_slice body, bool *damaged)
{
    BrotliDecoderState *decoder = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    if (decoder == NULL) return ss_fail_memory(PIECE);
    const uint8_t *next = (const uint8_t *)body.text;
    size_t left = body.length;
    ss_status status = SS_OK;
    BrotliDecoderResult state = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    while (status == SS_OK && state == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
        uint8_t piece[PIECE], *place = piece;
        size_t room = sizeof piece;
        state = BrotliDecoderDecompressStream(decoder, &left, &next, &room, &place, NULL);
        status = append(page, piece, sizeof piece - room);
    }
    BrotliDecoderErrorCode error = BrotliDecoderGetErrorCode(decoder);
    if (error <= BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES && error >= BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES)
        status = ss_fail_memory(PIECE);
    *damaged = state != BROTLI_DECODER_RESULT_SUCCESS;
    BrotliDecoderDestroyInstance(decoder);
    return status;
}

/* Bare "deflate" has no mark to tell it by: the line end before a page that was stored decoded passes for its beginning. */
static bool is_markup(ss_slice body)
{
    size_t blank = 0;
    while (blank < body.length && memchr(" \t\r\n", body.text[blank], 4) != NULL)
        blank++;
    return blank < body.length && body.text[blank] == '<';
}

static ss_status decode(ss_buffer *out, ss_slice coding, ss_slice body, bool *damaged)
{
    static const struct {
        const char *name;
        ss_status (*decode)(ss_page page, ss_slice body, bool *damaged);
    } known[] = {
        {"gzip", unpack}, {"x-gzip", unpack}, {"zstd", unpack}, {"deflate", inflate_all}, {"br", unbrotli},
    };
    ss_page page = {out, ss_smaller(SS_LONGEST_TEXT, FREE_EXPANSION + MOST_EXPANSION * body.length)};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!ss_slice_is(coding, known[i].name)) continue;
        SS_TRY(known[i].decode(page, body, damaged));
        if (!*damaged || (out->length > 0 && !is_markup(body))) return SS_OK;
        *damaged = false; /* not encoded so */
        out->length = 0;
        return ss_buffer_append(out, body.text, body.length);
    }
    return ss_fail(SS_ERROR_INPUT, "its content encoding \"%.*s\" is not known", (int)ss_smaller(coding.length, 40),
                   coding.text);
}

/* Takes the last coding, but "identity", off a list of them; empty if there is none left. */
static ss_slice take_coding(ss_slice *list)
{
    while (list->length > 0) {
        size_t start = list->length;
        while (start > 0 && list->text[start - 1] != ',')
            start--;
        ss_slice coding = {list->text + start, list->length - start};
        while (coding.length > 0 && memchr(" \t", *coding.text, 2) != NULL)
            coding = (ss_slice){coding.text + 1, coding.length - 1};
        while (coding.length > 0 && memchr(" \t", coding.text[coding.length - 1], 2) != NULL)
            coding.length--;
        list->length = start > 0 ? start - 1 : 0;
        if (coding.length > 0 && !ss_slice_is(coding, "identity")) return coding;
    }
    return (ss_slice){"", 0};
}

ss_status ss_http_body(ss_buffer *out, const ss_http_head *head, const char *body, size_t length, bool *damaged)
{
    ss_slice list = head->content_encoding, transfer = head->transfer_encoding;
    ss_buffer encoded = {0};
    *damaged = false;
    out->length = 0;
    bool chunked = ss_slice_is(take_coding(&transfer), "chunked");
    ss_status status =
        chunked ? join_chunks(out, (ss_slice){body, length}, damaged) : ss_buffer_append(out, body, length);
    for (int i = 0; status == SS_OK && i < MOST_CODINGS; i++) {
        ss_slice coding = take_coding(&list);
        if (coding.length == 0 || out->length == 0) break;
        ss_buffer swap = encoded;
        encoded = *out;
        *out = swap;
        out->length = 0;
        bool cut = false;
        status = decode(out, coding, (ss_slice){encoded.data, encoded.length}, &cut);
        *damaged = *damaged || cut;
    }
    ss_buffer_free(&encoded);
    return status;
}
