/* One event of the report: its articles, and why they belong together. */
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "explain_evidence.h"
#include "linker.h"
#include "report_parts.h"
#include "status.h"

/* Of so many articles of an event the texts are kept, and of those whose links are explained: no browser shows more of an
 * event that half an archive has grown together to. */
#define TEXTS_KEPT 1000

/* -------------------------------------------------------------- its articles */

/* `more`: bytes of the text that are left out. */
static void write_article(ss_json_writer *w, const ss_article *article, size_t text_bytes)
{
    size_t kept = ss_report_text_length(article, text_bytes), more = strlen(article->text) - kept;
    ss_json_open(w, '{');
    ss_json_name(w, "id");
    ss_json_string(w, article->id);
    if (article->url[0] != '\0') {
        ss_json_name(w, "url");
        ss_json_string(w, article->url);
    }
    ss_json_name(w, "title");
    ss_json_string(w, article->title);
    ss_json_name(w, "text");
    ss_json_text(w, article->text, kept);
    if (more > 0) {
        ss_json_name(w, "more");
        ss_json_integer(w, (int64_t)more);
    }
    ss_json_close(w, '}');
}

/* ----------------------------------------------------------- pairs to explain */

/* Between languages first, then the most probable. */
static int by_interest(const void *left, const void *right, void *context)
{
    const ss_result *result = context;
    const ss_link *a = &result->link[*(const size_t *)left], *b = &result->link[*(const size_t *)right];
    bool cross_a = result->articles.item[a->a].lang != result->articles.item[a->b].lang;
    bool cross_b = result->articles.item[b->a].lang != result->articles.item[b->b].lang;
    if (cross_a != cross_b) return cross_a ? -1 : 1;
    if (a->probability != b->probability) return a->probability > b->probability ? -1 : 1;
    return a < b ? -1 : a > b;
}

static bool is_met(const size_t *met, size_t count, size_t row)
{
    for (size_t i = 0; i < count; i++)
        if (met[i] == row) return true;
    return false;
}

/* Links that bring in an article that none before them did come first, so that as many articles as can be are explained;
 * the rest by interest. row[0 .. count - 1] becomes that order for its first `most`; returns how many those are. */
static ss_status choose_pairs(size_t *row, size_t *count, const ss_result *result, size_t most)
{
    size_t all = *count, chosen = 0, others = 0, met_count = 0;
    size_t *met = malloc((2 * most + 2) * sizeof *met), *later = malloc((most + 1) * sizeof *later);
    if (met == NULL || later == NULL) {
        free(met);
        free(later);
        return ss_fail_memory(3 * most * sizeof *met);
    }
    qsort_r(row, all, sizeof *row, by_interest, (void *)(uintptr_t)result);
    for (size_t i = 0; i < all && chosen < most; i++) {
        const ss_link *link = &result->link[row[i]];
        bool brings_a = !is_met(met, met_count, link->a), brings_b = !is_met(met, met_count, link->b);
        if (brings_a) met[met_count++] = link->a;
        if (brings_b) met[met_count++] = link->b;
        if (brings_a || brings_b)
            row[chosen++] = row[i];
        else if (others < most)
            later[others++] = row[i];
    }
    for (size_t i = 0; i < others && chosen < most; i++)
        row[chosen++] = later[i];
    *count = chosen;
    free(met);
    free(later);
    return SS_OK;
}

/* ------------------------------------------------------------------- a pair */

/* The event that is being written. */
typedef struct event_view {
    const ss_report *report;
    const size_t *row; /* of its articles */
    size_t count;
    size_t *pair; /* links that are explained */
    size_t pairs;
    ss_report_text *text; /* [count] of articles in them; else empty */
} event_view;

static size_t place_of(const event_view *view, size_t row)
{
    size_t place = 0;
    while (view->row[place] != row)
        place++;
    return place;
}

