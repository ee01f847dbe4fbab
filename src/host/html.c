#include "html.h"

#include <libxml/HTMLparser.h>
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "document.h"
#include "status.h"

/* The parser looks through all open elements at every end tag, so that depth costs time. */
#define MAX_DEPTH 1024

/* What an element does to the text in it. */
enum {
    SKIPPED = 1,        /* not part of the text of a page */
    BLOCK = 2,          /* begins and ends a line */
    PREFORMATTED = 4,   /* line ends count */
    CELL = 8,           /* parted from its neighbour by a space */
    PAGE_FURNITURE = 16 /* skipped unless in an article */
};

typedef struct element_kind {
    const char *name;
    int effects;
} element_kind;

/* Sorted by name. */
/* clang-format off */
static const element_kind ELEMENT_KINDS[] = {
    {"address", BLOCK},      {"article", BLOCK},      {"aside", SKIPPED},         {"audio", SKIPPED},
    {"blockquote", BLOCK},   {"body", BLOCK},         {"br", BLOCK},              {"button", SKIPPED},
    {"canvas", SKIPPED},     {"caption", BLOCK},      {"center", BLOCK},          {"dd", BLOCK},
    {"details", BLOCK},      {"dialog", SKIPPED},     {"div", BLOCK},             {"dl", BLOCK},
    {"dt", BLOCK},           {"fieldset", BLOCK},     {"figcaption", SKIPPED},    {"figure", BLOCK},
    {"footer", SKIPPED},     {"form", BLOCK},         {"h1", BLOCK},              {"h2", BLOCK},
    {"h3", BLOCK},           {"h4", BLOCK},           {"h5", BLOCK},              {"h6", BLOCK},
    {"header", BLOCK | PAGE_FURNITURE}, {"hr", BLOCK}, {"iframe", SKIPPED},       {"label", SKIPPED},
    {"li", BLOCK},           {"main", BLOCK},         {"menu", SKIPPED},          {"nav", SKIPPED},
    {"noscript", SKIPPED},   {"object", SKIPPED},     {"ol", BLOCK},              {"option", SKIPPED},
    {"p", BLOCK},            {"pre", BLOCK | PREFORMATTED}, {"script", SKIPPED},  {"section", BLOCK},
    {"select", SKIPPED},     {"style", SKIPPED},      {"summary", BLOCK},         {"svg", SKIPPED},
    {"table", BLOCK},        {"tbody", BLOCK},        {"td", CELL},               {"template", SKIPPED},
    {"textarea", SKIPPED},   {"tfoot", BLOCK},        {"th", CELL},               {"thead", BLOCK},
    {"title", SKIPPED},      {"tr", BLOCK},           {"ul", BLOCK},              {"video", SKIPPED},
};
/* clang-format on */

/* An open element, with what it inherits from those around it. */
typedef struct open_element {
    int effects;
    size_t start; /* where its text begins */
} open_element;

typedef struct page_walk {
    ss_html_text *out;
    const ss_html_hooks *hooks;
    bool keep_lines;
    htmlParserCtxtPtr parser;
    open_element *open; /* the stack of open elements */
    size_t depth, capacity;
    int skipped, preformatted, articles, mains; /* how many of the open elements are so */
    bool pending_space, pending_line;           /* white space that goes before the next character */
    ss_buffer content;                          /* of the open <script> or <title> */
    bool collecting;
    bool begun;
    ss_status status;
} page_walk;

static int compare_kinds(const void *name, const void *kind)
{
    return strcmp(name, ((const element_kind *)kind)->name);
}

static int effects_of(const char *name)
{
    const element_kind *kind = bsearch(name, ELEMENT_KINDS, sizeof ELEMENT_KINDS / sizeof *ELEMENT_KINDS,
                                       sizeof *ELEMENT_KINDS, compare_kinds);
    return kind != NULL ? kind->effects : 0;
}

const char *ss_html_attribute(const char **attributes, const char *name)
{
    for (; attributes != NULL && attributes[0] != NULL; attributes += 2)
        if (strcmp(attributes[0], name) == 0) return attributes[1];
    return NULL;
}

static bool is_hidden(const char **attributes)
{
    for (const char **a = attributes; a != NULL && a[0] != NULL; a += 2)
        if (strcmp(a[0], "hidden") == 0) return true;
    const char *aria = ss_html_attribute(attributes, "aria-hidden");
    if (aria != NULL && strcasecmp(aria, "true") == 0) return true;
    const char *style = ss_html_attribute(attributes, "style");
    const char *display = style != NULL ? strcasestr(style, "display") : NULL;
    if (display == NULL) return false;
    display += strlen("display");
    display += strspn(display, ": \t");
    return strncasecmp(display, "none", 4) == 0;
}

/* Keeps the first failure and ends the parsing. */
static void stop(page_walk *page, ss_status status)
{
    if (status == SS_OK || page->status != SS_OK) return;
    page->status = status;
    if (page->begun) xmlStopParser(page->parser); /* which must not happen while its input is being set up */
}

static void break_line(page_walk *page)
{
    page->pending_line = true;
}

/* Writes the white space that is due, and the text. */
static ss_status add_visible(page_walk *page, const char *text, size_t length)
{
    ss_buffer *out = &page->out->text;
    bool at_start = out->length == 0 || out->data[out->length - 1] == '\n';
    if (page->pending_line && !at_start) SS_TRY(ss_buffer_append(out, "\n", 1));
    if (page->pending_space && !page->pending_line && !at_start) SS_TRY(ss_buffer_append(out, " ", 1));
    page->pending_line = page->pending_space = false;
    return ss_buffer_append(out, text, length);
}

