/* The linker: features, the plain linker, and a learnt one whose trees are made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "linker.h"
#include "store_linker.h"
#include "tiny_model.h"

static int number_of(const char *name)
{
    for (int i = 0; i < SS_LINKER_FEATURES; i++)
        if (strcmp(ss_linker_feature_names[i], name) == 0) return i;
    fail_msg("there is no feature '%s'", name);
    return 0;
}

static float feature_of(const ss_link *link, ss_lang a, ss_lang b, const char *name)
{
    float feature[SS_LINKER_FEATURES];
    ss_linker_features(link, a, b, feature);
    return feature[number_of(name)];
}

static void assert_near(double value, double wanted)
{
    if (isnan(wanted) ? !isnan(value) : !(fabs(value - wanted) <= 1e-5)) fail_msg("%.9g is not %.9g", value, wanted);
}

static double sigmoid(double log_odds)
{
    return 1 / (1 + exp(-log_odds));
}

/* A pair of which nothing is known but its cosines. */
static ss_link bare(float cosine)
{
    return (ss_link){.a = 0,
                     .b = 1,
                     .cosine = cosine,
                     .margin = 1,
                     .title_cosine = NAN,
                     .lead_cosine = NAN,
                     .title_lead_cosine = NAN,
                     .lead_title_cosine = NAN,
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
                     .alone = 0.5f,
                     .others_a = NAN,
                     .others_b = NAN,
                     .days_later = SS_DAYS_UNKNOWN};
}

static ss_link full(float cosine)
{
    return (ss_link){.a = 0,
                     .b = 1,
                     .cosine = cosine,
                     .margin = 1.5f,
                     .title_cosine = 0.7f,
                     .lead_cosine = 0.6f,
                     .title_lead_cosine = 0.65f,
                     .lead_title_cosine = 0.45f,
                     .gap_ab = 0.1f,
                     .gap_ba = -0.2f,
                     .shared_terms = 0.4f,
                     .covered_a = 0.3f,
                     .covered_b = 0.5f,
                     .shared_names = 0.8f,
                     .shared_words = 0.25f,
                     .in_common_a = 0.75f,
                     .in_common_b = 0.125f,
                     .shared_bits = 33,
                     .said_bits = 20,
                     .shared_numbers = 0.5f,
                     .conflicting_numbers = 1,
                     .copied = 0.1f,
                     .alone = 0.75f,
                     .support = 0.36f,
                     .others_a = 0.9f,
                     .others_b = 0.2f,
                     .days_later = -2,
                     .rank_ab = 1,
                     .rank_ba = 3};
}

/* --------------------------------------------------------------- features */

static void test_names(void **state)
{
    (void)state;
    for (int i = 0; i < SS_LINKER_FEATURES; i++) {
        assert_true(ss_linker_feature_names[i][0] != '\0');
        assert_int_equal(number_of(ss_linker_feature_names[i]), i); /* no name twice */
    }
    assert_int_equal(number_of("the pair alone"), SS_FEATURES_ALONE);
    assert_string_equal(ss_relation_name(SS_RELATION_DIFFERENT), "different");
    assert_string_equal(ss_relation_name(SS_RELATION_RELATED), "related");
    assert_string_equal(ss_relation_name(SS_RELATION_SAME), "same");
    assert_string_equal(ss_relation_name(SS_RELATION_DUPLICATE), "duplicate");
    assert_string_equal(ss_relation_name((ss_relation)4), "");
}

