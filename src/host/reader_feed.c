#include "reader_feed.h"

#include <string.h>

#include "reader_warc.h"
#include "status.h"

static bool was_stopped(void *user)
{
    const ss_feed *feed = user;
    if (!feed->asks_job) return atomic_load(&feed->stopped);
    return feed->job != NULL && feed->job->cancelled != NULL && feed->job->cancelled(feed->job->user);
}

static void note_warning(void *user, const char *message)
{
    ss_feed *feed = user;
    if (ss_piece_note(feed->piece, SS_NOTE_WARNING, SS_OK, message) != SS_OK)
        ss_piece_note_failure(feed->piece, SS_ERROR_MEMORY);
}

void ss_feed_open(ss_feed *feed, ss_files *files, const ss_job *job)
{
    feed->job = job;
    feed->files = files;
    feed->piece_job = (ss_job){.cancelled = was_stopped, .warning = note_warning, .user = feed};
    feed->asks_job = true;
    atomic_init(&feed->stopped, false);
}

/* Note the beginning and the end of a file in the piece being made; what lies in an archive is a part of one. */
static ss_status note_opened(ss_feed *feed)
{
    return feed->depth > 0 ? SS_OK : ss_piece_note(feed->piece, SS_NOTE_OPENED, SS_OK, feed->path);
}

static ss_status note_closed(ss_feed *feed)
{
    return feed->depth > 0 ? SS_OK : ss_piece_note(feed->piece, SS_NOTE_CLOSED, SS_OK, feed->path);
}

static uint64_t open_bytes(const ss_feed *feed)
{
    if (feed->warc != NULL) return ss_warc_bytes(feed->warc);
    return feed->source != NULL ? ss_source_bytes(feed->source) : 0;
}

static void free_open(ss_feed *feed)
{
    feed->bytes_before += open_bytes(feed);
    ss_source_free(feed->source);
    ss_warc_free(feed->warc);
    feed->source = NULL;
    feed->warc = NULL;
    ss_csv_clear(&feed->csv);
}

static ss_status close_source(ss_feed *feed)
{
    free_open(feed);
    return note_closed(feed);
}

/* Opens the text of feed->path. */
static ss_status open_text(ss_feed *feed, ss_stream *stream)
{
    SS_TRY(ss_source_open(&feed->source, stream, feed->path, &feed->piece_job));
    SS_TRY(note_opened(feed));
    const char *text;
    size_t length;
    ss_source_peek(feed->source, &text, &length);
    feed->format = ss_format_tell(text, length, feed->path);
    if (feed->format == SS_FORMAT_NONE) {
        SS_TRY(close_source(feed));
        return ss_fail(SS_ERROR_INPUT, "%s: empty file", feed->path);
    }
    feed->json = (ss_json_cutter){0};
    feed->looked = false;
    feed->csv.names = feed->names;
    feed->csv.job = &feed->piece_job;
    if (feed->format == SS_FORMAT_JSON) ss_json_cutter_begin(&feed->json, text, length);
    return SS_OK;
}

static ss_status open_container(ss_feed *feed, ss_stream *stream)
{
    if (feed->depth == SS_MOST_NESTED) {
        ss_stream_free(stream);
        return ss_fail(SS_ERROR_INPUT, "%s: an archive in an archive in an archive; unpack one of them first",
                       feed->path);
    }
    SS_TRY(ss_container_open(&feed->container[feed->depth], stream, feed->path));
    ss_status status = note_opened(feed);
    feed->depth++;
    return status;
}

static ss_status open_warc(ss_feed *feed, ss_stream *stream)
{
    feed->format = SS_FORMAT_WARC;
    feed->others = 0;
    SS_TRY(ss_warc_open(&feed->warc, stream, feed->path));
    return note_opened(feed);
}

/* Opens what `stream` holds, which it takes over: an archive, whose members come next, a web archive, or a text. */
static ss_status open_stream(ss_feed *feed, ss_stream *stream)
{
    const char *bytes;
    size_t length;
    ss_status status = ss_stream_peek(stream, &bytes, &length);
    const char *foreign = status == SS_OK ? ss_foreign_tell(bytes, length, feed->path) : NULL;
    if (foreign != NULL) status = ss_fail(SS_ERROR_INPUT, "%s: %s", feed->path, foreign);
    if (status != SS_OK) {
        ss_stream_free(stream);
        return status;
    }
    if (ss_container_tell(bytes, length)) return open_container(feed, stream);
    return ss_warc_tell(bytes, length) ? open_warc(feed, stream) : open_text(feed, stream);
}

