#include "merge.h"

#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "event.h"
#include "match.h"
#include "since.h"
#include "status.h"

/* An article of one of the results. */
typedef struct place {
    ss_article *article;
    uint32_t part, row;
} place;

typedef struct merging {
    ss_result *const *part;
    const char *const *name;
    size_t count;
    ss_result *out;
    place *place;
    size_t places;
    uint32_t **row; /* [parts][articles] row in the union, or GONE */
} merging;

#define GONE UINT32_MAX

/* --------------------------------------------------------------------- alike */

static ss_status check_alike(const ss_result *a, const char *name_a, const ss_result *b, const char *name_b)
{
    const ss_provenance *p = &a->provenance, *q = &b->provenance;
    const char *what = NULL;
    if (strcmp(p->model_checksum, q->model_checksum) != 0 || a->dimension != b->dimension)
        what = "models";
    else if (p->window_days != q->window_days)
        what = "windows";
    else if (p->neighbours != q->neighbours)
        what = "numbers of neighbours";
    else if (!(p->threshold == q->threshold))
        what = "thresholds";
    else if (p->zh_en != q->zh_en || p->zh_zh != q->zh_zh || p->en_en != q->en_en)
        what = "pairs of languages";
    if (what == NULL) return SS_OK;
    return ss_fail(SS_ERROR_INPUT, "'%s' and '%s' were linked with different %s; link them alike", name_a, name_b,
                   what);
}

/* A result decides all pairs of its days: behind one of later days, or behind any if it holds all days, it would leave nothing
 * of what that says. */
static ss_status check_order(const ss_result *a, const char *name_a, const ss_result *b, const char *name_b)
{
    int32_t from = b->provenance.covers_from;
    if (from == SS_COVERS_ALL)
        return ss_fail(
            SS_ERROR_INPUT,
            "'%s' is of all days and would leave nothing of '%s': only the first may be; articles that were linked "
            "apart are put together by one 'link' over all of them",
            name_b, name_a);
    if (from >= a->provenance.covers_from) return SS_OK;
    return ss_fail(
        SS_ERROR_INPUT,
        "'%s' is of earlier days than '%s' and would leave nothing of it: give results in the order of their "
        "days, or leave out '%s' if it was linked before the other",
        name_b, name_a, name_a);
}

static void tell_gaps(const merging *m, const ss_job *job)
{
    char since[SS_DATE_TEXT_SIZE], end[SS_DATE_TEXT_SIZE], next[SS_DATE_TEXT_SIZE];
    int32_t last = ss_result_last_day(m->part[0]);
    for (size_t p = 1; p < m->count; p++) {
        int32_t day = ss_result_last_day(m->part[p]);
        if (ss_since_misses(m->part[p], last)) {
            ss_date_format_day(ss_since_of(m->part[p]), since);
            ss_date_format_day(last, end);
            ss_date_format_day(last + 1, next);
            ss_tell_warning(job,
                            "'%s' was linked --since %s, and what comes before it ends on %s: if there are articles of "
                            "days between, pairs of theirs are missing; link --since %s and give that file before it",
                            m->name[p], since, end, next);
        }
        if (last == SS_NO_DAY || (day != SS_NO_DAY && day > last)) last = day;
    }
}

/* ------------------------------------------------------------------- articles */

static int by_id(const void *left, const void *right)
{
    const place *a = left, *b = right;
    int order = strcmp(a->article->id, b->article->id);
    return order != 0 ? order : (a->part > b->part) - (a->part < b->part);
}

static int by_order(const void *left, const void *right)
{
    return ss_article_compare(((const place *)left)->article, ((const place *)right)->article);
}

static ss_status list_articles(merging *m)
{
    size_t total = 0;
    for (size_t p = 0; p < m->count; p++)
        total += m->part[p]->articles.count;
    m->place = malloc((total + 1) * sizeof *m->place);
    m->row = calloc(m->count + 1, sizeof *m->row);
    if (m->place == NULL || m->row == NULL) return ss_fail_memory(total * sizeof *m->place);
    for (size_t p = 0; p < m->count; p++) {
        ss_articles *articles = &m->part[p]->articles;
        m->row[p] = malloc((articles->count + 1) * sizeof **m->row);
        if (m->row[p] == NULL) return ss_fail_memory(articles->count * sizeof **m->row);
        for (size_t i = 0; i < articles->count; i++)
            m->place[m->places++] = (place){&articles->item[i], (uint32_t)p, (uint32_t)i};
    }
    if (m->places > 0) qsort(m->place, m->places, sizeof *m->place, by_id);
    return SS_OK;
}

