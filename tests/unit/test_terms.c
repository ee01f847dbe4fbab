/* Telling terms: which are taken, and how far those of two texts agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "terms.h"
#include "tiny_model.h"

#define DIMENSION_MAX 64

/* A text and its terms. */
typedef struct taken {
    ss_terms terms;
    char text[2048];
    int8_t vector[SS_TERMS_MAX * DIMENSION_MAX]; /* DIMENSION_MAX is a whole number of groups */
} taken;

static ss_model *model;
static ss_term_finder *finder;

static void take_with(taken *out, ss_term_finder *with, const ss_model *of, const char *text)
{
    assert_true(strlen(text) < sizeof out->text && of->dimension <= DIMENSION_MAX);
    strcpy(out->text, text);
    ss_folded_text folded = {.text = out->text, .length = strlen(text)};
    size_t capacity = 0;
    assert_int_equal(
        ss_fold_text(of->fold, folded.text, folded.length, &folded.folded, &folded.offset, &folded.count, &capacity),
        SS_OK);
    out->terms.vector = out->vector;
    assert_int_equal(ss_terms_take(&out->terms, with, &folded), SS_OK);
    free(folded.folded);
    free(folded.offset);
    assert_true(out->terms.count <= SS_TERMS_MAX);
    for (size_t i = 0; i < out->terms.count; i++) {
        assert_true(out->terms.norm[i] > 0);
        assert_true(i == 0 || out->terms.weight[i] <= out->terms.weight[i - 1]);
        assert_true(out->terms.begin[i] < out->terms.end[i] && out->terms.end[i] <= strlen(text));
    }
}

static void take(taken *out, const char *text)
{
    take_with(out, finder, model, text);
}

static size_t count_of(const char *text)
{
    taken t;
    take(&t, text);
    return t.terms.count;
}

static bool is_term(const taken *t, const char *word)
{
    for (size_t i = 0; i < t->terms.count; i++) {
        size_t length = t->terms.end[i] - t->terms.begin[i];
        if (length == strlen(word) && memcmp(t->text + t->terms.begin[i], word, length) == 0) return true;
    }
    return false;
}

static ss_terms_overlap compare(const char *a, const char *b)
{
    taken left, right;
    take(&left, a);
    take(&right, b);
    ss_terms_overlap forth = ss_terms_compare(&left.terms, &right.terms),
                     back = ss_terms_compare(&right.terms, &left.terms);
    assert_true(forth.shared >= 0 && forth.shared <= 1);
    assert_true(fabsf(forth.shared - back.shared) <= 1e-6f);
    assert_true(forth.covered_a == back.covered_b && forth.covered_b == back.covered_a);
    assert_true(fminf(forth.covered_a, forth.covered_b) <= forth.shared + 1e-6f);
    assert_true(fmaxf(forth.covered_a, forth.covered_b) >= forth.shared - 1e-6f);
    return forth;
}

/* Before anything else is asked, so that nothing is allocated yet. */
static void test_nothing(void **state)
{
    (void)state;
    const char *const texts[] = {"", " \n", "。，！", "\xff"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(count_of(texts[i]), 0);
        const char *const other[] = {texts[i], "Floods in Henan"};
        for (int k = 0; k < 2; k++) {
            ss_terms_overlap got = compare(texts[i], other[k]);
            assert_true(got.shared == 0 && got.covered_a == 0 && got.covered_b == 0);
            taken a, b;
            ss_term_pair pair[SS_TERMS_MAX];
            take(&a, texts[i]);
            take(&b, other[k]);
            assert_int_equal(ss_terms_pairs(pair, &a.terms, &b.terms), 0);
            assert_int_equal(ss_terms_pairs(pair, &b.terms, &a.terms), 0);
        }
    }
}

static void test_same_text_shares_all(void **state)
{
    (void)state;
    const char *title = "Alibaba shares fall 12 percent in Hong Kong 阿里巴巴股价下跌，市值蒸发37.6亿美元。";
    assert_true(count_of(title) > 5);
    ss_terms_overlap got = compare(title, title);
    assert_true(got.shared == 1 && got.covered_a == 1 && got.covered_b == 1);
}

