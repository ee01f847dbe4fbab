/* Which rows of the model an article meets, and how often: n-grams by the rules of src/host/ngram.h, a character a
 * thread. Each n-gram belongs to the thread of its first character; the word whole, and what begins with its boundary,
 * to that of the word's first. */
#ifndef SS_SKETCH_COUNT_CUH
#define SS_SKETCH_COUNT_CUH

#include "sketch_memory.cuh"

/* A count has three fields: of the title, of the lead, of the whole text. A field whose highest bit is set may take no
 * more: then the article is left to the CPU. */
#define IN_TEXT        1u
#define IN_LEAD        (1u << 13)
#define IN_TITLE       (1u << 23)
#define TEXT_COUNT(n)  ((n)&0x1fff)
#define LEAD_COUNT(n)  ((n) >> 13 & 0x3ff)
#define TITLE_COUNT(n) ((n) >> 23)
#define FULL           (1u << 12 | 1u << 22 | 1u << 31)

/* Begins and ends every text, so that no n-gram reaches over. */
#define BETWEEN_TEXTS 0xfffdu

/* The folded texts of an article: title, text and, where the end of the lead cuts a word, that word as it reads in the
 * lead, which counts there alone. */
struct article_texts {
    const ss_folded *folded;
    uint32_t title_end;
    uint32_t lead_end; /* before the cut word, if there is one */
    uint32_t text_end;
    uint32_t end;
};

struct counting {
    const ss_sketch_model &model;
    block_memory &memory;
    const article_texts texts;
    uint32_t slot_bits;
    bool fits;
};

static __device__ __forceinline__ bool in_word_or_number(const article_texts &texts, uint32_t at)
{
    return ss_in_word(texts.folded[at]) || ss_in_number(texts.folded, at, texts.end);
}

/* What an n-gram that ends with the character at `last` adds to its count. */
static __device__ __forceinline__ uint32_t section_of(const article_texts &texts, uint32_t last)
{
    if (last < texts.title_end) return IN_TITLE;
    if (last < texts.lead_end) return IN_LEAD + IN_TEXT;
    return last < texts.text_end ? IN_TEXT : IN_LEAD;
}

static __device__ __forceinline__ void count_ngram(counting &c, uint64_t hash, uint32_t section)
{
    const uint32_t row = c.model.row_of_bucket[ss_hash_bucket(hash, &c.model.rules)];
    if (row == SS_NO_ROW) return;
    const uint32_t slots = 1u << c.slot_bits;
    uint32_t slot = row * 0x9e3779b9u >> (32 - c.slot_bits);
    for (uint32_t looked = 0; looked < slots; looked++) {
        const uint32_t found = atomicCAS(&c.memory.row[slot], NO_ROW_YET, row);
        if (found == NO_ROW_YET || found == row) {
            if ((atomicAdd(&c.memory.count[slot], section) & FULL) != 0) c.fits = false;
            return;
        }
        slot = (slot + 1) & (slots - 1);
    }
    c.fits = false;
}

static __device__ __forceinline__ void count_han(counting &c, uint32_t at)
{
    uint64_t hash = c.model.begin[SS_NGRAM_HAN];
    const uint32_t longest = (uint32_t)c.model.rules.han_max;
    for (uint32_t i = at; i < at + longest && SS_FOLDED_CLASS(c.texts.folded[i]) == SS_CLASS_HAN; i++) {
        hash = ss_hash_extend(hash, SS_FOLDED_CODE(c.texts.folded[i]));
        count_ngram(c, hash, section_of(c.texts, i));
    }
}

/* The characters of a word one after the other, as ss_word_spell() gives them. */
struct speller {
    uint32_t at;
    uint32_t left; /* that are looked at */
};

/* SS_WORD_END past the last. */
static __device__ __forceinline__ uint32_t spell(const article_texts &texts, speller &next)
{
    if (next.left == 0 || !in_word_or_number(texts, next.at)) return SS_WORD_END;
    const uint32_t code = SS_FOLDED_CODE(texts.folded[next.at++]);
    next.left--;
    if (SS_FOLDED_CODE(texts.folded[next.at]) == ',' && in_word_or_number(texts, next.at)) next.at++;
    return code;
}

static __device__ __forceinline__ void count_whole_word(counting &c, speller next, uint32_t section)
{
    uint64_t hash = ss_hash_extend(c.model.begin[SS_NGRAM_WORD], SS_WORD_BEGIN);
    uint32_t code;
    do {
        code = spell(c.texts, next);
        hash = ss_hash_extend(hash, code);
    } while (code != SS_WORD_END);
    count_ngram(c, hash, section);
}

/* Those that begin with `first`. The word whole is no part of itself. */
static __device__ __forceinline__ void count_parts(counting &c, uint32_t first, speller next, uint32_t section)
{
    uint64_t hash = ss_hash_extend(c.model.begin[SS_NGRAM_PART], first);
    const uint32_t shortest = (uint32_t)c.model.rules.latin_min, longest = (uint32_t)c.model.rules.latin_max;
    for (uint32_t size = 2; size <= longest; size++) {
        const uint32_t code = spell(c.texts, next);
        if (code == SS_WORD_END && first == SS_WORD_BEGIN) return;
        hash = ss_hash_extend(hash, code);
        if (size >= shortest) count_ngram(c, hash, section);
        if (code == SS_WORD_END) return;
    }
}

/* How many characters of its word are spelled before the one at `at`, or SS_WORD_MAX if more are; and where it begins. */
static __device__ __forceinline__ uint32_t spelled_before(const article_texts &texts, uint32_t at, uint32_t *begin)
{
    uint32_t spelled = 0;
    for (*begin = at; spelled < SS_WORD_MAX && in_word_or_number(texts, *begin - 1);)
        spelled += SS_FOLDED_CODE(texts.folded[--*begin]) != ',';
    return spelled;
}

static __device__ __forceinline__ void count_in_word(counting &c, uint32_t at)
{
    uint32_t begin;
    const uint32_t spelled = spelled_before(c.texts, at, &begin), section = section_of(c.texts, at);
    if (spelled == SS_WORD_MAX || SS_FOLDED_CODE(c.texts.folded[at]) == ',') return;
    const bool number = SS_FOLDED_CLASS(c.texts.folded[begin]) == SS_CLASS_DIGIT;
    speller next = {at, SS_WORD_MAX - spelled};
    if (begin == at) count_whole_word(c, next, section);
    if (number) return;
    if (begin == at) count_parts(c, SS_WORD_BEGIN, next, section);
    const uint32_t first = spell(c.texts, next);
    count_parts(c, first, next, section);
}

/* All n-grams of an article into the empty table; whether it could take them. */
static __device__ __forceinline__ bool count_ngrams(block_memory &memory, const ss_sketch_model &model,
                                                    const article_texts &texts, uint32_t slot_bits)
{
    counting c = {model, memory, texts, slot_bits, true};
    for (uint32_t at = 1 + threadIdx.x; at < texts.end; at += SKETCH_THREADS) {
        if (SS_FOLDED_CLASS(texts.folded[at]) == SS_CLASS_HAN) {
            count_han(c, at);
        } else if (in_word_or_number(texts, at)) {
            count_in_word(c, at);
        }
    }
    return c.fits;
}

#endif
