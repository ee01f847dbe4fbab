/* N-grams: which pieces of a folded text count, and the bucket that each falls into.
 *
 * Han characters: every run of them gives all its n-grams of 1 .. han_max characters.
 * Letters and digits: every word gives itself, with its boundaries marked, and, unless it begins with a digit, its
 * n-grams of latin_min .. latin_max characters, boundaries included: <beijing> gives <be, bei, eij, ... (fastText's rule;
 * Bojanowski et al. 2017). A decimal point or thousands comma between two digits belongs to its number; the comma is
 * dropped.
 *
 * The hash is defined here, inline and without tables, so that a CUDA kernel can include it. */
#ifndef SS_NGRAM_H
#define SS_NGRAM_H

#include "fold.h"

typedef struct ss_ngram_rules {
    int han_max;     /* 1 .. 8 */
    int latin_min;   /* 2 .. latin_max */
    int latin_max;   /* .. 8 */
    int bucket_bits; /* there are 1 << bucket_bits buckets; 8 .. 26 */
    uint32_t seed;
} ss_ngram_rules;

#define SS_WORD_MAX   64 /* characters of a word that are looked at */
#define SS_WORD_BEGIN ((uint32_t)'<')
#define SS_WORD_END   ((uint32_t)'>')

#if defined(__CUDACC__)
#define SS_INLINE static __host__ __device__ inline
#else
#define SS_INLINE static inline
#endif

/* The finaliser of MurmurHash3 (Appleby): every bit of the input moves every bit of the output. */
SS_INLINE uint64_t ss_hash_mix(uint64_t h)
{
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdULL;
    h ^= h >> 33;
    h *= 0xc4ceb9fe1a85ec53ULL;
    return h ^ (h >> 33);
}

typedef enum ss_ngram_kind { SS_NGRAM_HAN = 1, SS_NGRAM_WORD = 2, SS_NGRAM_PART = 3 } ss_ngram_kind;

/* A hash is begun with the kind, extended character by character, and ended with a bucket. */
SS_INLINE uint64_t ss_hash_begin(const ss_ngram_rules *rules, ss_ngram_kind kind)
{
    return ss_hash_mix(((uint64_t)rules->seed << 8) + (uint64_t)kind);
}

SS_INLINE uint64_t ss_hash_extend(uint64_t h, uint32_t code_point)
{
    return ss_hash_mix(h ^ ((uint64_t)code_point * 0x9e3779b97f4a7c15ULL));
}

SS_INLINE uint32_t ss_hash_bucket(uint64_t h, const ss_ngram_rules *rules)
{
    return (uint32_t)(h >> (64 - rules->bucket_bits));
}

SS_INLINE bool ss_in_word(ss_folded c)
{
    return SS_FOLDED_CLASS(c) == SS_CLASS_LETTER || SS_FOLDED_CLASS(c) == SS_CLASS_DIGIT;
}

/* A decimal point or thousands comma: between two digits. */
SS_INLINE bool ss_in_number(const ss_folded *text, size_t i, size_t length)
{
    return (SS_FOLDED_CODE(text[i]) == '.' || SS_FOLDED_CODE(text[i]) == ',') && i > 0 && i + 1 < length &&
           SS_FOLDED_CLASS(text[i - 1]) == SS_CLASS_DIGIT && SS_FOLDED_CLASS(text[i + 1]) == SS_CLASS_DIGIT;
}

/* The end of the run of Han characters or of the word that begins at `begin`; `begin` if none does. */
SS_INLINE size_t ss_run_end(const ss_folded *text, size_t begin, size_t length)
{
    size_t end = begin;
    if (SS_FOLDED_CLASS(text[begin]) == SS_CLASS_HAN) {
        while (end < length && SS_FOLDED_CLASS(text[end]) == SS_CLASS_HAN)
            end++;
    } else if (ss_in_word(text[begin])) {
        while (end < length && (ss_in_word(text[end]) || ss_in_number(text, end, length)))
            end++;
    }
    return end;
}

/* The characters of a word as they are hashed: boundaries added, without the commas of a number, and no more than
 * SS_WORD_MAX. place[i] is where in the text word[i] stands. The number of them. */
SS_INLINE size_t ss_word_spell(const ss_folded *text, size_t begin, size_t end, uint32_t word[SS_WORD_MAX + 2],
                               size_t place[SS_WORD_MAX + 2])
{
    size_t n = 0;
    place[n] = begin;
    word[n++] = SS_WORD_BEGIN;
    for (size_t i = begin; i < end && n <= SS_WORD_MAX; i++) {
        uint32_t c = SS_FOLDED_CODE(text[i]);
        if (c == ',') continue;
        place[n] = i;
        word[n++] = c;
    }
    place[n] = end - 1;
    word[n++] = SS_WORD_END;
    return n;
}

/* One n-gram met in a text: its bucket and the folded characters it covers, [begin, end). */
typedef struct ss_ngram {
    uint32_t bucket;
    uint32_t begin, end;
    uint32_t kind; /* ss_ngram_kind */
} ss_ngram;

/* Appends every n-gram of the folded text in reading order to *out, growing it; words without their parts if `parts` is
 * false. */
ss_status ss_ngrams_list(const ss_ngram_rules *rules, const ss_folded *text, size_t length, bool parts, ss_ngram **out,
                         size_t *count, size_t *capacity);

#define SS_NO_ROW UINT32_MAX /* of a bucket that the model does not know */

/* A row of the model met in a text, and how often. */
typedef struct ss_feature {
    uint32_t row;
    uint32_t count; /* at most 65,535 */
} ss_feature;

/* Counts the known n-grams of text after text, plainly; channels.h counts those of an article faster. */
typedef struct ss_ngram_counter ss_ngram_counter;

/* row_of_bucket[1 << bucket_bits] is borrowed: below row_count, or SS_NO_ROW. NULL: every bucket is its own row. */
ss_status ss_ngram_counter_new(ss_ngram_counter **out, const ss_ngram_rules *rules, const uint32_t *row_of_bucket,
                               uint32_t row_count);
void ss_ngram_counter_free(ss_ngram_counter *counter);

/* Adds the n-grams of a folded text to those counted since the last take. No n-gram reaches over two texts. */
ss_status ss_ngram_counter_add(ss_ngram_counter *counter, const ss_folded *text, size_t length);

/* The features counted so far, in order of first appearance; owned by the counter, valid until its next use, which
 * begins anew. */
void ss_ngram_counter_take(ss_ngram_counter *counter, const ss_feature **features, size_t *count);

#endif
