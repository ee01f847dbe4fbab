#include <stdlib.h>
#include <string.h>

#include "report_parts.h"
#include "status.h"

#define PLACES_MAX 8 /* of one term in one article */

/* Cuts off what is left of a character that does not fit. */
static size_t whole_characters(const char *text, size_t length)
{
    while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    return length;
}

/* A character of four bytes is two units, any other one. */
static ss_status count_units(ss_report_text *t)
{
    size_t length = t->bytes.length;
    SS_TRY(ss_grow((void **)&t->unit, &t->unit_capacity, length + 1, sizeof *t->unit));
    uint32_t units = 0;
    for (size_t i = 0; i < length; i++) {
        t->unit[i] = units;
        unsigned char byte = (unsigned char)t->bytes.data[i];
        units += (byte & 0xc0) == 0x80 ? 0 : byte >= 0xf0 ? 2 : 1;
    }
    t->unit[length] = units;
    return SS_OK;
}

size_t ss_report_text_length(const ss_article *article, size_t text_bytes)
{
    size_t length = strlen(article->text);
    return length > text_bytes ? whole_characters(article->text, text_bytes) : length;
}

ss_status ss_report_text_take(ss_report_text *t, const ss_fold *fold, const ss_article *article, size_t text_bytes)
{
    size_t length = ss_report_text_length(article, text_bytes);
    t->fold = fold;
    t->bytes.length = 0;
    t->count = 0;
    SS_TRY(ss_buffer_append(&t->bytes, article->title, strlen(article->title)));
    SS_TRY(ss_buffer_append(&t->bytes, "\n", 1));
    t->text_begin = t->bytes.length;
    SS_TRY(ss_buffer_append(&t->bytes, article->text, length));
    SS_TRY(ss_fold_text(fold, t->bytes.data, t->bytes.length, &t->folded, &t->offset, &t->count, &t->capacity));
    return count_units(t);
}

void ss_report_text_clear(ss_report_text *t)
{
    ss_buffer_free(&t->bytes);
    free(t->folded);
    free(t->offset);
    free(t->unit);
    *t = (ss_report_text){0};
}

static void write_span(ss_json_writer *writer, const ss_report_text *t, size_t begin, size_t end)
{
    ss_json_integer(writer, t->unit[begin]);
    ss_json_integer(writer, (int64_t)t->unit[end] - t->unit[begin]);
}

void ss_report_write_place(ss_json_writer *writer, const ss_report_text *t, size_t place, const char *term)
{
    size_t end = place + strlen(term);
    ss_json_open(writer, '[');
    if (end <= t->bytes.length) write_span(writer, t, place, end);
    ss_json_close(writer, ']');
}

/* Does a word or number go on across the line between these two? */
static bool is_inside_word(ss_folded before, ss_folded after)
{
    ss_char_class class = SS_FOLDED_CLASS(before);
    return class == SS_FOLDED_CLASS(after) && (class == SS_CLASS_LETTER || class == SS_CLASS_DIGIT);
}

static bool stands_at(const ss_report_text *t, size_t at, const ss_folded *term, size_t length)
{
    if (memcmp(t->folded + at, term, length * sizeof *term) != 0) return false;
    if (at > 0 && is_inside_word(t->folded[at - 1], t->folded[at])) return false;
    size_t end = at + length;
    return end == t->count || !is_inside_word(t->folded[end - 1], t->folded[end]);
}

ss_status ss_report_write_places(ss_json_writer *writer, ss_report_text *t, const char *term)
{
    ss_folded *folded = NULL;
    size_t length = 0, capacity = 0, places = 0;
    ss_status status = ss_fold_text(t->fold, term, strlen(term), &folded, NULL, &length, &capacity);
    ss_json_open(writer, '[');
    for (size_t at = 0; status == SS_OK && length > 0 && at + length <= t->count && places < PLACES_MAX; at++) {
        if (!stands_at(t, at, folded, length)) continue;
        size_t end = at + length < t->count ? t->offset[at + length] : t->bytes.length;
        write_span(writer, t, t->offset[at], end);
        places++;
        at += length - 1;
    }
    ss_json_close(writer, ']');
    free(folded);
    return status;
}
