#include "html.h"

#include <libxml/HTMLparser.h>
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <limits.h>
#include <stdlib.h>
#include <strings.h>

#include "document.h"
#include "status.h"
#include "xml_errors.h"

/* The parser looks through all open elements at every end tag, and compares each attribute of a tag with all before it: depth
 * and attributes cost time. */
#define MOST_DEPTH      1024
#define MOST_ATTRIBUTES 4096

#define BLOCK     SS_HTML_BLOCK
#define SKIPPED   SS_HTML_SKIPPED
#define FURNITURE (SS_HTML_BLOCK | SS_HTML_FURNITURE)
#define IGNORED   64 /* neither text nor structure depend on it */

typedef struct element_kind {
    const char *name;
    int effects;
} element_kind;

/* Sorted by name. */
/* clang-format off */
static const element_kind ELEMENT_KINDS[] = {
    {"address", BLOCK}, {"article", BLOCK}, {"aside", FURNITURE}, {"audio", SKIPPED}, {"b", IGNORED},
    {"blockquote", BLOCK}, {"body", BLOCK}, {"br", BLOCK}, {"button", SKIPPED}, {"canvas", SKIPPED},
    {"caption", BLOCK}, {"center", BLOCK}, {"dd", BLOCK}, {"details", BLOCK}, {"dialog", SKIPPED},
    {"div", BLOCK}, {"dl", BLOCK}, {"dt", BLOCK}, {"em", IGNORED}, {"fieldset", BLOCK},
    {"figcaption", FURNITURE}, {"figure", BLOCK}, {"font", IGNORED}, {"footer", FURNITURE}, {"form", BLOCK},
    {"h1", BLOCK}, {"h2", BLOCK}, {"h3", BLOCK}, {"h4", BLOCK}, {"h5", BLOCK}, {"h6", BLOCK}, {"header", BLOCK},
    {"hr", BLOCK}, {"html", BLOCK}, {"i", IGNORED}, {"iframe", SKIPPED}, {"label", SKIPPED}, {"li", BLOCK},
    {"main", BLOCK}, {"menu", FURNITURE}, {"nav", FURNITURE}, {"noembed", SKIPPED}, {"noframes", SKIPPED},
    {"noscript", SKIPPED}, {"object", SKIPPED}, {"ol", BLOCK}, {"option", SKIPPED}, {"p", BLOCK},
    {"pre", BLOCK | SS_HTML_PREFORMATTED}, {"script", SKIPPED}, {"section", BLOCK}, {"select", SKIPPED},
    {"strong", IGNORED}, {"style", SKIPPED}, {"summary", BLOCK}, {"svg", SKIPPED}, {"table", BLOCK},
    {"tbody", BLOCK}, {"td", SS_HTML_CELL}, {"template", SKIPPED}, {"textarea", SKIPPED}, {"tfoot", BLOCK},
    {"th", SS_HTML_CELL}, {"thead", BLOCK}, {"title", SKIPPED}, {"tr", BLOCK}, {"u", IGNORED}, {"ul", BLOCK},
    {"video", SKIPPED}, {"xmp", SKIPPED},
};
/* clang-format on */

#define MOST_KNOWN 64

typedef struct page_walk {
    ss_buffer *out;
    const ss_html_hooks *hooks;
    bool keep_lines;
    htmlParserCtxtPtr parser;
    element_kind known[MOST_KNOWN]; /* by the address of the name, which the parser has but one of */
    int *open;                      /* effects of the open elements */
    size_t depth, capacity;
    int skipped, preformatted;        /* how many of the open elements are so */
    bool pending_space, pending_line; /* white space that goes before the next character */
    ss_buffer content;                /* of the open <title>, or <script> with JSON-LD */
    bool collecting;
    bool begun;
    ss_status status;
} page_walk;

static int compare_kinds(const void *name, const void *kind)
{
    const char *other = ((const element_kind *)kind)->name;
    int first = *(const char *)name - *other; /* which most comparisons end with */
    return first != 0 ? first : strcmp(name, other);
}

