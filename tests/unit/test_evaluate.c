/* Evaluation on small files whose right figures are known. The model gives every n-gram a random vector, so that the cosine
 * of two texts is near the share of words they have in common; articles of both languages are made of Latin words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "evaluate.h"
#include "gold.h"
#include "lines.h"
#include "model.h"
#include "result.h"
#include "status.h"
#include "temp_files.h"
#include "warnings.h"

#define DIMENSION   1024
#define BUCKET_BITS 12
#define ROWS        (1u << BUCKET_BITS)

static ss_model *model;
static char *folder;

static ss_status make_model(ss_model **out)
{
    *out = calloc(1, sizeof **out);
    assert_non_null(*out);
    ss_model *m = *out;
    SS_TRY(ss_fold_from_icu(&m->fold));
    m->rules = (ss_ngram_rules){.han_max = 2, .latin_min = 3, .latin_max = 4, .bucket_bits = BUCKET_BITS, .seed = 1};
    m->dimension = DIMENSION;
    m->row_count = ROWS;
    m->row_of_bucket = malloc(ROWS * sizeof *m->row_of_bucket);
    m->row = malloc((size_t)ROWS * DIMENSION);
    m->scale = malloc(ROWS * sizeof *m->scale);
    m->information = malloc(ROWS * sizeof *m->information);
    assert_true(m->row_of_bucket != NULL && m->row != NULL && m->scale != NULL && m->information != NULL);
    for (uint32_t i = 0; i < ROWS; i++) {
        m->row_of_bucket[i] = i;
        m->scale[i] = 1000;
        m->information[i] = 8 * 256;
    }
    for (uint64_t i = 0; i < (uint64_t)ROWS * DIMENSION; i++)
        m->row[i] = (int8_t)((int)(ss_hash_mix(i + 1) % 15) - 7);
    SS_TRY(ss_model_measure_rows(m));
    return ss_set_text(&m->recipe, "{}");
}

static int set_up(void **state)
{
    (void)state;
    folder = enter_temp_folder();
    return make_model(&model) == SS_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    ss_model_free(model);
    leave_temp_folder(folder);
    return 0;
}

static void assert_near(double value, double wanted)
{
    if (!(fabs(value - wanted) <= 1e-9)) fail_msg("%.12g is not %.12g", value, wanted);
}

static void assert_interval(const ss_estimate *estimate)
{
    assert_true(estimate->low <= estimate->value);
    assert_true(estimate->value <= estimate->high);
}

static bool holds(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

/* ------------------------------------------------------------- retrieval */

/* Each Chinese text is nearer to the hub than to its translation, by cosine; the hub is near to all of them, so that the
 * margin finds the translation. Document e has no Chinese side, f no English one: they are in the way and no more. */
static const char documents[] =
    "{\"id\":\"1\",\"lang\":\"zh\",\"doc\":\"a\",\"text\":\"abacus walnut kitten\"}\n"
    "{\"id\":\"2\",\"lang\":\"en\",\"doc\":\"a\",\"text\":\"abacus jungle marble ribbon\"}\n"
    "{\"id\":\"3\",\"lang\":\"zh\",\"doc\":\"b\",\"text\":\"bishop velvet octave\"}\n"
    "{\"id\":\"4\",\"lang\":\"en\",\"doc\":\"b\",\"text\":\"bishop insect quiver gravel\"}\n"
    "{\"id\":\"5\",\"lang\":\"zh\",\"doc\":\"c\",\"text\":\"cobalt temple nugget\"}\n"
    "{\"id\":\"6\",\"lang\":\"en\",\"doc\":\"c\",\"text\":\"cobalt mosaic hermit drizzl\"}\n"
    "{\"id\":\"7\",\"lang\":\"en\",\"doc\":\"e\",\"text\":\"walnut kitten velvet octave temple nugget\"}\n"
    "{\"id\":\"8\",\"lang\":\"zh\",\"doc\":\"f\",\"text\":\"xylose yogurt grotto\"}\n";

