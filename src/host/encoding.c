#include "encoding.h"
#include "status.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>

#define PIVOT_SIZE 4096

struct ss_decoder {
    UConverter *source;
    UConverter *utf8;
    /* ICU converts through UTF-16; what is between the two converters outlives a call. */
    UChar pivot[PIVOT_SIZE];
    UChar *pivot_start;
    UChar *pivot_end;
};

static ss_status open_converter(UConverter **out, const char *name)
{
    UErrorCode status = U_ZERO_ERROR;
    *out = ucnv_open(name, &status);
    if (status == U_MEMORY_ALLOCATION_ERROR) return ss_fail_memory(PIVOT_SIZE);
    if (U_FAILURE(status)) return ss_fail(SS_ERROR_INPUT, "the encoding %s is not known: convert it to UTF-8", name);
    return SS_OK;
}

ss_status ss_decoder_new(ss_decoder **out, const char *name)
{
    *out = NULL;
    ss_decoder *decoder = calloc(1, sizeof *decoder);
    if (decoder == NULL) return ss_fail_memory(sizeof *decoder);
    decoder->pivot_start = decoder->pivot_end = decoder->pivot;
    ss_status status = open_converter(&decoder->source, name);
    if (status == SS_OK) status = open_converter(&decoder->utf8, "UTF-8");
    if (status != SS_OK) {
        ss_decoder_free(decoder);
        return status;
    }
    *out = decoder;
    return SS_OK;
}

void ss_decoder_free(ss_decoder *decoder)
{
    if (decoder == NULL) return;
    ucnv_close(decoder->source);
    ucnv_close(decoder->utf8);
    free(decoder);
}

ss_status ss_decoder_run(ss_decoder *decoder, ss_buffer *text, const char *bytes, size_t length, bool last)
{
    const char *end = bytes + length;
    UErrorCode status;
    do {
        char piece[PIVOT_SIZE], *target = piece;
        status = U_ZERO_ERROR;
        ucnv_convertEx(decoder->utf8, decoder->source, &target, piece + sizeof piece, &bytes, end, decoder->pivot,
                       &decoder->pivot_start, &decoder->pivot_end, decoder->pivot + PIVOT_SIZE, false, last, &status);
        SS_TRY(ss_buffer_append(text, piece, (size_t)(target - piece)));
    } while (status == U_BUFFER_OVERFLOW_ERROR);
    if (status == U_MEMORY_ALLOCATION_ERROR) return ss_fail_memory(length);
    if (U_FAILURE(status)) return ss_fail(SS_ERROR_INTERNAL, "text can't be converted: %s", u_errorName(status));
    return SS_OK;
}

size_t ss_utf8_sound(const char *text, size_t length)
{
    for (size_t at = 0;;) {
        at = ss_pass_ascii(text, at, length);
        if (at == length || text[at] == '\0') return at;
        for (size_t step; at < length && (text[at] & 0x80) != 0; at += step) {
            step = ss_utf8_sequence(text + at, length - at);
            if (step == 0) return at;
        }
    }
}

ss_status ss_utf8_repair(ss_buffer *out, ss_damage *damage, const char *text, size_t length)
{
    memset(damage, 0, sizeof *damage);
    out->length = 0;
    size_t at = 0;
    for (;;) {
        size_t sound = ss_utf8_sound(text + at, length - at);
        SS_TRY(ss_buffer_append(out, text + at, sound));
        at += sound;
        if (at == length) return SS_OK;
        if (damage->sequences + damage->nuls == 0) damage->first = at;
        if (text[at] == '\0') {
            damage->nuls++;
            at++;
            SS_TRY(ss_buffer_append(out, " ", 1));
            continue;
        }
        damage->sequences++;
        while (at < length && ss_utf8_sequence(text + at, length - at) == 0)
            at++;
        SS_TRY(ss_buffer_append(out, "\xef\xbf\xbd", 3));
    }
}