static void test_symmetric(void **state)
{
    (void)state;
    for (size_t i = 0; i < 20; i++) {
        char zh[2][TINY_TEXT_SIZE], en[2][TINY_TEXT_SIZE];
        tiny_pair(i, zh[0], en[0]);
        tiny_pair(i + 8, zh[1], en[1]);
        compare(en[0], en[1]);
        compare(zh[0], zh[1]);
        compare(zh[0], en[0]);
    }
}

static void test_more_in_common_shares_more(void **state)
{
    (void)state;
    float near = compare("earthquake destroys bridges near Lisbon harbour",
                         "earthquake destroys bridges near Lisbon station")
                     .shared,
          far =
              compare("earthquake destroys bridges near Lisbon harbour", "cricketers celebrate victory over champions")
                  .shared;
    assert_true(near > 0.6f && near < 1 && near > far + 0.2f);
}

/* A short text may be covered by a long one that says much more. */
static void test_each_side_of_its_own(void **state)
{
    (void)state;
    ss_terms_overlap got = compare("Lisbon harbour", "earthquake destroys bridges near Lisbon harbour");
    assert_true(got.covered_a == 1);
    assert_true(got.covered_b < got.shared && got.shared < 1);
}

static void test_most_telling_come_first(void **state)
{
    (void)state;
    ss_model *told = tiny_model();
    for (uint32_t r = 0; r < told->row_count; r++)
        told->information[r] = 256;
    ss_term_finder *with;
    assert_int_equal(ss_term_finder_new(&with, told), SS_OK);
    taken t;
    take_with(&t, with, told, "alpha beta alpha gamma alpha beta");
    static const uint32_t expected[] = {443, 362, 256}; /* sqrt(3), sqrt(2) and 1, times 256, rounded down */
    assert_int_equal(t.terms.count, 3);                 /* parts of words are no terms */
    assert_memory_equal(t.terms.weight, expected, sizeof expected);
    static const uint32_t begin[] = {0, 6, 17}, end[] = {5, 10, 22};
    assert_memory_equal(t.terms.begin, begin, sizeof begin);
    assert_memory_equal(t.terms.end, end, sizeof end);
    ss_term_finder_free(with);
    ss_term_finder_free(NULL);
    ss_model_free(told);
}

/* Where all that a text says is said by every text, nothing is telling. */
static void test_terms_of_no_weight(void **state)
{
    (void)state;
    ss_model *plain = tiny_model();
    memset(plain->information, 0, plain->row_count * sizeof *plain->information);
    ss_term_finder *with;
    assert_int_equal(ss_term_finder_new(&with, plain), SS_OK);
    taken t;
    take_with(&t, with, plain, "alpha beta");
    ss_terms_overlap got = ss_terms_compare(&t.terms, &t.terms);
    assert_true(got.shared == 0 && got.covered_a == 0 && got.covered_b == 0);
    ss_term_finder_free(with);
    ss_model_free(plain);
}

static void take_vector(int8_t vector[DIMENSION_MAX], const ss_terms *terms, size_t term)
{
    for (size_t k = 0; k < (size_t)model->dimension; k++)
        vector[k] = terms->vector[ss_term_place(term, k)];
}

/* The best partner of each term of a, cosine by cosine. */
static void assert_best_partners(const ss_terms *a, const ss_terms *b, const ss_term_pair *pair, size_t count)
{
    size_t met = 0;
    for (size_t i = 0; i < a->count; i++) {
        double best = 0;
        size_t partner = 0;
        for (size_t j = 0; j < b->count; j++) {
            int8_t x[DIMENSION_MAX], y[DIMENSION_MAX];
            take_vector(x, a, i);
            take_vector(y, b, j);
            double cosine = ss_sketch_cosine(x, a->norm[i], y, b->norm[j], model->dimension);
            if (cosine > best) best = cosine, partner = j;
        }
        double agreement = fmin(fmax((best - 0.3) / 0.5, 0), 1);
        for (size_t k = 0; k < count; k++) {
            if (pair[k].a != i) continue;
            assert_int_equal(pair[k].b, partner);
            assert_true(pair[k].agreement == agreement);
            met++;
        }
        assert_true(agreement == 0 || met > 0);
    }
    assert_int_equal(met, count);
}

