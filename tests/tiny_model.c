#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tiny_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "linker.h"
#include "result.h"
#include "status.h"

#define DIMENSION   16
#define BUCKET_BITS 12
#define BUCKETS     (1u << BUCKET_BITS)

ss_fold *tiny_fold(void)
{
    static uint8_t *bytes;
    static size_t size;
    ss_fold *fold;
    if (bytes == NULL) {
        assert_int_equal(ss_fold_from_icu(&fold), SS_OK);
        assert_int_equal(ss_fold_save(fold, &bytes, &size), SS_OK);
        ss_fold_free(fold);
    }
    assert_int_equal(ss_fold_load(&fold, bytes, size), SS_OK);
    return fold;
}

ss_model *tiny_model(void)
{
    ss_model *model = calloc(1, sizeof *model);
    assert_non_null(model);
    model->fold = tiny_fold();
    model->rules =
        (ss_ngram_rules){.han_max = 4, .latin_min = 3, .latin_max = 5, .bucket_bits = BUCKET_BITS, .seed = 7};
    model->dimension = DIMENSION;
    model->row_count = BUCKETS - BUCKETS / 8;
    model->row_of_bucket = malloc(BUCKETS * sizeof *model->row_of_bucket);
    model->row = malloc((size_t)model->row_count * DIMENSION);
    model->scale = malloc(model->row_count * sizeof *model->scale);
    model->information = malloc(model->row_count * sizeof *model->information);
    assert_true(model->row_of_bucket != NULL && model->row != NULL);
    assert_true(model->scale != NULL && model->information != NULL);
    for (uint32_t bucket = 0, row = 0; bucket < BUCKETS; bucket++)
        model->row_of_bucket[bucket] = bucket % 8 == 7 ? SS_NO_ROW : row++;
    for (uint32_t i = 0; i < model->row_count * DIMENSION; i++)
        model->row[i] = (int8_t)((int)(ss_hash_mix(i + 1) % 15) - 7);
    for (uint32_t row = 0; row < model->row_count; row++) {
        model->scale[row] = (uint16_t)(1000 + ss_hash_mix(row + 1000000) % 9000);
        model->information[row] = (uint16_t)(256 + ss_hash_mix(row + 2000000) % 3000);
    }
    assert_int_equal(ss_model_measure_rows(model), SS_OK);
    assert_int_equal(ss_set_text(&model->recipe, "{}"), SS_OK);
    return model;
}

void tiny_pair(size_t index, char zh[TINY_TEXT_SIZE], char en[TINY_TEXT_SIZE])
{
    static const char *const places[8][2] = {{"北京", "Beijing"}, {"上海", "Shanghai"}, {"伦敦", "London"},
                                             {"巴黎", "Paris"},   {"东京", "Tokyo"},    {"开罗", "Cairo"},
                                             {"悉尼", "Sydney"},  {"柏林", "Berlin"}};
    static const char *const subjects[8][2] = {{"市政府", "city government"}, {"中央银行", "central bank"},
                                               {"大学", "university"},        {"医院", "hospital"},
                                               {"航空公司", "airline"},       {"法院", "court"},
                                               {"足球队", "football team"},   {"博物馆", "museum"}};
    static const char *const verbs[8][2] = {{"宣布", "announces"},  {"取消", "cancels"}, {"推迟", "postpones"},
                                            {"批准", "approves"},   {"调查", "probes"},  {"拒绝", "rejects"},
                                            {"庆祝", "celebrates"}, {"出售", "sells"}};
    static const char *const objects[8][2] = {{"新计划", "a new plan"},    {"罢工", "a strike"},
                                              {"航班", "flights"},         {"选举", "the elections"},
                                              {"冠军赛", "the cup final"}, {"贷款", "loans"},
                                              {"疫苗", "vaccines"},        {"画展", "an exhibition of paintings"}};
    size_t place = index % 8, subject = (index + index / 8) % 8, verb = (3 * index + index / 64) % 8,
           object = (5 * index + index / 512) % 8;
    snprintf(zh, TINY_TEXT_SIZE, "%s%s%s%s", places[place][0], subjects[subject][0], verbs[verb][0],
             objects[object][0]);
    snprintf(en, TINY_TEXT_SIZE, "%s %s %s %s", places[place][1], subjects[subject][1], verbs[verb][1],
             objects[object][1]);
}

