/* Dates in running text, and the times, years and months that tell no day. */
#include "quantity_parts.h"

#define NEAR_LAST 12 /* characters from a date to a day of its month */

/* ---------------------------------------------------------------- Chinese */

/* 去年 before 11月23日; 0 if the year is not told. */
static int64_t year_before(const ss_passage *p, size_t begin)
{
    static const char16_t *const words[] = {u"前年", u"去年", u"今年", u"明年"};
    for (int32_t i = 0; i < 4 && ss_published(p) && begin >= 2; i++)
        if (ss_match(p, begin - 2, words[i]) > 0) return ss_civil_from_days(p->published).year + i - 2;
    return 0;
}

/* 日 or 号 behind a day of the month, or a stretch of days (23至25日): where what tells the day ends; else 0. */
static size_t day_mark(const ss_passage *p, size_t at)
{
    uint32_t later;
    int digits;
    size_t i = ss_skip_blanks(p, at);
    if (ss_one_of(p, i, u"日号")) return i + 1;
    if (!ss_one_of(p, i, u"至到-~")) return 0;
    i = ss_skip_blanks(p, i + 1);
    if (!ss_whole_read(p, &i, &later, &digits)) return 0;
    i = ss_skip_blanks(p, i);
    return ss_one_of(p, i, u"日号") ? i + 1 : 0;
}

/* Behind 11月: 23日. Without the day it is passed over. */
static ss_reading read_day_of_month(const ss_passage *p, size_t *at, ss_civil date, ss_quantity *out)
{
    int digits;
    size_t i = ss_skip_blanks(p, *at);
    if (ss_whole_read(p, &i, &date.day, &digits) && digits <= 3) {
        size_t end = day_mark(p, i);
        if (end == 0 && !ss_han_at(p, ss_skip_blanks(p, i)) && !ss_one_of(p, i, u",.%")) end = i;
        if (end > 0) {
            *at = end;
            return ss_date_resolve(p, date, out);
        }
    }
    return SS_READ_PASSED;
}

/* Behind 2021年: 11月23日. */
static ss_reading read_month_of_year(const ss_passage *p, size_t *at, uint32_t year, int digits, ss_quantity *out)
{
    uint32_t month;
    int month_digits;
    size_t i = ss_skip_blanks(p, *at);
    if (!ss_whole_read(p, &i, &month, &month_digits)) return SS_READ_PASSED;
    i = ss_skip_blanks(p, i);
    if (ss_code_at(p, i) != u'月') return SS_READ_PASSED;
    *at = i + 1;
    return read_day_of_month(p, at, (ss_civil){digits == 4 ? (int32_t)year : 0, month, 0}, out);
}

/* 23日 alone. 5日内, 23日均线 and the like are no days, and 13号 is one only where no name goes before it. */
static ss_reading read_lone_day(const ss_passage *p, size_t begin, size_t *at, uint32_t day, const ss_quantity *last,
                                ss_quantity *out)
{
    static ss_words no_day = {u"内", u"均", u"线", u"游", u"间", u"龄",   u"后",   u"元",   u"圆",   u"本",   u"之",
                              u"楼", u"院", u"店", u"机", u"库", u"桌",   u"馆",   u"令",   u"文件", u"车",   u"坑",
                              u"井", u"厅", u"站", u"门", u"位", u"公报", u"飞船", u"火箭", u"探测", u"卫星", NULL};
    static ss_words feasts = {u"元旦", u"元宵", NULL};
    static ss_words spans = {u"第",   u"近",   u"期",   u"隔",   u"每",   u"提前", u"连续", u"长达",
                             u"历时", u"推迟", u"延长", u"过去", u"未来", u"前",   u"首",   NULL};
    static ss_words last_month = {u"上月", u"上个月", NULL}, this_month = {u"本月", u"当月", NULL};
    static ss_words next_month = {u"下月", u"下个月", NULL};
    static const char16_t *const *const months[] = {last_month, this_month, next_month};
    size_t mark = ss_skip_blanks(p, *at);
    bool number = ss_code_at(p, mark) == u'号';
    if (day < 1 || day > 31) return SS_READ_NOTHING;
    if (ss_match_any(p, mark + 1, no_day) > 0 && ss_match_any(p, mark + 1, feasts) == 0) return SS_READ_NOTHING;
    size_t before = ss_skip_blanks_back(p, begin);
    if (ss_match_any_back(p, before, spans) != SIZE_MAX) return SS_READ_NOTHING;
    if (number && ss_han_at(p, before - 1) && !ss_one_of(p, before - 1, u"于在月至到从日和")) return SS_READ_NOTHING;
    *at = mark + 1;
    if (!ss_published(p)) return SS_READ_PASSED;
    for (int m = 0; m < 3; m++) {
        int shift = m - 1;
        if (ss_match_any_back(p, begin, months[m]) != SIZE_MAX)
            return ss_date_resolve_day(p, day, p->published, &shift, out);
    }
    bool near_last = last != NULL && last->unit == SS_DATE_FULL && begin - last->end <= NEAR_LAST;
    return ss_date_resolve_day(p, day, near_last ? (int32_t)last->value : p->published, NULL, out);
}

