/* Which encoding bytes are in. */
#include "ascii.h"
#include "encoding.h"
#include "sizes.h"
#include "status.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uchardet.h>
#include <unicode/ucnv.h>

#define DECLARATION_SIZE 4096 /* how far into a page its charset may stand */
#define UTF16_SIZE       4096 /* bytes by which UTF-16 without a mark is told */
#define SURE             0.8  /* share of common characters from which a reading is taken without a second opinion */
#define LIKELY           0.4
#define ENOUGH_FOR_GUESS 16 /* bytes beyond ASCII below which statistics over them are noise */

typedef struct ss_sample {
    const unsigned char *bytes;
    size_t length;
    bool whole;
} ss_sample;

/* What one reading of the bytes makes of those beyond ASCII. */
typedef struct ss_reading {
    size_t characters;
    size_t common; /* characters that texts in this encoding are mostly made of */
    size_t damaged;
} ss_reading;

static double quality(ss_reading reading)
{
    if (reading.characters == 0) return 0;
    return ((double)reading.common - (double)reading.damaged) / (double)reading.characters;
}

/* ---- byte order marks and declarations */

static ss_encoding encoding_of(const char *name, size_t mark_length, bool guessed)
{
    ss_encoding encoding = {.mark_length = mark_length, .guessed = guessed};
    snprintf(encoding.name, sizeof encoding.name, "%s", name);
    return encoding;
}

static bool find_mark(ss_encoding *out, ss_sample sample)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *name;
    } mark[] = {
        {"\xef\xbb\xbf", 3, "UTF-8"}, {"\xff\xfe\0\0", 4, "UTF-32LE"}, {"\0\0\xfe\xff", 4, "UTF-32BE"},
        {"\xff\xfe", 2, "UTF-16LE"},  {"\xfe\xff", 2, "UTF-16BE"},     {"\x84\x31\x95\x33", 4, "gb18030"},
    };
    for (size_t i = 0; i < sizeof mark / sizeof *mark; i++) {
        if (sample.length < mark[i].length || memcmp(sample.bytes, mark[i].bytes, mark[i].length) != 0) continue;
        *out = encoding_of(mark[i].name, mark[i].length, false);
        return true;
    }
    return false;
}

/* The name after `key`, which is in lower case, and '=' in a page's head. */
static bool find_name(char *name, size_t size, const char *text, size_t length, const char *key)
{
    size_t key_length = strlen(key);
    for (size_t at = 0; at + key_length < length; at++) {
        if ((text[at] | 0x20) != *key || strncasecmp(text + at, key, key_length) != 0) continue;
        size_t start = at + key_length;
        start += strspn(text + start, " \t\r\n");
        if (text[start] != '=') continue;
        start++;
        start += strspn(text + start, " \t\r\n\"'");
        size_t count = strcspn(text + start, " \t\r\n\"';/>?");
        if (count == 0 || count >= size) continue;
        memcpy(name, text + start, count);
        name[count] = '\0';
        return true;
    }
    return false;
}

/* Names that pages use for a wider encoding than the one they name. */
static const char *widen(const char *name)
{
    static const char *const wider[][2] = {
        {"gb18030", "gb18030"},       {"gb2312", "gb18030"},      {"gb_2312-80", "gb18030"},
        {"x-gbk", "gb18030"},         {"gbk", "gb18030"},         {"cp936", "gb18030"},
        {"big5", "Big5-HKSCS"},       {"x-x-big5", "Big5-HKSCS"}, {"big5hkscs", "Big5-HKSCS"},
        {"cp950", "Big5-HKSCS"},      {"euc-kr", "windows-949"},  {"uhc", "windows-949"},
        {"us-ascii", "windows-1252"}, {"ascii", "windows-1252"},  {"iso-8859-1", "windows-1252"},
        {"latin1", "windows-1252"},
    };
    for (size_t i = 0; i < sizeof wider / sizeof *wider; i++)
        if (strcasecmp(name, wider[i][0]) == 0) return wider[i][1];
    return name;
}

/* The charset of that name, if ICU knows it and a page that shows it in ASCII can be in it. */
static bool know_charset(char *name, size_t size, const char *found)
{
    if (strncasecmp(found, "utf-16", 6) == 0 || strncasecmp(found, "utf-32", 6) == 0) return false;
    UErrorCode status = U_ZERO_ERROR;
    UConverter *converter = ucnv_open(widen(found), &status);
    if (U_FAILURE(status)) return false;
    ucnv_close(converter);
    snprintf(name, size, "%s", widen(found));
    return true;
}

