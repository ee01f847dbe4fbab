#include "header_fields.h"

#include <string.h>
#include <strings.h>

size_t ss_header_length(const char *bytes, size_t length)
{
    const char *end = bytes + length, *line = bytes;
    while (line < end) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        if (newline == NULL) break;
        if (newline == line || (newline == line + 1 && *line == '\r')) return (size_t)(newline + 1 - bytes);
        line = newline + 1;
    }
    return 0;
}

static ss_slice trim(ss_slice slice)
{
    while (slice.length > 0 && memchr(" \t\r", slice.text[0], 3) != NULL) {
        slice.text++;
        slice.length--;
    }
    while (slice.length > 0 && memchr(" \t\r", slice.text[slice.length - 1], 3) != NULL)
        slice.length--;
    return slice;
}

ss_slice ss_header_find(ss_slice header, const char *name)
{
    size_t name_length = strlen(name);
    const char *end = header.text + header.length;
    for (const char *line = header.text, *newline; line < end; line = newline + 1) {
        newline = memchr(line, '\n', (size_t)(end - line));
        if (newline == NULL) newline = end;
        size_t length = (size_t)(newline - line);
        if (length <= name_length || strncasecmp(line, name, name_length) != 0) continue;
        ss_slice rest = trim((ss_slice){line + name_length, length - name_length});
        if (rest.length > 0 && *rest.text == ':') return trim((ss_slice){rest.text + 1, rest.length - 1});
    }
    return (ss_slice){"", 0};
}

bool ss_slice_begins(ss_slice slice, const char *word)
{
    size_t length = strlen(word);
    return slice.length >= length && strncasecmp(slice.text, word, length) == 0;
}

bool ss_slice_is(ss_slice slice, const char *word)
{
    return slice.length == strlen(word) && ss_slice_begins(slice, word);
}
