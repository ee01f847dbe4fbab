/* How far two quantities agree, and how telling one is. */
#include <math.h>

#include "quantity_parts.h"

/* ------------------------------------------------------------- agreement */

/* Two numbers agree if the one with fewer figures may be the other one rounded; of two that are as rough the larger one.
 * A whole number of tens may have been rounded to two figures at least: 30 million is 29.6 million, not 26 million; only
 * "about" makes its zeros all open. */
static int reach_figures(const ss_quantity *q)
{
    return q->value >= 10.0 && !q->about && q->figures < 2 ? 2 : q->figures;
}

/* Bounded: values are below 1e41. */
static double unit_of_last_figure(double value, int figures)
{
    double unit = 1.0;
    for (int i = 0; i < 64 && unit * 10.0 <= value; i++)
        unit *= 10.0;
    for (int i = 0; i < 64 && unit > value; i++)
        unit /= 10.0;
    for (int i = 1; i < figures; i++)
        unit /= 10.0;
    return unit;
}

static double number_agreement(const ss_quantity *a, const ss_quantity *b)
{
    if (a->value == b->value) return 1.0;
    const ss_quantity *rough = a, *exact = b;
    int rough_figures = reach_figures(a), exact_figures = reach_figures(b);
    bool b_rougher = a->about == b->about ? b->value > a->value : b->about;
    if (rough_figures > exact_figures || (rough_figures == exact_figures && b_rougher)) {
        rough = b;
        exact = a;
        rough_figures = exact_figures;
    }
    if (rough->value <= 0.0 || exact->value <= 0.0) return 0.0;
    double unit = unit_of_last_figure(rough->value, rough_figures);
    double apart = fabs(a->value - b->value) / unit;
    double relative = fabs(a->value - b->value) / fmax(a->value, b->value);
    if (rough->about || exact->about) return apart < 1.0 && relative < 0.2 ? (1.0 - apart) * 0.9 : 0.0;
    /* 1e-9: the half that is rounded up is not exact in binary. */
    bool finer = reach_figures(a) != reach_figures(b);
    return finer && apart <= 0.5 + 1e-9 ? 1.0 - 0.4 * apart : 0.0;
}

/* A day to either side: where the sun rises later it is still yesterday. */
static double date_agreement(const ss_quantity *a, const ss_quantity *b)
{
    if (a->unit == b->unit) {
        double apart = fabs(a->value - b->value);
        bool next = a->unit == SS_DATE_FULL && apart == 1.0;
        return apart == 0.0 ? 1.0 : next ? 0.4 : 0.0;
    }
    const ss_quantity *full = a->unit == SS_DATE_FULL ? a : b, *of_year = full == a ? b : a;
    return (double)ss_day_of_year((int32_t)full->value) == of_year->value ? 0.9 : 0.0;
}

/* Two agencies measure one earthquake differently by a few tenths. */
static double magnitude_agreement(const ss_quantity *a, const ss_quantity *b)
{
    double tenths = fabs(round(a->value * 10.0) - round(b->value * 10.0));
    return tenths >= 5.0 ? 0.0 : 1.0 - tenths / 5.0;
}

static bool toll(ss_quantity_kind kind)
{
    return kind == SS_QUANTITY_DEAD || kind == SS_QUANTITY_INJURED || kind == SS_QUANTITY_MISSING;
}

/* A bare number may be what the other text names; it says less. */
static double kind_agreement(const ss_quantity *a, const ss_quantity *b)
{
    if (a->kind == b->kind) {
        if (a->kind != SS_QUANTITY_MONEY || a->unit == b->unit) return 1.0;
        return a->unit == SS_CURRENCY_UNKNOWN || b->unit == SS_CURRENCY_UNKNOWN ? 0.9 : 0.0;
    }
    if (a->kind != SS_QUANTITY_NUMBER && b->kind != SS_QUANTITY_NUMBER) return 0.0;
    ss_quantity_kind named = a->kind == SS_QUANTITY_NUMBER ? b->kind : a->kind;
    if (named == SS_QUANTITY_MONEY) return 0.8;
    return toll(named) ? 0.6 : 0.0;
}

double ss_quantity_agreement(const ss_quantity *a, const ss_quantity *b)
{
    double kinds = kind_agreement(a, b);
    if (kinds == 0.0) return 0.0;
    switch (a->kind) {
    case SS_QUANTITY_DATE:
        return date_agreement(a, b);
    case SS_QUANTITY_MAGNITUDE:
        return magnitude_agreement(a, b);
    case SS_QUANTITY_SCORE:
        return a->value == b->value ? 1.0 : 0.0;
    default:
        return kinds * number_agreement(a, b);
    }
}

/* ----------------------------------------------------------- information */

double ss_quantity_information(const ss_quantity *q)
{
    static const double number[] = {0.0, 1.0, 3.0, 6.0, 9.0, 11.0};
    int figures = q->figures < 5 ? q->figures : 5;
    switch (q->kind) {
    case SS_QUANTITY_NUMBER:
        return q->value < 10.0 && figures == 1 ? 0.2 : number[figures];
    case SS_QUANTITY_PERCENT:
        return figures == 1 ? 2.0 : fmin(number[figures] + 1.0, 7.0);
    case SS_QUANTITY_MONEY:
        return fmin(number[figures] + 2.0, 11.0);
    case SS_QUANTITY_DATE:
        return figures == 1 ? 0.5 : figures == 2 ? 2.0 : 4.0;
    case SS_QUANTITY_DEAD:
    case SS_QUANTITY_INJURED:
    case SS_QUANTITY_MISSING:
        if (q->value < 10.0) return q->value <= 1.0 ? 1.0 : q->value <= 3.0 ? 2.0 : 3.0;
        return fmin(number[figures] + 2.0, 9.0);
    case SS_QUANTITY_MAGNITUDE:
        return figures == 1 ? 2.0 : 4.0;
    case SS_QUANTITY_SCORE:
        return q->value < 10000.0 ? 2.5 : 5.0;
    }
    return 0.0;
}

/* ----------------------------------------------------------------- names */

const char *ss_quantity_kind_name(ss_quantity_kind kind)
{
    static const char *const names[] = {"",     "number",  "percent", "money",     "date",
                                        "dead", "injured", "missing", "magnitude", "score"};
    return (size_t)kind < sizeof names / sizeof *names ? names[kind] : "";
}

const char *ss_currency_name(ss_currency currency)
{
    static const char *const names[] = {"",    "usd", "cny", "eur", "jpy", "gbp", "hkd", "twd", "krw", "inr",
                                        "rub", "aud", "cad", "chf", "sgd", "nzd", "thb", "myr", "brl"};
    return (size_t)currency < sizeof names / sizeof *names ? names[currency] : "";
}
