#include "page_title.h"

#include <string.h>
#include <strings.h>

#include "document.h"
#include "status.h"

#define LEAST_HEADLINE 12  /* bytes of a line that may be a headline, of which four are Chinese characters */
#define LEAST_PERCENT  30  /* of the title that a line has to be */
#define MOST_LINES     400 /* of a page that are looked at */
#define MOST_SITE      60  /* bytes of the name of a site */

typedef struct piece {
    const char *at;
    size_t length;
} piece;

/* What stands between headline, section and site in a title; longest first. */
static const char *const MARKS[] = {" :: ", " - ", " – ", " — ", " | ", " · ", " » ",
                                    "——",   "_",   "|",   "｜",  "-",   ": ",  NULL};

static piece trim(piece text)
{
    for (size_t size; (size = ss_space_size(text.at, text.length)) > 0; text.length -= size)
        text.at += size;
    while (text.length > 0 && (text.at[text.length - 1] == ' ' || text.at[text.length - 1] == '\n'))
        text.length--;
    return text;
}

/* The first mark in the text, or with `last` the last one; NULL: none. *size is its length. */
static const char *find_mark(piece text, bool last, size_t *size)
{
    const char *found = NULL;
    for (size_t at = 0; at < text.length; at++) {
        for (const char *const *mark = MARKS; *mark != NULL; mark++) {
            size_t length = strlen(*mark);
            if (text.length - at < length || memcmp(text.at + at, *mark, length) != 0) continue;
            found = text.at + at;
            *size = length;
            at += length - 1;
            if (!last) return found;
            break;
        }
    }
    return found;
}

static bool is_same(piece a, const char *b)
{
    return strlen(b) == a.length && strncasecmp(a.at, b, a.length) == 0;
}

/* Cuts " - Site name" and its like off a title. */
static void cut_site(char *title, const char *site)
{
    size_t length = strlen(title), site_length = strlen(site), mark = 0;
    if (site_length == 0 || length <= site_length || strcasecmp(title + length - site_length, site) != 0) return;
    piece before = {title, length - site_length};
    const char *found = find_mark(before, true, &mark);
    if (found != NULL && found > title && found + mark == before.at + before.length)
        title[trim((piece){title, (size_t)(found - title)}).length] = '\0';
}

/* Whether an element stands on top of the page rather than of an article: there <h1> is the name of the site. */
static bool is_of_page(const ss_page *page, const ss_page_element *element)
{
    bool header = false;
    for (; element != page->element; element = &page->element[element->parent]) {
        if (element->tag == SS_TAG_ARTICLE || element->tag == SS_TAG_MAIN) return false;
        header |= element->tag == SS_TAG_HEADER;
    }
    return header;
}

/* The first <h1> with text that is not the site's. */
static const ss_page_element *find_heading(const ss_page *page, const char *site)
{
    for (size_t i = 1; i < page->elements; i++) {
        const ss_page_element *element = &page->element[i];
        if (element->tag != SS_TAG_TITLE || element->end == element->start || is_of_page(page, element)) continue;
        piece text = trim((piece){page->text.data + element->start, element->end - element->start});
        if (site == NULL || !is_same(text, site)) return element;
    }
    return NULL;
}

/* The longest line that stands in the title too; NULL: none. */
static const ss_page_block *find_line(const ss_page *page, const char *title, const char *site)
{
    const ss_page_block *best = NULL;
    size_t length = strlen(title), least = length * LEAST_PERCENT / 100;
    for (size_t i = 0; i < page->blocks && i < MOST_LINES; i++) {
        const ss_page_block *block = &page->block[i];
        size_t size = block->end - block->start;
        if (size < LEAST_HEADLINE || size < least || size > length) continue;
        if (best != NULL && size <= best->end - best->start) continue;
        piece line = {page->text.data + block->start, size};
        if (memmem(title, length, line.at, size) == NULL || (site != NULL && is_same(line, site))) continue;
        best = block;
    }
    return best;
}

/* The site is the last part of the title behind the headline, or the first before it. */
static ss_status find_site(ss_page_head *head, piece headline)
{
    if (head->site.text != NULL || head->name.text == NULL) return SS_OK;
    piece name = {head->name.text, strlen(head->name.text)};
    const char *at = memmem(name.at, name.length, headline.at, headline.length);
    if (at == NULL || headline.length == name.length) return SS_OK;
    const char *behind = at + headline.length;
    piece rest = {behind, (size_t)(name.at + name.length - behind)};
    size_t size;
    const char *mark = find_mark(rest, true, &size);
    if (mark != NULL) {
        rest = (piece){mark + size, (size_t)(rest.at + rest.length - mark) - size};
    } else {
        rest = (piece){name.at, (size_t)(at - name.at)};
        mark = find_mark(rest, false, &size);
        rest.length = mark != NULL ? (size_t)(mark - rest.at) : 0;
    }
    rest = trim(rest);
    return rest.length > 0 && rest.length <= MOST_SITE ? ss_fact_offer(&head->site, SS_SITE_TITLE, rest.at, rest.length)
                                                       : SS_OK;
}

/* Without a line to hold it against, the headline is the longest part of the title. */
static ss_status cut_title(ss_page_head *head)
{
    piece left = {head->name.text, strlen(head->name.text)}, best = {left.at, 0};
    size_t size = 0;
    for (const char *mark; left.length > 0;
         left = (piece){mark + size, left.length - (size_t)(mark + size - left.at)}) {
        mark = find_mark(left, false, &size);
        size_t length = mark != NULL ? (size_t)(mark - left.at) : left.length;
        if (length > best.length) best = (piece){left.at, length};
        if (mark == NULL) break;
    }
    /* A colon or a dash is of the headline as often as not. */
    bool plain = best.length * 100 < strlen(head->name.text) * 50;
    best = plain ? (piece){head->name.text, strlen(head->name.text)} : trim(best);
    SS_TRY(find_site(head, best));
    return ss_fact_offer(&head->title, SS_TITLE_ELEMENT, best.at, best.length);
}

ss_status ss_page_find_title(ss_page_head *head, const ss_page *page, size_t *heading)
{
    const char *text = page->text.data, *known = head->title.text != NULL ? head->title.text : head->name.text;
    const ss_page_element *h1 = find_heading(page, head->site.text);
    const ss_page_block *line = known != NULL ? find_line(page, known, head->site.text) : NULL;
    if (line == NULL && head->name.text != NULL) line = find_line(page, head->name.text, head->site.text);
    *heading = line != NULL ? line->start : h1 != NULL ? h1->start : 0;
    if (line != NULL) {
        SS_TRY(find_site(head, (piece){text + line->start, line->end - line->start}));
        SS_TRY(ss_fact_offer(&head->title, SS_TITLE_LINE, text + line->start, line->end - line->start));
    }
    if (h1 != NULL) SS_TRY(ss_fact_offer(&head->title, SS_TITLE_HEADING, text + h1->start, h1->end - h1->start));
    if (head->title.text == NULL && head->name.text != NULL) SS_TRY(cut_title(head));
    if (head->title.text != NULL && head->site.text != NULL) cut_site(head->title.text, head->site.text);
    return SS_OK;
}
