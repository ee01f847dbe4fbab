#include "ngram.h"

#include <stdlib.h>

#include "status.h"

/* Where the walk over a text hands its n-grams to. Inlined into each user, so that the call costs nothing. */
typedef ss_status (*ngram_sink)(void *context, uint64_t hash, ss_ngram_kind kind, size_t begin, size_t end);

static inline __attribute__((always_inline)) ss_status
walk_han(const ss_ngram_rules *rules, const ss_folded *text, size_t begin, size_t end, ngram_sink sink, void *context)
{
    for (size_t from = begin; from < end; from++) {
        uint64_t h = ss_hash_begin(rules, SS_NGRAM_HAN);
        size_t to = end - from < (size_t)rules->han_max ? end : from + (size_t)rules->han_max;
        for (size_t i = from; i < to; i++) {
            h = ss_hash_extend(h, SS_FOLDED_CODE(text[i]));
            SS_TRY(sink(context, h, SS_NGRAM_HAN, from, i + 1));
        }
    }
    return SS_OK;
}

/* One word, boundaries added; commas inside a number are not part of it. */
static inline __attribute__((always_inline)) ss_status walk_word(const ss_ngram_rules *rules, const ss_folded *text,
                                                                 size_t begin, size_t end, bool parts, ngram_sink sink,
                                                                 void *context)
{
    uint32_t word[SS_WORD_MAX + 2];
    size_t place[SS_WORD_MAX + 2], n = ss_word_spell(text, begin, end, word, place);

    uint64_t h = ss_hash_begin(rules, SS_NGRAM_WORD);
    for (size_t i = 0; i < n; i++)
        h = ss_hash_extend(h, word[i]);
    SS_TRY(sink(context, h, SS_NGRAM_WORD, begin, end));
    if (!parts || SS_FOLDED_CLASS(text[begin]) == SS_CLASS_DIGIT) return SS_OK;

    for (size_t from = 0; from + (size_t)rules->latin_min <= n; from++) {
        h = ss_hash_begin(rules, SS_NGRAM_PART);
        size_t to = n - from < (size_t)rules->latin_max ? n : from + (size_t)rules->latin_max;
        for (size_t i = from; i < to; i++) {
            h = ss_hash_extend(h, word[i]);
            size_t size = i + 1 - from;
            if (size < (size_t)rules->latin_min || size == n) continue;
            SS_TRY(sink(context, h, SS_NGRAM_PART, place[from], place[i] + 1));
        }
    }
    return SS_OK;
}

static inline __attribute__((always_inline)) ss_status walk(const ss_ngram_rules *rules, const ss_folded *text,
                                                            size_t length, bool parts, ngram_sink sink, void *context)
{
    for (size_t begin = 0, end; begin<length; begin = end> begin ? end : begin + 1) {
        end = ss_run_end(text, begin, length);
        if (end == begin) continue;
        if (SS_FOLDED_CLASS(text[begin]) == SS_CLASS_HAN)
            SS_TRY(walk_han(rules, text, begin, end, sink, context));
        else
            SS_TRY(walk_word(rules, text, begin, end, parts, sink, context));
    }
    return SS_OK;
}

/* ---------------------------------------------------------------- a list */

typedef struct list_context {
    const ss_ngram_rules *rules;
    ss_ngram **out;
    size_t *count, *capacity;
} list_context;

static inline ss_status list_sink(void *context, uint64_t hash, ss_ngram_kind kind, size_t begin, size_t end)
{
    list_context *list = context;
    SS_TRY(ss_grow((void **)list->out, list->capacity, *list->count + 1, sizeof **list->out));
    (*list->out)[(*list->count)++] = (ss_ngram){
        .bucket = ss_hash_bucket(hash, list->rules), .begin = (uint32_t)begin, .end = (uint32_t)end, .kind = kind};
    return SS_OK;
}

ss_status ss_ngrams_list(const ss_ngram_rules *rules, const ss_folded *text, size_t length, bool parts, ss_ngram **out,
                         size_t *count, size_t *capacity)
{
    list_context list = {rules, out, count, capacity};
    return walk(rules, text, length, parts, list_sink, &list);
}

/* ------------------------------------------------------------ a counter */

/* A direct table of counts beside the list of rows touched: about three times as fast as a hash table, since nothing is
 * compared and only what was touched is cleared. 16 bits a row keep the table in the second-level cache; counts
 * saturate, which the square root of the weight hardly notices. */
struct ss_ngram_counter {
    ss_ngram_rules rules;
    const uint32_t *row_of_bucket;
    uint16_t *count; /* [row_count] */
    ss_feature *feature;
    size_t feature_count, feature_capacity;
    bool taken;
};

ss_status ss_ngram_counter_new(ss_ngram_counter **out, const ss_ngram_rules *rules, const uint32_t *row_of_bucket,
                               uint32_t row_count)
{
    *out = NULL;
    ss_ngram_counter *counter = calloc(1, sizeof *counter);
    if (counter == NULL) return ss_fail_memory(sizeof *counter);
    counter->rules = *rules;
    counter->row_of_bucket = row_of_bucket;
    size_t rows = row_of_bucket == NULL ? (size_t)1 << rules->bucket_bits : (size_t)row_count + 1;
    counter->count = calloc(rows, sizeof *counter->count);
    if (counter->count == NULL) {
        free(counter);
        return ss_fail_memory(rows * sizeof(uint16_t));
    }
    *out = counter;
    return SS_OK;
}

void ss_ngram_counter_free(ss_ngram_counter *counter)
{
    if (counter == NULL) return;
    free(counter->count);
    free(counter->feature);
    free(counter);
}

static inline ss_status counter_sink(void *context, uint64_t hash, ss_ngram_kind kind, size_t begin, size_t end)
{
    (void)kind, (void)begin, (void)end;
    ss_ngram_counter *counter = context;
    uint32_t row = ss_hash_bucket(hash, &counter->rules);
    if (counter->row_of_bucket != NULL) row = counter->row_of_bucket[row];
    if (row == SS_NO_ROW) return SS_OK;
    if (counter->count[row] == 0) {
        SS_TRY(ss_grow((void **)&counter->feature, &counter->feature_capacity, counter->feature_count + 1,
                       sizeof *counter->feature));
        counter->feature[counter->feature_count++].row = row;
    }
    if (counter->count[row] < UINT16_MAX) counter->count[row]++;
    return SS_OK;
}

ss_status ss_ngram_counter_add(ss_ngram_counter *counter, const ss_folded *text, size_t length)
{
    if (counter->taken) {
        counter->feature_count = 0;
        counter->taken = false;
    }
    return walk(&counter->rules, text, length, true, counter_sink, counter);
}

void ss_ngram_counter_take(ss_ngram_counter *counter, const ss_feature **features, size_t *count)
{
    if (counter->taken) counter->feature_count = 0;
    for (size_t i = 0; i < counter->feature_count; i++) {
        ss_feature *feature = &counter->feature[i];
        feature->count = counter->count[feature->row];
        counter->count[feature->row] = 0;
    }
    *features = counter->feature;
    *count = counter->feature_count;
    counter->taken = true;
}
