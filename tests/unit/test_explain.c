/* Explanations: contributions that add up, and what two articles say alike and differently. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "explain_evidence.h"
#include "match.h"
#include "sketch.h"
#include "status.h"
#include "temp_files.h"
#include "tiny_model.h"

static ss_model *model;

static ss_explanation explain(const char *title_a, const char *text_a, const char *title_b, const char *text_b,
                              size_t most)
{
    ss_article a = tiny_article("a", SS_LANG_ZH, title_a, text_a, 0),
               b = tiny_article("b", SS_LANG_EN, title_b, text_b, 0);
    ss_explanation out;
    assert_int_equal(ss_explain(&out, model, &a, &b, most), SS_OK);
    ss_article_clear(&a);
    ss_article_clear(&b);
    assert_true(out.count <= most);
    double sum = out.rest;
    for (size_t i = 0; i < out.count; i++) {
        assert_true(isfinite(out.item[i].value));
        assert_true(i == 0 || fabs(out.item[i].value) <= fabs(out.item[i - 1].value));
        sum += out.item[i].value;
    }
    assert_true(fabs(sum - out.cosine) <= 1e-9);
    return out;
}

static void test_adds_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < 20; i++) {
        char zh[TINY_TEXT_SIZE], en[TINY_TEXT_SIZE];
        tiny_pair(i, zh, en);
        const size_t most[] = {0, 1, 5, 100};
        for (size_t m = 0; m < 4; m++) {
            ss_explanation e = explain(zh, en, en, "", most[m]);
            assert_true(most[m] > 5 || e.count == most[m]);
            ss_explanation_clear(&e);
            assert_int_equal(e.count, 0);
        }
    }
}

/* With every contribution listed, only the rounding of the sketches is left. */
static void test_nothing_is_left_but_rounding(void **state)
{
    (void)state;
    for (size_t i = 0; i < 40; i++) {
        char zh[2][TINY_TEXT_SIZE], en[2][TINY_TEXT_SIZE];
        tiny_pair(i, zh[0], en[0]);
        tiny_pair(i + i % 3, zh[1], en[1]);
        ss_explanation e = explain(zh[0], en[0], zh[1], en[1], 10000);
        assert_true(fabs(e.rest) < 0.02);
        ss_explanation_clear(&e);
    }
}

static void test_as_many_as_can_be_asked_for(void **state)
{
    (void)state;
    ss_explanation all = explain("中国 news", "", "中国 paper", "", SIZE_MAX),
                   few = explain("中国 news", "", "中国 paper", "", 100);
    assert_int_equal(all.count, few.count);
    assert_true(all.count >= 4);
    ss_explanation_clear(&all);
    ss_explanation_clear(&few);
}

/* Asked for few, it does not look at every pair of stretches, and finds the same. */
static void test_the_few_largest_of_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < 40; i++) {
        char zh[TINY_TEXT_SIZE], en[TINY_TEXT_SIZE];
        tiny_pair(i, zh, en);
        ss_explanation all = explain(zh, en, en, zh, 10000), few = explain(zh, en, en, zh, 6);
        assert_int_equal(few.count, 6);
        for (size_t k = 0; k < few.count; k++) {
            assert_true(few.item[k].value == all.item[k].value);
            assert_string_equal(few.item[k].a, all.item[k].a);
            assert_string_equal(few.item[k].b, all.item[k].b);
        }
        ss_explanation_clear(&all);
        ss_explanation_clear(&few);
    }
}

static void test_same_article(void **state)
{
    (void)state;
    ss_explanation e = explain("Alibaba 阿里巴巴", "shares fall 12.5%", "Alibaba 阿里巴巴", "shares fall 12.5%", 1000);
    assert_true(fabs(e.cosine - 1) <= 1e-12);
    double with_itself = 0;
    for (size_t i = 0; i < e.count; i++)
        if (strcmp(e.item[i].a, e.item[i].b) == 0) with_itself += e.item[i].value;
    assert_true(with_itself > 0.3);
    ss_explanation_clear(&e);
}