/* The background of each pair of languages is 0, and 1 is 1. */
static void test_cosines_are_put_on_one_scale(void **state)
{
    (void)state;
    const ss_lang pair[3][2] = {{SS_LANG_ZH, SS_LANG_EN}, {SS_LANG_ZH, SS_LANG_ZH}, {SS_LANG_EN, SS_LANG_EN}};
    for (int p = 0; p < 3; p++) {
        ss_lang a = pair[p][0], b = pair[p][1];
        double background = ss_background_cosine(a, b);
        assert_true(background > 0 && background < 1);
        assert_true(ss_background_cosine(b, a) == background);
        ss_link link = full((float)background);
        link.title_cosine = 1;
        link.lead_cosine = (float)(1 + background) / 2;
        link.title_lead_cosine = (float)(1 + background) / 2;
        link.lead_title_cosine = NAN; /* the less and the more of one */
        link.margin = (float)(1 / background);
        link.gap_ab = (float)(1 - background);
        link.gap_ba = (float)(background - 1) / 4;
        assert_near((double)feature_of(&link, a, b, "cosine"), 0);
        assert_near((double)feature_of(&link, a, b, "title cosine"), 1);
        assert_near((double)feature_of(&link, a, b, "lead cosine"), 0.5);
        assert_near((double)feature_of(&link, a, b, "title to lead, less"), 0.5);
        assert_near((double)feature_of(&link, a, b, "title to lead, more"), 0.5);
        link.lead_title_cosine = 1;
        assert_near((double)feature_of(&link, a, b, "title to lead, less"), 0.5);
        assert_near((double)feature_of(&link, a, b, "title to lead, more"), 1);
        assert_near((double)feature_of(&link, a, b, "margin"), 1);
        assert_near((double)feature_of(&link, a, b, "ahead of a's others"), 1);
        assert_near((double)feature_of(&link, a, b, "ahead of b's others"), -0.25);
        assert_true(feature_of(&link, a, b, "languages") == (a != b ? 1.0f : 0.0f));
        link.margin = 1;
        assert_near((double)feature_of(&link, a, b, "margin"), 0);
        link.margin = 0;
        assert_true(isfinite(feature_of(&link, a, b, "margin")));
        link.margin = -3;
        assert_true(isfinite(feature_of(&link, a, b, "margin")));
    }
}

