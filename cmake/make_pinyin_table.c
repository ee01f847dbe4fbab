/* Writes pinyin_table.c, at build time: how every common Han character is read, from ICU. src/host/pinyin.h says what is in
 * it. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uchar.h>

#include <unicode/utrans.h>

#define FIRST 0x4e00
#define LAST  0x9fa5
#define COUNT (LAST - FIRST + 1)

/* The two hundred commonest family names and some more, in simplified characters. */
static const char16_t surnames[] =
    u"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    u"姚沈钟姜崔谭陆范汪廖石金韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫阎段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严欧莫孔向常"
    u"汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成"
    u"苗谷盛曲翁冉骆蓝路游靳辛管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤时穆司古吉缪车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫"
    u"米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆冀胥巴"
    u"幸楼奚练晋习班皮计凤储简占蔺卓闻黑区花洪朴竺宓茅都冼阙闪居权尉乐竹利年";

typedef struct exception {
    const char16_t *han;
    const char *pinyin;
} exception;

/* Read otherwise as a family name. */
static const exception as_surname[] = {{u"曾", "zeng"}, {u"单", "shan"}, {u"解", "xie"},  {u"仇", "qiu"},
                                       {u"区", "ou"},   {u"查", "zha"},  {u"翟", "zhai"}, {u"乐", "yue"},
                                       {u"朴", "piao"}, {u"覃", "qin"},  {u"尉", "yu"}};

/* Read in two ways in given names. */
static const exception also[] = {{u"长", "chang"}, {u"乐", "yue"},   {u"朝", "zhao"},  {u"重", "chong"},
                                 {u"行", "hang"},  {u"晟", "cheng"}, {u"茜", "xi"},    {u"莘", "xin"},
                                 {u"柏", "bai"},   {u"娜", "nuo"},   {u"盛", "cheng"}, {u"曾", "ceng"},
                                 {u"单", "shan"},  {u"藏", "cang"},  {u"降", "xiang"}};

static char reading[COUNT][8];
static uint32_t syllable[COUNT];
static int is_family[COUNT];
static size_t syllables;

static uint32_t pack(const char *letters)
{
    uint32_t code = 0;
    for (size_t i = 0; i < 6; i++)
        code = code << 5 | (*letters == '\0' ? 0 : (uint32_t)(*letters++ - 'a' + 1));
    return code;
}

static int by_code(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* 1 + place of the syllable; 0: none. */
static uint32_t place_of(const char *letters)
{
    uint32_t code = pack(letters);
    const uint32_t *found = *letters == '\0' ? NULL : bsearch(&code, syllable, syllables, sizeof code, by_code);
    return found == NULL ? 0 : (uint32_t)(found - syllable) + 1;
}

static const char *exception_of(const exception *list, size_t count, int han)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].han[0] == han) return list[i].pinyin;
    return "";
}

static int is_surname(int han)
{
    for (const char16_t *s = surnames; *s != 0; s++)
        if (*s == han) return 1;
    return 0;
}

/* Whole syllables of small letters alone: a few interjections have no vowel, a few characters no reading. */
static int read_all(void)
{
    static const UChar id[] = u"Han-Latin; Latin-ASCII; Lower";
    UErrorCode code = U_ZERO_ERROR;
    UTransliterator *to_latin = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &code);
    for (int i = 0; i < COUNT && U_SUCCESS(code); i++) {
        UChar text[32] = {(UChar)(FIRST + i)};
        int32_t length = 1, limit = 1, vowels = 0;
        utrans_transUChars(to_latin, text, &length, 32, 0, &limit, &code);
        int sound = U_SUCCESS(code) && length >= 1 && length <= 6;
        for (int32_t k = 0; sound && k < length; k++) {
            sound = text[k] >= 'a' && text[k] <= 'z';
            reading[i][k] = (char)text[k];
            vowels += strchr("aeiou", text[k]) != NULL;
        }
        if (!sound || vowels == 0) memset(reading[i], 0, sizeof reading[i]);
    }
    if (to_latin != NULL) utrans_close(to_latin);
    if (U_FAILURE(code)) fprintf(stderr, "make_pinyin_table: ICU: %s\n", u_errorName(code));
    return U_SUCCESS(code);
}

static void list_syllables(void)
{
    for (int i = 0; i < COUNT; i++)
        if (reading[i][0] != '\0') syllable[syllables++] = pack(reading[i]);
    qsort(syllable, syllables, sizeof *syllable, by_code);
    size_t kept = 0;
    for (size_t i = 0; i < syllables; i++)
        if (kept == 0 || syllable[kept - 1] != syllable[i]) syllable[kept++] = syllable[i];
    syllables = kept;
}

static const char *reading_as_family(int han)
{
    const char *exception = exception_of(as_surname, sizeof as_surname / sizeof *as_surname, han);
    return *exception != '\0' ? exception : is_surname(han) ? reading[han - FIRST] : "";
}

static void write_readings(void)
{
    printf("const ss_pinyin_han ss_pinyin_of[] = {");
    for (int i = 0; i < COUNT; i++) {
        uint32_t family = place_of(reading_as_family(FIRST + i));
        if (family != 0) is_family[family - 1] = 1;
        printf("%s{%u, %u, %u},", i % 8 == 0 ? "\n" : " ", (unsigned)place_of(reading[i]),
               (unsigned)place_of(exception_of(also, sizeof also / sizeof *also, FIRST + i)), (unsigned)family);
    }
    printf("\n};\n");
}

int main(void)
{
    if (!read_all()) return 1;
    list_syllables();
    printf("#include \"pinyin.h\"\n\n");
    write_readings();
    printf("const size_t ss_pinyin_syllables = %zu;\nconst uint32_t ss_pinyin_syllable[] = {", syllables);
    for (size_t i = 0; i < syllables; i++)
        printf("%s0x%x,", i % 10 == 0 ? "\n" : " ", (unsigned)syllable[i]);
    printf("\n};\nconst uint8_t ss_pinyin_is_family[] = {");
    for (size_t i = 0; i < syllables; i++)
        printf("%s%d,", i % 30 == 0 ? "\n" : " ", is_family[i]);
    printf("\n};\n");
    return fflush(stdout) != 0 || ferror(stdout);
}
