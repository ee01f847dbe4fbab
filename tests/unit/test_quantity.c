/* Quantities: what Chinese and English texts say in numbers, what they only seem to say, and which two say the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "match.h"
#include "quantity.h"
#include "tiny_model.h"

#define MOST     32
#define NOTE_MAX 512

static ss_fold *fold;

typedef struct found {
    ss_quantity quantity[MOST];
    size_t count;
} found;

static int32_t day_of(const char *iso)
{
    ss_date date;
    if (iso == NULL) return SS_NO_DAY;
    assert_true(ss_date_parse(&date, iso, strlen(iso)));
    return ss_date_day(date);
}

/* The quantities of folded characters, looked at in a copy of exactly their size, so that a sanitizer sees what is read
 * past their ends. */
static found find_folded(const ss_folded *folded, size_t length, int32_t published, size_t most)
{
    found out = {.count = 0};
    ss_folded *exact = malloc(length > 0 ? length * sizeof *exact : 1);
    assert_non_null(exact);
    if (length > 0) memcpy(exact, folded, length * sizeof *exact);
    out.count = ss_quantities_find(exact, length, published, out.quantity, most);
    free(exact);
    assert_true(out.count <= most);
    for (size_t i = 0; i < out.count; i++) {
        const ss_quantity *q = &out.quantity[i];
        assert_true(q->begin < q->end && q->end <= length);
        assert_true(isfinite(q->value) &&
                    (q->value > 0.0 || q->kind == SS_QUANTITY_DATE || q->kind == SS_QUANTITY_SCORE));
        assert_true(ss_quantity_information(q) >= 0.0 && ss_quantity_information(q) <= 11.0);
        assert_true(ss_quantity_agreement(q, q) > 0.0);
    }
    return out;
}

/* Signs of currencies and long dashes as they are in the text, whether or not the fold table keeps them. */
static void keep_signs(const char *text, const uint32_t *offsets, ss_folded *folded, size_t length)
{
    static const struct {
        const char *sign;
        ss_folded kept;
    } signs[] = {{"€", 0x20ac}, {"£", 0xa3}, {"¥", 0xa5}, {"₹", 0x20b9}, {"₩", 0x20a9}, {"–", '-'}};
    for (size_t i = 0; i < length; i++)
        for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
            if (strncmp(text + offsets[i], signs[k].sign, strlen(signs[k].sign)) == 0) folded[i] = signs[k].kept;
}

static found find_most(const char *text, const char *published, size_t most)
{
    ss_folded *folded = NULL;
    uint32_t *offsets = NULL;
    size_t length = 0, capacity = 0;
    assert_int_equal(ss_fold_text(fold, text, strlen(text), &folded, &offsets, &length, &capacity), SS_OK);
    keep_signs(text, offsets, folded, length);
    found out = find_folded(folded, length, day_of(published), most);
    free(folded);
    free(offsets);
    return out;
}

static void note(const ss_quantity *q, char *out, size_t size)
{
    char value[64];
    if (q->kind == SS_QUANTITY_DATE && q->unit == SS_DATE_FULL) {
        ss_date date = {.seconds = (int64_t)q->value * 86400, .precision = SS_DATE_DAY};
        ss_date_format(date, value);
    } else if (q->kind == SS_QUANTITY_DATE) {
        snprintf(value, sizeof value, "%02d-%02d", (int)q->value / 100, (int)q->value % 100);
    } else if (q->kind == SS_QUANTITY_SCORE) {
        snprintf(value, sizeof value, "%d-%d", (int)q->value / 1000, (int)q->value % 1000);
    } else {
        snprintf(value, sizeof value, "%.15g", q->value);
    }
    const char *currency = "";
    if (q->kind == SS_QUANTITY_MONEY) currency = q->unit == SS_CURRENCY_UNKNOWN ? "?" : ss_currency_name(q->unit);
    snprintf(out, size, "%s %s%s%s%s", ss_quantity_kind_name(q->kind), currency, *currency != '\0' ? " " : "",
             q->about ? "~" : "", value);
}

/* "money usd 30000000; dead ~16; date 2021-11-23" */
static void note_all(const found *f, char out[NOTE_MAX])
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < f->count; i++) {
        char one[128];
        note(&f->quantity[i], one, sizeof one);
        used += (size_t)snprintf(out + used, NOTE_MAX - used, "%s%s", i > 0 ? "; " : "", one);
        assert_true(used < NOTE_MAX);
    }
}

typedef struct row {
    const char *text, *expected;
} row;

