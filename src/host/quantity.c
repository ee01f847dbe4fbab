#include "quantity_parts.h"

#define YEAR_FIRST 1900
#define YEAR_LAST  2099

/* Quantities found so far. */
typedef struct finder {
    ss_passage passage;
    ss_quantity *found;
    size_t count, max;
    ss_quantity last_date;
    bool dated; /* there is one */
} finder;

static void add(finder *f, const ss_quantity *q)
{
    if (q->kind == SS_QUANTITY_DATE) {
        f->last_date = *q;
        f->dated = true;
    }
    for (size_t i = 0; i < f->count; i++) {
        ss_quantity *known = &f->found[i];
        if (known->kind != q->kind || known->unit != q->unit || known->value != q->value) continue;
        known->about = known->about && q->about;
        return;
    }
    f->found[f->count++] = *q;
}

/* ---------------------------------------------------- two numbers in a row */

/* What the number behind a hyphen is of makes the two a range, and no score: "10-15 %", "50-60 people", 3-5年. */
static bool measured_at(const ss_passage *p, size_t at)
{
    ss_span word;
    size_t i = ss_skip_blanks(p, at);
    if (ss_one_of(p, i, u"%年月日号岁小分万亿千百个后级期线折") || ss_counted_at(p, i)) return true;
    if (ss_class_at(p, at) == SS_CLASS_LETTER) return true;
    return ss_word_after(p, at, &word) && (ss_measure_word(p, word) || ss_word_is(p, word, u"magnitude"));
}

static bool add_score(finder *f, size_t begin, size_t end, uint32_t a, uint32_t b)
{
    uint32_t most = a > b ? a : b, least = a > b ? b : a;
    if (most > 999 || (most > 99 && most > 2 * least)) return false; /* 787-9 is an airliner */
    ss_quantity q = {.kind = SS_QUANTITY_SCORE,
                     .figures = (uint8_t)(most < 10 ? 2 : 4),
                     .value = (double)(most * 1000 + least),
                     .begin = (uint32_t)begin,
                     .end = (uint32_t)end};
    add(f, &q);
    return true;
}

/* Behind all further numbers joined by a mark: a telephone number, an address, a fraction. */
static size_t skip_chain(const ss_passage *p, size_t at)
{
    while ((ss_one_of(p, at, u"-:/.") && ss_digit_at(p, at + 1)) || ss_digit_at(p, at))
        at++;
    return at;
}

/* Scores, and what only looks like a number: times, fractions, telephone numbers. False if none of this begins at *at. */
static bool read_chain(finder *f, size_t *at)
{
    const ss_passage *p = &f->passage;
    uint32_t a, b;
    int a_digits, b_digits;
    size_t begin = *at, i = begin;
    if (!ss_whole_read(p, &i, &a, &a_digits)) return false;
    size_t mark_at = ss_one_of(p, i, u"-:/.") ? i : ss_skip_blanks(p, i), second = mark_at + 1;
    uint32_t mark = ss_code_at(p, mark_at);
    if (mark == u'比') {
        second = ss_skip_blanks(p, second);
        if (!ss_whole_read(p, &second, &b, &b_digits) || ss_code_at(p, second) == '.' || measured_at(p, second))
            return false;
        if (!add_score(f, begin, second, a, b)) return false;
        *at = second;
        return true;
    }
    if (ss_code_at(p, mark_at) == u'分' && ss_code_at(p, second) == u'之') { /* 三分之二 */
        *at = second + 1;
        ss_whole_read(p, at, &b, &b_digits);
        return true;
    }
    if (!ss_one_of(p, mark_at, u"-:/") || !ss_digit_at(p, begin) || !ss_digit_at(p, second)) return false;
    bool zero = ss_code_at(p, begin) == '0' && a_digits > 1;
    size_t end = second;
    bool read = ss_whole_read(p, &end, &b, &b_digits) && !zero && !ss_name_number(p, begin, i);
    bool chain = ss_one_of(p, end, u"-:/.") && ss_digit_at(p, end + 1);
    bool year = a >= YEAR_FIRST && a <= YEAR_LAST;
    zero = ss_code_at(p, second) == '0' && b_digits > 1;
    if (mark == '-' && !chain && !year && read && !zero && measured_at(p, end)) {
        *at = second; /* of a range the upper end counts */
        return true;
    }
    *at = skip_chain(p, second);
    bool time = mark == ':' && b_digits == 2 && a <= 24;
    if (read && !chain && !year && !zero && !time && mark != '/' && a_digits <= 3 && b_digits <= 3 &&
        !measured_at(p, end))
        add_score(f, begin, end, a, b);
    return true;
}

