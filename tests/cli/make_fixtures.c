/* Writes into a folder what the golden tests of the command line read: results.h5, made by hand so that its numbers
 * never change, and tiny.h5, a model whose rows are drawn from a fixed generator. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "result.h"
#include "status.h"

#define DIMENSION 4

/* ---------------------------------------------------------------- results */

typedef struct sample {
    const char *id, *title, *source, *url;
    ss_lang lang;
    ss_date published;
    int64_t event;
} sample;

#define SECOND(seconds, zone)                                                                                          \
    {                                                                                                                  \
        seconds, zone, SS_DATE_SECOND                                                                                  \
    }
#define DAY(seconds)                                                                                                   \
    {                                                                                                                  \
        seconds, SS_ZONE_UNKNOWN, SS_DATE_DAY                                                                          \
    }

/* 1709596800 is 2024-03-05T00:00:00Z. The title of b2 tries to move the cursor of the terminal. */
static const sample samples[] = {
    {"a1", "阿里云机房起火", "晨报", "https://example.org/a1", SS_LANG_ZH, SECOND(1709600400, 480), 0},
    {"b1", "Fire in a data centre of Alibaba Cloud", "Wire", "", SS_LANG_EN, SECOND(1709604000, 0), 0},
    {"b2", "Cloud outage\033[2J follows fire", "", "", SS_LANG_EN, DAY(1709683200), 0},
    {"d2", "茶价创下新高", "", "", SS_LANG_ZH, DAY(1709683200), 1},
    {"a3", "春茶价格创新高", "晚报", "", SS_LANG_ZH, DAY(1709769600), 1},
    {"c1", "Le prix du thé", "", "", SS_LANG_OTHER, DAY(1709769600), -1},
    {"b3", "", "", "", SS_LANG_EN, {0, SS_ZONE_UNKNOWN, SS_DATE_NONE}, -1},
};
#define SAMPLES (sizeof samples / sizeof *samples)