/* 10时30分, 10点半 */
static ss_reading read_time(const ss_passage *p, size_t *at, uint32_t hour)
{
    uint32_t minute;
    int digits;
    size_t i = ss_skip_blanks(p, *at);
    if (hour > 24 || !ss_one_of(p, i, u"时点") || ss_match(p, i, u"时代") > 0) return SS_READ_NOTHING;
    *at = i = ss_skip_blanks(p, i + 1);
    if (ss_whole_read(p, &i, &minute, &digits)) {
        i = ss_skip_blanks(p, i);
        if (ss_one_of(p, i, u"分")) *at = i + 1;
    }
    return SS_READ_PASSED;
}

/* ---------------------------------------------------------------- English */

static uint32_t month_of_word(const ss_passage *p, ss_span word)
{
    static const char16_t *const months[] = {u"january",   u"february", u"march",    u"april",
                                             u"may",       u"june",     u"july",     u"august",
                                             u"september", u"october",  u"november", u"december"};
    size_t length = word.end - word.begin;
    for (uint32_t m = 0; m < 12; m++) {
        size_t same = 0;
        while (same < length && months[m][same] != 0 && ss_code_at(p, word.begin + same) == months[m][same])
            same++;
        if (same == length && (months[m][same] == 0 || length == 3 || (m == 8 && length == 4))) return m + 1;
    }
    return 0;
}

/* "may", "march" and "mar" are other words, too. */
static bool ambiguous_month(uint32_t month)
{
    return month == 5 || month == 3;
}

/* A year behind a date: ", 2021". */
static int32_t read_year(const ss_passage *p, size_t *at)
{
    uint32_t year;
    int digits;
    size_t i = *at;
    if (ss_one_of(p, i, u",-")) i++;
    i = ss_skip_blanks(p, i);
    if (!ss_digit_at(p, i) || !ss_whole_read(p, &i, &year, &digits) || digits != 4 || year < 1000 || year > 2999)
        return 0;
    if (ss_class_at(p, i) != SS_CLASS_NONE || ss_code_at(p, i) == '%') return 0;
    *at = i;
    return (int32_t)year;
}

/* No verb and nothing that can be counted begins so: "may 5 in", "on 10 may the". */
static bool function_word(const ss_passage *p, ss_span word)
{
    static ss_words words = {u"in",    u"at",     u"and",   u"to",    u"as",     u"when",      u"the",  u"that",
                             u"after", u"with",   u"for",   u"by",    u"on",     u"was",       u"were", u"is",
                             u"has",   u"had",    u"will",  u"would", u"a",      u"an",        u"this", u"it",
                             u"he",    u"she",    u"they",  u"we",    u"or",     u"but",       u"from", u"near",
                             u"which", u"during", u"until", u"said",  u"before", u"following", NULL};
    return ss_word_in(p, word, words);
}

static bool date_preposition(const ss_passage *p, size_t begin)
{
    static ss_words words = {u"on", u"of",    u"the",     u"since", u"until", u"from", u"by",     u"after", u"before",
                             u"in", u"dated", u"through", u"till",  u"this",  u"last", u"ending", NULL};
    ss_span word;
    return ss_word_before(p, begin, &word) && ss_word_in(p, word, words);
}

/* The fold makes dashes hyphens, but longer ones, like other signs, a replacement character. */
static const char16_t DASHES[] = u"-\uFFFD";

