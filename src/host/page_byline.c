#include "page_byline.h"

#include <string.h>
#include <strings.h>

#include "date.h"
#include "document.h"
#include "page_hints.h"
#include "page_line.h"
#include "status.h"

#define MOST_ABOVE  15  /* lines above the text that are looked at, where the heading is not known, */
#define MOST_BELOW  6   /* and below it */
#define MOST_BYTES  200 /* of such a line: a longer one is text */
#define MOST_AUTHOR 60  /* bytes of a name */
#define MOST_NAMES  16  /* a list of all who ever wrote for a paper is no byline */

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
    while (text.end > text.at && strchr(" \n,;", text.end[-1]) != NULL)
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

/* In elements that by their class hold dates. */
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

/* The first of the lines above the text that may tell of it. */
static size_t first_above(const ss_page *page, const ss_page_article *article)
{
    size_t text = find_block(page, article->start);
    if (article->heading > 0) return find_block(page, article->heading);
    return text > MOST_ABOVE ? text - MOST_ABOVE : 0;
}

/* Lines that are mostly a link tell of other stories. */
static bool is_linked(const ss_page_block *block)
{
    return block->linked * 2 > block->end - block->start;
}

static bool find_date_in_lines(ss_date *out, const ss_page *page, size_t begin, size_t end)
{
    for (size_t i = begin; i < end && i < page->blocks; i++) {
        piece line = text_of(page, page->block[i].start, page->block[i].end);
        if (!is_linked(&page->block[i]) && take_date(out, line)) return true;
    }
    return false;
}

/* Below the text a date after words is that of a comment. */
static bool find_date_below(ss_date *out, const ss_page *page, size_t begin, size_t end)
{
    for (size_t i = begin; i < end && i < page->blocks; i++) {
        piece line = text_of(page, page->block[i].start, page->block[i].end);
        bool update, words = false;
        if (is_linked(&page->block[i]) || size_of(line) > MOST_BYTES ||
            ss_page_line_kind(line.at, size_of(line)) == SS_LINE_ENDING)
            break;
        if (!find_date(out, line, &update) || update) continue;
        for (const char *at = line.at; at < line.end && !is_digit(*at); at++)
            words |= is_letter(*at) && *at >= 'a' && line.end - at > 1 && is_letter(at[1]);
        if (!words || ss_date_find(out, line.at, size_of(line))) return true;
    }
    *out = (ss_date){0};
    return false;
}

bool ss_page_find_date(ss_date *out, const ss_page *page, const ss_page_article *article, bool anywhere)
{
    *out = (ss_date){0};
    if (anywhere) return ss_date_find(out, page->text.data, page->text.length);
    size_t above = first_above(page, article), text = find_block(page, article->start);
    if (text <= above) text = above + MOST_BELOW; /* the text begins above its heading: there was none to tell by */
    size_t below = find_block(page, article->end), higher = above > MOST_BELOW ? above - MOST_BELOW : 0;
    size_t from = above < page->blocks ? page->block[above].start : 0;
    for (size_t i = 0; i < page->times; i++) {
        *out = page->time[i].date;
        if (page->time[i].at >= from && page->time[i].at <= article->end) return true;
    }
    if (find_marked_date(out, page, from, article->start)) return true;
    if (find_date_in_lines(out, page, above, text)) return true;
    if (find_date_below(out, page, below, below + MOST_BELOW)) return true;
    if (find_date_in_lines(out, page, higher, above)) return true;
    if (ss_date_find(out, page->text.data + article->start, article->end - article->start)) return true; /* dateline */
    if (page->times > 0) *out = page->time[0].date;
    return page->times > 0;
}

/* ---------------------------------------------------------------- author */

/* What goes before a name, and may stand within a Chinese line. */
static const char *const AUTHOR_LABELS[] = {
    "written by ", "reported by ", "posted by ", "story by ", "words by ", "author: ", "by: ",     "by ",      "作者：",
    "作者:",       "作者 ",        "记者：",     "记者:",     "记者丨",    "记者/",    "记者|",    "記者：",   "記者:",
    "記者/",       "記者／",       "文/",        "文／",      "文|",       "文｜",     "文丨",     "文 | ",    "撰文：",
    "撰文 ",       "撰稿：",       "采写：",     "文：",      "记者 ",     "記者 ",    "本报记者", "本報記者", NULL};

