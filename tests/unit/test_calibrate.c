/* Calibration on made-up articles: of every event one of each language says the same, and events follow each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "calibrate.h"
#include "calibrate_pairs.h"
#include "result.h"
#include "status.h"
#include "store_linker.h"
#include "temp_files.h"
#include "tiny_model.h"
#include "warnings.h"

#define EVENTS 48
#define DAYS   2 /* from one event to the next */

static ss_model *model;
static char *folder;

static int set_up(void **state)
{
    (void)state;
    folder = enter_temp_folder();
    model = tiny_model();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ss_model_free(model);
    leave_temp_folder(folder);
    return 0;
}

static void push(ss_articles *articles, const char *kind, ss_lang lang, size_t event, const char *text)
{
    char id[16];
    snprintf(id, sizeof id, "%s%zu", kind, event);
    ss_article article = tiny_article(id, lang, text, "", (int64_t)(20000 + DAYS * event));
    assert_int_equal(ss_articles_push(articles, &article), SS_OK);
}

/* z0, e0 .. z47, e47, and y0 .. y47 that are copies of the Chinese ones; backwards if so wished. */
static ss_articles make_articles(bool backwards)
{
    ss_articles out = {0};
    for (size_t i = 0; i < EVENTS; i++) {
        size_t event = backwards ? EVENTS - 1 - i : i;
        char zh[TINY_TEXT_SIZE], en[TINY_TEXT_SIZE];
        tiny_pair(event, zh, en);
        push(&out, "z", SS_LANG_ZH, event, en); /* in Latin letters too: the model knows nothing */
        push(&out, "y", SS_LANG_ZH, event, en);
        push(&out, "e", SS_LANG_EN, event, en);
    }
    return out;
}

/* Same pairs of events first .. last - 1, and pairs with the event after it, alternately related and different. */
static void write_gold(const char *path, size_t first, size_t last)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (size_t i = first; i < last; i++) {
        fprintf(file, "z%zu\te%zu\tsame\tev=%zu\n", i, i, i);
        if (i + 1 < EVENTS) fprintf(file, "z%zu\te%zu\t%s\n", i, i + 1, i % 2 == 0 ? "different" : "related");
    }
    assert_int_equal(fclose(file), 0);
}

static ss_calibrate_options small_options(const char *const *gold, size_t count)
{
    ss_calibrate_options options = ss_calibrate_options_default();
    options.gold = gold;
    options.gold_count = count;
    options.boost.bags = 2;
    options.boost.trees = 40;
    options.boost.min_leaf = 5;
    return options;
}

static ss_status run(ss_calibration *out, ss_linker *linker, const ss_calibrate_options *options, bool backwards,
                     const ss_job *job)
{
    ss_articles articles = make_articles(backwards);
    ss_status status = ss_calibrate(out, linker, &articles, model, NULL, options, job);
    ss_articles_clear(&articles);
    return status;
}

static void assert_near(double value, double wanted)
{
    if (!(fabs(value - wanted) <= 1e-9)) fail_msg("%.12g is not %.12g", value, wanted);
}

static void assert_same_boost(const ss_boost *a, const ss_boost *b)
{
    assert_int_equal(a->features, b->features);
    assert_int_equal(a->tree_count, b->tree_count);
    assert_near(a->bias, b->bias);
    assert_memory_equal(a->tree, b->tree, a->tree_count * sizeof *a->tree);
}

static void assert_same_linker(const ss_linker *a, const ss_linker *b)
{
    assert_same_boost(&a->alone, &b->alone);
    assert_same_boost(&a->near, &b->near);
    assert_same_boost(&a->company, &b->company);
    assert_same_boost(&a->brief, &b->brief);
    assert_near(a->threshold, b->threshold);
}

/* --------------------------------------------------------------- learning */

