#include "store_evidence.h"

#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "link_evidence.h"
#include "status.h"
#include "store_articles.h"

static const char group[] = "evidence";

/* Texts hold the words too, so that whoever reads a file needs no other column; samestory finds them by their places. */
static const ss_column columns[] = {
    {"evidence/link", SS_UINT64, offsetof(ss_link_evidence, link), "row in links, ascending", NULL},
    {"evidence/kind", SS_UINT8, offsetof(ss_link_evidence, kind),
     "0 word, 1 person, 2 place, 3 organisation, 4 name, 5 latin, 6 term, 7 number, 8 percent, 9 money, 10 date, 11 "
     "dead, "
     "12 injured, 13 missing, 14 magnitude, 15 score",
     NULL},
    {"evidence/a_begin", SS_UINT32, offsetof(ss_link_evidence, begin[0]),
     "where it stands first in a's title, a line's end and text, as UTF-8", "bytes"},
    {"evidence/a_end", SS_UINT32, offsetof(ss_link_evidence, end[0]), "behind its last byte there", "bytes"},
    {"evidence/b_begin", SS_UINT32, offsetof(ss_link_evidence, begin[1]),
     "where it stands first in b's title, a line's end and text, as UTF-8", "bytes"},
    {"evidence/b_end", SS_UINT32, offsetof(ss_link_evidence, end[1]), "behind its last byte there", "bytes"},
    {"evidence/bits", SS_FLOAT32, offsetof(ss_link_evidence, bits), "how telling it is; 0 of a conflict", "bits"},
    {"evidence/conflict", SS_UINT8, offsetof(ss_link_evidence, conflict),
     "1: both give a figure of this kind, and none agree; 0: they say the same", NULL},
};
_Static_assert(SS_TERM_LATIN == 5 && SS_TESTIMONY_TERM == 6 && SS_QUANTITY_SCORE == 9, "files hold these numbers");

static const ss_column word_columns[2] = {{"evidence/a", SS_TEXT, 0, "the words of a", NULL},
                                          {"evidence/b", SS_TEXT, 0, "the words of b", NULL}};

static const ss_column most_attribute = {"most", SS_UINT32, offsetof(ss_result, evidence_most), NULL, NULL};

/* ------------------------------------------------------------------ checks */

/* Whether the article has bytes begin .. end - 1 of title, "\n" and text. */
static bool are_there(const ss_article *article, size_t begin, size_t end)
{
    size_t title = strlen(article->title);
    return begin <= end && (end <= title || strnlen(article->text, end - title - 1) == end - title - 1);
}

const char *ss_store_evidence_fault(const ss_result *result, size_t row)
{
    const ss_link_evidence *piece = &result->evidence[row];
    if (piece->link >= result->link_count) return "evidence of a link that is not there";
    if (row > 0 && piece->link < piece[-1].link) return "evidence is out of order";
    if (piece->kind >= SS_TESTIMONY_KINDS || piece->conflict > 1) return "evidence of unknown kind";
    if (!(piece->bits >= 0 && piece->bits < 1e6f)) return "bits that are none";
    const ss_link *link = &result->link[piece->link];
    if (!are_there(&result->articles.item[link->a], piece->begin[0], piece->end[0]) ||
        !are_there(&result->articles.item[link->b], piece->begin[1], piece->end[1]))
        return "evidence that does not stand in its article";
    return NULL;
}

/* ----------------------------------------------------------------- writing */

/* The words in a (side 0) or b, of which a block at a time is in memory. */
typedef struct words {
    const ss_result *result;
    int side;
    ss_buffer bytes;
} words;

static ss_status give_words(void *context, void *values, size_t begin, size_t count)
{
    words *w = context;
    char **text = values;
    const ss_link_evidence *piece = w->result->evidence + begin;
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += piece[i].end[w->side] - piece[i].begin[w->side] + (size_t)1;
    w->bytes.length = 0;
    SS_TRY(ss_buffer_reserve(&w->bytes, size));
    char *at = w->bytes.data;
    for (size_t i = 0; i < count; i++) {
        text[i] = at;
        ss_link_evidence_copy(at, w->result, &piece[i], w->side);
        at += piece[i].end[w->side] - piece[i].begin[w->side] + (size_t)1;
    }
    return SS_OK;
}

ss_status ss_store_evidence_write(ss_h5 *file, const ss_result *result)
{
    if (result->evidence_most == 0) return SS_OK;
    SS_TRY(
        ss_h5_write_group(file, group,
                          "one row a piece of what the articles of a link have in common or in conflict, by link; of "
                          "what agrees at most `most` pieces, the most telling first"));
    SS_TRY(ss_h5_write_attributes(file, group, &most_attribute, 1, result));
    SS_TRY(ss_store_table_write(file, columns, SS_COUNT(columns), result->evidence, sizeof *result->evidence,
                                result->evidence_count));
    ss_status status = SS_OK;
    for (int side = 0; side < 2 && status == SS_OK; side++) {
        words w = {.result = result, .side = side};
        status = ss_h5_write_pieces(file, &word_columns[side], result->evidence_count, give_words, &w);
        ss_buffer_free(&w.bytes);
    }
    return status;
}

/* ----------------------------------------------------------------- reading */

ss_status ss_store_evidence_read(ss_h5 *file, ss_result *result)
{
    size_t count, rows, ignored;
    if (!ss_h5_has(file, group)) return SS_OK;
    SS_TRY(ss_h5_read_attributes(file, group, &most_attribute, 1, result));
    if (result->evidence_most == 0) return ss_h5_damaged(file, "evidence of at most no pieces");
    SS_TRY(ss_h5_extent(file, columns[0].name, &count, &ignored));
    if (count > SIZE_MAX / sizeof *result->evidence - 1) return ss_h5_damaged(file, "too much evidence");
    for (int side = 0; side < 2; side++) {
        SS_TRY(ss_h5_extent(file, word_columns[side].name, &rows, &ignored));
        if (rows != count) return ss_h5_damaged(file, "%s has %zu rows, not %zu", word_columns[side].name, rows, count);
    }
    SS_TRY(ss_store_new_array((void **)&result->evidence, count, sizeof *result->evidence));
    result->evidence_count = count;
    return ss_store_table_read(file, columns, SS_COUNT(columns), result->evidence, sizeof *result->evidence, 0, count);
}
