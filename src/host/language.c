#include "language.h"
#include "han_set.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#define SAMPLE_BYTES 16384 /* enough to tell, however long the text */
#define WORD_SIZE    16    /* longer than any function word */
#define SHORT_TEXT   25    /* words; too few to count on function words */
#define SHORT_TITLE  8     /* words; too few to overrule a declaration */

/* A Han character says about as much as three and a half Latin letters. */
#define HAN_WEIGHT   7
#define LATIN_WEIGHT 2

#define ENGLISH   0
#define LANGUAGES 16
#define MAX_WORDS 2048

/* The most frequent function words of languages in Latin script. */
static const char *const WORD_LISTS[LANGUAGES] = {
    /* English */
    "the of and to in a is that for on with as was at by it from are be has have not an this will after "
    "over says its his her he she they but who or which were their had said more about been would can "
    "could new how why what when up out into than no i we you our your there if so all one also against "
    "amid under before while do does may my me him am",
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
    "efter mot og at er til af ikke der et jeg fra vil ved eller også blev etter være hun skal nå dag år",
    /* Polish */
    "w i z na do się nie że o po za od przez dla jest są był była było ale jak co już przy pod nad oraz tym tego "
    "ten ta jego jej ich który która które także tylko może ze został będzie",
    /* Czech, Slovak */
    "v a na se si že do ve z o za po je jsou byl byla bylo ale jak co už při pod nad pro ze který která které také jen "
    "může bude by sa vo zo pri aj nie ktorý",
    /* Turkish */
    "ve bir bu da de için ile olarak çok daha en gibi kadar sonra olan ne ama var yok ise mi oldu etti dedi göre "
    "her son yeni iki",
    /* Romanian */
    "și în de la pe cu din că nu a au fost este pentru care mai după prin sau dar ca sunt va lui să se peste unui unei",
    /* Hungarian */
    "a az és hogy nem is egy van volt meg már csak de ha mint el még után szerint lesz több vagy azt ezt ki fel",
    /* Finnish, Estonian */
    "ja on ei oli se että hän ovat mutta kun myös niin kuin mukaan jo vain sen tai jossa joka ovat ole yli ning ka",
};

/* What stands in a stretch of text. */
typedef struct census {
    size_t han, kana, hangul, latin, other; /* letters */
    size_t of_set[SS_HAN_SETS];             /* Han characters by where they are written so */
    size_t accented;                        /* Latin letters outside ASCII */
    size_t words;                           /* of Latin letters */
    size_t running;                         /* words of small letters: of a sentence, and not of a name */
    size_t running_accented;                /* of them, those with accents, which hardly any English word has */
    size_t matched[LANGUAGES];              /* function words of each language */
} census;

/* A function word and the languages that have it, as bits. */
typedef struct function_word {
    char word[WORD_SIZE];
    unsigned languages;
} function_word;

static function_word word_table[MAX_WORDS]; /* sorted by bucket, then by their bytes; filled once */
static size_t word_count;
static size_t word_start[UCHAR_MAX + 2]; /* where each bucket begins */

/* By its first two bytes, so that there are few words in each. */
static unsigned char bucket_of(const function_word *word)
{
    return (unsigned char)(word->word[0] * 27 + word->word[1]);
}

static int compare_words(const void *a, const void *b)
{
    int bucket = bucket_of(a) - bucket_of(b);
    return bucket != 0 ? bucket : strcmp(((const function_word *)a)->word, ((const function_word *)b)->word);
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
    for (size_t i = 0; i < kept; i++)
        word_start[bucket_of(&word_table[i]) + 1] = i + 1;
    for (size_t bucket = 1; bucket <= UCHAR_MAX + 1; bucket++)
        if (word_start[bucket] == 0) word_start[bucket] = word_start[bucket - 1];
}

/* Whole words are compared, which end in NULs. */
static const function_word *find_word(const function_word *word)
{
    size_t bucket = bucket_of(word);
    for (size_t i = word_start[bucket]; i < word_start[bucket + 1]; i++)
        if (memcmp(word_table[i].word, word->word, WORD_SIZE) == 0) return &word_table[i];
    return NULL;
}

/* A word as it is being read. */
typedef struct word_reader {
    function_word word;
    size_t length;
    bool capital, small; /* its first letter is a capital one; none is */
    bool accented;
    bool attached; /* to what no word of a sentence is attached to: "Vue.js", "8k" */
} word_reader;

