#include "inputs.h"

#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "ids.h"
#include "match.h"
#include "reader.h"
#include "sketch_ahead.h"
#include "status.h"

#define MOST_TOLD 20 /* of ids that were read before; the rest is counted */

/* ------------------------------------------------------------ which are wanted */

static void note_day(cli_inputs *inputs, int32_t day)
{
    if (day != SS_NO_DAY && day > inputs->last_day) inputs->last_day = day;
}

static bool is_wanted(cli_inputs *inputs, const ss_article *article)
{
    int32_t day = ss_date_day(article->published);
    note_day(inputs, day);
    if (inputs->from_day == SS_COVERS_ALL) return true;
    inputs->undated += day == SS_NO_DAY;
    return day != SS_NO_DAY && day >= inputs->from_day;
}

/* *again: an article of this id is there already. */
static ss_status check_id(cli_inputs *inputs, const ss_article *article, const ss_job *job, bool *again)
{
    const char *earlier = NULL;
    if (inputs->ids != NULL) SS_TRY(ss_ids_add(inputs->ids, article->id, article->origin, &earlier));
    *again = earlier != NULL;
    if (!*again) return SS_OK;
    inputs->counts.skipped++;
    if (job->strict)
        return ss_fail(SS_ERROR_INPUT, "%s: the id \"%s\" was read before, at %s", article->origin, article->id, earlier);
    if (++inputs->again <= MOST_TOLD)
        ss_tell_warning(job, "%s: the id \"%s\" was read before, at %s; skipped", article->origin, article->id, earlier);
    return SS_OK;
}

static void count(cli_inputs *inputs, const ss_article *article)
{
    ss_reader_counts *counts = &inputs->counts;
    counts->read++;
    counts->zh += article->lang == SS_LANG_ZH;
    counts->en += article->lang == SS_LANG_EN;
    counts->other += article->lang == SS_LANG_OTHER;
    counts->undated += article->published.precision == SS_DATE_NONE;
}

/* Moves an article to the list, if it is wanted and new. */
static ss_status take(cli_inputs *inputs, ss_article *article, const ss_job *job, bool *taken)
{
    bool again;
    *taken = false;
    if (!is_wanted(inputs, article)) return SS_OK;
    SS_TRY(check_id(inputs, article, job, &again));
    if (again) return SS_OK;
    count(inputs, article);
    *taken = true;
    return ss_articles_push(&inputs->articles, article);
}

/* -------------------------------------------------------------------- archives */

typedef struct part_taker {
    cli_inputs *inputs;
    const ss_job *job;
} part_taker;

static ss_status take_part(void *context, ss_result *part, size_t begin)
{
    const part_taker *taker = context;
    (void)begin;
    SS_TRY(ss_check_cancelled(taker->job));
    ss_tell_progress(taker->job, "read", taker->inputs->counts.read, 0);
    for (size_t i = 0; i < part->articles.count; i++) {
        bool taken;
        SS_TRY(take(taker->inputs, &part->articles.item[i], taker->job, &taken));
        if (taken) SS_TRY(ss_sketches_push(&taker->inputs->sketches, part, i));
    }
    return SS_OK;
}

/* Batches that are passed over whole; at the articles of the others is_wanted() looks. */
static void note_batches(cli_inputs *inputs, const ss_archive *archive)
{
    for (size_t i = 0; i < ss_archive_batch_count(archive); i++) {
        const ss_batch *batch = ss_archive_batch(archive, i);
        note_day(inputs, batch->last_day);
        if (!ss_batch_reaches(batch, inputs->from_day)) inputs->undated += batch->undated;
    }
}

static ss_status read_archive(cli_inputs *inputs, const char *path, const ss_job *job)
{
    part_taker taker = {inputs, job};
    ss_archive *archive;
    if (inputs->ids == NULL) SS_TRY(ss_ids_new(&inputs->ids));
    inputs->archives = true;
    SS_TRY(ss_archive_open(&archive, path, false));
    ss_status status = ss_archive_check_model(archive, inputs->model);
    if (status == SS_OK) note_batches(inputs, archive);
    if (status == SS_OK) status = ss_archive_each_part(archive, inputs->from_day, take_part, &taker);
    ss_archive_close(archive);
    inputs->counts.files++;
    return status;
}

/* ----------------------------------------------------------------------- files */

/* All that the reader gives is taken: where it stands tells what has been. */
static bool takes_all(const cli_inputs *inputs)
{
    return !inputs->archives && inputs->from_day == SS_COVERS_ALL;
}