/* All rows are looked at, so that one run shows every one that fails. */
static void check(const row *rows, size_t count, const char *published)
{
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        char told[NOTE_MAX];
        found f = find_most(rows[i].text, published, MOST);
        note_all(&f, told);
        if (strcmp(told, rows[i].expected) == 0) continue;
        print_error("'%s'\n  should tell '%s'\n  tells       '%s'\n", rows[i].text, rows[i].expected, told);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

#define CHECK(rows, published) check(rows, sizeof(rows) / sizeof *(rows), published)

#define WEDNESDAY "2021-11-24"

static void test_numbers(void **state)
{
    (void)state;
    static const row rows[] = {
        {"37.6亿", "number 3760000000"},
        {"3.76 billion", "number 3760000000"},
        {"3,760,000,000", "number 3760000000"},
        {"3000万", "number 30000000"},
        {"3千万", "number 30000000"},
        {"三千万", "number 30000000"},
        {"30 million", "number 30000000"},
        {"30-million", "number 30000000"},
        {"30,000,000", "number 30000000"},
        {"1.5万", "number 15000"},
        {"1万2千人", "number 12000"},
        {"3亿5000万", "number 350000000"},
        {"两亿3000万", "number 230000000"},
        {"两亿三千万", "number 230000000"},
        {"3.5 trillion", "number 3500000000000"},
        {"3.5万亿", "number 3500000000000"},
        {"三点五万亿", "number 3500000000000"},
        {"３０００万", "number 30000000"},
        {"5 thousand", "number 5000"},
        {"5千", "number 5000"},
        {"3 千万", "number 30000000"},
        {"3百辆", "number 300"},
        {"40 mln", "number 40000000"},
        {"2.5bn", "number 2500000000"},
        {"120k", "number 120000"},
        {"5 lakh", "number 500000"},
        {"2 crore", "number 20000000"},
        {"2.5亿人", "number 250000000"},
        {"1786.6万", "number 17866000"},
        {"1,786.6万", "number 17866000"},
        {"17.866 million", "number 17866000"},
        {"零点二", "number 0.2"},
        {"0.2", "number 0.2"},
        {"三点一四", "number 3.14"},
        {"两千", ""}, /* of what? */
        {"两千人", "number 2000"},
        {"两千名学生", "number 2000"},
        {"two thousand", "number 2000"},
        {"2,000", "number 2000"},
        {"2000人", "number 2000"},
        {"2000 people", "number 2000"},
        {"三千五百万", "number 35000000"},
        {"三千五百个", "number 3500"},
        {"十二人", "number 12"},
        {"二十一架", "number 21"},
        {"一百零五艘", "number 105"},
        {"一百一十五家", "number 115"},
        {"一千零一夜", ""},
        {"三万五千人", "number 35000"},
        {"三万五", "number 35000"},
        {"二百五十件", "number 250"},
        {"两百多人", "number ~200"},
        {"十几人", ""},
        {"二十几人", "number ~20"},
        {"几十人", ""},
        {"数百人", ""},
        {"数十万人", ""},
        {"十几万人", "number ~100000"},
        {"二十多万人", "number ~200000"},
        {"100多万人", "number ~1000000"},
        {"300余名", "number ~300"},
        {"百余人", "number ~100"},
        {"逾千人", "number ~1000"},
        {"近万人参加", "number ~10000"},
        {"twenty-one ships", "number 21"},
        {"sixteen ships", "number 16"},
        {"five hundred ships", "number 500"},
        {"a hundred ships", "number 100"},
        {"one hundred and five ships", "number 105"},
        {"a million", "number 1000000"},
        {"one million", "number 1000000"},
        {"half a million", "number ~500000"},
        {"two and a half million", "number 2500000"},
        {"two dozen", "number ~24"},
        {"a dozen", "number ~12"},
        {"three hundred and twenty-five thousand four hundred", "number 325400"},
        {"one million two hundred thousand", "number 1200000"},
        {"hundreds of ships", ""},
        {"tens of thousands", ""},
        {"several hundred", ""},
        {"one in five", ""},
        {"two-thirds of them", ""},
        {"three quarters", ""},
        {"三分之二", ""},
        {"十分之一", ""},
        {"1/3 of them", ""},
        {"more than 3,000 ships", "number ~3000"},
        {"nearly 3,000", "number ~3000"},
        {"some 3,000", "number ~3000"},
        {"up to 3,000", "number ~3000"},
        {"as many as 3,000", "number ~3000"},
        {"over 3,000", "number ~3000"},
        {"3,000+", "number ~3000"},
        {"about a million", "number ~1000000"},
        {"超过3000个", "number ~3000"},
        {"逾3000家", "number ~3000"},
        {"约3000家", "number ~3000"},
        {"近3000家", "number ~3000"},
        {"3000余家", "number ~3000"},
        {"3000家左右", "number 3000"}, /* the measure word stands between */
        {"最近3000家", "number 3000"},
        {"至少3000家", "number 3000"},
        {"at least 3,000", "number 3000"},
        {"代表2379人", "number 2379"},
        {"16岁", "number 16"},
        {"a 16-year-old", "number 16"},
        {"上证指数报3456.78点", "number 3456.78"},
        {"3,456.78 points", "number 3456.78"},
        {"占地 12 公顷", "number 12"},
        {"12 hectares", "number 12"},
        {"15小时", "number 15"},
        {"12个月", "number 12"},
        {"16 人", "number 16"},
        {"16km", "number 16"},
        {"20年前", "number 20"},
        {"20 years ago", "number 20"},
        {"有期徒刑12年", "number 12"},
        {"12 years in prison", "number 12"},
        {"120种灰色", "number 120"},
        {"3000多种颜色", "number ~3000"},
    };
    CHECK(rows, WEDNESDAY);
}

/* What tells nothing: bare small numbers, years, times, ordinals, names, telephone numbers, Han numerals in words. */
static void test_traps(void **state)
{
    (void)state;
    static const row rows[] = {
        {"", ""},
        {"no numbers here", ""},
        {"0", ""},
        {"000", ""},
        {"007", ""},
        {"7", ""},
        {"10", ""},
        {"1, 2 and 3", ""},
        {"(1) first (2) second", ""},
        {"2021", ""},
        {"in 1999", ""},
        {"2021年", ""},
        {"二〇二一年", ""},
        {"12年", ""},
        {"21年11月", ""},
        {"1990s", ""},
        {"十年", ""},
        {"10:30", ""},
        {"at 10:30:15", ""},
        {"10时30分", ""},
        {"上午10时", ""},
        {"下午3点半", ""},
        {"15时", ""},
        {"十点三十分", ""},
        {"三点五十分", ""},
        {"三点一刻", ""},
        {"11 a.m.", ""},
        {"11pm", ""},
        {"12 am", ""},
        {"11.30pm", ""},
        {"第三", ""},
        {"第15届", ""},
        {"第二十三条", ""},
        {"third", ""},
        {"the 15th", ""},
        {"21st century", ""},
        {"No. 15", ""},
        {"no 15", ""},
        {"number 15", ""},
        {"#15", ""},
        {"iPhone 15", ""},
        {"iphone 15 pro", ""},
        {"F-35", ""},
        {"歼-20", ""},
        {"歼20", ""},
        {"covid-19", ""},
        {"covid19", ""},
        {"COVID-19 cases", ""},
        {"G20", ""},
        {"20国集团", ""},
        {"5G", ""},
        {"4K", ""},
        {"1080p", ""},
        {"Boeing 737", ""},
        {"boeing 737-800", ""},
        {"波音737客机", ""},
        {"747s", ""},
        {"MH370", ""},
        {"flight 370", ""},
        {"B-52s", ""},
        {"神舟十三号", ""},
        {"神舟13号", ""},
        {"嫦娥五号", ""},
        {"北京地铁13号线", ""},
        {"S&P 500", ""},
        {"沪深300指数", ""},
        {"标普500指数", ""},
        {"世界500强", ""},
        {"Fortune 500", ""},
        {"top 100", ""},
        {"90后", ""},
        {"110报警电话", ""},
        {"138 0013 8000", "number 138; number 8000"}, /* groups of a telephone number look like numbers */
        {"010-65001234", ""},
        {"+86-10-6500-1234", ""},
        {"13800138000", ""},
        {"192.168.1.1", ""},
        {"24/7", ""},
        {"9/11", ""},
        {"11/12/2021", ""},
        {"2021-22 season", ""},
        {"2021-2022", ""},
        {"pages 15-20", ""},
        {"一带一路", ""},
        {"三星", ""},
        {"万科", ""},
        {"九寨沟", ""},
        {"一些", ""},
        {"一个", ""},
        {"统一", ""},
        {"十分", ""},
        {"千万不要", ""},
        {"万一", ""},
        {"四川", ""},
        {"五角大楼", ""},
        {"七国集团", ""},
        {"百度", ""},
        {"万达", ""},
        {"亿联", ""},
        {"三一重工", ""},
        {"二十大", ""},
        {"十四五规划", ""},
        {"十九届六中全会", ""},
        {"九一八", ""},
        {"五一", ""},
        {"双十一", ""},
        {"十一", ""},
        {"百万富翁", ""},
        {"千岛湖", ""},
        {"一百年", ""},
        {"八十年代", ""},
        {"二十一世纪", ""},
        {"三月", ""},
        {"11月", ""},
        {"11月份", ""},
        {"2021年11月", ""},
        {"三个月", ""},
        {"两个半小时", ""},
        {"一万年", "number 10000"},
        {"三十而立", ""},
        {"三四十人", ""},
        {"七八个", ""},
        {"十万火急", ""},
        {"千人千面", ""},
        {"万人空巷", ""},
        {"一心一意", ""},
        {"三年级", ""},
        {"7级大风", ""},
        {"8级", ""},
        {"3A级景区", ""},
        {"November 2021", ""},
        {"he may march on", ""},
        {"It may. March!", ""},
        {"sun", ""},
        {"the sun sat on mar", ""},
        {"the sun, sat and mon", ""},
        {"may", ""},
        {"second", ""},
        {"one another", ""},
        {"no one", ""},
        {"one of them", ""},
        {"ten", ""},
        {"five ships", ""},
        {"Black Friday", ""},
        {"Good Friday", ""},
        {"Super Tuesday", ""},
        {"Sunday Times", ""},
        {"every Tuesday", ""},
        {"Tuesdays", ""},
        {"每周二", ""},
        {"一周三次", ""},
        {"周一至周五", ""},
        {"周日报", ""},
        {"USA Today", ""},
        {"今日头条", ""},
        {"5日内", ""},
        {"15日均线", ""},
        {"2025 plan", ""},
        {"2035 goals", ""},
        {"version 12.1.3", ""},
        {"100m race", ""},
        {"type 15", ""},
        {"二手车", ""},
        {"半个世纪", ""},
        {"不三不四", ""},
        {"零距离", ""},
        {"两国", ""},
        {"两会", ""},
        {"千年古城", ""},
        {"百分之几", ""},
        {"787-9客机", ""},
        {"新莱应材(300260.SZ)", ""},
        {"7-Eleven", ""},
        {"猎鹰 9 号", ""},
        {"第 9 号台风", ""},
        {"提前26日", ""},
        {"连续五日", ""},
        {"芯片Maia 280。", ""},
        {"iOS 27", ""},
    };
    CHECK(rows, WEDNESDAY);
}

static void test_percentages(void **state)
{
    (void)state;
    static const row rows[] = {
        {"5%", "percent 5"},
        {"5％", "percent 5"},
        {"5 %", "percent 5"},
        {"5 percent", "percent 5"},
        {"5 per cent", "percent 5"},
        {"5 pct", "percent 5"},
        {"five percent", "percent 5"},
        {"five per cent", "percent 5"},
        {"a 5-percent cut", "percent 5"},
        {"百分之五", "percent 5"},
        {"百分之5", "percent 5"},
        {"百分之三点二", "percent 3.2"},
        {"百分之二十五", "percent 25"},
        {"百分之百", "percent 100"},
        {"百分之一百", "percent 100"},
        {"千分之五", "percent 0.5"},
        {"近百分之五", "percent ~5"},
        {"百分之五左右", "percent ~5"},
        {"5个百分点", "percent 5"},
        {"五个百分点", "percent 5"},
        {"0.5个百分点", "percent 0.5"},
        {"0.5 percentage points", "percent 0.5"},
        {"25个基点", "percent 0.25"},
        {"25 basis points", "percent 0.25"},
        {"a 25 bps cut", "percent 0.25"},
        {"25-basis-point", "number 25"},
        {"三成", "percent 30"},
        {"七成以上", "percent ~70"},
        {"三成本", ""},
        {"一成不变", ""},
        {"12.50%", "percent 12.5"},
        {"more than 5%", "percent ~5"},
        {"超过5%", "percent ~5"},
        {"-5%", "percent 5"},
        {"10-15%", "percent 15"},
        {"10 to 15 percent", "percent 15"},
        {"120%", "percent 120"},
        {"2021%", "percent 2021"},
        {"3.5％至4％", "percent 3.5; percent 4"},
        {"up 5.2 percent and down 3.1 pct", "percent 5.2; percent 3.1"},
        {"percent 5", ""},
        {"5 percentage", ""},
    };
    CHECK(rows, WEDNESDAY);
}

static void test_money(void **state)
{
    (void)state;
    static const row rows[] = {
        {"3,000万美元", "money usd 30000000"},
        {"3000万美元", "money usd 30000000"},
        {"三千万美元", "money usd 30000000"},
        {"3千万美元", "money usd 30000000"},
        {"3000 万美元", "money usd 30000000"},
        {"3000万美金", "money usd 30000000"},
        {"$30 million", "money usd 30000000"},
        {"$30m", "money usd 30000000"},
        {"US$30 mn", "money usd 30000000"},
        {"US$30m", "money usd 30000000"},
        {"USD 30 million", "money usd 30000000"},
        {"USD30m", "money usd 30000000"},
        {"30 million dollars", "money usd 30000000"},
        {"30 million US dollars", "money usd 30000000"},
        {"30 million U.S. dollars", "money usd 30000000"},
        {"thirty million dollars", "money usd 30000000"},
        {"a 30-million-dollar deal", "money usd 30000000"},
        {"a $30-million deal", "money usd 30000000"},
        {"$30,000,000", "money usd 30000000"},
        {"2.5bn euros", "money eur 2500000000"},
        {"€2.5bn", "money eur 2500000000"},
        {"€2.5 billion", "money eur 2500000000"},
        {"25亿欧元", "money eur 2500000000"},
        {"£2.5bn", "money gbp 2500000000"},
        {"25亿英镑", "money gbp 2500000000"},
        {"2.5 billion pounds", "money gbp 2500000000"},
        {"200 pounds", "number 200"},
        {"200 British pounds", "money gbp 200"},
        {"RMB 300 million", "money cny 300000000"},
        {"rmb300 million", "money cny 300000000"},
        {"300 million yuan", "money cny 300000000"},
        {"300 million renminbi", "money cny 300000000"},
        {"3亿元", "money cny 300000000"},
        {"3亿元人民币", "money cny 300000000"},
        {"人民币3亿元", "money cny 300000000"},
        {"3亿人民币", "money cny 300000000"},
        {"三亿元", "money cny 300000000"},
        {"¥300 million", "money ? 300000000"},
        {"1.2万亿日元", "money jpy 1200000000000"},
        {"1.2 trillion yen", "money jpy 1200000000000"},
        {"300亿港元", "money hkd 30000000000"},
        {"300亿港币", "money hkd 30000000000"},
        {"HK$30 billion", "money hkd 30000000000"},
        {"30 billion Hong Kong dollars", "money hkd 30000000000"},
        {"NT$30 billion", "money twd 30000000000"},
        {"300億新臺幣", "money twd 30000000000"},
        {"300亿新台币", "money twd 30000000000"},
        {"5万亿韩元", "money krw 5000000000000"},
        {"5 trillion won", "money krw 5000000000000"},
        {"₩5 trillion", "money krw 5000000000000"},
        {"500亿卢布", "money rub 50000000000"},
        {"50 billion roubles", "money rub 50000000000"},
        {"500亿卢比", "money inr 50000000000"},
        {"50 billion rupees", "money inr 50000000000"},
        {"Rs 500 crore", "money inr 5000000000"},
        {"Rs. 300", "money inr 300"},
        {"₹300", "money inr 300"},
        {"5亿澳元", "money aud 500000000"},
        {"A$500 million", "money aud 500000000"},
        {"500 million Australian dollars", "money aud 500000000"},
        {"5亿加元", "money cad 500000000"},
        {"C$500 million", "money cad 500000000"},
        {"5亿瑞郎", "money chf 500000000"},
        {"500 million Swiss francs", "money chf 500000000"},
        {"5亿瑞士法郎", "money chf 500000000"},
        {"5亿新元", "money sgd 500000000"},
        {"S$500 million", "money sgd 500000000"},
        {"500 million Singapore dollars", "money sgd 500000000"},
        {"3000多万元", "money cny ~30000000"},
        {"3000余元", "money cny ~3000"},
        {"超过3000元", "money cny ~3000"},
        {"more than $30 million", "money usd ~30000000"},
        {"nearly US$30 million", "money usd ~30000000"},
        {"5元", "money cny 5"},
        {"$5", "money usd 5"},
        {"five dollars", "money usd 5"},
        {"五美元", "money usd 5"},
        {"$2000", "money usd 2000"},
        {"2021元旦", ""},
        {"20日元", "money jpy 20"},
        {"1.5亿多美元", "money usd ~150000000"},
        {"37.6亿元", "money cny 3760000000"},
        {"3.76 billion yuan", "money cny 3760000000"},
        {"a hundred dollars", "money usd 100"},
        {"500块钱", "money cny 500"},
        {"16 won medals", "number 16"},
        {"每股12.5港元", "money hkd 12.5"},
        {"12.5 Hong Kong dollars", "money hkd 12.5"},
        {"$1 trillion", "money usd 1000000000000"},
        {"$190-200 billion", "money usd 200000000000"},
        {"$3.7 millions", "money usd 3700000"},
        {"3.7 millions US dollars", "money usd 3700000"},
    };
    CHECK(rows, WEDNESDAY);
}

static void test_dates(void **state)
{
    (void)state;
    static const row rows[] = {
        {"11月23日", "date 2021-11-23"},
        {"11月23号", "date 2021-11-23"},
        {"11 月 23 日", "date 2021-11-23"},
        {"１１月２３日", "date 2021-11-23"},
        {"十一月二十三日", "date 2021-11-23"},
        {"2021年11月23日", "date 2021-11-23"},
        {"二〇二一年十一月二十三日", "date 2021-11-23"},
        {"2020年11月23日", "date 2020-11-23"},
        {"去年11月23日", "date 2020-11-23"},
        {"今年3月5日", "date 2021-03-05"},
        {"Nov 23", "date 2021-11-23"},
        {"Nov. 23", "date 2021-11-23"},
        {"Nov. 23rd", "date 2021-11-23"},
        {"23 November", "date 2021-11-23"},
        {"23rd of November", "date 2021-11-23"},
        {"23-Nov-2021", "date 2021-11-23"},
        {"November 23", "date 2021-11-23"},
        {"November 23, 2021", "date 2021-11-23"},
        {"23 November 2020", "date 2020-11-23"},
        {"NOVEMBER 23, 2020", "date 2020-11-23"},
        {"2021-11-23", "date 2021-11-23"},
        {"2021/11/23", "date 2021-11-23"},
        {"2021.11.23", "date 2021-11-23"},
        {"2021-11-23T14:35:56", "date 2021-11-23"},
        {"2021-13-23", ""},
        {"2021-02-29", ""},
        {"2020年2月29日", "date 2020-02-29"},
        {"2021年2月30日", ""},
        {"Sept. 5", "date 2021-09-05"},
        {"Sep 5", "date 2021-09-05"},
        {"Jan. 3", "date 2022-01-03"},
        {"1月3日", "date 2022-01-03"},
        {"Dec 31, 1999", "date 1999-12-31"},
        {"1937年7月7日", "date 1937-07-07"},
        {"23日", "date 2021-11-23"},
        {"23号", "date 2021-11-23"},
        {"于23号举行", "date 2021-11-23"},
        {"二十三日", "date 2021-11-23"},
        {"23日下午3时", "date 2021-11-23"},
        {"新华社北京11月23日电", "date 2021-11-23"},
        {"上月23日", "date 2021-10-23"},
        {"本月3日", "date 2021-11-03"},
        {"下月3日", "date 2021-12-03"},
        {"11月23日至25日", "date 2021-11-23; date 2021-11-25"},
        {"11月23至25日", "date 2021-11-23"},
        {"5月23日，25日", "date 2021-05-23; date 2021-05-25"},
        {"Nov 23-25", "date 2021-11-23"},
        {"23-25 November", "date 2021-11-23"},
        {"Nov 23–25", "date 2021-11-23"},
        {"周二", "date 2021-11-23"},
        {"星期二", "date 2021-11-23"},
        {"礼拜二", "date 2021-11-23"},
        {"周三", "date 2021-11-24"},
        {"周四", "date 2021-11-18"},
        {"本周四", "date 2021-11-25"},
        {"上周四", "date 2021-11-18"},
        {"上周二", "date 2021-11-16"},
        {"下周二", "date 2021-11-30"},
        {"周日", "date 2021-11-21"},
        {"星期天", "date 2021-11-21"},
        {"下个星期天", "date 2021-12-05"},
        {"Tuesday", "date 2021-11-23"},
        {"on Tuesday", "date 2021-11-23"},
        {"Tuesday's vote", "date 2021-11-23"},
        {"Wednesday", "date 2021-11-24"},
        {"Thursday", "date 2021-11-18"},
        {"next Thursday", "date 2021-11-25"},
        {"last Wednesday", "date 2021-11-17"},
        {"this Friday", "date 2021-11-26"},
        {"by Friday", "date 2021-11-26"},
        {"Sunday", "date 2021-11-21"},
        {"Tuesday, Nov. 16", "date 2021-11-16"},
        {"周二（16日）", "date 2021-11-16"},
        {"11月16日（周二）", "date 2021-11-16"},
        {"今天", "date 2021-11-24"},
        {"今日", "date 2021-11-24"},
        {"昨天", "date 2021-11-23"},
        {"昨日", "date 2021-11-23"},
        {"昨晚", "date 2021-11-23"},
        {"明天", "date 2021-11-25"},
        {"today", "date 2021-11-24"},
        {"yesterday", "date 2021-11-23"},
        {"tomorrow", "date 2021-11-25"},
        {"May 5", "date 2021-05-05"},
        {"on May 5", "date 2021-05-05"},
        {"on May 5 in Rome", "date 2021-05-05"},
        {"the May 5 vote", "date 2021-05-05"},
        {"5 May", "date 2021-05-05"},
        {"5 May 2020", "date 2020-05-05"},
        {"on March 3", "date 2021-03-03"},
        {"3 March 2021", "date 2021-03-03"},
        {"10 may have died", "dead 10"},
        {"12 may leave", "number 12"},
        {"march 3 miles", ""},
        {"may 5 people leave", ""},
        {"they may sell 300 ships", "number 300"},
        {"march 45 miles", "number 45"},
        {"5月24日", "date 2021-05-24"},
        {"mark 23", ""},
        {"Nov 23.5 percent", "percent 23.5"},
        {"November 30 percent", "percent 30"},
        {"Nov 32", "number 32"},
        {"5日至7日", "date 2021-11-05; date 2021-11-07"},
        {"15日本队", ""},
        {"Friday 26 November", "date 2021-11-26"},
        {"26 November, a Friday", "date 2021-11-26; date 2021-11-19"},
        {"7月1日，7月1日", "date 2021-07-01"},
    };
    CHECK(rows, WEDNESDAY);
}

/* Near the turn of the year, and where nobody knows when the article was published. */
static void test_day_of_publication(void **state)
{
    (void)state;
    static const row new_year[] = {
        {"12月30日", "date 2021-12-30"}, {"Dec 30", "date 2021-12-30"},
        {"30日", "date 2021-12-30"},     {"2日", "date 2022-01-02"},
        {"1月5日", "date 2022-01-05"},   {"Friday", "date 2021-12-31"},
        {"上月5日", "date 2021-12-05"},  {"yesterday", "date 2022-01-01"},
        {"下周一", "date 2022-01-03"},   {"2月29日", ""}, /* not in 2021 .. 2023 */
    };
    static const row unknown[] = {
        {"11月23日", "date 11-23"},
        {"Nov 23", "date 11-23"},
        {"2021年11月23日", "date 2021-11-23"},
        {"November 23, 2021", "date 2021-11-23"},
        {"23日", ""},
        {"Tuesday", ""},
        {"周二", ""},
        {"today", ""},
        {"昨天", ""},
        {"去年11月23日", "date 11-23"},
        {"2月29日", "date 02-29"},
        {"2月30日", ""},
    };
    static const row leap[] = {
        {"2月29日", "date 2024-02-29"}, {"Feb. 29", "date 2024-02-29"}, {"29日", "date 2024-02-29"}};
    CHECK(new_year, "2022-01-02");
    CHECK(unknown, NULL);
    CHECK(leap, "2024-03-01");
}

static void test_tolls(void **state)
{
    (void)state;
    static const row rows[] = {
        {"16人死亡", "dead 16"},
        {"16 人死亡", "dead 16"},
        {"十六人死亡", "dead 16"},
        {"死亡人数升至16人", "dead 16"},
        {"死亡人数上升到16", "dead 16"},
        {"死亡人数从10人升至16人", "dead 16"},
        {"遇难人数增至16人", "dead 16"},
        {"造成16人死亡", "dead 16"},
        {"造成16人死亡，30人受伤", "dead 16; injured 30"},
        {"16死3伤", "dead 16; injured 3"},
        {"致16死30伤", "dead 16; injured 30"},
        {"三死两伤", "dead 3; injured 2"},
        {"至少16人遇难", "dead 16"},
        {"至少16人丧生", "dead 16"},
        {"16人身亡", "dead 16"},
        {"16名矿工遇难", "dead 16"},
        {"16名中国公民不幸遇难", "dead 16"},
        {"死者16名", "dead 16"},
        {"导致死亡16人、受伤30人", "dead 16; injured 30"},
        {"死亡16人，受伤30人，失踪5人", "dead 16; injured 30; missing 5"},
        {"30人受伤", "injured 30"},
        {"30人受轻伤", "injured 30"},
        {"30人轻伤", "injured 30"},
        {"12人重伤", "injured 12"},
        {"另有30人受伤", "injured 30"},
        {"3人失踪", "missing 3"},
        {"仍有3人失联", "missing 3"},
        {"新增死亡16例", "dead 16"},
        {"确诊病例300例死亡16例", "number 300; dead 16"},
        {"16人死亡30人受伤", "dead 16; injured 30"},
        {"16死", "dead 16"},
        {"逾百人死亡", "dead ~100"},
        {"超过300人死亡", "dead ~300"},
        {"100多人死亡", "dead ~100"},
        {"一人死亡", "dead 1"},
        {"两人死亡、三人受伤", "dead 2; injured 3"},
        {"16人死伤", "number 16"},
        {"16人被判死刑", "number 16"},
        {"16人生还", "number 16"},
        {"300名警察调查死亡案件", "number 300"},
        {"16人抗议同伴死亡", "number 16"},
        {"5人死亡16人被捕", "dead 5; number 16"},
        {"16 people killed", "dead 16"},
        {"kills 16", "dead 16"},
        {"crash kills 16 people", "dead 16"},
        {"killed at least 16", "dead 16"},
        {"killing as many as 16 people", "dead ~16"},
        {"at least 16 dead", "dead 16"},
        {"death toll rises to 16", "dead 16"},
        {"death toll from the quake has risen to 16", "dead 16"},
        {"the death toll rose from 10 to 16", "dead 16"},
        {"the death toll stands at 16", "dead 16"},
        {"a death toll of 16", "dead 16"},
        {"the number of deaths reached 16", "dead 16"},
        {"leaves 16 dead", "dead 16"},
        {"left 16 people dead", "dead 16"},
        {"killing sixteen", "dead 16"},
        {"16 were injured", "injured 16"},
        {"wounding 30", "injured 30"},
        {"30 injured", "injured 30"},
        {"30 others were injured", "injured 30"},
        {"two dead, three hurt", "dead 2; injured 3"},
        {"killed 16 and wounded 30", "dead 16; injured 30"},
        {"16 killed and 30 injured", "dead 16; injured 30"},
        {"killing 16 people and injuring 30 more", "dead 16; injured 30"},
        {"leaves 16 dead, 30 injured", "dead 16; injured 30"},
        {"16 miners were killed", "dead 16"},
        {"16 Chinese coal miners have died", "dead 16"},
        {"16 people, including three children, were killed", "dead 16"},
        {"claimed 16 lives", "dead 16"},
        {"claimed the lives of 16 people", "dead 16"},
        {"16 deaths", "dead 16"},
        {"16 people missing", "missing 16"},
        {"16 still missing", "missing 16"},
        {"one person was killed", "dead 1"},
        {"no one was killed", ""},
        {"one in five killed", ""},
        {"16 years after he was killed", "number 16"},
        {"killed 16 miles away", "number 16"},
        {"killed 16 years ago", "number 16"},
        {"16 people protest after killing", "number 16"},
        {"16 men killed 3", "number 16; dead 3"},
        {"a 16-year-old was killed", "number 16"},
        {"more than 300 people have been killed", "dead ~300"},
        {"16 of them died", "dead 16"},
        {"16 people on board were killed", "dead 16"},
        {"16 people who were killed", "dead 16"},
        {"16 death row inmates", "number 16"},
        {"2,000 people have died", "dead 2000"},
        {"2000 dead", "dead 2000"},
        {"resulting in 16 deaths and 30 injuries", "dead 16; injured 30"},
        {"a dozen people were killed", "dead ~12"},
        {"bombing killed 5, wounded 12", "dead 5; injured 12"},
        {"1.2万人死亡", "dead 12000"},
        {"12,000 people have died", "dead 12000"},
    };
    CHECK(rows, WEDNESDAY);
}

static void test_magnitudes_and_scores(void **state)
{
    (void)state;
    static const row rows[] = {
        {"6.2级", "magnitude 6.2"},
        {"6.2级地震", "magnitude 6.2"},
        {"里氏6.2级", "magnitude 6.2"},
        {"发生6.0级地震", "magnitude 6"},
        {"7级地震", "magnitude 7"},
        {"里氏7级", "magnitude 7"},
        {"震级为6.2", "magnitude 6.2"},
        {"六点二级地震", "magnitude 6.2"},
        {"magnitude 6.2", "magnitude 6.2"},
        {"magnitude-6.2", "magnitude 6.2"},
        {"6.2-magnitude", "magnitude 6.2"},
        {"a 6.2 magnitude earthquake", "magnitude 6.2"},
        {"a magnitude of 6.2", "magnitude 6.2"},
        {"a 6.2 earthquake", "magnitude 6.2"},
        {"measured 6.2 on the Richter scale", "magnitude 6.2"},
        {"magnitude 7 quake", "magnitude 7"},
        {"3-1", "score 3-1"},
        {"1-3", "score 3-1"},
        {"3–1", "score 3-1"},
        {"3比1", "score 3-1"},
        {"3 比 1", "score 3-1"},
        {"三比一", "score 3-1"},
        {"1:3", "score 3-1"},
        {"3：1", "score 3-1"},
        {"2-0 win", "score 2-0"},
        {"0比0", "score 0-0"},
        {"112-105", "score 112-105"},
        {"112比105", "score 112-105"},
        {"105:112", "score 112-105"},
        {"6-4, 7-5", "score 6-4; score 7-5"},
        {"beat them 3-1 on Tuesday", "score 3-1; date 2021-11-23"},
        {"3-5 years", ""},
        {"50-60 people", "number 60"},
        {"300-400人", "number 400"},
        {"3-5年", ""},
        {"3-1-2", ""},
        {"2比特币", ""},
        {"1比1.2", "number 1.2"},
    };
    CHECK(rows, WEDNESDAY);
}

static void test_whole_sentences(void **state)
{
    (void)state;
    static const row rows[] = {
        {"当地时间23日，该国东部发生6.2级地震，已造成至少16人死亡、300多人受伤，经济损失超过3000万美元。",
         "date 2021-11-23; magnitude 6.2; dead 16; injured ~300; money usd ~30000000"},
        {"A magnitude 6.2 earthquake struck the east on Tuesday, killing at least 16 people, injuring more than 300 "
         "and "
         "causing over $30 million in damage.",
         "magnitude 6.2; date 2021-11-23; dead 16; injured ~300; money usd ~30000000"},
        {"公司第三季度营收37.6亿元，同比增长百分之五，净利润1,786.6万元。",
         "money cny 3760000000; percent 5; money cny 17866000"},
        {"Third-quarter revenue rose 5 percent to 3.76 billion yuan, with a net profit of 17.866 million yuan.",
         "percent 5; money cny 3760000000; money cny 17866000"},
        {"主队以3比1战胜对手，现场观众4万人。", "score 3-1; number 40000"},
        {"The hosts won 3-1 before a crowd of 40,000.", "score 3-1; number 40000"},
        {"央行宣布下调利率25个基点至3.5%。", "percent 0.25; percent 3.5"},
        {"The central bank cut its rate by 25 basis points to 3.5%.", "percent 0.25; percent 3.5"},
        {"2021年11月23日上午10时30分，第15届博览会在3号馆开幕，来自36个国家的1200家企业参展。",
         "date 2021-11-23; number 36; number 1200"},
        {"The 15th expo opened in hall 3 at 10:30 a.m. on Nov. 23, 2021, with 1,200 companies from 36 countries.",
         "date 2021-11-23; number 1200; number 36"},
    };
    CHECK(rows, WEDNESDAY);
}

/* ------------------------------------------------------------ in two texts */

typedef struct pair {
    const char *zh, *en;
    double least, most; /* agreement of the first quantities */
} pair;

#define SAME   1.0, 1.0
#define NEARLY 0.5, 0.99
#define HARDLY 0.05, 0.49
#define NOT    0.0, 0.0

static void test_agreement(void **state)
{
    (void)state;
    static const pair pairs[] = {
        {"37.6亿", "3.76 billion", SAME},
        {"37.6亿", "3.8 billion", NEARLY},
        {"37.6亿", "3.7 billion", NOT},
        {"37.6亿", "3.9 billion", NOT},
        {"37.6亿", "376 million", NOT},
        {"37.6亿", "3.76 million", NOT},
        {"37.6亿元", "3.76 billion yuan", SAME},
        {"37.6亿元", "$3.76 billion", NOT},
        {"37.6亿元", "3.76 billion", NEARLY},
        {"37.6亿", "3.76 billion yuan", NEARLY},
        {"37.6亿元", "¥3.76 billion", NEARLY},
        {"3,000万美元", "$30 million", SAME},
        {"3000万美元", "$30m", SAME},
        {"2960万美元", "$30 million", NEARLY},
        {"2600万美元", "$30 million", NOT},
        {"3040万美元", "$30 million", NEARLY},
        {"3000万美元", "30 million euros", NOT},
        {"11月23日", "Nov 23", SAME},
        {"11月23日", "November 23, 2021", SAME},
        {"11月23日", "Nov 22", HARDLY},
        {"11月23日", "Nov 21", NOT},
        {"11月23日", "Oct 23", NOT},
        {"11月23日", "23 November 2020", NOT},
        {"周二", "Tuesday", SAME},
        {"23日", "Tuesday", SAME},
        {"昨天", "Tuesday", SAME},
        {"今天", "yesterday", HARDLY},
        {"百分之五", "5 percent", SAME},
        {"5%", "five per cent", SAME},
        {"5.4%", "5 percent", NEARLY},
        {"5.6%", "5 percent", NOT},
        {"2.1%", "2.3%", NOT},
        {"5%", "5 million", NOT},
        {"百分之三点二", "3.2%", SAME},
        {"25个基点", "0.25 percentage points", SAME},
        {"零点二", "0.2", SAME},
        {"两千人", "2,000", SAME},
        {"两千人", "two thousand", SAME},
        {"1,786.6万", "17.866 million", SAME},
        {"1,786.6万", "17.9 million", NEARLY},
        {"1,786.6万", "18 million", NEARLY},
        {"1,786.6万", "17 million", NOT},
        {"16人死亡", "kills 16", SAME},
        {"16人死亡", "kills 17", NOT},
        {"16人死亡", "16 injured", NOT},
        {"16人死亡", "16 missing", NOT},
        {"16人", "16 dead", NEARLY},
        {"逾百人死亡", "kills 112", NEARLY},
        {"逾百人死亡", "kills 312", NOT},
        {"超过3000人", "3,120", NEARLY},
        {"超过3000人", "3,900", NOT},
        {"3000人", "3,120", NOT},
        {"2998人", "nearly 3,000", NEARLY},
        {"300余人受伤", "more than 300 injured", SAME},
        {"6.2级地震", "magnitude 6.2", SAME},
        {"6.2级地震", "magnitude 6.1", NEARLY},
        {"6.2级地震", "magnitude 7.0", NOT},
        {"6.0级地震", "magnitude 6 quake", SAME},
        {"3比1", "3-1", SAME},
        {"3比1", "1-3", SAME},
        {"3比1", "3-2", NOT},
        {"3比1", "13", NOT},
        {"1.2万亿日元", "1.2 trillion yen", SAME},
        {"1.2万亿日元", "1.2 trillion won", NOT},
        {"500亿卢比", "50 billion rupees", SAME},
        {"25亿欧元", "€2.5bn", SAME},
        {"十几万人", "120,000 people", NEARLY},
        {"16人死亡", "Nov 16", NOT},
        {"16%", "16 ships", NOT},
        {"6.2级地震", "6.2 million", NOT},
        {"3亿5000万", "350 million", SAME},
        {"1.5万", "15,000", SAME},
    };
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        found zh = find_most(pairs[i].zh, WEDNESDAY, MOST), en = find_most(pairs[i].en, WEDNESDAY, MOST);
        if (zh.count != 1 || en.count != 1) fail_msg("'%s', '%s': one quantity each", pairs[i].zh, pairs[i].en);
        double agreement = ss_quantity_agreement(zh.quantity, en.quantity);
        assert_true(agreement == ss_quantity_agreement(en.quantity, zh.quantity));
        if (agreement >= pairs[i].least && agreement <= pairs[i].most) continue;
        print_error("'%s' ~ '%s': %.3f, not %.2f..%.2f\n", pairs[i].zh, pairs[i].en, agreement, pairs[i].least,
                    pairs[i].most);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void test_agreement_of_dates_without_year(void **state)
{
    (void)state;
    found known = find_most("11月23日", WEDNESDAY, MOST), unknown = find_most("Nov 23", NULL, MOST);
    found other = find_most("Nov 24", NULL, MOST), again = find_most("11月23日", NULL, MOST);
    double agreement = ss_quantity_agreement(known.quantity, unknown.quantity);
    assert_true(agreement > 0.5 && agreement < 1.0);
    assert_true(ss_quantity_agreement(unknown.quantity, known.quantity) == agreement);
    assert_true(ss_quantity_agreement(known.quantity, other.quantity) == 0.0);
    assert_true(ss_quantity_agreement(unknown.quantity, again.quantity) == 1.0);
}

/* The same number has the same bits however it is written. */
static void test_equal_bits(void **state)
{
    (void)state;
    static const char *const groups[][5] = {
        {"37.6亿", "3.76 billion", "3,760,000,000", "3760 million", "0.00376万亿"},
        {"1,786.6万", "17.866 million", "17,866,000", "0.17866亿", "17866 thousand"},
        {"0.1亿", "10 million", "1000万", "一千万", "ten million"},
        {"1.23456789亿", "123,456,789", "123.456789 million", "12345.6789万", "0.123456789 billion"},
        {"0.3%", "百分之零点三", "0.30 percent", "千分之三", "30个基点"},
    };
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
        found first = find_most(groups[g][0], NULL, MOST);
        assert_int_equal(first.count, 1);
        for (size_t i = 1; i < 5; i++) {
            found f = find_most(groups[g][i], NULL, MOST);
            assert_int_equal(f.count, 1);
            if (memcmp(&f.quantity[0].value, &first.quantity[0].value, sizeof(double)) != 0)
                fail_msg("'%s' and '%s' differ", groups[g][0], groups[g][i]);
        }
    }
}

static double information(const char *text)
{
    found f = find_most(text, WEDNESDAY, MOST);
    return f.count > 0 ? ss_quantity_information(&f.quantity[0]) : 0.0;
}

static void test_information(void **state)
{
    (void)state;
    assert_true(information("7") == 0.0);
    assert_true(information("2021") == 0.0);
    assert_true(information("3000人") < 2.0);
    assert_true(information("1,786.6万") > 8.0);
    assert_true(information("37.6亿元") > information("37.6亿"));
    assert_true(information("37亿") < information("37.6亿"));
    assert_true(information("11月24日") < 1.0);
    assert_true(information("11月23日") < 1.0);
    assert_true(information("11月20日") > information("11月23日"));
    assert_true(information("5月20日") > information("11月20日"));
    assert_true(information("kills 16") > information("kills 2"));
    assert_true(information("5%") < information("5.3%"));
    assert_true(information("112-105") > information("3-1"));
    assert_true(information("magnitude 6.2") > information("magnitude 6"));
}

static void test_places_in_text(void **state)
{
    (void)state;
    found f = find_most("about US$30 million was lost", NULL, MOST);
    assert_int_equal(f.count, 1);
    assert_int_equal(f.quantity[0].begin, 6);
    assert_int_equal(f.quantity[0].end, 19);
    f = find_most("损失3000万美元", NULL, MOST);
    assert_int_equal(f.quantity[0].begin, 2);
    assert_int_equal(f.quantity[0].end, 9);
    f = find_most("5%，约5%，6%", NULL, MOST); /* each once, the exact one counts */
    assert_int_equal(f.count, 2);
    assert_false(f.quantity[0].about);
    f = find_most("约5%，5%", NULL, MOST);
    assert_int_equal(f.count, 1);
    assert_false(f.quantity[0].about);
    assert_int_equal(find_most("5%，6%，7%", NULL, 2).count, 2);
    assert_int_equal(find_most("5%，6%，7%", NULL, 0).count, 0);
}

/* ----------------------------------------------------------------- any text */

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static void test_random_pieces(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "3",        "16",        "2021",  "0",       "00",       ",",       ".",     " ",      "-",    ":",     "/",
        "%",        "月",        "日",    "年",      "万",       "亿",      "千",    "百",     "十",   "两",    "点",
        "几",       "多",        "人",    "死",      "伤",       "死亡",    "受伤",  "百分之", "周",   "星期",  "下",
        "比",       "至",        "号",    "元",      "美元",     "级",      "地震",  "may",    "nov",  "th",    "m",
        "per cent", "a",         "half",  "and",     "million",  "hundred", "dozen", "killed", "toll", "death", "from",
        "to",       "of",        "in",    "tuesday", "next",     "$",       "us$",   "rmb",    "€",    "x",     "\n",
        "，",       "magnitude", "one",   "sixteen", "today",    "上月",    "半",    "第",     "约",   "成",    "基点",
        "points",   "including", "lives", "\xff",    "\xe4\xb8", "é",       "‰",
    };
    enum { COUNT = sizeof pieces / sizeof *pieces };
    uint64_t seed = 7;
    for (int round = 0; round < 20000; round++) {
        char text[400] = "";
        size_t used = 0;
        for (uint64_t k = next_random(&seed) % 16; k > 0; k--)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", pieces[next_random(&seed) % COUNT],
                                     next_random(&seed) % 2 == 0 ? " " : "");
        find_most(text, next_random(&seed) % 3 == 0 ? NULL : WEDNESDAY, next_random(&seed) % (MOST + 1));
    }
}

