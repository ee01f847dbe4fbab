/* How the article is found.
 *
 * Lines that hold sentences weigh as much as they are long, less what of them is links. What says by name or class that it
 * is furniture is left out, unless most of the page stands in it, and so is a section whose heading says so. The article is
 * the element whose class says that it holds the body, if enough of the weight stands there; else the innermost element
 * that holds most of the weight, going from the page inwards. Of its lines, those are left out that are mostly links or
 * that are by their words no part of the text; at both ends whatever is no sentence. */
#include "main_text.h"

#include <stdlib.h>
#include <string.h>

#include "page_hints.h"
#include "page_line.h"
#include "status.h"

#define MOST_PERCENT 50  /* of the weight that an element has to hold to be gone into */
#define LINE_PERCENT 80  /* the same of one that holds but one of its lines */
#define BODY_PERCENT 25  /* the same of one whose class says that it is the body */
#define OWN_PERCENT  40  /* of the weight of an element in its own paragraphs, from which on it is gone no further */
#define TAIL_PERCENT 30  /* of the weight that may follow such a heading in the element of the article itself */
#define LEFT_PERCENT 20  /* of the weight that has to be left when furniture is out */
#define LEAST_ABOVE  100 /* bytes of sentences above what is no button but a section */
#define LEAST_POINT  40  /* bytes of a point of a summary */
#define MOST_COUNTER 12  /* bytes of "3.4k", "+2", "13.20 GMT" */
#define MOST_ROW     400 /* bytes of a row of a table that stands in an article rather than around it */

typedef struct element_sum {
    uint32_t all;      /* weight of its lines */
    uint32_t weight;   /* of those that are not furniture */
    uint32_t own;      /* of those right in it or in paragraphs right in it */
    uint32_t lines;    /* of its lines, how many have weight */
    uint32_t heaviest; /* the heaviest element right in it that may be gone into; 0: none */
    bool furniture;    /* it or one around it */
} element_sum;

typedef struct block_state {
    uint8_t kind; /* ss_line_kind */
    bool out;     /* in a section whose heading says that it is none of the article's */
    bool kept;
} block_state;

typedef struct text_finder {
    const ss_page *page;
    element_sum *sum;   /* of each element */
    block_state *state; /* of each block */
} text_finder;

static bool is_linked(const ss_page_block *block)
{
    return block->linked * 2 > block->end - block->start;
}

static uint32_t weight_of(const text_finder *f, size_t i)
{
    const ss_page_block *block = &f->page->block[i];
    uint32_t length = block->end - block->start;
    if (f->state[i].kind != SS_LINE_PROSE || f->state[i].out || is_linked(block)) return 0;
    return length - block->linked;
}

static bool is_container(const ss_page_element *element)
{
    static const bool holds[] = {[SS_TAG_OTHER] = true,  [SS_TAG_ARTICLE] = true, [SS_TAG_MAIN] = true,
                                 [SS_TAG_HEADER] = true, [SS_TAG_CELL] = true,    [SS_TAG_ROW] = true};
    return element->is_block && element->tag < sizeof holds && holds[element->tag];
}

/* Weights of all elements: of each block to its element, and from the last element to the first into those around. */
static void sum_weights(text_finder *f)
{
    for (size_t i = 0; i < f->page->elements; i++)
        f->sum[i] = (element_sum){.furniture = f->sum[i].furniture};
    for (size_t i = 0; i < f->page->blocks; i++) {
        element_sum *sum = &f->sum[f->page->block[i].element];
        uint32_t weight = weight_of(f, i);
        sum->all += weight;
        if (sum->furniture) continue;
        sum->weight += weight;
        sum->lines += weight > 0;
        uint32_t element = f->page->block[i].element;
        bool paragraph = !is_container(&f->page->element[element]);
        f->sum[paragraph ? f->page->element[element].parent : element].own += weight;
    }
    for (size_t i = f->page->elements; i-- > 1;) {
        const ss_page_element *element = &f->page->element[i];
        element_sum *around = &f->sum[element->parent];
        around->all += f->sum[i].all;
        around->weight += f->sum[i].weight;
        around->lines += f->sum[i].lines;
        if (is_container(element) && f->sum[i].weight > 0 &&
            (around->heaviest == 0 || f->sum[i].weight >= f->sum[around->heaviest].weight))
            around->heaviest = (uint32_t)i;
    }
}

