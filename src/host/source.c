#include "source.h"
#include "mend.h"
#include "status.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK ((size_t)64 * 1024)

struct ss_source {
    const char *name;
    const ss_job *job;
    ss_stream *stream;
    ss_encoding encoding;
    ss_decoder *decoder; /* NULL: the file is UTF-8 */
    size_t raw_length;
    ss_buffer text; /* UTF-8, not mended yet */
    size_t start;   /* of the text not handed out */
    ss_mender mender;
    uint64_t line;
    uint64_t bytes;
    bool ended;
    char raw[CHUNK]; /* as it is in the file; last, for it need not be zeroed */
};

/* Fills `raw` with up to a chunk. What stands before a damage counts, the damage itself shows again at the next call. */
static ss_status read_chunk(ss_source *source)
{
    source->raw_length = 0;
    while (source->raw_length < CHUNK) {
        size_t got;
        ss_status status =
            ss_stream_read(source->stream, source->raw + source->raw_length, CHUNK - source->raw_length, &got);
        if ((status == SS_ERROR_INPUT || status == SS_ERROR_IO) && source->raw_length > 0) break;
        SS_TRY(status);
        source->ended = got == 0;
        if (got == 0) break;
        source->raw_length += got;
    }
    source->bytes += source->raw_length;
    return SS_OK;
}

static ss_status append_text(ss_source *source, const char *bytes, size_t length)
{
    if (source->decoder == NULL) return ss_buffer_append(&source->text, bytes, length);
    return ss_decoder_run(source->decoder, &source->text, bytes, length, source->ended);
}

/* The next chunk, as text. */
static ss_status read_text(ss_source *source)
{
    if (source->start > 0) {
        source->text.length -= source->start;
        memmove(source->text.data, source->text.data + source->start, source->text.length);
        source->start = 0;
    }
    SS_TRY(read_chunk(source));
    return append_text(source, source->raw, source->raw_length);
}

static ss_status begin(ss_source *source)
{
    SS_TRY(ss_buffer_reserve(&source->text, 1)); /* an empty text is no NULL */
    SS_TRY(read_chunk(source));
    const ss_encoding *encoding = &source->encoding;
    SS_TRY(ss_encoding_detect(&source->encoding, source->raw, source->raw_length, source->ended));
    if (*encoding->name == '\0') return ss_fail(SS_ERROR_INPUT, "%s: no text", source->name);
    if (strcmp(encoding->name, "UTF-8") != 0) SS_TRY(ss_decoder_new(&source->decoder, encoding->name));
    if (encoding->guessed)
        ss_tell_warning(source->job,
                        "%s: neither UTF-8 nor Chinese, read as %s by guess; convert it to UTF-8 to be sure",
                        source->name, encoding->name);
    return append_text(source, source->raw + encoding->mark_length, source->raw_length - encoding->mark_length);
}

ss_status ss_source_open(ss_source **out, ss_stream *stream, const char *name, const ss_job *job)
{
    *out = NULL;
    ss_source *source = malloc(sizeof *source);
    if (source == NULL) {
        ss_stream_free(stream);
        return ss_fail_memory(sizeof *source);
    }
    memset(source, 0, offsetof(ss_source, raw));
    source->stream = stream;
    source->name = name;
    source->job = job;
    source->mender = (ss_mender){.name = name, .encoding = &source->encoding, .job = job};
    ss_status status = begin(source);
    if (status != SS_OK) {
        ss_source_free(source);
        return status;
    }
    *out = source;
    return SS_OK;
}

void ss_source_free(ss_source *source)
{
    if (source == NULL) return;
    ss_stream_free(source->stream);
    ss_decoder_free(source->decoder);
    ss_buffer_free(&source->text);
    ss_mender_clear(&source->mender);
    free(source);
}

uint64_t ss_source_bytes(const ss_source *source)
{
    return source->bytes;
}

void ss_source_peek(const ss_source *source, const char **text, size_t *length)
{
    *text = source->text.data + source->start;
    *length = source->text.length - source->start;
}

ss_status ss_source_more(ss_source *source, bool *more)
{
    *more = !source->ended;
    return *more ? read_text(source) : SS_OK;
}

void ss_source_pass(ss_source *source, size_t length)
{
    source->start += length;
}

const char *ss_source_name(const ss_source *source)
{
    return source->name;
}