static void test_learns_what_is_the_same(void **state)
{
    (void)state;
    static const char *const gold[] = {"gold.tsv"};
    write_gold(gold[0], 0, EVENTS);
    ss_calibrate_options options = small_options(gold, 1);
    ss_calibration c;
    ss_linker linker;
    assert_int_equal(run(&c, &linker, &options, false, NULL), SS_OK);
    assert_int_equal(c.learnt.used[SS_ZH_EN][SS_LABEL_SAME], EVENTS);
    assert_int_equal(c.learnt.used[SS_ZH_EN][SS_LABEL_RELATED], EVENTS / 2 - 1);
    assert_int_equal(c.learnt.used[SS_ZH_EN][SS_LABEL_DIFFERENT], EVENTS / 2);
    assert_int_equal(c.groups, EVENTS);
    assert_true(c.by_week);
    const ss_linker_scores *scores = &c.cross_validated;
    assert_int_equal(scores->pairs, 2 * EVENTS - 1);
    assert_int_equal(scores->same, EVENTS);
    assert_true(scores->ap > 0.95);
    assert_near(scores->ap_of[SS_ZH_EN], scores->ap);
    assert_true(isnan(scores->ap_of[SS_EN_EN]));
    assert_true(scores->ap_same_related > 0.95);
    assert_true(scores->best_f1 > 0.9 && scores->f1 > scores->best_f1 - 0.02);
    assert_true(scores->log_loss < 0.3);
    assert_true(scores->reliability.error < 0.2);
    assert_true(c.threshold > 0 && c.threshold < 1);
    assert_near(linker.threshold, c.threshold);
    double sum = 0;
    for (int i = 0; i < SS_LINKER_FEATURES; i++)
        sum += c.gain[i];
    assert_near(sum, 1);
    assert_int_equal(c.test.pairs, 0);
    assert_int_equal(linker.alone.features, SS_FEATURES_ALONE);
    assert_int_equal(linker.near.features, SS_FEATURES_ALONE);
    assert_int_equal(linker.company.features, SS_LINKER_FEATURES);
    assert_int_equal(linker.brief.features, SS_FEATURES_ALONE);
    assert_true(c.headlines >= 50 && c.far_apart > 0);
    assert_null(ss_linker_find_fault(&linker));
    ss_linker_clear(&linker);
}

static void test_a_threshold_of_ones_own(void **state)
{
    (void)state;
    static const char *const gold[] = {"gold.tsv"};
    write_gold(gold[0], 0, EVENTS);
    ss_calibrate_options options = small_options(gold, 1);
    options.threshold = 0.75;
    ss_calibration c;
    ss_linker linker;
    assert_int_equal(run(&c, &linker, &options, false, NULL), SS_OK);
    assert_near(c.threshold, 0.75);
    assert_near(linker.threshold, 0.75);
    ss_linker_clear(&linker);
}

/* Neither threads nor the order of articles, pairs and files have a bearing; a pair that stands twice counts once. */
static void test_the_same_in_any_order(void **state)
{
    (void)state;
    static const char *const one[] = {"gold.tsv"}, *const several[] = {"late.tsv", "early.tsv", "gold.tsv"};
    write_gold(one[0], 0, EVENTS);
    write_gold(several[0], 20, EVENTS);
    write_gold(several[1], 0, 20);
    ss_calibrate_options options[2] = {small_options(one, 1), small_options(several, 3)};
    ss_calibration c[2];
    ss_linker linker[2];
    for (int i = 0; i < 2; i++) {
        const ss_job job = {.threads = 1 + 2 * i};
        assert_int_equal(run(&c[i], &linker[i], &options[i], i == 1, &job), SS_OK);
    }
    assert_int_equal(c[0].learnt.repeated, 0);
    assert_int_equal(c[1].learnt.repeated, 2 * EVENTS - 1);
    assert_int_equal(c[1].cross_validated.pairs, 2 * EVENTS - 1);
    assert_same_linker(&linker[0], &linker[1]);
    assert_memory_equal(&c[0].cross_validated, &c[1].cross_validated, sizeof c[0].cross_validated);
    ss_linker_clear(&linker[0]);
    ss_linker_clear(&linker[1]);
}

