/* Related events: of the same running story by the linker's word, where the result keeps such links; and those whose
 * representatives' sketches are near. */
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "linker.h"
#include "match.h"
#include "report_parts.h"
#include "status.h"

#define WINDOW_DAYS 30
#define NEIGHBOURS  12
#define NEAR        0.45 /* cosine on the scale where the background of the two languages is 0 and 1 is 1 */
#define LINKED      2.0  /* before all that are merely near */

/* The representatives of one language side by side. */
typedef struct faces {
    ss_lang lang;
    ss_side side;
    uint32_t *event;
    int8_t *vector;
    uint32_t *norm;
    int32_t *day;
} faces;

static void clear_faces(faces *f)
{
    free(f->event);
    free(f->vector);
    free(f->norm);
    free(f->day);
}

/* In the result's order of articles, which is that of days. */
static ss_status take_faces(faces *f, const ss_result *result, const ss_event_summary *summary, ss_lang lang)
{
    size_t events = result->event_count, d = (size_t)result->dimension, n = 0;
    *f = (faces){.lang = lang};
    f->event = malloc((events + 1) * sizeof *f->event);
    f->vector = malloc(events * d + 1);
    f->norm = malloc((events + 1) * sizeof *f->norm);
    f->day = malloc((events + 1) * sizeof *f->day);
    if (f->event == NULL || f->vector == NULL || f->norm == NULL || f->day == NULL) return ss_fail_memory(events * d);
    for (size_t row = 0; row < result->articles.count; row++) {
        int64_t event = result->event_of[row];
        if (event < 0) continue;
        const ss_event_summary *s = &summary[event];
        if ((lang == SS_LANG_ZH ? s->representative_zh : s->representative_en) != (int64_t)row) continue;
        f->event[n] = (uint32_t)event;
        f->norm[n] = result->norm[SS_CHANNEL_WHOLE][row];
        f->day[n] = ss_date_day(result->articles.item[row].published);
        memcpy(f->vector + n * d, result->vector[SS_CHANNEL_WHOLE] + row * d, d);
        n++;
    }
    f->side = (ss_side){.count = n, .vector = f->vector, .norm = f->norm, .day = f->day};
    return SS_OK;
}

/* Into the list of one event: each other event once, by what ranks it highest. */
static void add(ss_related *list, ss_related_event candidate)
{
    size_t at = 0;
    while (at < list->count && list->item[at].event != candidate.event)
        at++;
    if (at < list->count) {
        if (list->item[at].rank >= candidate.rank) return;
    } else if (list->count < SS_REPORT_RELATED) {
        at = list->count++;
    } else {
        at = list->count - 1;
        if (list->item[at].rank >= candidate.rank) return;
    }
    for (; at > 0 && list->item[at - 1].rank < candidate.rank; at--)
        list->item[at] = list->item[at - 1];
    list->item[at] = candidate;
}

static void add_linked(ss_related *related, const ss_result *result)
{
    for (size_t i = 0; i < result->link_count; i++) {
        const ss_link *link = &result->link[i];
        int64_t a = result->event_of[link->a], b = result->event_of[link->b];
        if (a < 0 || b < 0 || a == b || link->relation == SS_RELATION_DIFFERENT) continue;
        double value = (double)link->probability;
        add(&related[a], (ss_related_event){(uint32_t)b, true, value, LINKED + value});
        add(&related[b], (ss_related_event){(uint32_t)a, true, value, LINKED + value});
    }
}

static void add_near(ss_related *related, const ss_neighbours *lists, const faces *from, const faces *to)
{
    double background = ss_background_cosine(from->lang, to->lang);
    for (size_t row = 0; row < lists->count; row++) {
        for (size_t k = 0; k < lists->found[row]; k++) {
            const ss_neighbour *n = &lists->item[row * lists->k + k];
            double cosine = ss_cosine(n->dot, from->norm[row], to->norm[n->index]);
            double nearness = (cosine - background) / (1 - background);
            uint32_t event = from->event[row], other = to->event[n->index];
            if (event == other || nearness < NEAR) continue;
            add(&related[event], (ss_related_event){other, false, cosine, nearness});
        }
    }
}

static ss_status cross(ss_related *related, const ss_matcher *matcher, const faces *a, const faces *b,
                       const ss_match_options *options)
{
    ss_neighbours a_to_b = {0}, b_to_a = {0};
    ss_match_options match = *options;
    match.self = a == b;
    ss_status status = matcher->nearest(matcher, &a_to_b, match.self ? NULL : &b_to_a, &a->side, &b->side, &match);
    if (status == SS_OK) {
        add_near(related, &a_to_b, a, b);
        if (!match.self) add_near(related, &b_to_a, b, a);
    }
    ss_neighbours_clear(&a_to_b);
    ss_neighbours_clear(&b_to_a);
    return status;
}

static ss_status add_all_near(ss_related *related, const ss_result *result, const ss_event_summary *summary,
                              const ss_job *job)
{
    const ss_match_options options = {
        .dimension = result->dimension, .k = NEIGHBOURS, .window_days = WINDOW_DAYS, .job = job};
    const ss_matcher *matcher;
    faces zh = {0}, en = {0};
    SS_TRY(ss_matcher_find_on(&matcher, NULL, false));
    ss_status status = take_faces(&zh, result, summary, SS_LANG_ZH);
    if (status == SS_OK) status = take_faces(&en, result, summary, SS_LANG_EN);
    if (status == SS_OK) status = cross(related, matcher, &zh, &zh, &options);
    if (status == SS_OK) status = cross(related, matcher, &en, &en, &options);
    if (status == SS_OK) status = cross(related, matcher, &zh, &en, &options);
    clear_faces(&zh);
    clear_faces(&en);
    return status;
}

ss_status ss_related_find(ss_related **related, const ss_result *result, const ss_event_summary *summary,
                          const ss_job *job)
{
    *related = calloc(result->event_count + 1, sizeof **related);
    if (*related == NULL) return ss_fail_memory(result->event_count * sizeof **related);
    add_linked(*related, result);
    ss_status status = add_all_near(*related, result, summary, job);
    if (status == SS_OK) return SS_OK;
    free(*related);
    *related = NULL;
    return status;
}