/* ------------------------------------------------------------ one number */

/* "10 a.m.", "7 o'clock" */
static bool time_behind(const ss_passage *p, size_t end)
{
    static ss_words words = {u"am", u"pm", u"a.m", u"p.m", u"o'clock", NULL};
    return ss_match_any(p, ss_skip_blanks(p, end), words) > 0;
}

/* Numbers that nobody counts with: 007, and seven digits and more without commas. */
static bool serial_number(const ss_passage *p, size_t begin, const ss_decimal *n)
{
    bool zero = ss_code_at(p, begin) == '0' && ss_digit_at(p, begin + 1);
    bool joined = ss_code_at(p, begin - 1) == '.' || ss_code_at(p, begin - 1) == '/';
    return zero || (joined && begin > 1 && ss_class_at(p, begin - 2) != SS_CLASS_NONE) ||
           (n->written >= 7 && n->whole && !n->grouped && !n->scaled && !n->spelled && ss_decimal_figures(n) > 4);
}

/* A Latin word before the number in a Chinese text: 芯片Maia 280. */
static bool product_number(const ss_passage *p, size_t begin)
{
    ss_span word;
    return ss_word_before(p, begin, &word) && ss_han_at(p, ss_skip_blanks_back(p, word.begin) - 1);
}

/* Does a number without a unit say anything? */
static bool counts(const ss_passage *p, size_t begin, size_t end, const ss_decimal *n, bool about)
{
    size_t next = ss_skip_blanks(p, end);
    bool counted = ss_counted_at(p, end), han = ss_han_at(p, next), english = n->spelled && !ss_han_at(p, begin);
    double value = ss_decimal_value(n);
    if (n->serial || (serial_number(p, begin, n) && !counted)) return false;
    if (n->whole && value <= 10.0) return false;
    if (!counted && !n->scaled && product_number(p, begin)) return false;
    if (n->bare) return about && counted;
    if (n->scaled || n->grouped || english) return !n->spelled || english || !han || counted || n->written > 2;
    if (!n->whole) return ss_code_at(p, end) != '.' || !ss_digit_at(p, end + 1);
    if (value >= YEAR_FIRST && value <= YEAR_LAST && n->written == 4) return counted;
    if (n->spelled || han) return counted || n->written >= 5;
    return true;
}

/* Fills in what the number at [begin, *end) is of, moves *end behind its unit; false if it tells nothing. */
static bool classify(const ss_passage *p, size_t *begin, size_t *end, ss_decimal *n, ss_quantity *q)
{
    size_t number = *begin, after = *end;
    ss_currency currency = SS_CURRENCY_UNKNOWN;
    bool money = ss_currency_read_back(p, begin, &currency);
    if (!n->bare) ss_decimal_read_scale(p, end, n, money);
    after = *end;
    bool about = n->about || ss_about_before(p, *begin);
    bool open = ss_about_read(p, &after); /* 多, 以上: the unit may stand behind */
    bool usable = !n->serial && !(n->bare && !about && !open);
    if (usable && ss_percent_read(p, end, n)) {
        q->kind = SS_QUANTITY_PERCENT;
    } else if (usable && ss_currency_read(p, end, n, &currency)) {
        q->kind = SS_QUANTITY_MONEY;
    } else if (open && usable && ss_currency_read(p, &after, n, &currency)) {
        q->kind = SS_QUANTITY_MONEY;
        *end = after;
    } else if (money) {
        q->kind = SS_QUANTITY_MONEY;
    } else if (ss_name_number(p, number, *end) || time_behind(p, *end)) {
        return ss_magnitude_read(p, number, end, n) ? (q->kind = SS_QUANTITY_MAGNITUDE, true) : false;
    } else if (ss_magnitude_read(p, number, end, n)) {
        q->kind = SS_QUANTITY_MAGNITUDE;
    } else {
        if (open) *end = after;
        q->kind = (n->whole || n->scaled) && usable && !serial_number(p, number, n) ? ss_toll_kind(p, number, *end)
                                                                                    : SS_QUANTITY_NUMBER;
        if (q->kind == SS_QUANTITY_NUMBER && !counts(p, number, *end, n, about || open)) return false;
    }
    q->unit = (uint16_t)currency;
    q->about = about || open || ss_about_read(p, end);
    return true;
}

