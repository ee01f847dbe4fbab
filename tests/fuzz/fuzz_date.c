#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "language.h"
#include "standalone.h"

/* What is parsed and written must be parsed to the same again. */
static void check(ss_date date)
{
    char text[SS_DATE_TEXT_SIZE];
    ss_date_format(date, text);
    ss_date again;
    if (!ss_date_parse(&again, text, strlen(text)) || again.seconds != date.seconds ||
        again.precision != date.precision || again.zone_minutes != date.zone_minutes)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    ss_date date;
    if (ss_date_parse(&date, text, size)) check(date);
    const ss_date_custom customs[] = {{.order = SS_ORDER_DAY_FIRST, .short_years = true, .year = 2021},
                                      {.order = SS_ORDER_MONTH_FIRST, .minguo = true}};
    for (size_t i = 0; i < sizeof customs / sizeof *customs; i++)
        if (ss_date_parse_in(&date, &customs[i], text, size)) check(date);
    if (ss_date_parse_unix(&date, text, size)) check(date);
    if (ss_date_find(&date, NULL, text, size)) check(date);
    if (ss_date_find_in_url(&date, text, size)) check(date);
    ss_lang_detect(text, size);
    return 0;
}
