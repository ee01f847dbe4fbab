#include "company.h"

#include <math.h>
#include <stdlib.h>

#include "compare.h"
#include "status.h"

#define BLOCK_LINKS 4096
#define SURE        0.6f /* an article goes with another from this probability on */

/* The links of each article, by partner. */
typedef struct companion {
    uint32_t article;
    float alone; /* probability of the link */
} companion;

typedef struct company {
    ss_result *result;
    size_t *start; /* [articles + 1] */
    companion *companion;
    const ss_job *job;
} company;

static int by_article(const void *left, const void *right)
{
    uint32_t a = ((const companion *)left)->article, b = ((const companion *)right)->article;
    return (a > b) - (a < b);
}

static ss_status gather(company *c)
{
    const ss_result *r = c->result;
    size_t articles = r->articles.count;
    c->start = calloc(articles + 2, sizeof *c->start);
    c->companion = malloc((2 * r->link_count + 1) * sizeof *c->companion);
    if (c->start == NULL || c->companion == NULL) return ss_fail_memory(2 * r->link_count * sizeof *c->companion);
    for (size_t i = 0; i < r->link_count; i++) {
        if (ss_pair_is_unlikely(&r->link[i])) continue;
        c->start[r->link[i].a + 2]++;
        c->start[r->link[i].b + 2]++;
    }
    for (size_t i = 2; i < articles + 2; i++)
        c->start[i] += c->start[i - 1];
    for (size_t i = 0; i < r->link_count; i++) { /* start[x + 1] runs from the start of x to its end */
        const ss_link *link = &r->link[i];
        if (ss_pair_is_unlikely(link)) continue;
        c->companion[c->start[link->a + 1]++] = (companion){link->b, link->alone};
        c->companion[c->start[link->b + 1]++] = (companion){link->a, link->alone};
    }
    for (size_t x = 0; x < articles; x++) {
        size_t count = c->start[x + 1] - c->start[x];
        if (count > 1) qsort(c->companion + c->start[x], count, sizeof *c->companion, by_article);
    }
    return SS_OK;
}

/* Sums over the sure companions of one article. */
typedef struct tally {
    double sum; /* of their probabilities with the other article; 0 where they are no candidates */
    size_t count;
} tally;

static void count_in(tally *t, float own, float with_other)
{
    if (own < SURE) return;
    t->sum += (double)with_other;
    t->count++;
}

static float mean_of(const tally *t)
{
    return t->count > 0 ? (float)(t->sum / (double)t->count) : NAN;
}

static void measure(const company *c, ss_link *link)
{
    const companion *a = c->companion + c->start[link->a], *end_a = c->companion + c->start[link->a + 1];
    const companion *b = c->companion + c->start[link->b], *end_b = c->companion + c->start[link->b + 1];
    tally of_a = {0}, of_b = {0};
    float support = 0;
    while (a < end_a || b < end_b) {
        if (b == end_b || (a < end_a && a->article < b->article)) {
            if (a->article != link->b) count_in(&of_a, a->alone, 0);
            a++;
        } else if (a == end_a || b->article < a->article) {
            if (b->article != link->a) count_in(&of_b, b->alone, 0);
            b++;
        } else {
            support = fmaxf(support, a->alone * b->alone);
            count_in(&of_a, a->alone, b->alone);
            count_in(&of_b, b->alone, a->alone);
            a++, b++;
        }
    }
    link->support = support;
    link->others_a = mean_of(&of_a);
    link->others_b = mean_of(&of_b);
}

static ss_status measure_block(void *context, size_t index, int thread)
{
    company *c = context;
    if (thread == 0) SS_TRY(ss_check_cancelled(c->job));
    for (size_t i = index * BLOCK_LINKS; i < c->result->link_count && i < (index + 1) * BLOCK_LINKS; i++)
        measure(c, &c->result->link[i]);
    return SS_OK;
}

ss_status ss_company_measure(ss_result *result, ss_pool *pool, const ss_job *job)
{
    company c = {.result = result, .job = job};
    ss_status status = gather(&c);
    if (status == SS_OK)
        status = ss_pool_run(pool, (result->link_count + BLOCK_LINKS - 1) / BLOCK_LINKS, measure_block, &c);
    free(c.start);
    free(c.companion);
    return status;
}