static void test_pairs_left_out(void **state)
{
    (void)state;
    static const char *const gold[] = {"gold.tsv"}, *const part[] = {"part.tsv"}, *const test[] = {"test.tsv"};
    write_gold(gold[0], 0, EVENTS);
    write_gold(part[0], 0, 32);
    write_gold(test[0], 32, EVENTS);
    ss_calibrate_options options[2] = {small_options(gold, 1), small_options(part, 1)};
    options[0].left_out = test;
    options[0].left_out_count = 1;
    ss_calibration c[2];
    ss_linker linker[2];
    for (int i = 0; i < 2; i++)
        assert_int_equal(run(&c[i], &linker[i], &options[i], false, NULL), SS_OK);
    assert_same_linker(&linker[0], &linker[1]);
    assert_int_equal(c[0].learnt.repeated, 31);
    assert_int_equal(c[0].cross_validated.pairs, 64);
    assert_int_equal(c[0].test.pairs, 31);
    assert_int_equal(c[0].test.same, 16);
    assert_int_equal(c[0].left_out.used[SS_ZH_EN][SS_LABEL_SAME], 16);
    assert_true(c[0].test.ap > 0.95);
    assert_int_equal(c[1].test.pairs, 0);
    ss_linker_clear(&linker[0]);
    ss_linker_clear(&linker[1]);
}

/* A written model links with what it learnt. */
static void test_in_a_model(void **state)
{
    (void)state;
    static const char *const gold[] = {"gold.tsv"};
    write_gold(gold[0], 0, EVENTS);
    ss_calibrate_options options = small_options(gold, 1);
    ss_calibration c;
    ss_linker linker;
    assert_int_equal(run(&c, &linker, &options, false, NULL), SS_OK);
    model->linker = linker;
    assert_int_equal(ss_model_write(model, "fitted.h5"), SS_OK);
    model->linker = (ss_linker){0};
    ss_linker_clear(&linker);
    ss_model *fitted;
    assert_int_equal(ss_model_load(&fitted, "fitted.h5"), SS_OK);
    assert_near(ss_linker_threshold(&fitted->linker), c.threshold);
    ss_articles articles = make_articles(false);
    ss_result *result;
    assert_int_equal(ss_link_articles(&result, &articles, fitted, NULL, NULL), SS_OK);
    size_t links = 0, right = 0;
    for (size_t i = 0; i < ss_result_link_count(result); i++) {
        const ss_link *link = ss_result_link(result, i);
        const ss_article *a = ss_result_article(result, link->a), *b = ss_result_article(result, link->b);
        if (a->lang == b->lang) continue;
        links++;
        right += a->published.seconds == b->published.seconds;
    }
    assert_true(right >= 2 * EVENTS - 4);
    assert_true(links <= right + 8);
    ss_result_free(result);
    ss_model_free(fitted);
}

/* ----------------------------------------------------------------- pairs */

static void test_what_becomes_of_pairs(void **state)
{
    (void)state;
    static const char *const gold[] = {"gold.tsv", "more.tsv"};
    write_gold(gold[0], 0, EVENTS);
    write_text(gold[1], "z0\ty0\tduplicate\ne1\tz1\trelated\nz2\te40\tdifferent\nz3\te3\tsame\tborderline\n"
                        "z99\te0\tsame\ne4\te5\tdifferent\n");
    ss_calibrate_options options = small_options(gold, 2);
    warnings met = {0};
    const ss_job job = {.warning = note_warning, .user = &met};
    ss_calibration c;
    ss_linker linker;
    assert_int_equal(run(&c, &linker, &options, false, &job), SS_OK);
    ss_linker_clear(&linker);
    assert_int_equal(c.learnt.used[SS_ZH_ZH][SS_LABEL_SAME], 1);
    assert_int_equal(c.learnt.used[SS_EN_EN][SS_LABEL_DIFFERENT], 1);
    assert_int_equal(c.learnt.used[SS_ZH_EN][SS_LABEL_SAME], EVENTS); /* "same" of z1 and e1 stands */
    assert_int_equal(c.learnt.repeated, 1);
    assert_int_equal(c.learnt.borderline, 1);
    assert_int_equal(c.learnt.missing, 1);
    assert_int_equal(c.learnt.not_near[SS_LABEL_DIFFERENT], 1);
    assert_near(c.cross_validated.ap_of[SS_ZH_ZH], 1);
    assert_true(isnan(c.cross_validated.ap_of[SS_EN_EN]));
    assert_int_equal(met.count, 2);
    assert_non_null(strstr(met.text, "'z99'"));
    assert_non_null(strstr(met.text, "two labels"));
}

