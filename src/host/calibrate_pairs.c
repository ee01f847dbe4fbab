#include "calibrate_pairs.h"

#include <stdlib.h>

#include "date.h"
#include "status.h"

#define BLOCK_DAYS 7
#define NO_EVENT   UINT64_MAX
#define NO_BLOCK   INT64_MIN

/* ----------------------------------------------------------------- taking */

static ss_languages languages_of(const ss_result *result, const ss_judged *pair)
{
    ss_lang a = result->articles.item[pair->a].lang, b = result->articles.item[pair->b].lang;
    if (a != b) return SS_ZH_EN;
    return a == SS_LANG_ZH ? SS_ZH_ZH : SS_EN_EN;
}

static ss_status take_file(ss_samples *samples, ss_gold_use *use, const ss_result *result, const ss_verdicts *verdicts,
                           size_t file, bool left_out)
{
    use->borderline += verdicts->borderline;
    use->missing += verdicts->missing;
    for (size_t i = 0; i < verdicts->count; i++) {
        const ss_judged *pair = &verdicts->pair[i];
        const ss_link *link = ss_result_find_link(result, pair->a, pair->b);
        if (link == NULL) {
            use->not_near[pair->label]++;
            continue;
        }
        ss_sample sample = {.link = (size_t)(link - result->link),
                            .a = pair->a,
                            .b = pair->b,
                            .label = pair->label,
                            .left_out = left_out};
        sample.languages = languages_of(result, pair);
        /* Every gold file numbers its events anew. */
        sample.event = pair->event == SS_NO_EVENT ? NO_EVENT : (uint64_t)file << 56 | (uint64_t)pair->event;
        SS_TRY(ss_grow((void **)&samples->item, &samples->capacity, samples->count + 1, sizeof *samples->item));
        samples->item[samples->count++] = sample;
    }
    return SS_OK;
}

/* By pair; of one pair those left out first, then the likelier label. */
static int compare_samples(const void *left, const void *right)
{
    const ss_sample *a = left, *b = right;
    if (a->a != b->a) return a->a < b->a ? -1 : 1;
    if (a->b != b->b) return a->b < b->b ? -1 : 1;
    if (a->left_out != b->left_out) return a->left_out ? -1 : 1;
    if (a->label != b->label) return a->label > b->label ? -1 : 1;
    return (a->event > b->event) - (a->event < b->event);
}

/* A pair that is to test must not be learnt from in another file. */
static void drop_repeated(ss_samples *samples, ss_calibration *out, const ss_result *result, const ss_job *job)
{
    size_t kept = 0;
    if (samples->count > 1) qsort(samples->item, samples->count, sizeof *samples->item, compare_samples);
    for (size_t i = 0; i < samples->count; i++) {
        const ss_sample *next = &samples->item[i], *last = kept > 0 ? &samples->item[kept - 1] : NULL;
        ss_gold_use *use = next->left_out ? &out->left_out : &out->learnt;
        if (last != NULL && last->a == next->a && last->b == next->b) {
            use->repeated++;
            if (last->label != next->label)
                ss_tell_warning(job, "the pair of '%s' and '%s' has two labels in the gold files; one is passed over",
                                result->articles.item[next->a].id, result->articles.item[next->b].id);
            continue;
        }
        use->used[next->languages][next->label]++;
        samples->item[kept++] = *next;
    }
    samples->count = kept;
}

ss_status ss_samples_take(ss_samples *samples, ss_calibration *out, const ss_result *result, const ss_gold *gold,
                          const ss_calibrate_options *options, const ss_job *job)
{
    for (size_t i = 0; i < options->gold_count + options->left_out_count; i++) {
        bool left_out = i >= options->gold_count;
        const char *path = left_out ? options->left_out[i - options->gold_count] : options->gold[i];
        ss_verdicts verdicts;
        SS_TRY(ss_gold_find(&verdicts, &gold[i], result, path, job));
        ss_gold_use *use = left_out ? &out->left_out : &out->learnt;
        ss_status status = take_file(samples, use, result, &verdicts, i, left_out);
        ss_verdicts_clear(&verdicts);
        SS_TRY(status);
    }
    drop_repeated(samples, out, result, job);
    return SS_OK;
}

/* ----------------------------------------------------------------- groups */

