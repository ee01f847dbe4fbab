#include "evidence_store.h"

#include <math.h>
#include <stdlib.h>

#include "status.h"

#define NOWHERE UINT32_MAX

/* The place of one article's evidence. */
typedef struct place {
    ss_evidence evidence;
    uint32_t row;  /* NOWHERE: empty */
    uint32_t call; /* the last that named the article */
    bool taken;
    bool shingles; /* wanted by that call */
    bool listed;   /* among the missing of that call */
} place;

struct ss_evidence_store {
    const ss_article *article;
    ss_pool *pool;
    const ss_model *model;
    ss_evidence_taker **taker; /* [threads] */
    uint32_t *place_of;        /* [articles] NOWHERE: not kept */
    place *place;              /* [capacity] */
    size_t term_bytes;         /* of the terms of an article */
    int8_t *vector;            /* [capacity][term_bytes] of all terms: one block, which goes back whole */
    uint32_t capacity;
    uint32_t hand; /* where room is looked for next: the oldest are given up first */
    uint32_t call;
    uint32_t *missing; /* [SS_EVIDENCE_WANTED] places to be filled */
    size_t missing_count;
};

static ss_status allocate(ss_evidence_store *store, const ss_model *model, size_t count)
{
    size_t threads = (size_t)ss_pool_threads(store->pool);
    store->capacity = count < SS_EVIDENCE_KEPT ? (uint32_t)count : SS_EVIDENCE_KEPT;
    store->place_of = malloc((count + 1) * sizeof *store->place_of);
    store->place = calloc((size_t)store->capacity + 1, sizeof *store->place);
    store->model = model;
    store->term_bytes = ss_term_bytes(model->dimension);
    store->vector = aligned_alloc(64, (store->capacity + 1) * store->term_bytes); /* of cache lines: SS_TERMS_MAX * 8 */
    store->missing = malloc(SS_EVIDENCE_WANTED * sizeof *store->missing);
    store->taker = calloc(threads, sizeof *store->taker);
    if (store->place_of == NULL || store->place == NULL || store->vector == NULL || store->missing == NULL ||
        store->taker == NULL)
        return ss_fail_memory(store->capacity * (sizeof *store->place + store->term_bytes));
    for (size_t i = 0; i < count; i++)
        store->place_of[i] = NOWHERE;
    for (size_t i = 0; i < store->capacity; i++) {
        store->place[i].row = NOWHERE;
        store->place[i].evidence.terms.vector = store->vector + i * store->term_bytes;
    }
    for (size_t t = 0; t < threads; t++)
        SS_TRY(ss_evidence_taker_new(&store->taker[t], model));
    return SS_OK;
}

ss_status ss_evidence_store_new(ss_evidence_store **out, const ss_model *model, const ss_article *article, size_t count,
                                ss_pool *pool)
{
    *out = NULL;
    ss_evidence_store *store = calloc(1, sizeof *store);
    if (store == NULL) return ss_fail_memory(sizeof *store);
    store->article = article;
    store->pool = pool;
    ss_status status = allocate(store, model, count);
    if (status != SS_OK) {
        ss_evidence_store_free(store);
        return status;
    }
    *out = store;
    return SS_OK;
}

void ss_evidence_store_free(ss_evidence_store *store)
{
    if (store == NULL) return;
    for (int t = 0; store->taker != NULL && t < ss_pool_threads(store->pool); t++)
        ss_evidence_taker_free(store->taker[t]);
    for (size_t i = 0; store->place != NULL && i < store->capacity; i++)
        ss_shingles_clear(&store->place[i].evidence.shingles);
    free(store->taker);
    free(store->missing);
    free(store->vector);
    free(store->place);
    free(store->place_of);
    free(store);
}

/* A place that this call does not need. There are as many as articles, or more than a call may name. */
static uint32_t make_room(ss_evidence_store *store)
{
    while (store->place[store->hand].row != NOWHERE && store->place[store->hand].call == store->call)
        store->hand = (store->hand + 1) % store->capacity;
    uint32_t found = store->hand;
    store->hand = (store->hand + 1) % store->capacity;
    if (store->place[found].row != NOWHERE) store->place_of[store->place[found].row] = NOWHERE;
    return found;
}

static void name(ss_evidence_store *store, const ss_evidence_want *want)
{
    uint32_t *index = &store->place_of[want->row];
    if (*index == NOWHERE) {
        *index = make_room(store);
        store->place[*index].row = want->row;
        store->place[*index].taken = false;
        store->place[*index].call = store->call - 1;
    }
    place *p = &store->place[*index];
    if (p->call != store->call) p->shingles = p->listed = false;
    p->call = store->call;
    p->shingles |= want->shingles;
    bool whole = p->taken && (p->evidence.has_shingles || !p->shingles);
    if (whole || p->listed) return;
    p->listed = true;
    store->missing[store->missing_count++] = *index;
}

static ss_status take(void *context, size_t index, int thread)
{
    ss_evidence_store *store = context;
    place *p = &store->place[store->missing[index]];
    const ss_article *article = &store->article[p->row];
    if (!p->taken) SS_TRY(ss_evidence_take(store->taker[thread], article, &p->evidence));
    p->taken = true;
    if (p->shingles && !p->evidence.has_shingles)
        SS_TRY(ss_evidence_take_shingles(store->taker[thread], article, &p->evidence));
    return SS_OK;
}

ss_status ss_evidence_store_fill(ss_evidence_store *store, const ss_evidence_want *want, size_t count)
{
    store->call++;
    store->missing_count = 0;
    for (size_t i = 0; i < count; i++)
        name(store, &want[i]);
    return ss_pool_run(store->pool, store->missing_count, take, store);
}

const ss_evidence *ss_evidence_store_get(const ss_evidence_store *store, uint32_t row)
{
    return &store->place[store->place_of[row]].evidence;
}

/* Asks for evidence that will be compared soon: it seldom is in a cache. */
static void prefetch(const ss_evidence_store *store, uint32_t row)
{
    const ss_evidence *evidence = ss_evidence_store_get(store, row);
    for (size_t at = 0; at < store->term_bytes; at += 64)
        __builtin_prefetch(evidence->terms.vector + at);
    for (size_t at = 0; at < sizeof *evidence; at += 64)
        __builtin_prefetch((const char *)evidence + at);
}

void ss_evidence_store_compare(const ss_evidence_store *store, ss_link *link, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (isnan(link[i].shared_terms)) continue;
        if (i + 1 < count && !isnan(link[i + 1].shared_terms)) {
            prefetch(store, link[i + 1].b);
            if (link[i + 1].a != link[i].a) prefetch(store, link[i + 1].a);
        }
        ss_evidence_compare(store->model, &link[i], ss_evidence_store_get(store, link[i].a),
                            ss_evidence_store_get(store, link[i].b));
    }
}
