/* The lexicon: a table of texts becomes a table of hashes, which a model file keeps and nothing damaged gets past. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "english.h"
#include "lexicon.h"
#include "status.h"
#include "temp_files.h"
#include "tiny_model.h"

static ss_fold *fold;

static const char sample[] = "# Invented (CC0);\n# others\n"
                             "\ttariffs\tword\t5.5\n"
                             "\ttariff\tword\t6\n"
                             "\ttrump\tperson\t2.75\n"
                             "\tcloud\tword\t8\n"
                             "特朗普\tTrump\tperson\t2.75\n"
                             "特朗普\tDonald Trump\tperson\t2.75\n"
                             "關稅\ttariff\tword\t5.5\n"
                             "关税\tcustoms duty\tword\t5.5\n"
                             "阿里云\tAlibaba Cloud\torganisation\t11.25\n"
                             "以色列\tIsrael\tplace\n";

static size_t fold_text(const char *text, ss_folded out[256])
{
    ss_folded *folded = NULL;
    size_t count = 0, capacity = 0;
    assert_int_equal(ss_fold_text(fold, text, strlen(text), &folded, NULL, &count, &capacity), SS_OK);
    assert_true(count <= 256);
    for (size_t i = 0; i < count; i++)
        out[i] = folded[i];
    free(folded);
    return count;
}

static uint32_t word_hash(const char *text)
{
    ss_folded folded[256];
    size_t at = 0, count = fold_text(text, folded);
    ss_english_word word, second;
    assert_true(ss_english_next(folded, count, &at, &word));
    assert_false(ss_english_next(folded, count, &at, &second));
    assert_int_equal(at, count);
    return word.hash;
}

static uint32_t entry_place(const ss_lexicon *lexicon, const char *text)
{
    ss_folded folded[256];
    size_t count = fold_text(text, folded);
    uint64_t h = SS_ENTRY_HASH;
    for (size_t i = 0; i < count; i++)
        h = ss_entry_hash_extend(h, folded[i]);
    return ss_lexicon_find_entry(lexicon, h, count);
}

static uint32_t word_place(const ss_lexicon *lexicon, const char *text)
{
    return ss_lexicon_find_word(lexicon, word_hash(text));
}

static ss_lexicon *lexicon_of(const char *text)
{
    ss_lexicon *lexicon;
    write_text("lexicon.tsv", text);
    assert_int_equal(ss_lexicon_from_tsv(&lexicon, "lexicon.tsv", fold, NULL), SS_OK);
    return lexicon;
}

/* ---------------------------------------------------------------- words */

static void test_forms_of_a_word_are_one(void **state)
{
    (void)state;
    static const char *const same[][2] = {{"tariff", "Tariffs"},
                                          {"country", "countries"},
                                          {"price", "prices"},
                                          {"attack", "attacked"},
                                          {"attack", "attacking"},
                                          {"stop", "stopped"},
                                          {"ceasefire", "CEASEFIRES"},
                                          {"Zürich", "zurich"},
                                          {"us", "U.S."},
                                          {"usa", "U.S.A."},
                                          {"uk", "U.K"},
                                          {"g7", "G7"}};
    static const char *const different[][2] = {{"car", "cart"}, {"class", "clas"},     {"king", "k9"},
                                               {"bus", "bu"},   {"israel", "israeli"}, {"us", "uk"}};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_int_equal(word_hash(same[i][0]), word_hash(same[i][1]));
    for (size_t i = 0; i < sizeof different / sizeof *different; i++)
        assert_int_not_equal(word_hash(different[i][0]), word_hash(different[i][1]));
}

static void test_stem(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},          {"a", "a"},           {"as", "as"},        {"ies", "ies"},
        {"dies", "die"},   {"parties", "party"}, {"sing", "sing"},    {"bring", "bring"},
        {"red", "red"},    {"ended", "end"},     {"class", "clas"},   {"tariff", "tarif"},
        {"free", "fre"},   {"the", "the"},       {"stopped", "stop"}, {"gas", "gas"},
        {"cars", "car"},   {"prices", "pric"},   {"wing", "wing"},    {"killing", "kill"},
        {"kills", "kill"}, {"kill", "kill"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t word[16] = {0};
        size_t length = strlen(cases[i][0]);
        for (size_t k = 0; k < length; k++)
            word[k] = (uint32_t)cases[i][0][k];
        length = ss_english_stem(word, length);
        assert_int_equal(length, strlen(cases[i][1]));
        for (size_t k = 0; k < length; k++)
            assert_int_equal(word[k], (uint32_t)cases[i][1][k]);
    }
}