static int effects_of(page_walk *page, const char *name)
{
    element_kind *known = &page->known[(uintptr_t)name % MOST_KNOWN];
    if (known->name != name) {
        const element_kind *kind = bsearch(name, ELEMENT_KINDS, sizeof ELEMENT_KINDS / sizeof *ELEMENT_KINDS,
                                           sizeof *ELEMENT_KINDS, compare_kinds);
        *known = (element_kind){name, kind != NULL ? kind->effects : 0};
    }
    return known->effects;
}

const char *ss_html_attribute(const char **attributes, const char *name)
{
    for (; attributes != NULL && attributes[0] != NULL; attributes += 2)
        if (ss_html_same(attributes[0], name)) return attributes[1];
    return NULL;
}

/* Keeps the first failure and ends the parsing. */
static void stop(page_walk *page, ss_status status)
{
    if (status == SS_OK || page->status != SS_OK) return;
    page->status = status;
    if (page->begun) xmlStopParser(page->parser); /* which must not happen while its input is being set up */
}

/* ------------------------------------------------------------------ text */

/* Writes the white space that is due, and the text, for which there is room. */
static void add_visible(page_walk *page, const char *text, size_t length)
{
    ss_buffer *out = page->out;
    bool at_start = out->length == 0 || out->data[out->length - 1] == '\n';
    bool pending = page->pending_line || page->pending_space;
    if (pending && !at_start) out->data[out->length++] = page->pending_line ? '\n' : ' ';
    page->pending_line = page->pending_space = false;
    memcpy(out->data + out->length, text, length);
    out->length += length;
}

/* Bytes before the next white space that does not stay as it is, which one space between two words does. */
static size_t words_length(const char *text, size_t length)
{
    /* The leading bytes of the no-break and the ideographic space begin other characters too. */
    enum { SPACE = 2, LIKELY = 1 };
    static const unsigned char kinds[UCHAR_MAX + 1] = {
        [' '] = SPACE,   ['\t'] = LIKELY, ['\n'] = LIKELY, ['\v'] = LIKELY,
        ['\f'] = LIKELY, ['\r'] = LIKELY, [0xc2] = LIKELY, [0xe3] = LIKELY};
    unsigned char before = SPACE;
    size_t at = 0;
    for (; at < length; at++) {
        unsigned char kind = kinds[(unsigned char)text[at]];
        if ((kind & (before | LIKELY)) != 0 && ss_space_size(text + at, length - at) > 0) break;
        before = kind;
    }
    return at > 0 && before == SPACE ? at - 1 : at;
}

static ss_status add_text(page_walk *page, const char *text, size_t length)
{
    /* No more is written than is read, but for white space that is due from before. */
    SS_TRY(ss_buffer_reserve(page->out, length + 1));
    for (size_t at = 0; at < length;) {
        size_t space = ss_space_size(text + at, length - at);
        if (space > 0 && text[at] == '\n' && page->keep_lines) {
            /* Each line end is one, for blank lines mean something where lines do. */
            page->pending_line = page->pending_space = false;
            page->out->data[page->out->length++] = '\n';
        } else if (space > 0) {
            page->pending_space = true;
            if (text[at] == '\n' && page->preformatted > 0) page->pending_line = true;
        }
        at += space;
        size_t words = words_length(text + at, length - at);
        if (words > 0) add_visible(page, text + at, words);
        at += words;
    }
    return SS_OK;
}

static void on_characters(void *user, const xmlChar *text, int length)
{
    page_walk *page = user;
    if (page->status != SS_OK || length <= 0) return;
    if (page->collecting) stop(page, ss_buffer_append(&page->content, (const char *)text, (size_t)length));
    if (page->skipped == 0) stop(page, add_text(page, (const char *)text, (size_t)length));
}

/* -------------------------------------------------------------- elements */

static void break_text(page_walk *page, int effects)
{
    if (effects & BLOCK) page->pending_line = true;
    if (effects & SS_HTML_CELL) page->pending_space = true;
}

