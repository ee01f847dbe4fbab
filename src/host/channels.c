#include "channels.h"

#include <stdlib.h>
#include <string.h>

#include "furniture.h"
#include "gather.h"
#include "simd.h"
#include "status.h"

#define BLOCK     256 /* positions hashed at a time: hashes and buckets stay in the first-level cache */
#define LANES     8   /* blocks are whole numbers of these, so that loops have no rest */
#define NGRAM_MAX 8   /* characters of the longest n-gram */
#define SPREAD    0x9e3779b97f4a7c15ULL /* as in ss_hash_extend() */

typedef enum section { TITLE, LEAD, CUT_WORD, REST, SECTIONS } section;

/* Where each section ends in a list. */
typedef size_t section_ends[SECTIONS];

struct ss_channel_counter {
    const ss_model *model;
    uint64_t begin_han, begin_word, begin_part;
    int longest; /* n-gram */

    ss_folded *folded;
    size_t folded_capacity;

    /* The runs of Han characters and the words of the text, one after the other; of each character, spread over 64 bits for
     * hashing, the hash that an n-gram from here begins with, and the sizes of the n-grams that begin here as bits. */
    uint64_t *spread, *begin;
    uint8_t *sizes;
    size_t length, capacity;
    section_ends ends;

    uint32_t *word; /* buckets of the words whole */
    size_t word_count, word_capacity;
    section_ends word_ends;

    uint16_t *count; /* [row_count] saturating, as in ss_ngram_counter; zero between articles */
    ss_channel_feature *feature;
    size_t feature_count, feature_capacity;
};

ss_status ss_channel_counter_new(ss_channel_counter **out, const ss_model *model)
{
    *out = NULL;
    ss_channel_counter *c = calloc(1, sizeof *c);
    if (c == NULL) return ss_fail_memory(sizeof *c);
    const ss_ngram_rules *rules = &model->rules;
    c->model = model;
    c->begin_han = ss_hash_begin(rules, SS_NGRAM_HAN);
    c->begin_word = ss_hash_begin(rules, SS_NGRAM_WORD);
    c->begin_part = ss_hash_begin(rules, SS_NGRAM_PART);
    c->longest = rules->han_max > rules->latin_max ? rules->han_max : rules->latin_max;
    c->count = calloc((size_t)model->row_count + 1, sizeof *c->count);
    if (c->count == NULL) {
        free(c);
        return ss_fail_memory(model->row_count * sizeof *c->count);
    }
    *out = c;
    return SS_OK;
}

void ss_channel_counter_free(ss_channel_counter *c)
{
    if (c == NULL) return;
    free(c->folded);
    free(c->spread);
    free(c->begin);
    free(c->sizes);
    free(c->word);
    free(c->count);
    free(c->feature);
    free(c);
}

/* ---------------------------------------------------------- laying out runs */

/* Room for `extra` characters more, and for the zeros behind the last that longest n-grams reach over. */
static ss_status reserve(ss_channel_counter *c, size_t extra)
{
    size_t need = c->length + extra + BLOCK + NGRAM_MAX, capacity = c->capacity;
    if (need <= capacity) return SS_OK;
    SS_TRY(ss_grow((void **)&c->spread, &capacity, need, sizeof *c->spread));
    capacity = c->capacity;
    SS_TRY(ss_grow((void **)&c->begin, &capacity, need, sizeof *c->begin));
    capacity = c->capacity;
    SS_TRY(ss_grow((void **)&c->sizes, &capacity, need, sizeof *c->sizes));
    c->capacity = capacity;
    return SS_OK;
}

static inline void put(ss_channel_counter *c, uint32_t code_point, uint64_t begin, unsigned sizes)
{
    c->spread[c->length] = code_point * SPREAD;
    c->begin[c->length] = begin;
    c->sizes[c->length++] = (uint8_t)sizes;
}