static void test_what_is_known(void **state)
{
    (void)state;
    ss_link link = full(0.5f);
    static const struct {
        const char *name;
        double value;
    } cases[] = {
        {"nearest", 1},
        {"days apart", 2},
        {"days later", -2},
        {"shared terms", 0.4},
        {"terms covered, less", 0.3},
        {"terms covered, more", 0.5},
        {"shared names", 0.8},
        {"shared words", 0.25},
        {"words in common, less", 0.125},
        {"words in common, more", 0.75},
        {"shared bits", 33},
        {"shared numbers", 0.5},
        {"conflicting numbers", 1},
        {"copied", 0.1},
        {"the pair alone", 1.0986122886681098}, /* log 3 */
        {"support", 0.36},
        {"a's others", 0.9},
        {"b's others", 0.2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_near((double)feature_of(&link, SS_LANG_ZH, SS_LANG_EN, cases[i].name), cases[i].value);
    assert_true(isnan(feature_of(&link, SS_LANG_EN, SS_LANG_EN, "days later"))); /* neither stands first by itself */
    assert_near((double)feature_of(&link, SS_LANG_EN, SS_LANG_EN, "days apart"), 2);
    link.rank_ba = 1;
    assert_near((double)feature_of(&link, SS_LANG_ZH, SS_LANG_EN, "nearest"), 2);
    link.rank_ab = link.rank_ba = 0;
    assert_near((double)feature_of(&link, SS_LANG_ZH, SS_LANG_EN, "nearest"), 0);
}

/* What is not known is NAN; whatever is known, nothing is infinite: trees are not learnt from that. */
static void test_what_is_not_known(void **state)
{
    (void)state;
    ss_link link = bare(0.5f);
    static const char *const known[] = {"cosine",  "margin",    "ahead of a's others", "ahead of b's others",
                                        "nearest", "languages", "the pair alone",      "support"};
    float feature[SS_LINKER_FEATURES];
    ss_linker_features(&link, SS_LANG_ZH, SS_LANG_EN, feature);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_true(isfinite(feature[number_of(known[i])]));
        feature[number_of(known[i])] = NAN;
    }
    for (int i = 0; i < SS_LINKER_FEATURES; i++)
        if (!isnan(feature[i])) fail_msg("%s is %g", ss_linker_feature_names[i], (double)feature[i]);
    static const float certain[] = {0, 1};
    for (int i = 0; i < 2; i++) {
        link.alone = certain[i];
        assert_near((double)feature_of(&link, SS_LANG_ZH, SS_LANG_EN, "the pair alone"),
                    (i == 0 ? -1 : 1) * log((1 - 1e-6) / 1e-6));
    }
}

/* ------------------------------------------------------ nothing learnt */

static const ss_linker none;

static void judge_alone(const ss_linker *linker, ss_link *link, ss_lang a, ss_lang b)
{
    const ss_article article[2] = {{.lang = a}, {.lang = b}};
    link->a = 0;
    link->b = 1;
    ss_linker_judge_alone(linker, link, 1, article);
}

static void judge_in_company(const ss_linker *linker, ss_link *link, ss_lang a, ss_lang b)
{
    const ss_article article[2] = {{.lang = a}, {.lang = b}};
    link->a = 0;
    link->b = 1;
    ss_linker_judge(linker, link, 1, article);
}

static double plain_alone(ss_link link)
{
    judge_alone(&none, &link, SS_LANG_ZH, SS_LANG_EN);
    assert_true(link.alone >= 0 && link.alone <= 1);
    return (double)link.alone;
}

static void test_plain_linker(void **state)
{
    (void)state;
    ss_link link = full(0.3f), better = full(0.9f);
    assert_true(plain_alone(better) > plain_alone(link));
    better = link;
    better.shared_terms = 0.9f;
    assert_true(plain_alone(better) > plain_alone(link));
    better = link;
    better.days_later = 0;
    assert_true(plain_alone(better) > plain_alone(link));
    better = link;
    better.days_later = 2;
    assert_near(plain_alone(better), plain_alone(link)); /* before or after is all one to it */
    better.margin = 3;
    assert_true(plain_alone(better) > plain_alone(link));
    assert_true(plain_alone(bare(-1)) < 0.01);
}

/* Without a title the cosine stands for that of the titles, and without dates one day lies between. */
static void test_plain_linker_fills_gaps(void **state)
{
    (void)state;
    ss_link filled = full(0.6f), gaps = filled;
    filled.title_cosine = filled.lead_cosine = 0.6f;
    filled.days_later = -1;
    filled.shared_numbers = 0.25f;
    gaps.title_cosine = gaps.lead_cosine = gaps.shared_numbers = NAN;
    gaps.days_later = SS_DAYS_UNKNOWN;
    assert_near(plain_alone(gaps), plain_alone(filled));
}

static ss_link judged(const ss_linker *linker, float alone, float copied)
{
    ss_link link = bare(0.5f);
    link.alone = alone;
    link.copied = copied;
    judge_in_company(linker, &link, SS_LANG_EN, SS_LANG_EN);
    ss_linker_relate(linker, &link, SS_LANG_EN, SS_LANG_EN);
    return link;
}

static void test_plain_relations(void **state)
{
    (void)state;
    const double threshold = ss_linker_threshold(&none);
    assert_true(threshold > 0 && threshold < 1);
    const ss_linker elsewhere = {.threshold = 0.9};
    assert_true(ss_linker_threshold(&elsewhere) == threshold); /* the plain linker has one of its own */
    const float just = (float)threshold * 1.001f, not_quite = (float)threshold * 0.999f;
    assert_int_equal(judged(&none, just, NAN).relation, SS_RELATION_SAME);
    assert_int_equal(judged(&none, just, 0.69f).relation, SS_RELATION_SAME);
    assert_int_equal(judged(&none, just, 0.7f).relation, SS_RELATION_DUPLICATE);
    assert_int_equal(judged(&none, 1, 1).relation, SS_RELATION_DUPLICATE);
    assert_int_equal(judged(&none, not_quite, NAN).relation, SS_RELATION_RELATED);
    assert_int_equal(judged(&none, not_quite, 1).relation, SS_RELATION_RELATED);
    assert_int_equal(judged(&none, just / 2, NAN).relation, SS_RELATION_RELATED);
    assert_int_equal(judged(&none, not_quite / 2, NAN).relation, SS_RELATION_DIFFERENT);
    assert_int_equal(judged(&none, 0, NAN).relation, SS_RELATION_DIFFERENT);
    assert_true(judged(&none, 0.25f, NAN).probability == 0.25f);
}

static void test_worth_a_look(void **state)
{
    (void)state;
    assert_false(ss_linker_worth_a_look(&(ss_link){.cosine = -0.5f, .margin = 0}, SS_LANG_ZH, SS_LANG_EN));
    ss_link link = full(0.8f);
    assert_true(ss_linker_worth_a_look(&link, SS_LANG_ZH, SS_LANG_EN));
    ss_link before = link;
    link.shared_terms = NAN; /* evidence has no say: it is not there yet */
    link.shared_numbers = 0;
    assert_true(ss_linker_worth_a_look(&link, SS_LANG_ZH, SS_LANG_EN));
    assert_true(link.cosine == before.cosine && isnan(link.shared_terms)); /* nor is the link changed */
    link = bare(0.9f);
    assert_true(ss_linker_worth_a_look(&link, SS_LANG_EN, SS_LANG_EN));
}

/* ------------------------------------------------------- a learnt linker */

/* The cosine in English whose feature this is. */
static float cosine_at(double feature)
{
    double background = ss_background_cosine(SS_LANG_EN, SS_LANG_EN);
    return (float)(background + feature * (1 - background));
}

static ss_link judge_all(const ss_linker *linker, double cosine, float names, float support, float copied)
{
    ss_link link = bare(cosine_at(cosine));
    link.shared_names = names;
    link.support = support;
    link.copied = copied;
    judge_alone(linker, &link, SS_LANG_EN, SS_LANG_EN);
    judge_in_company(linker, &link, SS_LANG_EN, SS_LANG_EN);
    ss_linker_relate(linker, &link, SS_LANG_EN, SS_LANG_EN);
    return link;
}

static void test_learnt_linker(void **state)
{
    (void)state;
    ss_linker linker = tiny_linker();
    assert_null(ss_linker_find_fault(&linker));
    static const struct {
        double cosine;
        float names, support, copied;
        double alone, probability; /* log-odds */
        ss_relation relation;
    } cases[] = {
        {0.8, 0.8f, 0.8f, NAN, 1.0, 3.25, SS_RELATION_SAME},
        {0.8, 0.8f, 0.8f, 0.75f, 1.0, 3.25, SS_RELATION_DUPLICATE},
        {0.95, 0.8f, 0.8f, 0.5f, 1.0, 3.375, SS_RELATION_SAME},
        {0.8, NAN, 0, NAN, 0.25, 0.75, SS_RELATION_SAME},
        {0.4, 0.8f, 0, NAN, -2.0, -1.25, SS_RELATION_RELATED},
        {0.4, 0.8f, 0, 1, -2.0, -1.25, SS_RELATION_RELATED},  /* copied alone makes no event */
        {0.4, NAN, 0.9f, NAN, -2.75, 1.25, SS_RELATION_SAME}, /* by its company */
        {0.1, NAN, 0, NAN, -2.75, -1.25, SS_RELATION_DIFFERENT},
        {0.1, NAN, 0.9f, NAN, -2.75, 1.25, SS_RELATION_SAME},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ss_link link = judge_all(&linker, cases[i].cosine, cases[i].names, cases[i].support, cases[i].copied);
        assert_near((double)link.alone, sigmoid(cases[i].alone));
        assert_near((double)link.probability, sigmoid(cases[i].probability));
        assert_int_equal(link.relation, cases[i].relation);
    }
    assert_true(ss_linker_threshold(&linker) == 0.5);
    linker.threshold = 0.8; /* sigmoid(1.25) is 0.777 */
    assert_true(ss_linker_threshold(&linker) == 0.8);
    assert_int_equal(judge_all(&linker, 0.4, NAN, 0.9f, NAN).relation, SS_RELATION_RELATED);
    assert_int_equal(judge_all(&linker, 0.1, NAN, 0.9f, NAN).relation, SS_RELATION_DIFFERENT);
    ss_linker_clear(&linker);
    assert_null(linker.alone.tree);
}

static ss_likeness likeness_of(const ss_linker *linker, double cosine, double alone)
{
    ss_link link = bare(cosine_at(cosine));
    link.alone = (float)alone;
    ss_likeness likeness = ss_linker_likeness(linker, &link, SS_LANG_EN, SS_LANG_EN);
    assert_near(likeness.same, alone);
    assert_near(likeness.level, (likeness.topic + likeness.related + likeness.same) / 3);
    assert_true(likeness.same <= likeness.related && likeness.related <= likeness.topic && likeness.topic <= 1);
    return likeness;
}

static void test_likeness(void **state)
{
    (void)state;
    ss_linker linker = tiny_linker();
    double before = 0;
    for (int i = -10; i <= 10; i++) {
        double level = likeness_of(&linker, i / 10.0, 0.01).level;
        assert_true(level >= before);
        before = level;
    }
    assert_true(likeness_of(&linker, -1, 0).level < 0.2);
    assert_near(likeness_of(&linker, 0.1, 0).topic, sigmoid(1.9));
    assert_true(likeness_of(&linker, 0.4, 0).related > 0.5 &&
                likeness_of(&linker, 0.1, 0).related < 0.5); /* relations */
    assert_near(likeness_of(&linker, -1, 0.9).level, 0.9);   /* who reports the same shares topic and story */
    ss_linker_clear(&linker);
    double threshold = ss_linker_threshold(&none);
    assert_near(likeness_of(&none, 0.5, threshold / 2).related, 0.5);
    assert_near(likeness_of(&none, 0.5, 1.5 * threshold).related, 1);
}

static void assert_adds_up(const ss_linker *linker, ss_link link, ss_lang a, ss_lang b)
{
    double share[SS_LINKER_SHARES];
    judge_alone(linker, &link, a, b);
    judge_in_company(linker, &link, a, b);
    double sum = ss_linker_shares(linker, &link, a, b, share);
    for (int i = 0; i < SS_LINKER_SHARES; i++) {
        assert_true(isfinite(share[i]));
        sum += share[i];
    }
    assert_near(sigmoid(sum), (double)link.probability);
}

/* ------------------------------------------------------- brief articles */

/* Undated, and with so many bits to go by. */
static ss_link brief(float bits, float names)
{
    ss_link link = bare(cosine_at(0.95));
    link.said_bits = bits;
    link.shared_names = names;
    link.support = 0.9f;
    return link;
}

static void test_brief_articles(void **state)
{
    (void)state;
    ss_linker linker = tiny_linker();
    ss_link link = brief(12, 0.2f), dated = link, telling = brief(300, 0.2f), unknown = brief(NAN, 0.2f);
    dated.days_later = 0;
    assert_true(ss_linker_is_brief(&linker, &link));
    assert_false(ss_linker_is_brief(&linker, &dated) || ss_linker_is_brief(&linker, &telling));
    assert_false(ss_linker_is_brief(&linker, &unknown)); /* a model without a lexicon */
    assert_false(ss_linker_is_brief(&none, &link));
    judge_alone(&linker, &link, SS_LANG_EN, SS_LANG_EN);
    assert_near((double)link.alone, sigmoid(-1.125));
    judge_in_company(&linker, &link, SS_LANG_EN, SS_LANG_EN);
    assert_true(link.probability == link.alone); /* whatever its company */
    judge_alone(&linker, &telling, SS_LANG_EN, SS_LANG_EN);
    assert_near((double)telling.alone, sigmoid(0.25));
    assert_adds_up(&linker, link, SS_LANG_EN, SS_LANG_EN);
    assert_adds_up(&linker, brief(12, 0.9f), SS_LANG_ZH, SS_LANG_EN);
    ss_linker_clear(&linker);
}

/* As in a folder of two: the background stands for all other neighbours. */
static void test_isolation(void **state)
{
    (void)state;
    ss_link link = full(0.6f);
    double background = ss_background_cosine(SS_LANG_ZH, SS_LANG_EN);
    ss_link_isolate(&link, SS_LANG_ZH, SS_LANG_EN, 10);
    assert_near((double)link.margin, 0.6 / ((9 * background + 0.6) / 10));
    assert_near((double)link.gap_ab, 0.6 - background);
    assert_near((double)link.gap_ba, 0.6 - background);
    assert_true(link.rank_ab == 1 && link.rank_ba == 1 && link.mutual);
    assert_int_equal(link.days_later, SS_DAYS_UNKNOWN);
    assert_true(link.cosine == 0.6f && link.shared_names == 0.8f); /* what the two say stays */
}

/* ----------------------------------------------------------------- shares */

static void test_shares_add_up(void **state)
{
    (void)state;
    ss_linker linker = tiny_linker();
    const ss_linker *const both[] = {&none, &linker};
    const ss_lang lang[] = {SS_LANG_ZH, SS_LANG_EN};
    for (int which = 0; which < 2; which++) {
        for (int cosine = -10; cosine <= 10; cosine++) {
            for (int languages = 0; languages < 3; languages++) {
                ss_lang a = lang[languages == 2], b = lang[languages > 0];
                assert_adds_up(both[which], full((float)cosine / 10), a, b);
                assert_adds_up(both[which], bare((float)cosine / 10), a, b);
            }
        }
    }
    ss_linker_clear(&linker);
}

/* Each feature's share is what its questions changed; the last is what the company adds. */
static void test_shares_of_a_learnt_linker(void **state)
{
    (void)state;
    ss_linker linker = tiny_linker();
    ss_link link = judge_all(&linker, 0.8, 0.8f, 0.8f, NAN);
    double share[SS_LINKER_SHARES];
    double start = ss_linker_shares(&linker, &link, SS_LANG_EN, SS_LANG_EN, share);
    assert_near(start, -0.5 - 0.25 + 0.0625);
    for (int i = 0; i < SS_FEATURES_ALONE; i++)
        assert_near(share[i], i == number_of("cosine") ? 1.25 : i == number_of("shared names") ? 0.4375 : 0);
    assert_near(share[SS_FEATURES_ALONE], 3.25 - 1.0);
    ss_linker_clear(&linker);
}

static void test_shares_of_the_plain_linker(void **state)
{
    (void)state;
    ss_link link = bare(cosine_at(0.5));
    double share[SS_LINKER_SHARES];
    judge_alone(&none, &link, SS_LANG_EN, SS_LANG_EN);
    double start = ss_linker_shares(&none, &link, SS_LANG_EN, SS_LANG_EN, share);
    assert_true(start < 0); /* most pairs are none */
    assert_true(share[number_of("cosine")] > 0 && share[number_of("title cosine")] > 0);
    assert_true(share[number_of("days apart")] < 0);
    assert_near(share[number_of("shared terms")], 0);
    assert_near(share[number_of("shared numbers")], 0);
    assert_near(share[SS_FEATURES_ALONE], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_cosines_are_put_on_one_scale),
        cmocka_unit_test(test_what_is_known),
        cmocka_unit_test(test_what_is_not_known),
        cmocka_unit_test(test_plain_linker),
        cmocka_unit_test(test_plain_linker_fills_gaps),
        cmocka_unit_test(test_plain_relations),
        cmocka_unit_test(test_worth_a_look),
        cmocka_unit_test(test_learnt_linker),
        cmocka_unit_test(test_likeness),
        cmocka_unit_test(test_brief_articles),
        cmocka_unit_test(test_isolation),
        cmocka_unit_test(test_shares_add_up),
        cmocka_unit_test(test_shares_of_a_learnt_linker),
        cmocka_unit_test(test_shares_of_the_plain_linker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