/* The charset that a HTML or XML page declares. */
static bool find_declared(char *name, size_t size, ss_sample sample)
{
    char head[DECLARATION_SIZE + 1];
    size_t length = sample.length < DECLARATION_SIZE ? sample.length : DECLARATION_SIZE;
    for (size_t i = 0; i < length; i++)
        head[i] = sample.bytes[i] == '\0' ? ' ' : (char)sample.bytes[i];
    head[length] = '\0';
    size_t start = strspn(head, " \t\r\n");
    if (head[start] != '<') return false;
    char found[32];
    bool xml = strncmp(head + start, "<?xml", 5) == 0;
    if (!(xml && find_name(found, sizeof found, head, length, "encoding")) &&
        !find_name(found, sizeof found, head, length, "charset"))
        return false;
    return know_charset(name, size, found);
}

/* ---- readings */

/* "<!", "<?", "<html": what pages and feeds begin with, in ASCII. */
static bool is_markup(ss_sample sample)
{
    if (sample.length < 2 || sample.bytes[0] != '<') return false;
    return sample.bytes[1] == '!' || sample.bytes[1] == '?' || ss_is_letter(sample.bytes[1]);
}

/* UTF-16 without a mark: nearly every unit is of a block that news uses. Two letters in ASCII, or two bytes of Shift JIS,
 * can make such a unit too: but then the low bytes are ASCII nearly all, or the high bytes above 7F. */
static const char *tell_utf16(ss_sample sample)
{
    /* The beginning tells: a text does not change its encoding. */
    size_t units = (sample.length < UTF16_SIZE ? sample.length : UTF16_SIZE) / 2, best = 0;
    const char *name = NULL;
    for (size_t high_at = 0; high_at < 2; high_at++) {
        size_t plausible = 0, latins = 0, varied = 0, low_half = 0;
        for (size_t i = 0; i < units && 10 * (i - plausible) <= units; i++) {
            unsigned char high = sample.bytes[2 * i + high_at], low = sample.bytes[2 * i + 1 - high_at];
            /* Without branches, which would be as good as random. */
            bool printable = ((low >= 0x20) & (low < 0x7f)) | (low == '\n') | (low == '\r') | (low == '\t');
            bool latin = (high == 0) & (printable | (low >= 0xa0));
            bool other = ((high >= 0x4e) & (high <= 0x9f)) | (high == 0x20) | (high == 0x30) | (high == 0xff);
            plausible += latin | other;
            latins += latin;
            varied += latin | (other & !printable);
            low_half += latin | (other & (high < 0x80));
        }
        /* English read the wrong way round is all Chinese: characters below U+0100 count twice. */
        if (10 * plausible < 9 * units || 4 * varied < units || 4 * low_half < units) continue;
        if (plausible + latins <= best) continue;
        best = plausible + latins;
        name = high_at == 1 ? "UTF-16LE" : "UTF-16BE";
    }
    return name;
}

/* The first byte from `at` on beyond ASCII, or NUL. */
static size_t pass_ascii(ss_sample sample, size_t at)
{
    return ss_pass_ascii((const char *)sample.bytes, at, sample.length);
}

/* Control characters that no text has. */
static bool is_binary(ss_sample sample)
{
    size_t controls = 0;
    for (size_t i = 0; i < sample.length;) {
        unsigned char some = 0; /* no wider than what is counted, for compilers to make vectors of it */
        for (size_t end = ss_smaller(sample.length, i + UCHAR_MAX); i < end; i++) {
            unsigned char byte = sample.bytes[i];
            some = (unsigned char)(some + ((byte < '\t') | ((byte > '\r') & (byte < ' ') & (byte != 0x1b))));
        }
        controls += some;
    }
    return controls > 4 && controls > sample.length / 20;
}

/* How many of the bytes from `at` to `end` are `least` or more. */
static size_t count_bytes(ss_sample sample, size_t at, size_t end, unsigned char least)
{
    size_t count = 0;
    while (at < end) {
        unsigned char some = 0;
        for (size_t stop = ss_smaller(end, at + UCHAR_MAX); at < stop; at++)
            some = (unsigned char)(some + (sample.bytes[at] >= least));
        count += some;
    }
    return count;
}

/* Whether UTF-8 with no more than a little damage. */
static bool is_good(ss_reading utf8, size_t more)
{
    return utf8.common + more >= 9 * utf8.damaged;
}

/* All sequences of more than a byte are common; *long_ones counts those of three and four. Unless `all`, the reading ends
 * once it can't become a good one. */
