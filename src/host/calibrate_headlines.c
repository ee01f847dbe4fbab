#include "calibrate_headlines.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "furniture.h"
#include "ngram.h"
#include "result.h"
#include "status.h"

#define MONTH         30   /* days apart from which two articles do not report the same event */
#define FAR_SHARE     1.0f /* weight of all pairs that far apart, of that of the labelled ones */
#define TITLE_BYTES   200
#define LEAST_BYTES   20 /* of a first sentence, so that "U.S." is none */
#define CHARACTERS    4  /* from so many on to CHARACTERS_UP - 1 more make up the beginning of a Chinese title */
#define CHARACTERS_UP 13
#define WORDS         1
#define WORDS_UP      8

void ss_headlines_clear(ss_headlines *headlines)
{
    free(headlines->x);
    free(headlines->label);
    free(headlines->weight);
    *headlines = (ss_headlines){0};
}

/* ---------------------------------------------------------------- cutting */

static bool begins_character(char byte)
{
    return ((unsigned char)byte & 0xc0) != 0x80;
}

/* Where a sentence ends at text[i], the length of what ends it; else 0. */
static size_t sentence_end(const char *text, size_t i)
{
    static const char *const han[] = {"。", "！", "？"};
    for (size_t k = 0; k < sizeof han / sizeof *han; k++)
        if (strncmp(text + i, han[k], strlen(han[k])) == 0) return strlen(han[k]);
    bool stop = text[i] == '.' || text[i] == '!' || text[i] == '?';
    return stop && (text[i + 1] == ' ' || text[i + 1] == '\0') ? 1 : 0;
}

/* The title, or the first sentence of an article without one. */
static void take_title(char out[TITLE_BYTES + 1], const ss_article *article)
{
    bool titled = article->title[0] != '\0';
    ss_body body = ss_body_of(article);
    const char *text = titled ? article->title : body.text;
    size_t length = titled ? strlen(text) : body.length;
    if (length > TITLE_BYTES) {
        length = TITLE_BYTES;
        while (length > 0 && !begins_character(text[length]))
            length--;
    }
    memcpy(out, text, length);
    out[length] = '\0';
    for (size_t i = LEAST_BYTES; !titled && i < length; i++) {
        size_t end = sentence_end(out, i);
        if (end > 0) out[length = i + end] = '\0';
    }
}

static uint64_t hash_of(const char *id)
{
    uint64_t h = 1;
    for (; *id != '\0'; id++)
        h = ss_hash_extend(h, (unsigned char)*id);
    return h;
}

/* Some characters, or words, from the beginning of the title: how many, the id tells. */
static void cut_title(char *title, const ss_article *article)
{
    bool han = article->lang == SS_LANG_ZH;
    uint64_t h = hash_of(article->id);
    size_t left = han ? CHARACTERS + h % CHARACTERS_UP : WORDS + h % WORDS_UP;
    for (size_t i = 0; title[i] != '\0'; i++) {
        if (han ? !begins_character(title[i]) : title[i] != ' ') continue;
        if (han && left-- > 0) continue;
        if (!han && --left > 0) continue;
        title[i] = '\0';
        return;
    }
}

static ss_status add_headline(ss_articles *folder, const ss_article *article, uint32_t row, bool cut)
{
    char title[TITLE_BYTES + 1], id[16];
    take_title(title, article);
    if (cut) cut_title(title, article);
    snprintf(id, sizeof id, "%010u", row);
    ss_article headline = {.lang = article->lang};
    char **empty[] = {&headline.url, &headline.source, &headline.author, &headline.text, &headline.origin};
    ss_status status = ss_set_text(&headline.id, id);
    for (size_t i = 0; i < sizeof empty / sizeof *empty && status == SS_OK; i++)
        status = ss_set_text(empty[i], "");
    if (status == SS_OK) status = ss_set_text(&headline.title, title);
    if (status == SS_OK) status = ss_articles_push(folder, &headline);
    ss_article_clear(&headline);
    return status;
}

static ss_status fill_folder(ss_articles *folder, const ss_samples *samples, const ss_result *result, bool cut)
{
    size_t count = result->articles.count;
    bool *wanted = calloc(count + 1, sizeof *wanted);
    if (wanted == NULL) return ss_fail_memory(count);
    for (size_t i = 0; i < samples->count; i++) {
        const ss_sample *s = &samples->item[i];
        if (!s->left_out) wanted[s->a] = wanted[s->b] = true;
    }
    ss_status status = SS_OK;
    for (size_t row = 0; row < count && status == SS_OK; row++)
        if (wanted[row]) status = add_headline(folder, &result->articles.item[row], (uint32_t)row, cut);
    free(wanted);
    return status;
}

/* ----------------------------------------------------------------- taking */

static int compare_pair(const void *key, const void *element)
{
    const ss_sample *a = key, *b = element;
    if (a->a != b->a) return a->a < b->a ? -1 : 1;
    return (a->b > b->b) - (a->b < b->b);
}