static void test_words_of_a_text(void **state)
{
    (void)state;
    static const char text[] = "The U.S. and the U.K.'s 3bn, 2024年 特朗普Tariffs of a G7-x. End.";
    static const struct {
        size_t begin, end;
    } expected[] = {{4, 7}, {17, 20}, {38, 45}, {51, 53}, {57, 60}};
    ss_folded folded[256];
    size_t at = 0, count = fold_text(text, folded), found = 0;
    for (ss_english_word word; ss_english_next(folded, count, &at, &word); found++) {
        assert_true(found < 5);
        assert_int_equal(word.begin, expected[found].begin);
        assert_int_equal(word.end, expected[found].end);
    }
    assert_int_equal(found, 5);
    ss_english_word none;
    at = 0;
    assert_false(ss_english_next(folded, 0, &at, &none));
}

/* ------------------------------------------------------------- the table */

static void test_from_tsv(void **state)
{
    (void)state;
    ss_lexicon *l = lexicon_of(sample);
    assert_string_equal(l->attribution, "Invented (CC0); others");
    assert_int_equal(l->entry_count, 4);
    assert_int_equal(l->word_count, 8); /* tarif trump cloud donald customs duty alibaba israel */
    assert_int_equal(l->translation_count, 3 + 3 + 2 + 1);
    uint32_t trump = entry_place(l, "特朗普"), tariff = entry_place(l, "关税"), cloud = entry_place(l, "阿里雲");
    assert_int_equal(l->entry_kind[trump], SS_TERM_PERSON);
    assert_int_equal(l->entry_kind[cloud], SS_TERM_ORGANISATION);
    assert_int_equal(l->entry_kind[entry_place(l, "以色列")], SS_TERM_PLACE);
    assert_int_equal(l->entry_length[trump], 3);
    assert_int_equal(l->entry_information[trump], 704);
    assert_int_equal(l->entry_information[cloud], 2880);
    assert_int_equal(l->entry_information[entry_place(l, "以色列")], 2880); /* not told: the largest */
    assert_int_equal(tariff, entry_place(l, "關稅"));
    const uint32_t *word = l->translation + l->entry_begin[tariff];
    assert_int_equal(l->entry_size[tariff], 3);
    assert_int_equal(word[0], word_place(l, "tariff") | SS_LAST_WORD); /* in the order of the lines */
    assert_int_equal(word[1], word_place(l, "customs"));
    assert_int_equal(word[2], word_place(l, "duty") | SS_LAST_WORD);
    assert_int_equal(l->word_information[word_place(l, "tariffs")], 1408); /* of two forms, the more common */
    assert_int_equal(l->word_information[word_place(l, "alibaba")], 2880);
    assert_int_equal(l->word_kind[word_place(l, "israel")], SS_TERM_PLACE);
    assert_int_equal(l->unknown, 2880);
    ss_lexicon_free(l);
    ss_lexicon_free(NULL);
}

static void test_what_is_not_listed(void **state)
{
    (void)state;
    ss_lexicon *l = lexicon_of(sample);
    static const char *const absent[] = {"特朗", "朗普", "特朗普普", "色列", "云阿里", "日本"};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        assert_int_equal(entry_place(l, absent[i]), SS_NOT_LISTED);
    assert_int_equal(word_place(l, "trumpet"), SS_NOT_LISTED);
    /* The hash of an entry with another number of characters is not it. */
    uint32_t place = entry_place(l, "特朗普");
    uint64_t h = (uint64_t)l->entry_hash[place] << 32;
    assert_int_equal(ss_lexicon_find_entry(l, h, 3), place);
    assert_int_equal(ss_lexicon_find_entry(l, h, 2), SS_NOT_LISTED);
    ss_lexicon_free(l);
}

