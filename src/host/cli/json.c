#include "json.h"

#include <math.h>

#include "date.h"
#include "status.h"

json_t *cli_json_text(const char *text)
{
    return text[0] != '\0' ? json_string(text) : json_null();
}

json_t *cli_json_number(double number)
{
    return isnan(number) ? json_null() : json_real(number);
}

json_t *cli_json_date(ss_date date)
{
    char text[SS_DATE_TEXT_SIZE];
    ss_date_format(date, text);
    return cli_json_text(text);
}

ss_status cli_print_json(json_t *object)
{
    if (object == NULL) return ss_fail(SS_ERROR_MEMORY, "out of memory");
    /* Seven digits are what a float holds. */
    json_dumpf(object, stdout, JSON_COMPACT | JSON_REAL_PRECISION(7));
    putchar('\n');
    json_decref(object);
    return SS_OK;
}

#define COLUMN(field)                                                                                                  \
    static double get_##field(const ss_link *link)                                                                     \
    {                                                                                                                  \
        return (double)link->field;                                                                                    \
    }

COLUMN(probability)
COLUMN(cosine)
COLUMN(margin)
COLUMN(title_cosine)
COLUMN(lead_cosine)
COLUMN(title_lead_cosine)
COLUMN(lead_title_cosine)
COLUMN(gap_ab)
COLUMN(gap_ba)
COLUMN(shared_terms)
COLUMN(covered_a)
COLUMN(covered_b)
COLUMN(shared_names)
COLUMN(shared_words)
COLUMN(in_common_a)
COLUMN(in_common_b)
COLUMN(shared_bits)
COLUMN(said_bits)
COLUMN(shared_numbers)
COLUMN(conflicting_numbers)
COLUMN(copied)
COLUMN(alone)
COLUMN(support)
COLUMN(others_a)
COLUMN(others_b)
COLUMN(length_ratio)
COLUMN(rank_ab)
COLUMN(rank_ba)
COLUMN(mutual)

static double get_days_later(const ss_link *link)
{
    return link->days_later == SS_DAYS_UNKNOWN ? (double)NAN : (double)link->days_later;
}

const cli_link_column cli_link_columns[] = {
    {"probability", false, get_probability},
    {"cosine", false, get_cosine},
    {"margin", false, get_margin},
    {"title_cosine", false, get_title_cosine},
    {"lead_cosine", false, get_lead_cosine},
    {"title_lead_cosine", false, get_title_lead_cosine},
    {"lead_title_cosine", false, get_lead_title_cosine},
    {"gap_ab", false, get_gap_ab},
    {"gap_ba", false, get_gap_ba},
    {"shared_terms", false, get_shared_terms},
    {"covered_a", false, get_covered_a},
    {"covered_b", false, get_covered_b},
    {"shared_names", false, get_shared_names},
    {"shared_words", false, get_shared_words},
    {"in_common_a", false, get_in_common_a},
    {"in_common_b", false, get_in_common_b},
    {"shared_bits", false, get_shared_bits},
    {"said_bits", false, get_said_bits},
    {"shared_numbers", false, get_shared_numbers},
    {"conflicting_numbers", false, get_conflicting_numbers},
    {"copied", false, get_copied},
    {"alone", false, get_alone},
    {"support", false, get_support},
    {"others_a", false, get_others_a},
    {"others_b", false, get_others_b},
    {"length_ratio", false, get_length_ratio},
    {"days_later", true, get_days_later},
    {"rank_ab", true, get_rank_ab},
    {"rank_ba", true, get_rank_ba},
    {"mutual", true, get_mutual},
    {NULL, false, NULL},
};

const char *cli_format_column(char *buffer, size_t size, const cli_link_column *column, const ss_link *link)
{
    double value = column->value(link);
    if (isnan(value))
        snprintf(buffer, size, "-");
    else
        snprintf(buffer, size, column->whole ? "%.0f" : "%.4f", value);
    return buffer;
}

json_t *cli_json_link(const ss_result *result, const ss_link *link)
{
    json_t *object =
        json_pack("{s:s, s:s, s:s}", "a", ss_result_article(result, link->a)->id, "b",
                  ss_result_article(result, link->b)->id, "relation", ss_relation_name((ss_relation)link->relation));
    bool whole = object != NULL;
    for (const cli_link_column *column = cli_link_columns; whole && column->name != NULL; column++) {
        double value = column->value(link);
        json_t *number = column->whole && !isnan(value) ? json_integer((json_int_t)value) : cli_json_number(value);
        whole = json_object_set_new(object, column->name, number) == 0;
    }
    if (whole) return object;
    json_decref(object);
    return NULL;
}

json_t *cli_json_evidence(const ss_testimonies *evidence, bool conflict)
{
    json_t *array = json_array();
    bool whole = array != NULL;
    for (size_t i = 0; i < evidence->count && whole; i++) {
        const ss_testimony *item = &evidence->item[i];
        if (item->conflict != conflict) continue;
        json_t *piece = json_pack("{s:s, s:s, s:s, s:f}", "kind", ss_testimony_kind_name(item->kind), "a", item->a, "b",
                                  item->b, "bits", (double)item->bits);
        whole = json_array_append_new(array, piece) == 0;
    }
    if (whole) return array;
    json_decref(array);
    return NULL;
}