/* Whether a name alone makes an element furniture; a class that many elements have may have been given to the page. */
static bool is_marked_furniture(const text_finder *f, size_t i, uint32_t most)
{
    const ss_page_element *element = &f->page->element[i];
    if (f->sum[i].all > most) return false;
    bool author = (element->hints & SS_HINT_AUTHOR) && f->sum[i].all <= f->sum[0].all / 4; /* of a biography */
    return author || (element->hints & (SS_HINT_FURNITURE | SS_HINT_CAPTION));
}

static void mark_furniture(text_finder *f, uint32_t most)
{
    for (size_t i = 1; i < f->page->elements; i++)
        f->sum[i].furniture = f->sum[f->page->element[i].parent].furniture || is_marked_furniture(f, i, most);
    sum_weights(f);
}

/* The outermost element that holds this block and no other before or behind it, other than its paragraph. */
static uint32_t find_section(const text_finder *f, size_t i)
{
    const ss_page_block *block = &f->page->block[i];
    uint32_t inside = block->element;
    for (;;) {
        const ss_page_element *element = &f->page->element[inside];
        bool alone = (i == 0 || f->page->block[i - 1].start < element->start) &&
                     (i + 1 == f->page->blocks || f->page->block[i + 1].start >= element->end);
        if (!alone || inside == 0) return inside;
        inside = element->parent;
    }
}

/* Comments and lists of other stories begin with a heading that says so: what follows it to the end of the element that
 * it stands in is out. Where that is the element of the article itself, its paragraphs stand before and behind. */
static void leave_out_sections(text_finder *f)
{
    const ss_page *page = f->page;
    uint64_t above = 0; /* weight of all that stands before on the page */
    for (size_t i = 0; i < page->blocks; i++) {
        above += weight_of(f, i);
        if (f->state[i].kind != SS_LINE_ENDING || f->state[i].out) continue;
        uint32_t section = find_section(f, i);
        uint64_t before = 0, behind = 0, own = 0;
        size_t end = i;
        for (size_t k = i; k-- > 0 && page->block[k].start >= page->element[section].start;)
            before += weight_of(f, k);
        for (; end < page->blocks && page->block[end].start < page->element[section].end; end++) {
            uint32_t element = page->block[end].element;
            behind += weight_of(f, end);
            if (element == section || page->element[element].parent == section) own += weight_of(f, end);
        }
        bool in_article = before > 0 && (own * 2 > behind || behind > 3 * before);
        if (in_article || above < LEAST_ABOVE) continue; /* or a button above the article */
        for (size_t k = i; k < end; k++)
            f->state[k].out = true;
    }
}

/* Comments may well be longer than the article, so that only if next to nothing would be left, furniture has to be the
 * smaller half. */
static void leave_out_furniture(text_finder *f)
{
    leave_out_sections(f);
    sum_weights(f);
    uint32_t all = f->sum[0].all;
    mark_furniture(f, all);
    if ((uint64_t)f->sum[0].weight * 100 < (uint64_t)all * LEFT_PERCENT) mark_furniture(f, all / 2);
}

