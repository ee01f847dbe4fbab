/* The index of the report: what its overview, timeline and list are made from. */
#include <stdlib.h>
#include <string.h>

#include "linker.h"
#include "report_parts.h"
#include "status.h"

#define PROBABILITIES 20                      /* bars of the histogram */
#define FIRST_TIME    (INT64_C(-30610224000)) /* years 1000 to 9999: browsers fail at times far beyond */
#define LAST_TIME     (INT64_C(253402300799))

/* The outlets of all articles in events, each once, in the order of bytes. */
typedef struct outlets {
    const char **name;
    size_t count;
} outlets;

static int by_name(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static ss_status list_outlets(outlets *out, const ss_result *result)
{
    *out = (outlets){.name = malloc((result->articles.count + 1) * sizeof *out->name)};
    if (out->name == NULL) return ss_fail_memory(result->articles.count * sizeof *out->name);
    size_t all = 0;
    for (size_t i = 0; i < result->articles.count; i++) {
        const char *source = result->articles.item[i].source;
        if (result->event_of[i] >= 0 && source[0] != '\0') out->name[all++] = source;
    }
    if (all > 0) qsort(out->name, all, sizeof *out->name, by_name);
    for (size_t i = 0; i < all; i++)
        if (i == 0 || strcmp(out->name[i], out->name[out->count - 1]) != 0) out->name[out->count++] = out->name[i];
    return SS_OK;
}

static int64_t outlet_number(const outlets *list, const char *name)
{
    if (name[0] == '\0') return -1;
    const char **found = bsearch(&name, list->name, list->count, sizeof *list->name, by_name);
    return found != NULL ? found - list->name : -1;
}

/* For each article in an event, the probability of its best link there. */
static ss_status find_best_links(float **best, const ss_report *report)
{
    const ss_result *result = report->result;
    *best = calloc(result->articles.count + 1, sizeof **best);
    if (*best == NULL) return ss_fail_memory(result->articles.count * sizeof **best);
    for (size_t i = 0; i < report->links.begin[result->event_count]; i++) {
        const ss_link *link = &result->link[report->links.row[i]];
        (*best)[link->a] = fmaxf((*best)[link->a], link->probability);
        (*best)[link->b] = fmaxf((*best)[link->b], link->probability);
    }
    return SS_OK;
}

/* -------------------------------------------------------------- the writing */

static void write_number(ss_json_writer *w, const char *name, uint64_t value)
{
    ss_json_name(w, name);
    ss_json_integer(w, (int64_t)value);
}

static void write_string(ss_json_writer *w, const char *name, const char *value)
{
    ss_json_name(w, name);
    ss_json_string(w, value);
}

static void write_provenance(ss_json_writer *w, const ss_provenance *p)
{
    ss_json_name(w, "made");
    ss_json_open(w, '{');
    write_string(w, "version", p->version);
    write_string(w, "command", p->command);
    write_string(w, "started", p->started);
    write_string(w, "model", p->model_path);
    write_string(w, "checksum", p->model_checksum);
    ss_json_name(w, "window");
    ss_json_integer(w, p->window_days);
    ss_json_name(w, "threshold");
    ss_json_real(w, p->threshold, 4);
    ss_json_close(w, '}');
}

static void write_counts(ss_json_writer *w, const ss_result *result)
{
    size_t lang[3] = {0}, undated = 0;
    for (size_t i = 0; i < result->articles.count; i++) {
        lang[result->articles.item[i].lang]++;
        undated += result->articles.item[i].published.precision == SS_DATE_NONE;
    }
    ss_json_name(w, "counts");
    ss_json_open(w, '{');
    write_number(w, "articles", result->articles.count);
    write_number(w, "zh", lang[SS_LANG_ZH]);
    write_number(w, "en", lang[SS_LANG_EN]);
    write_number(w, "other", lang[SS_LANG_OTHER]);
    write_number(w, "undated", undated);
    write_number(w, "skipped", result->provenance.counts.skipped);
    ss_json_close(w, '}');
}

/* How many links have which probability: zh-en, zh-zh, en-en. */
static void write_probabilities(ss_json_writer *w, const ss_result *result)
{
    int64_t bar[3][PROBABILITIES] = {0};
    for (size_t i = 0; i < result->link_count; i++) {
        const ss_link *link = &result->link[i];
        double probability = (double)link->probability;
        if (!(probability >= result->provenance.threshold)) continue;
        ss_lang a = result->articles.item[link->a].lang, b = result->articles.item[link->b].lang;
        int place = (int)(probability * PROBABILITIES);
        bar[a != b ? 0 : a == SS_LANG_ZH ? 1 : 2][place < PROBABILITIES ? place : PROBABILITIES - 1]++;
    }
    ss_json_name(w, "probabilities");
    ss_json_open(w, '[');
    for (int kind = 0; kind < 3; kind++) {
        ss_json_open(w, '[');
        for (int i = 0; i < PROBABILITIES; i++)
            ss_json_integer(w, bar[kind][i]);
        ss_json_close(w, ']');
    }
    ss_json_close(w, ']');
}

static bool is_dated(const ss_article *article)
{
    const ss_date *date = &article->published;
    return date->precision != SS_DATE_NONE && date->seconds >= FIRST_TIME && date->seconds <= LAST_TIME;
}

static void write_article(ss_json_writer *w, const ss_article *article, const outlets *list, float best)
{
    ss_json_open(w, '[');
    ss_json_integer(w, article->lang);
    ss_json_integer(w, outlet_number(list, article->source));
    if (is_dated(article))
        ss_json_integer(w, article->published.seconds);
    else
        ss_json_null(w);
    ss_json_integer(w, article->published.precision);
    ss_json_string(w, article->title[0] != '\0' ? article->title : article->id);
    ss_json_real(w, (double)best, 4);
    ss_json_close(w, ']');
}

static void write_related(ss_json_writer *w, const ss_related *related)
{
    ss_json_open(w, '[');
    for (size_t i = 0; i < related->count; i++) {
        const ss_related_event *item = &related->item[i];
        ss_json_open(w, '[');
        ss_json_integer(w, item->event);
        ss_json_integer(w, item->linked);
        ss_json_real(w, item->value, 3);
        ss_json_close(w, ']');
    }
    ss_json_close(w, ']');
}

/* [links, place of the zh and of the en representative among the articles, articles, related events] */
static void write_event(ss_json_writer *w, const ss_report *report, size_t event, const outlets *list,
                        const float *best)
{
    const ss_event_summary *summary = &report->summary[event];
    size_t begin = report->articles.begin[event], end = report->articles.begin[event + 1];
    int64_t zh = -1, en = -1;
    for (size_t i = begin; i < end; i++) {
        int64_t row = (int64_t)report->articles.row[i];
        if (row == summary->representative_zh) zh = (int64_t)(i - begin);
        if (row == summary->representative_en) en = (int64_t)(i - begin);
    }
    ss_json_open(w, '[');
    ss_json_integer(w, (int64_t)(report->links.begin[event + 1] - report->links.begin[event]));
    ss_json_integer(w, zh);
    ss_json_integer(w, en);
    ss_json_open(w, '[');
    for (size_t i = begin; i < end; i++) {
        size_t row = report->articles.row[i];
        write_article(w, &report->result->articles.item[row], list, best[row]);
    }
    ss_json_close(w, ']');
    write_related(w, &report->related[event]);
    ss_json_close(w, ']');
}

static void write_names(ss_json_writer *w, const char *name, const char *const *names, size_t count)
{
    ss_json_name(w, name);
    ss_json_open(w, '[');
    for (size_t i = 0; i < count; i++)
        ss_json_string(w, names[i]);
    ss_json_close(w, ']');
}

ss_status ss_report_write_index(ss_json_writer *w, const ss_report *report)
{
    const ss_result *result = report->result;
    outlets list = {0};
    float *best = NULL;
    ss_status status = list_outlets(&list, result);
    if (status == SS_OK) status = find_best_links(&best, report);
    if (status == SS_OK) {
        ss_json_open(w, '{');
        write_string(w, "title", report->options.title != NULL ? report->options.title : "");
        write_number(w, "block", SS_REPORT_BLOCK);
        write_provenance(w, &result->provenance);
        write_counts(w, result);
        write_probabilities(w, result);
        write_names(w, "features", ss_linker_feature_names, SS_FEATURES_ALONE);
        write_names(w, "sources", list.name, list.count);
        ss_json_name(w, "events");
        ss_json_open(w, '[');
        for (size_t event = 0; event < result->event_count; event++)
            write_event(w, report, event, &list, best);
        ss_json_close(w, ']');
        ss_json_close(w, '}');
        status = w->status;
    }
    free(list.name);
    free(best);
    return status;
}
