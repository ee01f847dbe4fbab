#include "reader.h"

#include "han_set.h"
#include "ids.h"
#include "pipeline.h"
#include "reader_feed.h"
#include "status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROGRESS_EVERY 256
#define MOST_TOLD      20 /* of what was skipped in one file; the rest is counted */
#define MOST_WORKERS   16 /* one thread can't decompress for more of them */

struct ss_reader {
    const ss_job *job;
    bool strict;
    ss_field_names names;
    ss_feed feed;
    ss_ids *ids;           /* NULL: somebody else looks */
    ss_piece *piece;       /* being told; NULL: none */
    ss_pipeline *pipeline; /* NULL: not started, each piece is made and parsed when it is wanted */
    ss_status made;        /* of the last piece, OK or out of memory */
    bool began;
    char *path;     /* of the file that is open; NULL: none */
    uint64_t told;  /* skipped since a file was closed */
    ss_place place; /* of the piece that was handed out last */
    ss_reader_position resumed;
    ss_reader_counts counts;
    bool given[SS_FIELD_COUNT]; /* fields that some record held under the name that the user gave */
};

/* ---- opening and closing */

static ss_status new_reader(ss_reader **out, const ss_reader_options *options, const ss_job *job)
{
    ss_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) return ss_fail_memory(sizeof *reader);
    reader->job = job;
    reader->strict = job != NULL && job->strict;
    reader->feed.names = &reader->names;
    ss_status status = ss_han_sets_load();
    if (status == SS_OK)
        status = ss_field_names_set(&reader->names, options != NULL ? options->fields : NULL,
                                    options != NULL ? options->field_count : 0, options != NULL && options->only_given);
    if (status == SS_OK) status = ss_ids_new(&reader->ids);
    if (status != SS_OK) {
        ss_reader_free(reader);
        return status;
    }
    *out = reader;
    return SS_OK;
}

ss_status ss_reader_open(ss_reader **out, const char *const *paths, size_t path_count, const ss_reader_options *options,
                         const ss_job *job)
{
    *out = NULL;
    ss_reader *reader;
    ss_files *files;
    SS_TRY(new_reader(&reader, options, job));
    ss_status status = ss_files_open(&files, paths, path_count);
    if (status != SS_OK) {
        ss_reader_free(reader);
        return status;
    }
    ss_feed_open(&reader->feed, files, job);
    *out = reader;
    return SS_OK;
}

ss_status ss_reader_open_memory(ss_reader **out, const char *name, const void *bytes, size_t length,
                                const ss_reader_options *options, const ss_job *job)
{
    *out = NULL;
    ss_reader *reader;
    SS_TRY(new_reader(&reader, options, job));
    ss_status status = ss_feed_open_memory(&reader->feed, name, bytes, length, job);
    if (status != SS_OK) {
        ss_reader_free(reader);
        return status;
    }
    *out = reader;
    return SS_OK;
}

void ss_reader_leave_ids(ss_reader *reader)
{
    ss_ids_free(reader->ids);
    reader->ids = NULL;
}

/* The end of a file: how much of it was skipped beyond what has been told. */
static void close_file(ss_reader *reader)
{
    if (reader->told > MOST_TOLD && reader->path != NULL)
        ss_tell_warning(reader->job, "%s: %llu more skipped", reader->path,
                        (unsigned long long)(reader->told - MOST_TOLD));
    reader->told = 0;
    free(reader->path);
    reader->path = NULL;
}

void ss_reader_free(ss_reader *reader)
{
    if (reader == NULL) return;
    atomic_store(&reader->feed.stopped, true);
    ss_pipeline_free(reader->pipeline);
    ss_feed_close(&reader->feed);
    ss_piece_free(reader->piece);
    close_file(reader);
    ss_ids_free(reader->ids);
    free(reader);
}

const ss_reader_counts *ss_reader_get_counts(const ss_reader *reader)
{
    return &reader->counts;
}

/* ---- going on from where another reader was */

/* Whether all of this piece was handed out before the job was interrupted. */
static bool was_handed_out(const ss_reader *reader, const ss_place *place)
{
    const ss_place *resumed = &reader->resumed.place;
    return place->entry < resumed->entry || (place->entry == resumed->entry && place->piece < resumed->piece);
}