/* What names end before. */
static const char *const AUTHOR_ENDS[] = {
    "|",    "·",       "•",        "  ",         "　",        "来源",    "來源",      "编辑",    "編輯",
    "责任", "責任",    "責編",     "责编",       "发布",      "发表",    "時間",      "时间",    "\n",
    "）",   "】",      "(",        "（",         "published", "updated", "posted",    " in ",    " for ",
    " at ", " Monday", " Tuesday", " Wednesday", " Thursday", " Friday", " Saturday", " Sunday", NULL};

/* What stands between names. */
static const char *const NAME_MARKS[] = {" and ", " & ", "; ", ";", "、", ", ", "，", "/", " ", NULL};

/* Words of those that are outlets and desks rather than persons. */
static const char *const OUTLETS[] = {"staff", "news",   "desk",          "online", "agency", "newsroom",
                                      "team",  "editor", "correspondent", "press",  "times",  "daily",
                                      "media", "wire",   "reporter",      "admin",  "writer", NULL};

static size_t mark_size(const char *const *marks, piece text)
{
    for (; text.at < text.end && *marks != NULL; marks++) {
        if (((**marks ^ *text.at) & ~0x20) != 0) continue; /* as nearly all */
        size_t size = strlen(*marks);
        if (size_of(text) >= size && strncasecmp(text.at, *marks, size) == 0) return size;
    }
    return 0;
}

/* The text before the first digit or mark of an end. */
static piece cut_names(piece text)
{
    text = trim(text);
    for (const char *at = text.at; at < text.end; at++)
        if (is_digit(*at) || mark_size(AUTHOR_ENDS, (piece){at, text.end}) > 0) text.end = at;
    return trim(text);
}

static bool is_chinese(piece name)
{
    return size_of(name) > 0 && (*name.at & 0x80) != 0 && (unsigned char)*name.at >= 0xe3;
}

static bool holds_word(piece text, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = text.at; (size_t)(text.end - at) >= length; at++) {
        bool begins = at == text.at || !is_letter(at[-1]);
        bool ends = at + length == text.end || !is_letter(at[length]);
        if (begins && ends && strncasecmp(at, word, length) == 0) return true;
    }
    return false;
}

/* A person's: two to four Chinese characters, or words of which none is of an outlet. */
static bool is_name(piece name, const char *site)
{
    if (size_of(name) < 3 || size_of(name) > MOST_AUTHOR) return false;
    static const char *const roles[] = {"记者", "記者", "通讯员", "本报", "本報", "实习", "新闻", "新聞", NULL};
    for (const char *const *role = roles; *role != NULL; role++)
        if (memmem(name.at, size_of(name), *role, strlen(*role)) != NULL) return false;
    if (is_chinese(name)) return size_of(name) >= 6 && (size_of(name) <= 12 || memmem(name.at, size_of(name), "·", 2));
    for (const char *const *word = OUTLETS; *word != NULL; word++)
        if (holds_word(name, *word)) return false;
    bool capital = (*name.at >= 'A' && *name.at <= 'Z') || (*name.at & 0x80) != 0;
    return capital && (site == NULL || strlen(site) != size_of(name) || strncasecmp(name.at, site, size_of(name)) != 0);
}

