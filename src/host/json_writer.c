#include "json_writer.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unicode/utf8.h>

#define REAL_MAX 1e9

static void put(ss_json_writer *w, const char *bytes, size_t length)
{
    if (w->status == SS_OK) w->status = ss_buffer_append(&w->out, bytes, length);
}

/* A value begins. */
static void begin(ss_json_writer *w)
{
    if (w->between) put(w, ",", 1);
    w->between = true;
}

void ss_json_open(ss_json_writer *w, char bracket)
{
    begin(w);
    put(w, &bracket, 1);
    w->between = false;
}

void ss_json_close(ss_json_writer *w, char bracket)
{
    put(w, &bracket, 1);
    w->between = true;
}

void ss_json_name(ss_json_writer *w, const char *name)
{
    ss_json_string(w, name);
    put(w, ":", 1);
    w->between = false;
}

static void put_escape(ss_json_writer *w, UChar32 c)
{
    char escape[8];
    switch (c) {
    case '"':
        put(w, "\\\"", 2);
        return;
    case '\\':
        put(w, "\\\\", 2);
        return;
    case '\n':
        put(w, "\\n", 2);
        return;
    default:
        put(w, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", (unsigned)c));
    }
}

void ss_json_text(ss_json_writer *w, const char *text, size_t length)
{
    const uint8_t *bytes = (const uint8_t *)text;
    size_t at = 0, kept = 0; /* bytes before `kept` are written */
    begin(w);
    put(w, "\"", 1);
    while (at < length) {
        size_t here = at;
        UChar32 c;
        U8_NEXT(bytes, at, length, c);
        bool plain = c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != 0x7f && c != 0x2028 && c != 0x2029;
        if (plain) continue;
        put(w, text + kept, here - kept);
        put_escape(w, c < 0 ? 0xfffd : c);
        kept = at;
    }
    put(w, text + kept, length - kept);
    put(w, "\"", 1);
}

void ss_json_string(ss_json_writer *w, const char *text)
{
    ss_json_text(w, text, strlen(text));
}

void ss_json_integer(ss_json_writer *w, int64_t value)
{
    char text[24];
    begin(w);
    put(w, text, (size_t)snprintf(text, sizeof text, "%" PRId64, value));
}

void ss_json_real(ss_json_writer *w, double value, int decimals)
{
    int64_t unit = 1;
    for (int i = 0; i < decimals; i++)
        unit *= 10;
    if (!(fabs(value) <= REAL_MAX)) {
        ss_json_null(w);
        return;
    }
    int64_t scaled = llround(value * (double)unit), magnitude = scaled < 0 ? -scaled : scaled;
    for (; decimals > 0 && magnitude % 10 == 0; decimals--, magnitude /= 10)
        unit /= 10;
    char text[48];
    int length = snprintf(text, sizeof text, "%s%" PRId64, scaled < 0 ? "-" : "", magnitude / unit);
    if (decimals > 0)
        length += snprintf(text + length, sizeof text - (size_t)length, ".%0*" PRId64, decimals, magnitude % unit);
    begin(w);
    put(w, text, (size_t)length);
}

void ss_json_null(ss_json_writer *w)
{
    begin(w);
    put(w, "null", 4);
}
