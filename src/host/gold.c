#include "gold.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "status.h"

static const char *const label_names[] = {
    [SS_LABEL_DIFFERENT] = "different", [SS_LABEL_RELATED] = "related", [SS_LABEL_SAME] = "same"};

static ss_status parse_label(ss_label *label, const char *text)
{
    for (int i = SS_LABEL_DIFFERENT; i <= SS_LABEL_SAME; i++) {
        if (strcmp(text, label_names[i]) != 0) continue;
        *label = (ss_label)i;
        return SS_OK;
    }
    return ss_fail(SS_ERROR_INPUT, "the third column is '%.40s', not same, related or different", text);
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
        return ss_fail(SS_ERROR_INPUT, "a gold pair is zh_id, en_id, label and note with tabs between them");
    ss_gold_pair pair = {.event = SS_NO_EVENT};
    SS_TRY(parse_label(&pair.label, field[2]));
    if (fields == 4) SS_TRY(parse_note(&pair, field[3]));
    SS_TRY(ss_grow((void **)&gold->pair, &gold->capacity, gold->count + 1, sizeof *gold->pair));
    SS_TRY(ss_copy_text(&pair.zh, field[0], strlen(field[0])));
    ss_status status = ss_copy_text(&pair.en, field[1], strlen(field[1]));
    if (status != SS_OK) {
        free(pair.zh);
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
        free(gold->pair[i].zh);
        free(gold->pair[i].en);
    }
    free(gold->pair);
    *gold = (ss_gold){0};
}