/* Finds the end of the line that begins at `start`, reading on as long as it takes. *end is the offset of the newline, or
 * of the end of the text. What is past the longest line is dropped on the way. */
static ss_status find_line_end(ss_source *source, size_t *end, bool *too_long)
{
    *too_long = false;
    for (size_t looked = 0;;) {
        size_t length = source->text.length - source->start;
        const char *text = source->text.data + source->start;
        const char *newline = length > looked ? memchr(text + looked, '\n', length - looked) : NULL;
        size_t found = newline != NULL ? (size_t)(newline - text) : length;
        if (found > SS_LONGEST_TEXT) {
            *too_long = true;
            source->start += found;
            found = 0;
        }
        *end = source->start + found;
        if (newline != NULL || source->ended) return SS_OK;
        looked = found;
        SS_TRY(read_text(source));
    }
}

ss_status ss_source_line(ss_source *source, ss_line *line)
{
    memset(line, 0, sizeof *line);
    size_t end;
    SS_TRY(find_line_end(source, &end, &line->too_long));
    bool newline = end < source->text.length;
    if (end == source->start && !newline && !line->too_long) return SS_OK;

    /* Room for the NUL where the last line has no newline. */
    SS_TRY(ss_buffer_reserve(&source->text, 1));
    line->number = ++source->line;
    line->text = source->text.data + source->start;
    line->length = line->too_long ? 0 : end - source->start;
    source->start = newline ? end + 1 : end;
    if (line->length > 0 && line->text[line->length - 1] == '\r') line->length--;
    line->text[line->length] = '\0';
    return ss_mender_run(&source->mender, &line->text, &line->length, line->number);
}

char *ss_line_cut(ss_line *line, char *text, char *end, uint64_t number)
{
    char *newline = memchr(text, '\n', (size_t)(end - text));
    char *past = newline != NULL ? newline : end;
    *line = (ss_line){.text = text, .length = (size_t)(past - text), .number = number};
    if (line->length > 0 && text[line->length - 1] == '\r') line->length--;
    text[line->length] = '\0';
    return newline != NULL ? newline + 1 : end;
}

/* Reads on until there is a batch of text with the end of a line in it; *length is that of the whole lines, 0 if a line is
 * longer than the batch. A damage behind whole lines shows again when they have been handed out. */
static ss_status fill_batch(ss_source *source, size_t *length)
{
    for (;;) {
        const char *text = source->text.data + source->start;
        size_t there = source->text.length - source->start;
        const char *newline = there > 0 ? memrchr(text, '\n', there) : NULL;
        *length = newline != NULL ? (size_t)(newline + 1 - text) : 0;
        if (source->ended) *length = there;
        if (there >= SS_SOURCE_BATCH || source->ended) return SS_OK;
        ss_status status = read_text(source);
        if ((status == SS_ERROR_INPUT || status == SS_ERROR_IO) && *length > 0) return SS_OK;
        SS_TRY(status);
    }
}

static uint64_t count_newlines(const char *text, size_t length)
{
    uint64_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += text[i] == '\n';
    return count;
}

ss_status ss_source_lines(ss_source *source, ss_buffer *lines, uint64_t *number, bool *too_long)
{
    *too_long = false;
    *number = source->line + 1;
    size_t length;
    SS_TRY(fill_batch(source, &length));
    if (length == 0 && !source->ended) {
        size_t end;
        SS_TRY(find_line_end(source, &end, too_long));
        length = end - source->start + (end < source->text.length);
    }
    const char *text = source->text.data + source->start;
    source->start += length;
    if (*too_long) source->line++;
    if (length == 0 || *too_long) return SS_OK;
    source->line += count_newlines(text, length) + (text[length - 1] != '\n');
    SS_TRY(ss_buffer_append(lines, text, length));
    return ss_buffer_append(lines, "", 1);
}

const ss_encoding *ss_source_encoding(const ss_source *source)
{
    return &source->encoding;
}

ss_status ss_source_rest(ss_source *source, ss_buffer *rest)
{
    while (!source->ended) {
        if (source->text.length - source->start > SS_LONGEST_TEXT)
            return ss_fail(SS_ERROR_INPUT, "%s: longer than %zu MiB, which no article is", source->name,
                           SS_LONGEST_TEXT >> 20);
        SS_TRY(read_text(source));
    }
    SS_TRY(ss_buffer_append(rest, source->text.data + source->start, source->text.length - source->start));
    return ss_buffer_append(rest, "", 1);
}
