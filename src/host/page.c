#include "page.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "document.h"
#include "html.h"
#include "page_hints.h"
#include "status.h"

/* An element that is open, and its place in page->element; SS_NO_ELEMENT if it has none. */
typedef struct open_element {
    uint32_t element;
    bool link, furniture;
} open_element;

#define NO_ELEMENT UINT32_MAX

typedef struct page_reader {
    ss_page *page;
    ss_page_head *head;
    open_element *open;
    size_t depth, capacity;
    uint32_t inside;      /* the innermost open element that is a block */
    int links, furniture; /* how many of the open elements are so */
    size_t line;          /* where the block begins that is being read */
    size_t link;          /* where the outermost open link begins, or this block in it */
    size_t linked;        /* bytes in links, of this block */
} page_reader;

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (ss_html_same(name, *names)) return true;
    return false;
}

static ss_tag tag_of(const char *name)
{
    static const char *const paragraphs[] = {"p", "blockquote", "pre", NULL};
    static const char *const items[] = {"li", "dd", NULL};
    static const char *const cells[] = {"td", "th", NULL};
    if (name[0] == 'h' && name[1] >= '1' && name[1] <= '6' && name[2] == '\0')
        return name[1] == '1' ? SS_TAG_TITLE : SS_TAG_HEADING;
    if (is_one_of(name, paragraphs)) return SS_TAG_PARAGRAPH;
    if (is_one_of(name, items)) return SS_TAG_ITEM;
    if (is_one_of(name, cells)) return SS_TAG_CELL;
    if (ss_html_same(name, "tr")) return SS_TAG_ROW;
    if (ss_html_same(name, "article")) return SS_TAG_ARTICLE;
    if (ss_html_same(name, "main")) return SS_TAG_MAIN;
    return ss_html_same(name, "header") ? SS_TAG_HEADER : SS_TAG_OTHER;
}

/* Ends the block that reaches to `at`, if there is text in it. */
static ss_status end_block(page_reader *reader, size_t at)
{
    ss_page *page = reader->page;
    size_t start = reader->line;
    if (reader->links > 0 && at > reader->link) reader->linked += at - reader->link;
    while (start < at) {
        size_t space = ss_space_size(page->text.data + start, at - start);
        if (space == 0) break;
        start += space;
    }
    size_t linked = reader->linked;
    reader->line = reader->link = at;
    reader->linked = 0;
    if (start == at) return SS_OK;
    SS_TRY(ss_grow((void **)&page->block, &page->block_capacity, page->blocks + 1, sizeof *page->block));
    page->block[page->blocks++] = (ss_page_block){.start = (uint32_t)start,
                                                  .end = (uint32_t)at,
                                                  .linked = (uint32_t)(linked < at - start ? linked : at - start),
                                                  .element = reader->inside};
    return SS_OK;
}

static ss_status add_element(page_reader *reader, ss_page_element element, uint32_t *place)
{
    ss_page *page = reader->page;
    if (page->elements == NO_ELEMENT) return ss_fail(SS_ERROR_INPUT, "HTML of too many elements; split it");
    SS_TRY(ss_grow((void **)&page->element, &page->element_capacity, page->elements + 1, sizeof *page->element));
    *place = (uint32_t)page->elements++;
    page->element[*place] = element;
    return SS_OK;
}

/* Whether an attribute may hold the date in full where the text says "3 hours ago". */
static bool holds_date(const char *attribute)
{
    static const char *const plain[] = {"datetime", "title", "content", NULL};
    if (is_one_of(attribute, plain)) return true;
    return strncmp(attribute, "data-", 5) == 0 &&
           (strstr(attribute, "time") != NULL || strstr(attribute, "date") != NULL);
}

/* <time datetime="2021-11-23">, <span class="date" title="2021-11-23 14:35">: a date for programs, though not of what. */
static ss_status add_time(page_reader *reader, const char **attributes, size_t at)
{
    const char *property = ss_html_attribute(attributes, "itemprop"), *class = ss_html_attribute(attributes, "class");
    ss_page *page = reader->page;
    ss_page_time found = {.at = at};
    bool modified = property != NULL && strcasecmp(property, "dateModified") == 0;
    if (class != NULL && strcasestr(class, "publi") == NULL)
        modified |= strcasestr(class, "updated") != NULL || strcasestr(class, "modified") != NULL;
    if (modified) return SS_OK;
    for (const char **a = attributes; a != NULL && a[0] != NULL; a += 2) {
        if (a[1] == NULL || !holds_date(a[0]) || !ss_page_read_date(&found.date, a[1])) continue;
        SS_TRY(ss_grow((void **)&page->time, &page->time_capacity, page->times + 1, sizeof *page->time));
        page->time[page->times++] = found;
        break;
    }
    return SS_OK;
}