static void test_retrieval(void **state)
{
    (void)state;
    write_text("documents.jsonl", documents);
    ss_retrieval_scores scores;
    assert_int_equal(ss_evaluate_retrieval(&scores, "documents.jsonl", model, NULL, NULL), SS_OK);
    assert_int_equal(scores.pairs, 3);
    assert_near(scores.measure[SS_RETRIEVAL_COSINE_ZH_EN].value, 0);
    assert_near(scores.measure[SS_RETRIEVAL_COSINE_EN_ZH].value, 1);
    assert_near(scores.measure[SS_RETRIEVAL_MARGIN_ZH_EN].value, 1);
    assert_near(scores.measure[SS_RETRIEVAL_MARGIN_EN_ZH].value, 1);
    for (int m = 0; m < SS_RETRIEVAL_MEASURES; m++)
        assert_interval(&scores.measure[m]);
}

static void test_retrieval_from_a_table(void **state)
{
    (void)state;
    /* The third line has no tab, the last text no n-gram at all: a translation that nothing finds. */
    write_text("pairs.tsv", "abacus walnut\tabacus walnut\nbishop velvet\tbishop velvet\nno pair\n"
                            "cobalt temple\tcobalt mosaic\n\n\xe3\x80\x82\t!\n");
    warnings met = {0};
    const ss_job job = {.warning = note_warning, .user = &met}, strict = {.strict = true};
    ss_retrieval_scores scores, again;
    assert_int_equal(ss_evaluate_retrieval(&scores, "pairs.tsv", model, "scalar", &job), SS_OK);
    assert_int_equal(scores.pairs, 4);
    assert_int_equal(met.count, 1);
    assert_true(holds(met.text, "pairs.tsv:3: "));
    assert_near(scores.measure[SS_RETRIEVAL_COSINE_ZH_EN].value, 0.75);
    assert_near(scores.measure[SS_RETRIEVAL_MARGIN_EN_ZH].value, 0.75);
    assert_int_equal(ss_evaluate_retrieval(&again, "pairs.tsv", model, NULL, NULL), SS_OK);
    assert_memory_equal(scores.measure, again.measure, sizeof scores.measure);
    assert_int_equal(ss_evaluate_retrieval(&scores, "pairs.tsv", model, NULL, &strict), SS_ERROR_INPUT);
    assert_true(holds(ss_last_error(), "pairs.tsv:3: "));
}

static void test_retrieval_of_twins_and_none(void **state)
{
    (void)state;
    write_text("twins.jsonl", "{\"id\":\"1\",\"lang\":\"zh\",\"doc\":\"a\",\"text\":\"abacus\"}\n"
                              "{\"id\":\"3\",\"lang\":\"zh\",\"doc\":\"a\",\"text\":\"walnut\"}\n"
                              "{\"id\":\"2\",\"lang\":\"en\",\"doc\":\"a\",\"text\":\"abacus\"}\n");
    warnings met = {0};
    const ss_job job = {.warning = note_warning, .user = &met};
    ss_retrieval_scores scores;
    assert_int_equal(ss_evaluate_retrieval(&scores, "twins.jsonl", model, NULL, &job), SS_OK);
    assert_int_equal(scores.pairs, 1);
    assert_int_equal(met.count, 1);
    assert_true(holds(met.text, "twins.jsonl:2: "));
    assert_near(scores.measure[SS_RETRIEVAL_COSINE_ZH_EN].value, 1);
    write_text("alone.jsonl", "{\"id\":\"1\",\"lang\":\"zh\",\"text\":\"abacus\"}\n"
                              "{\"id\":\"2\",\"lang\":\"en\",\"text\":\"abacus\"}\n");
    assert_int_equal(ss_evaluate_retrieval(&scores, "alone.jsonl", model, NULL, NULL), SS_ERROR_INPUT);
    assert_true(holds(ss_last_error(), "doc"));
    assert_int_equal(ss_evaluate_retrieval(&scores, "absent.tsv", model, NULL, NULL), SS_ERROR_IO);
}

