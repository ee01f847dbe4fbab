#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "language.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void check(ss_lang lang, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ss_lang found = ss_lang_detect(texts[i], strlen(texts[i]));
        if (found != lang) fail_msg("\"%s\" was taken for language %d", texts[i], found);
    }
}

static void detects_chinese(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "大桥通车",
        "港珠澳大橋正式開通",
        "苹果公司在iPhone 15 Pro Max发布会上说",
        "OpenAI发布新模型GPT-4o，微软跟进",
        "2021年11月23日，工业和信息化部约谈Alibaba Cloud与Baidu AI Cloud。",
        "这款叫做「優の良品」的零食在香港和内地的超市里都很受年轻人的欢迎",
        "港",
    };
    check(SS_LANG_ZH, texts, COUNT(texts));
}

static void detects_english(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Alibaba shares slump 7 percent",
        "Harbour bridge opens",
        "Ukraine war enters third year",
        "Man shot dead, Hong Kong police say",
        "Los Angeles, Las Vegas swelter",
        "São Paulo mayor quits",
        "China, Baidu, Alibaba cloud units summoned; telecom fraud probe widens Tuesday",
        "Beyoncé and Jay-Z open new museum",
        "The minister told reporters in 北京 that the bridge over the harbour would open in spring.",
        "It was the third time this year that the ministry had called in the companies, which said they would do more "
        "to "
        "prevent fraud on their platforms and would report to the police every month from now on.",
        "a",
    };
    check(SS_LANG_EN, texts, COUNT(texts));
}

static void detects_others(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "2021 -- 11",
        "港の橋が開通した",
        "トヨタ、中国で新型車を発売",
        "항구 다리가 개통되었다",
        "삼성전자 new iPhone",
        "Мост через гавань открыли во вторник",
        "افتتح الجسر يوم الثلاثاء",
        "สะพานเปิดแล้ววันนี้",
        "Das Ministerium hat die Cloud-Sparten von Alibaba und Baidu einbestellt",
        "Le ministère a convoqué les filiales de deux géants du numérique",
        "El ministerio convocó a las filiales de dos gigantes de la tecnología",
        "Il ministero ha convocato le filiali di due giganti della tecnologia",
        "O ministério convocou as filiais de duas gigantes da tecnologia",
        "Het ministerie heeft de cloudtakken van twee techreuzen op het matje geroepen",
        "Kementerian memanggil dua raksasa teknologi yang dinilai tidak mencegah penipuan",
        "Bộ Công nghiệp triệu tập hai tập đoàn công nghệ lớn của nước này",
        "Ministeriet har kallat till sig molnbolagen och krävt att de gör mer mot bedrägerier",
        "Die Brücke über den Hafen ist am Dienstag nach fünf Jahren Bauzeit für den Verkehr freigegeben worden. Der "
        "Minister sagte, dass sie für die Region und ihre Wirtschaft von großer Bedeutung sei und der Verkehr in der "
        "Stadt nun abnehmen werde.",
    };
    check(SS_LANG_OTHER, texts, COUNT(texts));
}

static void survives_damaged_text(void **state)
{
    (void)state;
    assert_int_equal(ss_lang_detect("\xff\xfe\x80 the \xe4", 9), SS_LANG_EN);
    assert_int_equal(ss_lang_detect("\xe6\xa1\xa5\xe6", 4), SS_LANG_ZH);
    char word[70000];
    memset(word, 'a', sizeof word);
    ss_lang_detect(word, sizeof word);
}

static void parses_tags(void **state)
{
    (void)state;
    static const char *const chinese[] = {
        "zh",  "ZH",  "zh-CN",   "zh_TW.UTF-8", "zh-Hant-HK",          "chi", "zho", "cmn",
        "yue", "wuu", "Chinese", " zh ",        "Chinese (Simplified)"};
    static const char *const english[] = {"en", "EN", "en-US", "en_GB", "eng", "English"};
    static const char *const others[] = {"", "z", "zhx", "e", "de", "ja", "enx", "french", "-", "und"};
    for (size_t i = 0; i < COUNT(chinese); i++)
        assert_int_equal(ss_lang_parse(chinese[i]), SS_LANG_ZH);
    for (size_t i = 0; i < COUNT(english); i++)
        assert_int_equal(ss_lang_parse(english[i]), SS_LANG_EN);
    for (size_t i = 0; i < COUNT(others); i++)
        assert_int_equal(ss_lang_parse(others[i]), SS_LANG_OTHER);
}

static ss_lang decide(const char *declared, const char *text)
{
    return ss_lang_decide(declared, text, strlen(text));
}

static void weighs_declaration_and_text(void **state)
{
    (void)state;
    assert_int_equal(decide("zh", "大桥通车"), SS_LANG_ZH);
    assert_int_equal(decide("en", "大桥通车"), SS_LANG_ZH);
    assert_int_equal(decide("zh-CN", "The bridge over the harbour opened"), SS_LANG_EN);
    assert_int_equal(decide("zh-CN", "Bridge opens"), SS_LANG_EN);
    assert_int_equal(decide("fr", "Alibaba Cloud"), SS_LANG_OTHER);
    assert_int_equal(decide("en", "Le Monde"), SS_LANG_EN);
    assert_int_equal(decide("en", "Le ministère a convoqué les filiales de deux géants du numérique"), SS_LANG_OTHER);
    assert_int_equal(decide("ja", "東京都知事選挙"), SS_LANG_OTHER);
    assert_int_equal(decide("und", "大桥通车"), SS_LANG_ZH);
    assert_int_equal(decide("", "Bridge opens"), SS_LANG_EN);
    assert_int_equal(decide(NULL, "Bridge opens"), SS_LANG_EN);
    assert_int_equal(decide("en", ""), SS_LANG_OTHER);
}

/* Lines of many languages, a few of which no rule without a dictionary tells: "台風接近" is Chinese as it stands. */
static void tells_the_lines_of_a_table(void **state)
{
    (void)state;
    char line[2000];
    size_t lines = 0, errors = 0;
    FILE *file = fopen(SS_LANGUAGES, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (*line == '#') continue;
        char *declared = strchr(strchr(line, '\t') + 1, '\t') + 1, *text = strchr(declared, '\t') + 1;
        declared[strcspn(declared, "\t")] = '\0';
        text[strcspn(text, "\n")] = '\0';
        for (char *end; (end = strstr(text, "\\n")) != NULL;)
            memcpy(end, " \n", 2);
        line[strcspn(line, "\t")] = '\0';
        ss_lang lang = ss_lang_decide(*declared != '\0' ? declared : NULL, text, strlen(text));
        if (strcmp(ss_lang_name(lang), line) != 0)
            print_message("%s and not %s: %s\n", ss_lang_name(lang), line, text), errors++;
        lines++;
    }
    fclose(file);
    assert_true(lines > 300);
    assert_in_range(errors, 0, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(detects_chinese),
        cmocka_unit_test(detects_english),
        cmocka_unit_test(detects_others),
        cmocka_unit_test(survives_damaged_text),
        cmocka_unit_test(parses_tags),
        cmocka_unit_test(weighs_declaration_and_text),
        cmocka_unit_test(tells_the_lines_of_a_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
