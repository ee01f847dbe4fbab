#include "match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match_cuda.h"
#include "match_tile.h"
#include "status.h"

const ss_matcher *const ss_matchers[] = {
#if defined(SS_CUDA)
    &ss_matcher_cuda,     &ss_matcher_cuda_portable, &ss_matcher_cublas,
#endif
#if defined(__x86_64__)
    &ss_matcher_amx,      &ss_matcher_avx512,        &ss_matcher_avxvnni,
    &ss_matcher_avx2,
#endif
#if defined(__aarch64__) && defined(__linux__)
    &ss_matcher_neon,
#endif
    &ss_matcher_openblas, &ss_matcher_scalar,        NULL,
};

const char *ss_matcher_name(size_t index)
{
    for (const ss_matcher *const *matcher = ss_matchers; *matcher != NULL; matcher++) {
        if ((*matcher)->available() && index-- == 0) return (*matcher)->name;
    }
    return NULL;
}

static ss_status fail_unknown(const char *name, bool of_one_kind, bool cuda)
{
    char names[256] = "";
    size_t length = 0;
    for (const ss_matcher *const *matcher = ss_matchers; *matcher != NULL && length < sizeof names; matcher++) {
        if ((of_one_kind && (*matcher)->cuda != cuda) || !(*matcher)->available()) continue;
        length +=
            (size_t)snprintf(names + length, sizeof names - length, "%s%s", length > 0 ? ", " : "", (*matcher)->name);
    }
    return ss_fail(SS_ERROR_ARGUMENT, "there is no matcher '%s'%s: use one of %s", name,
                   !of_one_kind ? ""
                   : cuda       ? " for CUDA devices"
                                : " for the CPU",
                   names);
}

static ss_status find(const ss_matcher **out, const char *name, bool of_one_kind, bool cuda)
{
    *out = NULL;
    for (const ss_matcher *const *matcher = ss_matchers; *matcher != NULL; matcher++) {
        if (name != NULL && strcmp(name, (*matcher)->name) != 0) continue;
        if (of_one_kind && (*matcher)->cuda != cuda) continue;
        if ((*matcher)->available()) {
            *out = *matcher;
            return SS_OK;
        }
        if (name != NULL) return ss_fail(SS_ERROR_DEVICE, "the matcher '%s' can't run on this machine", name);
    }
    if (name == NULL) return ss_fail(SS_ERROR_DEVICE, "no matcher can run on this machine");
    return fail_unknown(name, of_one_kind, cuda);
}

ss_status ss_matcher_find(const ss_matcher **out, const char *name)
{
    return find(out, name, false, false);
}

ss_status ss_matcher_find_on(const ss_matcher **out, const char *name, bool cuda)
{
    return find(out, name, true, cuda);
}

void ss_neighbours_clear(ss_neighbours *neighbours)
{
    free(neighbours->found);
    free(neighbours->item);
    *neighbours = (ss_neighbours){0};
}

static ss_status check_side(const ss_side *side, const ss_match_options *options)
{
    if (side->count >= UINT32_MAX)
        return ss_fail(SS_ERROR_ARGUMENT, "%zu articles in one set: at most %u can be matched", side->count,
                       UINT32_MAX - 1);
    if (options->window_days < 0) return SS_OK;
    for (size_t row = 1; row < side->count; row++) {
        if (side->day[row] < side->day[row - 1])
            return ss_fail(SS_ERROR_ARGUMENT, "row %zu is of an earlier day than the one before: sort the rows by day",
                           row);
    }
    return SS_OK;
}

ss_status ss_match_check(const ss_side *a, const ss_side *b, const ss_match_options *options)
{
    if (options->dimension < 1 || options->dimension > SS_MAX_DIMENSION)
        return ss_fail(SS_ERROR_ARGUMENT, "sketches of dimension %d: must be 1 to %d", options->dimension,
                       SS_MAX_DIMENSION);
    if (options->window_days < -1)
        return ss_fail(SS_ERROR_ARGUMENT, "a window of %d days: must be 0 or more, or -1 for all",
                       options->window_days);
    if (options->self && (a->count != b->count || a->vector != b->vector || a->norm != b->norm))
        return ss_fail(SS_ERROR_ARGUMENT, "a set is to be matched with itself, but two sets are given");
    SS_TRY(check_side(a, options));
    return options->self ? SS_OK : check_side(b, options);
}

ss_status ss_match_check_threshold(double threshold)
{
    if (threshold > 0) return SS_OK; /* not so for NAN */
    return ss_fail(SS_ERROR_ARGUMENT, "a threshold of %g: must be above 0", threshold);
}

/* ------------------------------------------------------------------ band */

/* The first row of that day or a later one. */
static size_t lower_bound(const ss_side *side, int64_t day)
{
    size_t begin = 0, end = side->count;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (side->day[middle] < day) {
            begin = middle + 1;
        } else {
            end = middle;
        }
    }
    return begin;
}

static ss_range range_from(size_t first, size_t begin, size_t end)
{
    if (begin < first) begin = first;
    return (ss_range){begin, end > begin ? end : begin};
}

ss_band ss_band_of_row(const ss_side *a, size_t row, const ss_side *b, const ss_match_options *options)
{
    size_t first = options->self ? row + 1 : 0;
    if (options->window_days < 0 || a->day[row] == SS_NO_DAY)
        return (ss_band){range_from(first, 0, b->count), {b->count, b->count}};

    int64_t day = a->day[row], window = options->window_days;
    size_t undated = lower_bound(b, SS_NO_DAY);
    size_t begin = lower_bound(b, day - window), end = lower_bound(b, day + window + 1);
    if (end > undated) end = undated;
    return (ss_band){range_from(first, begin, end), range_from(first, undated, b->count)};
}
