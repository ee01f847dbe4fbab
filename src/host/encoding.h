/* Bytes in any common encoding -> UTF-8. */
#ifndef SS_ENCODING_H
#define SS_ENCODING_H

#include <string.h>

#include "buffer.h"

/* How the bytes of a file are to be read. */
typedef struct ss_encoding {
    char name[48];      /* as ICU knows it; "UTF-8", or "" if the bytes are no text at all */
    size_t mark_length; /* bytes of the byte order mark to leave out */
    bool guessed;       /* neither declared nor sure: worth a warning */
} ss_encoding;

/* Tells the encoding from the first bytes of a file: by byte order mark, then declaration (HTML meta, XML), then valid
 * UTF-8, then by what the bytes look like. UTF-8 with a little damage is UTF-8. `whole`: nothing follows `bytes`. */
ss_status ss_encoding_detect(ss_encoding *out, const char *bytes, size_t length, bool whole);

/* The same of a page whose server named `charset`, "" if none: it counts before what the page declares. */
ss_status ss_encoding_detect_served(ss_encoding *out, const char *charset, const char *bytes, size_t length,
                                    bool whole);

typedef struct ss_decoder ss_decoder;

/* From the encoding of that name to UTF-8. */
ss_status ss_decoder_new(ss_decoder **out, const char *name);

/* Appends the text of the next bytes to *text; what can't be read becomes U+FFFD. A character may be cut anywhere between
 * two calls; `last`: no more bytes follow. */
ss_status ss_decoder_run(ss_decoder *decoder, ss_buffer *text, const char *bytes, size_t length, bool last);

void ss_decoder_free(ss_decoder *decoder);

/* What ss_utf8_repair() mended. */
typedef struct ss_damage {
    size_t sequences; /* runs of bytes that are not UTF-8, now U+FFFD */
    size_t nuls;      /* NUL bytes, now spaces */
    size_t first;     /* offset of the first of either */
} ss_damage;

/* Length of the UTF-8 sequence that `bytes` begins with, 0 if there is none; `left` bytes are there. */
static inline size_t ss_utf8_sequence(const char *bytes, size_t left)
{
    const unsigned char *byte = (const unsigned char *)bytes;
    if (left == 0) return 0;
    unsigned char lead = byte[0];
    if (lead < 0x80) return 1;
    size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || left < length) return 0;
    /* The second byte tells overlong forms, surrogates and what lies past U+10FFFF. */
    unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (byte[1] < low || byte[1] > high) return 0;
    for (size_t i = 2; i < length; i++)
        if ((byte[i] & 0xc0) != 0x80) return 0;
    return length;
}

/* Offset of the first byte from `at` on that is not ASCII, or is NUL; `length` if there is none. */
static inline size_t ss_pass_ascii(const char *text, size_t at, size_t length)
{
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    for (uint64_t word[2]; length - at >= sizeof word; at += sizeof word) {
        memcpy(word, text + at, sizeof word);
        if (((word[0] | (word[0] - ones) | word[1] | (word[1] - ones)) & tops) != 0) break;
    }
    while (at < length && (text[at] & 0x80) == 0 && text[at] != '\0')
        at++;
    return at;
}

/* Offset of the first NUL or damaged byte; `length` if there is none. */
size_t ss_utf8_sound(const char *text, size_t length);

/* The text with damage mended, into *out (emptied before). */
ss_status ss_utf8_repair(ss_buffer *out, ss_damage *damage, const char *text, size_t length);

#endif