/* Articles that report the same, by the gold pairs, have one root: the first of them, which is the earliest. */
static uint32_t root_of(uint32_t *group, uint32_t row)
{
    while (group[row] != row)
        row = group[row] = group[group[row]];
    return row;
}

static void unite(uint32_t *group, uint32_t a, uint32_t b)
{
    a = root_of(group, a);
    b = root_of(group, b);
    group[a > b ? a : b] = a < b ? a : b;
}

static int compare_events(const void *left, const void *right)
{
    const ss_sample *const *a = left, *const *b = right;
    return ((*a)->event > (*b)->event) - ((*a)->event < (*b)->event);
}

static void unite_articles(uint32_t *group, const ss_samples *samples, const ss_sample **by_event)
{
    size_t numbered = 0;
    for (size_t i = 0; i < samples->count; i++) {
        const ss_sample *s = &samples->item[i];
        if (s->label == SS_LABEL_SAME || s->event != NO_EVENT) unite(group, s->a, s->b);
        if (s->event != NO_EVENT) by_event[numbered++] = s;
    }
    if (numbered > 1) qsort(by_event, numbered, sizeof *by_event, compare_events);
    for (size_t i = 1; i < numbered; i++)
        if (by_event[i]->event == by_event[i - 1]->event) unite(group, by_event[i]->a, by_event[i - 1]->a);
}

/* ------------------------------------------------------------------ folds */

/* Week of a group's earliest article. Rows are in the order of time, undated last. */
static int64_t block_of(const ss_result *result, uint32_t root)
{
    ss_date date = result->articles.item[root].published;
    if (date.precision == SS_DATE_NONE) return NO_BLOCK;
    int32_t day = ss_date_day(date);
    return (day - (day < 0 ? BLOCK_DAYS - 1 : 0)) / BLOCK_DAYS;
}

/* The group that a pair goes with: of its two the one that begins first. */
static uint32_t group_of(uint32_t *group, const ss_sample *s)
{
    uint32_t a = root_of(group, s->a), b = root_of(group, s->b);
    return a < b ? a : b;
}

static int compare_numbers(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static size_t count_different(int64_t *number, size_t count)
{
    if (count > 1) qsort(number, count, sizeof *number, compare_numbers);
    size_t different = count > 0;
    for (size_t i = 1; i < count; i++)
        different += number[i] != number[i - 1];
    return different;
}

static void set_folds(ss_samples *samples, ss_calibration *out, const ss_result *result, uint32_t *group,
                      int64_t *scratch, int folds)
{
    size_t count = 0, dated = 0;
    for (size_t i = 0; i < samples->count; i++)
        if (!samples->item[i].left_out) scratch[count++] = group_of(group, &samples->item[i]);
    out->groups = count_different(scratch, count);
    for (size_t i = 0; i < samples->count; i++) {
        const ss_sample *s = &samples->item[i];
        int64_t block = block_of(result, group_of(group, s));
        if (!s->left_out && block != NO_BLOCK) scratch[dated++] = block;
    }
    out->by_week = count_different(scratch, dated) >= (size_t)folds;
    for (size_t i = 0; i < samples->count; i++) {
        uint32_t root = group_of(group, &samples->item[i]);
        int64_t block = out->by_week ? block_of(result, root) : NO_BLOCK;
        uint64_t whole = block != NO_BLOCK ? (uint64_t)block : UINT64_C(1) << 32 | root;
        samples->item[i].fold = (uint32_t)(ss_hash_mix(whole) % (uint64_t)folds);
    }
}

ss_status ss_samples_divide(ss_samples *samples, ss_calibration *out, const ss_result *result, int folds)
{
    size_t articles = result->articles.count;
    uint32_t *group = malloc((articles + 1) * sizeof *group);
    int64_t *scratch = malloc((samples->count + 1) * sizeof *scratch);
    const ss_sample **by_event = malloc((samples->count + 1) * sizeof *by_event);
    ss_status status = SS_OK;
    if (group == NULL || scratch == NULL || by_event == NULL) {
        status = ss_fail_memory(articles * sizeof *group + samples->count * (sizeof *scratch + sizeof *by_event));
    } else {
        for (size_t i = 0; i < articles; i++)
            group[i] = (uint32_t)i;
        unite_articles(group, samples, by_event);
        set_folds(samples, out, result, group, scratch, folds);
    }
    free(group);
    free(scratch);
    free(by_event);
    return status;
}