/* Behind "November": "23rd, 2021". */
static ss_reading read_after_month(const ss_passage *p, ss_span word, size_t *at, uint32_t month, ss_quantity *out)
{
    static ss_words ordinals = {u"st", u"nd", u"rd", u"th", NULL};
    ss_civil date = {.month = month};
    int digits;
    ss_span next;
    size_t i = word.end;
    if (ss_code_at(p, i) == '.') i++;
    i = ss_skip_blanks(p, i);
    if (ss_code_at(p, i) == '-') i++;
    if (!ss_digit_at(p, i) || !ss_whole_read(p, &i, &date.day, &digits) || digits > 2 || date.day > 31)
        return SS_READ_NOTHING;
    size_t ordinal = ss_match_any(p, i, ordinals);
    if (ordinal > 0) i = ordinal;
    if (ss_class_at(p, i) != SS_CLASS_NONE || ss_one_of(p, i, u":%") ||
        (ss_one_of(p, i, u",.") && ss_digit_at(p, i + 1)))
        return SS_READ_NOTHING;
    bool followed = ss_word_after(p, i, &next);
    if (followed && ss_measure_word(p, next) && !ss_word_is(p, next, u"am") && !ss_word_is(p, next, u"pm"))
        return SS_READ_NOTHING;
    if (ambiguous_month(month) && ordinal == 0 && followed && !function_word(p, next) &&
        !date_preposition(p, word.begin))
        return SS_READ_NOTHING;
    if (ss_one_of(p, i, DASHES) && ss_digit_at(p, i + 1)) { /* "Nov 23-25" */
        uint32_t later;
        i++;
        if (!ss_whole_read(p, &i, &later, &digits)) return SS_READ_NOTHING;
    }
    date.year = read_year(p, &i);
    *at = i;
    return ss_date_resolve(p, date, out);
}

/* "rd of November, 2021" behind "23", "-25 November" too. */
static ss_reading read_month_after(const ss_passage *p, size_t begin, size_t *at, uint32_t day, ss_quantity *out)
{
    static ss_words ordinals = {u"st", u"nd", u"rd", u"th", NULL};
    ss_span word, next;
    uint32_t later;
    int digits;
    size_t i = *at;
    if (day < 1 || day > 31) return SS_READ_NOTHING;
    size_t ordinal = ss_match_any(p, i, ordinals);
    if (ordinal > 0) i = ordinal;
    if (ss_one_of(p, i, DASHES) && ss_digit_at(p, i + 1)) {
        i++;
        if (!ss_whole_read(p, &i, &later, &digits) || later > 31) return SS_READ_NOTHING;
    }
    if (!ss_word_after(p, i, &word)) return SS_READ_NOTHING;
    if (ss_word_is(p, word, u"of") && !ss_word_after(p, word.end, &word)) return SS_READ_NOTHING;
    uint32_t month = month_of_word(p, word);
    if (month == 0 || ss_class_at(p, word.end) != SS_CLASS_NONE) return SS_READ_NOTHING;
    i = word.end;
    if (ss_code_at(p, i) == '.' && word.end - word.begin <= 4) i++;
    int32_t year = read_year(p, &i);
    if (ambiguous_month(month) && year == 0 && ordinal == 0 && ss_word_after(p, i, &next) &&
        !(month == 5 ? function_word(p, next) : date_preposition(p, begin)))
        return SS_READ_NOTHING;
    *at = i;
    return ss_date_resolve(p, (ss_civil){year, month, day}, out);
}

/* --------------------------------------------------------------- ISO dates */

/* Behind "2021": "-11-23", "/11/23", ".11.23". */
static ss_reading read_iso(const ss_passage *p, size_t *at, uint32_t year, ss_quantity *out)
{
    ss_civil date = {.year = (int32_t)year};
    int digits;
    size_t i = *at;
    uint32_t mark = ss_code_at(p, i);
    if (year < 1000 || year > 2999 || !ss_one_of(p, i, u"-/.") || !ss_digit_at(p, ++i)) return SS_READ_NOTHING;
    if (!ss_whole_read(p, &i, &date.month, &digits) || digits > 2 || ss_code_at(p, i) != mark || !ss_digit_at(p, ++i))
        return SS_READ_NOTHING;
    if (!ss_whole_read(p, &i, &date.day, &digits) || digits > 2 || !ss_civil_possible(date)) return SS_READ_NOTHING;
    if (ss_code_at(p, i) == 't' && ss_digit_at(p, i + 1)) /* 2021-11-23T14:35:56+08:00 */
        for (i++; ss_digit_at(p, i) || ss_one_of(p, i, u":.+");)
            i++;
    *at = i;
    return ss_date_resolve(p, date, out);
}

/* ---------------------------------------------------- weekdays, today */

