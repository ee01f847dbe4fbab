#include "page_date.h"

#include <string.h>

#include "ascii.h"
#include "date_label.h"
#include "date_token.h"
#include "page_hints.h"
#include "page_line.h"

#define FIRST_SECOND 631152000 /* 1990: what a page shows of earlier days is no date of its own */
#define NO_LINE      SIZE_MAX
#define MOST_LABEL   80 /* bytes before a date where its label may stand */

typedef ss_piece_of_text piece;

/* How well a date in sight tells of publication; the first of the best counts. */
typedef enum rank { RANK_NONE, RANK_PROSE, RANK_MODIFIED, RANK_ASIDE, RANK_PLAIN, RANK_PUBLISHED } rank;

typedef struct finding {
    const ss_page *page;
    const ss_date_custom *custom;
    ss_date date;
    rank best;
} finding;

/* ------------------------------------------------------------ dates in lines */

/* A label that is a line of its own above the one that begins at `line`. */
static ss_date_label label_above(const ss_page *page, size_t line)
{
    size_t end = line > 0 ? line - 1 : 0, start = end, size;
    while (start > 0 && end - start < MOST_LABEL && page->text.data[start - 1] != '\n')
        start--;
    piece above = ss_page_text(page, start, end);
    ss_date_label label = ss_date_label_first(above.at, ss_text_size(above), &size);
    above.at += size;
    while (above.at < above.end && (*above.at == ' ' || *above.at == ':'))
        above.at++;
    bool whole = above.at == above.end || (ss_text_size(above) == 3 && memcmp(above.at, "：", 3) == 0);
    return whole ? label : SS_LABEL_NONE;
}

/* The label behind a date: 2021-11-23 更新. One that a date follows is that one's. */
static ss_date_label label_behind(piece rest)
{
    size_t size, used;
    ss_date date;
    while (rest.at < rest.end && *rest.at == ' ')
        rest.at++;
    ss_date_label label = ss_date_label_first(rest.at, ss_text_size(rest), &size);
    for (rest.at += size; rest.at < rest.end; rest.at++) {
        if (ss_is_digit(*rest.at)) return SS_LABEL_NONE;
        if (ss_date_starts(rest.at, ss_text_size(rest)) &&
            ss_date_parse_prefix(&date, NULL, rest.at, ss_text_size(rest), &used))
            return SS_LABEL_NONE;
    }
    return label;
}

static ss_date_label label_of(const ss_page *page, size_t at)
{
    size_t line = at;
    while (line > 0 && at - line < MOST_LABEL && page->text.data[line - 1] != '\n')
        line--;
    ss_date_label label = ss_date_label_last(page->text.data + line, at - line);
    bool first = at - line <= 3; /* but for a bracket */
    return label == SS_LABEL_NONE && first ? label_above(page, line) : label;
}

static rank rank_of(ss_date_label label, bool prose)
{
    if (label == SS_LABEL_OTHER) return RANK_NONE;
    if (prose) return RANK_PROSE;
    if (label == SS_LABEL_MODIFIED) return RANK_MODIFIED;
    return label == SS_LABEL_PUBLISHED ? RANK_PUBLISHED : RANK_PLAIN;
}

/* The next date at or behind *at; *begin is where it stands, *at is then behind it. */
static bool next_date(ss_date *out, const ss_date_custom *custom, piece line, const char **at, const char **begin)
{
    for (const char *here = *at; here < line.end; here++) {
        size_t used;
        bool inside = here > line.at && (ss_is_digit(here[-1]) || ss_is_letter(here[-1]));
        if (inside || !ss_date_starts(here, (size_t)(line.end - here))) continue;
        if (!ss_date_parse_prefix(out, custom, here, (size_t)(line.end - here), &used)) continue;
        if (out->seconds < FIRST_SECOND) continue;
        *begin = here;
        *at = here + used;
        return true;
    }
    return false;
}

/* Keeps the best of the dates in a line: true once one is of publication. */
static bool take_dates(finding *found, piece line)
{
    ss_date date;
    const char *at = line.at, *begin;
    size_t size = ss_text_size(line), label_size;
    if (size > SS_MOST_LINE) return false;
    /* A sentence tells of other days, those of other publications too, but if it begins with a label. */
    bool prose = ss_page_line_kind(line.at, size) == SS_LINE_PROSE &&
                 ss_date_label_first(line.at, size, &label_size) == SS_LABEL_NONE;
    while (next_date(&date, found->custom, line, &at, &begin)) {
        ss_date_label label = label_of(found->page, (size_t)(begin - found->page->text.data));
        if (label == SS_LABEL_NONE) label = label_behind((piece){at, line.end});
        rank here = rank_of(label, prose);
        if (here <= found->best) continue;
        found->best = here;
        found->date = date;
    }
    return found->best >= RANK_PLAIN;
}

/* ------------------------------------------------------------------- places */

static bool find_in_times(finding *found, size_t from, size_t to)
{
    for (size_t i = 0; i < found->page->times; i++) {
        const ss_page_time *time = &found->page->time[i];
        if (time->at < from || time->at > to) continue;
        rank here = rank_of(label_of(found->page, time->at), false);
        if (here <= found->best) continue;
        found->best = here;
        found->date = time->date;
        if (here >= RANK_PLAIN) return true;
    }
    return false;
}