void tiny_pairs_write(const char *path, size_t first, size_t count)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (size_t i = first; i < first + count; i++) {
        char zh[TINY_TEXT_SIZE], en[TINY_TEXT_SIZE];
        tiny_pair(i, zh, en);
        fprintf(file, "%s\t%s\n", zh, en);
    }
    assert_int_equal(fclose(file), 0);
}

ss_train_options tiny_train_options(const char *const *path, const char *output)
{
    ss_train_options options = ss_train_options_default();
    options.paths = path;
    options.path_count = 1;
    options.output = output;
    options.description = "invented";
    options.rules.bucket_bits = 14;
    options.dimension = 32;
    options.rows = 4000;
    options.epochs = 4;
    options.batch = 24;
    options.held_out = 20;
    return options;
}

ss_model *tiny_trained_model(void)
{
    static const char *const paths[] = {"pairs.tsv"};
    tiny_pairs_write(paths[0], 0, 200);
    ss_train_options options = tiny_train_options(paths, "model.h5");
    ss_model *model;
    ss_job job = {.threads = 2};
    assert_int_equal(ss_train(&options, &job, NULL, NULL), SS_OK);
    assert_int_equal(ss_model_load(&model, "model.h5"), SS_OK);
    return model;
}

static void fill_leaf(ss_tree *tree, int node, float value)
{
    tree->value[node] = value;
    if (node >= SS_BOOST_SPLITS) return;
    tree->feature[node] = SS_BOOST_LEAF;
    fill_leaf(tree, 2 * node + 1, value);
    fill_leaf(tree, 2 * node + 2, value);
}

ss_tree tiny_stump(const char *feature, float threshold, float below, float above)
{
    ss_tree tree = {.missing_left = 1};
    uint8_t number = 0;
    while (strcmp(ss_linker_feature_names[number], feature) != 0)
        assert_true(++number < SS_LINKER_FEATURES);
    fill_leaf(&tree, 1, below);
    fill_leaf(&tree, 2, above);
    tree.feature[0] = number;
    tree.threshold[0] = threshold;
    tree.value[0] = (below + above) / 4;
    return tree;
}

static ss_boost make_boost(const ss_tree *tree, size_t count, int features, double bias)
{
    ss_boost boost = {.features = features, .tree_count = count, .tree = calloc(count, sizeof *tree), .bias = bias};
    assert_non_null(boost.tree);
    memcpy(boost.tree, tree, count * sizeof *tree);
    return boost;
}

ss_linker tiny_linker(void)
{
    const ss_tree alone[] = {tiny_stump("cosine", 0.5f, -2, 1), tiny_stump("shared names", 0.5f, -0.25f, 0.5f)},
                  near[] = {tiny_stump("cosine", 0.25f, -3, 3)},
                  company[] = {tiny_stump("the pair alone", 0, -1, 1), tiny_stump("support", 0.5f, -0.5f, 2),
                               tiny_stump("cosine", 0.9f, 0.125f, 0.25f)},
                  brief[] = {tiny_stump("shared names", 0.5f, -1, 0.75f)};
    return (ss_linker){.alone = make_boost(alone, 2, SS_FEATURES_ALONE, -0.5),
                       .near = make_boost(near, 1, SS_FEATURES_ALONE, 0.5),
                       .company = make_boost(company, 3, SS_LINKER_FEATURES, 0.125),
                       .brief = make_boost(brief, 1, SS_FEATURES_ALONE, -0.125),
                       .threshold = 0.5};
}

ss_article tiny_article(const char *id, ss_lang lang, const char *title, const char *text, int64_t day)
{
    ss_article article = {.lang = lang, .published = {.zone_minutes = SS_ZONE_UNKNOWN}};
    char **fields[] = {&article.id,    &article.url,  &article.source, &article.author,
                       &article.title, &article.text, &article.origin};
    const char *values[] = {id, "", "", "", title, text, id};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        assert_int_equal(ss_set_text(fields[i], values[i]), SS_OK);
    if (day != TINY_UNDATED) {
        article.published.seconds = day * 86400 + 43200;
        article.published.precision = SS_DATE_SECOND;
    }
    return article;
}