/* An article of a day in each row; rows as they come in a result. */
static ss_result *make_result(const int64_t *day, size_t count)
{
    ss_result *result;
    assert_int_equal(ss_result_new(&result), SS_OK);
    for (size_t i = 0; i < count; i++) {
        ss_article article = tiny_article("x", SS_LANG_EN, "", "", day[i]);
        assert_int_equal(ss_articles_push(&result->articles, &article), SS_OK);
    }
    return result;
}

#define NO_EVENT UINT64_MAX

/* Weeks begin on days that are multiples of seven. */
static void test_folds(void **state)
{
    (void)state;
    const int64_t day[] = {0, 1, 6, 7, 8, 14, 21, 22, 700, TINY_UNDATED, TINY_UNDATED};
    ss_result *result = make_result(day, sizeof day / sizeof *day);
    ss_sample item[] = {
        {.a = 0, .b = 1, .label = SS_LABEL_DIFFERENT, .event = NO_EVENT}, /* week 0 */
        {.a = 2, .b = 3, .label = SS_LABEL_SAME, .event = NO_EVENT},      /* begins in week 0 */
        {.a = 3, .b = 4, .label = SS_LABEL_RELATED, .event = NO_EVENT},   /* by 3, in the group of 2 */
        {.a = 4, .b = 5, .label = SS_LABEL_SAME, .event = 7},             /* week 1 */
        {.a = 6, .b = 8, .label = SS_LABEL_RELATED, .event = 7},          /* week 1, for the event began there */
        {.a = 7, .b = 8, .label = SS_LABEL_DIFFERENT, .event = NO_EVENT}, /* group of 8: week 1 */
        {.a = 9, .b = 10, .label = SS_LABEL_RELATED, .event = NO_EVENT},  /* undated */
    };
    const size_t count = sizeof item / sizeof *item;
    ss_samples samples = {.count = count, .item = item};
    ss_calibration c = {0};
    assert_int_equal(ss_samples_divide(&samples, &c, result, 2), SS_OK);
    assert_true(c.by_week);
    assert_int_equal(c.groups, 4); /* of the pairs: those of rows 0, 2, 4 and 9 */
    for (size_t i = 0; i < count; i++)
        assert_true(item[i].fold < 2);
    assert_int_equal(item[0].fold, item[1].fold);
    assert_int_equal(item[0].fold, item[2].fold);
    assert_int_equal(item[3].fold, item[4].fold);
    assert_int_equal(item[3].fold, item[5].fold);
    /* Of three folds there are not as many weeks: groups it is. */
    assert_int_equal(ss_samples_divide(&samples, &c, result, 3), SS_OK);
    assert_false(c.by_week);
    assert_int_equal(c.groups, 4);
    assert_int_equal(item[1].fold, item[2].fold);
    assert_int_equal(item[3].fold, item[4].fold);
    ss_result_free(result);
    samples.count = 0;
    result = make_result(day, 0);
    assert_int_equal(ss_samples_divide(&samples, &c, result, 5), SS_OK);
    assert_int_equal(c.groups, 0);
    ss_result_free(result);
}

