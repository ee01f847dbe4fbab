#include "repeats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "document.h"
#include "furniture.h"
#include "match.h"
#include "ngram.h"
#include "shingles.h"
#include "sketch.h"
#include "status.h"
#include "texts.h"

#define BLOCK        64   /* articles looked at by one task */
#define SAMPLE_BYTES 2000 /* of a text, for its hashes */
#define WHOLE_BYTES  SS_TEXT_BYTES
#define MIN_HASHES   2     /* nearly equal texts share none of them in one case of 400 */
#define LEAST_SIZE   32    /* shingles of a text that is known by itself */
#define NEARLY_EQUAL 0.95f /* of the shingles of the longer text */
#define SAME_PAGE    0.8f  /* of the shingles of the shorter one */
#define MOST_TRIED   8     /* earlier pages under one address */
#define NONE         UINT32_MAX

/* What is known of an article before its text is compared. */
typedef struct page {
    uint64_t address;           /* 0: none */
    uint64_t outlet;            /* 0: none */
    uint64_t numbers;           /* a hash of the set of them */
    uint32_t least[MIN_HASHES]; /* min-hashes of the shingles (Broder 1997) */
    uint32_t previous;          /* page under the same address; NONE: there is none */
    int32_t day;                /* SS_NO_DAY: undated */
    bool large;
} page;

/* An open-addressed hash table: keys of pages -> the page. */
typedef struct page_slot {
    uint32_t tag, page; /* the upper half of the key; NONE: free */
} page_slot;

/* Scratch space of one thread. */
typedef struct text_reader {
    ss_folded *folded;
    size_t capacity, count;
    ss_shingles shingles, other, numbers, other_numbers;
} text_reader;

typedef struct repeats_job {
    ss_articles *articles;
    const ss_fold *fold;
    const ss_job *job;
    page *page;          /* [count] */
    text_reader *reader; /* one a thread */
    page_slot *slot;
    size_t slots; /* a power of two */
} repeats_job;

/* --------------------------------------------------------------- one article */

static uint64_t hash_text(const char *text, size_t length)
{
    uint64_t hash = 1;
    for (size_t i = 0; i < length; i++)
        hash = ss_hash_extend(hash, (unsigned char)text[i]);
    return hash;
}

/* The outlet by its name, or by the host of the address. */
static uint64_t hash_outlet(const ss_article *article)
{
    if (*article->source != '\0') return hash_text(article->source, strlen(article->source));
    if (!ss_is_web_address(article->url)) return 0;
    const char *host = strstr(article->url, "://") + 3;
    return hash_text(host, strcspn(host, "/?#"));
}

/* Folds title and report. */
static ss_status read_text(text_reader *reader, const repeats_job *j, const ss_article *article, size_t most)
{
    ss_body report = ss_body_of(article);
    reader->count = 0;
    SS_TRY(ss_fold_text(j->fold, article->title, strlen(article->title), &reader->folded, NULL, &reader->count,
                        &reader->capacity));
    SS_TRY(ss_fold_text(j->fold, "\n", 1, &reader->folded, NULL, &reader->count, &reader->capacity));
    size_t length = report.length < most ? report.length : most;
    return ss_fold_text(j->fold, report.text, length, &reader->folded, NULL, &reader->count, &reader->capacity);
}

/* Hashes of the runs of digits. */
static ss_status list_numbers(ss_shingles *numbers, const text_reader *reader)
{
    numbers->count = 0;
    for (size_t at = 0; at < reader->count;) {
        uint64_t hash = 1;
        size_t begin = at;
        while (at < reader->count && SS_FOLDED_CLASS(reader->folded[at]) == SS_CLASS_DIGIT)
            hash = ss_hash_extend(hash, SS_FOLDED_CODE(reader->folded[at++]));
        if (at > begin)
            SS_TRY(ss_shingles_add(numbers, hash));
        else
            at++;
    }
    ss_shingles_sort(numbers);
    return SS_OK;
}