static ss_status on_begin(void *user, const ss_html_element *element, bool visible, size_t at)
{
    page_reader *reader = user;
    const int breaks = SS_HTML_BLOCK | SS_HTML_CELL;
    open_element open = {.element = NO_ELEMENT, .link = ss_html_same(element->name, "a")};
    unsigned hints = ss_page_hints(element->attributes);
    bool is_block = element->effects & breaks;
    if (element->effects & SS_HTML_FURNITURE) hints |= SS_HINT_FURNITURE;
    open.furniture = element->effects & SS_HTML_FURNITURE;
    SS_TRY(ss_page_head_element(reader->head, element, visible && reader->furniture == 0));
    if (visible && reader->furniture == 0 && ((hints & SS_HINT_DATE) || ss_html_same(element->name, "time")))
        SS_TRY(add_time(reader, element->attributes, at));
    if (is_block) SS_TRY(end_block(reader, at));
    if (is_block || hints != 0) {
        ss_page_element next = {.parent = reader->inside,
                                .start = (uint32_t)at,
                                .tag = (uint8_t)tag_of(element->name),
                                .hints = (uint8_t)hints,
                                .is_block = is_block};
        SS_TRY(add_element(reader, next, &open.element));
        if (is_block) reader->inside = open.element;
    }
    SS_TRY(ss_grow((void **)&reader->open, &reader->capacity, reader->depth + 1, sizeof *reader->open));
    reader->open[reader->depth++] = open;
    reader->furniture += open.furniture;
    if (open.link && reader->links++ == 0) reader->link = at;
    return SS_OK;
}

static ss_status on_end(void *user, const char *name, int effects, size_t at)
{
    (void)name;
    (void)effects;
    page_reader *reader = user;
    open_element open = reader->open[--reader->depth];
    reader->furniture -= open.furniture;
    if (open.link && --reader->links == 0) reader->linked += at - reader->link;
    if (open.element == NO_ELEMENT) return SS_OK;
    ss_page_element *element = &reader->page->element[open.element];
    if (element->is_block) {
        SS_TRY(end_block(reader, at));
        reader->inside = element->parent;
    }
    element->end = (uint32_t)at;
    return SS_OK;
}

static ss_status on_content(void *user, const char *name, const char *text, size_t length)
{
    page_reader *reader = user;
    return ss_page_head_content(reader->head, name, text, length);
}

static ss_status read_page(ss_page *out, ss_page_head *head, const char *html, size_t length, ss_html_scripts *scripts)
{
    page_reader reader = {.page = out, .head = head};
    const ss_html_hooks hooks = {&reader, on_begin, on_end, on_content, scripts};
    uint32_t whole;
    SS_TRY(add_element(&reader, (ss_page_element){.is_block = true}, &whole));
    ss_status status = ss_html_read(&out->text, html, length, false, &hooks);
    if (status == SS_OK) status = end_block(&reader, out->text.length);
    while (status == SS_OK && reader.depth > 0) /* what the parser leaves open at the end of damaged pages */
        status = on_end(&reader, "", 0, out->text.length);
    out->element[whole].end = (uint32_t)out->text.length;
    free(reader.open);
    return status;
}

/* A third of the bytes of a page are scripts, over which the parser would go one by one. */
ss_status ss_page_read(ss_page *out, ss_page_head *head, const char *html, size_t length)
{
    ss_html_scripts scripts = {0};
    ss_status status = ss_html_scripts_cut(&scripts, html, length);
    if (status == SS_OK && scripts.count > 0)
        status = read_page(out, head, scripts.html.data, scripts.html.length, &scripts);
    bool same = scripts.count > 0 && scripts.met == scripts.count;
    ss_html_scripts_clear(&scripts);
    if (same || status == SS_ERROR_MEMORY) return status;
    ss_page_clear(out);
    ss_page_head_clear(head);
    return read_page(out, head, html, length, NULL);
}

void ss_page_clear(ss_page *page)
{
    ss_buffer_free(&page->text);
    free(page->element);
    free(page->block);
    free(page->time);
    *page = (ss_page){0};
}