/* Sizes 1 .. most, as bits. */
static inline unsigned sizes_up_to(size_t most)
{
    return most < NGRAM_MAX ? (1u << most) - 1 : 0xffu;
}

static void lay_out_han(ss_channel_counter *c, const ss_folded *text, size_t begin, size_t end)
{
    unsigned all = sizes_up_to((size_t)c->model->rules.han_max);
    for (size_t i = begin; i < end; i++)
        put(c, SS_FOLDED_CODE(text[i]), c->begin_han, all & sizes_up_to(end - i));
}

/* The rules of ngram.c's walk_word(). */
static ss_status lay_out_word(ss_channel_counter *c, const ss_folded *text, size_t begin, size_t end)
{
    const ss_ngram_rules *rules = &c->model->rules;
    uint32_t word[SS_WORD_MAX + 2];
    size_t place[SS_WORD_MAX + 2], n = ss_word_spell(text, begin, end, word, place);
    uint64_t h = c->begin_word;
    for (size_t i = 0; i < n; i++)
        h = ss_hash_extend(h, word[i]);
    SS_TRY(ss_grow((void **)&c->word, &c->word_capacity, c->word_count + 1, sizeof *c->word));
    c->word[c->word_count++] = ss_hash_bucket(h, rules);
    if (SS_FOLDED_CLASS(text[begin]) == SS_CLASS_DIGIT) return SS_OK;

    unsigned all = sizes_up_to((size_t)rules->latin_max) & ~sizes_up_to((size_t)rules->latin_min - 1);
    put(c, word[0], c->begin_part, all & sizes_up_to(n - 1)); /* the word whole is no part */
    for (size_t i = 1; i < n; i++)
        put(c, word[i], c->begin_part, all & sizes_up_to(n - i));
    return SS_OK;
}

static ss_status lay_out_run(ss_channel_counter *c, const ss_folded *text, size_t begin, size_t end)
{
    SS_TRY(reserve(c, end - begin + 2));
    if (SS_FOLDED_CLASS(text[begin]) != SS_CLASS_HAN) return lay_out_word(c, text, begin, end);
    lay_out_han(c, text, begin, end);
    return SS_OK;
}

static ss_status lay_out_runs(ss_channel_counter *c, const ss_folded *text, size_t begin, size_t length)
{
    while (begin < length) {
        size_t end = ss_run_end(text, begin, length);
        if (end > begin) SS_TRY(lay_out_run(c, text, begin, end));
        begin = end > begin ? end : begin + 1;
    }
    return SS_OK;
}

static void end_section(ss_channel_counter *c, section s)
{
    c->ends[s] = c->length;
    c->word_ends[s] = c->word_count;
}

/* The text, of which the first `lead` characters are the lead. A run of Han characters may reach over the end of the lead,
 * and so may its n-grams; a word that does so is another word in the lead. */
static ss_status lay_out_text(ss_channel_counter *c, const ss_folded *text, size_t length, size_t lead)
{
    size_t begin = 0, end = 0;
    while (begin < lead) {
        end = ss_run_end(text, begin, length);
        if (end > lead) break;
        if (end > begin) SS_TRY(lay_out_run(c, text, begin, end));
        begin = end > begin ? end : begin + 1;
    }
    end_section(c, LEAD);
    bool reaches_over = begin < lead;
    if (reaches_over && SS_FOLDED_CLASS(text[begin]) == SS_CLASS_HAN)
        c->ends[LEAD] += lead - begin;
    else if (reaches_over)
        SS_TRY(lay_out_runs(c, text, begin, lead));
    end_section(c, CUT_WORD);
    if (c->ends[CUT_WORD] < c->ends[LEAD]) c->ends[CUT_WORD] = c->ends[LEAD];
    SS_TRY(lay_out_runs(c, text, begin, length));
    end_section(c, REST);
    return SS_OK;
}

static ss_status fold(ss_channel_counter *c, const char *text, size_t length, size_t *count)
{
    return ss_fold_text(c->model->fold, text, length, &c->folded, NULL, count, &c->folded_capacity);
}