/* [kind, bits, a, b, places in a, places in b] */
static ss_status write_testimony(ss_json_writer *w, const ss_testimony *item, ss_report_text *a, ss_report_text *b)
{
    ss_json_open(w, '[');
    ss_json_string(w, ss_testimony_kind_name(item->kind));
    ss_json_real(w, (double)item->bits, 1);
    ss_json_string(w, item->a);
    ss_json_string(w, item->b);
    if (ss_testimony_is_quantity(item->kind)) {
        ss_report_write_place(w, a, item->place_a, item->a);
        ss_report_write_place(w, b, item->place_b, item->b);
    } else {
        SS_TRY(ss_report_write_places(w, a, item->a));
        SS_TRY(ss_report_write_places(w, b, item->b));
    }
    ss_json_close(w, ']');
    return SS_OK;
}

/* All numbers and dates, however little one tells: readers look for them first. */
static ss_status write_common(ss_json_writer *w, const ss_testimonies *evidence, size_t most, ss_report_text *a,
                              ss_report_text *b)
{
    ss_json_name(w, "common");
    ss_json_open(w, '[');
    for (size_t i = 0, terms = 0; i < evidence->count; i++) {
        const ss_testimony *item = &evidence->item[i];
        if (item->conflict || (!ss_testimony_is_quantity(item->kind) && terms++ >= most)) continue;
        SS_TRY(write_testimony(w, item, a, b));
    }
    ss_json_close(w, ']');
    return SS_OK;
}

static ss_status write_conflicts(ss_json_writer *w, const ss_testimonies *evidence, ss_report_text *a,
                                 ss_report_text *b)
{
    ss_json_name(w, "conflict");
    ss_json_open(w, '[');
    for (size_t i = 0; i < evidence->count; i++)
        if (evidence->item[i].conflict) SS_TRY(write_testimony(w, &evidence->item[i], a, b));
    ss_json_close(w, ']');
    return SS_OK;
}

/* [share of the cosine, a, b, places in a, places in b]: those that bring the articles nearer. */
static ss_status write_words(ss_json_writer *w, const ss_explanation *cosine, ss_report_text *a, ss_report_text *b)
{
    ss_json_name(w, "words");
    ss_json_open(w, '[');
    for (size_t i = 0; i < cosine->count; i++) {
        const ss_contribution *item = &cosine->item[i];
        if (!(item->value > 0)) continue;
        ss_json_open(w, '[');
        ss_json_real(w, item->value, 4);
        ss_json_string(w, item->a);
        ss_json_string(w, item->b);
        SS_TRY(ss_report_write_places(w, a, item->a));
        SS_TRY(ss_report_write_places(w, b, item->b));
        ss_json_close(w, ']');
    }
    ss_json_close(w, ']');
    return SS_OK;
}

static void write_shares(ss_json_writer *w, const ss_model *model, const ss_link *link, const ss_article *a,
                         const ss_article *b)
{
    double share[SS_LINKER_SHARES];
    double start = ss_linker_shares(&model->linker, link, a->lang, b->lang, share);
    ss_json_name(w, "start");
    ss_json_real(w, start, 3);
    ss_json_name(w, "shares");
    ss_json_open(w, '[');
    for (int i = 0; i < SS_LINKER_SHARES; i++)
        ss_json_real(w, share[i], 3);
    ss_json_close(w, ']');
}

static void write_judgement(ss_json_writer *w, const event_view *view, const ss_link *link)
{
    ss_json_name(w, "a");
    ss_json_integer(w, (int64_t)place_of(view, link->a));
    ss_json_name(w, "b");
    ss_json_integer(w, (int64_t)place_of(view, link->b));
    ss_json_name(w, "p");
    ss_json_real(w, (double)link->probability, 4);
    ss_json_name(w, "relation");
    ss_json_string(w, ss_relation_name((ss_relation)link->relation));
    ss_json_name(w, "cosine");
    ss_json_real(w, (double)link->cosine, 4);
    ss_json_name(w, "copied");
    ss_json_real(w, (double)link->copied, 3);
}

