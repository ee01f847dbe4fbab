#include "page_custom.h"

#include <string.h>
#include <strings.h>

#include "ascii.h"
#include "date_token.h"

static bool is_one_of(const char *code, const char *const *codes)
{
    for (; *codes != NULL; codes++)
        if (strcasecmp(code, *codes) == 0) return true;
    return false;
}

/* Where news in English put the day first; elsewhere that is so in nearly all languages but English. */
static ss_date_order order_of_country(const char *code)
{
    static const char *const day_first[] = {"gb", "uk", "au", "nz", "ie", "in", "za", "sg", "hk",
                                            "mo", "my", "pk", "ng", "ke", "gh", "lk", "bd", "mt",
                                            "jm", "tt", "zw", "ug", "tz", "bw", NULL};
    static const char *const month_first[] = {"us", "ph", "mil", "gov", "edu", NULL};
    if (is_one_of(code, day_first)) return SS_ORDER_DAY_FIRST;
    return is_one_of(code, month_first) ? SS_ORDER_MONTH_FIRST : SS_ORDER_UNKNOWN;
}

/* The last label of the host: "uk" of https://www.example.co.uk/a. */
static void find_country(char code[4], const char *url)
{
    code[0] = '\0';
    const char *host = url != NULL ? strstr(url, "://") : NULL;
    if (host == NULL) return;
    host += 3;
    size_t length = strcspn(host, "/:?#"), last = length;
    while (last > 0 && host[last - 1] != '.')
        last--;
    if (last == 0 || length - last > 3) return;
    memcpy(code, host + last, length - last);
    code[length - last] = '\0';
}

/* The order that the first numbers such as 23/11/2021 or 11/23/2021 show. */
static ss_date_order order_of_numbers(const char *text, size_t length)
{
    for (size_t i = 1; i + 6 < length; i++) {
        bool mark = text[i] == '/' || text[i] == '-' || text[i] == '.';
        if (!mark || !ss_is_digit(text[i - 1]) || !ss_is_digit(text[i + 1])) continue;
        size_t start = i - 1 - (i > 1 && ss_is_digit(text[i - 2]));
        ss_date_order order;
        if (start > 0 && ss_is_digit(text[start - 1])) continue;
        if (ss_date_tell_order(&order, text + start, length - start) && order != SS_ORDER_UNKNOWN) return order;
    }
    return SS_ORDER_UNKNOWN;
}

/* The order of the first date with a month in letters: 23 November 2021, November 23, 2021. */
static ss_date_order order_of_words(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bool starts = ss_is_letter(text[i]) && (i == 0 || !ss_is_letter(text[i - 1]));
        ss_date_token word, next;
        if (!starts) continue;
        ss_date_read_token(&word, text, length, i);
        if (word.kind != SS_TOKEN_MONTH) continue;
        size_t behind = word.end + (word.end < length && (text[word.end] == '.' || text[word.end] == ','));
        ss_date_read_token(&next, text, length, behind);
        if (next.kind != SS_TOKEN_NUMBER) continue;
        bool before = (i > 1 && text[i - 1] == ' ' && ss_is_digit(text[i - 2])) ||
                      (i > 3 && text[i - 1] == ' ' && ss_is_letter(text[i - 2]) && ss_is_digit(text[i - 4]));
        if (next.digits == 4 && before) return SS_ORDER_DAY_FIRST;
        if (next.digits <= 2 && !before) return SS_ORDER_MONTH_FIRST;
    }
    return SS_ORDER_UNKNOWN;
}

void ss_page_custom(ss_date_custom *out, const ss_page *page, const ss_page_head *head, const char *url, ss_lang lang)
{
    const char *text = page->text.data;
    size_t length = page->text.length;
    char country[4];
    find_country(country, url);
    *out = (ss_date_custom){.order = order_of_numbers(text, length), .short_years = lang == SS_LANG_EN};
    out->minguo = strcasecmp(head->region, "tw") == 0 || strcasecmp(country, "tw") == 0;
    if (out->order == SS_ORDER_UNKNOWN) out->order = order_of_country(head->region);
    if (out->order == SS_ORDER_UNKNOWN) out->order = order_of_country(country);
    if (out->order == SS_ORDER_UNKNOWN) out->order = order_of_words(text, length);
    if (out->order == SS_ORDER_UNKNOWN) out->order = lang == SS_LANG_EN ? SS_ORDER_MONTH_FIRST : SS_ORDER_DAY_FIRST;
}

int32_t ss_page_year(const char *url)
{
    int32_t year = 0, month;
    return url != NULL && ss_date_find_month_in_url(&year, &month, url, strlen(url)) ? year : 0;
}
