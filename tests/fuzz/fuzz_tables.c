/* Files of tab-separated columns: labelled pairs, a lexicon, pairs of texts to train on. The first byte chooses; the last
 * seldom, since it asks ICU for a fold table each time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bytes_file.h"
#include "gold.h"
#include "standalone.h"
#include "tiny_model.h"
#include "train_data.h"

static void read_gold(const char *path)
{
    ss_gold gold = {0};
    ss_gold_read(&gold, path, NULL);
    for (size_t i = 0; i < gold.count; i++)
        if (gold.pair[i].a == NULL || gold.pair[i].b == NULL || gold.pair[i].label > SS_LABEL_SAME) abort();
    ss_gold_clear(&gold);
}

static void read_lexicon(const char *path)
{
    static ss_fold *fold;
    if (fold == NULL) fold = tiny_fold();
    ss_lexicon *lexicon;
    ss_lexicon_from_tsv(&lexicon, path, fold, NULL);
    ss_lexicon_free(lexicon);
}

static void read_training_pairs(const char *path)
{
    static ss_pool *pool;
    if (pool == NULL && ss_pool_new(&pool, 1) != SS_OK) abort();
    const char *paths[] = {path};
    ss_train_options options = tiny_train_options(paths, "none.h5");
    ss_training_set *set;
    ss_training_set_read(&set, &options, NULL, pool, NULL);
    ss_training_set_free(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    const char *path = file_of(data + 1, size - 1);
    if (data[0] == 0)
        read_training_pairs(path);
    else if (data[0] % 2 == 0)
        read_gold(path);
    else
        read_lexicon(path);
    return 0;
}