/* Is the date itself written beside the weekday? Then that one tells more. */
static bool date_beside(const ss_passage *p, size_t begin, size_t end, const ss_quantity *last)
{
    if (last != NULL && begin >= last->end && begin - last->end <= 2) return true;
    uint32_t day;
    int digits;
    ss_span word;
    size_t i = end;
    while (i < end + 2 && ss_one_of(p, i, u" ,("))
        i++;
    if (ss_word_after(p, i, &word) && month_of_word(p, word) > 0)
        return ss_digit_at(p, ss_skip_blanks(p, word.end)) || ss_code_at(p, word.end) == '.';
    if (!ss_whole_read(p, &i, &day, &digits)) return false;
    return ss_one_of(p, ss_skip_blanks(p, i), u"日月") || (ss_word_after(p, i, &word) && month_of_word(p, word) > 0);
}

static ss_reading read_han_weekday(const ss_passage *p, size_t *at, const ss_quantity *last, ss_quantity *out)
{
    static ss_words names = {u"星期", u"礼拜", u"周", NULL};
    static ss_words last_week = {u"上", u"上个", NULL}, this_week = {u"本", u"这", u"这个", NULL};
    static ss_words next_week = {u"下", u"下个", NULL};
    size_t begin = *at, end = ss_match_any(p, begin, names);
    if (end == 0) return SS_READ_NOTHING;
    int number = ss_han_numeral(ss_code_at(p, end));
    bool sunday = ss_one_of(p, end, u"日天");
    if (!sunday && (number < 1 || number > 6)) return SS_READ_NOTHING;
    if (ss_code_at(p, begin) == u'周' && ss_code_at(p, end) == u'天') return SS_READ_NOTHING;
    *at = end + 1;
    ss_week which = ss_match_any_back(p, begin, last_week) != SIZE_MAX   ? SS_WEEK_LAST
                    : ss_match_any_back(p, begin, this_week) != SIZE_MAX ? SS_WEEK_THIS
                    : ss_match_any_back(p, begin, next_week) != SIZE_MAX ? SS_WEEK_NEXT
                                                                         : SS_WEEK_PLAIN;
    /* 每周三, 一周三次, 周一至周五, 周日报 */
    bool habit =
        which == SS_WEEK_PLAIN &&
        (ss_one_of(p, begin - 1, u"每双单隔那几逐全整环逢一两三四五六七八九十个至到") || ss_digit_at(p, begin - 1));
    if (habit || ss_one_of(p, *at, sunday ? u"报至到刊" : u"报至到刊围边次年周月天") ||
        date_beside(p, begin, *at, last))
        return SS_READ_PASSED;
    return ss_date_resolve_weekday(p, sunday ? 6 : number - 1, true, which, out);
}

static ss_reading read_english_weekday(const ss_passage *p, ss_span word, size_t *at, const ss_quantity *last,
                                       ss_quantity *out)
{
    static ss_words names = {u"monday", u"tuesday", u"wednesday", u"thursday", u"friday", u"saturday", u"sunday", NULL};
    static ss_words no_day = {u"black", u"good", u"super", u"cyber", u"bloody", u"easter",
                              u"ash",   u"palm", u"every", u"each",  u"giving", NULL};
    static ss_words papers = {u"times", u"mirror", u"telegraph", u"express", u"league",
                              u"mail",  u"post",   u"football",  NULL};
    static ss_words next_week = {u"next", u"coming", u"by", u"until", u"till", NULL},
                    last_week = {u"last", u"previous", NULL};
    int32_t weekday = 0;
    while (names[weekday] != NULL && !ss_word_is(p, word, names[weekday]))
        weekday++;
    if (weekday == 7) return SS_READ_NOTHING;
    ss_span before = {0, 0}, after = {0, 0};
    *at = word.end;
    bool named = ss_word_before(p, word.begin, &before);
    if (named && ss_word_in(p, before, no_day)) return SS_READ_PASSED;
    if (ss_word_after(p, word.end, &after) && ss_word_in(p, after, papers)) return SS_READ_PASSED;
    if (date_beside(p, word.begin, word.end, last)) return SS_READ_PASSED;
    ss_week which = named && ss_word_in(p, before, next_week)   ? SS_WEEK_NEXT
                    : named && ss_word_in(p, before, last_week) ? SS_WEEK_LAST
                    : named && ss_word_is(p, before, u"this")   ? SS_WEEK_THIS
                                                                : SS_WEEK_PLAIN;
    return ss_date_resolve_weekday(p, weekday, false, which, out);
}

