#include "language.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#define SAMPLE_BYTES 16384 /* enough to tell, however long the text */
#define SAMPLE_WORDS 500
#define WORD_SIZE    16 /* longer than any function word */
#define SHORT_TEXT   25 /* words; too few to count on function words */
#define SHORT_TITLE  8  /* words; too few to overrule a declaration */

/* A Han character says about as much as three and a half Latin letters. */
#define HAN_WEIGHT   7
#define LATIN_WEIGHT 2

#define ENGLISH   0
#define LANGUAGES 10
#define MAX_WORDS 1024

/* The most frequent function words of languages in Latin script. */
static const char *const WORD_LISTS[LANGUAGES] = {
    /* English */
    "the of and to in a is that for on with as was at by it from are be has have not an this will after "
    "over says its his her he she they but who or which were their had said more about been would can "
    "could new how why what when up out into than no i we you our your there if so all one also against "
    "amid under before while do does may",
    /* German */
    "der die das und in zu den ist von mit nicht ein eine für auf dem des im sich auch es an werden aus "
    "er hat dass sie nach wird bei einer um am sind noch wie einem über so zum haben nur oder aber "
    "vor zur bis mehr durch sein wurde sei gegen vom wenn wir kein ich unter einen",
    /* French */
    "le la les de des du et un une en est que qui dans pour sur pas par au aux avec ce il elle son sa ses "
    "plus sont ne se ou a été ont mais cette nous vous leur leurs après être fait comme tout sous entre "
    "ces je aussi deux d l qu",
    /* Spanish */
    "el la los las de del y un una en es que por para con no se su sus al lo como más pero ha o fue este "
    "esta son entre ya desde sobre también hasta hay sin todo tras según le han está ser porque cuando "
    "muy contra a años",
    /* Italian */
    "il lo la i gli le di del della dei delle e un una in è che per con non si su al alla da dal dalla "
    "nel nella sono ha come più ma o anche se ai sul sulla questo questa dopo essere stato degli hanno "
    "tra contro nei alle l",
    /* Portuguese */
    "o a os as de do da dos das e um uma em no na nos nas é que por para com não se ao aos à como mais "
    "mas foi ou sua seu são pelo pela entre também já após sobre ser está ele ela até contra este esta "
    "isso quando ter tem",
    /* Dutch */
    "de het een en van in is dat op te met voor niet zijn aan er ook naar bij uit om maar als over "
    "nog wordt werd heeft dan of hij die zich tot ze hebben wel meer deze dit na kan worden tegen onder "
    "geen was we ik je",
    /* Indonesian and Malay */
    "yang dan di dari untuk dengan ini itu pada dalam tidak akan ke oleh juga sebagai adalah telah lebih "
    "bisa ada karena kepada mereka saat atau dapat tersebut para sudah kata menjadi secara anak tahun "
    "hari seorang setelah satu antara kami saya tak dia ia bagi kita",
    /* Vietnamese */
    "và của là có cho các được trong một những không với đã từ người này để khi đến về ra nhiều năm tại "
    "cũng vào sẽ ở như theo trên việc sau đó phải lại bị do hơn nhưng còn thì hai chỉ mà nước vì",
    /* Danish, Norwegian, Swedish */
    "och att det som en på är av för med den till inte har om ett var jag han så de vi från kan sig "
    "efter mot og at er til af ikke der et jeg fra vil ved eller også blev etter være hun skal nå",
};

typedef struct census {
    size_t han, kana, hangul, latin, other; /* letters */
    size_t accented;                        /* Latin letters outside ASCII */
    size_t words;                           /* of Latin letters */
    size_t matched[LANGUAGES];              /* function words of each language */
} census;

/* A function word and the languages that have it, as bits. */
typedef struct function_word {
    char word[WORD_SIZE];
    unsigned languages;
} function_word;

static function_word word_table[MAX_WORDS]; /* sorted by their bytes; filled once */
static size_t word_count;

static int compare_words(const void *a, const void *b)
{
    return strcmp(((const function_word *)a)->word, ((const function_word *)b)->word);
}

static void fill_word_table(void)
{
    for (int language = 0; language < LANGUAGES; language++) {
        for (const char *word = WORD_LISTS[language]; *word != '\0' && word_count < MAX_WORDS;) {
            size_t length = strcspn(word, " ");
            memcpy(word_table[word_count].word, word, length);
            word_table[word_count++].languages = 1u << language;
            word += length + (word[length] == ' ');
        }
    }
    qsort(word_table, word_count, sizeof *word_table, compare_words);
    size_t kept = 0;
    for (size_t i = 0; i < word_count; i++) {
        if (kept > 0 && compare_words(&word_table[kept - 1], &word_table[i]) == 0)
            word_table[kept - 1].languages |= word_table[i].languages;
        else
            word_table[kept++] = word_table[i];
    }
    word_count = kept;
}

/* A capital letter at the head makes it rather a name ("Los Angeles") than a function word, but in English, whose
 * headlines are written so. */
static void count_word(census *found, const function_word *word, bool capital)
{
    found->words++;
    const function_word *hit = bsearch(word, word_table, word_count, sizeof *word_table, compare_words);
    if (hit == NULL) return;
    for (int language = 0; language < LANGUAGES; language++)
        if ((hit->languages & (1u << language)) && (language == ENGLISH || !capital)) found->matched[language]++;
}

