/* Where a plain text tells when it was published: in a line of its own, behind a label, in a dateline, in an address.
 * Dates in sentences and captions tell about something else. */
#include <string.h>
#include <strings.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "date.h"

#define HEAD_LINES     30 /* that are not blank */
#define MAX_TAIL_BYTES 48 /* the name of a source behind a date */
#define MAX_PLACE      72 /* bytes before the date of a dateline */

/* How well a line tells the date of publication; the first of the best one counts. */
typedef enum rank { RANK_PUBLISHED = 1, RANK_MODIFIED, RANK_ADDRESS, RANK_NONE } rank;

typedef struct label {
    const char *text;
    rank rank;
} label;

/* A label goes before those that it begins with. */
static const label LABELS[] = {
    {"date of publication", RANK_PUBLISHED},
    {"date published", RANK_PUBLISHED},
    {"date", RANK_PUBLISHED},
    {"first published", RANK_PUBLISHED},
    {"published on", RANK_PUBLISHED},
    {"published at", RANK_PUBLISHED},
    {"published", RANK_PUBLISHED},
    {"publish date", RANK_PUBLISHED},
    {"publish time", RANK_PUBLISHED},
    {"publication date", RANK_PUBLISHED},
    {"pub date", RANK_PUBLISHED},
    {"pubdate", RANK_PUBLISHED},
    {"posted on", RANK_PUBLISHED},
    {"posted at", RANK_PUBLISHED},
    {"posted", RANK_PUBLISHED},
    {"released on", RANK_PUBLISHED},
    {"released", RANK_PUBLISHED},
    {"release date", RANK_PUBLISHED},
    {"issued", RANK_PUBLISHED},
    {"created", RANK_PUBLISHED},
    {"time", RANK_PUBLISHED},
    {"last updated on", RANK_MODIFIED},
    {"last updated", RANK_MODIFIED},
    {"last modified on", RANK_MODIFIED},
    {"last modified", RANK_MODIFIED},
    {"modified", RANK_MODIFIED},
    {"updated on", RANK_MODIFIED},
    {"updated at", RANK_MODIFIED},
    {"updated", RANK_MODIFIED},
    {"update", RANK_MODIFIED},
    {"发布时间", RANK_PUBLISHED},
    {"发布日期", RANK_PUBLISHED},
    {"发布于", RANK_PUBLISHED},
    {"发表时间", RANK_PUBLISHED},
    {"发表日期", RANK_PUBLISHED},
    {"发表于", RANK_PUBLISHED},
    {"发稿时间", RANK_PUBLISHED},
    {"刊登时间", RANK_PUBLISHED},
    {"出版日期", RANK_PUBLISHED},
    {"發布時間", RANK_PUBLISHED},
    {"發佈時間", RANK_PUBLISHED},
    {"發布日期", RANK_PUBLISHED},
    {"發佈日期", RANK_PUBLISHED},
    {"發表時間", RANK_PUBLISHED},
    {"發表於", RANK_PUBLISHED},
    {"时间", RANK_PUBLISHED},
    {"時間", RANK_PUBLISHED},
    {"日期", RANK_PUBLISHED},
    {"更新时间", RANK_MODIFIED},
    {"更新日期", RANK_MODIFIED},
    {"更新於", RANK_MODIFIED},
    {"更新于", RANK_MODIFIED},
    {"更新時間", RANK_MODIFIED},
    {"最后更新", RANK_MODIFIED},
    {"最後更新", RANK_MODIFIED},
    {"修改时间", RANK_MODIFIED},
    {"更新", RANK_MODIFIED},
};

/* Words that begin what may stand behind a date in its line. */
static const char *const TAIL_LABELS[] = {"source",   "by",   "via",  "updated", "last updated", "来源", "來源", "作者",
                                          "责任编辑", "编辑", "編輯", "记者",    "記者",         "更新", NULL};

/* A piece of text that rules take characters from. */
typedef struct piece {
    const char *at, *end;
} piece;