void ss_reader_tell(const ss_reader *reader, ss_reader_position *position)
{
    const ss_reader_position *resumed = &reader->resumed;
    *position = (ss_reader_position){.place = reader->place, .failed = reader->told, .counts = reader->counts};
    position->notes = reader->piece != NULL ? reader->piece->told : UINT64_MAX;
    bool there = reader->place.entry == resumed->place.entry && reader->place.piece == resumed->place.piece;
    /* Interrupted on its way to where the last one stood: from there on nothing has been counted. */
    if (was_handed_out(reader, &reader->place) || (there && position->notes <= resumed->notes)) *position = *resumed;
}

ss_status ss_reader_resume(ss_reader *reader, const ss_reader_position *position, const ss_articles *read)
{
    for (size_t i = 0; i < read->count; i++) {
        const char *earlier;
        SS_TRY(ss_ids_add(reader->ids, read->item[i].id, read->item[i].origin, &earlier));
    }
    reader->resumed = *position;
    reader->counts = position->counts;
    reader->told = position->failed;
    ss_feed_skip(&reader->feed, &position->place);
    return SS_OK;
}

/* ---- pieces */

static void *make_piece(void *context)
{
    ss_reader *reader = context;
    ss_piece *piece;
    reader->made = ss_feed_next(&reader->feed, &piece);
    return piece;
}

static void parse_piece(void *context, void *item)
{
    const ss_reader *reader = context;
    ss_piece *piece = item;
    if (was_handed_out(reader, &piece->place))
        ss_buffer_free(&piece->text);
    else
        ss_piece_parse(piece, &reader->names, reader->strict);
}

static void drop_piece(void *piece)
{
    ss_piece_free(piece);
}

static ss_status start_pipeline(ss_reader *reader)
{
    int threads = ss_job_threads(reader->job);
    const ss_pipeline_steps steps = {make_piece, parse_piece, drop_piece, reader};
    reader->feed.asks_job = false;
    return ss_pipeline_start(&reader->pipeline, &steps, threads < MOST_WORKERS ? threads : MOST_WORKERS);
}

/* Whether some of the piece was handed out before the job was interrupted. */
static bool is_old(const ss_reader *reader)
{
    const ss_place *place = &reader->piece->place, *resumed = &reader->resumed.place;
    return was_handed_out(reader, place) || (place->entry == resumed->entry && place->piece == resumed->piece);
}

/* Of these it only counts which file is open. */
static ss_status pass_over_old_notes(ss_reader *reader)
{
    ss_piece *piece = reader->piece;
    if (!is_old(reader)) return SS_OK;
    bool all = was_handed_out(reader, &piece->place);
    size_t old = all || reader->resumed.notes > piece->notes ? piece->notes : (size_t)reader->resumed.notes;
    for (; piece->told < old; piece->told++) {
        const ss_note *note = &piece->note[piece->told];
        if (note->kind == SS_NOTE_ARTICLE) ss_article_clear(&piece->articles.item[piece->handed_out++]);
        if (note->kind != SS_NOTE_OPENED && note->kind != SS_NOTE_CLOSED) continue;
        free(reader->path);
        reader->path = NULL;
        if (note->kind == SS_NOTE_OPENED) SS_TRY(ss_copy_text(&reader->path, note->message, strlen(note->message)));
    }
    return SS_OK;
}

/* The next piece, parsed; NULL past the last. The first is made here and now, since often there is no other; for the
 * others threads are started, if the job allows any. */
static ss_status next_piece(ss_reader *reader)
{
    bool threads = reader->began && ss_job_threads(reader->job) > 1;
    reader->began = true;
    if (threads && reader->pipeline == NULL) SS_TRY(start_pipeline(reader));
    if (reader->pipeline != NULL) {
        void *item;
        SS_TRY(ss_pipeline_take(reader->pipeline, reader->job, &item));
        reader->piece = item;
        if (item == NULL && reader->made != SS_OK) return ss_fail_memory(sizeof(ss_piece));
    } else {
        SS_TRY(ss_feed_next(&reader->feed, &reader->piece));
        if (reader->piece != NULL) parse_piece(reader, reader->piece);
    }
    if (reader->piece == NULL) return SS_OK;
    for (size_t i = 0; i < SS_FIELD_COUNT; i++)
        reader->given[i] |= reader->piece->given[i];
    reader->place = reader->piece->place;
    if (!was_handed_out(reader, &reader->place)) reader->counts.bytes = reader->piece->bytes;
    return pass_over_old_notes(reader);
}

/* ---- articles */

