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
    if (ss_date_find(&date, text, size)) check(date);
    if (ss_date_find_in_url(&date, text, size)) check(date);
    ss_lang_detect(text, size);
    return 0;
}
