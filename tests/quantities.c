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
#include "quantities.h"
#include "tiny_model.h"

#define NOTE_MAX 512

static ss_fold *fold;

static int32_t day_of(const char *iso)
{
    ss_date date;
    if (iso == NULL) return SS_NO_DAY;
    assert_true(ss_date_parse(&date, iso, strlen(iso)));
    return ss_date_day(date);
}

found find_folded(const ss_folded *folded, size_t length, int32_t published, size_t most)
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

found find_most(const char *text, const char *published, size_t most)
{
    ss_folded *folded = NULL;
    size_t length = 0, capacity = 0;
    assert_int_equal(ss_fold_text(fold, text, strlen(text), &folded, NULL, &length, &capacity), SS_OK);
    found out = find_folded(folded, length, day_of(published), most);
    free(folded);
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

void check_rows(const row *rows, size_t count, const char *published)
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

int make_quantity_fold(void **state)
{
    (void)state;
    fold = tiny_fold();
    return 0;
}

int free_quantity_fold(void **state)
{
    (void)state;
    ss_fold_free(fold);
    return 0;
}
