/* The lexicon: what Chinese words and names are called in English, and how telling the words of both languages are in
 * the news. A compact table of hashes that is part of a model.
 *
 * Kept as plain arrays for the model file. Entries are Han sequences of 2 .. 8 characters, folded, by their hash;
 * translations are lists of English words, by their place among the words. */
#ifndef SS_LEXICON_H
#define SS_LEXICON_H

#include "fold.h"
#include "ngram.h"

#define SS_ENTRY_MIN       2 /* Han characters of an entry */
#define SS_ENTRY_MAX       8
#define SS_TRANSLATION_MAX 6           /* English words of one translation */
#define SS_LAST_WORD       0x80000000u /* of a translation */
#define SS_WORDS_AHEAD     8           /* words that may be read from any place of lexicon->translation on */
#define SS_NOT_LISTED      UINT32_MAX

typedef enum ss_term_kind {
    SS_TERM_WORD = 0,
    SS_TERM_PERSON,
    SS_TERM_PLACE,
    SS_TERM_ORGANISATION,
    SS_TERM_NAME,  /* of anything else, or of who knows what */
    SS_TERM_LATIN, /* a word in Latin letters in a Chinese text: mostly a name. Not in a lexicon */
    SS_TERM_KINDS
} ss_term_kind;

typedef struct ss_lexicon {
    size_t entry_count;
    uint32_t *entry_hash;        /* ascending */
    uint16_t *entry_information; /* bits it tells, in 1/256: of the commoner of the entry and its translations */
    uint8_t *entry_length;       /* characters, so that chance seldom takes another text of this hash for the entry */
    uint8_t *entry_kind;         /* ss_term_kind */
    uint8_t *entry_size;         /* words of all its translations */
    size_t translation_count;    /* words of all translations of all entries, one after the other */
    uint32_t *translation;       /* place of the word; SS_LAST_WORD set on the last of a translation */
    size_t word_count;
    uint32_t *word_hash; /* ascending; of the stem (english.h) */
    uint16_t *word_information;
    uint8_t *word_kind;
    char *attribution; /* where the entries come from, and their licences */
    /* Not in the file */
    uint16_t unknown; /* information of a word that is not listed: more than of any that is */
    uint32_t *entry_begin, *entry_index, *word_index;
    uint64_t *entry_seen; /* bits of hashes */
} ss_lexicon;

/* Arrays of these lengths, zeroed, to be filled in and then indexed. */
ss_status ss_lexicon_new(ss_lexicon **out, size_t entries, size_t translations, size_t words);
void ss_lexicon_free(ss_lexicon *lexicon);

/* Checks everything that a look-up relies on and makes look-ups possible. SS_ERROR_INPUT for what is no lexicon. */
ss_status ss_lexicon_index(ss_lexicon *lexicon);

/* Reads lines of "zh<TAB>en<TAB>kind<TAB>information", as scripts/prepare-lexicon writes them; information in bits, may
 * be missing and is then the largest. A line without zh is an English word of the background; "# ..." at the beginning
 * is the attribution. Bad lines are told and passed over. */
ss_status ss_lexicon_from_tsv(ss_lexicon **out, const char *path, const ss_fold *fold, const ss_job *job);

/* Hash of a Han sequence, made character by character: begin with SS_ENTRY_HASH. */
#define SS_ENTRY_HASH ((uint64_t)SS_NGRAM_HAN)
static inline uint64_t ss_entry_hash_extend(uint64_t h, ss_folded character)
{
    return ss_hash_extend(h, SS_FOLDED_CODE(character));
}

/* Hashes are spread evenly, so that the place of one is told by its high bits but for a few steps. */
#define SS_LEXICON_INDEX_BITS 16
#define SS_LEXICON_SEEN_BITS  20 /* a bit for each hash that begins so */

/* False for five in six of the sequences that are no entry. */
static inline bool ss_lexicon_may_hold(const ss_lexicon *lexicon, uint64_t hash)
{
    uint64_t bit = hash >> (64 - SS_LEXICON_SEEN_BITS);
    return lexicon->entry_seen[bit / 64] >> bit % 64 & 1;
}

/* Asks for what finding an entry needs. */
static inline void ss_lexicon_prefetch(const ss_lexicon *lexicon, uint64_t hash)
{
    uint32_t at = lexicon->entry_index[hash >> (64 - SS_LEXICON_INDEX_BITS)];
    __builtin_prefetch(&lexicon->entry_hash[at]);
    __builtin_prefetch(&lexicon->entry_length[at]);
}

/* Place of the entry with this hash and number of characters, or of the word with this hash; or SS_NOT_LISTED. */
uint32_t ss_lexicon_find_entry(const ss_lexicon *lexicon, uint64_t hash, size_t length);
uint32_t ss_lexicon_find_word(const ss_lexicon *lexicon, uint32_t hash);

/* "word", "person", "place", "organisation", "name", "latin" */
const char *ss_term_kind_name(ss_term_kind kind);

#endif