/* ----------------------------------------------------------------- pairs */

static const char graded[] =
    "{\"lang1\":\"zh\",\"lang2\":\"en\",\"text1\":\"abacus walnut kitten\",\"text2\":\"abacus walnut "
    "kitten\",\"overall\":1}\n"
    "{\"lang1\":\"en\",\"lang2\":\"zh\",\"text1\":\"abacus walnut kitten\",\"text2\":\"abacus walnut "
    "velvet\",\"overall\":2.0}\n"
    "{broken\n"
    "{\"lang1\":\"zh\",\"lang2\":\"en\",\"text1\":\"abacus walnut kitten\",\"text2\":\"abacus octave "
    "velvet\",\"overall\":3}\n"
    "{\"lang1\":\"zh\",\"lang2\":\"en\",\"text1\":\"abacus walnut kitten\",\"text2\":\"temple octave velvet\"}\n"
    "{\"lang1\":\"zh\",\"lang2\":\"en\",\"text1\":\"abacus walnut kitten\",\"text2\":\"temple octave "
    "velvet\",\"overall\":4}\n"
    "{\"lang1\":\"fr\",\"lang2\":\"en\",\"text1\":\"abacus\",\"text2\":\"abacus\",\"overall\":1}\n"
    "{\"lang1\":\"en\",\"lang2\":\"en\",\"text1\":\"cobalt temple\",\"text2\":\"cobalt temple\",\"overall\":4}\n"
    "{\"lang1\":\"en\",\"lang2\":\"en\",\"text1\":\"cobalt temple\",\"text2\":\"bishop mosaic\",\"overall\":1}\n";

static void test_pairs(void **state)
{
    (void)state;
    write_text("graded.jsonl", graded);
    warnings met = {0};
    const ss_job job = {.warning = note_warning, .user = &met}, strict = {.strict = true};
    ss_pairs_scores scores[SS_LANGUAGES];
    assert_int_equal(ss_evaluate_pairs(scores, "graded.jsonl", SS_SCORE_COSINE, model, &job), SS_OK);
    assert_int_equal(met.count, 3);
    assert_true(holds(met.text, "graded.jsonl:3: broken JSON"));
    assert_true(holds(met.text, "graded.jsonl:5: ") && holds(met.text, "overall"));
    assert_true(holds(met.text, "graded.jsonl:7: ") && holds(met.text, "'fr'"));
    assert_int_equal(scores[SS_ZH_EN].count, 4);
    assert_near(scores[SS_ZH_EN].measure[SS_PAIRS_SPEARMAN].value, 1);
    assert_true(scores[SS_ZH_EN].measure[SS_PAIRS_PEARSON].value > 0.98);
    assert_near(scores[SS_ZH_EN].measure[SS_PAIRS_AP].value, 1);
    assert_interval(&scores[SS_ZH_EN].measure[SS_PAIRS_PEARSON]);
    assert_int_equal(scores[SS_EN_EN].count, 2);
    assert_near(scores[SS_EN_EN].measure[SS_PAIRS_PEARSON].value, -1);
    assert_near(scores[SS_EN_EN].measure[SS_PAIRS_AP].value, 0.5);
    assert_int_equal(scores[SS_ZH_ZH].count, 0);
    for (int m = 0; m < SS_PAIRS_MEASURES; m++)
        assert_true(isnan(scores[SS_ZH_ZH].measure[m].value) && isnan(scores[SS_ZH_ZH].measure[m].low));
    assert_int_equal(ss_evaluate_pairs(scores, "graded.jsonl", SS_SCORE_COSINE, model, &strict), SS_ERROR_INPUT);
    assert_true(holds(ss_last_error(), "graded.jsonl:3: "));
    assert_int_equal(ss_evaluate_pairs(scores, "graded.jsonl", SS_SCORE_LIKENESS, model, &job), SS_OK);
    assert_near(scores[SS_ZH_EN].measure[SS_PAIRS_AP].value, 1);
    assert_near(scores[SS_EN_EN].measure[SS_PAIRS_PEARSON].value, -1);
    write_text("useless.jsonl", "{}\n[]\n");
    assert_int_equal(ss_evaluate_pairs(scores, "useless.jsonl", SS_SCORE_COSINE, model, NULL), SS_ERROR_INPUT);
}