static void test_cosine_is_that_of_the_sketches(void **state)
{
    (void)state;
    ss_article a = tiny_article("a", SS_LANG_EN, "floods in the north", "many flee", 0),
               b = tiny_article("b", SS_LANG_EN, "northern floods", "they fled", 0);
    int8_t vector[2][SS_MAX_DIMENSION];
    uint32_t norm[2];
    ss_sketcher *sketcher;
    assert_int_equal(ss_sketcher_new(&sketcher, model), SS_OK);
    assert_int_equal(ss_sketch_article(sketcher, &a, SS_CHANNEL_WHOLE, vector[0], &norm[0], NULL), SS_OK);
    assert_int_equal(ss_sketch_article(sketcher, &b, SS_CHANNEL_WHOLE, vector[1], &norm[1], NULL), SS_OK);
    ss_sketcher_free(sketcher);
    int32_t dot = 0;
    for (int k = 0; k < model->dimension; k++)
        dot += vector[0][k] * vector[1][k];
    ss_explanation e;
    assert_int_equal(ss_explain(&e, model, &a, &b, 3), SS_OK);
    assert_true(e.cosine == ss_cosine(dot, norm[0], norm[1]));
    ss_explanation_clear(&e);
    ss_article_clear(&a);
    ss_article_clear(&b);
}

static void test_empty_articles(void **state)
{
    (void)state;
    const char *const empty[] = {"", "。！", "\xff"};
    for (size_t i = 0; i < 3; i++) {
        ss_explanation left = explain(empty[i], "", "news", "of today", 10),
                       right = explain("news", "", "", empty[i], 10), both = explain("", empty[i], empty[i], "", 10);
        assert_true(left.count == 0 && right.count == 0 && both.count == 0);
        assert_true(left.cosine == 0 && right.cosine == 0 && both.cosine == 0);
        ss_explanation_clear(&left);
        ss_explanation_clear(&right);
        ss_explanation_clear(&both);
    }
}

/* Each stretch is shown as it was written, once for all the places where it stands. */
static void test_stretches_are_as_written(void **state)
{
    (void)state;
    ss_explanation e = explain("Café CAFE\xcc\x81 cafe", "", "３,０００ fish", "", 100);
    bool first_form = false, number = false;
    for (size_t i = 0; i < e.count; i++) {
        assert_string_equal(e.item[i].a, "Café");
        first_form = true;
        number = number || strcmp(e.item[i].b, "３,０００") == 0;
        assert_true(strcmp(e.item[i].b, "fish") == 0 || strcmp(e.item[i].b, "３,０００") == 0);
    }
    assert_true(first_form && number);
    assert_int_equal(e.count, 2);
    ss_explanation_clear(&e);
}

/* The pieces of a Han run follow one another and give the run back. */
static void test_han_runs_are_cut_without_gap(void **state)
{
    (void)state;
    const char *run = "中华人民共和国外交部发言人今天表示";
    ss_explanation e = explain(run, "", "x", "", 100);
    size_t length = 0;
    for (size_t i = 0; i < e.count; i++) {
        assert_non_null(strstr(run, e.item[i].a));
        assert_true(strlen(e.item[i].a) % 3 == 0 && strlen(e.item[i].a) <= 12);
        length += strlen(e.item[i].a);
    }
    assert_int_equal(length, strlen(run));
    ss_explanation_clear(&e);
}

static void test_long_articles(void **state)
{
    (void)state;
    char a[20000] = "", b[20000] = "";
    for (size_t i = 0; i < 150; i++) {
        char zh[TINY_TEXT_SIZE], en[TINY_TEXT_SIZE];
        tiny_pair(i, zh, en);
        strcat(strcat(a, zh), "。");
        strcat(strcat(b, en), ". ");
    }
    ss_explanation e = explain("", a, "", b, 10);
    assert_int_equal(e.count, 10);
    ss_explanation_clear(&e);
}

