/* Graded pairs: does the score of two articles say how alike people find them? */
#include "evaluate.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "language.h"
#include "lines.h"
#include "linker.h"
#include "result.h"
#include "sketch.h"
#include "status.h"

#define LEAST_PROBABILITY 1e-4 /* and most, 1 - this: log-odds must end somewhere */
#define ALIKE_GRADE       2.0  /* pairs graded so or better are those that average precision looks for */

#define WANTED "; a graded pair is a JSON object with the strings lang1, lang2, text1, text2 and the number overall"

/* Pairs of one pair of languages. Likeness is the grade turned round, so that more is more. */
typedef struct graded {
    double *score, *likeness;
    ss_scored *scored; /* sorted, best first */
    size_t count;
    size_t score_capacity, likeness_capacity, scored_capacity;
} graded;

typedef struct pairs_reader {
    const ss_model *model;
    ss_score score;
    ss_sketcher *sketcher;
    int8_t *vector[2];
    graded group[SS_LANGUAGES];
} pairs_reader;

static ss_status tell_languages(ss_languages *out, const char *first, const char *second)
{
    ss_lang a = ss_lang_parse(first), b = ss_lang_parse(second);
    if (a == SS_LANG_OTHER || b == SS_LANG_OTHER)
        return ss_fail(SS_ERROR_INPUT, "languages '%.20s' and '%.20s': both must be zh or en", first, second);
    *out = a != b ? SS_ZH_EN : a == SS_LANG_ZH ? SS_ZH_ZH : SS_EN_EN;
    return SS_OK;
}

static ss_status add_pair(graded *group, double score, double grade)
{
    size_t n = group->count;
    SS_TRY(ss_grow((void **)&group->score, &group->score_capacity, n + 1, sizeof *group->score));
    SS_TRY(ss_grow((void **)&group->likeness, &group->likeness_capacity, n + 1, sizeof *group->likeness));
    SS_TRY(ss_grow((void **)&group->scored, &group->scored_capacity, n + 1, sizeof *group->scored));
    group->score[n] = score;
    group->likeness[n] = -grade;
    group->scored[n] = (ss_scored){.score = score, .unit = (uint32_t)n, .relevant = grade <= ALIKE_GRADE};
    group->count++;
    return SS_OK;
}

static ss_status score_by_cosine(pairs_reader *reader, double *score, const char *const text[2])
{
    uint32_t norm[2];
    for (int i = 0; i < 2; i++)
        SS_TRY(ss_sketch_text(reader->sketcher, text[i], strlen(text[i]), reader->vector[i], &norm[i]));
    *score = ss_sketch_cosine(reader->vector[0], norm[0], reader->vector[1], norm[1], reader->model->dimension);
    return SS_OK;
}

static ss_status make_article(ss_articles *articles, const char *id, const char *lang, const char *text)
{
    ss_article article = {.lang = ss_lang_parse(lang)};
    char **empty[] = {&article.url, &article.source, &article.author, &article.title, &article.origin};
    ss_status status = ss_set_text(&article.id, id);
    for (size_t i = 0; i < sizeof empty / sizeof *empty && status == SS_OK; i++)
        status = ss_set_text(empty[i], "");
    if (status == SS_OK) status = ss_set_text(&article.text, text);
    if (status == SS_OK) status = ss_articles_push(articles, &article);
    ss_article_clear(&article);
    return status;
}

static double level_of(const ss_model *model, const ss_result *result, const ss_link *link)
{
    if (link == NULL) return 0;
    const ss_article *article = result->articles.item;
    return ss_linker_likeness(&model->linker, link, article[link->a].lang, article[link->b].lang).level;
}

