#include "page_byline.h"

#include <string.h>
#include <strings.h>

#include "date.h"
#include "document.h"
#include "page_hints.h"
#include "page_line.h"
#include "status.h"

#define MOST_LINES  12  /* around the heading and below the text that are looked at */
#define MOST_BYTES  200 /* of such a line: a longer one is text */
#define MOST_AUTHOR 120 /* bytes of names */

typedef struct piece {
    const char *at, *end;
} piece;

static piece text_of(const ss_page *page, size_t start, size_t end)
{
    return (piece){page->text.data + start, page->text.data + end};
}

static size_t size_of(piece text)
{
    return (size_t)(text.end - text.at);
}

static piece trim(piece text)
{
    for (size_t size; (size = ss_space_size(text.at, size_of(text))) > 0;)
        text.at += size;
    while (text.end > text.at && (text.end[-1] == ' ' || text.end[-1] == '\n'))
        text.end--;
    return text;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* ------------------------------------------------------------------ date */

static bool ends_with(piece text, const char *word)
{
    size_t length = strlen(word);
    return size_of(text) >= length && strncasecmp(text.end - length, word, length) == 0;
}

/* Behind "Updated" and its like stands no date of publication. */
static bool is_update(piece before)
{
    static const char *const words[] = {"updated", "updated on", "update",   "modified", "更新",     "更新于",
                                        "更新於",  "更新时间",   "更新時間", "更新日期", "最后更新", NULL};
    static const char *const marks[] = {" ", ":", "：", "at", NULL};
    for (const char *const *mark = marks; *mark != NULL;) {
        bool here = ends_with(before, *mark);
        before.end -= here ? strlen(*mark) : 0;
        mark = here ? marks : mark + 1;
    }
    for (const char *const *word = words; *word != NULL; word++)
        if (ends_with(before, *word)) return true;
    return false;
}

/* A date anywhere in a line. *update: it tells when the page was changed, which is better than nothing. */
static bool find_date(ss_date *out, piece line, bool *update)
{
    for (const char *at = line.at; at < line.end; at++) {
        bool starts = at == line.at || !(is_digit(at[-1]) || is_letter(at[-1]));
        size_t used;
        if (!starts || !(is_digit(*at) || is_letter(*at))) continue;
        if (!ss_date_parse_prefix(out, at, (size_t)(line.end - at), &used)) continue;
        *update = is_update((piece){line.at, at});
        return true;
    }
    return false;
}

/* Keeps the best of the dates found: true once it is one of publication. */
static bool take_date(ss_date *best, piece line)
{
    ss_date date;
    bool update;
    if (size_of(line) > MOST_BYTES || !find_date(&date, line, &update)) return false;
    if (!update || best->precision == SS_DATE_NONE) *best = date;
    return !update;
}

/* In elements that by their class hold dates, from the heading on. */
static bool find_marked_date(ss_date *out, const ss_page *page, size_t from, size_t to)
{
    for (size_t i = 1; i < page->elements; i++) {
        const ss_page_element *element = &page->element[i];
        if (element->start < from || element->start > to || !(element->hints & SS_HINT_DATE)) continue;
        if (take_date(out, text_of(page, element->start, element->end))) return true;
    }
    return false;
}

/* The first block that begins at `from` or behind it. */
static size_t find_block(const ss_page *page, size_t from)
{
    size_t i = 0;
    while (i < page->blocks && page->block[i].start < from)
        i++;
    return i;
}

static bool find_date_in_lines(ss_date *out, const ss_page *page, size_t begin, size_t end)
{
    for (size_t i = begin; i < end && i < page->blocks; i++) {
        piece line = text_of(page, page->block[i].start, page->block[i].end);
        if (take_date(out, line)) return true;
    }
    return false;
}

bool ss_page_find_date(ss_date *out, const ss_page *page, const ss_page_article *article)
{
    *out = (ss_date){0};
    size_t heading = find_block(page, article->heading);
    if (find_marked_date(out, page, article->heading, article->end)) return true;
    if (find_date_in_lines(out, page, heading, heading + MOST_LINES)) return true;
    size_t above = heading > MOST_LINES / 4 ? heading - MOST_LINES / 4 : 0;
    if (find_date_in_lines(out, page, above, heading)) return true;
    if (ss_date_find(out, page->text.data + article->heading, page->text.length - article->heading)) return true;
    return ss_date_find(out, page->text.data, page->text.length);
}

/* ---------------------------------------------------------------- author */

/* What goes before a name; longest first where one begins with another. */
static const char *const AUTHOR_LABELS[] = {"written by ", "reported by ", "by ",   "作者：",   "作者:", "记者：",
                                            "记者:",       "記者：",       "記者:", "文/",      "文／",  "文|",
                                            "撰文：",      "撰稿：",       "文：",  "本报记者", NULL};

/* What a name ends before. */
static const char *const AUTHOR_ENDS[] = {
    "|",    "·",    "•",    "  ",   "　", "来源", "來源", "编辑", "編輯", "责任",      "責任",    "責編", "责编",
    "发布", "发表", "時間", "时间", "\n", "）",   "】",   "(",    "（",   "published", "updated", NULL};

static piece cut_name(piece text)
{
    text = trim(text);
    for (const char *at = text.at; at < text.end; at++) {
        bool ends = is_digit(*at);
        for (const char *const *mark = AUTHOR_ENDS; *mark != NULL && !ends; mark++) {
            size_t size = strlen(*mark);
            ends = (size_t)(text.end - at) >= size && strncasecmp(at, *mark, size) == 0;
        }
        if (ends) text.end = at;
    }
    text = trim(text);
    while (text.end > text.at && strchr(",;-:/", text.end[-1]) != NULL)
        text = trim((piece){text.at, text.end - 1});
    return text;
}

/* A name behind a label, which has to begin the line or, if Chinese, stand in it. */
static bool find_labelled(piece *name, piece line)
{
    for (const char *const *label = AUTHOR_LABELS; *label != NULL; label++) {
        size_t size = strlen(*label);
        bool latin = is_letter(**label);
        const char *at = latin ? line.at : memmem(line.at, size_of(line), *label, size);
        if (at == NULL || (size_t)(line.end - at) < size || strncasecmp(at, *label, size) != 0) continue;
        *name = cut_name((piece){at + size, line.end});
        return size_of(*name) > 0 && size_of(*name) <= MOST_AUTHOR;
    }
    return false;
}

static bool find_in_lines(piece *name, const ss_page *page, size_t begin, size_t end)
{
    for (size_t i = begin; i < end && i < page->blocks; i++) {
        piece line = trim(text_of(page, page->block[i].start, page->block[i].end));
        if (size_of(line) <= MOST_BYTES && find_labelled(name, line)) return true;
    }
    return false;
}

/* In an element that by its class or property holds an author. */
static bool find_marked_author(piece *name, const ss_page *page, const ss_page_article *article)
{
    for (size_t i = 1; i < page->elements; i++) {
        const ss_page_element *element = &page->element[i];
        if (element->start < article->heading || element->start > article->end) continue;
        if (!(element->hints & SS_HINT_AUTHOR)) continue;
        piece text = trim(text_of(page, element->start, element->end));
        if (size_of(text) == 0 || size_of(text) > MOST_BYTES) continue;
        if (find_labelled(name, text)) return true;
        *name = cut_name(text);
        if (size_of(*name) > 0 && size_of(*name) <= MOST_AUTHOR) return true;
    }
    return false;
}

ss_status ss_page_find_author(char **out, const ss_page *page, const ss_page_article *article)
{
    piece name = {page->text.data, page->text.data};
    size_t heading = find_block(page, article->heading), below = find_block(page, article->end);
    size_t tail = below > MOST_LINES / 2 ? below - MOST_LINES / 2 : 0;
    bool found = find_marked_author(&name, page, article) ||
                 find_in_lines(&name, page, heading, heading + MOST_LINES) ||
                 find_in_lines(&name, page, tail, below + MOST_LINES / 2);
    return ss_copy_line(out, name.at, found ? size_of(name) : 0);
}
