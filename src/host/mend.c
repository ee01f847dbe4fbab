#include "mend.h"

#include <string.h>

#include "status.h"

static size_t count_replaced(const char *text, size_t length)
{
    size_t count = 0;
    const char *end = text + length;
    for (const char *at = text; (at = memchr(at, 0xef, (size_t)(end - at))) != NULL; at++)
        count += end - at >= 3 && memcmp(at, "\xef\xbf\xbd", 3) == 0;
    return count;
}

static void tell_damage(const ss_mender *mender, const ss_damage *damage, const char *text, uint64_t line)
{
    size_t line_start = 0;
    for (size_t i = 0; i < damage->first; i++) {
        if (text[i] != '\n') continue;
        line_start = i + 1;
        line++;
    }
    size_t column = damage->first - line_start + 1;
    if (damage->sequences > 0)
        ss_tell_warning(mender->job,
                        "%s:%llu: damaged UTF-8 in %zu places, read as U+FFFD; the first at byte %zu of the line",
                        mender->name, (unsigned long long)line, damage->sequences, column);
    if (damage->nuls > 0)
        ss_tell_warning(mender->job, "%s:%llu: %zu NUL bytes, read as spaces; the first at byte %zu of the line",
                        mender->name, (unsigned long long)line, damage->nuls, column);
}

ss_status ss_mender_run(ss_mender *mender, char **text, size_t *length, uint64_t line)
{
    bool converted = strcmp(mender->encoding->name, "UTF-8") != 0;
    size_t replaced = converted ? count_replaced(*text, *length) : 0;
    if (replaced > 0)
        ss_tell_warning(mender->job, "%s:%llu: %zu characters are damaged or not in %s, read as U+FFFD", mender->name,
                        (unsigned long long)line, replaced, mender->encoding->name);
    if (ss_utf8_sound(*text, *length) == *length) return SS_OK;

    ss_damage damage;
    SS_TRY(ss_utf8_repair(&mender->mended, &damage, *text, *length));
    SS_TRY(ss_buffer_append(&mender->mended, "", 1));
    tell_damage(mender, &damage, *text, line);
    *text = mender->mended.data;
    *length = mender->mended.length - 1;
    return SS_OK;
}

void ss_mender_clear(ss_mender *mender)
{
    ss_buffer_free(&mender->mended);
}
