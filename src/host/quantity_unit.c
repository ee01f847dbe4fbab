/* What stands around a number and says what it is of. */
#include "quantity_parts.h"

/* --------------------------------------------------------------- percent */

bool ss_percent_read(const ss_passage *p, size_t *at, ss_decimal *n)
{
    static ss_words percent = {
        u"%",          u"percent",  u"per cent", u"pct", u"percentage point", u"percentage points", u"pct point",
        u"pct points", u"个百分点", u"百分点",   NULL};
    static ss_words basis_points = {u"basis point", u"basis points", u"bp", u"bps", u"个基点", u"基点", NULL};
    static ss_words points = {u"point", u"points", NULL};
    size_t i = ss_skip_blanks(p, *at);
    if (ss_code_at(p, i) == '-') i++; /* "a 5-percent cut" */
    size_t end = ss_match_any(p, i, percent);
    if (end > 0) {
        size_t point = ss_match_any(p, ss_skip_blanks(p, end), points);
        *at = point > 0 ? point : end;
        return true;
    }
    if ((end = ss_match_any(p, i, basis_points)) > 0) {
        n->exponent -= 2;
        *at = end;
        return true;
    }
    /* 三成 is 30 %; the others are words that begin alike */
    if (ss_code_at(p, i) == u'成' && n->whole && !n->scaled && n->digits > 0 && n->digits < 10 &&
        !ss_one_of(p, i + 1, u"为立功员都本绩果长分人年熟了交品型份因就群套像效天不")) {
        n->exponent += 1;
        *at = i + 1;
        return true;
    }
    return false;
}

/* ----------------------------------------------------------------- money */

typedef struct currency_word {
    const char16_t *word;
    ss_currency currency;
} currency_word;

/* Before the number. A sign that the fold did not keep stands for none of these. */
static const currency_word SIGNS[] = {
    {u"us$", SS_CURRENCY_USD}, {u"hk$", SS_CURRENCY_HKD}, {u"nt$", SS_CURRENCY_TWD},   {u"au$", SS_CURRENCY_AUD},
    {u"a$", SS_CURRENCY_AUD},  {u"ca$", SS_CURRENCY_CAD}, {u"c$", SS_CURRENCY_CAD},    {u"sg$", SS_CURRENCY_SGD},
    {u"s$", SS_CURRENCY_SGD},  {u"nz$", SS_CURRENCY_NZD}, {u"r$", SS_CURRENCY_BRL},    {u"$", SS_CURRENCY_USD},
    {u"€", SS_CURRENCY_EUR},   {u"£", SS_CURRENCY_GBP},   {u"₩", SS_CURRENCY_KRW},     {u"₹", SS_CURRENCY_INR},
    {u"₽", SS_CURRENCY_RUB}, {u"฿", SS_CURRENCY_THB},   {u"¥", SS_CURRENCY_UNKNOWN},
};

/* Before the number or behind it. */
static const currency_word CODES[] = {
    {u"usd", SS_CURRENCY_USD},  {u"rmb", SS_CURRENCY_CNY},    {u"cny", SS_CURRENCY_CNY},    {u"eur", SS_CURRENCY_EUR},
    {u"jpy", SS_CURRENCY_JPY},  {u"gbp", SS_CURRENCY_GBP},    {u"hkd", SS_CURRENCY_HKD},    {u"twd", SS_CURRENCY_TWD},
    {u"ntd", SS_CURRENCY_TWD},  {u"krw", SS_CURRENCY_KRW},    {u"inr", SS_CURRENCY_INR},    {u"rs", SS_CURRENCY_INR},
    {u"rub", SS_CURRENCY_RUB},  {u"aud", SS_CURRENCY_AUD},    {u"cad", SS_CURRENCY_CAD},    {u"chf", SS_CURRENCY_CHF},
    {u"sgd", SS_CURRENCY_SGD},  {u"nzd", SS_CURRENCY_NZD},    {u"thb", SS_CURRENCY_THB},    {u"myr", SS_CURRENCY_MYR},
    {u"brl", SS_CURRENCY_BRL},  {u"人民币", SS_CURRENCY_CNY}, {u"美元", SS_CURRENCY_USD},   {u"美金", SS_CURRENCY_USD},
    {u"欧元", SS_CURRENCY_EUR}, {u"日元", SS_CURRENCY_JPY},   {u"日圆", SS_CURRENCY_JPY},   {u"英镑", SS_CURRENCY_GBP},
    {u"港元", SS_CURRENCY_HKD}, {u"港币", SS_CURRENCY_HKD},   {u"新台币", SS_CURRENCY_TWD}, {u"台币", SS_CURRENCY_TWD},
    {u"韩元", SS_CURRENCY_KRW}, {u"韩圆", SS_CURRENCY_KRW},   {u"韩币", SS_CURRENCY_KRW},   {u"卢比", SS_CURRENCY_INR},
    {u"卢布", SS_CURRENCY_RUB}, {u"澳元", SS_CURRENCY_AUD},   {u"加元", SS_CURRENCY_CAD},   {u"瑞郎", SS_CURRENCY_CHF},
    {u"新元", SS_CURRENCY_SGD}, {u"新币", SS_CURRENCY_SGD},   {u"纽元", SS_CURRENCY_NZD},   {u"泰铢", SS_CURRENCY_THB},
    {u"令吉", SS_CURRENCY_MYR}, {u"林吉特", SS_CURRENCY_MYR}, {u"雷亚尔", SS_CURRENCY_BRL},
};