static void test_many_entries(void **state)
{
    (void)state;
    enum { SIDE = 60 };
    FILE *file = fopen("many.tsv", "w");
    assert_non_null(file);
    for (unsigned i = 0; i < SIDE * SIDE; i += 2)
        fprintf(file, "\xe4\xb8%c\xe4\xb8%c\tw%u\tword\t%u\n", (char)(0x80 + i / SIDE), (char)(0x80 + i % SIDE), i,
                i % 20);
    assert_int_equal(fclose(file), 0);
    ss_lexicon *l;
    assert_int_equal(ss_lexicon_from_tsv(&l, "many.tsv", fold, NULL), SS_OK);
    size_t found = 0;
    for (unsigned i = 0; i < SIDE * SIDE; i++) {
        char zh[8], en[16];
        snprintf(zh, sizeof zh, "\xe4\xb8%c\xe4\xb8%c", (char)(0x80 + i / SIDE), (char)(0x80 + i % SIDE));
        snprintf(en, sizeof en, "w%u", i);
        uint32_t place = entry_place(l, zh), word = word_place(l, en);
        assert_int_equal(word == SS_NOT_LISTED, i % 2 == 1);
        found += place != SS_NOT_LISTED;
        if (i % 2 == 1) continue;
        assert_true(place < l->entry_count); /* perhaps together with a Traditional form of the same */
        bool translated = false;
        for (uint32_t k = l->entry_begin[place]; k < l->entry_begin[place + 1]; k++)
            translated = translated || l->translation[k] == (word | SS_LAST_WORD);
        assert_true(translated);
    }
    assert_true(found >= SIDE * SIDE / 2 && found < SIDE * SIDE * 3 / 4);
    ss_lexicon_free(l);
}

static void test_words_alone(void **state)
{
    (void)state;
    ss_lexicon *l = lexicon_of("\ttrump\tperson\t2.75\n");
    assert_int_equal(l->entry_count, 0);
    assert_int_equal(entry_place(l, "特朗普"), SS_NOT_LISTED);
    assert_int_equal(word_place(l, "Trump"), 0);
    assert_string_equal(l->attribution, "");
    ss_lexicon_free(l);
}

/* As many words as an entry can count, and no more. */
static void test_entry_with_too_many_translations(void **state)
{
    (void)state;
    blob lines = blob_of("");
    for (int i = 0; i < 100; i++) {
        char line[64];
        snprintf(line, sizeof line, "关税\twa%d wb%d wc%d\tword\t5\n", i, i, i);
        lines = joined(lines, blob_of(line));
    }
    write_blob("lexicon.tsv", lines);
    ss_lexicon *l;
    assert_int_equal(ss_lexicon_from_tsv(&l, "lexicon.tsv", fold, NULL), SS_OK);
    assert_int_equal(l->entry_count, 1);
    assert_int_equal(l->entry_size[0], 255);
    ss_lexicon_free(l);
}

static size_t warnings;

static void count_warning(void *user, const char *message)
{
    (void)user;
    assert_non_null(strstr(message, "lexicon.tsv:2: "));
    warnings++;
}