static double log_odds_of(const ss_link *link)
{
    double p = link == NULL ? 0 : (double)link->probability;
    p = fmin(fmax(p, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY);
    return log(p / (1 - p));
}

static ss_status score_by_linker(pairs_reader *reader, double *score, const char *const lang[2],
                                 const char *const text[2])
{
    ss_articles articles = {0};
    ss_result *result = NULL;
    ss_link_options options = ss_link_options_default();
    options.keep_repeats = true;
    options.keep_candidates = true;
    const ss_job job = {.threads = 1};
    ss_status status = make_article(&articles, "1", lang[0], text[0]);
    if (status == SS_OK) status = make_article(&articles, "2", lang[1], text[1]);
    if (status == SS_OK) status = ss_link_articles(&result, &articles, reader->model, &options, &job);
    const ss_link *link = status == SS_OK && result->link_count > 0 ? &result->link[0] : NULL;
    *score = reader->score == SS_SCORE_LIKENESS ? level_of(reader->model, result, link) : log_odds_of(link);
    ss_result_free(result);
    ss_articles_clear(&articles);
    return status;
}

static ss_status get_string(const char **out, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    *out = json_string_value(value);
    if (value == NULL) return ss_fail(SS_ERROR_INPUT, "no field \"%s\"" WANTED, key);
    return *out != NULL ? SS_OK : ss_fail(SS_ERROR_INPUT, "field \"%s\" is not a string" WANTED, key);
}

static ss_status take_object(pairs_reader *reader, const json_t *object)
{
    const char *lang[2], *text[2];
    SS_TRY(get_string(&lang[0], object, "lang1"));
    SS_TRY(get_string(&lang[1], object, "lang2"));
    SS_TRY(get_string(&text[0], object, "text1"));
    SS_TRY(get_string(&text[1], object, "text2"));
    const json_t *overall = json_object_get(object, "overall");
    if (overall == NULL) return ss_fail(SS_ERROR_INPUT, "no field \"overall\"" WANTED);
    if (!json_is_number(overall)) return ss_fail(SS_ERROR_INPUT, "field \"overall\" is not a number" WANTED);
    double grade = json_number_value(overall);
    ss_languages languages;
    SS_TRY(tell_languages(&languages, lang[0], lang[1]));
    double score;
    if (reader->score == SS_SCORE_COSINE)
        SS_TRY(score_by_cosine(reader, &score, text));
    else
        SS_TRY(score_by_linker(reader, &score, lang, text));
    return add_pair(&reader->group[languages], score, grade);
}

static ss_status take_pair(void *context, const ss_line *line)
{
    json_error_t error;
    json_t *object = json_loadb(line->text, line->length, 0, &error);
    if (object == NULL && json_error_code(&error) == json_error_out_of_memory) return ss_fail_memory(line->length);
    if (object == NULL) return ss_fail(SS_ERROR_INPUT, "broken JSON at byte %d: %s" WANTED, error.position, error.text);
    ss_status status =
        json_is_object(object) ? take_object(context, object) : ss_fail(SS_ERROR_INPUT, "not a JSON object" WANTED);
    json_decref(object);
    return status;
}

/* Values in the order of ss_pairs_measure. */
static ss_status measure(const void *context, const uint32_t *times, double *value)
{
    const graded *group = context;
    SS_TRY(ss_pearson(&value[SS_PAIRS_PEARSON], group->score, group->likeness, times, group->count));
    SS_TRY(ss_spearman(&value[SS_PAIRS_SPEARMAN], group->score, group->likeness, times, group->count));
    value[SS_PAIRS_AP] = ss_average_precision(group->scored, times, group->count);
    return SS_OK;
}

static ss_status read_pairs(pairs_reader *reader, const char *path, const ss_job *job)
{
    size_t dimension = (size_t)reader->model->dimension;
    for (int i = 0; i < 2; i++) {
        reader->vector[i] = malloc(dimension);
        if (reader->vector[i] == NULL) return ss_fail_memory(dimension);
    }
    SS_TRY(ss_sketcher_new(&reader->sketcher, reader->model));
    return ss_lines_read(path, take_pair, reader, job);
}

static void clear_reader(pairs_reader *reader)
{
    ss_sketcher_free(reader->sketcher);
    for (int i = 0; i < 2; i++)
        free(reader->vector[i]);
    for (int g = 0; g < SS_LANGUAGES; g++) {
        free(reader->group[g].score);
        free(reader->group[g].likeness);
        free(reader->group[g].scored);
    }
}

ss_status ss_evaluate_pairs(ss_pairs_scores out[SS_LANGUAGES], const char *path, ss_score score, const ss_model *model,
                            const ss_job *job)
{
    pairs_reader reader = {.model = model, .score = score};
    ss_status status = read_pairs(&reader, path, job);
    for (int g = 0; g < SS_LANGUAGES && status == SS_OK; g++) {
        graded *group = &reader.group[g];
        out[g].count = group->count;
        status = ss_scored_sort(group->scored, group->count);
        if (status == SS_OK)
            status = ss_bootstrap(out[g].measure, SS_PAIRS_MEASURES, group->count, measure, group, job);
    }
    clear_reader(&reader);
    return status;
}
