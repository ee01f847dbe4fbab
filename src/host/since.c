#include "since.h"

#include <string.h>

#include "date.h"
#include "event.h"
#include "match.h"
#include "status.h"

static int32_t days_before(int32_t day, int64_t days)
{
    int64_t before = (int64_t)day - days;
    return before > SS_COVERS_ALL ? (int32_t)before : SS_COVERS_ALL + 1;
}

ss_since ss_since_days(int32_t day, int window_days)
{
    int64_t w = window_days;
    return (ss_since){.day = day,
                      .from = days_before(day, 5 * w),
                      .covers_from = days_before(day, 2 * w),
                      .kept_from = days_before(day, 3 * w)};
}

int32_t ss_link_later_day(const ss_result *result, const ss_link *link)
{
    int32_t a = ss_date_day(result->articles.item[link->a].published);
    int32_t b = ss_date_day(result->articles.item[link->b].published);
    if (a == SS_NO_DAY || b == SS_NO_DAY) return SS_COVERS_ALL;
    return a > b ? a : b;
}

int32_t ss_result_last_day(const ss_result *result)
{
    size_t dated = result->articles.count;
    while (dated > 0 && result->articles.item[dated - 1].published.precision == SS_DATE_NONE)
        dated--;
    return dated > 0 ? ss_date_day(result->articles.item[dated - 1].published) : SS_NO_DAY;
}

int32_t ss_since_of(const ss_result *result)
{
    return (int32_t)(result->provenance.covers_from + 2 * (int64_t)result->provenance.window_days);
}

bool ss_since_misses(const ss_result *result, int32_t day)
{
    const ss_provenance *p = &result->provenance;
    if (day == SS_NO_DAY || p->covers_from == SS_COVERS_ALL) return false;
    /* Of earlier days than these it holds no articles. */
    if ((int64_t)p->covers_from - p->window_days > (int64_t)day + 1) return true;
    for (size_t i = 0; i < result->articles.count; i++) {
        int32_t of = ss_date_day(result->articles.item[i].published);
        if (of > day && of < ss_since_of(result)) return true;
    }
    return false;
}

/* Articles are sorted by day: those that go are the first ones. */
static void drop_articles(ss_result *r, size_t count)
{
    if (count == 0) return; /* nor may there be any */
    size_t left = r->articles.count - count, d = (size_t)r->dimension;
    for (size_t i = 0; i < count; i++)
        ss_article_clear(&r->articles.item[i]);
    memmove(r->articles.item, r->articles.item + count, left * sizeof *r->articles.item);
    r->articles.count = left;
    for (int c = 0; c < SS_CHANNELS; c++) {
        memmove(r->vector[c], r->vector[c] + count * d, left * d);
        memmove(r->norm[c], r->norm[c] + count, left * sizeof *r->norm[c]);
    }
    memmove(r->ngrams, r->ngrams + count, left * sizeof *r->ngrams);
    for (size_t i = 0; i < r->link_count; i++) {
        r->link[i].a -= (uint32_t)count;
        r->link[i].b -= (uint32_t)count;
    }
}

ss_status ss_since_cut(ss_result *r, const ss_since *since)
{
    size_t kept = 0, early = 0;
    for (size_t i = 0; i < r->link_count; i++)
        if (ss_link_later_day(r, &r->link[i]) >= since->covers_from) r->link[kept++] = r->link[i];
    r->link_count = kept;
    while (early < r->articles.count && ss_date_day(r->articles.item[early].published) < since->kept_from)
        early++;
    drop_articles(r, early);
    r->provenance.covers_from = since->covers_from;
    return ss_events_find(r, r->provenance.threshold);
}
