/* Character references in HTML: &amp; &#20013; &#x4e2d; */
#include <libxml/HTMLparser.h>
#include <string.h>
#include <unicode/utf8.h>

#include "html_token.h"
#include "status.h"

#define MOST_NAME   8 /* bytes of the longest name in HTML 4, which libxml2 knows, as everybody writes */
#define MOST_DIGITS 8

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static size_t put_character(char out[8], uint32_t code, size_t used)
{
    /* Numbers of Windows' code page that Unicode has control characters for; the standard says to read them so. */
    static const uint16_t windows[32] = {0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                         0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
                                         0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                         0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};
    if (code >= 0x80 && code < 0xa0) code = windows[code - 0x80];
    uint8_t *bytes = (uint8_t *)out;
    int32_t length = 0;
    bool whole = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    if (whole) U8_APPEND_UNSAFE(bytes, length, code);
    bytes[length] = 0;
    return used;
}

static size_t read_number(char out[8], const char *text, size_t length)
{
    bool hex = length > 2 && (text[2] | 0x20) == 'x';
    size_t first = hex ? 3 : 2, at = first;
    uint32_t code = 0;
    for (; at < length && at - first < MOST_DIGITS; at++) {
        char c = text[at];
        if (is_digit(c))
            code = code * (hex ? 16 : 10) + (uint32_t)(c - '0');
        else if (hex && (c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            code = code * 16 + (uint32_t)((c | 0x20) - 'a' + 10);
        else
            break;
    }
    if (at == first) return 0;
    at += at < length && text[at] == ';';
    return put_character(out, code, at);
}

size_t ss_html_reference(char out[8], const char *text, size_t length)
{
    if (length > 1 && text[1] == '#') return read_number(out, text, length);
    char name[MOST_NAME + 1];
    size_t count = 0;
    while (count < MOST_NAME && 1 + count < length && is_alnum(text[1 + count])) {
        name[count] = text[1 + count];
        count++;
    }
    name[count] = '\0';
    size_t used = 1 + count;
    bool ended = used < length && text[used] == ';';
    /* Without its semicolon, what stands in an address is a parameter: ?a=1&copy=2 */
    if (count == 0 || (!ended && used < length && (is_alnum(text[used]) || text[used] == '='))) return 0;
    used += ended;
    if (strcmp(name, "nbsp") == 0) return put_character(out, 0xa0, used); /* more often than all others together */
    if (strcmp(name, "apos") == 0) return put_character(out, '\'', used); /* of XML */
    const htmlEntityDesc *found = htmlEntityLookup((const xmlChar *)name);
    return found != NULL ? put_character(out, found->value, used) : 0;
}

ss_status ss_html_decode(ss_buffer *out, const char *text, size_t length)
{
    for (const char *end = text + length; text < end;) {
        const char *mark = memchr(text, '&', (size_t)(end - text));
        if (mark == NULL) mark = end;
        SS_TRY(ss_buffer_append(out, text, (size_t)(mark - text)));
        text = mark;
        if (mark == end) break;
        char character[8] = "&";
        size_t used = ss_html_reference(character, text, (size_t)(end - text));
        SS_TRY(ss_buffer_append(out, used > 0 ? character : "&", used > 0 ? strlen(character) : 1));
        text += used > 0 ? used : 1;
    }
    return SS_OK;
}