static void test_bad_lines(void **state)
{
    (void)state;
    static const char *const bad[] = {"关税\ttariff",
                                      "关税\ttariff\tthing\t5",
                                      "关税\ttariff\tlatin\t5",
                                      "关税\t2024\tword\t5",
                                      "关税\tof the\tword\t5",
                                      "税\ttax\tword\t5",
                                      "tax\ttariff\tword\t5",
                                      "关·税\ttariff\tword\t5",
                                      "一二三四五六七八九\tx\tword\t5",
                                      "关税\ttariff\tword\t",
                                      "关税\ttariff\tword\t-1",
                                      "关税\ttariff\tword\tnan",
                                      "关税\ttariff\tword\t1e9",
                                      "关税\ttariff\tword\t5x",
                                      "关税\tone2 b2 c2 d2 e2 f2 g2\tword\t5"};
    const ss_job telling = {.warning = count_warning}, strict = {.strict = true};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[256];
        snprintf(text, sizeof text, "以色列\tIsrael\tplace\t5\n%s\n特朗普\tTrump\tperson\t2\n", bad[i]);
        write_text("lexicon.tsv", text);
        ss_lexicon *l;
        warnings = 0;
        assert_int_equal(ss_lexicon_from_tsv(&l, "lexicon.tsv", fold, &telling), SS_OK);
        assert_int_equal(warnings, 1);
        assert_int_equal(l->entry_count, 2);
        ss_lexicon_free(l);
        assert_int_equal(ss_lexicon_from_tsv(&l, "lexicon.tsv", fold, &strict), SS_ERROR_INPUT);
        assert_null(l);
        assert_non_null(strstr(ss_last_error(), "lexicon.tsv:2: "));
    }
    ss_lexicon *l;
    assert_int_equal(ss_lexicon_from_tsv(&l, "absent.tsv", fold, NULL), SS_ERROR_IO);
    assert_null(l);
}

/* ------------------------------------------------------------- the file */

static void assert_same(const ss_lexicon *a, const ss_lexicon *b)
{
    assert_int_equal(a->entry_count, b->entry_count);
    assert_int_equal(a->word_count, b->word_count);
    assert_int_equal(a->translation_count, b->translation_count);
    assert_memory_equal(a->entry_hash, b->entry_hash, a->entry_count * sizeof *a->entry_hash);
    assert_memory_equal(a->entry_information, b->entry_information, a->entry_count * sizeof *a->entry_information);
    assert_memory_equal(a->entry_length, b->entry_length, a->entry_count);
    assert_memory_equal(a->entry_kind, b->entry_kind, a->entry_count);
    assert_memory_equal(a->entry_size, b->entry_size, a->entry_count);
    assert_memory_equal(a->translation, b->translation, a->translation_count * sizeof *a->translation);
    assert_memory_equal(a->word_hash, b->word_hash, a->word_count * sizeof *a->word_hash);
    assert_memory_equal(a->word_information, b->word_information, a->word_count * sizeof *a->word_information);
    assert_memory_equal(a->word_kind, b->word_kind, a->word_count);
    assert_memory_equal(a->entry_begin, b->entry_begin, a->entry_count * sizeof *a->entry_begin);
    assert_int_equal(a->unknown, b->unknown);
    assert_string_equal(a->attribution, b->attribution);
}

static void test_model_file(void **state)
{
    (void)state;
    ss_model *model = tiny_model(), *back;
    assert_int_equal(ss_model_write(model, "model.h5"), SS_OK);
    char without[65];
    memcpy(without, model->checksum, sizeof without);
    assert_int_equal(ss_model_load(&back, "model.h5"), SS_OK);
    assert_null(back->lexicon);
    ss_model_free(back);

    model->lexicon = lexicon_of(sample);
    assert_int_equal(ss_model_write(model, "model.h5"), SS_OK);
    assert_string_not_equal(model->checksum, without);
    assert_int_equal(ss_model_load(&back, "model.h5"), SS_OK);
    assert_non_null(back->lexicon);
    assert_same(model->lexicon, back->lexicon);
    assert_string_equal(model->checksum, back->checksum);
    assert_int_equal(entry_place(back->lexicon, "特朗普"), entry_place(model->lexicon, "特朗普"));
    ss_model_free(back);

    char before[65];
    memcpy(before, model->checksum, sizeof before);
    model->lexicon->word_information[0]++;
    assert_int_equal(ss_model_write(model, "model.h5"), SS_OK);
    assert_string_not_equal(model->checksum, before);
    ss_model_free(model);
}