/* Behind the number only. */
static const currency_word NAMES[] = {
    {u"瑞士法郎", SS_CURRENCY_CHF}, {u"新加坡元", SS_CURRENCY_SGD}, {u"澳大利亚元", SS_CURRENCY_AUD},
    {u"加拿大元", SS_CURRENCY_CAD}, {u"新西兰元", SS_CURRENCY_NZD}, {u"元人民币", SS_CURRENCY_CNY},
    {u"块钱", SS_CURRENCY_CNY},     {u"yuan", SS_CURRENCY_CNY},     {u"renminbi", SS_CURRENCY_CNY},
    {u"euro", SS_CURRENCY_EUR},     {u"euros", SS_CURRENCY_EUR},    {u"yen", SS_CURRENCY_JPY},
    {u"rupee", SS_CURRENCY_INR},    {u"rupees", SS_CURRENCY_INR},   {u"ruble", SS_CURRENCY_RUB},
    {u"rubles", SS_CURRENCY_RUB},   {u"rouble", SS_CURRENCY_RUB},   {u"roubles", SS_CURRENCY_RUB},
    {u"baht", SS_CURRENCY_THB},     {u"ringgit", SS_CURRENCY_MYR},  {u"reais", SS_CURRENCY_BRL},
    {u"sterling", SS_CURRENCY_GBP},
};

/* Money only of large numbers: pounds are weighed, too, and medals won. */
static const currency_word LARGE_NAMES[] = {
    {u"pound", SS_CURRENCY_GBP},
    {u"pounds", SS_CURRENCY_GBP},
    {u"won", SS_CURRENCY_KRW},
    {u"francs", SS_CURRENCY_UNKNOWN},
};

/* Before "dollars", "pounds", "yuan" ... */
static const currency_word NATIONS[] = {
    {u"u.s.", SS_CURRENCY_USD},         {u"us", SS_CURRENCY_USD},          {u"american", SS_CURRENCY_USD},
    {u"hong kong", SS_CURRENCY_HKD},    {u"new taiwan", SS_CURRENCY_TWD},  {u"taiwan", SS_CURRENCY_TWD},
    {u"australian", SS_CURRENCY_AUD},   {u"canadian", SS_CURRENCY_CAD},    {u"singapore", SS_CURRENCY_SGD},
    {u"singaporean", SS_CURRENCY_SGD},  {u"new zealand", SS_CURRENCY_NZD}, {u"swiss", SS_CURRENCY_CHF},
    {u"south korean", SS_CURRENCY_KRW}, {u"korean", SS_CURRENCY_KRW},      {u"british", SS_CURRENCY_GBP},
    {u"chinese", SS_CURRENCY_CNY},      {u"japanese", SS_CURRENCY_JPY},    {u"indian", SS_CURRENCY_INR},
    {u"russian", SS_CURRENCY_RUB},
};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static size_t match_currency(const ss_passage *p, size_t at, const currency_word *words, size_t count,
                             ss_currency *currency)
{
    uint32_t first = ss_code_at(p, at);
    for (size_t i = 0; i < count; i++) {
        size_t end = words[i].word[0] == first ? ss_match(p, at, words[i].word) : 0;
        if (end == 0) continue;
        *currency = words[i].currency;
        return end;
    }
    return 0;
}