/* A capital letter at the head makes it rather a name ("Los Angeles") than a function word, but in English, whose
 * headlines are written so. */
static void count_word(census *found, word_reader *reader)
{
    if (reader->length == 0) return;
    const function_word *hit = find_word(&reader->word);
    bool running = reader->small && reader->length > 2 && !reader->attached;
    found->words++;
    found->running += running;
    found->running_accented += reader->small && reader->accented && !reader->attached;
    for (int language = 0; hit != NULL && language < LANGUAGES; language++)
        if ((hit->languages & (1u << language)) && (language == ENGLISH || !reader->capital))
            found->matched[language]++;
    *reader = (word_reader){0};
}

static void count_letter(census *found, UChar32 code, UScriptCode script)
{
    switch (script) {
    case USCRIPT_HAN:
        found->of_set[ss_han_set_of((uint32_t)code)]++;
        found->han++;
        break;
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

/* Adds a letter to a word; one that grows too long for a function word becomes "". `before`: the character before it. */
static void extend_word(word_reader *reader, UChar32 letter, UChar32 before)
{
    uint8_t bytes[U8_MAX_LENGTH];
    size_t used = 0;
    UBool failed = false, capital = letter < 0x80 ? letter <= 'Z' : u_isupper(letter);
    if (reader->length == 0) {
        reader->capital = capital;
        reader->small = true;
        reader->attached = before == '.' || before == '@' || before == '/' || before == '_' || u_isdigit(before);
    }
    if (capital) reader->small = false;
    if (letter > 0x7f) reader->accented = true;
    UChar32 small = letter < 0x80 ? letter | 0x20 : u_tolower(letter);
    U8_APPEND(bytes, used, sizeof bytes, (uint32_t)small, failed);
    if (failed || reader->length + used >= WORD_SIZE) {
        reader->length = WORD_SIZE - 1;
        reader->word.word[0] = '\0';
    } else {
        memcpy(reader->word.word + reader->length, bytes, used);
        reader->length += used;
        reader->word.word[reader->length] = '\0';
    }
}

static UScriptCode letter_script(UChar32 code)
{
    if (code < 0x80) return (code | 0x20) >= 'a' && (code | 0x20) <= 'z' ? USCRIPT_LATIN : USCRIPT_COMMON;
    if (code >= 0x4e00 && code <= 0x9fef) return USCRIPT_HAN; /* as most that follow */
    if (!u_isalpha(code)) return USCRIPT_COMMON;
    UErrorCode error = U_ZERO_ERROR;
    return uscript_getScript(code, &error);
}

static void add_census(census *sum, const census *part)
{
    size_t *to = (size_t *)sum;
    const size_t *from = (const size_t *)part;
    for (size_t i = 0; i < sizeof *sum / sizeof *to; i++)
        to[i] += from[i];
}

static size_t east_asian(const census *found)
{
    return found->han + found->kana + found->hangul;
}

static size_t weight(const census *found)
{
    return east_asian(found) * HAN_WEIGHT + (found->latin + found->other) * LATIN_WEIGHT;
}

/* ------------------------------------------------------------------- lines */

/* How deep in brackets behind `code`; those that hold titles, readings and names as their owners write them. */
static int bracket_step(UChar32 code)
{
    switch (code) {
    case '(':
    case '[':
    case 0x3008:
    case 0x300a:
    case 0x300c:
    case 0x300e:
    case 0x3010:
    case 0xff08:
        return 1;
    case ')':
    case ']':
    case 0x3009:
    case 0x300b:
    case 0x300d:
    case 0x300f:
    case 0x3011:
    case 0xff09:
        return -1;
    default:
        return 0;
    }
}

/* Bytes of the web address that begins here, which is in no language; 0: none does. */
static size_t address_length(const uint8_t *text, size_t size)
{
    static const char *const schemes[] = {"http://", "https://"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        size_t at = strlen(schemes[i]);
        if (size < at || memcmp(text, schemes[i], at) != 0) continue;
        while (at < size && text[at] > ' ' && text[at] < 0x7f && text[at] != ')')
            at++;
        return at;
    }
    return 0;
}

/* Takes the census of the line at the head of the text, as far as `size` goes; returns where the next begins. A line is what it
 * is outside brackets, if it says anything there. */
static size_t take_line(census *line, const uint8_t *bytes, size_t size)
{
    census part[2] = {{0}, {0}}; /* outside of brackets and inside */
    word_reader word = {0};
    UChar32 code = 0, before = 0;
    size_t at = 0;
    int depth = 0;
    while (at < size && code != '\n') {
        if (bytes[at] == 'h') at += address_length(bytes + at, size - at);
        if (at == size) break;
        U8_NEXT(bytes, at, size, code);
        UScriptCode script = letter_script(code);
        if (script == USCRIPT_LATIN) {
            extend_word(&word, code, before);
        } else {
            count_word(&part[depth > 0], &word);
        }
        int step = bracket_step(code);
        if (depth + step >= 0) depth += step;
        count_letter(&part[depth > 0], code, script);
        before = code;
    }
    count_word(&part[depth > 0], &word);
    *line = part[0];
    if (depth > 0 || east_asian(line) + line->latin + line->other == 0) add_census(line, &part[1]);
    return at;
}

typedef enum line_kind { NOTHING, LATIN, CHINESE, FOREIGN } line_kind;

/* Japanese and Korean write Han characters too, and headlines at times nothing else. What is written so in China alone speaks
 * against them. */
static bool is_japanese_or_korean(const census *line)
{
    size_t own = line->kana + line->hangul, chinese = line->of_set[SS_HAN_CHINESE];
    if (own + line->of_set[SS_HAN_JAPANESE] > chinese)
        return own * 20 > east_asian(line) || line->of_set[SS_HAN_JAPANESE] > 0;
    return chinese == 0 && line->of_set[SS_HAN_SIMPLIFIED] > 0 && line->of_set[SS_HAN_TRADITIONAL] > 0;
}

/* Names in Latin letters fill a Chinese title ("Visual Studio Code 更新"), but no words of an English sentence do. */
static bool holds_names_alone(const census *line)
{
    size_t sentence = line->running + line->matched[ENGLISH], asian = east_asian(line);
    return sentence * 2 <= asian && asian * 2 >= line->words;
}

static line_kind judge_line(const census *line)
{
    size_t asian = east_asian(line);
    if (asian + line->latin + line->other == 0) return NOTHING;
    if (asian * HAN_WEIGHT <= (line->latin + line->other) * LATIN_WEIGHT) {
        if (line->other >= line->latin) return FOREIGN;
        if (asian == 0 || !holds_names_alone(line)) return LATIN;
    }
    return is_japanese_or_korean(line) ? FOREIGN : CHINESE;
}

/* -------------------------------------------------------------- whole texts */

/* What a text is by most of what it says. */
typedef struct verdict {
    line_kind kind;
    census latin; /* of its lines in Latin script */
} verdict;

static verdict judge_text(const char *text, size_t length)
{
    static pthread_once_t filled = PTHREAD_ONCE_INIT;
    pthread_once(&filled, fill_word_table);
    size_t size = length < SAMPLE_BYTES ? length : SAMPLE_BYTES, share[FOREIGN + 1] = {0};
    verdict found = {0};
    for (size_t at = 0; at < size;) {
        census line;
        at += take_line(&line, (const uint8_t *)text + at, size - at);
        line_kind kind = judge_line(&line);
        share[kind] += weight(&line);
        if (kind == LATIN) add_census(&found.latin, &line);
    }
    for (line_kind kind = LATIN; kind <= FOREIGN; kind++)
        if (share[kind] > share[found.kind]) found.kind = kind;
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
    foreign += found->running_accented;
    if (english > foreign) return true;
    return !accents && found->running_accented == 0 &&
           (foreign == english || (foreign < 2 && foreign * 5 <= found->words));
}

static ss_lang judge(const verdict *found)
{
    if (found->kind == CHINESE) return SS_LANG_ZH;
    if (found->kind == NOTHING) return SS_LANG_OTHER;
    return found->kind == LATIN && is_english(&found->latin) ? SS_LANG_EN : SS_LANG_OTHER;
}

ss_lang ss_lang_detect(const char *text, size_t length)
{
    verdict found = judge_text(text, length);
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
    verdict found = judge_text(text, length);
    ss_lang detected = judge(&found);
    if (declared == NULL || tag_is(declared, unknown)) return detected;
    /* Page templates declare languages that their texts are not in: a declaration decides only where the text can't. */
    ss_lang lang = ss_lang_parse(declared);
    if (found.kind == LATIN && found.latin.words < SHORT_TITLE && lang != SS_LANG_ZH) return lang;
    if (detected == SS_LANG_ZH && tag_is(declared, japanese)) return SS_LANG_OTHER;
    return detected;
}
