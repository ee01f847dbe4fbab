#include "html.h"

#include <stdlib.h>
#include <strings.h>

#include "document.h"
#include "html_token.h"
#include "status.h"

/* An end tag is looked for among all open elements, so that depth costs time. */
#define MAX_DEPTH 1024

#define BLOCK     SS_HTML_BLOCK
#define SKIPPED   SS_HTML_SKIPPED
#define FURNITURE (SS_HTML_BLOCK | SS_HTML_FURNITURE)

/* What the tree needs to know of an element. */
enum {
    IGNORED = 64, /* neither text nor structure depend on it */
    EMPTY = 128,  /* has no end tag */
    ENDS_P = 256, /* ends an open <p> */
    /* What ends an element without its end tag ends none around a BARRIER; a stray end tag in a TABLE_PART (td, tr and so
     * on) none around that, nor one of a TABLE_PART any around its TABLE. */
    BARRIER = 512,
    TABLE_PART = 1024,
    TABLE = 2048,
};

typedef struct element_kind {
    const char *name;
    int effects;
    const char *const *ends; /* open elements that it ends; NULL: none */
} element_kind;

static const char *const ends_item[] = {"li", NULL}, *const ends_term[] = {"dt", "dd", NULL},
                         *const ends_option[] = {"option", NULL}, *const ends_cell[] = {"td", "th", NULL},
                         *const ends_row[] = {"tr", NULL}, *const ends_rows[] = {"thead", "tbody", "tfoot", NULL};

/* Sorted by name. */
/* clang-format off */
#define PART (BARRIER | TABLE_PART)
static const element_kind ELEMENT_KINDS[] = {
    {"address", BLOCK | ENDS_P, NULL},    {"area", EMPTY, NULL},                {"article", BLOCK | ENDS_P, NULL},
    {"aside", FURNITURE | ENDS_P, NULL},  {"audio", SKIPPED, NULL},             {"b", IGNORED, NULL},
    {"base", EMPTY, NULL},                {"blockquote", BLOCK | ENDS_P, NULL}, {"body", BLOCK, NULL},
    {"br", BLOCK | EMPTY, NULL},          {"button", SKIPPED | BARRIER, NULL},  {"canvas", SKIPPED, NULL},
    {"caption", BLOCK | BARRIER, NULL},   {"center", BLOCK | ENDS_P, NULL},     {"col", EMPTY, NULL},
    {"dd", BLOCK | ENDS_P, ends_term},    {"details", BLOCK | ENDS_P, NULL},    {"dialog", SKIPPED | ENDS_P, NULL},
    {"div", BLOCK | ENDS_P, NULL},        {"dl", BLOCK | ENDS_P | BARRIER, NULL}, {"dt", BLOCK | ENDS_P, ends_term},
    {"em", IGNORED, NULL},                {"embed", EMPTY, NULL},               {"fieldset", BLOCK | ENDS_P, NULL},
    {"figcaption", FURNITURE | ENDS_P, NULL}, {"figure", BLOCK | ENDS_P, NULL}, {"font", IGNORED, NULL},
    {"footer", FURNITURE | ENDS_P, NULL}, {"form", BLOCK | ENDS_P, NULL},       {"h1", BLOCK | ENDS_P, NULL},
    {"h2", BLOCK | ENDS_P, NULL},         {"h3", BLOCK | ENDS_P, NULL},         {"h4", BLOCK | ENDS_P, NULL},
    {"h5", BLOCK | ENDS_P, NULL},         {"h6", BLOCK | ENDS_P, NULL},         {"header", BLOCK | ENDS_P, NULL},
    {"hr", BLOCK | ENDS_P | EMPTY, NULL}, {"html", BLOCK, NULL},                {"i", IGNORED, NULL},
    {"img", EMPTY, NULL},                 {"input", EMPTY, NULL},               {"label", SKIPPED, NULL},
    {"li", BLOCK | ENDS_P, ends_item},    {"link", EMPTY, NULL},                {"main", BLOCK | ENDS_P, NULL},
    {"menu", FURNITURE | ENDS_P | BARRIER, NULL}, {"meta", EMPTY, NULL},        {"nav", FURNITURE | ENDS_P, NULL},
    {"object", SKIPPED | BARRIER, NULL},  {"ol", BLOCK | ENDS_P | BARRIER, NULL}, {"option", SKIPPED, ends_option},
    {"p", BLOCK | ENDS_P, NULL},          {"param", EMPTY, NULL},
    {"pre", BLOCK | ENDS_P | SS_HTML_PREFORMATTED, NULL},                       {"script", SKIPPED | EMPTY, NULL},
    {"section", BLOCK | ENDS_P, NULL},    {"select", SKIPPED | BARRIER, NULL},  {"source", EMPTY, NULL},
    {"strong", IGNORED, NULL},            {"summary", BLOCK | ENDS_P, NULL},
    {"table", BLOCK | ENDS_P | BARRIER | TABLE, NULL},
    {"tbody", BLOCK | TABLE_PART, ends_rows}, {"td", SS_HTML_CELL | PART, ends_cell},
    {"template", SKIPPED | BARRIER, NULL}, {"tfoot", BLOCK | TABLE_PART, ends_rows},
    {"th", SS_HTML_CELL | PART, ends_cell}, {"thead", BLOCK | TABLE_PART, ends_rows}, {"title", SKIPPED | EMPTY, NULL},
    {"tr", BLOCK | TABLE_PART, ends_row}, {"track", EMPTY, NULL},               {"u", IGNORED, NULL},
    {"ul", BLOCK | ENDS_P | BARRIER, NULL}, {"video", SKIPPED, NULL},           {"wbr", EMPTY, NULL},
};
/* clang-format on */

