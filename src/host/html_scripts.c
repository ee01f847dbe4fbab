#include "html_scripts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "status.h"

#define LEAST_CUT 64 /* bytes of content that are worth it */

static bool begins_with(const char *at, const char *end, const char *word)
{
    size_t length = strlen(word);
    return (size_t)(end - at) >= length && strncasecmp(at, word, length) == 0;
}

static const char *find(const char *at, const char *end, const char *word)
{
    const char *found = memmem(at, (size_t)(end - at), word, strlen(word));
    return found != NULL ? found : end;
}

/* Where the content ends that begins at `at`: at the end tag of that name. NULL: nowhere, or marks of a comment are in it,
 * about which parsers disagree. */
static const char *find_end(const char *at, const char *end, const char *name)
{
    for (; (at = memchr(at, '<', (size_t)(end - at))) != NULL; at++) {
        if (end - at > 1 && at[1] == '!' && begins_with(at, end, "<!--")) return NULL;
        if (end - at > 1 && at[1] == '/' && begins_with(at + 2, end, name)) return at;
    }
    return NULL;
}

/* The element whose start tag stands here, if it is one of those. */
static const char *match_name(const char *at, const char *end)
{
    if (at == end || (*at | 0x20) != 's') return NULL; /* as nearly all */
    return begins_with(at, end, "script") ? "script" : begins_with(at, end, "style") ? "style" : NULL;
}

static ss_status cut(ss_html_scripts *out, const char *kept, const char *from)
{
    SS_TRY(ss_grow((void **)&out->place, &out->capacity, out->count + 1, sizeof *out->place));
    SS_TRY(ss_buffer_append(&out->html, kept, (size_t)(from - kept)));
    out->place[out->count++] = out->html.length;
    return SS_OK;
}

ss_status ss_html_scripts_cut(ss_html_scripts *out, const char *html, size_t length)
{
    const char *end = html + length, *kept = html; /* what is to be kept begins here */
    for (const char *at = html; (at = memchr(at, '<', (size_t)(end - at))) != NULL;) {
        at++;
        if (at < end && *at == '!' && begins_with(at, end, "!--")) at = find(at, end, "-->");
        const char *name = match_name(at, end);
        if (name == NULL) continue;
        const char *content = find(at, end, ">");
        bool json = find(at, content, "json") < content;
        if (content == end || json) continue;
        at = ++content;
        if (content < end && *content == '<') continue; /* an end tag here, of whatever, counts as one */
        const char *content_end = find_end(content, end, name);
        if (content_end == NULL || content_end - content < LEAST_CUT) continue;
        SS_TRY(cut(out, kept, content));
        at = kept = content_end;
    }
    return out->count > 0 ? ss_buffer_append(&out->html, kept, (size_t)(end - kept)) : SS_OK;
}

void ss_html_scripts_clear(ss_html_scripts *scripts)
{
    ss_buffer_free(&scripts->html);
    free(scripts->place);
    *scripts = (ss_html_scripts){0};
}
