#include "event_summary.h"

#include <stdlib.h>

#include "status.h"

/* How well each article is linked to others of its event, by links that count (candidates may be listed too). */
static void sum_links(double *sum, const ss_result *result)
{
    for (size_t i = 0; i < result->link_count; i++) {
        const ss_link *link = &result->link[i];
        int64_t event = result->event_of[link->a];
        if (event < 0 || event != result->event_of[link->b]) continue;
        double probability = (double)link->probability;
        if (!(probability >= result->provenance.threshold)) continue;
        sum[link->a] += probability;
        sum[link->b] += probability;
    }
}

static void count_article(ss_event_summary *event, const ss_article *article, int64_t row, const double *sum)
{
    event->size++;
    if (article->published.precision != SS_DATE_NONE) {
        int64_t seconds = article->published.seconds;
        if (event->first == SS_NO_DATE || seconds < event->first) event->first = seconds;
        if (event->last == SS_NO_DATE || seconds > event->last) event->last = seconds;
    }
    if (article->lang == SS_LANG_OTHER) return;
    bool zh = article->lang == SS_LANG_ZH;
    int64_t *representative = zh ? &event->representative_zh : &event->representative_en;
    if (zh)
        event->zh++;
    else
        event->en++;
    if (*representative < 0 || sum[row] > sum[*representative]) *representative = row;
}

ss_status ss_event_summaries(ss_event_summary **summaries, const ss_result *result)
{
    size_t articles = result->articles.count, events = result->event_count;
    double *sum = calloc(articles + 1, sizeof *sum);
    *summaries = calloc(events + 1, sizeof **summaries);
    if (sum == NULL || *summaries == NULL) {
        free(sum);
        free(*summaries);
        *summaries = NULL;
        return ss_fail_memory(articles * sizeof *sum + events * sizeof **summaries);
    }
    for (size_t i = 0; i < events; i++)
        (*summaries)[i] = (ss_event_summary){
            .first = SS_NO_DATE, .last = SS_NO_DATE, .representative_zh = -1, .representative_en = -1};
    sum_links(sum, result);
    for (size_t i = 0; i < articles; i++)
        if (result->event_of[i] >= 0)
            count_article(&(*summaries)[result->event_of[i]], &result->articles.item[i], (int64_t)i, sum);
    free(sum);
    return SS_OK;
}
