#include "html_token.h"

#include <string.h>
#include <strings.h>

#include "html.h"
#include "status.h"

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static size_t left_of(const ss_html_cursor *c)
{
    return (size_t)(c->end - c->at);
}

static void go_behind(ss_html_cursor *c, char mark)
{
    const char *found = memchr(c->at, mark, left_of(c));
    c->at = found != NULL ? found + 1 : c->end;
}

/* The name that stands here, in lower case; "" for one that is too long to be of interest. Its length. */
static size_t take_name(ss_html_cursor *c, char name[SS_HTML_NAME])
{
    const char *start = c->at;
    while (c->at < c->end && !is_space(*c->at) && *c->at != '>' && *c->at != '/' && *c->at != '=')
        c->at++;
    size_t length = (size_t)(c->at - start);
    size_t kept = length < SS_HTML_NAME ? length : 0;
    for (size_t i = 0; i < kept; i++)
        name[i] = (char)(start[i] >= 'A' && start[i] <= 'Z' ? start[i] | 0x20 : start[i]);
    memset(name + kept, 0, SS_HTML_NAME - kept);
    return length;
}

/* ------------------------------------------------------------ attributes */

static void take_value(ss_html_cursor *c, ss_html_value *out)
{
    while (c->at < c->end && is_space(*c->at))
        c->at++;
    char quote = c->at < c->end && (*c->at == '"' || *c->at == '\'') ? *c->at : '\0';
    c->at += quote != '\0';
    out->value = c->at;
    if (quote != '\0') {
        go_behind(c, quote);
        out->length = (size_t)(c->at - out->value);
        out->length -= out->length > 0 && c->at[-1] == quote;
        return;
    }
    while (c->at < c->end && !is_space(*c->at) && *c->at != '>')
        c->at++;
    out->length = (size_t)(c->at - out->value);
}

/* display:none */
static bool hides(const ss_html_value *style)
{
    const char *end = style->value + style->length;
    for (const char *at = style->value; at < end && (at = memchr(at, ':', (size_t)(end - at))) != NULL;) {
        const char *word = at++;
        while (word > style->value && is_space(word[-1]))
            word--;
        while (at < end && is_space(*at))
            at++;
        if (word - style->value >= 7 && strncasecmp(word - 7, "display", 7) == 0 && end - at >= 4 &&
            strncasecmp(at, "none", 4) == 0)
            return true;
    }
    return false;
}

/* The attribute of that name among those that are told, as it is written there; NULL: none of them. */
static const char *find_told(const char *name)
{
    static const char *const told[] = {"class",   "id",       "href",        "itemprop", "property", "name",
                                       "content", "rel",      "type",        "lang",     "role",     "datetime",
                                       "hidden",  "xml:lang", "aria-hidden", NULL};
    for (const char *const *known = told; *known != NULL; known++)
        if (ss_html_same(name, *known)) return *known;
    return NULL;
}

static void add_attribute(ss_html_token *token, const char *name, ss_html_value value)
{
    static const char json[] = "application/ld+json";
    if (ss_html_same(name, "style")) token->hidden |= value.value != NULL && hides(&value);
    value.name = find_told(name);
    if (value.name == NULL || token->attributes == SS_HTML_ATTRIBUTES) return;
    token->json |= ss_html_same(name, "type") && value.length >= sizeof json - 1 &&
                   strncasecmp(value.value, json, sizeof json - 1) == 0;
    token->attribute[token->attributes++] = value;
}

/* All attributes, to behind the tag. */
static void take_attributes(ss_html_cursor *c, ss_html_token *token)
{
    for (;;) {
        while (c->at < c->end && (is_space(*c->at) || *c->at == '/'))
            c->at++;
        if (c->at == c->end) return;
        if (*c->at == '>') {
            c->at++;
            return;
        }
        char name[SS_HTML_NAME];
        ss_html_value value = {0};
        if (take_name(c, name) == 0) c->at++; /* a stray '=' */
        while (c->at < c->end && is_space(*c->at))
            c->at++;
        if (c->at < c->end && *c->at == '=') {
            c->at++;
            take_value(c, &value);
        }
        add_attribute(token, name, value);
    }
}