/* ------------------------------------------------------------------ gold */

static void test_gold(void **state)
{
    (void)state;
    write_text("labels.tsv",
               "z1\te1\tsame\tev=7;sample=random\nz2\te2\trelated\r\n\nz3\te3\tdifferent\tborderline;odd\n"
               "z4\te4\talike\t\nz5\te5\nz6\te6\tsame\tev=x\n\te7\tsame\t\nz8\te8\tsame\tev=-1\nz9\tz9\tsame\n"
               "z1\tz2\tduplicate\n");
    warnings met = {0};
    const ss_job job = {.warning = note_warning, .user = &met};
    ss_gold gold = {0};
    assert_int_equal(ss_gold_read(&gold, "labels.tsv", &job), SS_OK);
    assert_int_equal(gold.count, 4);
    assert_string_equal(gold.pair[0].a, "z1");
    assert_string_equal(gold.pair[0].b, "e1");
    assert_int_equal(gold.pair[0].label, SS_LABEL_SAME);
    assert_int_equal(gold.pair[0].event, 7);
    assert_false(gold.pair[0].borderline);
    assert_int_equal(gold.pair[1].label, SS_LABEL_RELATED);
    assert_int_equal(gold.pair[1].event, SS_NO_EVENT);
    assert_int_equal(gold.pair[2].label, SS_LABEL_DIFFERENT);
    assert_true(gold.pair[2].borderline);
    assert_int_equal(gold.pair[3].label, SS_LABEL_SAME);
    assert_int_equal(met.count, 6);
    for (int line = 5; line <= 10; line++) {
        char place[32];
        snprintf(place, sizeof place, "labels.tsv:%d: ", line);
        assert_true(holds(met.text, place));
    }
    ss_gold_clear(&gold);
    ss_gold_clear(&gold);
}

/* ----------------------------------------------------------------- links */

/* z1 .. z4 and e1 .. e4 report four events on one day; z5 and e5 report the fifth, but a month lies between them; z6 is a
 * digest of the first two, two months later. */
static const char news[] =
    "{\"id\":\"z1\",\"lang\":\"zh\",\"date\":\"2024-05-01\",\"text\":\"abacus walnut kitten sphinx\"}\n"
    "{\"id\":\"e1\",\"lang\":\"en\",\"date\":\"2024-05-01\",\"text\":\"abacus walnut kitten sphinx\"}\n"
    "{\"id\":\"z2\",\"lang\":\"zh\",\"date\":\"2024-05-01\",\"text\":\"bishop velvet octave marble\"}\n"
    "{\"id\":\"e2\",\"lang\":\"en\",\"date\":\"2024-05-01\",\"text\":\"bishop velvet octave marble\"}\n"
    "{\"id\":\"z3\",\"lang\":\"zh\",\"date\":\"2024-05-01\",\"text\":\"cobalt temple nugget jungle\"}\n"
    "{\"id\":\"e3\",\"lang\":\"en\",\"date\":\"2024-05-01\",\"text\":\"cobalt temple nugget jungle\"}\n"
    "{\"id\":\"z4\",\"lang\":\"zh\",\"date\":\"2024-05-01\",\"text\":\"drizzl insect fungus zephyr\"}\n"
    "{\"id\":\"e4\",\"lang\":\"en\",\"date\":\"2024-05-01\",\"text\":\"drizzl insect fungus zephyr\"}\n"
    "{\"id\":\"z5\",\"lang\":\"zh\",\"date\":\"2024-05-01\",\"text\":\"yogurt grotto hermit pewter\"}\n"
    "{\"id\":\"e5\",\"lang\":\"en\",\"date\":\"2024-06-01\",\"text\":\"yogurt grotto hermit pewter\"}\n"
    "{\"id\":\"z6\",\"lang\":\"zh\",\"date\":\"2024-07-01\",\"text\":\"abacus walnut kitten bishop velvet octave\"}\n";

