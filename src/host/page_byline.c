#include "page_byline.h"

#include <string.h>
#include <strings.h>

#include "ascii.h"
#include "document.h"
#include "page_hints.h"
#include "status.h"

#define MOST_AUTHOR 60 /* bytes of a name */
#define MOST_NAMES  16 /* a list of all who ever wrote for a paper is no byline */

typedef ss_piece_of_text piece;

static piece trim(piece text)
{
    for (size_t size; (size = ss_space_size(text.at, ss_text_size(text))) > 0;)
        text.at += size;
    while (text.end > text.at && strchr(" \n,;", text.end[-1]) != NULL)
        text.end--;
    return text;
}

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
        if (ss_text_size(text) >= size && strncasecmp(text.at, *marks, size) == 0) return size;
    }
    return 0;
}

/* The text before the first digit or mark of an end. */
static piece cut_names(piece text)
{
    text = trim(text);
    for (const char *at = text.at; at < text.end; at++)
        if (ss_is_digit(*at) || mark_size(AUTHOR_ENDS, (piece){at, text.end}) > 0) text.end = at;
    return trim(text);
}

static bool is_chinese(piece name)
{
    return ss_text_size(name) > 0 && (*name.at & 0x80) != 0 && (unsigned char)*name.at >= 0xe3;
}

static bool holds_word(piece text, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = text.at; (size_t)(text.end - at) >= length; at++) {
        bool begins = at == text.at || !ss_is_letter(at[-1]);
        bool ends = at + length == text.end || !ss_is_letter(at[length]);
        if (begins && ends && strncasecmp(at, word, length) == 0) return true;
    }
    return false;
}

/* A person's: two to four Chinese characters, or words of which none is of an outlet. */
static bool is_name(piece name, const char *site)
{
    if (ss_text_size(name) < 3 || ss_text_size(name) > MOST_AUTHOR) return false;
    static const char *const roles[] = {"记者", "記者", "通讯员", "本报", "本報", "实习", "新闻", "新聞", NULL};
    for (const char *const *role = roles; *role != NULL; role++)
        if (memmem(name.at, ss_text_size(name), *role, strlen(*role)) != NULL) return false;
    if (is_chinese(name))
        return ss_text_size(name) >= 6 && (ss_text_size(name) <= 12 || memmem(name.at, ss_text_size(name), "·", 2));
    for (const char *const *word = OUTLETS; *word != NULL; word++)
        if (holds_word(name, *word)) return false;
    bool capital = (*name.at >= 'A' && *name.at <= 'Z') || (*name.at & 0x80) != 0;
    return capital &&
           (site == NULL || strlen(site) != ss_text_size(name) || strncasecmp(name.at, site, ss_text_size(name)) != 0);
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
        bool word = !is_chinese(name) && memchr(name.at, ' ', ss_text_size(name)) == NULL;
        if (!is_name(name, site) || (word && count > 0)) continue; /* one word behind a name is a place */
        if (out->length > 0) SS_TRY(ss_buffer_append(out, "; ", 2));
        SS_TRY(ss_buffer_append(out, name.at, ss_text_size(name)));
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
        bool first = ss_is_letter(**label) || (*label)[size - 1] == ' ';
        const char *at = first ? line.at : memmem(line.at, ss_text_size(line), *label, size);
        if (at == NULL || (size_t)(line.end - at) < size || strncasecmp(at, *label, size) != 0) continue;
        *names = (piece){at + size, line.end};
        return true;
    }
    return false;
}

static ss_status add_from_lines(ss_buffer *out, const char *site, const ss_page *page, size_t begin, size_t end)
{
    for (size_t i = begin; i < end && i < page->blocks && out->length == 0; i++) {
        piece line = trim(ss_page_text(page, page->block[i].start, page->block[i].end)), names;
        if (ss_text_size(line) <= SS_MOST_LINE && find_labelled(&names, line)) SS_TRY(add_names(out, names, site));
    }
    return SS_OK;
}

/* From elements that by class or property hold authors. */
static ss_status add_marked(ss_buffer *out, const char *site, const ss_page *page, size_t from, size_t to)
{
    for (size_t i = 1; i < page->elements && out->length == 0; i++) {
        const ss_page_element *element = &page->element[i];
        if (element->start < from || element->start > to || !(element->hints & SS_HINT_AUTHOR)) continue;
        piece text = trim(ss_page_text(page, element->start, element->end)), names = text;
        if (ss_text_size(text) > SS_MOST_LINE) continue;
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
    size_t above = ss_page_first_above(page, article), below = ss_page_find_block(page, article->end);
    size_t from = above < page->blocks ? page->block[above].start : 0;
    if (out->length == 0) SS_TRY(add_marked(out, site, page, from, article->end));
    SS_TRY(add_from_lines(out, site, page, above, ss_page_find_block(page, article->start)));
    return add_from_lines(out, site, page, below, below + SS_MOST_BELOW);
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