static ss_status look_at(repeats_job *j, size_t i, text_reader *reader)
{
    const ss_article *article = &j->articles->item[i];
    page *p = &j->page[i];
    *p = (page){.address = ss_address_hash(article->url), .outlet = hash_outlet(article), .previous = NONE};
    p->day = ss_date_day(article->published);
    SS_TRY(read_text(reader, j, article, SAMPLE_BYTES));
    SS_TRY(ss_shingles_list(&reader->shingles, reader->folded, reader->count));
    p->large = reader->shingles.count >= LEAST_SIZE;
    memset(p->least, 0xff, sizeof p->least);
    for (size_t k = 0; k < reader->shingles.count; k++) {
        for (uint32_t m = 0; m < MIN_HASHES; m++) {
            uint32_t hash = (uint32_t)ss_hash_mix(reader->shingles.hash[k] + ((uint64_t)m << 32));
            if (hash < p->least[m]) p->least[m] = hash;
        }
    }
    SS_TRY(list_numbers(&reader->numbers, reader));
    for (size_t k = 0; k < reader->numbers.count; k++)
        p->numbers = ss_hash_extend(p->numbers, reader->numbers.hash[k]);
    return SS_OK;
}

static ss_status look_at_block(void *context, size_t index, int thread)
{
    repeats_job *j = context;
    size_t n = j->articles->count;
    if (thread == 0) {
        SS_TRY(ss_check_cancelled(j->job));
        ss_tell_progress(j->job, "repeats", index * BLOCK, n);
    }
    if (index % (SS_TEXTS_READ / BLOCK) == 0) ss_texts_release(j->articles->texts);
    for (size_t i = index * BLOCK; i < n && i < (index + 1) * BLOCK; i++)
        SS_TRY(look_at(j, i, &j->reader[thread]));
    return SS_OK;
}

/* ------------------------------------------------------------- two articles */

/* Whether all of `some` are among `all`. */
static bool are_among(const ss_shingles *some, const ss_shingles *all)
{
    if (some->count > all->count) return false;
    return some->count == 0 || ss_shingles_shared(some, all) >= 1;
}

static bool same_numbers(const ss_shingles *a, const ss_shingles *b)
{
    return a->count == b->count && are_among(a, b);
}

/* Reads both texts and says whether they are one page's. */
static ss_status compare(repeats_job *j, size_t a, size_t b, bool *same)
{
    text_reader *reader = &j->reader[0];
    const page *page_a = &j->page[a], *page_b = &j->page[b];
    SS_TRY(read_text(reader, j, &j->articles->item[a], WHOLE_BYTES));
    SS_TRY(ss_shingles_take(&reader->shingles, reader->folded, reader->count));
    SS_TRY(list_numbers(&reader->numbers, reader));
    SS_TRY(read_text(reader, j, &j->articles->item[b], WHOLE_BYTES));
    SS_TRY(ss_shingles_take(&reader->other, reader->folded, reader->count));
    SS_TRY(list_numbers(&reader->other_numbers, reader));
    size_t size_a = reader->shingles.count, size_b = reader->other.count;
    bool a_shorter = size_a <= size_b;
    float of_shorter = ss_shingles_shared(&reader->shingles, &reader->other);
    float of_longer = of_shorter * (a_shorter ? (float)size_a / (float)size_b : (float)size_b / (float)size_a);
    *same = false;
    if (page_a->address != 0 && page_a->address == page_b->address)
        *same = of_shorter >= SAME_PAGE && (a_shorter ? are_among(&reader->numbers, &reader->other_numbers)
                                                      : are_among(&reader->other_numbers, &reader->numbers));
    if (!*same && page_a->outlet == page_b->outlet && page_a->large && page_b->large)
        *same = of_longer >= (page_a->outlet != 0 ? NEARLY_EQUAL : 1.0f) &&
                same_numbers(&reader->numbers, &reader->other_numbers);
    return SS_OK;
}

static bool may_be_same(const repeats_job *j, size_t a, size_t b)
{
    int32_t day_a = j->page[a].day, day_b = j->page[b].day;
    return j->articles->item[a].lang == j->articles->item[b].lang &&
           (day_a == day_b || day_a == SS_NO_DAY || day_b == SS_NO_DAY);
}

/* -------------------------------------------------------------------- pages */

/* The slot of the first page that was kept under `key`, or a free one. */
static page_slot *find_slot(const repeats_job *j, uint64_t key)
{
    uint32_t tag = (uint32_t)(key >> 32);
    size_t at = (size_t)key & (j->slots - 1);
    while (j->slot[at].page != NONE && j->slot[at].tag != tag)
        at = (at + 1) & (j->slots - 1);
    return &j->slot[at];
}

static uint64_t address_key(const page *p)
{
    return ss_hash_mix(p->address);
}

static uint64_t text_key(const page *p, uint32_t min_hash)
{
    uint64_t key = ss_hash_extend(p->outlet ^ p->numbers, (uint32_t)p->day);
    return ss_hash_extend(ss_hash_extend(key, p->least[min_hash]), min_hash + 1);
}