static ss_status write_reasons(ss_json_writer *w, const event_view *view, const ss_link *link,
                               const ss_explanation *cosine, const ss_testimonies *evidence)
{
    const ss_article *article = view->report->result->articles.item;
    ss_report_text *a = &view->text[place_of(view, link->a)], *b = &view->text[place_of(view, link->b)];
    ss_json_open(w, '{');
    write_judgement(w, view, link);
    write_shares(w, view->report->model, link, &article[link->a], &article[link->b]);
    SS_TRY(write_common(w, evidence, view->report->options.reasons, a, b));
    SS_TRY(write_conflicts(w, evidence, a, b));
    SS_TRY(write_words(w, cosine, a, b));
    ss_json_close(w, '}');
    return SS_OK;
}

static ss_status write_pair(ss_json_writer *w, const event_view *view, const ss_link *link)
{
    const ss_report *report = view->report;
    const ss_article *a = &report->result->articles.item[link->a], *b = &report->result->articles.item[link->b];
    ss_explanation cosine = {0};
    ss_testimonies evidence = {0};
    ss_status status = ss_explain(&cosine, report->model, a, b, (report->options.reasons + 1) / 2);
    if (status == SS_OK) status = ss_explain_evidence(&evidence, report->model, a, b, SIZE_MAX);
    if (status == SS_OK) status = write_reasons(w, view, link, &cosine, &evidence);
    ss_testimonies_clear(&evidence);
    ss_explanation_clear(&cosine);
    return status;
}

/* ------------------------------------------------------------------ the whole */

static ss_status choose_links(event_view *view, size_t event)
{
    const ss_event_rows *links = &view->report->links;
    size_t count = links->begin[event + 1] - links->begin[event], most = view->report->options.pairs;
    view->pairs = count;
    view->pair = malloc((count + 1) * sizeof *view->pair);
    if (view->pair == NULL) return ss_fail_memory(count * sizeof *view->pair);
    memcpy(view->pair, links->row + links->begin[event], count * sizeof *view->pair);
    return choose_pairs(view->pair, &view->pairs, view->report->result, most < count ? most : count);
}

static ss_status take_text(const event_view *view, size_t row)
{
    const ss_report *report = view->report;
    ss_report_text *text = &view->text[place_of(view, row)];
    if (text->fold != NULL) return SS_OK;
    return ss_report_text_take(text, report->model->fold, &report->result->articles.item[row],
                               report->options.text_bytes);
}

static ss_status take_texts(const event_view *view)
{
    for (size_t i = 0; i < view->pairs; i++) {
        const ss_link *link = &view->report->result->link[view->pair[i]];
        SS_TRY(take_text(view, link->a));
        SS_TRY(take_text(view, link->b));
    }
    return SS_OK;
}

static void write_articles(ss_json_writer *w, const event_view *view)
{
    const ss_report *report = view->report;
    ss_json_name(w, "articles");
    ss_json_open(w, '[');
    for (size_t i = 0; i < view->count; i++) {
        bool kept = i < TEXTS_KEPT || view->text[i].fold != NULL;
        write_article(w, &report->result->articles.item[view->row[i]], kept ? report->options.text_bytes : 0);
    }
    ss_json_close(w, ']');
}

static ss_status write_pairs(ss_json_writer *w, const event_view *view)
{
    ss_json_name(w, "pairs");
    ss_json_open(w, '[');
    for (size_t i = 0; i < view->pairs; i++)
        SS_TRY(write_pair(w, view, &view->report->result->link[view->pair[i]]));
    ss_json_close(w, ']');
    return SS_OK;
}

ss_status ss_report_write_event(ss_json_writer *w, const ss_report *report, size_t event)
{
    size_t begin = report->articles.begin[event];
    event_view view = {
        .report = report, .row = report->articles.row + begin, .count = report->articles.begin[event + 1] - begin};
    view.text = calloc(view.count + 1, sizeof *view.text);
    if (view.text == NULL) return ss_fail_memory(view.count * sizeof *view.text);
    ss_status status = choose_links(&view, event);
    if (status == SS_OK) status = take_texts(&view);
    ss_json_open(w, '{');
    if (status == SS_OK) write_articles(w, &view);
    if (status == SS_OK) status = write_pairs(w, &view);
    ss_json_close(w, '}');
    for (size_t i = 0; i < view.count; i++)
        ss_report_text_clear(&view.text[i]);
    free(view.text);
    free(view.pair);
    return status == SS_OK ? w->status : status;
}