/* --------------------------------------------------------------- evidence */

static const char *kind_name(const ss_testimony *item)
{
    return ss_testimony_kind_name(item->kind);
}

static ss_testimonies testify(ss_lang lang_a, const char *text_a, const char *text_b, size_t most)
{
    ss_article a = tiny_article("a", lang_a, text_a, "", 19688), b = tiny_article("b", SS_LANG_EN, text_b, "", 19688);
    ss_testimonies out;
    assert_int_equal(ss_explain_evidence(&out, model, &a, &b, most), SS_OK);
    ss_article_clear(&a);
    ss_article_clear(&b);
    for (size_t i = 1; i < out.count; i++) {
        assert_true(out.item[i].conflict >= out.item[i - 1].conflict);
        if (!out.item[i].conflict) assert_true(out.item[i].bits <= out.item[i - 1].bits);
    }
    for (size_t i = 0; i < out.count; i++) { /* each stands where it says, and only numbers tell only of that place */
        const ss_testimony *item = &out.item[i];
        assert_memory_equal(text_a + item->place_a, item->a, strlen(item->a));
        assert_memory_equal(text_b + item->place_b, item->b, strlen(item->b));
        assert_true(ss_testimony_is_quantity(item->kind) ==
                    (strcmp(kind_name(item), "term") != 0 && strcmp(kind_name(item), "place") != 0 &&
                     strcmp(kind_name(item), "word") != 0));
    }
    return out;
}

/* How often it is said that these agree, or conflict. */
static int told(const ss_testimonies *t, const char *kind, const char *a, const char *b, bool conflict)
{
    int count = 0;
    for (size_t i = 0; i < t->count; i++)
        count += strcmp(kind_name(&t->item[i]), kind) == 0 && strcmp(t->item[i].a, a) == 0 &&
                 strcmp(t->item[i].b, b) == 0 && t->item[i].conflict == conflict;
    return count;
}

static void test_terms_and_numbers_in_common(void **state)
{
    (void)state;
    ss_testimonies t =
        testify(SS_LANG_EN, "Café in Lisbon sold for $37.6 million", "Lisbon CAFE: 37.6 million dollars", 50);
    assert_int_equal(told(&t, "term", "Café", "CAFE", false), 1);
    assert_int_equal(told(&t, "term", "Lisbon", "Lisbon", false), 1);
    assert_int_equal(told(&t, "money", "$37.6 million", "37.6 million dollars", false), 1);
    for (size_t i = 0; i < t.count; i++) /* what a number has said no term says again */
        if (strcmp(kind_name(&t.item[i]), "term") == 0) assert_null(strstr(t.item[i].a, "37"));
    ss_testimonies_clear(&t);
    assert_true(t.item == NULL && t.count == 0);
    for (size_t most = 0; most < 3; most++) {
        t = testify(SS_LANG_EN, "Café in Lisbon sold", "Lisbon CAFE sold", most);
        assert_int_equal(t.count, most);
        ss_testimonies_clear(&t);
    }
}

/* Figures of one kind of which none agree; as many as may be asked for are of what agrees. */
static void test_numbers_in_conflict(void **state)
{
    (void)state;
    ss_testimonies t = testify(SS_LANG_ZH, "事故造成16人死亡，40人受伤", "Accident leaves 250 dead and 40 injured", 0);
    assert_int_equal(t.count, 1);
    assert_string_equal(kind_name(&t.item[0]), "dead");
    assert_true(t.item[0].conflict);
    assert_true(strstr(t.item[0].a, "16") == t.item[0].a && strstr(t.item[0].b, "250") == t.item[0].b);
    ss_testimonies_clear(&t);
    t = testify(SS_LANG_EN, "16 dead, later 18 dead", "18 dead", 0);
    assert_int_equal(t.count, 0);
    ss_testimonies_clear(&t);
}