typedef struct open_element {
    char name[SS_HTML_NAME];
    int effects;
} open_element;

typedef struct page_walk {
    ss_buffer *out;
    const ss_html_hooks *hooks;
    bool keep_lines;
    open_element *open; /* the stack of open elements */
    size_t depth, capacity;
    int skipped, preformatted, paragraphs; /* how many of the open elements are so */
    bool pending_space, pending_line;      /* white space that goes before the next character */
    ss_buffer values;                      /* of the attributes of a tag, without references, a NUL behind each */
} page_walk;

static int compare_kinds(const void *name, const void *kind)
{
    const char *other = ((const element_kind *)kind)->name;
    int first = *(const char *)name - *other; /* which most comparisons end with */
    return first != 0 ? first : strcmp(name, other);
}

/* NULL for an element that has no effects. */
static const element_kind *kind_of(const char *name)
{
    return bsearch(name, ELEMENT_KINDS, sizeof ELEMENT_KINDS / sizeof *ELEMENT_KINDS, sizeof *ELEMENT_KINDS,
                   compare_kinds);
}

const char *ss_html_attribute(const char **attributes, const char *name)
{
    for (; attributes != NULL && attributes[0] != NULL; attributes += 2)
        if (ss_html_same(attributes[0], name)) return attributes[1];
    return NULL;
}

/* ------------------------------------------------------------------ text */

/* Writes the white space that is due, and the text. */
static ss_status add_visible(page_walk *page, const char *text, size_t length)
{
    ss_buffer *out = page->out;
    bool at_start = out->length == 0 || out->data[out->length - 1] == '\n';
    if (page->pending_line && !at_start) SS_TRY(ss_buffer_append(out, "\n", 1));
    if (page->pending_space && !page->pending_line && !at_start) SS_TRY(ss_buffer_append(out, " ", 1));
    page->pending_line = page->pending_space = false;
    return ss_buffer_append(out, text, length);
}

/* Bytes before the next white space. */
static size_t word_length(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length) {
        unsigned char c = (unsigned char)text[at];
        /* The leading bytes of the no-break and the ideographic space begin other characters too. */
        if ((c <= ' ' || c == 0xc2 || c == 0xe3) && ss_space_size(text + at, length - at) > 0) break;
        at++;
    }
    return at;
}

