/* What a model file holds, from anybody: it is refused, or it does no harm when used. The first byte chooses a part. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "bytes_file.h"
#include "linker.h"
#include "standalone.h"
#include "store_linker.h"
#include "tiny_model.h"

static void load_fold(const uint8_t *data, size_t size)
{
    ss_fold *fold;
    if (ss_fold_load(&fold, data, size) != SS_OK) return;
    static const char text[] = "Abc 12,345.6 é 中國\xf0\xa0\x80\x80 \xff ﷺ";
    ss_folded *folded = NULL;
    size_t count = 0, capacity = 0;
    ss_fold_text(fold, text, sizeof text - 1, &folded, NULL, &count, &capacity);
    free(folded);
    ss_fold_free(fold);
}

/* Arrays of a lexicon out of the bytes. */
static void index_lexicon(const uint8_t *data, size_t size)
{
    const size_t entries = size > 0 ? data[0] % 8u : 0, translations = size > 1 ? data[1] % 16u : 0,
                 words = size > 2 ? data[2] % 8u : 0;
    ss_lexicon *lexicon;
    if (ss_lexicon_new(&lexicon, entries, translations, words) != SS_OK) abort();
    const struct {
        void *to;
        size_t size;
    } arrays[] = {{lexicon->entry_hash, entries * sizeof *lexicon->entry_hash},
                  {lexicon->entry_information, entries * sizeof *lexicon->entry_information},
                  {lexicon->entry_length, entries},
                  {lexicon->entry_kind, entries},
                  {lexicon->entry_size, entries},
                  {lexicon->translation, translations * sizeof *lexicon->translation},
                  {lexicon->word_hash, words * sizeof *lexicon->word_hash},
                  {lexicon->word_information, words * sizeof *lexicon->word_information},
                  {lexicon->word_kind, words}};
    size_t at = size < 3 ? size : 3;
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        size_t have = size - at < arrays[i].size ? size - at : arrays[i].size;
        if (have > 0) memcpy(arrays[i].to, data + at, have);
        at += have;
    }
    if (ss_lexicon_index(lexicon) == SS_OK) {
        for (size_t i = 0; i < entries; i++)
            ss_lexicon_find_entry(lexicon, (uint64_t)lexicon->entry_hash[i] << 32, 2);
        for (size_t i = 0; i < words; i++)
            ss_lexicon_find_word(lexicon, lexicon->word_hash[i]);
    }
    ss_lexicon_free(lexicon);
}

static void judge(const uint8_t *data, size_t size)
{
    ss_linker linker = tiny_linker();
    ss_boost *boosts[] = {&linker.alone, &linker.near, &linker.company};
    for (size_t b = 0; b < 3; b++) {
        for (size_t t = 0; t < boosts[b]->tree_count; t++) {
            size_t have = size < sizeof(ss_tree) ? size : sizeof(ss_tree);
            if (have > 0) memcpy(&boosts[b]->tree[t], data, have);
            data += have;
            size -= have;
        }
    }
    if (ss_linker_find_fault(&linker) == NULL) {
        float feature[SS_LINKER_FEATURES] = {0};
        double share[SS_LINKER_FEATURES];
        ss_boost_shares(&linker.company, feature, share);
        if (!(ss_boost_probability(ss_boost_log_odds(&linker.company, feature)) >= 0)) abort();
    }
    ss_linker_clear(&linker);
}

static void load_whole(const uint8_t *data, size_t size)
{
    ss_model *model;
    ss_model_load(&model, file_of(data, size));
    ss_model_free(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    void (*const part[])(const uint8_t *data, size_t size) = {load_fold, index_lexicon, judge, load_whole};
    part[data[0] % 4](data + 1, size - 1);
    return 0;
}
