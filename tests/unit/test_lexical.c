/* Terms of an article by the lexicon, and how far two articles agree in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lexical.h"
#include "sketch.h"
#include "temp_files.h"
#include "tiny_model.h"

static ss_fold *fold;
static ss_lexicon *lexicon;

static const char sample[] = "\ttrump\tperson\t4\n\ttariff\tword\t6\n\tisrael\tplace\t5\n\tcloud\tword\t7\n"
                             "\tworld\tword\t3\n\thealth\tword\t4\n\torganization\tword\t5\n\tcar\tword\t6\n"
                             "\tbank\tword\t5\n\tchina\tplace\t3\n\tpeople\tword\t4\n\trise\tword\t3\n"
                             "特朗普\tTrump\tperson\t4\n"
                             "关税\ttariff\tword\t6\n关税\tcustoms duty\tword\t6\n"
                             "阿里\tAli\tname\t8\n阿里云\tAlibaba Cloud\torganisation\t12\n"
                             "云计算\tcloud computing\tword\t9\n"
                             "以色列\tIsrael\tplace\t5\n"
                             "世界\tworld\tword\t3\n世界卫生组织\tWorld Health Organization\torganisation\t9\n"
                             "汽车\tcar\tword\t6\n"
                             "中国\tChina\tplace\t3\n人民\tpeople\tword\t4\n国人\tcompatriot\tword\t9\n"
                             "银行\tbank\tword\t5\n中国人民银行\tPeople's Bank of China\torganisation\t8\n"
                             "上升\trise\tword\t3\n";

static ss_lexical terms_of(ss_lang lang, const char *text)
{
    ss_folded *folded = NULL;
    size_t count = 0, capacity = 0;
    ss_lexical out;
    assert_int_equal(ss_fold_text(fold, text, strlen(text), &folded, NULL, &count, &capacity), SS_OK);
    ss_lexical_take(&out, lexicon, lang, folded, count);
    free(folded);
    assert_true(out.count <= SS_LEXICAL_MAX);
    for (size_t i = 0; i < out.count; i++) {
        assert_true(i == 0 || out.term[i].id > out.term[i - 1].id);
        assert_true(out.term[i].begin < out.term[i].end && out.term[i].end <= count);
        assert_true(out.term[i].kind < SS_TERM_KINDS);
    }
    return out;
}

static ss_lexical zh(const char *text)
{
    return terms_of(SS_LANG_ZH, text);
}

static ss_lexical en(const char *text)
{
    return terms_of(SS_LANG_EN, text);
}

static bool same(float a, float b)
{
    return (isnan(a) && isnan(b)) || fabsf(a - b) <= 1e-5f;
}

/* Compares, and checks that the order does not matter. */
static ss_lexical_agreement compare(ss_lexical a, ss_lexical b)
{
    ss_lexical_agreement forth, back;
    ss_lexical_compare(&forth, lexicon, &a, &b);
    ss_lexical_compare(&back, lexicon, &b, &a);
    assert_true(same(forth.shared_names, back.shared_names) && same(forth.shared_words, back.shared_words));
    assert_true(same(forth.covered_a, back.covered_b) && same(forth.covered_b, back.covered_a));
    assert_true(same(forth.shared_weight, back.shared_weight));
    assert_true(same(forth.said_weight, back.said_weight));
    assert_true(forth.shared_weight >= 0 && isnan(forth.covered_a) == isnan(forth.covered_b));
    assert_true(isnan(forth.covered_a) || (forth.covered_a >= 0 && forth.covered_a <= 1));
    return forth;
}

static void test_terms(void **state)
{
    (void)state;
    ss_lexical t = zh("特朗普对以色列加征25%关税，OpenAI 称");
    static const struct {
        int begin, end, weight, kind;
    } expected[] = {{0, 3, 1024, SS_TERM_PERSON},
                    {4, 7, 1280, SS_TERM_PLACE},
                    {12, 14, 1536, SS_TERM_WORD},
                    {15, 21, 3072, SS_TERM_LATIN}};
    assert_int_equal(t.count, 4);
    for (size_t e = 0; e < 4; e++) {
        size_t found = 0;
        for (size_t i = 0; i < t.count; i++)
            found += t.term[i].begin == expected[e].begin && t.term[i].end == expected[e].end &&
                     t.term[i].weight == expected[e].weight && t.term[i].kind == expected[e].kind;
        assert_int_equal(found, 1);
    }
    t = en("The tariffs, tariff by Qwzx");
    assert_int_equal(t.count, 2);
    assert_int_equal(t.term[0].weight, 1536 * ss_term_weight(2) / 256); /* twice: times the root of 2 */
    assert_int_equal(t.term[0].begin, 4);
    assert_int_equal(t.term[0].end, 11);
    assert_int_equal(t.term[1].kind, SS_TERM_NAME);
    assert_int_equal(t.term[1].weight, lexicon->unknown);
}