/* "yesterday", 昨天 */
static ss_reading read_relative(const ss_passage *p, size_t *at, ss_quantity *out)
{
    static const struct {
        const char16_t *word;
        int32_t days;
    } words[] = {{u"今天", 0},  {u"今日", 0},    {u"今晚", 0},       {u"今晨", 0},    {u"今早", 0}, {u"昨天", -1},
                 {u"昨日", -1}, {u"昨晚", -1},   {u"昨夜", -1},      {u"前天", -2},   {u"明天", 1}, {u"明日", 1},
                 {u"today", 0}, {u"tonight", 0}, {u"yesterday", -1}, {u"tomorrow", 1}};
    static ss_words names_behind = {u"头条", u"俄罗斯", u"之星", u"世界", u"美国", NULL};
    static ss_words names_before = {u"usa", u"russia", u"india", NULL};
    ss_span before;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t end = words[i].word[0] == ss_code_at(p, *at) ? ss_match(p, *at, words[i].word) : 0;
        if (end == 0) continue;
        bool name = ss_match_any(p, end, names_behind) > 0 ||
                    (ss_word_before(p, *at, &before) && ss_word_in(p, before, names_before));
        *at = end;
        return name || !ss_published(p) ? SS_READ_PASSED : ss_date_found(p, p->published + words[i].days, out);
    }
    return SS_READ_NOTHING;
}

/* ------------------------------------------------------------------- all */

/* 20年前, 有期徒刑12年: so many years, where 12年 alone may be 2012. */
static bool stretch_of_years(const ss_passage *p, size_t begin, size_t end)
{
    return ss_one_of(p, ss_skip_blanks_back(p, begin) - 1, u"刑狱期续去近时约过逾") ||
           ss_one_of(p, end, u"前来后以多间徒监");
}

static ss_reading read_from_number(const ss_passage *p, size_t *at, const ss_quantity *last, ss_quantity *out)
{
    uint32_t value;
    int digits;
    size_t begin = *at, i = begin;
    if (!ss_whole_read(p, &i, &value, &digits)) return SS_READ_NOTHING;
    bool arabic = ss_digit_at(p, begin);
    size_t mark = ss_skip_blanks(p, i);
    uint32_t unit = ss_code_at(p, mark);
    ss_reading reading = SS_READ_NOTHING;
    if (unit == u'年' && digits < 4 && stretch_of_years(p, begin, mark + 1)) return SS_READ_NOTHING;
    if (unit == u'年' && !ss_one_of(p, mark + 1, u"级轻")) {
        *at = mark + 1;
        return read_month_of_year(p, at, value, digits, out);
    }
    if (unit == u'月' && value >= 1 && value <= 12) {
        *at = mark + 1;
        return read_day_of_month(p, at, (ss_civil){year_before(p, begin), value, 0}, out);
    }
    if (unit == u'日' || unit == u'号') {
        *at = i;
        if ((reading = read_lone_day(p, begin, at, value, last, out)) == SS_READ_NOTHING) *at = begin;
        return reading;
    }
    if ((reading = read_time(p, &i, value)) == SS_READ_NOTHING && arabic && digits == 4)
        reading = read_iso(p, &i, value, out);
    if (reading == SS_READ_NOTHING && arabic && digits <= 2) reading = read_month_after(p, begin, &i, value, out);
    if (reading != SS_READ_NOTHING) *at = i;
    return reading;
}

ss_reading ss_date_read(const ss_passage *p, size_t *at, const ss_quantity *last, ss_quantity *date)
{
    size_t begin = *at;
    ss_reading reading = read_relative(p, at, date);
    if (reading == SS_READ_NOTHING && (ss_digit_at(p, begin) || ss_han_numeral(ss_code_at(p, begin)) >= 0)) {
        reading = read_from_number(p, at, last, date);
    } else if (reading == SS_READ_NOTHING && ss_han_at(p, begin)) {
        reading = read_han_weekday(p, at, last, date);
    } else if (reading == SS_READ_NOTHING) {
        ss_span word;
        if (!ss_word_after(p, begin, &word) || word.begin != begin) return SS_READ_NOTHING;
        uint32_t month = month_of_word(p, word);
        reading =
            month > 0 ? read_after_month(p, word, at, month, date) : read_english_weekday(p, word, at, last, date);
    }
    date->begin = (uint32_t)begin;
    date->end = (uint32_t)*at;
    return reading;
}
