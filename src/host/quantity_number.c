/* Numbers as they are written: 1,786.6万, 三千五百万, 3亿5000万, 百分之三点二 (its second half), "two and a half million". */
#include "quantity_parts.h"

#define DIGITS_MAX   18
#define HAN_MAX      24 /* characters of a number in Han numerals */
#define ENGLISH_MAX  12 /* words of a number in English */
#define VALUE_MAX    1e18
#define EXPONENT_MAX 22 /* powers of ten that a double holds exactly */

static const uint64_t POWER[] = {1u,
                                 10u,
                                 100u,
                                 1000u,
                                 10000u,
                                 100000u,
                                 1000000u,
                                 10000000u,
                                 100000000u,
                                 1000000000u,
                                 10000000000u,
                                 100000000000u,
                                 1000000000000u,
                                 10000000000000u,
                                 100000000000000u,
                                 1000000000000000u,
                                 10000000000000000u,
                                 100000000000000000u,
                                 1000000000000000000u};

/* ------------------------------------------------------------- the value */

/* The same number always comes to the same digits and exponent here, so its double is the same however it was written. */
static ss_decimal without_zeros(const ss_decimal *n)
{
    ss_decimal out = *n;
    while (out.digits > 0 && out.digits % 10 == 0) {
        out.digits /= 10;
        out.exponent++;
    }
    return out;
}