static ss_reading read_utf8(ss_sample sample, bool all, size_t *long_ones)
{
    ss_reading reading = {0};
    *long_ones = 0;
    for (size_t at = 0; at < sample.length; at++) {
        size_t left = sample.length - at, sound = ss_utf8_sound((const char *)sample.bytes + at, left);
        reading.common += count_bytes(sample, at, at + sound, 0xc0);
        *long_ones += count_bytes(sample, at, at + sound, 0xe0);
        at += sound;
        /* The sample may end in the middle of a character. */
        if (sound == left || (sample.bytes[at] != '\0' && left - sound < 4 && !sample.whole)) break;
        reading.damaged += sample.bytes[at] != '\0';
        if (!all && !is_good(reading, (left - sound) / 2)) break;
    }
    reading.characters = reading.common + reading.damaged;
    return reading;
}

/* Both Chinese encodings put the few thousand characters that make up nearly all of running text, and the punctuation,
 * first: in GB 2312 rows 16-55 and 1-3 ... */
static bool common_in_gb(unsigned char lead, unsigned char trail)
{
    return trail >= 0xa1 && ((lead >= 0xb0 && lead <= 0xd7) || (lead >= 0xa1 && lead <= 0xa3));
}

static bool valid_in_gb(unsigned char lead, unsigned char trail)
{
    return lead >= 0x81 && lead <= 0xfe && trail >= 0x40 && trail != 0x7f && trail != 0xff;
}

/* ... and in Big5 leads A4-C6 and A1-A3. A text in the one is a mixture of common and rare characters in the other. */
static bool common_in_big5(unsigned char lead, unsigned char trail)
{
    (void)trail;
    return lead >= 0xa1 && lead <= 0xc6;
}

static bool valid_in_big5(unsigned char lead, unsigned char trail)
{
    return lead >= 0x87 && lead <= 0xfe && ((trail >= 0x40 && trail <= 0x7e) || (trail >= 0xa1 && trail <= 0xfe));
}

static ss_reading read_pairs(ss_sample sample, bool (*valid)(unsigned char, unsigned char),
                             bool (*common)(unsigned char, unsigned char))
{
    ss_reading reading = {0};
    for (size_t at = 0; (at = pass_ascii(sample, at)) + 1 < sample.length;) {
        unsigned char lead = sample.bytes[at], trail = sample.bytes[at + 1];
        bool sound = valid(lead, trail);
        if (lead >= 0x80) {
            reading.characters++;
            reading.common += sound && common(lead, trail);
            reading.damaged += !sound;
        }
        at += sound ? 2 : 1;
    }
    return reading;
}

/* Korean syllables in EUC-KR all have leads B0-C8, which in Chinese is no more than half of a long text. */
static bool may_be_korean(ss_sample sample)
{
    size_t syllables = 0, others = 0;
    for (size_t at = 0; (at = pass_ascii(sample, at)) + 1 < sample.length; at++) {
        unsigned char lead = sample.bytes[at];
        if (lead < 0xa1) continue;
        bool syllable = lead >= 0xb0 && lead <= 0xc8;
        syllables += syllable;
        others += lead > 0xa3 && !syllable;
        at++;
    }
    return syllables >= 12 && others <= syllables / 20;
}

/* Western text: accented letters stand alone among ASCII letters; the rest is quotation marks and the like. */
static ss_reading read_western(ss_sample sample)
{
    static const char letters[] = "\x8a\x8c\x9a\x9c\xc0\xc1\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca\xcb\xcd\xce\xcf\xd1\xd2"
                                  "\xd3\xd4\xd5\xd6\xd8\xd9\xda\xdb\xdc\xdf\xe0\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea"
                                  "\xeb\xec\xed\xee\xef\xf1\xf2\xf3\xf4\xf5\xf6\xf8\xf9\xfa\xfb\xfc\xfd";
    static const char signs[] =
        "\x80\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa1\xa3\xa7\xa9\xab\xae\xb0\xb4\xb7\xbb\xbf";
    ss_reading reading = {0};
    for (size_t at = 0; (at = pass_ascii(sample, at)) < sample.length; at++) {
        unsigned char byte = sample.bytes[at];
        if (byte < 0x80) continue;
        unsigned char before = at > 0 ? sample.bytes[at - 1] : 0;
        unsigned char after = at + 1 < sample.length ? sample.bytes[at + 1] : 0;
        bool accented = (ss_is_letter(before) || ss_is_letter(after)) && strchr(letters, byte) != NULL;
        bool sign = before < 0x80 && after < 0x80 && strchr(signs, byte) != NULL;
        reading.characters++;
        reading.common += accented || sign;
    }
    return reading;
}