/* A feed holds many of the items that it held an hour ago: they are known by where they were read. */
static ss_status check_id(ss_reader *reader, ss_article *article)
{
    const char *earlier;
    if (reader->ids == NULL) return SS_OK;
    SS_TRY(ss_ids_add(reader->ids, article->id, article->origin, &earlier));
    if (earlier != NULL && reader->piece->format == SS_FORMAT_RSS) {
        free(article->id);
        SS_TRY(ss_copy_text(&article->id, article->origin, strlen(article->origin)));
        SS_TRY(ss_ids_add(reader->ids, article->id, article->origin, &earlier));
    }
    if (earlier == NULL) return SS_OK;
    return ss_fail(SS_ERROR_INPUT, "%s: the id \"%s\" was read before, at %s", article->origin, article->id, earlier);
}

static void count(ss_reader *reader, const ss_article *article)
{
    ss_reader_counts *counts = &reader->counts;
    counts->read++;
    counts->zh += article->lang == SS_LANG_ZH;
    counts->en += article->lang == SS_LANG_EN;
    counts->other += article->lang == SS_LANG_OTHER;
    counts->undated += article->published.precision == SS_DATE_NONE;
    if (counts->read % PROGRESS_EVERY == 0) ss_tell_progress(reader->job, "read", counts->read, 0);
}

/* A bad article or file: told and passed over, or the end of the job. */
static ss_status pass_over(ss_reader *reader, ss_status status)
{
    if (status != SS_ERROR_INPUT && status != SS_ERROR_IO) return status;
    reader->counts.skipped++;
    if (reader->strict) return ss_fail(SS_ERROR_INPUT, "%s", ss_last_error());
    /* Files that can't be opened belong to none, and each is told. */
    if (reader->path == NULL || reader->told < MOST_TOLD) ss_tell_warning(reader->job, "%s; skipped", ss_last_error());
    reader->told += reader->path != NULL;
    return SS_OK;
}

/* Does or says one thing that was noted; *found: an article was. */
static ss_status follow_note(ss_reader *reader, const ss_note *note, ss_article *article, bool *found)
{
    ss_piece *piece = reader->piece;
    switch (note->kind) {
    case SS_NOTE_OPENED:
        reader->counts.files++;
        free(reader->path);
        return ss_copy_text(&reader->path, note->message, strlen(note->message));
    case SS_NOTE_CLOSED:
        close_file(reader);
        return SS_OK;
    case SS_NOTE_WARNING:
        ss_tell_warning(reader->job, "%s", note->message);
        return SS_OK;
    case SS_NOTE_FAILURE:
        return ss_fail(note->status, "%s", note->message != NULL ? note->message : "out of memory");
    case SS_NOTE_ARTICLE:
        break;
    }
    ss_article *next = &piece->articles.item[piece->handed_out++];
    SS_TRY(check_id(reader, next));
    *article = *next;
    memset(next, 0, sizeof *next);
    *found = true;
    return SS_OK;
}

/* One step: an article (*found), or something else, or the end (*more false). */
static ss_status step(ss_reader *reader, ss_article *article, bool *found, bool *more)
{
    *found = false;
    *more = true;
    ss_piece *piece = reader->piece;
    if (piece != NULL && piece->told < piece->notes)
        return follow_note(reader, &piece->note[piece->told++], article, found);
    ss_piece_free(piece);
    reader->piece = NULL;
    SS_TRY(next_piece(reader));
    *more = reader->piece != NULL;
    return SS_OK;
}

/* A name of the user's that no record has: it may be mistyped. What was read before a job was resumed is not known. */
static void tell_idle_names(const ss_reader *reader)
{
    for (size_t i = 0; i < reader->names.count && reader->counts.read > 0 && reader->resumed.place.entry == 0; i++) {
        const ss_field_name *name = &reader->names.name[i];
        if (name->exact && !reader->given[name->field])
            ss_tell_warning(reader->job, "no record holds anything under \"%s\", the name given with --field",
                            name->text);
    }
}

ss_status ss_reader_next(ss_reader *reader, ss_article *article, bool *more)
{
    for (;;) {
        bool found = false;
        memset(article, 0, sizeof *article);
        ss_status status = ss_check_cancelled(reader->job);
        if (status == SS_OK) status = step(reader, article, &found, more);
        if (status == SS_OK && found) {
            count(reader, article);
            return SS_OK;
        }
        if (status == SS_OK && *more) continue;
        if (status == SS_OK) break;
        *more = false;
        SS_TRY(pass_over(reader, status));
    }
    tell_idle_names(reader);
    ss_tell_progress(reader->job, "read", reader->counts.read, 0);
    return SS_OK;
}
