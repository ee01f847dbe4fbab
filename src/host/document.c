#include "document.h"

#include <string.h>
#include <strings.h>

#include "language.h"
#include "status.h"

size_t ss_space_size(const char *text, size_t length)
{
    if (length == 0) return 0;
    if (*text == ' ' || (*text >= '\t' && *text <= '\r')) return 1;
    if (length >= 2 && memcmp(text, "\xc2\xa0", 2) == 0) return 2;
    return length >= 3 && memcmp(text, "\xe3\x80\x80", 3) == 0 ? 3 : 0;
}

ss_status ss_copy_line(char **out, const char *text, size_t length)
{
    SS_TRY(ss_copy_text(out, text, length));
    char *line = *out;
    size_t used = 0;
    bool space = false;
    for (size_t at = 0; at < length;) {
        size_t size = ss_space_size(text + at, length - at);
        at += size;
        if (size > 0) {
            space = true;
            continue;
        }
        if (space && used > 0) line[used++] = ' ';
        space = false;
        line[used++] = text[at++];
    }
    line[used] = '\0';
    return SS_OK;
}

bool ss_is_web_address(const char *text)
{
    return strncasecmp(text, "http://", 7) == 0 || strncasecmp(text, "https://", 8) == 0;
}

/* Bytes of the white space character that `text` ends with. */
static size_t last_space_size(const char *text, size_t length)
{
    for (size_t size = 1; size <= 3 && size <= length; size++)
        if (ss_space_size(text + length - size, size) == size) return size;
    return 0;
}

static void trim(const char **text, size_t *length)
{
    for (size_t size; (size = ss_space_size(*text, *length)) > 0; *length -= size)
        *text += size;
    for (size_t size; (size = last_space_size(*text, *length)) > 0;)
        *length -= size;
}

ss_status ss_document_finish(ss_article *article, const char *text, size_t length, const char *declared_lang)
{
    trim(&text, &length);
    const char *title = article->title != NULL ? article->title : "";
    size_t title_length = strlen(title);
    const char *line_end = memchr(text, '\n', length);
    size_t first = line_end != NULL ? (size_t)(line_end - text) : length;
    const char *line = text;
    size_t line_length = first;
    trim(&line, &line_length);
    if (line_length == title_length && memcmp(line, title, title_length) == 0) {
        text += first;
        length -= first;
        trim(&text, &length);
    }
    if (length == 0 && title_length == 0) return ss_fail(SS_ERROR_INPUT, "no text in it");
    SS_TRY(ss_copy_text(&article->text, text, length));
    article->lang =
        length > 0 ? ss_lang_decide(declared_lang, text, length) : ss_lang_decide(declared_lang, title, title_length);
    return SS_OK;
}