static ss_status add_text(page_walk *page, const char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t space = ss_space_size(text + at, length - at);
        if (space > 0 && text[at] == '\n' && page->keep_lines) {
            /* Each line end is one, for blank lines mean something where lines do. */
            page->pending_line = page->pending_space = false;
            SS_TRY(ss_buffer_append(page->out, "\n", 1));
        } else if (space > 0) {
            page->pending_space = true;
            if (text[at] == '\n' && page->preformatted > 0) page->pending_line = true;
        }
        at += space;
        size_t word = word_length(text + at, length - at);
        if (word > 0) SS_TRY(add_visible(page, text + at, word));
        at += word;
    }
    return SS_OK;
}

/* Text with character references. */
static ss_status add_source(page_walk *page, const char *text, size_t length)
{
    for (const char *end = text + length; text < end;) {
        const char *mark = memchr(text, '&', (size_t)(end - text));
        if (mark == NULL) mark = end;
        SS_TRY(add_text(page, text, (size_t)(mark - text)));
        text = mark;
        if (mark == end) break;
        char character[8] = "&";
        size_t used = ss_html_reference(character, text, (size_t)(end - text));
        SS_TRY(add_text(page, character, strlen(character)));
        text += used > 0 ? used : 1;
    }
    return SS_OK;
}

/* -------------------------------------------------------------- elements */

static void break_text(page_walk *page, int effects)
{
    if (effects & BLOCK) page->pending_line = true;
    if (effects & SS_HTML_CELL) page->pending_space = true;
}

static void count_open(page_walk *page, const open_element *element, int step)
{
    if (element->effects & SKIPPED) page->skipped += step;
    if (element->effects & SS_HTML_PREFORMATTED) page->preformatted += step;
    if (ss_html_same(element->name, "p")) page->paragraphs += step;
}

/* Ends the innermost open element. */
static ss_status pop(page_walk *page)
{
    open_element element = page->open[--page->depth];
    count_open(page, &element, -1);
    break_text(page, element.effects);
    if (page->hooks == NULL) return SS_OK;
    return page->hooks->end(page->hooks->user, element.name, element.effects, page->out->length);
}

static ss_status pop_to(page_walk *page, size_t depth)
{
    while (page->depth > depth)
        SS_TRY(pop(page));
    return SS_OK;
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (ss_html_same(name, *names)) return true;
    return false;
}

/* Ends the innermost open element of `names` and all in it, unless an element of `barrier` stands between. */
static ss_status end_open(page_walk *page, const char *const *names, int barrier)
{
    for (size_t i = page->depth; i-- > 0;) {
        if (is_one_of(page->open[i].name, names)) return pop_to(page, i);
        if (page->open[i].effects & barrier) return SS_OK;
    }
    return SS_OK;
}

/* Ends what a start tag ends without an end tag. */
static ss_status end_implied(page_walk *page, const element_kind *kind)
{
    static const char *const paragraph[] = {"p", NULL};
    if ((kind->effects & ENDS_P) && page->paragraphs > 0) SS_TRY(end_open(page, paragraph, BARRIER));
    if (kind->ends == NULL) return SS_OK;
    return end_open(page, kind->ends, (kind->effects & TABLE_PART) ? TABLE : BARRIER);
}

/* name, value, ..., NULL, values decoded; NULL if there are none. */
static ss_status list_attributes(page_walk *page, const ss_html_token *token, const char **list)
{
    size_t start[SS_HTML_ATTRIBUTES];
    page->values.length = 0;
    for (size_t i = 0; i < token->attributes; i++) {
        const ss_html_value *given = &token->attribute[i];
        start[i] = page->values.length;
        if (given->value != NULL) SS_TRY(ss_html_decode(&page->values, given->value, given->length));
        SS_TRY(ss_buffer_append(&page->values, "", 1));
    }
    for (size_t i = 0; i < token->attributes; i++) {
        list[2 * i] = token->attribute[i].name;
        list[2 * i + 1] = token->attribute[i].value != NULL ? page->values.data + start[i] : NULL;
    }
    list[2 * token->attributes] = NULL;
    return SS_OK;
}

static bool is_hidden(const ss_html_token *token, const char **attributes)
{
    if (ss_html_same(token->name, "html") || ss_html_same(token->name, "body")) return false; /* until a script ran */
    for (const char **a = attributes; a[0] != NULL; a += 2)
        if (ss_html_same(a[0], "hidden")) return true;
    const char *aria = ss_html_attribute(attributes, "aria-hidden");
    return token->hidden || (aria != NULL && strcasecmp(aria, "true") == 0);
}