/* The heaviest element that by its class is the body, or the innermost of several in each other; 0: none. */
static uint32_t find_body(const text_finder *f)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < f->page->elements; i++) {
        const ss_page_element *element = &f->page->element[i];
        if (!(element->hints & SS_HINT_BODY) || !is_container(element) || f->sum[i].weight == 0) continue;
        bool inside =
            best != 0 && element->start >= f->page->element[best].start && element->end <= f->page->element[best].end;
        uint64_t percent = inside ? MOST_PERCENT : 100;
        if (best == 0 || (uint64_t)f->sum[i].weight * 100 > (uint64_t)f->sum[best].weight * percent) best = i;
    }
    if (f->page->element[best].hints & SS_HINT_MARKED_BODY) return best;
    bool enough = (uint64_t)f->sum[best].weight * 100 >= (uint64_t)f->sum[0].weight * BODY_PERCENT;
    return enough ? best : 0;
}

static uint32_t find_article(const text_finder *f)
{
    uint32_t inside = 0, body = find_body(f);
    for (uint32_t next; (next = f->sum[inside].heaviest) != 0; inside = next) {
        const element_sum *sum = &f->sum[inside];
        if ((uint64_t)sum->own * 100 >= (uint64_t)sum->weight * OWN_PERCENT) break;
        bool paragraph = f->sum[next].lines == 1 && sum->lines > 1; /* a long one, rather than the article */
        uint64_t percent = paragraph ? LINE_PERCENT : MOST_PERCENT;
        if ((uint64_t)f->sum[next].weight * 100 < (uint64_t)sum->weight * percent) break;
    }
    if (body == 0 || (f->page->element[body].hints & SS_HINT_MARKED_BODY)) return body != 0 ? body : inside;
    const ss_page_element *a = &f->page->element[body], *b = &f->page->element[inside];
    bool apart = a->end <= b->start || b->end <= a->start;
    return apart && f->sum[inside].weight > 2 * f->sum[body].weight ? inside : body;
}

/* ----------------------------------------------------------------- lines */

static bool is_title(const ss_page *page, const ss_page_block *block, const char *title)
{
    size_t length = block->end - block->start;
    return title != NULL && strlen(title) == length && memcmp(page->text.data + block->start, title, length) == 0;
}

static bool is_text(const text_finder *f, size_t i, const char *title)
{
    const ss_page_block *block = &f->page->block[i];
    if (f->sum[block->element].furniture || f->state[i].out || is_linked(block)) return false;
    if (f->state[i].kind == SS_LINE_FURNITURE || f->state[i].kind == SS_LINE_ENDING) return false;
    return f->page->element[block->element].tag != SS_TAG_TITLE && !is_title(f->page, block, title);
}

/* The row of a table that a block stands in; 0: none, or one that is there for the layout of the page. */
static uint32_t find_row(const ss_page *page, const ss_page_block *block)
{
    uint32_t i = block->element;
    while (i != 0 && page->element[i].tag != SS_TAG_ROW)
        i = page->element[i].parent;
    return page->element[i].end - page->element[i].start <= MOST_ROW ? i : 0;
}

static uint8_t tag_of(const text_finder *f, size_t i)
{
    return f->page->element[f->page->block[i].element].tag;
}

static bool is_counter(const text_finder *f, size_t i)
{
    const ss_page_block *block = &f->page->block[i];
    char first = f->page->text.data[block->start];
    return block->end - block->start <= MOST_COUNTER && ((first >= '0' && first <= '9') || first == '+');
}

/* Before the first sentence stand bylines and buttons, and behind the last one too; but the points of a summary, and the
 * heading of a first section, are text, and so is a list or a table at the end. False where there is no sentence at all. */
static bool trim_ends(text_finder *f, size_t begin, size_t end)
{
    size_t first = begin, last = end;
    while (first < end && !(f->state[first].kept && f->state[first].kind == SS_LINE_PROSE))
        first++;
    if (first == end) return false;
    while (!(f->state[last - 1].kept && f->state[last - 1].kind == SS_LINE_PROSE))
        last--;
    for (size_t i = first; i-- > begin;) {
        bool point = tag_of(f, i) == SS_TAG_ITEM && f->page->block[i].end - f->page->block[i].start >= LEAST_POINT;
        bool heading = tag_of(f, i) == SS_TAG_HEADING && i + 1 == first;
        if (!point && !heading) f->state[i].kept = false;
    }
    for (size_t i = last; i < end; i++)
        if (tag_of(f, i) != SS_TAG_ITEM && find_row(f->page, &f->page->block[i]) == 0) f->state[i].kept = false;
    return true;
}

