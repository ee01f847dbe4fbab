/* How the article is found.
 *
 * Lines that hold sentences weigh as much as they are long, less what of them is links. Elements that say by name or class
 * that they are furniture are left out, unless most of the page stands in them. The article is the innermost element that
 * holds most of the weight, going from the page inwards; an element whose class says that it holds the body is gone into
 * with less. Of its lines, those are left out that are mostly links or that are by their words no part of the text;
 * at both ends whatever is no sentence. */
#include "main_text.h"

#include <stdlib.h>
#include <string.h>

#include "page_hints.h"
#include "page_line.h"
#include "status.h"

#define MOST_PERCENT   80 /* of the weight that an element has to hold to be gone into, */
#define MARKED_PERCENT 50 /* if marked as the article or its body */
#define LEFT_PERCENT   20 /* of the weight that has to be left when furniture is out */
#define TAIL_PERCENT   30 /* of the article, at most, that may follow a line that ends it */

typedef struct element_sum {
    uint32_t all;      /* weight of its lines */
    uint32_t weight;   /* of those that are not furniture */
    uint32_t heaviest; /* the heaviest element right in it that may be gone into; 0: none */
    bool furniture;    /* it or one around it */
} element_sum;

typedef struct block_state {
    uint8_t kind; /* ss_line_kind */
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
    if (f->state[i].kind != SS_LINE_PROSE || is_linked(block)) return 0;
    return length - block->linked;
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
        if (!sum->furniture) sum->weight += weight;
    }
    for (size_t i = f->page->elements; i-- > 1;) {
        const ss_page_element *element = &f->page->element[i];
        element_sum *around = &f->sum[element->parent];
        around->all += f->sum[i].all;
        around->weight += f->sum[i].weight;
        bool enterable = element->is_block && element->tag != SS_TAG_PARAGRAPH && element->tag != SS_TAG_ITEM &&
                         element->tag != SS_TAG_HEADING && element->tag != SS_TAG_TITLE;
        if (enterable && f->sum[i].weight > 0 &&
            (around->heaviest == 0 || f->sum[i].weight >= f->sum[around->heaviest].weight))
            around->heaviest = (uint32_t)i;
    }
}

/* Whether a name alone makes an element furniture; a class that many elements have may have been given to the page. */
static bool is_marked_furniture(const text_finder *f, size_t i, uint32_t most)
{
    const ss_page_element *element = &f->page->element[i];
    return (element->hints & (SS_HINT_FURNITURE | SS_HINT_CAPTION)) != 0 && f->sum[i].all <= most;
}

static void mark_furniture(text_finder *f, uint32_t most)
{
    for (size_t i = 1; i < f->page->elements; i++)
        f->sum[i].furniture = f->sum[f->page->element[i].parent].furniture || is_marked_furniture(f, i, most);
    sum_weights(f);
}

/* Comments may well be longer than the article, so that only if next to nothing would be left, furniture has to be the
 * smaller half. */
static void leave_out_furniture(text_finder *f)
{
    sum_weights(f);
    uint32_t all = f->sum[0].all;
    mark_furniture(f, all);
    if ((uint64_t)f->sum[0].weight * 100 < (uint64_t)all * LEFT_PERCENT) mark_furniture(f, all / 2);
}

static bool is_marked_body(const ss_page_element *element)
{
    return element->tag == SS_TAG_ARTICLE || element->tag == SS_TAG_MAIN || (element->hints & SS_HINT_BODY);
}

static uint32_t find_article(const text_finder *f)
{
    uint32_t inside = 0;
    for (uint32_t next; (next = f->sum[inside].heaviest) != 0; inside = next) {
        uint64_t percent = is_marked_body(&f->page->element[next]) ? MARKED_PERCENT : MOST_PERCENT;
        if ((uint64_t)f->sum[next].weight * 100 < (uint64_t)f->sum[inside].weight * percent) break;
    }
    return inside;
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
    if (f->sum[block->element].furniture || is_linked(block)) return false;
    if (f->state[i].kind == SS_LINE_FURNITURE || f->state[i].kind == SS_LINE_ENDING) return false;
    return f->page->element[block->element].tag != SS_TAG_TITLE && !is_title(f->page, block, title);
}

/* The first of the blocks begin .. end - 1 that ends the article, or `end`. */
static size_t find_ending(const text_finder *f, size_t begin, size_t end)
{
    uint64_t all = 0, before = 0;
    for (size_t i = begin; i < end; i++)
        all += weight_of(f, i);
    for (size_t i = begin; i < end; i++) {
        bool ending = f->state[i].kind == SS_LINE_ENDING && !f->sum[f->page->block[i].element].furniture;
        if (ending && before > 0 && (all - before) * 100 <= all * TAIL_PERCENT) return i;
        before += weight_of(f, i);
    }
    return end;
}

/* Before the first sentence stand headings, bylines and buttons, and behind the last one too. */
static void trim_ends(text_finder *f, size_t begin, size_t end)
{
    size_t first = begin, last = end;
    while (first < end && !(f->state[first].kept && f->state[first].kind == SS_LINE_PROSE))
        first++;
    if (first == end) return; /* no sentence at all: better all of it than nothing */
    while (!(f->state[last - 1].kept && f->state[last - 1].kind == SS_LINE_PROSE))
        last--;
    for (size_t i = begin; i < first; i++)
        f->state[i].kept = false;
    for (size_t i = last; i < end; i++) {
        uint8_t tag = f->page->element[f->page->block[i].element].tag;
        if (tag != SS_TAG_PARAGRAPH && tag != SS_TAG_ITEM && tag != SS_TAG_CELL) f->state[i].kept = false;
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
    const ss_page_block *before = NULL;
    for (size_t i = begin; i < end; i++) {
        const ss_page_block *block = &page->block[i];
        if (!f->state[i].kept) continue;
        if (before != NULL) {
            const char *between = page->text.data + before->end;
            bool line = memchr(between, '\n', block->start - before->end) != NULL;
            SS_TRY(ss_buffer_append(out, line ? "\n" : " ", 1));
        }
        SS_TRY(ss_buffer_append(out, page->text.data + block->start, block->end - block->start));
        before = block;
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
    *start = article->start;
    *end = article->end;
    last = find_ending(f, first, last);
    for (size_t i = first; i < last; i++)
        f->state[i].kept = is_text(f, i, title);
    trim_ends(f, first, last);
    drop_bare_headings(f, first, last);
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
