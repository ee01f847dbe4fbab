/* A lexicon out of a table of texts. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "english.h"
#include "lexicon.h"
#include "lines.h"
#include "status.h"

#define NOT_TOLD       UINT16_MAX /* information that a line does not give */
#define LARGEST_BITS   255        /* fits, and is less than NOT_TOLD */
#define DEFAULT_BITS   16         /* where no line gives any */
#define ENTRY_SIZE_MAX UINT8_MAX

/* One line: an entry with one of its translations. */
typedef struct draft_entry {
    uint32_t hash;
    uint32_t order;                    /* of lines */
    uint32_t word[SS_TRANSLATION_MAX]; /* hashes */
    uint16_t information;
    uint8_t length, kind, word_count;
} draft_entry;

typedef struct draft_word {
    uint32_t hash;
    uint32_t order; /* words of the background come before those that only translations have */
    uint16_t information;
    uint8_t kind;
} draft_word;

typedef struct draft {
    const ss_fold *fold;
    draft_entry *entry;
    size_t entry_count, entry_capacity;
    draft_word *word;
    size_t word_count, word_capacity;
    char *attribution;
    size_t attribution_length, attribution_capacity;
    ss_folded *folded;
    size_t folded_capacity;
    uint16_t largest;
} draft;

/* ------------------------------------------------------------- one line */

static ss_status parse_kind(uint8_t *kind, const char *text)
{
    for (int k = SS_TERM_WORD; k < SS_TERM_LATIN; k++) {
        if (strcmp(text, ss_term_kind_name((ss_term_kind)k)) != 0) continue;
        *kind = (uint8_t)k;
        return SS_OK;
    }
    return ss_fail(SS_ERROR_INPUT, "the kind is '%.40s', not word, person, place, organisation or name", text);
}

static ss_status parse_information(uint16_t *information, const char *text)
{
    char *end;
    errno = 0;
    double bits = strtod(text, &end);
    if (end == text || *end != '\0' || errno != 0 || !(bits >= 0 && bits <= LARGEST_BITS))
        return ss_fail(SS_ERROR_INPUT, "'%.40s' is no number of bits from 0 to %d", text, LARGEST_BITS);
    *information = (uint16_t)lround(bits * 256);
    return SS_OK;
}

static ss_status fold(draft *d, const char *text, size_t *count)
{
    *count = 0;
    return ss_fold_text(d->fold, text, strlen(text), &d->folded, NULL, count, &d->folded_capacity);
}

static ss_status parse_chinese(draft *d, draft_entry *entry, const char *text)
{
    size_t count;
    SS_TRY(fold(d, text, &count));
    uint64_t h = SS_ENTRY_HASH;
    bool han = count >= SS_ENTRY_MIN && count <= SS_ENTRY_MAX;
    for (size_t i = 0; han && i < count; i++) {
        han = SS_FOLDED_CLASS(d->folded[i]) == SS_CLASS_HAN;
        h = ss_entry_hash_extend(h, d->folded[i]);
    }
    if (!han)
        return ss_fail(SS_ERROR_INPUT, "'%.60s' is not a Chinese word of %d to %d characters", text, SS_ENTRY_MIN,
                       SS_ENTRY_MAX);
    entry->hash = (uint32_t)(h >> 32);
    entry->length = (uint8_t)count;
    return SS_OK;
}

static ss_status parse_english(draft *d, draft_entry *entry, const char *text)
{
    size_t count, at = 0, words = 0;
    SS_TRY(fold(d, text, &count));
    for (ss_english_word word; ss_english_next(d->folded, count, &at, &word);) {
        if (words == SS_TRANSLATION_MAX)
            return ss_fail(SS_ERROR_INPUT, "'%.60s' has more than %d words", text, SS_TRANSLATION_MAX);
        entry->word[words++] = word.hash;
    }
    if (words == 0) return ss_fail(SS_ERROR_INPUT, "'%.60s' has no English word that tells something", text);
    entry->word_count = (uint8_t)words;
    return SS_OK;
}

static ss_status add_word(draft *d, uint32_t hash, uint16_t information, uint8_t kind, uint32_t order)
{
    SS_TRY(ss_grow((void **)&d->word, &d->word_capacity, d->word_count + 1, sizeof *d->word));
    d->word[d->word_count++] = (draft_word){hash, order, information, kind};
    return SS_OK;
}

static ss_status add_attribution(draft *d, const ss_line *line)
{
    SS_TRY(ss_grow((void **)&d->attribution, &d->attribution_capacity, d->attribution_length + line->length + 2, 1));
    const char *text = line->text + 1;
    text += *text == ' ';
    if (d->attribution_length > 0) d->attribution[d->attribution_length++] = ' ';
    size_t length = strlen(text);
    memcpy(d->attribution + d->attribution_length, text, length);
    d->attribution_length += length;
    return SS_OK;
}