/* The longest match first; shorter ones where they add a character; none over a separator. */
static void test_longest_entries(void **state)
{
    (void)state;
    assert_int_equal(zh("中国人民银行").count, 1);
    assert_int_equal(zh("中国人民").count, 3); /* 国人 too: it stands before 人民 */
    assert_int_equal(zh("国人民").count, 2);   /* both add a character */
    assert_int_equal(zh("中国，人民银行").count, 3);
    assert_int_equal(zh("中国人民。银行").count, 4);
    assert_int_equal(zh("阿里云计算").count, 2); /* 阿里云, and 云计算 for the rest */
    assert_int_equal(zh("关").count, 0);
    assert_int_equal(zh("关 税").count, 0);
    assert_int_equal(zh("机关税务").count, 1); /* characters have no word boundaries: the price of no segmenter */
}

static void test_nothing_to_compare(void **state)
{
    (void)state;
    static const char *const empty[] = {"", "\n", "。，！", "\xff", "的", "a 3 45 of"};
    ss_lexical some[] = {zh("特朗普关税"), en("Trump tariffs"), zh(""), en("")};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        for (size_t k = 0; k < 4; k++) {
            ss_lexical none = i % 2 == 0 ? zh(empty[i]) : en(empty[i]);
            assert_int_equal(none.count, 0);
            ss_lexical_agreement got = compare(none, some[k]);
            assert_true(isnan(got.shared_names) && isnan(got.shared_words));
            assert_true(isnan(got.covered_a) && isnan(got.covered_b));
            assert_true(got.shared_weight == 0 && got.said_weight == 0);
            ss_lexical_pair pair[SS_LEXICAL_PAIRS_MAX];
            assert_int_equal(ss_lexical_shared(lexicon, &none, &some[k], pair), 0);
        }
    }
}

static void test_chinese_and_english(void **state)
{
    (void)state;
    ss_lexical_agreement all = compare(zh("特朗普关税"), en("Trump's tariffs")),
                         names = compare(zh("特朗普关税"), en("Trump in a car")),
                         words = compare(zh("特朗普关税"), en("Israel: tariff")),
                         none = compare(zh("特朗普关税"), en("Israel: a carpet"));
    assert_true(all.shared_names == 1 && all.shared_words == 1 && all.covered_a == 1 && all.covered_b == 1);
    assert_true(all.shared_weight == 10 && all.said_weight == 10);
    assert_true(names.shared_names == 1 && names.shared_words == 0 && names.shared_weight == 4);
    assert_true(same(names.covered_a, 0.4f));
    assert_true(words.shared_names == 0 && words.shared_words == 1 && words.shared_weight == 6);
    assert_true(none.shared_names == 0 && isnan(none.shared_words) && none.covered_a == 0 && none.covered_b == 0);
    /* One of several translations is enough; of its words more than half by weight. */
    assert_true(compare(zh("关税"), en("customs duties")).covered_a == 1);
    assert_true(same(compare(zh("世界卫生组织"), en("health organization")).covered_a, 9.0f / 12));
    assert_true(same(compare(zh("世界卫生组织"), en("world health")).covered_a, 7.0f / 12));
    assert_true(compare(zh("世界卫生组织"), en("organization")).covered_a == 0);
    assert_true(compare(zh("世界卫生组织"), en("world")).covered_a == 0);
}

static void test_word_boundaries(void **state)
{
    (void)state;
    static const char *const other[] = {"carpet", "scar", "oscar", "cartoon for cart", "c.a.r. x"};
    assert_true(compare(zh("汽车"), en("a car.")).covered_a == 1);
    assert_true(compare(zh("汽车"), en("cars")).covered_a == 1);
    assert_true(compare(zh("汽车"), en("CAR")).covered_a == 1);
    for (size_t i = 0; i < 4; i++)
        assert_true(compare(zh("汽车"), en(other[i])).covered_a == 0);
}