static void count_letter(census *found, UChar32 code, UScriptCode script)
{
    switch (script) {
    case USCRIPT_HAN:
    case USCRIPT_BOPOMOFO:
        found->han++;
        break;
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
        found->kana++;
        break;
    case USCRIPT_HANGUL:
        found->hangul++;
        break;
    case USCRIPT_LATIN:
        found->latin++;
        if (code > 0x7f) found->accented++;
        break;
    case USCRIPT_COMMON:
    case USCRIPT_INHERITED:
        break;
    default:
        found->other++;
    }
}

/* Adds a letter to a word; one that grows too long for a function word becomes "". */
static void extend_word(function_word *word, size_t *length, UChar32 letter)
{
    uint8_t bytes[U8_MAX_LENGTH];
    size_t used = 0;
    UBool failed = false;
    U8_APPEND(bytes, used, sizeof bytes, (uint32_t)letter, failed);
    if (failed || *length + used >= WORD_SIZE) {
        *length = WORD_SIZE - 1;
        word->word[0] = '\0';
    } else {
        memcpy(word->word + *length, bytes, used);
        *length += used;
        word->word[*length] = '\0';
    }
}

static UScriptCode letter_script(UChar32 code)
{
    if (code < 0 || !u_isalpha(code)) return USCRIPT_COMMON;
    if (code < 0x80) return USCRIPT_LATIN;
    UErrorCode error = U_ZERO_ERROR;
    return uscript_getScript(code, &error);
}

static census take_census(const char *text, size_t length)
{
    static pthread_once_t filled = PTHREAD_ONCE_INIT;
    pthread_once(&filled, fill_word_table);

    census found = {0};
    function_word word = {0};
    size_t word_length = 0;
    bool capital = false;
    const uint8_t *bytes = (const uint8_t *)text;
    size_t size = length < SAMPLE_BYTES ? length : SAMPLE_BYTES;
    for (size_t i = 0; i < size;) {
        UChar32 code;
        U8_NEXT(bytes, i, size, code);
        UScriptCode script = letter_script(code);
        count_letter(&found, code, script);
        if (script == USCRIPT_LATIN && word_length == 0) capital = u_isupper(code);
        if (script == USCRIPT_LATIN) extend_word(&word, &word_length, u_tolower(code));
        if (word_length > 0 && (script != USCRIPT_LATIN || i >= size)) {
            if (found.words < SAMPLE_WORDS) count_word(&found, &word, capital);
            word_length = 0;
        }
    }
    return found;
}

static bool is_english(const census *found)
{
    size_t english = found->matched[ENGLISH];
    size_t foreign = 0;
    for (int language = 1; language < LANGUAGES; language++)
        if (found->matched[language] > foreign) foreign = found->matched[language];

    bool accents = found->accented >= 3 && found->accented * 20 > found->latin;
    if (found->words >= SHORT_TEXT) return english > foreign && english * 10 > found->words;
    /* Headlines do without function words; running text has one in three. */
    if (english > foreign) return true;
    return !accents && (foreign == english || (foreign < 2 && foreign * 5 <= found->words));
}

static bool is_latin(const census *found)
{
    size_t east_asian = found->han + found->kana + found->hangul;
    return east_asian * HAN_WEIGHT <= (found->latin + found->other) * LATIN_WEIGHT && found->latin > found->other;
}

static ss_lang judge(const census *found)
{
    if (is_latin(found)) return is_english(found) ? SS_LANG_EN : SS_LANG_OTHER;
    size_t east_asian = found->han + found->kana + found->hangul;
    bool chinese = east_asian * HAN_WEIGHT > (found->latin + found->other) * LATIN_WEIGHT &&
                   (found->kana + found->hangul) * 20 <= east_asian;
    return chinese ? SS_LANG_ZH : SS_LANG_OTHER;
}

ss_lang ss_lang_detect(const char *text, size_t length)
{
    census found = take_census(text, length);
    return judge(&found);
}

/* Whether the first part of a tag ("zh" of "zh-Hant-TW" and "zh_CN") is in a list that ends in NULL. */
static bool tag_is(const char *tag, const char *const *names)
{
    tag += strspn(tag, " \t");
    size_t length = strcspn(tag, "-_.;,( \t\r\n");
    for (; *names != NULL; names++)
        if (strlen(*names) == length && strncasecmp(tag, *names, length) == 0) return true;
    return false;
}

ss_lang ss_lang_parse(const char *tag)
{
    static const char *const chinese[] = {"zh",      "zho",      "chi",       "cmn",  "yue",  "wuu",
                                          "chinese", "mandarin", "cantonese", "中文", "汉语", NULL};
    static const char *const english[] = {"en", "eng", "english", "英文", "英语", NULL};
    if (tag_is(tag, chinese)) return SS_LANG_ZH;
    if (tag_is(tag, english)) return SS_LANG_EN;
    return SS_LANG_OTHER;
}

ss_lang ss_lang_decide(const char *declared, const char *text, size_t length)
{
    static const char *const unknown[] = {"", "und", "mul", "zxx", NULL};
    static const char *const japanese[] = {"ja", "jpn", "japanese", NULL};
    census found = take_census(text, length);
    ss_lang detected = judge(&found);
    if (declared == NULL || tag_is(declared, unknown)) return detected;
    /* Page templates declare languages that their texts are not in: a declaration decides only where the text can't. */
    ss_lang lang = ss_lang_parse(declared);
    if (is_latin(&found) && found.words < SHORT_TITLE && lang != SS_LANG_ZH) return lang;
    if (detected == SS_LANG_ZH && tag_is(declared, japanese)) return SS_LANG_OTHER;
    return detected;
}