ss_status ss_feed_open_memory(ss_feed *feed, const char *name, const void *bytes, size_t length, const ss_job *job)
{
    ss_feed_open(feed, NULL, job);
    feed->path = feed->file = name;
    feed->place.entry = 1;
    ss_stream *stream;
    SS_TRY(ss_piece_new(&feed->piece));
    SS_TRY(ss_stream_open_memory(&stream, name, bytes, length));
    return open_stream(feed, stream);
}

/* The next member of the innermost archive; at its end that is closed. */
static ss_status open_member(ss_feed *feed)
{
    ss_stream *member;
    const char *path = NULL;
    ss_status status = ss_container_next(feed->container[feed->depth - 1], &path, &member);
    if (path != NULL) feed->path = path;
    SS_TRY(status);
    if (member != NULL) return open_stream(feed, member);
    ss_container_free(feed->container[--feed->depth]);
    feed->path = feed->file;
    return note_closed(feed);
}

void ss_feed_skip(ss_feed *feed, const ss_place *place)
{
    feed->skip = place->entry > 0 ? place->entry - 1 : 0;
    feed->bytes_before = place->bytes_before;
}

static void tell_parts(ss_feed *feed)
{
    size_t parts = ss_files_take_parts(feed->files);
    if (parts > 0)
        ss_tell_warning(&feed->piece_job, "folders with parts of saved pages (X_files beside X.html): %zu passed over",
                        parts);
}

/* The next path, NULL past the last. What failed among those to be skipped has been told before. */
static ss_status next_entry(ss_feed *feed)
{
    for (;;) {
        ss_status status = ss_files_next(feed->files, &feed->file);
        if (status == SS_OK && feed->file == NULL) {
            tell_parts(feed);
            return SS_OK;
        }
        feed->place = (ss_place){.entry = feed->place.entry + 1, .bytes_before = feed->bytes_before};
        if (feed->place.entry > feed->skip || status == SS_ERROR_MEMORY) return status;
    }
}

/* The next file; *more is false past the last. */
static ss_status open_file(ss_feed *feed, bool *more)
{
    feed->path = feed->file = NULL;
    if (feed->files != NULL) SS_TRY(next_entry(feed));
    feed->path = feed->file;
    *more = feed->path != NULL;
    if (!*more) return SS_OK;
    ss_stream *stream;
    SS_TRY(ss_stream_open(&stream, feed->path, &feed->piece_job));
    return open_stream(feed, stream);
}

/* What the first records of a source tell of all of them, and what they leave to be guessed. */
static void look_at_records(ss_feed *feed)
{
    const ss_buffer *text = &feed->piece->text;
    ss_records_look look;
    if (!feed->looked && text->length > 0) {
        ss_json_look(&look, feed->names, text->data, text->length - 1);
        feed->looked = true;
        feed->dates = look.custom;
        if (look.unread[0] != '\0')
            ss_tell_warning(&feed->piece_job,
                            "%s: no text is read, as nothing is called \"%s\" or the like; if \"%s\" holds it, give "
                            "--field \"text=%s\"",
                            feed->path, feed->names->own[SS_FIELD_TEXT], look.unread, look.unread);
        if (look.unclear[0] != '\0')
            ss_tell_warning(&feed->piece_job,
                            "%s: dates such as \"%s\" are read month first, as none of the first ones tells the order; "
                            "write 2021-11-23",
                            feed->path, look.unclear);
    }
    feed->piece->dates = feed->dates;
}

/* Lines of the source into the piece; at their end it is closed. */
static ss_status read_lines(ss_feed *feed)
{
    ss_piece *piece = feed->piece;
    bool too_long;
    ss_status status = ss_source_lines(feed->source, &piece->text, &piece->line, &too_long);
    if (status == SS_OK && too_long)
        return ss_fail(SS_ERROR_INPUT, "%s:%llu: a line of more than %zu MiB", feed->path,
                       (unsigned long long)piece->line, SS_LONGEST_TEXT >> 20);
    if (status != SS_OK || piece->text.length == 0) SS_TRY(close_source(feed));
    if (status == SS_OK) look_at_records(feed);
    return status;
}

