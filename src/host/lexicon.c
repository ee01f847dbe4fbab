#include "lexicon.h"

#include <stdlib.h>
#include <string.h>

#include "status.h"

#define INDEX_BITS SS_LEXICON_INDEX_BITS
#define INDEX_SIZE ((1u << INDEX_BITS) + 1)

const char *ss_term_kind_name(ss_term_kind kind)
{
    static const char *const names[SS_TERM_KINDS] = {"word", "person", "place", "organisation", "name", "latin"};
    return names[kind];
}

ss_status ss_lexicon_new(ss_lexicon **out, size_t entries, size_t translations, size_t words)
{
    *out = NULL;
    ss_lexicon *l = calloc(1, sizeof *l);
    if (l == NULL) return ss_fail_memory(sizeof *l);
    l->entry_count = entries;
    l->translation_count = translations;
    l->word_count = words;
    l->entry_hash = calloc(entries + 1, sizeof *l->entry_hash);
    l->entry_information = calloc(entries + 1, sizeof *l->entry_information);
    l->entry_length = calloc(entries + 1, 1);
    l->entry_kind = calloc(entries + 1, 1);
    l->entry_size = calloc(entries + 1, 1);
    l->translation = calloc(translations + SS_WORDS_AHEAD, sizeof *l->translation);
    l->word_hash = calloc(words + 1, sizeof *l->word_hash);
    l->word_information = calloc(words + 1, sizeof *l->word_information);
    l->word_kind = calloc(words + 1, 1);
    if (l->entry_hash == NULL || l->entry_information == NULL || l->entry_length == NULL || l->entry_kind == NULL ||
        l->entry_size == NULL || l->translation == NULL || l->word_hash == NULL || l->word_information == NULL ||
        l->word_kind == NULL) {
        ss_lexicon_free(l);
        return ss_fail_memory(entries * 9 + translations * 4 + words * 7);
    }
    *out = l;
    return SS_OK;
}

void ss_lexicon_free(ss_lexicon *lexicon)
{
    if (lexicon == NULL) return;
    free(lexicon->entry_hash);
    free(lexicon->entry_information);
    free(lexicon->entry_length);
    free(lexicon->entry_kind);
    free(lexicon->entry_size);
    free(lexicon->translation);
    free(lexicon->word_hash);
    free(lexicon->word_information);
    free(lexicon->word_kind);
    free(lexicon->attribution);
    free(lexicon->entry_begin);
    free(lexicon->entry_index);
    free(lexicon->entry_seen);
    free(lexicon->word_index);
    free(lexicon);
}

/* ------------------------------------------------------------- checking */

static bool ascending(const uint32_t *hash, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (hash[i] <= hash[i - 1]) return false;
    return true;
}

/* The translations of one entry: short enough, of words that are there, the last one ended. */
static bool sound_translations(const ss_lexicon *l, uint32_t begin, uint32_t end)
{
    size_t words = 0;
    for (uint32_t i = begin; i < end; i++) {
        if ((l->translation[i] & ~SS_LAST_WORD) >= l->word_count || ++words > SS_TRANSLATION_MAX) return false;
        if (l->translation[i] & SS_LAST_WORD) words = 0;
    }
    return end > begin && words == 0;
}

static const char *find_fault(const ss_lexicon *l)
{
    if (!ascending(l->entry_hash, l->entry_count) || !ascending(l->word_hash, l->word_count))
        return "its hashes are out of order";
    for (size_t i = 0; i < l->word_count; i++)
        if (l->word_kind[i] >= SS_TERM_LATIN) return "a word is of no known kind";
    for (size_t i = 0; i < l->entry_count; i++) {
        if (l->entry_kind[i] >= SS_TERM_LATIN) return "an entry is of no known kind";
        if (l->entry_length[i] < SS_ENTRY_MIN || l->entry_length[i] > SS_ENTRY_MAX)
            return "an entry is too short or too long";
        if (l->entry_begin[i + 1] > l->translation_count ||
            !sound_translations(l, l->entry_begin[i], l->entry_begin[i + 1]))
            return "the translations of an entry are damaged";
    }
    return l->entry_begin[l->entry_count] == l->translation_count ? NULL : "entries and translations don't fit";
}

/* ------------------------------------------------------------- look-ups */

static void fill_index(uint32_t *index, const uint32_t *hash, size_t count)
{
    size_t at = 0;
    for (uint32_t high = 0; high < INDEX_SIZE; high++) {
        while (at < count && hash[at] >> (32 - INDEX_BITS) < high)
            at++;
        index[high] = (uint32_t)at;
    }
}

static uint32_t find(const uint32_t *index, const uint32_t *hash, uint32_t wanted)
{
    uint32_t high = wanted >> (32 - INDEX_BITS);
    for (uint32_t i = index[high]; i < index[high + 1] && hash[i] <= wanted; i++)
        if (hash[i] == wanted) return i;
    return SS_NOT_LISTED;
}

ss_status ss_lexicon_index(ss_lexicon *l)
{
    if (l->entry_count >= SS_LAST_WORD / 2 || l->word_count >= SS_LAST_WORD / 2 ||
        l->translation_count >= SS_LAST_WORD / 2)
        return ss_fail(SS_ERROR_INPUT, "the model's lexicon is too large");
    l->entry_begin = malloc((l->entry_count + 1) * sizeof *l->entry_begin);
    l->entry_index = malloc(INDEX_SIZE * sizeof *l->entry_index);
    l->word_index = malloc(INDEX_SIZE * sizeof *l->word_index);
    l->entry_seen = calloc((1u << SS_LEXICON_SEEN_BITS) / 64, sizeof *l->entry_seen);
    if (l->entry_begin == NULL || l->entry_index == NULL || l->word_index == NULL || l->entry_seen == NULL)
        return ss_fail_memory((l->entry_count + 2 * INDEX_SIZE) * sizeof(uint32_t));
    l->entry_begin[0] = 0;
    for (size_t i = 0; i < l->entry_count; i++)
        l->entry_begin[i + 1] = l->entry_begin[i] + l->entry_size[i];
    const char *fault = find_fault(l);
    if (fault != NULL) return ss_fail(SS_ERROR_INPUT, "the model's lexicon is damaged: %s", fault);
    fill_index(l->entry_index, l->entry_hash, l->entry_count);
    for (size_t i = 0; i < l->entry_count; i++) {
        uint32_t bit = l->entry_hash[i] >> (32 - SS_LEXICON_SEEN_BITS);
        l->entry_seen[bit / 64] |= (uint64_t)1 << bit % 64;
    }
    fill_index(l->word_index, l->word_hash, l->word_count);
    l->unknown = 0;
    for (size_t i = 0; i < l->word_count; i++)
        if (l->word_information[i] > l->unknown) l->unknown = l->word_information[i];
    return SS_OK;
}

uint32_t ss_lexicon_find_entry(const ss_lexicon *lexicon, uint64_t hash, size_t length)
{
    if (!ss_lexicon_may_hold(lexicon, hash)) return SS_NOT_LISTED;
    uint32_t i = find(lexicon->entry_index, lexicon->entry_hash, (uint32_t)(hash >> 32));
    return i == SS_NOT_LISTED || lexicon->entry_length[i] != length ? SS_NOT_LISTED : i;
}

uint32_t ss_lexicon_find_word(const ss_lexicon *lexicon, uint32_t hash)
{
    return find(lexicon->word_index, lexicon->word_hash, hash);
}