static void test_traditional_is_simplified(void **state)
{
    (void)state;
    ss_lexical a = zh("特朗普對以色列的關稅，阿里雲上升"), b = zh("特朗普对以色列的关税，阿里云上升");
    assert_int_equal(a.count, 5);
    assert_memory_equal(&a, &b, sizeof a);
    assert_true(compare(a, en("Alibaba Cloud tariffs rise, Trump and Israel")).covered_a == 1);
}

static void test_one_language(void **state)
{
    (void)state;
    ss_lexical_agreement zh_zh = compare(zh("特朗普关税"), zh("以色列关税")),
                         en_en = compare(en("Qwzx tariffs rise"), en("tariff on Qwzx"));
    assert_true(zh_zh.shared_names == 0 && zh_zh.shared_words == 1 && zh_zh.shared_weight == 6);
    assert_true(en_en.shared_names == 1); /* unlisted, but the same */
    assert_true(same(en_en.shared_words, 12.0f / 15) && en_en.covered_b == 1);
    assert_true(compare(zh("OpenAI特朗普"), zh("openai")).covered_b == 1);
    /* A Chinese article that writes a name in Latin letters. */
    assert_true(compare(zh("Trump"), zh("特朗普")).covered_a == 1);
    assert_true(compare(zh("Israel"), en("Israel")).covered_a == 1);
}

static void test_no_more_than_there_is_room_for(void **state)
{
    (void)state;
    char text[4000] = "";
    size_t length = 0;
    for (int i = 0; i < 120; i++)
        length += (size_t)sprintf(text + length, "world tariff%c%cq ", 'a' + i % 26, 'a' + i / 26);
    ss_lexical t = en(text);
    assert_int_equal(t.count, SS_LEXICAL_MAX);
    assert_int_equal(t.term[0].begin, 0); /* common, but often there: among the heaviest */
    for (size_t i = 0; i < t.count; i++)
        assert_true(t.term[i].end <= SS_LEXICAL_TEXT_MAX);
    assert_true(compare(t, t).covered_a == 1);
    /* What is far behind is not looked at. */
    memset(text, ' ', sizeof text);
    memcpy(text + SS_LEXICAL_TEXT_MAX - 3, "car trump", 10);
    assert_int_equal(en(text).count, 1);
    for (size_t i = 0; i + 3 < sizeof text; i += 3)
        memcpy(text + i, "\xe4\xb8\xad", 4);
    assert_int_equal(zh(text).count, 0);
}

static void test_what_agrees(void **state)
{
    (void)state;
    ss_lexical a = zh("以色列：阿里云上升"), b = en("Cloud rises; Alibaba Cloud in Israel. Trump");
    ss_lexical_pair pair[SS_LEXICAL_PAIRS_MAX], back[SS_LEXICAL_PAIRS_MAX];
    assert_int_equal(ss_lexical_shared(lexicon, &a, &b, pair), 3);
    static const ss_lexical_pair expected[] = {
        {4, 7, 0, 5, SS_TERM_ORGANISATION, 12}, {0, 3, 30, 36, SS_TERM_PLACE, 5}, {7, 9, 6, 11, SS_TERM_WORD, 3}};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(pair[i].a_begin, expected[i].a_begin);
        assert_int_equal(pair[i].a_end, expected[i].a_end);
        assert_int_equal(pair[i].kind, expected[i].kind);
        assert_true(same(pair[i].weight, expected[i].weight));
    }
    for (size_t i = 1; i < 3; i++) {
        assert_int_equal(pair[i].b_begin, expected[i].b_begin);
        assert_int_equal(pair[i].b_end, expected[i].b_end);
    }
    assert_int_equal(ss_lexical_shared(lexicon, &b, &a, back), 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(back[i].a_begin, pair[i].b_begin);
        assert_int_equal(back[i].b_end, pair[i].a_end);
        assert_int_equal(back[i].kind, pair[i].kind);
    }
    /* Words that stand together are shown as one. */
    b = en("Alibaba Cloud");
    assert_int_equal(ss_lexical_shared(lexicon, &a, &b, pair), 1);
    assert_int_equal(pair[0].b_begin, 0);
    assert_int_equal(pair[0].b_end, 13);
    assert_int_equal(ss_lexical_shared(lexicon, &b, &b, pair), 2);
}