/* uchardet's opinion, where ICU can read the whole sample that way. */
static ss_status ask_uchardet(char *name, size_t size, ss_sample sample)
{
    *name = '\0';
    uchardet_t detector = uchardet_new();
    if (detector == NULL) return ss_fail_memory(sample.length);
    ss_status status = SS_OK;
    ss_decoder *decoder = NULL;
    ss_buffer text = {0};
    const char *bytes = (const char *)sample.bytes;
    if (uchardet_handle_data(detector, bytes, sample.length) != 0) {
        status = ss_fail_memory(sample.length);
        goto cleanup;
    }
    uchardet_data_end(detector);
    const char *opinion = widen(uchardet_get_charset(detector));
    if (*opinion == '\0' || strcasecmp(opinion, "UTF-8") == 0) goto cleanup;
    status = ss_decoder_new(&decoder, opinion);
    if (status == SS_ERROR_INPUT) {
        status = SS_OK;
        goto cleanup;
    }
    if (status == SS_OK) status = ss_decoder_run(decoder, &text, bytes, sample.length, sample.whole);
    if (status == SS_OK && memmem(text.data, text.length, "\xef\xbf\xbd", 3) == NULL)
        snprintf(name, size, "%s", opinion);
cleanup:
    ss_buffer_free(&text);
    ss_decoder_free(decoder);
    uchardet_delete(detector);
    return status;
}

/* Bytes beyond ASCII that are not UTF-8, or only in part. */
static ss_status detect_legacy(ss_encoding *out, ss_sample sample, const char *declared)
{
    if (declared != NULL && strcasecmp(declared, "UTF-8") == 0) declared = NULL;
    if (quality(read_western(sample)) > SURE) {
        *out = encoding_of(declared != NULL ? declared : "windows-1252", 0, declared == NULL);
        return SS_OK;
    }
    /* Many servers declare a Western charset whatever the page is in: a sure Chinese reading is better. */
    double gb = quality(read_pairs(sample, valid_in_gb, common_in_gb));
    double big5 = quality(read_pairs(sample, valid_in_big5, common_in_big5));
    double chinese = gb >= big5 ? gb : big5;
    *out = encoding_of(gb >= big5 ? "gb18030" : "Big5-HKSCS", 0, false);
    if (chinese >= SURE && !may_be_korean(sample)) return SS_OK;

    if (declared != NULL) {
        *out = encoding_of(declared, 0, false);
        return SS_OK;
    }
    size_t long_ones;
    ss_reading utf8 = read_utf8(sample, true, &long_ones);
    if (utf8.characters >= ENOUGH_FOR_GUESS && utf8.common < utf8.damaged) {
        char opinion[sizeof out->name];
        SS_TRY(ask_uchardet(opinion, sizeof opinion, sample));
        if (*opinion != '\0') {
            *out = encoding_of(opinion, 0, true);
            return SS_OK;
        }
    }
    if (chinese < LIKELY) *out = encoding_of("UTF-8", 0, false);
    return SS_OK;
}

ss_status ss_encoding_detect(ss_encoding *out, const char *bytes, size_t length, bool whole)
{
    return ss_encoding_detect_served(out, "", bytes, length, whole);
}

ss_status ss_encoding_detect_served(ss_encoding *out, const char *charset, const char *bytes, size_t length, bool whole)
{
    ss_sample sample = {(const unsigned char *)bytes, length, whole};
    *out = encoding_of("UTF-8", 0, false);
    if (length == 0 || find_mark(out, sample)) return SS_OK;
    const char *utf16 = is_markup(sample) ? NULL : tell_utf16(sample);
    if (utf16 != NULL || is_binary(sample)) {
        *out = encoding_of(utf16 != NULL ? utf16 : "", 0, false);
        return SS_OK;
    }
    char name[32];
    bool known = *charset != '\0' && know_charset(name, sizeof name, charset);
    const char *declared = known || find_declared(name, sizeof name, sample) ? name : NULL;
    size_t long_ones;
    ss_reading utf8 = read_utf8(sample, false, &long_ones);
    if (utf8.damaged == 0) {
        /* Many pages were converted to UTF-8 and kept the old declaration; by accident no other text is UTF-8. */
        if (declared != NULL && long_ones == 0) *out = encoding_of(declared, 0, false);
        return SS_OK;
    }
    return is_good(utf8, 0) ? SS_OK : detect_legacy(out, sample, declared);
}