/* The order of a pair's articles is part of what is known of it. */
static ss_status check_same_date(const merging *m, const place *a, const place *b)
{
    if (a->article->published.seconds == b->article->published.seconds &&
        a->article->published.precision == b->article->published.precision && a->article->lang == b->article->lang)
        return SS_OK;
    return ss_fail(SS_ERROR_INPUT,
                   "the article \"%s\" has another date or language in '%s' than in '%s'; link them anew",
                   a->article->id, m->name[a->part], m->name[b->part]);
}

/* Whether a later result, of whose days the article is, has it no more: it turned out to repeat another one. Only a result
 * of all days knows of undated articles. */
static bool was_folded(const merging *m, const place *at)
{
    bool undated = at->article->published.precision == SS_DATE_NONE;
    int32_t day = undated ? SS_COVERS_ALL : ss_date_day(at->article->published);
    for (size_t p = at->part + 1; p < m->count; p++)
        if (day >= m->part[p]->provenance.covers_from) return true;
    return false;
}

/* Of equal ids the last stays, unless it was folded since; the rows of the others are noted to be its own, by its place. */
static ss_status unite_articles(merging *m, place *last)
{
    size_t kept = 0;
    for (size_t begin = 0, end; begin < m->places; begin = end) {
        end = begin + 1;
        while (end < m->places && strcmp(m->place[end].article->id, m->place[begin].article->id) == 0) {
            SS_TRY(check_same_date(m, &m->place[begin], &m->place[end]));
            end++;
        }
        if (!was_folded(m, &m->place[end - 1])) last[kept++] = m->place[end - 1];
    }
    if (kept > 0) qsort(last, kept, sizeof *last, by_order);
    /* Equal ids have equal dates: they stand at the same place of the same order. */
    qsort(m->place, m->places, sizeof *m->place, by_order);
    for (size_t i = 0, row = 0; i < m->places; i++) {
        while (row < kept && by_order(&last[row], &m->place[i]) < 0)
            row++;
        bool stays = row < kept && by_order(&last[row], &m->place[i]) == 0;
        m->row[m->place[i].part][m->place[i].row] = stays ? (uint32_t)row : GONE;
    }
    m->out->articles.count = kept;
    return kept < UINT32_MAX ? SS_OK : ss_fail(SS_ERROR_INPUT, "too many articles for one results file");
}

static ss_status allocate_articles(ss_result *out, size_t count)
{
    size_t d = (size_t)out->dimension;
    out->articles.item = calloc(count + 1, sizeof *out->articles.item);
    out->ngrams = calloc(count + 1, sizeof *out->ngrams);
    bool whole = out->articles.item != NULL && out->ngrams != NULL;
    for (int c = 0; c < SS_CHANNELS; c++) {
        out->vector[c] = malloc(count * d + 1);
        out->norm[c] = calloc(count + 1, sizeof *out->norm[c]);
        whole = whole && out->vector[c] != NULL && out->norm[c] != NULL;
    }
    if (whole) out->articles.capacity = count;
    return whole ? SS_OK : ss_fail_memory(count * d);
}

static void move_articles(merging *m, const place *last)
{
    ss_result *out = m->out;
    size_t d = (size_t)out->dimension;
    for (size_t i = 0; i < out->articles.count; i++) {
        const ss_result *from = m->part[last[i].part];
        size_t row = last[i].row;
        out->articles.item[i] = *last[i].article;
        memset(last[i].article, 0, sizeof *last[i].article);
        out->ngrams[i] = from->ngrams[row];
        for (int c = 0; c < SS_CHANNELS; c++) {
            memcpy(out->vector[c] + i * d, from->vector[c] + row * d, d);
            out->norm[c][i] = from->norm[c][row];
        }
    }
}

/* ---------------------------------------------------------------------- links */

/* From the last result to the first: a pair is taken unless a result after it holds its day. That of a folded article and an
 * undated one goes with the article. */
static ss_status take_links(merging *m)
{
    ss_result *out = m->out;
    size_t capacity = 0;
    int32_t decided_from = INT32_MAX;
    for (size_t p = m->count; p-- > 0;) {
        const ss_result *part = m->part[p];
        for (size_t i = 0; i < part->link_count; i++) {
            ss_link link = part->link[i];
            if (decided_from == SS_COVERS_ALL || ss_link_later_day(part, &link) >= decided_from) continue;
            link.a = m->row[p][link.a];
            link.b = m->row[p][link.b];
            if (link.a == GONE || link.b == GONE) continue;
            SS_TRY(ss_grow((void **)&out->link, &capacity, out->link_count + 1, sizeof *out->link));
            out->link[out->link_count++] = link;
        }
        if (part->provenance.covers_from < decided_from) decided_from = part->provenance.covers_from;
    }
    if (out->link_count > 0) qsort(out->link, out->link_count, sizeof *out->link, ss_link_compare);
    out->provenance.covers_from = decided_from;
    return SS_OK;
}