static ss_status take_line(void *context, const ss_line *line)
{
    draft *d = context;
    if (line->text[0] == '#') return add_attribution(d, line);
    char *field[4];
    size_t fields = ss_split_tabs(line->text, field, 4);
    if (fields < 3) return ss_fail(SS_ERROR_INPUT, "an entry is zh, en, kind and information with tabs between them");
    draft_entry entry = {.information = NOT_TOLD, .order = (uint32_t)line->number};
    SS_TRY(parse_kind(&entry.kind, field[2]));
    if (fields == 4) SS_TRY(parse_information(&entry.information, field[3]));
    SS_TRY(parse_english(d, &entry, field[1]));
    if (entry.information != NOT_TOLD && entry.information > d->largest) d->largest = entry.information;
    if (*field[0] == '\0') return add_word(d, entry.word[0], entry.information, entry.kind, 0);
    SS_TRY(parse_chinese(d, &entry, field[0]));
    for (size_t i = 0; i < entry.word_count; i++)
        SS_TRY(add_word(d, entry.word[i], NOT_TOLD, entry.kind, entry.order));
    SS_TRY(ss_grow((void **)&d->entry, &d->entry_capacity, d->entry_count + 1, sizeof *d->entry));
    d->entry[d->entry_count++] = entry;
    return SS_OK;
}

/* ------------------------------------------------------------ the whole */

static int compare_entries(const void *left, const void *right)
{
    const draft_entry *a = left, *b = right;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

/* Of forms of one stem the most common is first. */
static int compare_words(const void *left, const void *right)
{
    const draft_word *a = left, *b = right;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    if (a->information != b->information) return a->information < b->information ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

/* Lines of one entry, or whose hashes happen to be equal, become one entry; what has no room in it is left out. */
static void merge(draft *d, size_t *entries, size_t *translations)
{
    size_t kept = 0, size = 0;
    *entries = *translations = 0;
    for (size_t i = 0; i < d->entry_count; i++) {
        draft_entry *entry = &d->entry[i];
        bool begins = kept == 0 || d->entry[kept - 1].hash != entry->hash;
        size = begins ? entry->word_count : size + entry->word_count;
        if (size > ENTRY_SIZE_MAX) {
            size -= entry->word_count;
            continue;
        }
        *entries += begins;
        *translations += entry->word_count;
        d->entry[kept++] = *entry;
    }
    d->entry_count = kept;
    kept = 0;
    for (size_t i = 0; i < d->word_count; i++)
        if (kept == 0 || d->word[kept - 1].hash != d->word[i].hash) d->word[kept++] = d->word[i];
    d->word_count = kept;
}

static uint32_t place_of(const draft *d, uint32_t hash)
{
    size_t low = 0, high = d->word_count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (d->word[middle].hash <= hash)
            low = middle;
        else
            high = middle;
    }
    return (uint32_t)low;
}

static uint16_t information_or(uint16_t information, uint16_t otherwise)
{
    return information == NOT_TOLD ? otherwise : information;
}

static void fill(ss_lexicon *l, const draft *d)
{
    size_t at = 0, translations = 0;
    uint16_t largest = d->largest > 0 ? d->largest : DEFAULT_BITS * 256;
    for (size_t i = 0; i < d->entry_count; i++) {
        const draft_entry *entry = &d->entry[i];
        if (i == 0 || entry->hash != d->entry[i - 1].hash) {
            l->entry_hash[at] = entry->hash;
            l->entry_information[at] = information_or(entry->information, largest);
            l->entry_length[at] = entry->length;
            l->entry_kind[at++] = entry->kind;
        }
        l->entry_size[at - 1] = (uint8_t)(l->entry_size[at - 1] + entry->word_count);
        for (size_t k = 0; k < entry->word_count; k++)
            l->translation[translations++] = place_of(d, entry->word[k]);
        l->translation[translations - 1] |= SS_LAST_WORD;
    }
    for (size_t i = 0; i < d->word_count; i++) {
        l->word_hash[i] = d->word[i].hash;
        l->word_information[i] = information_or(d->word[i].information, largest);
        l->word_kind[i] = d->word[i].kind;
    }
}

static ss_status build(ss_lexicon **out, draft *d)
{
    if (d->entry_count > 0) qsort(d->entry, d->entry_count, sizeof *d->entry, compare_entries);
    if (d->word_count > 0) qsort(d->word, d->word_count, sizeof *d->word, compare_words);
    size_t entries, translations;
    merge(d, &entries, &translations);
    SS_TRY(ss_lexicon_new(out, entries, translations, d->word_count));
    fill(*out, d);
    SS_TRY(ss_copy_text(&(*out)->attribution, d->attribution, d->attribution_length));
    return ss_lexicon_index(*out);
}

ss_status ss_lexicon_from_tsv(ss_lexicon **out, const char *path, const ss_fold *fold, const ss_job *job)
{
    *out = NULL;
    draft d = {.fold = fold};
    ss_lexicon *lexicon = NULL;
    ss_status status = ss_lines_read(path, take_line, &d, job);
    if (status == SS_OK) status = build(&lexicon, &d);
    free(d.entry);
    free(d.word);
    free(d.attribution);
    free(d.folded);
    if (status != SS_OK) {
        ss_lexicon_free(lexicon);
        return status;
    }
    *out = lexicon;
    return SS_OK;
}