/* "dollars", or "Swiss francs" with the nation that makes money of what follows. */
static size_t match_national(const ss_passage *p, size_t at, bool large, ss_currency *currency)
{
    static ss_words dollars = {u"dollar", u"dollars", NULL};
    ss_currency named = SS_CURRENCY_UNKNOWN, nation = SS_CURRENCY_UNKNOWN;
    size_t end, begin = match_currency(p, at, NATIONS, COUNT(NATIONS), &nation);
    bool national = begin > 0;
    if (national) at = ss_skip_blanks(p, begin);
    *currency = national ? nation : SS_CURRENCY_USD;
    if ((end = ss_match_any(p, at, dollars)) > 0) return end;
    if (national && (end = match_currency(p, at, NAMES, COUNT(NAMES), &named)) > 0) return end;
    end = large || national ? match_currency(p, at, LARGE_NAMES, COUNT(LARGE_NAMES), &named) : 0;
    if (!national) *currency = named;
    return end;
}

bool ss_currency_read(const ss_passage *p, size_t *at, const ss_decimal *n, ss_currency *currency)
{
    ss_currency named;
    size_t i = ss_skip_blanks(p, *at), end;
    if (ss_code_at(p, i) == '-') i++; /* "a 30-million-dollar deal" */
    if (ss_one_of(p, i, u"多余") && ss_han_at(p, i + 1)) i++;
    if ((end = match_currency(p, i, NAMES, COUNT(NAMES), &named)) == 0 &&
        (end = match_currency(p, i, CODES, COUNT(CODES), &named)) == 0 &&
        (end = match_national(p, i, n->scaled || n->grouped, &named)) == 0) {
        if (ss_code_at(p, i) != u'元' || ss_one_of(p, i + 1, u"旦首素老宝帅宵朝代年月气勋")) return false;
        named = SS_CURRENCY_CNY;
        end = i + 1;
    }
    *currency = named;
    *at = end;
    return true;
}