/* Appends the names in a text. What stands behind a comma after a name is a role or a place, unless it is a name too. */
static ss_status add_names(ss_buffer *out, piece text, const char *site)
{
    text = cut_names(text);
    size_t count = 0;
    for (const char *at = text.at; text.at < text.end && count < MOST_NAMES; at = text.at) {
        size_t mark = 0;
        while (at < text.end && mark == 0) {
            mark = mark_size(NAME_MARKS, (piece){at, text.end});
            bool space = mark == 1 && *at == ' ' && !is_chinese(text);
            if (space) mark = 0;
            if (mark == 0) at++;
        }
        piece name = trim((piece){text.at, at});
        text.at = at + mark;
        bool word = !is_chinese(name) && memchr(name.at, ' ', size_of(name)) == NULL;
        if (!is_name(name, site) || (word && count > 0)) continue; /* one word behind a name is a place */
        if (out->length > 0) SS_TRY(ss_buffer_append(out, "; ", 2));
        SS_TRY(ss_buffer_append(out, name.at, size_of(name)));
        count++;
    }
    return SS_OK;
}

/* Whether a character is in the line that a Chinese label begins with. */
static bool may_hold_label(piece line)
{
    static const char firsts[][4] = {"作", "记", "記", "文", "撰", "采", "本"};
    for (const char *at = line.at; line.end - at >= 3; at++)
        for (size_t i = 0; (unsigned char)*at >= 0xe4 && i < sizeof firsts / sizeof *firsts; i++)
            if (memcmp(at, firsts[i], 3) == 0) return true;
    return false;
}

/* What stands behind a label, which has to begin the line or, if Chinese, stand in it. */
static bool find_labelled(piece *names, piece line)
{
    bool chinese = may_hold_label(line);
    for (const char *const *label = AUTHOR_LABELS; *label != NULL; label++) {
        if (!chinese && (**label & 0x80) != 0) continue;
        size_t size = strlen(*label);
        bool first = is_letter(**label) || (*label)[size - 1] == ' ';
        const char *at = first ? line.at : memmem(line.at, size_of(line), *label, size);
        if (at == NULL || (size_t)(line.end - at) < size || strncasecmp(at, *label, size) != 0) continue;
        *names = (piece){at + size, line.end};
        return true;
    }
    return false;
}

static ss_status add_from_lines(ss_buffer *out, const char *site, const ss_page *page, size_t begin, size_t end)
{
    for (size_t i = begin; i < end && i < page->blocks && out->length == 0; i++) {
        piece line = trim(text_of(page, page->block[i].start, page->block[i].end)), names;
        if (size_of(line) <= MOST_BYTES && find_labelled(&names, line)) SS_TRY(add_names(out, names, site));
    }
    return SS_OK;
}

/* From elements that by class or property hold authors. */
static ss_status add_marked(ss_buffer *out, const char *site, const ss_page *page, size_t from, size_t to)
{
    for (size_t i = 1; i < page->elements && out->length == 0; i++) {
        const ss_page_element *element = &page->element[i];
        if (element->start < from || element->start > to || !(element->hints & SS_HINT_AUTHOR)) continue;
        piece text = trim(text_of(page, element->start, element->end)), names = text;
        if (size_of(text) > MOST_BYTES) continue;
        if (!find_labelled(&names, text)) names = text;
        SS_TRY(add_names(out, names, site));
    }
    return SS_OK;
}

static ss_status add_authors(ss_buffer *out, const char *known, const char *site, const ss_page *page,
                             const ss_page_article *article)
{
    if (known != NULL) {
        piece text = {known, known + strlen(known)}, names = text;
        if (!find_labelled(&names, text)) names = text;
        SS_TRY(add_names(out, names, site));
    }
    size_t above = first_above(page, article), below = find_block(page, article->end);
    size_t from = above < page->blocks ? page->block[above].start : 0;
    if (out->length == 0) SS_TRY(add_marked(out, site, page, from, article->end));
    SS_TRY(add_from_lines(out, site, page, above, find_block(page, article->start)));
    return add_from_lines(out, site, page, below, below + MOST_BELOW);
}

ss_status ss_page_find_author(char **out, const char *known, const char *site, const ss_page *page,
                              const ss_page_article *article)
{
    ss_buffer names = {0};
    ss_status status = add_authors(&names, known, site, page, article);
    if (status == SS_OK) status = ss_copy_line(out, names.length > 0 ? names.data : "", names.length);
    ss_buffer_free(&names);
    return status;
}