/* With many weeks no fold stays empty. */
static void test_folds_share_out(void **state)
{
    (void)state;
    enum { WEEKS = 60 };
    int64_t day[WEEKS];
    ss_sample item[WEEKS] = {0};
    for (uint32_t i = 0; i < WEEKS; i++) {
        day[i] = 7 * (int64_t)i - 70; /* some before 1970 */
        item[i] = (ss_sample){.a = i, .b = i, .event = NO_EVENT};
    }
    ss_result *result = make_result(day, WEEKS);
    ss_samples samples = {.count = WEEKS, .item = item};
    ss_calibration c = {0};
    assert_int_equal(ss_samples_divide(&samples, &c, result, 5), SS_OK);
    int size[5] = {0};
    for (size_t i = 0; i < WEEKS; i++)
        size[item[i].fold]++;
    for (int i = 0; i < 5; i++)
        assert_true(size[i] >= 4);
    ss_result_free(result);
}

/* ----------------------------------------------------------------- faults */

static void assert_refused(const ss_calibrate_options *options, ss_status wanted, const char *message)
{
    ss_calibration c;
    ss_linker linker;
    assert_int_equal(run(&c, &linker, options, false, NULL), wanted);
    if (strstr(ss_last_error(), message) == NULL) fail_msg("\"%s\" says nothing of %s", ss_last_error(), message);
    assert_true(linker.alone.tree == NULL && linker.near.tree == NULL && linker.company.tree == NULL);
}

static void test_gold_that_teaches_nothing(void **state)
{
    (void)state;
    static const char *const gold[] = {"gold.tsv"};
    ss_calibrate_options options = small_options(gold, 1);
    write_gold(gold[0], 0, 24); /* 48 pairs */
    assert_refused(&options, SS_ERROR_INPUT, "48 pairs");
    write_text(gold[0], "p\tq\tsame\n");
    assert_refused(&options, SS_ERROR_INPUT, "0 pairs");
    write_text(gold[0], "no gold\n");
    assert_refused(&options, SS_ERROR_INPUT, "gold.tsv");
    remove(gold[0]);
    assert_refused(&options, SS_ERROR_IO, "gold.tsv");
    FILE *file = fopen(gold[0], "w");
    assert_non_null(file);
    for (int i = 0; i < EVENTS; i++)
        fprintf(file, "z%d\te%d\tsame\ny%d\te%d\tsame\n", i, i, i, i);
    assert_int_equal(fclose(file), 0);
    assert_refused(&options, SS_ERROR_INPUT, "all 96 pairs");
    file = fopen(gold[0], "w");
    assert_non_null(file);
    for (int i = 0; i + 1 < EVENTS; i++)
        fprintf(file, "z%d\te%d\tsame\tev=1\nz%d\te%d\tdifferent\n", i, i, i, i + 1);
    assert_int_equal(fclose(file), 0);
    options.folds = 5;
    assert_refused(&options, SS_ERROR_INPUT, "events");
}

static void test_bad_options(void **state)
{
    (void)state;
    static const char *const gold[] = {"gold.tsv"};
    write_gold(gold[0], 0, EVENTS);
    ss_calibrate_options options = small_options(gold, 1);
    options.folds = 1;
    assert_refused(&options, SS_ERROR_ARGUMENT, "folds");
    options = small_options(gold, 1);
    options.threshold = 1.5;
    assert_refused(&options, SS_ERROR_ARGUMENT, "threshold");
    options = small_options(gold, 1);
    options.boost.rate = 0;
    assert_refused(&options, SS_ERROR_ARGUMENT, "boosted trees");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_learns_what_is_the_same),
        cmocka_unit_test(test_a_threshold_of_ones_own),
        cmocka_unit_test(test_the_same_in_any_order),
        cmocka_unit_test(test_pairs_left_out),
        cmocka_unit_test(test_in_a_model),
        cmocka_unit_test(test_what_becomes_of_pairs),
        cmocka_unit_test(test_folds),
        cmocka_unit_test(test_folds_share_out),
        cmocka_unit_test(test_gold_that_teaches_nothing),
        cmocka_unit_test(test_bad_options),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
