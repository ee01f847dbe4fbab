#include "calendar.h"

/* The year is taken to begin in March, so that the day that some years lack is its last. */

int64_t ss_days_from_civil(ss_civil date)
{
    int64_t year = date.year - (date.month <= 2);
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400, month = ((int64_t)date.month + 9) % 12;
    int64_t day_of_year = (153 * month + 2) / 5 + (int64_t)date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

ss_civil ss_civil_from_days(int64_t days)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    ss_civil date = {.month = (uint32_t)(month < 10 ? month + 3 : month - 9),
                     .day = (uint32_t)(day_of_year - (153 * month + 2) / 5 + 1)};
    date.year = year_of_era + era * 400 + (date.month <= 2);
    return date;
}

bool ss_civil_possible(ss_civil date)
{
    static const uint8_t month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (date.month < 1 || date.month > 12) return false;
    bool leap = (date.year % 4 == 0 && date.year % 100 != 0) || date.year % 400 == 0;
    return date.day >= 1 && date.day <= month_days[date.month - 1] + (uint32_t)(date.month == 2 && leap);
}