/* Records that are not lines into the piece, as lines. */
static ss_status read_records(ss_feed *feed)
{
    ss_piece *piece = feed->piece;
    bool over;
    ss_status status = feed->format == SS_FORMAT_JSON
                           ? ss_json_cut(&feed->json, feed->source, &piece->text, &piece->line, &over)
                           : ss_csv_cut(&feed->csv, feed->source, &piece->text, &piece->line, &over);
    if (over) SS_TRY(close_source(feed));
    if (status == SS_OK) look_at_records(feed);
    return status;
}

/* The whole source into the piece. What has been parsed notes its end itself. */
static ss_status read_document(ss_feed *feed)
{
    ss_status status = ss_source_rest(feed->source, &feed->piece->text);
    if (status != SS_OK) {
        feed->piece->text.length = 0;
        SS_TRY(close_source(feed));
        return status;
    }
    feed->piece->closes_file = feed->depth == 0;
    free_open(feed);
    return SS_OK;
}

/* The next page of a web archive into the piece; at its end it is closed. */
static ss_status read_record(ss_feed *feed)
{
    for (;;) {
        ss_warc_record record;
        SS_TRY(ss_warc_next(feed->warc, &record));
        if (record.bytes == NULL) break;
        ss_capture capture = ss_record_tell(&record);
        feed->others += capture == SS_CAPTURE_OTHER;
        if (capture != SS_CAPTURE_PAGE) continue;
        if (record.too_long)
            return ss_fail(SS_ERROR_INPUT, "%s#%llu: longer than %zu MiB, which no article is", feed->path,
                           (unsigned long long)record.number, SS_LONGEST_TEXT >> 20);
        feed->piece->line = record.number;
        return ss_buffer_append(&feed->piece->text, record.bytes, record.length);
    }
    if (feed->others > 0)
        ss_tell_warning(&feed->piece_job,
                        "%s: redirections, errors, images and other answers that are no pages: %llu passed over",
                        feed->path, (unsigned long long)feed->others);
    return close_source(feed);
}

/* Fills the piece: opens what comes next if nothing is open, and reads from it. *more is false past the last. */
static ss_status fill(ss_feed *feed, bool *more)
{
    *more = true;
    while (*more && feed->source == NULL && feed->warc == NULL)
        SS_TRY(feed->depth > 0 ? open_member(feed) : open_file(feed, more));
    if (!*more) return SS_OK;
    ss_piece *piece = feed->piece;
    piece->format = feed->format;
    if (feed->warc != NULL) return read_record(feed);
    piece->encoding = *ss_source_encoding(feed->source);
    switch (feed->format) {
    case SS_FORMAT_JSONL:
        return read_lines(feed);
    case SS_FORMAT_JSON:
    case SS_FORMAT_CSV:
        return read_records(feed);
    default:
        return read_document(feed);
    }
}

/* Where the next piece begins; files without content may lie between that and its end. */
static ss_place next_place(const ss_feed *feed)
{
    if (feed->source != NULL || feed->warc != NULL || feed->depth > 0) return feed->place;
    uint64_t before = feed->place.entry > feed->skip ? feed->place.entry : feed->skip;
    return (ss_place){.entry = before + 1, .bytes_before = feed->bytes_before};
}

ss_status ss_feed_next(ss_feed *feed, ss_piece **out)
{
    *out = NULL;
    if (feed->piece == NULL) SS_TRY(ss_piece_new(&feed->piece));
    bool more;
    ss_place begin = next_place(feed);
    ss_status status = fill(feed, &more);
    if (status != SS_OK) ss_piece_note_failure(feed->piece, status);
    /* Archives of nothing leave no more than notes. */
    if (status == SS_OK && !more && feed->piece->notes == 0) return SS_OK;
    ss_piece *piece = feed->piece;
    feed->piece = NULL;
    piece->place = begin;
    feed->place.piece++;
    piece->bytes = feed->bytes_before + open_bytes(feed);
    if (feed->path != NULL) {
        ss_status copied = ss_copy_text(&piece->path, feed->path, strlen(feed->path));
        if (copied != SS_OK) {
            ss_buffer_free(&piece->text);
            ss_piece_note_failure(piece, copied);
        }
    }
    *out = piece;
    return SS_OK;
}

void ss_feed_close(ss_feed *feed)
{
    free_open(feed);
    while (feed->depth > 0)
        ss_container_free(feed->container[--feed->depth]);
    ss_files_free(feed->files);
    ss_piece_free(feed->piece);
}
