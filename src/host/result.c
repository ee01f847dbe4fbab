#include "result.h"

#include <stdlib.h>
#include <string.h>

#include "status.h"

ss_status ss_set_text(char **where, const char *text)
{
    char *copy;
    SS_TRY(ss_copy_text(&copy, text, strlen(text)));
    free(*where);
    *where = copy;
    return SS_OK;
}

ss_status ss_result_new(ss_result **out)
{
    *out = NULL;
    ss_result *result = calloc(1, sizeof *result);
    if (result == NULL) return ss_fail_memory(sizeof *result);
    ss_provenance *p = &result->provenance;
    p->covers_from = SS_COVERS_ALL;
    char **texts[] = {&p->version,        &p->command,      &p->started,   &p->matcher,
                      &p->model_checksum, &p->model_recipe, &p->model_path};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ss_status status = ss_set_text(texts[i], "");
        if (status == SS_OK) continue;
        ss_result_free(result);
        return status;
    }
    *out = result;
    return SS_OK;
}

void ss_result_free(ss_result *result)
{
    if (result == NULL) return;
    ss_articles_clear(&result->articles);
    for (int channel = 0; channel < SS_CHANNELS; channel++) {
        free(result->vector[channel]);
        free(result->norm[channel]);
    }
    free(result->ngrams);
    free(result->link);
    free(result->event_of);
    free(result->evidence);
    ss_provenance *p = &result->provenance;
    free(p->version);
    free(p->command);
    free(p->started);
    free(p->matcher);
    free(p->model_checksum);
    free(p->model_recipe);
    free(p->model_path);
    free(result);
}

int ss_article_compare(const void *left, const void *right)
{
    const ss_article *a = left, *b = right;
    bool a_undated = a->published.precision == SS_DATE_NONE, b_undated = b->published.precision == SS_DATE_NONE;
    if (a_undated != b_undated) return a_undated ? 1 : -1;
    if (!a_undated && a->published.seconds != b->published.seconds)
        return a->published.seconds < b->published.seconds ? -1 : 1;
    return strcmp(a->id, b->id);
}

int ss_link_compare(const void *left, const void *right)
{
    const ss_link *a = left, *b = right;
    if (a->a != b->a) return a->a < b->a ? -1 : 1;
    return (a->b > b->b) - (a->b < b->b);
}

double ss_result_cosine(const ss_result *result, ss_channel channel, uint32_t a, uint32_t b)
{
    size_t dimension = (size_t)result->dimension;
    const int8_t *vector = result->vector[channel];
    const uint32_t *norm = result->norm[channel];
    return ss_sketch_cosine(vector + a * dimension, norm[a], vector + b * dimension, norm[b], result->dimension);
}

const ss_link *ss_result_find_link(const ss_result *result, uint32_t a, uint32_t b)
{
    if (result->link_count == 0) return NULL;
    const ss_link key = {.a = a, .b = b};
    return bsearch(&key, result->link, result->link_count, sizeof key, ss_link_compare);
}

ss_status ss_result_check_model(const ss_result *result, const ss_model *model)
{
    const char *made_with = result->provenance.model_checksum;
    if (strcmp(made_with, ss_model_checksum(model)) == 0) return SS_OK;
    return ss_fail(SS_ERROR_ARGUMENT,
                   "the results were made with another model, of checksum %.16s and not %.16s: "
                   "name it with --model",
                   made_with, ss_model_checksum(model));
}

size_t ss_result_article_count(const ss_result *result)
{
    return result->articles.count;
}

const ss_article *ss_result_article(const ss_result *result, size_t row)
{
    return row < result->articles.count ? &result->articles.item[row] : NULL;
}

size_t ss_result_link_count(const ss_result *result)
{
    return result->link_count;
}

const ss_link *ss_result_link(const ss_result *result, size_t row)
{
    return row < result->link_count ? &result->link[row] : NULL;
}

size_t ss_result_event_count(const ss_result *result)
{
    return result->event_count;
}

int64_t ss_result_event_of(const ss_result *result, size_t article_row)
{
    return article_row < result->articles.count ? result->event_of[article_row] : -1;
}