static ss_status lay_out(ss_channel_counter *c, const char *title, const char *text, size_t length)
{
    c->length = c->word_count = 0;
    size_t count = 0;
    SS_TRY(fold(c, title, strlen(title), &count));
    SS_TRY(reserve(c, count));
    SS_TRY(lay_out_runs(c, c->folded, 0, count));
    end_section(c, TITLE);

    size_t lead_length = ss_lead_length(text, length);
    count = 0;
    SS_TRY(fold(c, text, lead_length, &count));
    size_t lead = count;
    SS_TRY(fold(c, text + lead_length, ss_whole_length(text, length) - lead_length, &count));
    SS_TRY(reserve(c, count));
    SS_TRY(lay_out_text(c, c->folded, count, lead));
    memset(c->spread + c->length, 0, (BLOCK + NGRAM_MAX) * sizeof *c->spread);
    memset(c->begin + c->length, 0, (BLOCK + NGRAM_MAX) * sizeof *c->begin);
    return SS_OK;
}

/* ---------------------------------------------------------------- counting */

/* Extends the hashes of `count` n-grams by a character each. Eight lanes of 64 bits where the processor has them. */
SS_SIMD_CLONES
static void extend_hashes(uint64_t *restrict hash, const uint64_t *restrict spread, uint32_t *restrict bucket,
                          size_t count, int bucket_bits)
{
    for (size_t i = 0; i < count; i++) {
        hash[i] = ss_hash_mix(hash[i] ^ spread[i]);
        bucket[i] = (uint32_t)(hash[i] >> (64 - bucket_bits));
    }
}

/* Counts the rows of these buckets. Without branches on what is met: a good half of all n-grams is not known, and which
 * can't be foretold. All three tables are too large for the first two caches, so their lines are asked for a step
 * ahead; a row will be wanted as soon as the text has been counted. */
static void count_buckets(ss_channel_counter *c, const uint32_t *restrict bucket, size_t count)
{
    const uint32_t *row_of_bucket = c->model->row_of_bucket;
    uint32_t row[BLOCK];
    while (count > 0) {
        size_t taken = count < BLOCK ? count : BLOCK, known = 0;
        for (size_t i = 0; i < taken; i++) {
            row[known] = row_of_bucket[bucket[i]];
            known += row[known] != SS_NO_ROW;
        }
        for (size_t i = 0; i < known; i++)
            __builtin_prefetch(c->count + row[i]);
        ss_channel_feature *feature = c->feature + c->feature_count;
        for (size_t i = 0; i < known; i++) {
            uint16_t *place = &c->count[row[i]];
            feature->row = row[i];
            feature += *place == 0;
            *place = (uint16_t)(*place + (*place < UINT16_MAX));
        }
        size_t before = c->feature_count;
        c->feature_count = (size_t)(feature - c->feature);
        for (size_t i = before; i < c->feature_count; i++)
            ss_gather_prefetch(c->model, c->feature[i].row);
        bucket += taken;
        count -= taken;
    }
}

static ss_status reserve_features(ss_channel_counter *c, size_t extra)
{
    return ss_grow((void **)&c->feature, &c->feature_capacity, c->feature_count + extra + 1, sizeof *c->feature);
}