/* Evidence that was looked at, that found little, that was not looked at, and of a copy. */
static const ss_link links[] = {
    {.a = 0,
     .b = 1,
     .probability = 0.97F,
     .cosine = 0.81F,
     .margin = 1.62F,
     .title_cosine = 0.75F,
     .lead_cosine = 0.8F,
     .title_lead_cosine = 0.78F,
     .lead_title_cosine = 0.77F,
     .gap_ab = 0.19F,
     .gap_ba = 0.5F,
     .shared_terms = 0.5F,
     .covered_a = 0.4F,
     .covered_b = 0.6F,
     .shared_names = 1.0F,
     .shared_words = 0.45F,
     .in_common_a = 0.7F,
     .in_common_b = 0.55F,
     .shared_bits = 31.5F,
     .said_bits = 62.0F,
     .shared_numbers = 1.0F,
     .conflicting_numbers = 0.0F,
     .copied = NAN,
     .alone = 0.95F,
     .support = 0.4F,
     .others_a = 0.6F,
     .others_b = 0.72F,
     .length_ratio = 0.9F,
     .days_later = 0,
     .rank_ab = 1,
     .rank_ba = 1,
     .mutual = 1,
     .relation = SS_RELATION_SAME},
    {.a = 0,
     .b = 2,
     .probability = 0.72F,
     .cosine = 0.62F,
     .margin = 1.21F,
     .title_cosine = 0.5F,
     .lead_cosine = 0.55F,
     .title_lead_cosine = 0.52F,
     .lead_title_cosine = NAN,
     .gap_ab = -0.19F,
     .gap_ba = 0.42F,
     .shared_terms = 0.25F,
     .covered_a = 0.2F,
     .covered_b = 0.3F,
     .shared_names = NAN,
     .shared_words = 0.2F,
     .in_common_a = 0.2F,
     .in_common_b = 0.25F,
     .shared_bits = 8.25F,
     .said_bits = 48.5F,
     .shared_numbers = 0.0F,
     .conflicting_numbers = NAN,
     .copied = NAN,
     .alone = 0.66F,
     .support = 0.57F,
     .others_a = 0.6F,
     .others_b = NAN,
     .length_ratio = 0.4F,
     .days_later = 1,
     .rank_ab = 2,
     .rank_ba = 1,
     .relation = SS_RELATION_SAME},
    {.a = 0,
     .b = 6,
     .probability = 0.05F,
     .cosine = 0.2F,
     .margin = 0.7F,
     .title_cosine = NAN,
     .lead_cosine = NAN,
     .title_lead_cosine = NAN,
     .lead_title_cosine = NAN,
     .gap_ab = -0.61F,
     .gap_ba = -0.02F,
     .shared_terms = NAN,
     .covered_a = NAN,
     .covered_b = NAN,
     .shared_names = NAN,
     .shared_words = NAN,
     .in_common_a = NAN,
     .in_common_b = NAN,
     .shared_bits = NAN,
     .said_bits = NAN,
     .shared_numbers = NAN,
     .conflicting_numbers = NAN,
     .copied = NAN,
     .alone = 0.04F,
     .others_a = 0.0F,
     .others_b = NAN,
     .length_ratio = 0.1F,
     .days_later = SS_DAYS_UNKNOWN,
     .rank_ab = 3},
    /* Between two events. */
    {.a = 3, .b = 2, .probability = 0.6F, .cosine = 0.55F, .alone = 0.6F},
    {.a = 3,
     .b = 4,
     .probability = 0.88F,
     .cosine = 0.9F,
     .margin = 1.4F,
     .title_cosine = 0.93F,
     .lead_cosine = 0.9F,
     .title_lead_cosine = 0.91F,
     .lead_title_cosine = 0.92F,
     .gap_ab = 0.47F,
     .gap_ba = 0.47F,
     .shared_terms = 0.6F,
     .covered_a = 0.7F,
     .covered_b = 0.5F,
     .shared_names = NAN,
     .shared_words = 0.8F,
     .in_common_a = 0.85F,
     .in_common_b = 0.75F,
     .shared_bits = 24.0F,
     .said_bits = 30.25F,
     .shared_numbers = 0.5F,
     .conflicting_numbers = NAN,
     .copied = 0.8F,
     .alone = 0.9F,
     .others_a = NAN,
     .others_b = NAN,
     .length_ratio = 0.8F,
     .days_later = 1,
     .rank_ab = 1,
     .rank_ba = 1,
     .mutual = 1,
     .relation = SS_RELATION_DUPLICATE},
};
#define LINKS (sizeof links / sizeof *links)

static ss_status copy(char **out, const char *text)
{
    return ss_copy_text(out, text, strlen(text));
}

static ss_status fill_article(ss_article *article, const sample *from)
{
    article->lang = from->lang;
    article->published = from->published;
    SS_TRY(copy(&article->id, from->id));
    SS_TRY(copy(&article->title, from->title));
    SS_TRY(copy(&article->source, from->source));
    SS_TRY(copy(&article->url, from->url));
    SS_TRY(copy(&article->text, from->title));
    return copy(&article->origin, "articles.jsonl");
}

static ss_status fill_articles(ss_result *result)
{
    for (size_t i = 0; i < SAMPLES; i++) {
        ss_article article = {0};
        ss_status status = fill_article(&article, &samples[i]);
        if (status == SS_OK) status = ss_articles_push(&result->articles, &article);
        ss_article_clear(&article);
        SS_TRY(status);
        result->event_of[i] = samples[i].event;
    }
    return SS_OK;
}

static ss_status fill_provenance(ss_provenance *made)
{
    SS_TRY(ss_set_text(&made->version, "0.1.0"));
    SS_TRY(ss_set_text(&made->command, "samestory link articles.jsonl -o results.h5"));
    SS_TRY(ss_set_text(&made->started, "2024-03-08T12:00:00Z"));
    SS_TRY(ss_set_text(&made->matcher, "scalar"));
    SS_TRY(ss_set_text(&made->model_checksum, "0123456789abcdef"));
    SS_TRY(ss_set_text(&made->model_recipe, "{\"seed\": 1, \"files\": [{\"name\": \"a.tsv\"}, {\"name\": \"b.tsv\"}], "
                                            "\"linker\": {\"folds\": 5}}"));
    SS_TRY(ss_set_text(&made->model_path, "tiny.h5"));
    made->seconds = 1.5;
    made->threshold = 0.5;
    made->neighbours = 10;
    made->window_days = 3;
    made->threads = 2;
    made->zh_en = made->zh_zh = made->en_en = true;
    made->counts = (ss_reader_counts){
        .files = 1, .bytes = 4096, .read = 7, .zh = 3, .en = 3, .other = 1, .undated = 1, .skipped = 2};
    return SS_OK;
}