static void count_open(page_walk *page, int effects, int step)
{
    if (effects & SKIPPED) page->skipped += step;
    if (effects & SS_HTML_PREFORMATTED) page->preformatted += step;
}

/* display:none */
static bool style_hides(const char *style)
{
    const char *display = style != NULL ? strcasestr(style, "display") : NULL;
    if (display == NULL) return false;
    display += strlen("display");
    display += strspn(display, ": \t");
    return strncasecmp(display, "none", 4) == 0;
}

static bool is_hidden(const char *name, const char **attributes)
{
    if (ss_html_same(name, "html") || ss_html_same(name, "body")) return false; /* until a script ran */
    for (const char **a = attributes; a != NULL && a[0] != NULL; a += 2) {
        if (ss_html_same(a[0], "hidden")) return true;
        if (ss_html_same(a[0], "aria-hidden") && a[1] != NULL && strcasecmp(a[1], "true") == 0) return true;
        if (ss_html_same(a[0], "style") && style_hides(a[1])) return true;
    }
    return false;
}

/* Whether all that it holds is told. A <title> in a drawing is none of the page. */
static bool has_content(const page_walk *page, const char *name, const char **attributes)
{
    static const char json[] = "application/ld+json";
    if (ss_html_same(name, "title")) return page->skipped == 0;
    const char *type = ss_html_same(name, "script") ? ss_html_attribute(attributes, "type") : NULL;
    return type != NULL && strncasecmp(type, json, sizeof json - 1) == 0;
}

/* The parser stands before the '>' of a start tag. */
static void meet_script(const page_walk *page, const char *name)
{
    bool script = ss_html_same(name, "script") || ss_html_same(name, "style");
    long at = script && !page->collecting ? xmlByteConsumed(page->parser) : -1;
    if (at >= 0) ss_html_scripts_meet(page->hooks->scripts, (size_t)at + 1);
}

static ss_status push(page_walk *page, int effects)
{
    if (page->depth == MOST_DEPTH)
        return ss_fail(SS_ERROR_INPUT, "HTML elements nested more than %d deep; close them, or give the text alone",
                       MOST_DEPTH);
    SS_TRY(ss_grow((void **)&page->open, &page->capacity, page->depth + 1, sizeof *page->open));
    page->open[page->depth++] = effects;
    count_open(page, effects, 1);
    return SS_OK;
}

static ss_status start_element(page_walk *page, const char *name, const char **attributes)
{
    int effects = effects_of(page, name);
    if (effects & IGNORED) return SS_OK;
    if (is_hidden(name, attributes)) effects |= SKIPPED;
    if ((effects & SS_HTML_FURNITURE) && page->hooks == NULL) effects |= SKIPPED;
    break_text(page, effects);
    page->collecting = page->hooks != NULL && has_content(page, name, attributes);
    page->content.length = 0;
    SS_TRY(push(page, effects));
    if (page->hooks == NULL) return SS_OK;
    if (page->hooks->scripts != NULL) meet_script(page, name);
    const ss_html_element element = {name, attributes, effects};
    return page->hooks->begin(page->hooks->user, &element, page->skipped == 0, page->out->length);
}

static void on_start(void *user, const xmlChar *name, const xmlChar **attributes)
{
    page_walk *page = user;
    if (page->status == SS_OK) stop(page, start_element(page, (const char *)name, (const char **)attributes));
}

static ss_status end_element(page_walk *page, const char *name)
{
    if (page->depth == 0 || (effects_of(page, name) & IGNORED)) return SS_OK;
    int effects = page->open[--page->depth];
    count_open(page, effects, -1);
    break_text(page, effects);
    if (page->hooks == NULL) return SS_OK;
    if (page->collecting && page->content.length > 0)
        SS_TRY(page->hooks->content(page->hooks->user, name, page->content.data, page->content.length));
    page->collecting = false;
    return page->hooks->end(page->hooks->user, name, effects, page->out->length);
}

