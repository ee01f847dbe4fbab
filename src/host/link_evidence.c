#include "link_evidence.h"

#include <stdlib.h>
#include <string.h>

#include "pool.h"
#include "status.h"
#include "texts.h"

#define BLOCK_LINKS 64 /* looked at by one task */
#define AT_ONCE     16 /* blocks a thread looks at before what they found is put together */

/* ---------------------------------------------------------------- finding */

/* What was found for the links of one block, by row. */
typedef struct block {
    ss_link_evidence *item;
    size_t count, capacity;
} block;

typedef struct finding {
    ss_result *result;
    size_t most;
    const ss_job *job;
    ss_testimony_taker **taker; /* [threads] */
    block *block;               /* [at_once] */
    size_t at_once, first;      /* the first block of this round */
    size_t capacity;            /* of the result's evidence */
} finding;

static ss_link_evidence piece_of(size_t link, const ss_testimony *item)
{
    return (ss_link_evidence){
        .link = link,
        .begin = {item->place_a, item->place_b},
        .end = {item->place_a + (uint32_t)strlen(item->a), item->place_b + (uint32_t)strlen(item->b)},
        .bits = item->bits,
        .kind = item->kind,
        .conflict = item->conflict};
}

static ss_status look_at_link(const finding *f, block *b, ss_testimony_taker *taker, size_t row)
{
    const ss_link *link = &f->result->link[row];
    const ss_article *article = f->result->articles.item;
    ss_testimonies found;
    SS_TRY(ss_testimonies_take(&found, taker, &article[link->a], &article[link->b], f->most));
    ss_status status = ss_grow((void **)&b->item, &b->capacity, b->count + found.count, sizeof *b->item);
    for (size_t i = 0; i < found.count && status == SS_OK; i++)
        b->item[b->count++] = piece_of(row, &found.item[i]);
    ss_testimonies_clear(&found);
    return status;
}

static ss_status look_at_block(void *context, size_t index, int thread)
{
    const finding *f = context;
    const ss_result *r = f->result;
    block *b = &f->block[index];
    if (thread == 0) SS_TRY(ss_check_cancelled(f->job));
    b->count = 0;
    size_t row = (f->first + index) * BLOCK_LINKS;
    for (size_t end = row + BLOCK_LINKS; row < end && row < r->link_count; row++)
        if ((double)r->link[row].probability >= r->provenance.threshold)
            SS_TRY(look_at_link(f, b, f->taker[thread], row));
    return SS_OK;
}

static ss_status put_together(finding *f, size_t blocks)
{
    ss_result *r = f->result;
    for (size_t i = 0; i < blocks; i++) {
        const block *b = &f->block[i];
        size_t all = r->evidence_count + b->count;
        SS_TRY(ss_grow((void **)&r->evidence, &f->capacity, all, sizeof *r->evidence));
        if (b->count > 0) memcpy(r->evidence + r->evidence_count, b->item, b->count * sizeof *b->item);
        r->evidence_count = all;
    }
    return SS_OK;
}

static ss_status look_at_all(finding *f, ss_pool *pool)
{
    const ss_result *r = f->result;
    size_t blocks = (r->link_count + BLOCK_LINKS - 1) / BLOCK_LINKS;
    for (size_t count; f->first < blocks; f->first += count) {
        count = blocks - f->first < f->at_once ? blocks - f->first : f->at_once;
        ss_tell_progress(f->job, "evidence", f->first * BLOCK_LINKS, r->link_count);
        SS_TRY(ss_check_cancelled(f->job));
        SS_TRY(ss_pool_run(pool, count, look_at_block, f));
        SS_TRY(put_together(f, count));
        ss_texts_release(r->articles.texts);
    }
    return SS_OK;
}