static ss_status tell_content(page_walk *page, const ss_html_token *token)
{
    if (token->text == NULL) return SS_OK;
    if (token->json) return page->hooks->content(page->hooks->user, token->name, token->text, token->length);
    page->values.length = 0;
    SS_TRY(ss_html_decode(&page->values, token->text, token->length));
    return page->hooks->content(page->hooks->user, token->name, page->values.data, page->values.length);
}

static ss_status push(page_walk *page, const ss_html_token *token, int effects)
{
    if (page->depth == MAX_DEPTH)
        return ss_fail(SS_ERROR_INPUT, "HTML elements nested more than %d deep; close them, or give the text alone",
                       MAX_DEPTH);
    SS_TRY(ss_grow((void **)&page->open, &page->capacity, page->depth + 1, sizeof *page->open));
    open_element *element = &page->open[page->depth++];
    memcpy(element->name, token->name, SS_HTML_NAME);
    element->effects = effects;
    count_open(page, element, 1);
    return SS_OK;
}

static ss_status start_element(page_walk *page, const ss_html_token *token)
{
    const element_kind *kind = kind_of(token->name);
    int effects = kind != NULL ? kind->effects : 0;
    if (effects & IGNORED) return SS_OK;
    if (kind != NULL) SS_TRY(end_implied(page, kind));
    const char *attributes[2 * SS_HTML_ATTRIBUTES + 1];
    SS_TRY(list_attributes(page, token, attributes));
    if (is_hidden(token, attributes)) effects |= SKIPPED;
    if ((effects & SS_HTML_FURNITURE) && page->hooks == NULL) effects |= SKIPPED;
    break_text(page, effects);
    SS_TRY(push(page, token, effects));
    if (page->hooks != NULL) {
        const ss_html_element element = {token->name, attributes, effects};
        SS_TRY(page->hooks->begin(page->hooks->user, &element, page->skipped == 0, page->out->length));
        SS_TRY(tell_content(page, token));
    }
    return effects & EMPTY ? pop(page) : SS_OK;
}

static ss_status end_element(page_walk *page, const ss_html_token *token)
{
    const element_kind *kind = kind_of(token->name);
    int effects = kind != NULL ? kind->effects : 0;
    if (effects & (IGNORED | EMPTY)) {
        break_text(page, effects); /* </br> is one */
        return SS_OK;
    }
    /* An end tag that strayed into a table ends nothing outside of it. */
    const char *const names[] = {token->name, NULL};
    int barrier = (effects & TABLE) ? 0 : (effects & TABLE_PART) ? TABLE : TABLE_PART;
    size_t depth = page->depth;
    SS_TRY(end_open(page, names, barrier));
    if (page->depth == depth) break_text(page, effects);
    return SS_OK;
}

static ss_status walk(page_walk *page, const char *html, size_t length)
{
    ss_html_cursor cursor = {html, html + length};
    ss_html_token token;
    for (;;) {
        ss_html_next(&cursor, &token);
        switch (token.kind) {
        case SS_HTML_TEXT:
            if (page->skipped == 0) SS_TRY(add_source(page, token.text, token.length));
            break;
        case SS_HTML_START:
            SS_TRY(start_element(page, &token));
            break;
        case SS_HTML_END:
            SS_TRY(end_element(page, &token));
            break;
        case SS_HTML_END_OF_PAGE:
            return pop_to(page, 0);
        }
    }
}

ss_status ss_html_read(ss_buffer *out, const char *html, size_t length, bool keep_lines, const ss_html_hooks *hooks)
{
    *out = (ss_buffer){0};
    page_walk page = {.out = out, .hooks = hooks, .keep_lines = keep_lines};
    ss_status status = walk(&page, html, length);
    free(page.open);
    ss_buffer_free(&page.values);
    SS_TRY(status);
    SS_TRY(ss_buffer_append(out, "", 1));
    out->length--;
    return SS_OK;
}
