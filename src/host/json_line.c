#include "json_line.h"

#include <string.h>

#define DEEPEST     32
#define MOST_DIGITS 15 /* of a number: exact as an integer and as a double */

typedef struct scanner {
    const char *at; /* the line ends in NUL, which no token goes past */
    ss_json_fields *fields;
    const ss_field_names *names;
    uint64_t seen[SS_MOST_NAMES / 64]; /* a bit for each of the names */
} scanner;

static inline void skip_space(scanner *s)
{
    while (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r')
        s->at++;
}

static inline bool take(scanner *s, char wanted)
{
    if (*s->at != wanted) return false;
    s->at++;
    return true;
}

/* Eight characters of which none ends a plain run in a string: no quotation mark, backslash or control character. The
 * classic test for a zero byte (Mycroft), exact as to whether there is one. */
static inline bool all_plain(const char *text)
{
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    uint64_t word;
    memcpy(&word, text, sizeof word);
    uint64_t quote = word ^ ones * '"', backslash = word ^ ones * '\\';
    return (((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) | ((word - ones * ' ') & ~word)) & tops
               ? false
               : true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* The number that four hexadecimal digits stand for; -1 if they are not there. */
static int32_t hex_number(const char *text)
{
    int32_t number = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(text[i]);
        if (digit < 0) return -1;
        number = number << 4 | digit;
    }
    return number;
}

/* The code point of \uXXXX, or of two that are a surrogate pair, at text (behind the backslash); *used characters of it. 0
 * if it is not sound. */
static uint32_t unicode_escape(const char *text, size_t *used)
{
    int32_t first = hex_number(text + 1);
    *used = 5;
    if (first <= 0 || (first >= 0xdc00 && first <= 0xdfff)) return 0;
    if (first < 0xd800 || first > 0xdfff) return (uint32_t)first;
    if (text[5] != '\\' || text[6] != 'u') return 0;
    int32_t second = hex_number(text + 7);
    if (second < 0xdc00 || second > 0xdfff) return 0;
    *used = 11;
    return 0x10000u + ((uint32_t)(first - 0xd800) << 10) + (uint32_t)(second - 0xdc00);
}

static bool skip_escape(scanner *s)
{
    s->at++;
    if (*s->at != 'u') return *s->at != '\0' && strchr("\"\\/bfnrt", *s->at++) != NULL;
    size_t used;
    if (unicode_escape(s->at, &used) == 0) return false;
    s->at += used;
    return true;
}

/* A string, from its first quotation mark to behind its last. `end` is that of the line. */
static bool scan_string(scanner *s, const char *end, ss_json_value *value)
{
    if (!take(s, '"')) return false;
    *value = (ss_json_value){.kind = SS_JSON_STRING, .text = s->at};
    for (;;) {
        while (end - s->at >= 8 && all_plain(s->at))
            s->at += 8;
        while (*s->at != '"' && *s->at != '\\' && (unsigned char)*s->at >= ' ')
            s->at++;
        if (*s->at == '"') break;
        if (*s->at != '\\' || !skip_escape(s)) return false;
        value->escaped = true;
    }
    value->length = (size_t)(s->at++ - value->text);
    return true;
}

static bool scan_number(scanner *s, ss_json_value *value)
{
    *value = (ss_json_value){.kind = SS_JSON_INTEGER};
    bool negative = take(s, '-');
    size_t digits = strspn(s->at, "0123456789");
    if (digits == 0 || digits > MOST_DIGITS || (*s->at == '0' && digits > 1)) return false;
    for (size_t i = 0; i < digits; i++)
        value->integer = value->integer * 10 + (*s->at++ - '0');
    if (*s->at == '.' || *s->at == 'e' || *s->at == 'E') return false;
    if (negative) value->integer = -value->integer;
    value->real = (double)value->integer;
    return true;
}

static bool scan_word(scanner *s, const char *word, ss_json_kind kind, ss_json_value *value)
{
    size_t length = strlen(word);
    *value = (ss_json_value){.kind = kind};
    if (strncmp(s->at, word, length) != 0) return false;
    s->at += length;
    return true;
}

static bool scan_value(scanner *s, const char *end, int depth, ss_json_value *value);

static bool fits(const ss_field_name *name, const ss_json_value *value)
{
    if (value->kind == SS_JSON_ABSENT || (value->kind == SS_JSON_STRING && value->length == 0)) return false;
    if (name->rank == 0 || value->kind == SS_JSON_STRING || value->kind == SS_JSON_OTHER) return true;
    return name->field == SS_FIELD_PUBLISHED || name->field == SS_FIELD_ID;
}

void ss_json_keep(ss_json_fields *fields, const ss_field_name *name, const ss_json_value *value)
{
    const ss_field_name *known = fields->name[name->field];
    if (!fits(name, value) || (known != NULL && known->rank < name->rank)) return;
    fields->value[name->field] = *value;
    fields->name[name->field] = name;
}

/* A member of the object that is the line; false if its name has been met. */
static bool take_member(scanner *s, const ss_json_value *key, const ss_json_value *value)
{
    const ss_field_name *found[SS_FIELD_COUNT];
    size_t count = ss_field_names_find(s->names, key->text, key->length, found);
    for (size_t i = 0; i < count; i++) {
        size_t place = (size_t)(found[i] - s->names->name);
        if (s->seen[place / 64] >> place % 64 & 1) return false;
        s->seen[place / 64] |= (uint64_t)1 << place % 64;
        ss_json_keep(s->fields, found[i], value);
    }
    return true;
}

/* The rest of an array or object, past its first bracket; of the object that is the line, fields are kept. */
static bool scan_members(scanner *s, const char *end, int depth, char closing)
{
    skip_space(s);
    if (take(s, closing)) return true;
    do {
        ss_json_value key = {0}, value;
        skip_space(s);
        if (closing == '}') {
            if (!scan_string(s, end, &key) || key.escaped) return false;
            skip_space(s);
            if (!take(s, ':')) return false;
            skip_space(s);
        }
        if (!scan_value(s, end, depth, &value)) return false;
        if (depth == 1 && !take_member(s, &key, &value)) return false;
        skip_space(s);
    } while (take(s, ','));
    return take(s, closing);
}

static bool scan_value(scanner *s, const char *end, int depth, ss_json_value *value)
{
    switch (*s->at) {
    case '"':
        return scan_string(s, end, value);
    case '{':
    case '[':
        *value = (ss_json_value){.kind = SS_JSON_OTHER};
        return depth < DEEPEST && scan_members(s, end, depth + 1, *s->at++ == '{' ? '}' : ']');
    case 't':
        return scan_word(s, "true", SS_JSON_OTHER, value);
    case 'f':
        return scan_word(s, "false", SS_JSON_OTHER, value);
    case 'n':
        return scan_word(s, "null", SS_JSON_ABSENT, value);
    default:
        return scan_number(s, value);
    }
}

bool ss_json_scan(ss_json_fields *fields, const ss_field_names *names, const char *line, size_t length)
{
    scanner s = {.at = line, .fields = fields, .names = names};
    *fields = (ss_json_fields){0};
    ss_json_value object;
    skip_space(&s);
    if (*s.at != '{' || !scan_value(&s, line + length, 0, &object)) return false;
    skip_space(&s);
    return s.at >= line + length; /* behind line ends too */
}

static size_t put_utf8(char *out, uint32_t code_point)
{
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    size_t size = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = size - 1; i > 0; i--, code_point >>= 6)
        out[i] = (char)(0x80 | (code_point & 0x3f));
    out[0] = (char)(lead[size] | code_point);
    return size;
}

size_t ss_json_unescape(char *out, const char *text, size_t length)
{
    static const char letter[] = "\"\\/bfnrt", meaning[] = "\"\\/\b\f\n\r\t";
    const char *end = text + length;
    size_t n = 0;
    while (text < end) {
        const char *backslash = memchr(text, '\\', (size_t)(end - text));
        size_t plain = (size_t)((backslash != NULL ? backslash : end) - text);
        memcpy(out + n, text, plain);
        n += plain;
        if (backslash == NULL) break;
        text = backslash + 1;
        size_t used = 1;
        if (*text == 'u')
            n += put_utf8(out + n, unicode_escape(text, &used));
        else
            out[n++] = meaning[strchr(letter, *text) - letter];
        text += used;
    }
    out[n] = '\0';
    return n;
}