static ss_status begin(finding *f, const ss_model *model, size_t threads)
{
    f->at_once = AT_ONCE * threads;
    f->taker = calloc(threads, sizeof *f->taker);
    f->block = calloc(f->at_once, sizeof *f->block);
    if (f->taker == NULL || f->block == NULL) return ss_fail_memory(f->at_once * sizeof *f->block);
    for (size_t t = 0; t < threads; t++)
        SS_TRY(ss_testimony_taker_new(&f->taker[t], model));
    return SS_OK;
}

static void end(finding *f, size_t threads)
{
    for (size_t t = 0; f->taker != NULL && t < threads; t++)
        ss_testimony_taker_free(f->taker[t]);
    for (size_t i = 0; f->block != NULL && i < f->at_once; i++)
        free(f->block[i].item);
    free(f->taker);
    free(f->block);
}

ss_status ss_link_evidence_find(ss_result *result, const ss_model *model, size_t most, const ss_job *job)
{
    free(result->evidence);
    result->evidence = NULL;
    result->evidence_count = 0;
    result->evidence_most = (uint32_t)most;
    if (most == 0) return SS_OK;
    finding f = {.result = result, .most = most, .job = job};
    ss_pool *pool;
    SS_TRY(ss_pool_new(&pool, ss_job_threads(job)));
    size_t threads = (size_t)ss_pool_threads(pool);
    ss_status status = begin(&f, model, threads);
    if (status == SS_OK) status = look_at_all(&f, pool);
    end(&f, threads);
    ss_pool_free(pool);
    return status;
}

/* ------------------------------------------------------------------ words */

/* The pieces of one link: *count of them from the returned row of result->evidence on. */
static size_t pieces_of(const ss_result *result, size_t link, size_t *count)
{
    size_t low = 0, high = result->evidence_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (result->evidence[middle].link < link)
            low = middle + 1;
        else
            high = middle;
    }
    for (high = low; high < result->evidence_count && result->evidence[high].link == link;)
        high++;
    *count = high - low;
    return low;
}

void ss_link_evidence_copy(char *out, const ss_result *result, const ss_link_evidence *piece, int side)
{
    const ss_link *link = &result->link[piece->link];
    const ss_article *article = &result->articles.item[side == 0 ? link->a : link->b];
    size_t title = strlen(article->title);
    for (size_t i = piece->begin[side]; i < piece->end[side]; i++)
        *out++ = i < title ? article->title[i] : i == title ? '\n' : article->text[i - title - 1];
    *out = '\0';
}

static ss_status copy_words(char **out, const ss_result *result, const ss_link_evidence *piece, int side)
{
    size_t size = (size_t)(piece->end[side] - piece->begin[side]) + 1;
    *out = malloc(size);
    if (*out == NULL) return ss_fail_memory(size);
    ss_link_evidence_copy(*out, result, piece, side);
    return SS_OK;
}

static ss_status put_in_words(ss_testimony *out, const ss_result *result, const ss_link_evidence *piece)
{
    *out = (ss_testimony){.kind = piece->kind,
                          .place_a = piece->begin[0],
                          .place_b = piece->begin[1],
                          .bits = piece->bits,
                          .conflict = piece->conflict != 0};
    SS_TRY(copy_words(&out->a, result, piece, 0));
    return copy_words(&out->b, result, piece, 1);
}

ss_status ss_link_evidence_words(ss_testimonies *out, const ss_result *result, size_t link, size_t most)
{
    size_t count, first = pieces_of(result, link, &count), agreeing = 0;
    *out = (ss_testimonies){0};
    SS_TRY(ss_grow((void **)&out->item, &out->capacity, count, sizeof *out->item));
    ss_status status = SS_OK;
    for (size_t i = 0; i < count && status == SS_OK; i++) {
        const ss_link_evidence *piece = &result->evidence[first + i];
        if (piece->conflict == 0 && agreeing++ >= most) continue;
        status = put_in_words(&out->item[out->count++], result, piece);
    }
    if (status != SS_OK) ss_testimonies_clear(out);
    return status;
}