/* Counters, times and buttons stand between paragraphs too: short lines of digits, and lines in a row of which none is a
 * sentence, unless they are of a list or a table. */
static void drop_fragments(text_finder *f, size_t begin, size_t end)
{
    for (size_t i = begin; i < end;) {
        size_t run = i;
        while (run < end && f->state[run].kind == SS_LINE_PLAIN &&
               (tag_of(f, run) == SS_TAG_OTHER || tag_of(f, run) == SS_TAG_HEADER))
            run++;
        bool digits = run == i + 1 && is_counter(f, i);
        for (size_t k = i; k < run && (run - i > 1 || digits); k++)
            f->state[k].kept = false;
        i = run > i ? run : i + 1;
    }
}

/* A heading over nothing was one of what has been left out. */
static void drop_bare_headings(text_finder *f, size_t begin, size_t end)
{
    bool followed = false;
    for (size_t i = end; i-- > begin;) {
        bool heading = f->page->element[f->page->block[i].element].tag == SS_TAG_HEADING;
        if (heading && !followed) f->state[i].kept = false;
        followed = heading ? false : f->state[i].kept;
    }
}

static ss_status write_blocks(ss_buffer *out, const text_finder *f, size_t begin, size_t end)
{
    const ss_page *page = f->page;
    uint32_t row_before = 0;
    for (size_t i = begin; i < end; i++) {
        const ss_page_block *block = &page->block[i];
        if (!f->state[i].kept) continue;
        uint32_t row = find_row(page, block);
        if (out->length > 0) SS_TRY(ss_buffer_append(out, row != 0 && row == row_before ? " " : "\n", 1));
        SS_TRY(ss_buffer_append(out, page->text.data + block->start, block->end - block->start));
        row_before = row;
    }
    return SS_OK;
}

static ss_status find_text(text_finder *f, ss_buffer *out, const char *title, size_t *start, size_t *end)
{
    const ss_page *page = f->page;
    for (size_t i = 0; i < page->blocks; i++) {
        const ss_page_block *block = &page->block[i];
        f->state[i].kind = (uint8_t)ss_page_line_kind(page->text.data + block->start, block->end - block->start);
    }
    leave_out_furniture(f);
    const ss_page_element *article = &page->element[find_article(f)];
    size_t first = 0, last = page->blocks;
    while (first < last && page->block[first].start < article->start)
        first++;
    while (last > first && page->block[last - 1].start >= article->end)
        last--;
    for (size_t i = first; i < last; i++)
        f->state[i].kept = is_text(f, i, title);
    if (trim_ends(f, first, last)) { /* else better all of it than nothing */
        drop_fragments(f, first, last);
        drop_bare_headings(f, first, last);
    }
    while (first < last && !f->state[first].kept)
        first++;
    while (last > first && !f->state[last - 1].kept)
        last--;
    *start = first < last ? page->block[first].start : article->start;
    *end = first < last ? page->block[last - 1].end : article->end;
    return write_blocks(out, f, first, last);
}

ss_status ss_main_text(ss_buffer *out, const ss_page *page, const char *title, size_t *start, size_t *end)
{
    text_finder finder = {.page = page};
    finder.sum = calloc(page->elements + 1, sizeof *finder.sum);
    finder.state = calloc(page->blocks + 1, sizeof *finder.state);
    ss_status status = SS_OK;
    if (finder.sum == NULL || finder.state == NULL)
        status = ss_fail_memory(page->elements * sizeof *finder.sum + page->blocks * sizeof *finder.state);
    else
        status = find_text(&finder, out, title, start, end);
    free(finder.sum);
    free(finder.state);
    return status;
}
