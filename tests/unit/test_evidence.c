/* Evidence: what two articles have in common beside their sketches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "status.h"
#include "temp_files.h"
#include "tiny_model.h"

#define DAY 19688 /* 27 November 2023 */

static ss_model *model;
static ss_evidence_taker *taker;

/* Of two articles at a time. */
static const ss_evidence *take(int side, ss_lang lang, const char *title, const char *text)
{
    static ss_evidence kept[2];
    ss_article article = tiny_article("id", lang, title, text, DAY);
    if (lang == SS_LANG_OTHER) { /* the end */
        ss_evidence_clear(&kept[side]);
    } else {
        assert_int_equal(ss_evidence_take(taker, &article, &kept[side]), SS_OK);
    }
    ss_article_clear(&article);
    assert_true(kept[side].quantity_count <= SS_QUANTITIES_MAX);
    return &kept[side];
}

static void assert_near(float value, double wanted)
{
    if (isnan(wanted) ? !isnan(value) : !(fabs((double)value - wanted) <= 1e-6))
        fail_msg("%g is not %g", (double)value, wanted);
}

/* Both measures of the numbers, which must not depend on which article is which. */
static void assert_numbers(ss_lang lang_a, const char *a, ss_lang lang_b, const char *b, double shared,
                           double conflicting)
{
    const ss_evidence *left = take(0, lang_a, "", a), *right = take(1, lang_b, "", b);
    assert_near(ss_shared_numbers(left, right), shared);
    assert_near(ss_shared_numbers(right, left), shared);
    assert_near(ss_conflicting_numbers(left, right), conflicting);
    assert_near(ss_conflicting_numbers(right, left), conflicting);
}

/* ---------------------------------------------------------------- taking */

/* Before anything else is asked, so that nothing is allocated yet. */
static void test_empty_article(void **state)
{
    (void)state;
    const char *const texts[] = {"", " \n", "。，！", "\xff"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const ss_evidence *none = take(0, SS_LANG_EN, texts[i], texts[i]),
                          *some = take(1, SS_LANG_EN, "45 of 67", "Floods in Henan");
        assert_int_equal(none->terms.count, 0);
        assert_int_equal(none->lexical.count, 0);
        assert_int_equal(none->quantity_count, 0);
        assert_true(isnan(ss_shared_numbers(none, some)) && isnan(ss_shared_numbers(some, none)));
        assert_true(isnan(ss_shared_numbers(none, none)) && isnan(ss_conflicting_numbers(none, some)));
        ss_link link = {0};
        ss_evidence_compare(model, &link, none, some);
        assert_true(link.shared_terms == 0 && link.covered_a == 0 && link.covered_b == 0);
        assert_true(isnan(link.shared_numbers) && isnan(link.conflicting_numbers));
    }
}

/* Where the terms stand is told of this text. */
static void test_text_that_was_looked_at(void **state)
{
    (void)state;
    const ss_evidence *evidence = take(0, SS_LANG_EN, "Café burns", "Two ships burned.");
    const ss_folded_text *text = ss_evidence_text(taker);
    assert_int_equal(text->length, strlen("Café burns\nTwo ships burned."));
    assert_memory_equal(text->text, "Café burns\nTwo ships burned.", text->length);
    assert_int_equal(text->count, text->length - 1); /* é is one character of two bytes */
    bool found = false;
    for (size_t i = 0; i < evidence->terms.count; i++)
        found = found || memcmp(text->text + evidence->terms.begin[i], "ships", 5) == 0;
    assert_true(found);
}