static const ss_sample *find_sample(const ss_samples *samples, const ss_result *result, uint32_t a, uint32_t b)
{
    const ss_article *article = result->articles.item;
    bool turned = article[a].lang == article[b].lang && a > b;
    ss_sample key = {.a = turned ? b : a, .b = turned ? a : b};
    if (samples->count == 0) return NULL;
    return bsearch(&key, samples->item, samples->count, sizeof key, compare_pair);
}

static bool are_far_apart(const ss_date *a, const ss_date *b)
{
    if (a->precision == SS_DATE_NONE || b->precision == SS_DATE_NONE) return false;
    return llabs((long long)ss_date_day(*a) - ss_date_day(*b)) >= MONTH;
}

static ss_status add_features(ss_headlines *out, const ss_link *link, ss_lang a, ss_lang b, bool same, float weight)
{
    float feature[SS_LINKER_FEATURES];
    ss_linker_features(link, a, b, feature);
    SS_TRY(ss_grow((void **)&out->x, &out->capacity, out->count + 1, SS_FEATURES_ALONE * sizeof *out->x));
    SS_TRY(ss_grow((void **)&out->label, &out->label_capacity, out->count + 1, sizeof *out->label));
    SS_TRY(ss_grow((void **)&out->weight, &out->weight_capacity, out->count + 1, sizeof *out->weight));
    memcpy(out->x + out->count * SS_FEATURES_ALONE, feature, SS_FEATURES_ALONE * sizeof *feature);
    out->label[out->count] = same;
    out->weight[out->count++] = weight;
    return SS_OK;
}

/* In the folder of all and in one of two; as titles, and as texts that have none: a user's may be either. */
static ss_status add_pair(ss_headlines *out, const ss_link *link, ss_lang a, ss_lang b, bool same, float weight)
{
    ss_link copy[2] = {*link, *link};
    ss_link_isolate(&copy[1], a, b, ss_link_options_default().neighbours);
    for (int i = 0; i < 2; i++) {
        SS_TRY(add_features(out, &copy[i], a, b, same, weight));
        copy[i].title_cosine = copy[i].title_lead_cosine = copy[i].lead_title_cosine = NAN;
        SS_TRY(add_features(out, &copy[i], a, b, same, weight));
    }
    return SS_OK;
}

static ss_status take_candidates(ss_headlines *out, const ss_result *folder, const ss_samples *samples,
                                 const ss_result *result)
{
    size_t first = out->count, labelled = 0;
    for (size_t i = 0; i < folder->link_count; i++) {
        const ss_link *link = &folder->link[i];
        uint32_t a = (uint32_t)strtoul(folder->articles.item[link->a].id, NULL, 10);
        uint32_t b = (uint32_t)strtoul(folder->articles.item[link->b].id, NULL, 10);
        const ss_article *article_a = &result->articles.item[a], *article_b = &result->articles.item[b];
        const ss_sample *sample = find_sample(samples, result, a, b);
        bool nearest = link->rank_ab == 1 || link->rank_ba == 1;
        bool far_apart = nearest && are_far_apart(&article_a->published, &article_b->published);
        if (sample == NULL ? !far_apart : sample->left_out) continue;
        bool same = sample != NULL && sample->label == SS_LABEL_SAME;
        SS_TRY(add_pair(out, link, article_a->lang, article_b->lang, same, sample != NULL ? 1 : 0));
        labelled += sample != NULL;
        out->same += same;
    }
    size_t apart = (out->count - first) / SS_HEADLINE_COPIES - labelled;
    for (size_t i = first; i < out->count; i++)
        if (!(out->weight[i] > 0)) out->weight[i] = FAR_SHARE * (float)labelled / (float)apart;
    out->labelled += labelled;
    return SS_OK;
}

static ss_status take_folder(ss_headlines *out, const ss_samples *samples, const ss_result *result,
                             const ss_model *model, bool cut, const ss_job *job)
{
    ss_link_options link = ss_link_options_default();
    link.window_days = -1;
    link.keep_candidates = link.keep_repeats = true;
    link.threshold = 1;
    ss_articles articles = {0};
    ss_result *folder = NULL;
    ss_status status = fill_folder(&articles, samples, result, cut);
    if (status == SS_OK) status = ss_link_articles(&folder, &articles, model, &link, job);
    if (status == SS_OK) status = take_candidates(out, folder, samples, result);
    ss_articles_clear(&articles);
    ss_result_free(folder);
    return status;
}

ss_status ss_headlines_take(ss_headlines *out, const ss_samples *samples, const ss_result *result,
                            const ss_model *model, const ss_job *job)
{
    *out = (ss_headlines){0};
    SS_TRY(take_folder(out, samples, result, model, false, job));
    return take_folder(out, samples, result, model, true, job);
}