static void test_partners_are_the_best(void **state)
{
    (void)state;
    enum { TEXTS = 12 };
    static taken t[TEXTS];
    for (uint32_t i = 0; i < TEXTS; i++) {
        char zh[TINY_TEXT_SIZE], en[TINY_TEXT_SIZE];
        tiny_pair(i, zh, en);
        take(&t[i], i % 3 == 0 ? zh : en);
    }
    take(&t[TEXTS - 1], "");
    for (size_t i = 0; i < TEXTS; i++) {
        for (size_t j = 0; j < TEXTS; j++) {
            ss_term_pair pair[SS_TERMS_MAX];
            size_t count = ss_terms_pairs(pair, &t[i].terms, &t[j].terms);
            assert_best_partners(&t[i].terms, &t[j].terms, pair, count);
        }
    }
}

/* Cosines that differ in the last bits of a double, and equal ones: of these the first counts. */
static void test_partners_that_hardly_differ(void **state)
{
    (void)state;
    int8_t vector[2][SS_TERMS_MAX * SS_TERM_GROUP] = {{0}};
    ss_terms a = {.count = 2, .groups = 1, .vector = vector[0], .weight = {256, 256}};
    ss_terms b = {.count = SS_TERMS_MAX, .groups = 1, .vector = vector[1]};
    ss_terms *both[] = {&a, &b};
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < both[side]->count; i++) {
            for (size_t k = 0; k < SS_TERM_GROUP; k++) {
                int entry = side == 0 ? (i == 0 ? 127 : 60) : 127 - (int)((i + k) % 3);
                both[side]->vector[ss_term_place(i, k)] = (int8_t)entry;
                both[side]->norm[i] += (uint32_t)(entry * entry);
            }
            both[side]->inverse[i] = 1 / sqrtf((float)both[side]->norm[i]);
        }
    }
    ss_term_pair pair[SS_TERMS_MAX];
    size_t count = ss_terms_pairs(pair, &a, &b);
    assert_int_equal(count, 2);
    for (size_t n = 0; n < count; n++) {
        double best = 0;
        size_t partner = 0;
        for (size_t j = 0; j < b.count; j++) {
            int32_t dot = 0;
            for (size_t k = 0; k < SS_TERM_GROUP; k++)
                dot += vector[0][ss_term_place(pair[n].a, k)] * vector[1][ss_term_place(j, k)];
            double cosine = ss_cosine(dot, a.norm[pair[n].a], b.norm[j]);
            if (cosine > best) best = cosine, partner = j;
        }
        assert_int_equal(pair[n].b, partner);
    }
}

/* Of Han sequences that overlap only one is taken, and none of a single character. */
static void test_terms_do_not_overlap(void **state)
{
    (void)state;
    assert_int_equal(count_of("中"), 0);
    assert_true(count_of("中国") <= 1);
    assert_in_range(count_of("中国人民"), 1, 2);
    taken t;
    take(&t, "中华人民共和国外交部发言人今天在北京表示欢迎Alibaba和OpenAI");
    assert_true(t.terms.count > 4);
    for (size_t i = 0; i < t.terms.count; i++)
        for (size_t j = 0; j < i; j++)
            assert_true(t.terms.end[i] <= t.terms.begin[j] || t.terms.end[j] <= t.terms.begin[i]);
}

static void test_where_they_stand(void **state)
{
    (void)state;
    taken t;
    take(&t, "¿Café? CAFE\xcc\x81 de São Paulo，Ｌｉｓｂｏｎ");
    assert_true(is_term(&t, "Café") && is_term(&t, "São") && is_term(&t, "Paulo") && is_term(&t, "Ｌｉｓｂｏｎ"));
    assert_int_equal(t.terms.count, 5);
}

static void test_no_more_than_there_is_room_for(void **state)
{
    (void)state;
    char words[600] = "";
    for (int i = 0; i < 99; i++) {
        char word[] = {(char)('a' + i % 26), (char)('a' + i / 26), 'q', 'z', 'k', ' ', '\0'};
        strcat(words, word);
    }
    taken t;
    take(&t, words);
    assert_int_equal(t.terms.count, SS_TERMS_MAX);
    for (size_t i = 1; i < SS_TERMS_MAX; i++) /* of equals the first ones, in reading order */
        assert_true(t.terms.weight[i] < t.terms.weight[i - 1] || t.terms.begin[i] > t.terms.begin[i - 1]);
}