static const char gold_pairs[] =
    "z1\te1\tsame\tev=1\nz2\te2\tsame\tev=2\nz3\te3\tsame\tev=3\nz4\te4\tsame\tev=4\nz5\te5\tsame\tev=5\n"
    "z6\te1\tsame\tev=1\nz6\te2\tsame\tev=2\nz1\te2\trelated\t\nz2\te3\tdifferent\t\nz3\te4\tdifferent\t\n"
    "z4\te1\tsame\tborderline\nz9\te1\tsame\tev=1\n";

static ss_status evaluate(ss_links_scores *scores, ss_score score, const ss_link_options *options, const ss_job *job)
{
    const char *path = "news.jsonl";
    ss_articles articles = {0};
    ss_reader *reader;
    assert_int_equal(ss_reader_open(&reader, &path, 1, NULL, NULL), SS_OK);
    for (bool more = true; more;) {
        ss_article article = {0};
        assert_int_equal(ss_reader_next(reader, &article, &more), SS_OK);
        if (more) assert_int_equal(ss_articles_push(&articles, &article), SS_OK);
    }
    ss_reader_free(reader);
    ss_status status = ss_evaluate_links(scores, &articles, "gold.tsv", score, model, options, job);
    ss_articles_clear(&articles);
    return status;
}

static void test_links_by_cosine(void **state)
{
    (void)state;
    write_text("news.jsonl", news);
    write_text("gold.tsv", gold_pairs);
    warnings met = {0};
    const ss_job job = {.warning = note_warning, .user = &met};
    ss_links_scores scores;
    assert_int_equal(evaluate(&scores, SS_SCORE_COSINE, NULL, &job), SS_OK);
    assert_int_equal(scores.count, 10);
    assert_int_equal(scores.borderline, 1);
    assert_int_equal(scores.missing, 1);
    assert_int_equal(met.count, 1);
    assert_true(holds(met.text, "z9"));
    assert_near(scores.measure[SS_LINKS_AP].value, 1);
    assert_near(scores.measure[SS_LINKS_BEST_F1].value, 1);
    assert_true(isnan(scores.measure[SS_LINKS_F1].value));
    assert_near(scores.measure[SS_LINKS_AP_SAME_RELATED].value, 1);
    /* z5 and z6 have their partners outside the window; so has e5. */
    assert_near(scores.measure[SS_LINKS_RECALL_ZH_EN_AT_1].value, 4.0 / 6);
    assert_near(scores.measure[SS_LINKS_RECALL_ZH_EN_AT_5].value, 4.0 / 6);
    assert_near(scores.measure[SS_LINKS_RECALL_EN_ZH_AT_1].value, 4.0 / 5);
    assert_near(scores.measure[SS_LINKS_RECALL_EN_ZH_AT_5].value, 4.0 / 5);
    for (int m = 0; m < SS_LINKS_MEASURES; m++)
        if (m != SS_LINKS_F1) assert_interval(&scores.measure[m]);
}

static void test_links_without_a_window(void **state)
{
    (void)state;
    write_text("news.jsonl", news);
    write_text("gold.tsv", gold_pairs);
    ss_link_options options = ss_link_options_default();
    options.window_days = -1;
    ss_links_scores scores;
    assert_int_equal(evaluate(&scores, SS_SCORE_COSINE, &options, NULL), SS_OK);
    assert_near(scores.measure[SS_LINKS_RECALL_ZH_EN_AT_1].value, 1);
    assert_near(scores.measure[SS_LINKS_RECALL_EN_ZH_AT_1].value, 1);
}

