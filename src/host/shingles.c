#include "shingles.h"

#include <math.h>
#include <stdlib.h>

#include "ngram.h"
#include "status.h"

#define WEIGHT  8 /* of a whole shingle: eight Han characters, or four words */
#define HAN     1
#define WORD    2
#define LONGEST 8 /* tokens of a shingle */

void ss_shingles_clear(ss_shingles *shingles)
{
    free(shingles->hash);
    *shingles = (ss_shingles){0};
}

/* The last tokens met, from which the next shingle is made. */
typedef struct window {
    uint64_t hash[LONGEST];
    int weight[LONGEST];
    size_t met;
} window;

ss_status ss_shingles_add(ss_shingles *shingles, uint64_t hash)
{
    SS_TRY(ss_grow((void **)&shingles->hash, &shingles->capacity, shingles->count + 1, sizeof *shingles->hash));
    shingles->hash[shingles->count++] = (uint32_t)(hash >> 32);
    return SS_OK;
}

/* The hash of the shortest run of last tokens that weighs enough; *whole tells whether there is one. */
static uint64_t hash_last(const window *w, bool *whole)
{
    uint64_t hash = 1;
    int weight = 0;
    for (size_t back = 1; back <= LONGEST && back <= w->met && weight < WEIGHT; back++) {
        size_t place = (w->met - back) % LONGEST;
        hash = ss_hash_mix(hash * 31 + w->hash[place]);
        weight += w->weight[place];
    }
    *whole = weight >= WEIGHT;
    return hash;
}

static int by_value(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

void ss_shingles_sort(ss_shingles *shingles)
{
    if (shingles->count < 2) return;
    qsort(shingles->hash, shingles->count, sizeof *shingles->hash, by_value);
    size_t kept = 1;
    for (size_t i = 1; i < shingles->count; i++)
        if (shingles->hash[i] != shingles->hash[kept - 1]) shingles->hash[kept++] = shingles->hash[i];
    shingles->count = kept;
}

/* The token that begins at text[*at], a word or a Han character; *at moves behind it. */
static uint64_t read_token(const ss_folded *text, size_t length, size_t *at, int *weight)
{
    ss_char_class class = SS_FOLDED_CLASS(text[*at]);
    uint64_t hash = ss_hash_extend(2, SS_FOLDED_CODE(text[(*at)++]));
    *weight = class == SS_CLASS_HAN ? HAN : WORD;
    while (*weight == WORD && *at < length && ss_in_word(text[*at]))
        hash = ss_hash_extend(hash, SS_FOLDED_CODE(text[(*at)++]));
    return hash;
}

ss_status ss_shingles_list(ss_shingles *shingles, const ss_folded *text, size_t length)
{
    window w = {0};
    bool whole = false;
    uint64_t hash = 0;
    shingles->count = 0;
    for (size_t at = 0; at < length;) {
        ss_char_class class = SS_FOLDED_CLASS(text[at]);
        if (class != SS_CLASS_HAN && class != SS_CLASS_LETTER && class != SS_CLASS_DIGIT) {
            at++;
            continue;
        }
        size_t place = w.met % LONGEST;
        w.hash[place] = read_token(text, length, &at, &w.weight[place]);
        w.met++;
        hash = hash_last(&w, &whole);
        if (whole) SS_TRY(ss_shingles_add(shingles, hash));
    }
    if (w.met > 0 && shingles->count == 0) SS_TRY(ss_shingles_add(shingles, hash));
    return SS_OK;
}

ss_status ss_shingles_take(ss_shingles *shingles, const ss_folded *text, size_t length)
{
    SS_TRY(ss_shingles_list(shingles, text, length));
    ss_shingles_sort(shingles);
    return SS_OK;
}

float ss_shingles_shared(const ss_shingles *a, const ss_shingles *b)
{
    size_t fewer = a->count < b->count ? a->count : b->count, common = 0;
    if (fewer == 0) return NAN;
    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        if (a->hash[i] == b->hash[j])
            common++, i++, j++;
        else if (a->hash[i] < b->hash[j])
            i++;
        else
            j++;
    }
    return (float)common / (float)fewer;
}