static void on_end(void *user, const xmlChar *name)
{
    page_walk *page = user;
    if (page->status == SS_OK) stop(page, end_element(page, (const char *)name));
}

static void on_begin(void *user)
{
    page_walk *page = user;
    page->begun = true;
}

/* --------------------------------------------------------------- parsing */

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Behind the tag that begins at `at`; *attributes is about how many it has: runs of white space outside of quotes. */
static const char *tag_end(const char *at, const char *end, size_t *attributes)
{
    bool value = false; /* next, as an '=' was met */
    *attributes = 0;
    for (; at < end && *at != '>'; at++) {
        if (value && (*at == '"' || *at == '\'')) {
            const char *quote = memchr(at + 1, *at, (size_t)(end - at - 1));
            if (quote == NULL) return end;
            at = quote;
        }
        *attributes += is_space(*at) && !is_space(at[-1]);
        value = *at == '=' || (value && is_space(*at));
    }
    return at;
}

/* Whether there is a tag that would keep the parser busy for long. In a script what looks like a tag counts too, but none
 * that does goes on for so long. */
static bool has_endless_tag(const char *html, size_t length)
{
    const size_t least = 2 * MOST_ATTRIBUTES; /* bytes of such a tag */
    if (length < least) return false;
    const char *end = html + length, *last = end - least;
    for (const char *at = html; at < last && (at = memchr(at, '<', (size_t)(last - at))) != NULL;) {
        size_t attributes = 0;
        at++;
        if ((*at | 0x20) >= 'a' && (*at | 0x20) <= 'z') at = tag_end(at, end, &attributes);
        if (attributes > MOST_ATTRIBUTES) return true;
    }
    return false;
}

/* Of all that the parser complains about, only memory matters: without it it may neither go on nor stop by itself. */
static void on_error(void *user, ss_xml_error *error)
{
    page_walk *page = user;
    if (error->code == XML_ERR_NO_MEMORY && page->status == SS_OK) stop(page, ss_fail_memory(sizeof(htmlParserCtxt)));
}

/* Through the events of the parser, without a tree: that needs neither its memory nor recursion over its depth. */
static void walk(page_walk *page, const char *html, size_t length)
{
    page->parser = htmlCreateMemoryParserCtxt(html, (int)length);
    if (page->parser == NULL) stop(page, ss_fail_memory(length));
    if (page->status == SS_OK) {
        *page->parser->sax = (htmlSAXHandler){.startDocument = on_begin,
                                              .startElement = on_start,
                                              .endElement = on_end,
                                              .characters = on_characters,
                                              .ignorableWhitespace = on_characters,
                                              .cdataBlock = on_characters};
        page->parser->userData = page;
        htmlCtxtUseOptions(page->parser, HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
        xmlSwitchEncoding(page->parser, XML_CHAR_ENCODING_UTF8);
        htmlParseDocument(page->parser);
        xmlFreeDoc(page->parser->myDoc);
    }
    htmlFreeParserCtxt(page->parser);
}

static ss_status parse(page_walk *page, const char *html, size_t length)
{
    ss_xml_errors before = ss_xml_errors_take(on_error, page);
    walk(page, html, length);
    ss_xml_errors_give_back(before);
    return page->status;
}

ss_status ss_html_read(ss_buffer *out, const char *html, size_t length, bool keep_lines, const ss_html_hooks *hooks)
{
    *out = (ss_buffer){0};
    if (length > INT_MAX) return ss_fail(SS_ERROR_INPUT, "HTML of more than 2 GiB; split it");
    if (has_endless_tag(html, length))
        return ss_fail(SS_ERROR_INPUT, "HTML with more than %d attributes in a tag; give the text alone",
                       MOST_ATTRIBUTES);
    page_walk page = {.out = out, .hooks = hooks, .keep_lines = keep_lines};
    ss_status status = length > 0 ? parse(&page, html, length) : SS_OK;
    free(page.open);
    ss_buffer_free(&page.content);
    SS_TRY(status);
    SS_TRY(ss_buffer_append(out, "", 1));
    out->length--;
    return SS_OK;
}