/* Names of persons that the lexicon lacks, by their sound. Words that it lacks tell 12 bits. */
static void test_names_by_sound(void **state)
{
    (void)state;
    ss_lexical a = zh("特朗普会见王晓明"), b = en("Trump: Xiaoming Wang");
    ss_lexical_agreement found = compare(a, b), missed = compare(a, en("Trump: Wang Xiaolin"));
    assert_true(found.shared_names == 1 && found.covered_a == 1 && found.said_weight == 4 + 24);
    assert_true(same(found.shared_weight, 4 + 24));
    assert_true(missed.shared_weight == 4 && missed.said_weight == 4);
    ss_lexical_pair pair[SS_LEXICAL_PAIRS_MAX], back[SS_LEXICAL_PAIRS_MAX];
    assert_int_equal(ss_lexical_shared(lexicon, &a, &b, pair), 2);
    assert_int_equal(ss_lexical_shared(lexicon, &b, &a, back), 2);
    assert_true(pair[0].weight == 24 && pair[0].kind == SS_TERM_PERSON);
    assert_true(pair[0].a_begin == 5 && pair[0].a_end == 8 && pair[0].b_begin == 7 && pair[0].b_end == 20);
    assert_true(back[0].a_begin == 7 && back[0].b_begin == 5 && back[0].weight == 24);
    /* What the lexicon knows is not counted twice; one language needs no sound. */
    assert_true(compare(zh("王晓明 Wang"), en("Wang Xiaoming")).shared_weight == 24);
    assert_true(compare(zh("王晓明"), zh("王晓明")).shared_weight == 0);
    assert_true(isnan(compare(zh("王晓明"), en("")).shared_names));
}

/* Texts put together by chance: shares stay in their bounds, and order does not matter. */
static void test_any_texts(void **state)
{
    (void)state;
    static const char *const piece[] = {"特朗普",  "关税",     "阿里云",   "中国",     "人民",      "银行",
                                        "世界",    "卫生组织", "云计算",   " Trump ",  " tariffs ", " Alibaba ",
                                        " cloud ", " world ",  " health ", " Israel ", " qwzx ",    "，",
                                        " 25 ",    " China ",  "王晓明",   " Wang ",   "Xiaoming"};
    uint64_t random = 1;
    for (int round = 0; round < 3000; round++) {
        char text[2][400] = {"", ""};
        for (int side = 0; side < 2; side++) {
            for (uint64_t left = (random = ss_hash_mix(random + 1)) % 12; left > 0; left--)
                strcat(text[side], piece[(random = ss_hash_mix(random + 1)) % (sizeof piece / sizeof *piece)]);
        }
        ss_lexical a = zh(text[0]), b = random % 2 == 0 ? en(text[1]) : zh(text[1]);
        ss_lexical_agreement got = compare(a, b);
        ss_lexical_pair pair[SS_LEXICAL_PAIRS_MAX];
        size_t pairs = ss_lexical_shared(lexicon, &a, &b, pair);
        assert_int_equal(pairs > 0, got.shared_weight > 0);
        for (size_t i = 0; i < pairs; i++) {
            assert_true(pair[i].weight > 0 && (i == 0 || pair[i].weight <= pair[i - 1].weight));
            assert_true(pair[i].a_begin < pair[i].a_end && pair[i].b_begin < pair[i].b_end);
        }
        if (a.count == 0) continue;
        got = compare(a, a);
        assert_true(got.covered_a == 1 && got.covered_b == 1);
    }
}

static int set_up(void **state)
{
    *state = enter_temp_folder();
    fold = tiny_fold();
    write_text("lexicon.tsv", sample);
    return ss_lexicon_from_tsv(&lexicon, "lexicon.tsv", fold, NULL) == SS_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    ss_lexicon_free(lexicon);
    ss_fold_free(fold);
    leave_temp_folder(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terms),
        cmocka_unit_test(test_longest_entries),
        cmocka_unit_test(test_nothing_to_compare),
        cmocka_unit_test(test_chinese_and_english),
        cmocka_unit_test(test_word_boundaries),
        cmocka_unit_test(test_traditional_is_simplified),
        cmocka_unit_test(test_one_language),
        cmocka_unit_test(test_no_more_than_there_is_room_for),
        cmocka_unit_test(test_what_agrees),
        cmocka_unit_test(test_names_by_sound),
        cmocka_unit_test(test_any_texts),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