static void read_number(finder *f, size_t *at)
{
    const ss_passage *p = &f->passage;
    ss_decimal n;
    size_t begin = *at, end = begin;
    if (!ss_decimal_read(p, &end, &n)) {
        *at = end > begin ? end : begin + 1;
        return;
    }
    *at = end;
    ss_quantity q = {.kind = SS_QUANTITY_NUMBER};
    if (n.digits == 0 || !classify(p, &begin, &end, &n, &q)) return;
    q.value = ss_decimal_value(&n);
    int figures = ss_decimal_figures(&n);
    q.figures = (uint8_t)(figures < UINT8_MAX ? figures : UINT8_MAX);
    q.begin = (uint32_t)begin;
    q.end = (uint32_t)end;
    if (q.value > 0.0) add(f, &q);
    *at = end;
}

/* 百分之五, 千分之三 */
static bool read_share(finder *f, size_t *at)
{
    static const struct {
        const char16_t *word;
        int exponent;
    } words[] = {{u"百分之", 0}, {u"千分之", -1}, {u"万分之", -2}};
    const ss_passage *p = &f->passage;
    size_t begin = *at, end = 0;
    int exponent = 0;
    for (int i = 0; i < 3 && end == 0; i++) {
        end = ss_match(p, begin, words[i].word);
        exponent = words[i].exponent;
    }
    if (end == 0) return false;
    end = ss_skip_blanks(p, end);
    ss_decimal n = {.digits = 0};
    bool read = (ss_digit_at(p, end) || ss_han_numeral(ss_code_at(p, end)) >= 0) && ss_decimal_read(p, &end, &n);
    *at = end;
    n.exponent += exponent;
    ss_quantity q = {.kind = SS_QUANTITY_PERCENT, .begin = (uint32_t)begin, .value = ss_decimal_value(&n)};
    q.figures = (uint8_t)ss_decimal_figures(&n);
    q.about = n.about || ss_about_before(p, begin);
    q.about = ss_about_read(p, &end) || q.about;
    q.end = (uint32_t)end;
    if (read && n.digits > 0 && q.value > 0.0) add(f, &q);
    return true;
}

/* -------------------------------------------------------------- the text */

/* Behind a word; digits at its end, or behind its hyphen, are part of its name (covid-19, F-35), but not of
 * "rmb300", "magnitude-6.2", "nov-23". */
static size_t skip_word(const ss_passage *p, size_t at)
{
    size_t begin = at, end;
    ss_currency currency;
    while (ss_class_at(p, at) == SS_CLASS_LETTER)
        at++;
    end = at;
    if (ss_digit_at(p, at) && ss_currency_read_back(p, &end, &currency) && end == begin) return at;
    if (ss_match(p, begin, u"magnitude") > 0) return at;
    while (ss_class_at(p, at) == SS_CLASS_LETTER || ss_digit_at(p, at) ||
           (ss_code_at(p, at) == '-' && ss_digit_at(p, at + 1)))
        at++;
    return at;
}

static void read_place(finder *f, size_t *at)
{
    const ss_passage *p = &f->passage;
    ss_quantity date;
    ss_char_class class = ss_class_at(p, *at);
    bool numeral = class == SS_CLASS_DIGIT || ss_han_numeral(ss_code_at(p, *at)) >= 0;
    if (class != SS_CLASS_HAN && class != SS_CLASS_LETTER && class != SS_CLASS_DIGIT) {
        ++*at;
        return;
    }
    if (class == SS_CLASS_HAN && read_share(f, at)) return;
    switch (ss_date_read(p, at, f->dated ? &f->last_date : NULL, &date)) {
    case SS_READ_FOUND:
        add(f, &date);
        return;
    case SS_READ_PASSED:
        return;
    case SS_READ_NOTHING:
        break;
    }
    if (numeral) {
        if (!read_chain(f, at)) read_number(f, at);
        return;
    }
    if (class == SS_CLASS_HAN) {
        ++*at;
        return;
    }
    ss_decimal n;
    size_t end = *at;
    if (ss_decimal_read(p, &end, &n))
        read_number(f, at);
    else
        *at = skip_word(p, *at);
}

size_t ss_quantities_find(const ss_folded *text, size_t length, int32_t published_day, ss_quantity *quantity,
                          size_t max)
{
    finder f = {.passage = {text, length, published_day}, .found = quantity, .max = max};
    for (size_t at = 0; at < length && f.count < f.max;)
        read_place(&f, &at);
    return f.count;
}