/* Counts the n-grams that end after `from` and not after `to`. */
static ss_status count_ngrams(ss_channel_counter *c, size_t from, size_t to)
{
    const uint32_t *row_of_bucket = c->model->row_of_bucket;
    size_t reach = (size_t)c->longest - 1;
    for (size_t at = from > reach ? from - reach : 0; at < to; at += BLOCK) {
        uint64_t hash[BLOCK];
        uint32_t bucket[BLOCK], met[NGRAM_MAX * BLOCK];
        size_t length = to - at < BLOCK ? (to - at + LANES - 1) / LANES * LANES : BLOCK;
        memcpy(hash, c->begin + at, length * sizeof *hash);
        size_t count = 0;
        for (size_t n = 1; n <= (size_t)c->longest && at + n <= to; n++) {
            extend_hashes(hash, c->spread + at + n - 1, bucket, length, c->model->rules.bucket_bits);
            size_t first = from + 1 > at + n ? from + 1 - at - n : 0, past = to + 1 - at - n;
            for (size_t i = first; i < past && i < BLOCK; i++) {
                met[count] = bucket[i];
                __builtin_prefetch(row_of_bucket + bucket[i]);
                count += c->sizes[at + i] >> (n - 1) & 1;
            }
        }
        SS_TRY(reserve_features(c, count));
        count_buckets(c, met, count);
    }
    return SS_OK;
}

static ss_status count_section(ss_channel_counter *c, section s)
{
    size_t from = s == TITLE ? 0 : c->ends[s - 1], words_from = s == TITLE ? 0 : c->word_ends[s - 1];
    size_t words = c->word_ends[s] - words_from;
    SS_TRY(reserve_features(c, words));
    if (words > 0) count_buckets(c, c->word + words_from, words);
    return count_ngrams(c, from, c->ends[s]);
}

/* Notes for all features how often they have been met so far. */
static void note_counts(const ss_channel_counter *c, ss_channel channel)
{
    for (size_t i = 0; i < c->feature_count; i++)
        c->feature[i].count[channel] = c->count[c->feature[i].row];
}

/* All sections: counts of title and lead are as far as they go; the whole article is title and lead once more, with
 * the cut word, and the text without it. */
static ss_status count_sections(ss_channel_counter *c, size_t in_channel[SS_CHANNELS])
{
    SS_TRY(count_section(c, TITLE));
    note_counts(c, SS_CHANNEL_TITLE);
    size_t in_title = c->feature_count;
    SS_TRY(count_section(c, LEAD));
    note_counts(c, SS_CHANNEL_WHOLE);
    size_t in_uncut = c->feature_count;
    SS_TRY(count_section(c, CUT_WORD));
    note_counts(c, SS_CHANNEL_LEAD);
    size_t in_lead = c->feature_count;
    SS_TRY(count_section(c, REST));
    for (size_t i = 0; i < c->feature_count; i++) {
        ss_channel_feature *f = &c->feature[i];
        uint32_t total = c->count[f->row] + (i < in_uncut ? f->count[SS_CHANNEL_WHOLE] : 0);
        f->count[SS_CHANNEL_WHOLE] = total < UINT16_MAX ? total : UINT16_MAX;
        c->count[f->row] = 0;
    }
    in_channel[SS_CHANNEL_TITLE] = in_title;
    in_channel[SS_CHANNEL_LEAD] = in_lead;
    in_channel[SS_CHANNEL_WHOLE] = c->feature_count;
    return SS_OK;
}

static ss_status run(ss_channel_counter *c, const char *title, const char *text, size_t length,
                     const ss_channel_feature **features, size_t in_channel[SS_CHANNELS])
{
    c->feature_count = 0;
    SS_TRY(lay_out(c, title, text, length));
    ss_status status = count_sections(c, in_channel);
    for (size_t i = 0; status != SS_OK && i < c->feature_count; i++)
        c->count[c->feature[i].row] = 0;
    *features = c->feature;
    return status;
}

ss_status ss_channel_counter_run(ss_channel_counter *counter, const ss_article *article,
                                 const ss_channel_feature **features, size_t in_channel[SS_CHANNELS])
{
    ss_body report = ss_body_of(article);
    return run(counter, article->title, report.text, report.length, features, in_channel);
}

ss_status ss_channel_counter_run_text(ss_channel_counter *counter, const char *text, size_t length,
                                      const ss_channel_feature **features, size_t in_channel[SS_CHANNELS])
{
    return run(counter, "", text, length, features, in_channel);
}