static void test_random_characters(void **state)
{
    (void)state;
    uint64_t seed = 11;
    ss_folded text[64];
    static const int32_t days[] = {0, 18955, -800000, INT32_MIN, INT32_MAX, 2899999, -699999};
    for (int round = 0; round < 20000; round++) {
        size_t length = next_random(&seed) % 64;
        for (size_t i = 0; i < length; i++) {
            uint64_t kind = next_random(&seed) % 6;
            text[i] = (ss_folded)(next_random(&seed) % 0x110000) | (ss_folded)(kind % 3) << 24; /* no digit */
            if (kind == 1) text[i] = (ss_folded)('0' + next_random(&seed) % 10) | (ss_folded)SS_CLASS_DIGIT << 24;
            if (kind == 2) text[i] = (ss_folded)('a' + next_random(&seed) % 26) | (ss_folded)SS_CLASS_LETTER << 24;
            if (kind == 3) text[i] = (ss_folded)(0x4e00 + next_random(&seed) % 64) | (ss_folded)SS_CLASS_HAN << 24;
            if (kind >= 4) text[i] = (ss_folded)(0x20 + next_random(&seed) % 32);
        }
        find_folded(text, length, days[next_random(&seed) % 7], MOST);
    }
}

static void test_long_runs(void **state)
{
    (void)state;
    static const char *const pieces[] = {"9",      "0",   "9.",      "9,999", "一",       "千",  "亿",   "1-",
                                         "1:1",    "a",   "a ",      "one ",  "hundred ", "3亿", "十月", "11月",
                                         "2021年", "， ", "killed ", "16人",  "may 5",    "周一"};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        char text[12001] = "";
        size_t length = strlen(pieces[i]), used = 0;
        for (; used + length < 12000; used += length)
            memcpy(text + used, pieces[i], length);
        text[used] = '\0';
        find_most(text, WEDNESDAY, MOST);
    }
    assert_int_equal(find_most("1亿亿亿亿亿亿", NULL, MOST).count, 0);
    assert_int_equal(find_most("123456789012345678901234567890人", NULL, MOST).count, 0);
    assert_int_equal(find_most("999999999999999万亿", NULL, MOST).count, 0);
}

static int make_fold(void **state)
{
    (void)state;
    fold = tiny_fold();
    return 0;
}

static int free_fold(void **state)
{
    (void)state;
    ss_fold_free(fold);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_traps),
        cmocka_unit_test(test_percentages),
        cmocka_unit_test(test_money),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_day_of_publication),
        cmocka_unit_test(test_tolls),
        cmocka_unit_test(test_magnitudes_and_scores),
        cmocka_unit_test(test_whole_sentences),
        cmocka_unit_test(test_agreement),
        cmocka_unit_test(test_agreement_of_dates_without_year),
        cmocka_unit_test(test_equal_bits),
        cmocka_unit_test(test_information),
        cmocka_unit_test(test_places_in_text),
        cmocka_unit_test(test_random_pieces),
        cmocka_unit_test(test_random_characters),
        cmocka_unit_test(test_long_runs),
    };
    return cmocka_run_group_tests(tests, make_fold, free_fold);
}