static size_t size_of(piece text)
{
    return (size_t)(text.end - text.at);
}

static UChar32 first_character(piece text, size_t *size)
{
    const uint8_t *bytes = (const uint8_t *)text.at;
    size_t at = 0;
    UChar32 code = 0;
    if (text.at < text.end) U8_NEXT(bytes, at, size_of(text), code);
    *size = at;
    return code;
}

static bool is_ascii_alnum(char byte)
{
    return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
}

/* Without the white space, and the characters of `marks`, that it begins with. */
static piece skip(piece text, const char *marks)
{
    size_t size;
    for (UChar32 code = first_character(text, &size); size > 0; code = first_character(text, &size)) {
        bool mark = code > 0 && code < 0x80 && strchr(marks, code) != NULL;
        bool wide_mark =
            (code == 0xff1a && strchr(marks, ':') != NULL) || (code == 0xff08 && strchr(marks, '(') != NULL);
        if (!u_isUWhiteSpace(code) && !mark && !wide_mark) break;
        text.at += size;
    }
    return text;
}

/* Whether the text begins with a word, in any case, that ends there. */
static bool begins_with(piece text, const char *word)
{
    size_t length = strlen(word);
    if (size_of(text) < length || strncasecmp(text.at, word, length) != 0) return false;
    bool latin = (word[0] & 0x80) == 0;
    if (!latin || size_of(text) == length) return true;
    return !is_ascii_alnum(text.at[length]);
}

/* Han characters, and Latin words that begin with a capital or a digit, as the name of a paper or a place is written;
 * of the other characters only spaces and those of `marks`. */
static bool is_name(piece text, const char *marks)
{
    bool inside = false;
    size_t size, letters = 0;
    for (UChar32 code = first_character(text, &size); size > 0; code = first_character(text, &size)) {
        if (u_isalnum(code)) {
            if (!inside && u_islower(code)) return false;
            letters++;
        } else if (!u_isUWhiteSpace(code) && (code <= 0 || code >= 0x80 || strchr(marks, code) == NULL)) {
            if (code != 0xff0c || strchr(marks, ',') == NULL) return false;
        }
        inside = u_isalnum(code) || code == '\'';
        text.at += size;
    }
    return letters > 0;
}

/* What stands behind a date that is the purpose of its line: nothing, a source, another date with a label. */
static bool is_tail(piece tail)
{
    piece rest = skip(tail, "|-/,()");
    if (rest.at == rest.end) return true;
    for (const char *const *known = TAIL_LABELS; *known != NULL; known++)
        if (begins_with(rest, *known)) return true;
    return rest.at > tail.at && size_of(rest) <= MAX_TAIL_BYTES && is_name(rest, "&|/()-");
}

/* [label] date [tail] */
static rank find_in_own_line(piece line, ss_date *date)
{
    rank found = RANK_PUBLISHED;
    bool sure = false; /* that the line is about its date, whatever else it says */
    for (size_t i = 0; i < sizeof LABELS / sizeof *LABELS; i++) {
        if (!begins_with(line, LABELS[i].text)) continue;
        found = LABELS[i].rank;
        line.at += strlen(LABELS[i].text);
        piece value = skip(line, ":");
        sure = strcmp(LABELS[i].text, "date") == 0 || memchr(line.at, ':', (size_t)(value.at - line.at)) != NULL ||
               memmem(line.at, (size_t)(value.at - line.at), "：", strlen("：")) != NULL;
        line = skip(value, "|-");
        break;
    }
    size_t used;
    if (!ss_date_parse_prefix(date, line.at, size_of(line), &used)) return RANK_NONE;
    line.at += used;
    return sure || is_tail(line) ? found : RANK_NONE;
}