/* ----------------------------------------------------------------- provenance */

static ss_status take_provenance(merging *m)
{
    const ss_provenance *last = &m->part[m->count - 1]->provenance;
    ss_provenance *p = &m->out->provenance;
    p->threshold = last->threshold;
    p->neighbours = last->neighbours;
    p->window_days = last->window_days;
    p->threads = last->threads;
    p->zh_en = last->zh_en;
    p->zh_zh = last->zh_zh;
    p->en_en = last->en_en;
    SS_TRY(ss_set_text(&p->version, ss_version()));
    SS_TRY(ss_set_text(&p->command, "library"));
    SS_TRY(ss_set_text(&p->matcher, last->matcher));
    SS_TRY(ss_set_text(&p->model_path, last->model_path));
    SS_TRY(ss_set_text(&p->model_checksum, last->model_checksum));
    return ss_set_text(&p->model_recipe, last->model_recipe);
}

/* Articles as they are in the union; files, bytes and what was skipped as each job met them. */
static void count_articles(merging *m)
{
    ss_reader_counts *counts = &m->out->provenance.counts;
    for (size_t p = 0; p < m->count; p++) {
        const ss_reader_counts *more = &m->part[p]->provenance.counts;
        counts->files += more->files;
        counts->bytes += more->bytes;
        counts->skipped += more->skipped;
    }
    counts->read = m->out->articles.count;
    for (size_t i = 0; i < m->out->articles.count; i++) {
        const ss_article *article = &m->out->articles.item[i];
        counts->zh += article->lang == SS_LANG_ZH;
        counts->en += article->lang == SS_LANG_EN;
        counts->other += article->lang == SS_LANG_OTHER;
        counts->undated += article->published.precision == SS_DATE_NONE;
    }
}

static ss_status merge(merging *m, const ss_job *job)
{
    SS_TRY(ss_result_new(&m->out));
    m->out->dimension = m->part[0]->dimension;
    SS_TRY(take_provenance(m));
    SS_TRY(list_articles(m));
    place *last = malloc((m->places + 1) * sizeof *last);
    ss_status status = last == NULL ? ss_fail_memory(m->places * sizeof *last) : unite_articles(m, last);
    size_t count = m->out->articles.count;
    m->out->articles.count = 0;
    if (status == SS_OK) status = ss_check_cancelled(job);
    if (status == SS_OK) status = allocate_articles(m->out, count);
    if (status == SS_OK) status = take_links(m);
    if (status == SS_OK) {
        m->out->articles.count = count;
        move_articles(m, last);
        count_articles(m);
    }
    free(last);
    if (status == SS_OK) status = ss_check_cancelled(job);
    return status == SS_OK ? ss_events_find(m->out, m->out->provenance.threshold) : status;
}

void ss_merge_spare_texts(ss_result *part, ss_result *const *later, size_t count)
{
    for (size_t i = 0; i < part->articles.count; i++) {
        ss_article *article = &part->articles.item[i];
        bool again = false;
        for (size_t p = 0; p < count && !again; p++)
            again = later[p]->articles.count > 0 && bsearch(article, later[p]->articles.item, later[p]->articles.count,
                                                            sizeof *article, ss_article_compare) != NULL;
        if (!again) continue;
        if (!article->lent) free(article->text);
        article->text = NULL;
    }
}

ss_status ss_results_merge(ss_result **out, ss_result *const *part, const char *const *name, size_t count,
                           const ss_job *job)
{
    *out = NULL;
    merging m = {.part = part, .name = name, .count = count};
    for (size_t p = 1; p < count; p++)
        SS_TRY(check_alike(part[0], name[0], part[p], name[p]));
    for (size_t p = 1; p < count; p++)
        SS_TRY(check_order(part[p - 1], name[p - 1], part[p], name[p]));
    tell_gaps(&m, job);
    ss_status status = merge(&m, job);
    for (size_t p = 0; m.row != NULL && p < count; p++)
        free(m.row[p]);
    free(m.row);
    free(m.place);
    if (status != SS_OK) {
        ss_result_free(m.out);
        return status;
    }
    *out = m.out;
    return SS_OK;
}
