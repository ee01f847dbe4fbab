/* Chinese names of persons in characters and in Latin letters: which sound the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "person_name.h"
#include "pinyin.h"

static ss_fold *fold;

typedef struct names {
    ss_person_name name[SS_PERSON_NAMES_MAX];
    size_t count;
} names;

static names names_of(ss_lang lang, const char *text)
{
    names out;
    ss_folded *folded = NULL;
    size_t count = 0, capacity = 0;
    assert_int_equal(ss_fold_text(fold, text, strlen(text), &folded, NULL, &count, &capacity), SS_OK);
    out.count = ss_person_names_find(out.name, lang, folded, count);
    assert_true(out.count <= SS_PERSON_NAMES_MAX);
    for (size_t i = 0; i < out.count; i++)
        assert_true(out.name[i].begin < out.name[i].end && out.name[i].end <= count);
    free(folded);
    return out;
}

/* The first name of `en` that `zh` has too, or NULL. */
static const ss_person_name *find_shared(const names *zh, const names *en, const ss_person_name **in_zh)
{
    for (size_t i = 0; i < en->count; i++)
        for (size_t k = 0; k < zh->count; k++)
            if (en->name[i].sound == zh->name[k].sound) {
                *in_zh = &zh->name[k];
                return &en->name[i];
            }
    return NULL;
}

typedef struct name_case {
    const char *zh, *en;
    int zh_begin, zh_end, en_begin, en_end; /* characters of the shared name; all 0: none is shared */
} name_case;

static const name_case cases[] = {
    {"王晓明", "Wang Xiaoming", 0, 3, 0, 13},
    {"王晓明", "Xiaoming Wang", 0, 3, 0, 13},
    {"王晓明", "WANG Xiaoming", 0, 3, 0, 13},
    {"王晓明", "Wang Xiao-ming", 0, 3, 0, 14},
    {"王晓明", "Xiao-Ming Wang", 0, 3, 0, 14},
    {"記者王曉明報道", "said Wang Xiaoming on Monday", 2, 5, 5, 18},
    {"市长李强说", "Mayor Li Qiang said", 2, 4, 6, 14},
    {"李强", "Qiang Li", 0, 2, 0, 8},
    {"赵长鹏", "Changpeng Zhao", 0, 3, 0, 14}, /* a character of two readings */
    {"赵长鹏", "Zhao Zhangpeng", 0, 3, 0, 14},
    {"曾国强", "Zeng Guoqiang", 0, 3, 0, 13}, /* read otherwise as a family name */
    {"曾国强", "Ceng Guoqiang", 0, 0, 0, 0},
    {"单志刚", "Shan Zhigang", 0, 3, 0, 12},
    {"吕思清", "Lu Siqing", 0, 3, 0, 9}, /* an umlaut, without its dots and as v */
    {"吕思清", "Lv Siqing", 0, 3, 0, 9},
    {"王晓明", "Wang Xiaomin", 0, 0, 0, 0},
    {"王晓明", "Huang Xiaoming", 0, 0, 0, 0},
    {"王晓明", "Wang", 0, 0, 0, 0},
    {"王晓明", "Xiaoming", 0, 0, 0, 0},
    {"王晓明", "Wang, Xiaoming", 0, 0, 0, 0}, /* other sentence parts */
    {"王晓明", "Mr Wang. Xiaoming left", 0, 0, 0, 0},
    {"王晓明", "Wang  Xiaoming", 0, 0, 0, 0},
    {"王晓明", "Wang Xiao ming", 0, 2, 0, 9},
    {"王晓明", "Wang Xiaoming2", 0, 0, 0, 0},
    {"王、晓明", "Wang Xiaoming", 0, 0, 0, 0},
    {"晓明", "Wang Xiaoming", 0, 0, 0, 0},
    {"高速公路", "a long run", 0, 0, 0, 0},
    {"约翰·史密斯", "John Smith", 0, 0, 0, 0},
    {"王", "Wang Wei", 0, 0, 0, 0},
    {"", "", 0, 0, 0, 0},
};

static void test_which_sound_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const name_case *c = &cases[i];
        names zh = names_of(SS_LANG_ZH, c->zh), en = names_of(SS_LANG_EN, c->en);
        const ss_person_name *in_zh = NULL, *in_en = find_shared(&zh, &en, &in_zh);
        bool right = c->en_end == 0 ? in_en == NULL
                                    : in_en != NULL && in_zh->begin == c->zh_begin && in_zh->end == c->zh_end &&
                                          in_en->begin == c->en_begin && in_en->end == c->en_end;
        if (!right) fail_msg("%s | %s", c->zh, c->en);
    }
}

static void test_no_more_than_there_is_room_for(void **state)
{
    (void)state;
    char zh[3 * 400 + 1] = "", en[400 * 9 + 1] = "";
    for (int i = 0; i < 400; i++) {
        strcat(zh, "王");
        strcat(en, "Wang Wei ");
    }
    assert_int_equal(names_of(SS_LANG_ZH, zh).count, SS_PERSON_NAMES_MAX);
    assert_int_equal(names_of(SS_LANG_EN, en).count, SS_PERSON_NAMES_MAX);
    assert_int_equal(names_of(SS_LANG_OTHER, en).count, 0);
}

/* What the look-ups rely on. */
static void test_tables(void **state)
{
    (void)state;
    size_t families = 0, readings = 0;
    assert_in_range(ss_pinyin_syllables, 390, 430);
    for (size_t i = 1; i < ss_pinyin_syllables; i++)
        assert_true(ss_pinyin_syllable[i - 1] < ss_pinyin_syllable[i]);
    for (uint32_t i = 0; i <= SS_PINYIN_LAST - SS_PINYIN_FIRST; i++) {
        const ss_pinyin_han *han = &ss_pinyin_of[i];
        assert_true(han->reading <= ss_pinyin_syllables && han->also <= ss_pinyin_syllables);
        assert_true(han->family <= ss_pinyin_syllables);
        assert_true(han->family == 0 || ss_pinyin_is_family[han->family - 1]);
        families += han->family != 0;
        readings += han->reading != 0;
    }
    assert_true(readings > 20000);
    assert_in_range(families, 290, 450);
}

static int set_up(void **state)
{
    (void)state;
    return ss_fold_from_icu(&fold) == SS_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    ss_fold_free(fold);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_which_sound_the_same),
                                       cmocka_unit_test(test_no_more_than_there_is_room_for),
                                       cmocka_unit_test(test_tables)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