/* The pairs are the sum of which the covered share is made. */
static void test_pairs(void **state)
{
    (void)state;
    for (size_t i = 0; i < 20; i++) {
        char zh[TINY_TEXT_SIZE], en[2][TINY_TEXT_SIZE];
        tiny_pair(i, zh, en[0]);
        tiny_pair(i + 8, zh, en[1]);
        taken a, b;
        take(&a, en[0]);
        take(&b, en[1]);
        ss_term_pair pair[SS_TERMS_MAX];
        size_t count = ss_terms_pairs(pair, &a.terms, &b.terms);
        double agreed = 0, all = 0, before = INFINITY;
        for (size_t k = 0; k < count; k++) {
            double share = pair[k].agreement * pair[k].weight;
            assert_true(pair[k].a < a.terms.count && pair[k].b < b.terms.count);
            assert_true(pair[k].agreement > 0 && pair[k].agreement <= 1);
            assert_true(pair[k].weight == a.terms.weight[pair[k].a] / 256.0);
            assert_true(share <= before);
            for (size_t other = 0; other < k; other++)
                assert_true(pair[k].a != pair[other].a);
            agreed += share;
            before = share;
        }
        for (size_t k = 0; k < a.terms.count; k++)
            all += a.terms.weight[k] / 256.0;
        float covered = ss_terms_compare(&a.terms, &b.terms).covered_a;
        assert_true(fabs(agreed / all - (double)covered) <= 1e-6);
    }
}

static void test_a_word_is_paired_with_itself(void **state)
{
    (void)state;
    taken a, b;
    take(&a, "Lisbon harbour burns");
    take(&b, "harbour of Lisbon closed");
    ss_term_pair pair[SS_TERMS_MAX];
    size_t count = ss_terms_pairs(pair, &a.terms, &b.terms), same = 0;
    for (size_t i = 0; i < count; i++) {
        const char *word = a.text + a.terms.begin[pair[i].a];
        if (strncmp(word, "burns", 5) == 0) continue;
        assert_true(pair[i].agreement == 1);
        assert_true(b.text[b.terms.begin[pair[i].b]] == *word);
        same++;
    }
    assert_int_equal(same, 2);
}

/* They are made from the n-grams of the whole text, but are what the term alone would give. */
static void test_vectors_are_sketches_of_the_terms(void **state)
{
    (void)state;
    const char *const texts[] = {
        "Floods in Henan", "banana bananas, 1,234.5 dead", "河南暴雨 Henan 暴雨暴雨河南", "a",
        "Antidisestablishmentarianismantidisestablishmentarianismantidisestablishmentarianism"};
    size_t met = 0;
    ss_sketcher *sketcher;
    assert_int_equal(ss_sketcher_new(&sketcher, model), SS_OK);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        taken t;
        take(&t, texts[i]);
        for (size_t n = 0; n < t.terms.count; n++, met++) {
            int8_t expected[DIMENSION_MAX];
            uint32_t norm;
            assert_int_equal(
                ss_sketch_text(sketcher, t.text + t.terms.begin[n], t.terms.end[n] - t.terms.begin[n], expected, &norm),
                SS_OK);
            assert_int_equal(t.terms.norm[n], norm);
            int8_t vector[DIMENSION_MAX];
            take_vector(vector, &t.terms, n);
            assert_memory_equal(vector, expected, (size_t)model->dimension);
        }
    }
    assert_true(met >= 10);
    ss_sketcher_free(sketcher);
}

static int make_model(void **state)
{
    (void)state;
    model = tiny_model();
    return ss_term_finder_new(&finder, model) == SS_OK ? 0 : -1;
}

static int free_model(void **state)
{
    (void)state;
    ss_term_finder_free(finder);
    ss_model_free(model);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_same_text_shares_all),
        cmocka_unit_test(test_symmetric),
        cmocka_unit_test(test_more_in_common_shares_more),
        cmocka_unit_test(test_each_side_of_its_own),
        cmocka_unit_test(test_most_telling_come_first),
        cmocka_unit_test(test_terms_of_no_weight),
        cmocka_unit_test(test_partners_are_the_best),
        cmocka_unit_test(test_partners_that_hardly_differ),
        cmocka_unit_test(test_terms_do_not_overlap),
        cmocka_unit_test(test_where_they_stand),
        cmocka_unit_test(test_vectors_are_sketches_of_the_terms),
        cmocka_unit_test(test_no_more_than_there_is_room_for),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_a_word_is_paired_with_itself),
    };
    return cmocka_run_group_tests(tests, make_model, free_model);
}