/* A copy without what an index adds. */
static ss_lexicon *copy_of(const ss_lexicon *a)
{
    ss_lexicon *b;
    assert_int_equal(ss_lexicon_new(&b, a->entry_count, a->translation_count, a->word_count), SS_OK);
    memcpy(b->entry_hash, a->entry_hash, a->entry_count * sizeof *a->entry_hash);
    memcpy(b->entry_information, a->entry_information, a->entry_count * sizeof *a->entry_information);
    memcpy(b->entry_length, a->entry_length, a->entry_count);
    memcpy(b->entry_kind, a->entry_kind, a->entry_count);
    memcpy(b->entry_size, a->entry_size, a->entry_count);
    memcpy(b->translation, a->translation, a->translation_count * sizeof *a->translation);
    memcpy(b->word_hash, a->word_hash, a->word_count * sizeof *a->word_hash);
    memcpy(b->word_information, a->word_information, a->word_count * sizeof *a->word_information);
    memcpy(b->word_kind, a->word_kind, a->word_count);
    return b;
}

static void damage_0(ss_lexicon *l)
{
    l->entry_hash[1] = l->entry_hash[0];
}
static void damage_1(ss_lexicon *l)
{
    l->word_hash[0] = l->word_hash[7];
}
static void damage_2(ss_lexicon *l)
{
    l->entry_kind[3] = SS_TERM_LATIN;
}
static void damage_3(ss_lexicon *l)
{
    l->word_kind[0] = 255;
}
static void damage_4(ss_lexicon *l)
{
    l->entry_length[2] = 1;
}
static void damage_5(ss_lexicon *l)
{
    l->entry_length[2] = 9;
}
static void damage_6(ss_lexicon *l)
{
    l->entry_size[0] = 0;
}
static void damage_7(ss_lexicon *l)
{
    l->entry_size[0] = 255;
}
static void damage_8(ss_lexicon *l)
{
    l->entry_size[3]--;
}
static void damage_9(ss_lexicon *l)
{
    l->translation[0] = (uint32_t)l->word_count | SS_LAST_WORD;
}
static void damage_10(ss_lexicon *l)
{
    l->translation[8] &= ~SS_LAST_WORD;
}
static void damage_11(ss_lexicon *l)
{
    l->translation_count--;
}
static void damage_12(ss_lexicon *l)
{
    l->entry_count--;
}

static void test_damage_is_refused(void **state)
{
    (void)state;
    static void (*const damage[])(ss_lexicon *) = {damage_0,  damage_1,  damage_2, damage_3, damage_4,
                                                   damage_5,  damage_6,  damage_7, damage_8, damage_9,
                                                   damage_10, damage_11, damage_12};
    ss_lexicon *whole = lexicon_of(sample), *copy = copy_of(whole);
    assert_int_equal(ss_lexicon_index(copy), SS_OK);
    ss_lexicon_free(copy);
    for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
        copy = copy_of(whole);
        damage[i](copy);
        assert_int_equal(ss_lexicon_index(copy), SS_ERROR_INPUT);
        assert_non_null(strstr(ss_last_error(), "lexicon"));
        ss_lexicon_free(copy);
    }
    ss_lexicon_free(whole);
}

static void test_damaged_model_file(void **state)
{
    (void)state;
    ss_model *model = tiny_model(), *back;
    model->lexicon = lexicon_of(sample);
    model->lexicon->entry_kind[0] = 9;
    assert_int_equal(ss_model_write(model, "model.h5"), SS_OK);
    assert_int_equal(ss_model_load(&back, "model.h5"), SS_ERROR_INPUT);
    assert_null(back);
    assert_non_null(strstr(ss_last_error(), "model.h5"));
    assert_non_null(strstr(ss_last_error(), "no known kind"));
    ss_model_free(model);
}

static int set_up(void **state)
{
    *state = enter_temp_folder();
    fold = tiny_fold();
    return 0;
}

static int tear_down(void **state)
{
    ss_fold_free(fold);
    leave_temp_folder(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms_of_a_word_are_one),
        cmocka_unit_test(test_stem),
        cmocka_unit_test(test_words_of_a_text),
        cmocka_unit_test(test_from_tsv),
        cmocka_unit_test(test_what_is_not_listed),
        cmocka_unit_test(test_many_entries),
        cmocka_unit_test(test_words_alone),
        cmocka_unit_test(test_entry_with_too_many_translations),
        cmocka_unit_test(test_bad_lines),
        cmocka_unit_test(test_model_file),
        cmocka_unit_test(test_damage_is_refused),
        cmocka_unit_test(test_damaged_model_file),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