static void test_links_by_probability(void **state)
{
    (void)state;
    write_text("news.jsonl", news);
    write_text("gold.tsv", gold_pairs);
    ss_links_scores scores;
    assert_int_equal(evaluate(&scores, SS_SCORE_PROBABILITY, NULL, NULL), SS_OK);
    /* Four of the seven come first, then three that are different, then those that were no candidates. */
    assert_near(scores.measure[SS_LINKS_AP].value, (4 + 5.0 / 8 + 6.0 / 9 + 7.0 / 10) / 7);
    assert_near(scores.measure[SS_LINKS_F1].value, 8.0 / 11);
    assert_near(scores.measure[SS_LINKS_BEST_F1].value, 14.0 / 17);
    assert_near(scores.measure[SS_LINKS_RECALL_ZH_EN_AT_1].value, 4.0 / 6);
    assert_near(scores.measure[SS_LINKS_RECALL_EN_ZH_AT_5].value, 4.0 / 5);
    /* Ten articles, for the digest has no place; all found as they should be, but z5 and e5 apart. */
    assert_near(scores.measure[SS_LINKS_B3_F1].value, ss_f1(1, 0.9));
}

/* Columns may be turned; pairs of one language do not count. */
static void test_links_of_pairs_in_any_order(void **state)
{
    (void)state;
    write_text("news.jsonl", news);
    write_text("gold.tsv", "z1\te1\tsame\nz2\te2\tsame\nz1\te2\trelated\nz2\te3\tdifferent\n");
    ss_links_scores plain, turned;
    assert_int_equal(evaluate(&plain, SS_SCORE_COSINE, NULL, NULL), SS_OK);
    write_text("gold.tsv", "e1\tz1\tsame\nz2\te2\tsame\ne2\tz1\trelated\ne3\tz2\tdifferent\nz1\tz2\tsame\n");
    warnings met = {0};
    const ss_job job = {.warning = note_warning, .user = &met};
    assert_int_equal(evaluate(&turned, SS_SCORE_COSINE, NULL, &job), SS_OK);
    assert_memory_equal(&plain, &turned, sizeof plain);
    assert_int_equal(met.count, 1);
    assert_true(holds(met.text, "1 pair left out"));
    write_text("gold.tsv", "z1\tz2\tsame\n");
    assert_int_equal(evaluate(&turned, SS_SCORE_COSINE, NULL, NULL), SS_ERROR_INPUT);
}

static void test_links_with_nothing_to_score(void **state)
{
    (void)state;
    write_text("news.jsonl", news);
    write_text("gold.tsv", "z4\te1\tsame\tborderline\nz9\te1\tsame\t\n");
    ss_links_scores scores;
    assert_int_equal(evaluate(&scores, SS_SCORE_COSINE, NULL, NULL), SS_ERROR_INPUT);
    assert_true(holds(ss_last_error(), "gold.tsv"));
    /* One pair, of no event, and nothing the same: most measures are not defined. */
    write_text("gold.tsv", "z1\te2\trelated\t\n");
    assert_int_equal(evaluate(&scores, SS_SCORE_PROBABILITY, NULL, NULL), SS_OK);
    assert_int_equal(scores.count, 1);
    assert_true(isnan(scores.measure[SS_LINKS_AP].value));
    assert_true(isnan(scores.measure[SS_LINKS_RECALL_EN_ZH_AT_1].value));
    assert_true(isnan(scores.measure[SS_LINKS_B3_F1].value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_retrieval),
        cmocka_unit_test(test_retrieval_from_a_table),
        cmocka_unit_test(test_retrieval_of_twins_and_none),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_gold),
        cmocka_unit_test(test_links_by_cosine),
        cmocka_unit_test(test_links_without_a_window),
        cmocka_unit_test(test_links_by_probability),
        cmocka_unit_test(test_links_of_pairs_in_any_order),
        cmocka_unit_test(test_links_with_nothing_to_score),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