/* ------------------------------------------------------------------ tags */

/* What such elements hold is no HTML, up to their end tags. */
static bool holds_no_html(const char *name)
{
    static const char *const names[] = {"script",   "style",   "title",    "svg", "iframe", "noscript",
                                        "noframes", "noembed", "textarea", "xmp", NULL};
    for (const char *const *known = names; *known != NULL; known++)
        if (ss_html_same(name, *known)) return true;
    return false;
}

/* To behind the end tag of an element that holds no HTML, or to the end of the page. */
static void take_content(ss_html_cursor *c, ss_html_token *token)
{
    size_t length = strlen(token->name);
    token->text = c->at;
    for (;; c->at += 2) {
        const char *mark = memmem(c->at, left_of(c), "</", 2);
        c->at = mark != NULL ? mark : c->end;
        bool same = left_of(c) >= length + 2 && strncasecmp(c->at + 2, token->name, length) == 0;
        if (mark == NULL || (same && (left_of(c) == length + 2 || !is_letter(c->at[2 + length])))) break;
    }
    token->length = (size_t)(c->at - token->text);
    go_behind(c, '>');
}

/* False: the element holds nothing that is of use, and has been passed over. */
static bool take_start_tag(ss_html_cursor *c, ss_html_token *token)
{
    token->kind = SS_HTML_START;
    c->at++;
    take_name(c, token->name);
    take_attributes(c, token);
    if (!holds_no_html(token->name)) return true;
    bool closed = c->at[-1] == '>' && c->at[-2] == '/';
    if (closed && ss_html_same(token->name, "svg")) return false; /* drawings alone may be closed in this way */
    take_content(c, token);
    return token->json || ss_html_same(token->name, "title");
}

static void take_end_tag(ss_html_cursor *c, ss_html_token *token)
{
    token->kind = SS_HTML_END;
    c->at += 2;
    take_name(c, token->name);
    go_behind(c, '>');
}

static void skip_comment(ss_html_cursor *c)
{
    /* From the second dash on, as <!--> is a whole comment. */
    const char *close = memmem(c->at + 2, left_of(c) - 2, "-->", 3);
    c->at = close != NULL ? close + 3 : c->end;
}

/* Text to the next '<', and beyond if that begins no tag: `token->text` is where it began. */
static void take_text(ss_html_cursor *c, ss_html_token *token)
{
    token->kind = SS_HTML_TEXT;
    token->text = c->at++;
    const char *mark = memchr(c->at, '<', left_of(c));
    c->at = mark != NULL ? mark : c->end;
    token->length = (size_t)(c->at - token->text);
}

/* What is no token (comments, declarations, scripts) is passed over: false. */
static bool take_token(ss_html_cursor *c, ss_html_token *token)
{
    char next = left_of(c) > 1 ? c->at[1] : ' ';
    if (*c->at == '<' && is_letter(next)) return take_start_tag(c, token);
    if (*c->at == '<' && next == '/' && left_of(c) > 2 && is_letter(c->at[2])) {
        take_end_tag(c, token);
        return true;
    }
    if (left_of(c) >= 4 && memcmp(c->at, "<!--", 4) == 0) {
        skip_comment(c);
        return false;
    }
    if (*c->at == '<' && (next == '!' || next == '?' || next == '/')) {
        go_behind(c, '>');
        return false;
    }
    take_text(c, token);
    return true;
}

void ss_html_next(ss_html_cursor *cursor, ss_html_token *token)
{
    while (cursor->at < cursor->end) {
        token->attributes = 0;
        token->hidden = token->json = false;
        token->text = NULL;
        if (take_token(cursor, token)) return;
    }
    token->kind = SS_HTML_END_OF_PAGE;
}