static void test_only_title_and_lead_are_looked_at(void **state)
{
    (void)state;
    char text[2000];
    memset(text, ' ', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    memcpy(text, "news of 45 miners", 17);
    const ss_evidence before = *take(0, SS_LANG_EN, "t", text);
    memcpy(text + 1500, "and 78 others", 13);
    const ss_evidence *after = take(0, SS_LANG_EN, "t", text);
    assert_int_equal(before.quantity_count, 1);
    assert_int_equal(after->quantity_count, 1);
    assert_int_equal(after->terms.count, before.terms.count);
    assert_int_equal(after->lexical.count, before.lexical.count);
    assert_int_equal(take(0, SS_LANG_EN, "78 in the title", text)->quantity_count, 2);
    assert_int_equal(take(0, SS_LANG_EN, "45", "67")->quantity_count, 2); /* title and text do not touch */
}

static void test_no_more_than_there_is_room_for(void **state)
{
    (void)state;
    char numbers[600] = "";
    for (int i = 0; i < 99; i++) {
        char number[] = {(char)('1' + i % 9), (char)('0' + i / 9 % 10), (char)('1' + i / 90), ' ', '\0'};
        strcat(numbers, number);
    }
    assert_int_equal(take(0, SS_LANG_EN, "", numbers)->quantity_count, SS_QUANTITIES_MAX);
}

/* --------------------------------------------------------------- numbers */

static void test_numbers_of_both_languages(void **state)
{
    (void)state;
    assert_numbers(SS_LANG_ZH, "事故造成16人死亡。", SS_LANG_EN, "The accident left 16 dead.", 1, 0);
    assert_numbers(SS_LANG_ZH, "事故造成16人死亡。", SS_LANG_EN, "The accident left 250 dead.", 0, 1);
    assert_numbers(SS_LANG_ZH, "公司盈利37.6亿元，增长12%。", SS_LANG_EN,
                   "Profit was 3.76 billion yuan, up 12 percent.", 1, NAN);
    assert_numbers(SS_LANG_ZH, "地震震级6.5级。", SS_LANG_EN, "A magnitude 6.5 earthquake.", 1, 0);
    assert_numbers(SS_LANG_ZH, "曼联以3比1获胜。", SS_LANG_EN, "Manchester United won 3-1.", 1, 0);
    assert_numbers(SS_LANG_ZH, "曼联以3比1获胜。", SS_LANG_EN, "Manchester United won 4-1.", 0, 1);
}

static void test_no_numbers(void **state)
{
    (void)state;
    const char *none = "in 2021 there were 3";
    assert_int_equal(take(0, SS_LANG_EN, "", none)->quantity_count, 0);
    assert_numbers(SS_LANG_EN, none, SS_LANG_EN, "The accident left 16 dead.", NAN, NAN);
    assert_numbers(SS_LANG_EN, none, SS_LANG_EN, none, NAN, NAN);
    assert_numbers(SS_LANG_EN, "450 jobs", SS_LANG_EN, "777 jobs", 0, NAN);   /* other numbers never conflict */
    assert_numbers(SS_LANG_EN, "16 dead", SS_LANG_EN, "250 injured", 0, NAN); /* nor do unlike ones */
}

/* Shares of what the article with fewer numbers says, by what each of them tells: money of three figures 8 bits, a
 * percentage of two 4, a bare number of three 6 and of two 3. */
static void test_numbers_are_weighted(void **state)
{
    (void)state;
    const char *fewer = "Profit was 3.76 billion yuan, up 12 percent.";
    assert_numbers(SS_LANG_EN, fewer, SS_LANG_EN, "Of 3.76 billion yuan, 888 of 999 and 555 jobs.", 8.0 / 12, NAN);
    assert_numbers(SS_LANG_EN, fewer, SS_LANG_EN, "By 12 percent, 888 of 999 and 555 jobs.", 4.0 / 12, NAN);
    assert_numbers(SS_LANG_EN, "451 of 62", SS_LANG_ZH, "裁员451人，另有777处、888处。", 6.0 / 9, NAN);
    assert_numbers(SS_LANG_EN, "451 of 62", SS_LANG_EN, "62 of 777 and 888", 3.0 / 9, NAN);
}

/* Of the kinds that both give, the share in which no two figures agree. */
static void test_conflicts(void **state)
{
    (void)state;
    const struct {
        const char *a, *b;
        double conflicting;
    } cases[] = {
        {"16 dead and 40 injured", "16 dead and 90 injured", 0.5},
        {"16 dead and 40 injured", "17 dead and 90 injured", 1},
        {"16 dead and 40 injured", "16 dead", 0},
        {"16 dead and 40 injured", "90 injured", 1},
        {"16 dead, later 18 dead", "18 dead", 0}, /* one of them agrees */
        {"magnitude 6.5", "magnitude 6.4", 0.2},  /* half agreed */
        {"magnitude 6.5", "magnitude 5.1", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const ss_evidence *a = take(0, SS_LANG_EN, "", cases[i].a), *b = take(1, SS_LANG_EN, "", cases[i].b);
        assert_near(ss_conflicting_numbers(a, b), cases[i].conflicting);
        assert_near(ss_conflicting_numbers(b, a), cases[i].conflicting);
        assert_near(ss_conflicting_numbers(a, a), 0);
    }
}

/* --------------------------------------------------------------- comparing */

static ss_link compare(ss_lang lang_a, const char *a, ss_lang lang_b, const char *b)
{
    ss_link link = {.shared_names = NAN, .shared_words = NAN, .in_common_a = NAN, .in_common_b = NAN};
    link.shared_bits = link.said_bits = NAN;
    const ss_evidence *left = take(0, lang_a, a, ""), *right = take(1, lang_b, b, "");
    ss_evidence_compare(model, &link, left, right);
    return link;
}

static void test_compare(void **state)
{
    (void)state;
    const char *title = "Flood in Lisbon: 16 dead, 12% of the harbour lost";
    ss_link link = compare(SS_LANG_EN, title, SS_LANG_EN, title);
    assert_true(link.shared_terms == 1 && link.covered_a == 1 && link.covered_b == 1);
    assert_true(link.shared_numbers == 1 && link.conflicting_numbers == 0);
    assert_true(isnan(link.shared_names) && isnan(link.shared_words)); /* no lexicon: not touched */
    assert_true(isnan(link.in_common_a) && isnan(link.in_common_b) && isnan(link.shared_bits));
    assert_true(isnan(link.said_bits));
    link = compare(SS_LANG_EN, "Lisbon harbour", SS_LANG_EN, "Lisbon harbour closed by strikers of the union");
    assert_true(link.covered_a == 1 && link.covered_b < 1);
}

static void test_compare_with_a_lexicon(void **state)
{
    (void)state;
    write_text("lexicon.tsv", "里斯本\tLisbon\tplace\t10\n洪水\tflood\tword\t6\n港口\tharbour\tword\t5\n"
                              "\tLisbon\tplace\t10\n\tflood\tword\t6\n\tstrike\tword\t7\n");
    ss_lexicon *lexicon;
    assert_int_equal(ss_lexicon_from_tsv(&lexicon, "lexicon.tsv", model->fold, NULL), SS_OK);
    model->lexicon = lexicon;
    ss_link link = compare(SS_LANG_ZH, "里斯本洪水", SS_LANG_EN, "Floods in Lisbon");
    assert_near(link.shared_names, 1);
    assert_near(link.shared_words, 1);
    assert_near(link.in_common_a, 1);
    assert_near(link.in_common_b, 1);
    assert_near(link.shared_bits, 16);
    assert_near(link.said_bits, 16);
    link = compare(SS_LANG_ZH, "里斯本港口", SS_LANG_EN, "Strike in Lisbon");
    assert_near(link.shared_names, 1);
    assert_near(link.shared_words, 0);
    assert_near(link.in_common_a, 10.0 / 15);
    assert_near(link.in_common_b, 10.0 / 17);
    assert_near(link.shared_bits, 10);
    assert_near(link.said_bits, 15);
    link = compare(SS_LANG_ZH, "洪水", SS_LANG_EN, "Strike in Lisbon"); /* one side has no name */
    assert_near(link.shared_names, NAN);
    assert_near(link.shared_words, 0);
    model->lexicon = NULL;
    ss_lexicon_free(lexicon);
}

/* ------------------------------------------------------------------ copies */

static float copied(const char *title_a, const char *a, const char *title_b, const char *b)
{
    ss_article article[] = {tiny_article("a", SS_LANG_EN, title_a, a, DAY),
                            tiny_article("b", SS_LANG_EN, title_b, b, DAY)};
    ss_evidence evidence[2] = {{.has_shingles = false}};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(ss_evidence_take(taker, &article[i], &evidence[i]), SS_OK);
        assert_false(evidence[i].has_shingles);
        assert_int_equal(ss_evidence_take_shingles(taker, &article[i], &evidence[i]), SS_OK);
        assert_true(evidence[i].has_shingles);
        ss_article_clear(&article[i]);
    }
    float shared = ss_shingles_shared(&evidence[0].shingles, &evidence[1].shingles);
    ss_evidence_clear(&evidence[0]);
    ss_evidence_clear(&evidence[1]);
    return shared;
}

static void test_copied(void **state)
{
    (void)state;
    const char *title = "Fire in the harbour of Lisbon",
               *text = "A fire broke out in the harbour on Monday. Two ships burned, and nobody was hurt.",
               *other = "The central bank left its rates where they were, as had been expected by all.";
    assert_near(copied(title, text, title, text), 1);
    assert_near(copied("Rates unchanged after all", other, title, text), 0);
    assert_near(copied("", "", title, text), NAN);
    float part = copied("", text, title, "A fire broke out in the harbour on Monday.");
    assert_true(part > 0.4f && part < 1);
    assert_near(copied(title, "A fire broke out in the harbour on Monday.", "", text), (double)part);
    assert_near(copied("", "", "。", ""), NAN);
}

/* Texts are looked at beyond the lead. */
static void test_copied_far_down(void **state)
{
    (void)state;
    char text[2][2000];
    for (int i = 0; i < 2; i++) {
        text[i][0] = '\0';
        for (int k = 0; k < 100; k++)
            sprintf(text[i] + strlen(text[i]), "%s%d ", k < 70 ? "word" : i == 0 ? "one" : "other", k);
    }
    assert_near(copied("", text[0], "", text[1]), 67.0 / 97);
}

static char *folder;

static int make_model(void **state)
{
    (void)state;
    folder = enter_temp_folder();
    model = tiny_model();
    return ss_evidence_taker_new(&taker, model) == SS_OK ? 0 : -1;
}

static int free_model(void **state)
{
    (void)state;
    take(0, SS_LANG_OTHER, "", "");
    take(1, SS_LANG_OTHER, "", "");
    ss_evidence_taker_free(taker);
    ss_evidence_taker_free(NULL);
    ss_model_free(model);
    leave_temp_folder(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_article),
        cmocka_unit_test(test_text_that_was_looked_at),
        cmocka_unit_test(test_only_title_and_lead_are_looked_at),
        cmocka_unit_test(test_no_more_than_there_is_room_for),
        cmocka_unit_test(test_numbers_of_both_languages),
        cmocka_unit_test(test_no_numbers),
        cmocka_unit_test(test_numbers_are_weighted),
        cmocka_unit_test(test_conflicts),
        cmocka_unit_test(test_compare),
        cmocka_unit_test(test_compare_with_a_lexicon),
        cmocka_unit_test(test_copied),
        cmocka_unit_test(test_copied_far_down),
    };
    return cmocka_run_group_tests(tests, make_model, free_model);
}