static void test_names_in_common(void **state)
{
    (void)state;
    char *folder = enter_temp_folder();
    write_text("lexicon.tsv",
               "里斯本\tLisbon\tplace\t10\n洪水\tflood\tword\t6\n\tLisbon\tplace\t10\n\tflood\tword\t6\n");
    ss_lexicon *lexicon;
    assert_int_equal(ss_lexicon_from_tsv(&lexicon, "lexicon.tsv", model->fold, NULL), SS_OK);
    leave_temp_folder(folder);
    model->lexicon = lexicon;
    ss_testimonies t = testify(SS_LANG_ZH, "里斯本，洪水", "Floods in LISBON", 50);
    assert_int_equal(told(&t, "place", "里斯本", "LISBON", false), 1);
    assert_int_equal(told(&t, "word", "洪水", "Floods", false), 1);
    ss_testimonies_clear(&t);
    model->lexicon = NULL;
    ss_lexicon_free(lexicon);
}

/* A name across a line's end is one; but not where a byline stands between. */
static void test_names_across_lines(void **state)
{
    (void)state;
    static const char *const texts[] = {"Wong resigns", "By Jane Smith\n\nWong resigns"};
    char *folder = enter_temp_folder();
    write_text("lexicon.tsv", "黄英贤\tPenny Wong\tperson\t10\n\tpenny\tword\t6\n\twong\tname\t6\n");
    ss_lexicon *lexicon;
    assert_int_equal(ss_lexicon_from_tsv(&lexicon, "lexicon.tsv", model->fold, NULL), SS_OK);
    leave_temp_folder(folder);
    model->lexicon = lexicon;
    ss_article zh = tiny_article("a", SS_LANG_ZH, "黄英贤辞职", "", 19688);
    for (int i = 0; i < 2; i++) {
        ss_article en = tiny_article("b", SS_LANG_EN, "Penny", texts[i], 19688);
        ss_testimonies t;
        assert_int_equal(ss_explain_evidence(&t, model, &zh, &en, 50), SS_OK);
        assert_int_equal(told(&t, "person", "黄英贤", "Penny\nWong", false), i == 0);
        ss_testimonies_clear(&t);
        ss_article_clear(&en);
    }
    ss_article_clear(&zh);
    model->lexicon = NULL;
    ss_lexicon_free(lexicon);
}

static void test_nothing_to_tell(void **state)
{
    (void)state;
    static const char *const empty[] = {"", "。！", "\xff"};
    for (size_t i = 0; i < 3; i++) {
        ss_testimonies t = testify(SS_LANG_ZH, empty[i], "16 dead in Lisbon", 10);
        assert_int_equal(t.count, 0);
        ss_testimonies_clear(&t);
        t = testify(SS_LANG_ZH, "16人死亡", empty[i], 10);
        assert_int_equal(t.count, 0);
        ss_testimonies_clear(&t);
    }
}

static int make_model(void **state)
{
    (void)state;
    model = tiny_model();
    return 0;
}

static int free_model(void **state)
{
    (void)state;
    ss_model_free(model);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_adds_up),
        cmocka_unit_test(test_nothing_is_left_but_rounding),
        cmocka_unit_test(test_as_many_as_can_be_asked_for),
        cmocka_unit_test(test_the_few_largest_of_all),
        cmocka_unit_test(test_same_article),
        cmocka_unit_test(test_cosine_is_that_of_the_sketches),
        cmocka_unit_test(test_empty_articles),
        cmocka_unit_test(test_stretches_are_as_written),
        cmocka_unit_test(test_han_runs_are_cut_without_gap),
        cmocka_unit_test(test_long_articles),
        cmocka_unit_test(test_terms_and_numbers_in_common),
        cmocka_unit_test(test_numbers_in_conflict),
        cmocka_unit_test(test_names_in_common),
        cmocka_unit_test(test_names_across_lines),
        cmocka_unit_test(test_nothing_to_tell),
    };
    return cmocka_run_group_tests(tests, make_model, free_model);
}