bool ss_currency_read_back(const ss_passage *p, size_t *at, ss_currency *currency)
{
    size_t end = ss_skip_blanks_back(p, *at);
    if (ss_code_at(p, end - 1) == '.') end--;                              /* "Rs. 300" */
    bool range = ss_code_at(p, end - 1) == '-' && ss_digit_at(p, end - 2); /* "$190-200 billion" */
    for (int i = 0; range && i < 12 && (ss_digit_at(p, end - 1) || ss_one_of(p, end - 1, u"-.,")); i++)
        end--;
    for (int pass = 0; pass < 2; pass++) {
        const currency_word *words = pass == 0 ? SIGNS : CODES;
        for (size_t i = 0; i < (pass == 0 ? COUNT(SIGNS) : COUNT(CODES)); i++) {
            size_t length = 0;
            while (words[i].word[length] != 0)
                length++;
            if (length > end || ss_code_at(p, end - 1) != words[i].word[length - 1]) continue;
            size_t begin = end - length;
            /* not a letter at the end of another word; the number may stand directly behind it (rmb300) */
            bool inside = ss_class_at(p, begin) == SS_CLASS_LETTER && ss_class_at(p, begin - 1) == SS_CLASS_LETTER;
            if (inside || ss_match(p, begin, words[i].word) != end) continue;
            *currency = words[i].currency;
            if (!range) *at = begin;
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------- magnitude */

static bool magnitude_before(const ss_passage *p, size_t begin)
{
    static ss_words before = {u"里氏", u"里氏震级", u"震级", u"震级为", u"震级达", u"级别为", u"矩震级", NULL};
    static ss_words links = {u"of", u"a", u"at", NULL};
    ss_span word;
    if (ss_match_any_back(p, ss_skip_blanks_back(p, begin), before) != SIZE_MAX) return true;
    if (!ss_word_before(p, begin, &word)) return false;
    if (ss_word_in(p, word, links) && !ss_word_before(p, word.begin, &word)) return false;
    return ss_word_is(p, word, u"magnitude");
}

static bool quake_at(const ss_passage *p, size_t at)
{
    static ss_words quakes = {u"地震",       u"强震",        u"余震",           u"浅源",   u"左右地震", u"以上地震",
                              u"earthquake", u"earthquakes", u"quake",          u"quakes", u"temblor",  u"tremor",
                              u"aftershock", u"aftershocks", u"on the richter", NULL};
    return ss_match_any(p, ss_skip_blanks(p, at), quakes) > 0;
}

bool ss_magnitude_read(const ss_passage *p, size_t begin, size_t *at, const ss_decimal *n)
{
    double value = ss_decimal_value(n);
    if (n->scaled || value < 1.0 || value >= 10.0) return false;
    size_t i = ss_skip_blanks(p, *at);
    ss_span word;
    if (ss_code_at(p, i) == u'级') {
        if (n->whole && !quake_at(p, i + 1) && !magnitude_before(p, begin)) return false;
        *at = i + 1;
        return true;
    }
    if (ss_word_after(p, *at, &word) && ss_word_is(p, word, u"magnitude")) {
        *at = word.end;
        return true;
    }
    return magnitude_before(p, begin) || (!n->whole && quake_at(p, *at));
}

/* ----------------------------------------------------------------- about */

static bool about_before_english(const ss_passage *p, size_t begin)
{
    static ss_words alone = {u"about", u"around",        u"nearly", u"almost",  u"some",      u"roughly", u"estimated",
                             u"over",  u"approximately", u"circa",  u"exceeds", u"exceeding", u"under",   NULL};
    static ss_words before_than = {u"more", u"less", u"fewer", u"greater", u"higher", u"lower", NULL};
    static ss_words before_to = {u"up", u"close", NULL};
    static ss_words before_as = {u"many", u"much", NULL};
    static ss_words before_of = {u"upwards", u"excess", NULL};
    ss_span last, word;
    if (!ss_word_before(p, begin, &last)) return false;
    if (ss_word_is(p, last, u"a") && !ss_word_before(p, last.begin, &last)) return false;
    if (ss_word_in(p, last, alone)) return true;
    if (!ss_word_before(p, last.begin, &word)) return false;
    return (ss_word_is(p, last, u"than") && ss_word_in(p, word, before_than)) ||
           (ss_word_is(p, last, u"to") && ss_word_in(p, word, before_to)) ||
           (ss_word_is(p, last, u"as") && ss_word_in(p, word, before_as)) ||
           (ss_word_is(p, last, u"of") && ss_word_in(p, word, before_of));
}

bool ss_about_before(const ss_passage *p, size_t begin)
{
    static ss_words words = {u"超过", u"大约", u"大概", u"将近", u"接近", u"多达", u"不到", u"不足", u"至多",
                             u"最多", u"突破", u"逾",   u"近",   u"约",   u"超",   u"上",   NULL};
    size_t end = ss_skip_blanks_back(p, begin), at = ss_match_any_back(p, end, words);
    if (at == SIZE_MAX) return about_before_english(p, begin);
    uint32_t c = ss_code_at(p, at);
    if (c == u'近') return !ss_one_of(p, at - 1, u"最附新");
    if (c == u'上') return ss_one_of(p, end, u"百千万亿") && !ss_one_of(p, at - 1, u"以");
    return true;
}

bool ss_about_read(const ss_passage *p, size_t *at)
{
    static ss_words words = {u"左右", u"以上", u"以下", u"上下", u"多", u"余", u"几", u"or so", NULL};
    size_t i = ss_skip_blanks(p, *at);
    size_t end = ss_code_at(p, i) == '+' ? i + 1 : ss_match_any(p, i, words);
    if (end == 0) return false;
    *at = end;
    return true;
}

/* --------------------------------------------------------------- counting */

bool ss_counted_at(const ss_passage *p, size_t at)
{
    static const char16_t measures[] =
        u"人名位个只头辆架艘座家所件起例宗项次场岁天周吨克米亩户间套部台枚颗张票席股桶层倍"
        u"条支批份处栋幢片块棵株箱瓶盒封笔门篇册首幅对组队艇具口匹厘毫秒度分点种列棒单年";
    static ss_words words = {u"公里", u"千米", u"公斤", u"千克", u"公顷", u"平方", u"立方", u"英里", u"英尺",
                             u"英寸", u"海里", u"小时", u"盎司", u"美元", u"千瓦", u"兆瓦", u"千伏", NULL};
    static ss_words people = {u"people",    u"persons",   u"troops",   u"soldiers",     u"workers",    u"jobs",
                              u"homes",     u"houses",    u"students", u"passengers",   u"flights",    u"deaths",
                              u"cases",     u"employees", u"police",   u"protesters",   u"migrants",   u"refugees",
                              u"tons",      u"tonnes",    u"km",       u"kilometers",   u"kilometres", u"miles",
                              u"meters",    u"metres",    u"acres",    u"hectares",     u"residents",  u"children",
                              u"civilians", u"patients",  u"vehicles", u"firefighters", u"stores",     u"athletes",
                              NULL};
    ss_span word;
    size_t i = ss_skip_blanks(p, at);
    if (ss_one_of(p, i, u"多余几")) i++;
    if (ss_han_at(p, i)) {
        if (ss_match_any(p, i, words) > 0) return true;
        return ss_one_of(p, i, measures);
    }
    return ss_word_after(p, at, &word) && ss_word_in(p, word, people);
}

bool ss_measure_word(const ss_passage *p, ss_span word)
{
    static ss_words words = {
        u"year",       u"years",   u"month",   u"months",   u"week",     u"weeks",      u"day",        u"days",
        u"hour",       u"hours",   u"minute",  u"minutes",  u"second",   u"seconds",    u"mile",       u"miles",
        u"km",         u"meter",   u"meters",  u"metre",    u"metres",   u"kilometers", u"kilometres", u"feet",
        u"foot",       u"inches",  u"acres",   u"hectares", u"times",    u"tons",       u"tonnes",     u"kg",
        u"pounds",     u"degrees", u"points",  u"goals",    u"games",    u"percent",    u"per",        u"pct",
        u"percentage", u"million", u"billion", u"thousand", u"trillion", u"hundred",    u"am",         u"pm",
        u"people",     u"inch",    u"pages",   u"seats",    NULL};
    return ss_word_in(p, word, words);
}

/* ---------------------------------------------------------------- names */

/* "iPhone 15", "No. 15", "F-35" */
static bool name_before(const ss_passage *p, size_t begin)
{
    static ss_words words = {
        u"iphone",  u"ipad",    u"galaxy",     u"boeing",   u"airbus",   u"flight",      u"windows", u"playstation",
        u"xbox",    u"no",      u"number",     u"numbers",  u"nos",      u"chapter",     u"article", u"articles",
        u"section", u"page",    u"pages",      u"route",    u"highway",  u"interstate",  u"gate",    u"room",
        u"channel", u"model",   u"version",    u"apollo",   u"formula",  u"area",        u"type",    u"phase",
        u"level",   u"stage",   u"grade",      u"class",    u"line",     u"top",         u"group",   u"size",
        u"figure",  u"table",   u"step",       u"season",   u"episode",  u"part",        u"vol",     u"volume",
        u"issue",   u"act",     u"resolution", u"rule",     u"shenzhou", u"tiangong",    u"tianwen", u"beidou",
        u"unit",    u"reactor", u"squadron",   u"platform", u"terminal", u"runway",      u"bus",     u"train",
        u"android", u"ios",     u"ipados",     u"macos",    u"exynos",   u"proposition", u"core",    u"ryzen",
        u"rtx",     u"mate",    u"pixel",      u"agenda",   u"vision",   u"cop",         u"covid",   u"mark",
        u"falcon",  u"soyuz",   u"expedition", u"stoxx",    u"nasdaq",   u"ftse",        u"csi",     u"fortune",
        u"nikkei",  u"russell", u"kospi",      u"cac",      u"dax",      u"asx",         u"p",       u"under",
        u"chang",   u"e",       u"week",       u"lot",      u"block",    u"district",    u"ward",    u"zone",
        u"pier",    u"camp",    u"bay",        u"fighter",  u"zhurong",  u"long",        u"euro",    u"catch",
        u"studio",  u"tesla",   u"ages",       u"aged",     u"age",      u"chapters",    u"verses",  u"size",
        NULL};
    static ss_words han = {u"第",   u"波音", u"空客", u"歼", u"运", u"轰", u"型号",
                           u"标普", u"沪深", u"中证", u"数", u"几", u"前", NULL};
    ss_span word;
    size_t end = ss_code_at(p, begin - 1) == '-' ? begin - 1 : begin;
    if (end < begin && ss_digit_at(p, end - 1) && !ss_digit_at(p, begin)) return true; /* 7-Eleven */
    if (ss_code_at(p, end - 1) == '#' || ss_match_any_back(p, end, han) != SIZE_MAX) return true;
    end = ss_skip_blanks_back(p, end);
    if (ss_code_at(p, end - 1) == '.') end--;
    return ss_word_before(p, end, &word) && ss_word_in(p, word, words);
}

/* Letters that stand directly behind a number and are no unit: 747s, 15th, 4k. */
static bool name_behind(const ss_passage *p, size_t end)
{
    static ss_words units = {u"km", u"kg",  u"cm", u"mm", u"ft",  u"mw",  u"gw",  u"kw",  u"kwh",
                             u"gb", u"tb",  u"mb", u"hz", u"ghz", u"mhz", u"mph", u"kph", u"kmh",
                             u"lb", u"lbs", u"ha", u"g",  u"c",   u"f",   NULL};
    ss_span word;
    if (ss_code_at(p, end) == '.' && ss_class_at(p, end + 1) == SS_CLASS_LETTER) return true; /* 300260.SZ */
    if (ss_class_at(p, end) != SS_CLASS_LETTER) return false;
    return !ss_word_after(p, end, &word) || ss_digit_at(p, word.end) || !ss_word_in(p, word, units);
}

bool ss_name_number(const ss_passage *p, size_t begin, size_t end)
{
    return name_before(p, begin) || name_behind(p, end);
}