static ss_status write_results(const char *path)
{
    ss_result *result;
    SS_TRY(ss_result_new(&result));
    result->dimension = DIMENSION;
    result->event_count = 2;
    result->link_count = LINKS;
    result->event_of = calloc(SAMPLES, sizeof *result->event_of);
    result->ngrams = calloc(SAMPLES, sizeof *result->ngrams);
    result->link = malloc(sizeof links);
    bool whole = result->event_of != NULL && result->ngrams != NULL && result->link != NULL;
    for (int channel = 0; channel < SS_CHANNELS; channel++) {
        result->vector[channel] = calloc(SAMPLES, DIMENSION);
        result->norm[channel] = calloc(SAMPLES, sizeof **result->norm);
        whole = whole && result->vector[channel] != NULL && result->norm[channel] != NULL;
    }
    ss_status status = whole ? SS_OK : ss_fail_memory(sizeof links);
    if (status == SS_OK) memcpy(result->link, links, sizeof links);
    if (status == SS_OK) status = fill_articles(result);
    if (status == SS_OK) status = fill_provenance(&result->provenance);
    if (status == SS_OK) status = ss_result_write(result, path, NULL);
    ss_result_free(result);
    return status;
}

/* ------------------------------------------------------------------ model */

#define BUCKET_BITS     10
#define ROWS            (1u << BUCKET_BITS)
#define MODEL_DIMENSION 16

static ss_status fill_rows(ss_model *model)
{
    model->row_count = ROWS;
    model->row_of_bucket = calloc(ROWS, sizeof *model->row_of_bucket);
    model->row = calloc(ROWS, MODEL_DIMENSION);
    model->scale = calloc(ROWS, sizeof *model->scale);
    model->information = calloc(ROWS, sizeof *model->information);
    if (model->row_of_bucket == NULL || model->row == NULL || model->scale == NULL || model->information == NULL) {
        return ss_fail_memory(ROWS * MODEL_DIMENSION);
    }
    for (uint32_t i = 0; i < ROWS; i++) {
        model->row_of_bucket[i] = i;
        model->scale[i] = 100;
        model->information[i] = 8 * 256;
        for (uint32_t j = 0; j < MODEL_DIMENSION; j++) {
            model->row[i * MODEL_DIMENSION + j] = (int8_t)((int)(ss_hash_mix(i * 977u + j + 1) % 15) - 7);
        }
    }
    return SS_OK;
}

static ss_status write_model(const char *path)
{
    ss_model *model = calloc(1, sizeof *model);
    if (model == NULL) return ss_fail_memory(sizeof *model);
    model->rules =
        (ss_ngram_rules){.han_max = 3, .latin_min = 3, .latin_max = 4, .bucket_bits = BUCKET_BITS, .seed = 1};
    model->dimension = MODEL_DIMENSION;
    model->linker.threshold = 0.5;
    ss_status status = copy(&model->recipe, "{\"seed\": 1}");
    if (status == SS_OK) status = fill_rows(model);
    if (status == SS_OK) status = ss_fold_from_icu(&model->fold);
    if (status == SS_OK) status = ss_model_write(model, path);
    ss_model_free(model);
    return status;
}

int main(int argc, char **argv)
{
    char path[4096];
    if (argc != 2) {
        fprintf(stderr, "usage: make_fixtures FOLDER\n");
        return 2;
    }
    snprintf(path, sizeof path, "%s/results.h5", argv[1]);
    ss_status status = write_results(path);
    snprintf(path, sizeof path, "%s/tiny.h5", argv[1]);
    if (status == SS_OK) status = write_model(path);
    if (status != SS_OK) fprintf(stderr, "make_fixtures: %s\n", ss_last_error());
    return status == SS_OK ? 0 : 1;
}