/* Behind the date of a dateline: "(Xinhua) --", "/PRNewswire/ --", "--", 电, 讯. */
static bool is_dateline_end(piece text)
{
    static const char *const chinese[] = {"电", "電", "讯", "訊"};
    text = skip(text, "");
    for (size_t i = 0; i < sizeof chinese / sizeof *chinese; i++)
        if (begins_with(text, chinese[i])) return true;
    if (text.at < text.end && (*text.at == '(' || *text.at == '/')) {
        char closing = *text.at == '(' ? ')' : '/';
        const char *close = memchr(text.at + 1, closing, size_of(text) - 1);
        if (close == NULL || close - text.at > MAX_TAIL_BYTES) return false;
        text.at = close + 1;
        text = skip(text, "");
    }
    size_t size;
    UChar32 code = first_character(text, &size);
    return code == '-' || code == 0x2013 || code == 0x2014;
}

/* BEIJING, Nov. 23, 2021 (Xinhua) -- ...; 新华社北京2021年11月23日电 ... */
static rank find_in_dateline(piece line, ss_date *date)
{
    for (const char *at = line.at + 1; at < line.end && at - line.at <= MAX_PLACE; at++) {
        bool starts = is_ascii_alnum(*at) && !is_ascii_alnum(at[-1]);
        size_t used;
        if (!starts || !ss_date_parse_prefix(date, at, (size_t)(line.end - at), &used)) continue;
        return is_name((piece){line.at, at}, ",.") && is_dateline_end((piece){at + used, line.end}) ? RANK_PUBLISHED
                                                                                                    : RANK_NONE;
    }
    return RANK_NONE;
}

static rank find_in_address(piece line, ss_date *date)
{
    const char *address = memmem(line.at, size_of(line), "://", 3);
    if (address == NULL) return RANK_NONE;
    const char *end = address;
    while (end < line.end && *end != ' ' && *end != '\t')
        end++;
    return ss_date_find_in_url(date, address, (size_t)(end - address)) ? RANK_ADDRESS : RANK_NONE;
}

bool ss_date_find(ss_date *out, const char *text, size_t length)
{
    static rank (*const rules[])(piece, ss_date *) = {find_in_own_line, find_in_dateline, find_in_address};
    *out = (ss_date){0};
    rank best = RANK_NONE;
    const char *end = text + length;
    int lines = 0;
    for (const char *at = text; at < end && lines < HEAD_LINES && best > RANK_PUBLISHED;) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        if (line_end == NULL) line_end = end;
        piece line = skip((piece){at, line_end}, "");
        at = line_end < end ? line_end + 1 : end;
        if (line.at == line.end) continue;
        lines++;
        rank found = RANK_NONE;
        ss_date date;
        for (size_t i = 0; i < sizeof rules / sizeof *rules && found == RANK_NONE; i++)
            found = rules[i](line, &date);
        if (found >= best) continue;
        best = found;
        *out = date;
    }
    return best != RANK_NONE;
}

/* How many digits stand at `at`. */
static size_t count_digits(const char *at, const char *end)
{
    size_t count = 0;
    while (at + count < end && at[count] >= '0' && at[count] <= '9')
        count++;
    return count;
}

/* /2021/11/23, /2021-11/23, /2021-11-23, /2021/1123 */
bool ss_date_find_in_url(ss_date *out, const char *url, size_t length)
{
    const char *end = url + length;
    for (const char *at = url; at < end; at++) {
        if (*at != '/' || count_digits(at + 1, end) != 4) continue;
        char digits[8];
        size_t count = 0;
        const char *from = at + 1;
        for (; from < end && count < sizeof digits; from++) {
            bool digit = count_digits(from, end) > 0;
            bool mark =
                (*from == '/' || *from == '-') && (count == 4 || count == 6) && !(from[-1] == '/' || from[-1] == '-');
            if (!digit && !mark) break;
            if (digit) digits[count++] = *from;
        }
        if (count < sizeof digits || count_digits(from, end) > 0) continue;
        if (ss_date_parse(out, digits, sizeof digits)) return true;
    }
    *out = (ss_date){0};
    return false;
}
