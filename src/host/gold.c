#include "gold.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "status.h"

static ss_status parse_label(ss_label *label, const char *text)
{
    static const struct {
        const char *name;
        ss_label label;
    } known[] = {{"same", SS_LABEL_SAME},
                 {"duplicate", SS_LABEL_SAME},
                 {"related", SS_LABEL_RELATED},
                 {"different", SS_LABEL_DIFFERENT}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(text, known[i].name) != 0) continue;
        *label = known[i].label;
        return SS_OK;
    }
    return ss_fail(SS_ERROR_INPUT, "the third column is '%.40s', not same, related, different or duplicate", text);
}

/* Words that mean nothing here are for the people who made the labels. */
static ss_status parse_note(ss_gold_pair *pair, char *note)
{
    char *place;
    for (char *word = strtok_r(note, ";", &place); word != NULL; word = strtok_r(NULL, ";", &place)) {
        if (strcmp(word, "borderline") == 0) pair->borderline = true;
        if (strncmp(word, "ev=", 3) != 0) continue;
        char *end;
        errno = 0;
        pair->event = strtoll(word + 3, &end, 10);
        if (end == word + 3 || *end != '\0' || errno != 0 || pair->event < 0)
            return ss_fail(SS_ERROR_INPUT, "'%.40s' in the note names no event; write ev= and its number", word);
    }
    return SS_OK;
}

static ss_status take_pair(void *context, const ss_line *line)
{
    ss_gold *gold = context;
    char *field[4];
    size_t fields = ss_split_tabs(line->text, field, 4);
    if (fields < 3 || *field[0] == '\0' || *field[1] == '\0')
        return ss_fail(SS_ERROR_INPUT, "a gold pair is two ids, label and note with tabs between them");
    if (strcmp(field[0], field[1]) == 0) return ss_fail(SS_ERROR_INPUT, "a gold pair of an article with itself");
    ss_gold_pair pair = {.event = SS_NO_EVENT};
    SS_TRY(parse_label(&pair.label, field[2]));
    if (fields == 4) SS_TRY(parse_note(&pair, field[3]));
    SS_TRY(ss_grow((void **)&gold->pair, &gold->capacity, gold->count + 1, sizeof *gold->pair));
    SS_TRY(ss_copy_text(&pair.a, field[0], strlen(field[0])));
    ss_status status = ss_copy_text(&pair.b, field[1], strlen(field[1]));
    if (status != SS_OK) {
        free(pair.a);
        return status;
    }
    gold->pair[gold->count++] = pair;
    return SS_OK;
}

ss_status ss_gold_read(ss_gold *gold, const char *path, const ss_job *job)
{
    return ss_lines_read(path, take_pair, gold, job);
}

void ss_gold_clear(ss_gold *gold)
{
    for (size_t i = 0; i < gold->count; i++) {
        free(gold->pair[i].a);
        free(gold->pair[i].b);
    }
    free(gold->pair);
    *gold = (ss_gold){0};
}

/* -------------------------------------------------------------- articles */

typedef struct named_row {
    const char *id;
    uint32_t row;
} named_row;

static int compare_names(const void *left, const void *right)
{
    const named_row *a = left, *b = right;
    return strcmp(a->id, b->id);
}

static ss_judged judge(const ss_articles *articles, const ss_gold_pair *pair, uint32_t a, uint32_t b)
{
    ss_lang lang_a = articles->item[a].lang, lang_b = articles->item[b].lang;
    bool turned = lang_a == SS_LANG_EN && lang_b == SS_LANG_ZH;
    if (lang_a == lang_b) turned = a > b;
    return (ss_judged){turned ? b : a, turned ? a : b, pair->event, pair->label};
}

static void find_all(ss_verdicts *out, const ss_gold *gold, const ss_articles *articles, const named_row *names,
                     const char *path, const ss_job *job)
{
    const char *first_missing = NULL;
    for (size_t i = 0; i < gold->count; i++) {
        const ss_gold_pair *pair = &gold->pair[i];
        named_row key[2] = {{pair->a, 0}, {pair->b, 0}};
        const named_row *a = bsearch(&key[0], names, articles->count, sizeof *names, compare_names);
        const named_row *b = bsearch(&key[1], names, articles->count, sizeof *names, compare_names);
        if (a == NULL || b == NULL) {
            if (first_missing == NULL) first_missing = a == NULL ? pair->a : pair->b;
            out->missing++;
        } else if (pair->borderline) {
            out->borderline++;
        } else {
            out->pair[out->count++] = judge(articles, pair, a->row, b->row);
        }
    }
    if (first_missing != NULL)
        ss_tell_warning(job,
                        "%s: %zu of %zu pairs left out: they name articles that are not there, the first is '%s' (the "
                        "id of a file is its path as given)",
                        path, out->missing, gold->count, first_missing);
}

ss_status ss_gold_find(ss_verdicts *out, const ss_gold *gold, const ss_result *result, const char *path,
                       const ss_job *job)
{
    const ss_articles *articles = &result->articles;
    named_row *names = malloc((articles->count + 1) * sizeof *names);
    *out = (ss_verdicts){.pair = malloc((gold->count + 1) * sizeof *out->pair)};
    if (names == NULL || out->pair == NULL) {
        free(names);
        ss_verdicts_clear(out);
        return ss_fail_memory(articles->count * sizeof *names + gold->count * sizeof *out->pair);
    }
    for (size_t i = 0; i < articles->count; i++)
        names[i] = (named_row){articles->item[i].id, (uint32_t)i};
    if (articles->count > 1) qsort(names, articles->count, sizeof *names, compare_names);
    find_all(out, gold, articles, names, path, job);
    free(names);
    return SS_OK;
}

void ss_verdicts_clear(ss_verdicts *verdicts)
{
    free(verdicts->pair);
    *verdicts = (ss_verdicts){0};
}
