/* Where a plain text tells when it was published: in a line of its own, behind a label, in a dateline, in an address.
 * Dates in sentences and captions tell about something else. */
#include <string.h>
#include <strings.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "ascii.h"
#include "date.h"
#include "date_label.h"

#define HEAD_LINES     30 /* that are not blank */
#define MAX_TAIL_BYTES 48 /* the name of a source behind a date */
#define MAX_PLACE      72 /* bytes before the date of a dateline */

/* How well a line tells the date of publication; the first of the best one counts. */
typedef enum rank { RANK_PUBLISHED = 1, RANK_MODIFIED, RANK_ADDRESS, RANK_NONE } rank;

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

static bool is_alnum(char byte)
{
    return ss_is_digit(byte) || ss_is_letter(byte);
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
    return !is_alnum(text.at[length]);
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
static rank find_in_own_line(piece line, const ss_date_custom *custom, ss_date *date)
{
    size_t size;
    ss_date_label label = ss_date_label_first(line.at, size_of(line), &size);
    if (label == SS_LABEL_OTHER) return RANK_NONE;
    bool sure = false; /* that the line is about its date, whatever else it says */
    if (label != SS_LABEL_NONE) {
        bool date_alone = size == strlen("date") && strncasecmp(line.at, "date", size) == 0;
        line.at += size;
        piece value = skip(line, ":");
        sure = date_alone || memchr(line.at, ':', (size_t)(value.at - line.at)) != NULL ||
               memmem(line.at, (size_t)(value.at - line.at), "：", strlen("：")) != NULL;
        line = skip(value, "|-");
    }
    size_t used;
    if (!ss_date_parse_prefix(date, custom, line.at, size_of(line), &used)) return RANK_NONE;
    line.at += used;
    if (!sure && !is_tail(line)) return RANK_NONE;
    return label == SS_LABEL_MODIFIED ? RANK_MODIFIED : RANK_PUBLISHED;
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
static rank find_in_dateline(piece line, const ss_date_custom *custom, ss_date *date)
{
    for (const char *at = line.at + 1; at < line.end && at - line.at <= MAX_PLACE; at++) {
        bool starts = is_alnum(*at) && !is_alnum(at[-1]);
        size_t used;
        if (!starts || !ss_date_parse_prefix(date, custom, at, (size_t)(line.end - at), &used)) continue;
        return is_name((piece){line.at, at}, ",.-()") && is_dateline_end((piece){at + used, line.end}) ? RANK_PUBLISHED
                                                                                                       : RANK_NONE;
    }
    return RANK_NONE;
}

static rank find_in_address(piece line, const ss_date_custom *custom, ss_date *date)
{
    (void)custom;
    const char *address = memmem(line.at, size_of(line), "://", 3);
    if (address == NULL) return RANK_NONE;
    const char *end = address;
    while (end < line.end && *end != ' ' && *end != '\t')
        end++;
    return ss_date_find_in_url(date, address, (size_t)(end - address)) ? RANK_ADDRESS : RANK_NONE;
}

bool ss_date_find(ss_date *out, const ss_date_custom *custom, const char *text, size_t length)
{
    static rank (*const rules[])(piece, const ss_date_custom *, ss_date *) = {find_in_own_line, find_in_dateline,
                                                                              find_in_address};
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
            found = rules[i](line, custom, &date);
        if (found >= best) continue;
        best = found;
        *out = date;
    }
    return best != RANK_NONE;
}