/* 0 also for numbers too large or small to mean anything. */
double ss_decimal_value(const ss_decimal *number)
{
    static const double power[EXPONENT_MAX + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    ss_decimal n = without_zeros(number);
    if (n.exponent > EXPONENT_MAX || n.exponent < -EXPONENT_MAX) return 0.0;
    double value = n.exponent >= 0 ? (double)n.digits * power[n.exponent] : (double)n.digits / power[-n.exponent];
    return value <= VALUE_MAX ? value : 0.0;
}

int ss_decimal_figures(const ss_decimal *n)
{
    uint64_t digits = n->decimals > 0 ? n->digits : without_zeros(n).digits;
    int figures = 0;
    for (; digits > 0; digits /= 10)
        figures++;
    return figures;
}

/* ---------------------------------------------------------- Arabic digits */

static bool group_at(const ss_passage *p, size_t at)
{
    return ss_digit_at(p, at) && ss_digit_at(p, at + 1) && ss_digit_at(p, at + 2) && !ss_digit_at(p, at + 3);
}

static bool read_arabic(const ss_passage *p, size_t *at, ss_decimal *n)
{
    *n = (ss_decimal){.whole = true};
    bool fits = true;
    size_t i = *at;
    for (;; i++) {
        uint32_t c = ss_code_at(p, i);
        if (ss_digit_at(p, i)) {
            fits = fits && n->digits < POWER[DIGITS_MAX - 1];
            if (fits) n->digits = n->digits * 10 + (c - '0');
            if (fits && n->whole) n->written++;
            if (fits && !n->whole) n->exponent--, n->decimals++;
        } else if (c == ',' && n->whole && group_at(p, i + 1) && (n->grouped || n->written <= 3)) {
            n->grouped = true;
        } else if (c == '.' && n->whole && ss_digit_at(p, i + 1)) {
            n->whole = false;
        } else {
            break;
        }
    }
    *at = i;
    return fits;
}

bool ss_whole_read(const ss_passage *p, size_t *at, uint32_t *value, int *digits)
{
    ss_decimal n = {.whole = true};
    size_t i = *at;
    if (ss_digit_at(p, i)) {
        for (; ss_digit_at(p, i); i++, n.written++)
            if (n.written < 5) n.digits = n.digits * 10 + (ss_code_at(p, i) - '0');
        if (n.written > 4) return false;
    } else if (ss_han_numeral(ss_code_at(p, i)) < 0 || !ss_decimal_read(p, &i, &n) || !n.whole || n.bare || n.scaled ||
               n.about || n.digits > 9999) {
        return false;
    }
    *at = i;
    *value = (uint32_t)n.digits;
    *digits = n.written;
    return true;
}

/* ----------------------------------------------------------- Han numerals */

int ss_han_numeral(uint32_t code)
{
    static const char16_t digits[] = u"〇一二三四五六七八九";
    switch (code) {
    case u'零':
        return 0;
    case u'两':
        return 2;
    case u'十':
        return 10;
    case u'百':
        return 100;
    case u'千':
        return 1000;
    case u'万':
    case u'亿':
        return 10000;
    default:
        for (int d = 0; d < 10; d++)
            if (code == digits[d]) return d;
        return -1;
    }
}

/* A number in the making. `total` is what 万 and 亿 have closed, `section` what 十 百 千 have, then `digit`. */
typedef struct han {
    uint64_t total, section, digit;
    uint64_t unit; /* the last one; 0: none yet */
    int digits;    /* since then */
    bool zero;     /* among these */
    bool bare, wrong;
} han;

static void add_digit(han *h, int value)
{
    bool second = h->digits > 0 && h->digit > 0; /* 三四十 is no number, 二〇二一 is one only alone */
    h->wrong = h->wrong || (second && h->unit > 0);
    h->zero = h->zero || value == 0;
    h->digit = h->digit * 10 + (uint64_t)value;
    h->wrong = h->wrong || ++h->digits > 8;
}

static void add_unit(han *h, uint64_t unit)
{
    bool first = h->unit == 0 && h->digits == 0;
    uint64_t digit = h->digit;
    if (digit == 0 && (unit == 10 || first)) digit = 1;
    h->bare = h->bare || (first && unit > 10);
    h->wrong = h->wrong || digit == 0 || digit > 9 || (h->section > 0 && unit >= h->unit);
    h->section += digit * unit;
    h->unit = unit;
    h->digit = 0;
    h->digits = 0;
    h->zero = false;
}

static void add_large_unit(han *h, bool yi)
{
    bool first = h->unit == 0 && h->digits == 0;
    uint64_t section = h->section + h->digit;
    if (first) section = 1;
    h->bare = h->bare || first;
    h->wrong = h->wrong || (h->digits > 1 && !h->zero) || h->total > POWER[9];
    if (h->wrong) return;
    if (yi) {
        h->total = (h->total + section) * POWER[8];
    } else {
        h->wrong = section == 0 || section >= POWER[4];
        h->total += section * POWER[4];
    }
    h->wrong = h->wrong || h->total == 0;
    h->section = h->digit = 0;
    h->digits = 0;
    h->zero = false;
    h->unit = yi ? POWER[8] : POWER[4];
}

/* 百 of 百分之 and 百分点 belongs to what follows. */
static bool fraction_at(const ss_passage *p, size_t at)
{
    return ss_match(p, at, u"百分") > 0;
}

static bool read_han(const ss_passage *p, size_t *at, ss_decimal *n)
{
    han h = {.bare = false};
    size_t i = *at;
    for (; i - *at < HAN_MAX; i++) {
        uint32_t c = ss_code_at(p, i);
        int value = ss_han_numeral(c);
        if (value < 0 || (i > *at && fraction_at(p, i))) break;
        if (value < 10)
            add_digit(&h, value);
        else if (value < 10000)
            add_unit(&h, (uint64_t)value);
        else
            add_large_unit(&h, c == u'亿');
    }
    bool serial = h.unit == 0 && h.digits > 1;
    /* 三万五 is 35,000; 一百零五 is 105 */
    uint64_t last = h.unit >= 100 && h.digits == 1 && !h.zero ? h.digit * (h.unit / 10) : h.digit;
    *n = (ss_decimal){.digits = h.total + h.section + last,
                      .written = (int)(i - *at),
                      .whole = true,
                      .scaled = h.total > 0,
                      .spelled = true,
                      .bare = h.bare,
                      .serial = serial};
    *at = i;
    return !h.wrong && ss_han_numeral(ss_code_at(p, i)) < 0;
}

/* 点二 behind 三; 三点五十 and 三点一刻 are times of day. */
static void read_han_decimals(const ss_passage *p, size_t *at, ss_decimal *n)
{
    size_t i = *at;
    if (ss_code_at(p, i) != u'点' || n->scaled || n->serial || n->bare) return;
    ss_decimal out = *n;
    out.whole = false;
    for (i++; out.decimals <= 8; i++) {
        int digit = ss_han_numeral(ss_code_at(p, i));
        if (digit < 0 || digit > 9) break;
        out.digits = out.digits * 10 + (uint64_t)digit;
        out.exponent--;
        out.decimals++;
    }
    if (out.decimals == 0 || out.decimals > 8 || ss_one_of(p, i, u"十分刻钟过")) return;
    *n = out;
    *at = i;
}

/* --------------------------------------------------------------- 万, 亿 */

static int han_power(const ss_passage *p, size_t at)
{
    switch (ss_code_at(p, at)) {
    case u'百':
        return fraction_at(p, at) ? 0 : 2;
    case u'千':
        return ss_one_of(p, at + 1, u"米克瓦帕卡焦赫伏字比") ? 0 : 3; /* kilo- */
    case u'万':
        return 4;
    case u'亿':
        return 8;
    default:
        return 0;
    }
}

static int read_han_powers(const ss_passage *p, size_t *at)
{
    int power = 0;
    for (int q; (q = han_power(p, *at)) > 0; (*at)++)
        if (power <= EXPONENT_MAX) power += q; /* beyond that it is no number */
    return power;
}

/* 5000万 behind 3亿, whose last unit was 10^power. */
static bool read_lower_part(const ss_passage *p, size_t *at, ss_decimal *n, int *power)
{
    ss_decimal lower;
    size_t i = *at;
    if (!n->whole || !ss_digit_at(p, i) || !read_arabic(p, &i, &lower) || !lower.whole) return false;
    int q = read_han_powers(p, &i);
    if (q >= *power || lower.written > *power - q || ss_one_of(p, i, u"年月日号时点")) return false;
    if (n->exponent < q || n->exponent - q > 9 || n->digits > POWER[9]) return false;
    n->digits = n->digits * POWER[n->exponent - q] + lower.digits;
    n->exponent = q;
    *at = i;
    *power = q;
    return true;
}

static void read_han_scale(const ss_passage *p, size_t *at, ss_decimal *n)
{
    size_t i = ss_skip_blanks(p, *at);
    bool about = ss_one_of(p, i, u"多余几来") && han_power(p, i + 1) > 0;
    if (about) i++;
    int power = read_han_powers(p, &i);
    if (power > 0) {
        n->exponent += power;
        n->scaled = true;
        n->about = about;
        *at = i;
    } else if (n->scaled) { /* Han numerals that end in 万 or 亿 */
        power = han_power(p, *at - 1);
        *n = without_zeros(n);
    }
    while (power > 0 && read_lower_part(p, at, n, &power))
        ;
}

/* --------------------------------------------------------------- English */

static int small_english(const ss_passage *p, ss_span word)
{
    static ss_words words = {u"zero",     u"one",     u"two",     u"three",     u"four",     u"five",     u"six",
                             u"seven",    u"eight",   u"nine",    u"ten",       u"eleven",   u"twelve",   u"thirteen",
                             u"fourteen", u"fifteen", u"sixteen", u"seventeen", u"eighteen", u"nineteen", u"twenty",
                             u"thirty",   u"forty",   u"fifty",   u"sixty",     u"seventy",  u"eighty",   u"ninety"};
    size_t count = sizeof words / sizeof *words;
    for (size_t i = 0; i < count; i++)
        if (ss_word_is(p, word, words[i])) return i <= 20 ? (int)i : (int)(i - 18) * 10;
    return -1;
}

static int english_power(const ss_passage *p, ss_span word)
{
    static const struct {
        const char16_t *word;
        int power;
    } words[] = {{u"thousand", 3}, {u"million", 6},    {u"billion", 9}, {u"trillion", 12}, {u"millions", 6},
                 {u"billions", 9}, {u"trillions", 12}, {u"mln", 6},     {u"mn", 6},        {u"bn", 9},
                 {u"bln", 9},      {u"tn", 12},        {u"trn", 12},    {u"lakh", 5},      {u"crore", 7}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (ss_word_is(p, word, words[i].word)) return words[i].power;
    return 0;
}

/* "and a half" before "million" */
static bool read_and_a_half(const ss_passage *p, size_t *at)
{
    static ss_words rest = {u"and a half million", u"and a half billion", u"and a half trillion", NULL};
    size_t begin = ss_skip_blanks(p, *at);
    if (ss_match_any(p, begin, rest) == 0) return false;
    *at = begin + sizeof "and a half" - 1;
    return true;
}

typedef struct english {
    uint64_t total, group;
    int last_power;
    bool scaled, dozens;
    bool half; /* "and a half" goes before the scale */
    bool open; /* "and" may follow: "a hundred and five" */
} english;

/* One more word of the number, if it can be one. */
static bool add_english(const ss_passage *p, english *e, ss_span word)
{
    int small = small_english(p, word);
    uint64_t low = e->group % 100;
    if (small >= 0) {
        bool fits = small < 10 ? low == 0 || (low >= 20 && low % 10 == 0) : low == 0;
        if (!fits || (small == 0 && (e->group > 0 || e->total > 0))) return false;
        e->group += (uint64_t)small;
        e->open = false;
        return true;
    }
    if (ss_word_is(p, word, u"hundred")) {
        if (e->group == 0 || e->group >= 100) return false;
        e->group *= 100;
        return e->open = true;
    }
    if (ss_word_is(p, word, u"dozen")) {
        if (e->group == 0 || e->total > 0) return false;
        e->group *= 12;
        return e->dozens = true;
    }
    int power = english_power(p, word);
    if (power == 0 || e->group == 0 || power >= e->last_power) return false;
    e->total += e->group * POWER[power] + (e->half ? POWER[power] / 2 : 0);
    e->group = 0;
    e->last_power = power;
    return e->scaled = e->open = true;
}

/* "a", "an", "half a" before "hundred", "million", "dozen". */
static bool read_article(const ss_passage *p, size_t *at, bool *half)
{
    static ss_words scales = {u"hundred", u"thousand", u"million", u"billion", u"trillion", u"dozen", NULL};
    ss_span word, next;
    size_t i = *at;
    if (!ss_word_after(p, i, &word)) return false;
    *half = ss_word_is(p, word, u"half") && ss_word_after(p, word.end, &next);
    if (*half) word = next;
    if (!ss_word_is(p, word, u"a") && !ss_word_is(p, word, u"an")) return false;
    if (!ss_word_after(p, word.end, &next) || !ss_word_in(p, next, scales)) return false;
    *at = word.end;
    return true;
}

static bool read_english(const ss_passage *p, size_t *at, ss_decimal *n)
{
    english e = {.last_power = DIGITS_MAX};
    ss_span word;
    size_t i = *at, end = *at;
    bool half = false;
    if (read_article(p, &i, &half)) e.group = 1;
    for (int k = 0; k < ENGLISH_MAX && !e.dozens && ss_word_after(p, i, &word); k++) {
        if (k > 0 && e.open && ss_word_is(p, word, u"and")) {
            e.open = false;
            i = word.end;
            continue;
        }
        if (!add_english(p, &e, word)) break;
        i = end = word.end;
        e.half = e.group > 0 && read_and_a_half(p, &i);
    }
    if (end == *at) return false;
    uint64_t value = e.total + e.group;
    *n = (ss_decimal){.digits = half ? value * 5 : value,
                      .exponent = half ? -1 : 0,
                      .whole = true,
                      .scaled = e.scaled,
                      .spelled = true,
                      .about = e.dozens || half};
    *at = end;
    return true;
}

void ss_decimal_read_scale(const ss_passage *p, size_t *at, ss_decimal *n, bool money)
{
    ss_span word;
    if (n->scaled || !ss_word_after(p, *at, &word)) return;
    bool attached = word.begin == *at;
    int power = english_power(p, word);
    if (power == 0 && attached && ss_word_is(p, word, u"k") && (money || ss_decimal_value(n) >= 10.0)) power = 3;
    if (power == 0 && attached && money) power = ss_word_is(p, word, u"m") ? 6 : ss_word_is(p, word, u"b") ? 9 : 0;
    if (power == 0 && ss_word_is(p, word, u"hundred")) power = 2;
    bool dozen = power == 0 && ss_word_is(p, word, u"dozen");
    if (power == 0 && !dozen) return;
    n->exponent += power;
    if (dozen && n->digits < POWER[9]) n->digits *= 12;
    n->about = n->about || dozen;
    n->scaled = true;
    *at = word.end;
}

/* ------------------------------------------------------------------- all */

bool ss_decimal_read(const ss_passage *p, size_t *at, ss_decimal *n)
{
    if (ss_digit_at(p, *at)) {
        if (!read_arabic(p, at, n)) return false;
        read_han_scale(p, at, n);
        return true;
    }
    if (ss_han_at(p, *at)) {
        if (!read_han(p, at, n)) return false;
        read_han_decimals(p, at, n);
        read_han_scale(p, at, n);
        return true;
    }
    return ss_class_at(p, *at) == SS_CLASS_LETTER && read_english(p, at, n);
}