/* Tries an earlier page; *found stays NONE if it is another. */
static ss_status try_page(repeats_job *j, uint32_t earlier, uint32_t i, uint32_t *found)
{
    bool same = false;
    if (earlier == NONE || *found != NONE || !may_be_same(j, earlier, i)) return SS_OK;
    SS_TRY(compare(j, earlier, i, &same));
    if (same) *found = earlier;
    return SS_OK;
}

/* The page that article i repeats, NONE if it is new; a new one is kept under its keys. */
static ss_status find_page(repeats_job *j, uint32_t i, uint32_t *found)
{
    page *p = &j->page[i];
    *found = NONE;
    page_slot *by_address = p->address != 0 ? find_slot(j, address_key(p)) : NULL;
    uint32_t earlier = by_address != NULL ? by_address->page : NONE;
    for (int tried = 0; tried < MOST_TRIED && earlier != NONE; tried++, earlier = j->page[earlier].previous)
        SS_TRY(try_page(j, earlier, i, found));
    for (uint32_t m = 0; m < MIN_HASHES && p->large; m++)
        SS_TRY(try_page(j, find_slot(j, text_key(p, m))->page, i, found));
    if (*found != NONE) return SS_OK;
    if (by_address != NULL) {
        p->previous = by_address->page;
        *by_address = (page_slot){(uint32_t)(address_key(p) >> 32), i};
    }
    for (uint32_t m = 0; m < MIN_HASHES && p->large; m++) {
        page_slot *by_text = find_slot(j, text_key(p, m));
        if (by_text->page == NONE) *by_text = (page_slot){(uint32_t)(text_key(p, m) >> 32), i};
    }
    return SS_OK;
}

static ss_status allocate(repeats_job *j, int threads)
{
    size_t n = j->articles->count, keys = n * (1 + MIN_HASHES);
    for (j->slots = 16; j->slots < keys + keys / 3;)
        j->slots *= 2;
    j->page = malloc(n * sizeof *j->page);
    j->reader = calloc((size_t)threads, sizeof *j->reader);
    j->slot = malloc(j->slots * sizeof *j->slot);
    if (j->page == NULL || j->reader == NULL || j->slot == NULL)
        return ss_fail_memory(n * sizeof *j->page + j->slots * sizeof *j->slot);
    memset(j->slot, 0xff, j->slots * sizeof *j->slot);
    return SS_OK;
}

/* Goes through the articles in their order, so that what is kept is the first of each page. */
static ss_status drop_repeats(repeats_job *j)
{
    ss_article *item = j->articles->item;
    for (uint32_t i = 0; i < j->articles->count; i++) {
        uint32_t found;
        if (i % SS_TEXTS_READ == 0) {
            SS_TRY(ss_check_cancelled(j->job));
            ss_texts_release(j->articles->texts);
        }
        SS_TRY(find_page(j, i, &found));
        if (found == NONE) continue;
        item[found].copies += 1 + item[i].copies;
        ss_article_clear(&item[i]);
    }
    return SS_OK;
}

/* Cleared articles have no id. */
static void close_gaps(ss_articles *articles, uint32_t *row)
{
    size_t kept = 0;
    for (size_t i = 0; i < articles->count; i++) {
        if (articles->item[i].id == NULL) continue;
        if (row != NULL) row[kept] = row[i];
        articles->item[kept++] = articles->item[i];
    }
    articles->count = kept;
}

ss_status ss_repeats_fold(ss_articles *articles, uint32_t *row, const ss_fold *fold, ss_pool *pool, const ss_job *job)
{
    repeats_job j = {.articles = articles, .fold = fold, .job = job};
    int threads = ss_pool_threads(pool);
    if (articles->count < 2) return SS_OK;
    ss_tell_progress(job, "repeats", 0, articles->count); /* later by thread 0 alone, which may come too late */
    ss_status status = allocate(&j, threads);
    if (status == SS_OK) status = ss_pool_run(pool, (articles->count + BLOCK - 1) / BLOCK, look_at_block, &j);
    if (status == SS_OK) {
        status = drop_repeats(&j);
        close_gaps(articles, row);
    }
    for (int t = 0; j.reader != NULL && t < threads; t++) {
        free(j.reader[t].folded);
        ss_shingles *lists[] = {&j.reader[t].shingles, &j.reader[t].other, &j.reader[t].numbers,
                                &j.reader[t].other_numbers};
        for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
            ss_shingles_clear(lists[i]);
    }
    free(j.page);
    free(j.reader);
    free(j.slot);
    return status;
}