/* In elements that by their class hold dates. */
static bool find_marked(finding *found, size_t from, size_t to)
{
    const ss_page *page = found->page;
    for (size_t i = 1; i < page->elements; i++) {
        const ss_page_element *element = &page->element[i];
        if (element->start < from || element->start > to || !(element->hints & SS_HINT_DATE)) continue;
        if (take_dates(found, ss_page_text(page, element->start, element->end))) return true;
    }
    return false;
}

/* Lines that are mostly a link tell of other stories. */
static bool is_linked(const ss_page_block *block)
{
    return block->linked * 2 > block->end - block->start;
}

/* Captions and related stories have dates too. */
static bool is_aside(const ss_page *page, const ss_page_block *block)
{
    for (uint32_t i = block->element; i != 0; i = page->element[i].parent)
        if (page->element[i].hints & (SS_HINT_CAPTION | SS_HINT_FURNITURE)) return true;
    return false;
}

static void take_block(finding *found, const ss_page_block *block, rank most)
{
    finding here = {.page = found->page, .custom = found->custom};
    if (is_linked(block)) return;
    take_dates(&here, ss_page_text(found->page, block->start, block->end));
    if (here.best == RANK_PLAIN && (most < RANK_PLAIN || is_aside(found->page, block))) here.best = RANK_ASIDE;
    if (here.best > found->best) *found = here;
}

/* In lines; of those, one with a label goes before others, and the one at `headline` comes last. */
static bool find_in_lines(finding *found, size_t begin, size_t end, size_t headline)
{
    for (size_t i = begin; i < end && i < found->page->blocks && found->best < RANK_PUBLISHED; i++) {
        const ss_page_block *block = &found->page->block[i];
        take_block(found, block, i == headline ? RANK_ASIDE : RANK_PUBLISHED);
    }
    return found->best >= RANK_PLAIN;
}

/* Below the text a date after words is that of a comment. */
static bool find_below(finding *found, size_t begin, size_t end)
{
    const ss_page *page = found->page;
    for (size_t i = begin; i < end && i < page->blocks; i++) {
        piece line = ss_page_text(page, page->block[i].start, page->block[i].end);
        finding here = {.page = page, .custom = found->custom};
        ss_date date;
        bool words = false;
        if (is_linked(&page->block[i]) || ss_text_size(line) > SS_MOST_LINE ||
            ss_page_line_kind(line.at, ss_text_size(line)) == SS_LINE_ENDING)
            break;
        if (!take_dates(&here, line)) continue;
        for (const char *at = line.at; at + 1 < line.end && !(*at >= '0' && *at <= '9'); at++)
            words |= *at >= 'a' && *at <= 'z' && (at[1] | 0x20) >= 'a' && (at[1] | 0x20) <= 'z';
        bool comment =
            is_aside(page, &page->block[i]) || !ss_date_find(&date, found->custom, line.at, ss_text_size(line));
        if (words && comment) continue;
        *found = here;
        return true;
    }
    return false;
}

bool ss_page_find_date(ss_date *out, const ss_date_custom *custom, const ss_page *page, const ss_page_article *article)
{
    finding found = {.page = page, .custom = custom};
    size_t above = ss_page_first_above(page, article), text = ss_page_find_block(page, article->start);
    if (text <= above) text = above + SS_MOST_BELOW; /* the text begins above its heading: there was none to tell by */
    size_t below = ss_page_find_block(page, article->end), higher = above > SS_MOST_BELOW ? above - SS_MOST_BELOW : 0;
    size_t headline = article->heading > 0 ? above : NO_LINE;
    size_t from = above < page->blocks ? page->block[above].start : 0;
    size_t top = higher < page->blocks ? page->block[higher].start : 0;
    if (!find_in_times(&found, from, article->end) && !find_marked(&found, from, article->start) &&
        !find_in_lines(&found, above, text, headline) && !find_below(&found, below, below + SS_MOST_BELOW) &&
        !find_in_times(&found, top, from) && !find_in_lines(&found, higher, above, NO_LINE)) {
        piece body = ss_page_text(page, article->start, article->end); /* for a dateline */
        if (ss_date_find(out, custom, body.at, ss_text_size(body))) return true;
    }
    *out = found.best >= RANK_MODIFIED ? found.date : (ss_date){0};
    return found.best >= RANK_PLAIN;
}

/* A date behind a label of publication. */
static bool find_labelled(finding *found)
{
    for (size_t i = 0; i < found->page->blocks && found->best < RANK_PUBLISHED; i++) {
        const ss_page_block *block = &found->page->block[i];
        if (!is_aside(found->page, block)) take_block(found, block, RANK_PUBLISHED);
    }
    return found->best == RANK_PUBLISHED;
}

bool ss_page_find_date_anywhere(ss_date *out, const ss_date_custom *custom, const ss_page *page)
{
    finding found = {.page = page, .custom = custom};
    bool labelled = find_labelled(&found);
    *out = found.date;
    if (labelled || ss_date_find(out, custom, page->text.data, page->text.length)) return true;
    if (page->times > 0) *out = page->time[0].date;
    return page->times > 0;
}
