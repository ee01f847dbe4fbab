#include "store_lexicon.h"

#include <string.h>

#include "status.h"

#define GROUP "lexicon"

static const ss_column attribution_attribute = {"attribution", SS_TEXT, offsetof(ss_lexicon, attribution), NULL, NULL};

typedef struct array {
    ss_column column;
    void *values;
    size_t size, count; /* bytes of a value; values */
} array;

#define ARRAYS 9

static void list_arrays(array list[ARRAYS], const ss_lexicon *l)
{
    const array all[ARRAYS] = {
        {{GROUP "/entry_hash", SS_UINT32, 0, "hash of the Chinese characters, ascending", NULL},
         l->entry_hash,
         4,
         l->entry_count},
        {{GROUP "/entry_information", SS_UINT16, 0,
          "log2(news items / items that hold the entry, or its most common translation if these are more)",
          "1/256 bit"},
         l->entry_information,
         2,
         l->entry_count},
        {{GROUP "/entry_length", SS_UINT8, 0, "characters", NULL}, l->entry_length, 1, l->entry_count},
        {{GROUP "/entry_kind", SS_UINT8, 0, "0 word, 1 person, 2 place, 3 organisation, 4 other name", NULL},
         l->entry_kind,
         1,
         l->entry_count},
        {{GROUP "/entry_size", SS_UINT8, 0, "how many of the translations' words are its own", NULL},
         l->entry_size,
         1,
         l->entry_count},
        {{GROUP "/translation", SS_UINT32, 0,
          "rows of the words, entry after entry; the highest bit is set on the last of a translation", NULL},
         l->translation,
         4,
         l->translation_count},
        {{GROUP "/word_hash", SS_UINT32, 0, "hash of the stem of an English word, ascending", NULL},
         l->word_hash,
         4,
         l->word_count},
        {{GROUP "/word_information", SS_UINT16, 0, "log2(news items / items that hold the word)", "1/256 bit"},
         l->word_information,
         2,
         l->word_count},
        {{GROUP "/word_kind", SS_UINT8, 0, "as of an entry", NULL}, l->word_kind, 1, l->word_count},
    };
    memcpy(list, all, sizeof all);
}

ss_status ss_lexicon_write(ss_h5 *file, const ss_lexicon *lexicon)
{
    if (lexicon == NULL) return SS_OK;
    SS_TRY(ss_h5_write_group(file, GROUP, "Chinese words and names with their translations, and words of the news"));
    SS_TRY(ss_h5_write_attributes(file, GROUP, &attribution_attribute, 1, lexicon));
    array list[ARRAYS];
    list_arrays(list, lexicon);
    for (size_t i = 0; i < ARRAYS; i++)
        SS_TRY(ss_h5_write_column(file, &list[i].column, list[i].values, list[i].size, list[i].count));
    return SS_OK;
}

static ss_status read_arrays(ss_h5 *file, ss_lexicon *lexicon)
{
    SS_TRY(ss_h5_read_attributes(file, GROUP, &attribution_attribute, 1, lexicon));
    array list[ARRAYS];
    list_arrays(list, lexicon);
    for (size_t i = 0; i < ARRAYS; i++)
        SS_TRY(ss_h5_read_column(file, &list[i].column, list[i].values, list[i].size, list[i].count));
    ss_status status = ss_lexicon_index(lexicon);
    return status == SS_ERROR_INPUT ? ss_h5_damaged(file, "%s", ss_last_error()) : status;
}

ss_status ss_lexicon_read(ss_h5 *file, ss_lexicon **out)
{
    *out = NULL;
    if (!ss_h5_has(file, GROUP)) return SS_OK;
    size_t entries, translations, words, ignored;
    SS_TRY(ss_h5_extent(file, GROUP "/entry_hash", &entries, &ignored));
    SS_TRY(ss_h5_extent(file, GROUP "/translation", &translations, &ignored));
    SS_TRY(ss_h5_extent(file, GROUP "/word_hash", &words, &ignored));
    if (entries > UINT32_MAX || translations > UINT32_MAX || words > UINT32_MAX)
        return ss_h5_damaged(file, "its lexicon is too large");
    ss_lexicon *lexicon;
    SS_TRY(ss_lexicon_new(&lexicon, entries, translations, words));
    ss_status status = read_arrays(file, lexicon);
    if (status != SS_OK) {
        ss_lexicon_free(lexicon);
        return status;
    }
    *out = lexicon;
    return SS_OK;
}

static uint32_t value_of(const array *a, size_t i)
{
    if (a->size == 1) return ((const uint8_t *)a->values)[i];
    if (a->size == 2) return ((const uint16_t *)a->values)[i];
    return ((const uint32_t *)a->values)[i];
}

void ss_lexicon_digest(ss_digest *digest, const ss_lexicon *lexicon)
{
    if (lexicon == NULL) return;
    static const char domain[] = GROUP;
    ss_digest_bytes(digest, domain, sizeof domain);
    array list[ARRAYS];
    list_arrays(list, lexicon);
    for (const array *a = list; a < list + ARRAYS; a++) {
        ss_digest_number(digest, a->count, 8);
        for (size_t i = 0; i < a->count; i++)
            ss_digest_number(digest, value_of(a, i), a->size);
    }
}