static ss_status add_text(page_walk *page, const char *text, size_t length)
{
    size_t at = 0;
    while (at < length) {
        size_t space = ss_space_size(text + at, length - at);
        if (space > 0 && text[at] == '\n' && page->keep_lines) {
            /* Each line end is one, for blank lines mean something where lines do. */
            page->pending_line = page->pending_space = false;
            SS_TRY(ss_buffer_append(&page->out->text, "\n", 1));
        } else if (space > 0) {
            page->pending_space = true;
            if (text[at] == '\n' && page->preformatted > 0) break_line(page);
        }
        at += space;
        size_t word = at;
        while (word < length && ss_space_size(text + word, length - word) == 0)
            word++;
        if (word > at) SS_TRY(add_visible(page, text + at, word - at));
        at = word;
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

static bool has_content(const char *name)
{
    return strcmp(name, "script") == 0 || strcmp(name, "title") == 0;
}

static ss_status begin_element(page_walk *page, const char *name, const char **attributes)
{
    if (page->depth == MAX_DEPTH)
        return ss_fail(SS_ERROR_INPUT,
                       "line %d: HTML elements nested more than %d deep; close them, or give the text alone",
                       xmlSAX2GetLineNumber(page->parser), MAX_DEPTH);
    SS_TRY(ss_grow((void **)&page->open, &page->capacity, page->depth + 1, sizeof *page->open));
    int effects = effects_of(name);
    bool furniture = (effects & PAGE_FURNITURE) && page->articles + page->mains == 0;
    /* Above depth 1 stand <html> and <body>, which are hidden, if at all, only until a script shows them. */
    if (furniture || (page->depth > 1 && is_hidden(attributes))) effects |= SKIPPED;
    if (effects & SKIPPED) page->skipped++;
    if (effects & PREFORMATTED) page->preformatted++;
    if (effects & BLOCK) break_line(page);
    if (effects & CELL) page->pending_space = true;
    if (strcmp(name, "article") == 0) page->articles++;
    if (strcmp(name, "main") == 0) page->mains++;
    page->open[page->depth++] = (open_element){effects, page->out->text.length};
    if (has_content(name)) {
        page->collecting = true;
        page->content.length = 0;
    }
    if (page->hooks == NULL) return SS_OK;
    return page->hooks->element(page->hooks->user, name, attributes, page->skipped == 0);
}

static void on_start(void *user, const xmlChar *name, const xmlChar **attributes)
{
    page_walk *page = user;
    if (page->status == SS_OK) stop(page, begin_element(page, (const char *)name, (const char **)attributes));
}

/* Keeps the longer of two ranges. */
static void keep_longer(ss_range *kept, size_t start, size_t end)
{
    if (end - start > kept->end - kept->start) *kept = (ss_range){start, end};
}

static ss_status end_element(page_walk *page, const char *name)
{
    if (page->depth == 0) return SS_OK;
    open_element element = page->open[--page->depth];
    size_t end = page->out->text.length;
    if (strcmp(name, "article") == 0 && --page->articles == 0) keep_longer(&page->out->article, element.start, end);
    if (strcmp(name, "main") == 0 && --page->mains == 0) keep_longer(&page->out->main, element.start, end);
    if (strcmp(name, "h1") == 0 && page->out->heading.end == 0 && page->skipped == 0)
        keep_longer(&page->out->heading, element.start, end);
    if (element.effects & SKIPPED) page->skipped--;
    if (element.effects & PREFORMATTED) page->preformatted--;
    if (element.effects & BLOCK) break_line(page);
    if (element.effects & CELL) page->pending_space = true;
    if (!page->collecting || !has_content(name)) return SS_OK;
    page->collecting = false;
    if (page->hooks == NULL) return SS_OK;
    return page->hooks->content(page->hooks->user, name, page->content.data, page->content.length);
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

#if LIBXML_VERSION < 21200
typedef xmlError parser_error;
#else
typedef const xmlError parser_error;
#endif

/* Of all that the parser complains about, only memory matters: without it it may neither go on nor stop by itself. */
static void on_error(void *user, parser_error *error)
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

/* The error handler is the calling thread's, and is put back for whoever set it. */
static ss_status parse(page_walk *page, const char *html, size_t length)
{
    xmlInitParser();
    xmlStructuredErrorFunc handler = xmlStructuredError;
    void *context = xmlStructuredErrorContext;
    xmlSetStructuredErrorFunc(page, on_error);
    walk(page, html, length);
    xmlSetStructuredErrorFunc(context, handler);
    xmlResetLastError(); /* its message would stay allocated */
    return page->status;
}

ss_status ss_html_read(ss_html_text *out, const char *html, size_t length, bool keep_lines, const ss_html_hooks *hooks)
{
    *out = (ss_html_text){0};
    if (length > INT_MAX) return ss_fail(SS_ERROR_INPUT, "HTML of more than 2 GiB; split it");
    page_walk page = {.out = out, .hooks = hooks, .keep_lines = keep_lines};
    ss_status status = length > 0 ? parse(&page, html, length) : SS_OK;
    free(page.open);
    ss_buffer_free(&page.content);
    SS_TRY(status);
    SS_TRY(ss_buffer_append(&out->text, "", 1));
    out->text.length--;
    return SS_OK;
}

void ss_html_text_clear(ss_html_text *text)
{
    ss_buffer_free(&text->text);
    *text = (ss_html_text){0};
}