/* The next article, which is sketched with others while those behind it are read; past the last all have been sketched. */
static ss_status take_next(cli_inputs *inputs, ss_reader *reader, ss_sketch_ahead *ahead, const ss_job *job, bool *more)
{
    ss_article article = {0};
    bool taken;
    SS_TRY(ss_reader_next(reader, &article, more));
    if (!*more) return ss_sketch_ahead_finish(ahead, &inputs->articles, &inputs->sketches);
    ss_status status = take(inputs, &article, job, &taken);
    ss_article_clear(&article);
    return status == SS_OK && taken ? ss_sketch_ahead_follow(ahead, &inputs->articles, &inputs->sketches) : status;
}

static ss_status take_all(cli_inputs *inputs, ss_reader *reader, const ss_job *job)
{
    ss_checkpoint *checkpoint = takes_all(inputs) ? inputs->checkpoint : NULL;
    ss_sketch_ahead *ahead;
    ss_status status = ss_sketch_ahead_new(&ahead, inputs->model, inputs->cuda, checkpoint, job);
    for (bool more = true; more && status == SS_OK;) {
        status = take_next(inputs, reader, ahead, job, &more);
        if (!ss_checkpoint_due(checkpoint, status)) continue;
        ss_reader_position position;
        ss_reader_tell(reader, &position);
        ss_checkpoint_save_articles(checkpoint, &inputs->articles, &inputs->sketches, &position);
    }
    ss_sketch_ahead_free(ahead);
    return status;
}

static ss_status read_files(cli_inputs *inputs, const char *const *path, size_t count, const cli_list *fields,
                            const ss_reader_position *position, const ss_job *job)
{
    const ss_reader_options options = {.fields = fields->item, .field_count = fields->count};
    ss_reader *reader;
    SS_TRY(ss_reader_open(&reader, path, count, &options, job));
    ss_ids_free(inputs->ids); /* from here on the reader looks */
    inputs->ids = NULL;
    ss_status status = ss_reader_resume(reader, position, &inputs->articles);
    if (status == SS_OK) status = take_all(inputs, reader, job);
    const ss_reader_counts *counts = ss_reader_get_counts(reader);
    if (takes_all(inputs)) {
        inputs->counts = *counts;
    } else {
        inputs->counts.files += counts->files;
        inputs->counts.bytes += counts->bytes;
        inputs->counts.skipped += counts->skipped;
    }
    ss_reader_free(reader);
    return status;
}

/* Archives are read at once; the rest stays in `path`. */
static ss_status read_archives(cli_inputs *inputs, const cli_call *call, const ss_job *job, const char **path,
                               size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < call->operand_count; i++) {
        if (ss_archive_is(call->operand[i]))
            SS_TRY(read_archive(inputs, call->operand[i], job));
        else
            path[(*count)++] = call->operand[i];
    }
    return SS_OK;
}

static ss_status check_some(const cli_inputs *inputs, const ss_job *job)
{
    if (inputs->again > MOST_TOLD)
        ss_tell_warning(job, "%llu more id%s read before; skipped",
                        (unsigned long long)(inputs->again - MOST_TOLD), ss_plural(inputs->again - MOST_TOLD, "s"));
    if (inputs->undated > 0)
        ss_tell_warning(job, "%llu article%s without a date, for which a run with --since has no place; left out",
                        (unsigned long long)inputs->undated, ss_plural(inputs->undated, "s"));
    bool dated = inputs->last_day != SS_COVERS_ALL;
    if (inputs->articles.count > 0 || (inputs->from_day != SS_COVERS_ALL && dated)) return SS_OK;
    if (inputs->undated > 0) return ss_fail(SS_ERROR_INPUT, "no article has a date, by which --since goes");
    return ss_fail(SS_ERROR_INPUT, "no article could be read from what was given (%llu skipped)",
                   (unsigned long long)inputs->counts.skipped);
}

ss_status cli_inputs_read(cli_inputs *inputs, const cli_call *call, const cli_list *fields, const ss_job *job)
{
    size_t count;
    ss_reader_position position;
    bool all;
    inputs->sketches.dimension = inputs->model->dimension;
    SS_TRY(ss_checkpoint_load_articles(inputs->checkpoint, &inputs->articles, &inputs->sketches, &position, &all));
    inputs->counts = position.counts;
    inputs->last_day = SS_COVERS_ALL;
    if (all) return SS_OK;
    const char **path = calloc(call->operand_count + 1, sizeof *path);
    if (path == NULL) return ss_fail_memory(call->operand_count * sizeof *path);
    ss_status status = read_archives(inputs, call, job, path, &count);
    if (status == SS_OK && count > 0) status = read_files(inputs, path, count, fields, &position, job);
    free(path);
    if (status == SS_OK) status = check_some(inputs, job);
    position.counts = inputs->counts;
    if (status == SS_OK) ss_checkpoint_end_articles(inputs->checkpoint, &inputs->articles, &inputs->sketches, &position);
    return status;
}

void cli_inputs_clear(cli_inputs *inputs)
{
    ss_articles_clear(&inputs->articles);
    ss_sketches_clear(&inputs->sketches);
    ss_ids_free(inputs->ids);
}
