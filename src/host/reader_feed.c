#include "reader_feed.h"

#include <string.h>

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

/* Notes the end of the source in the piece being made. */
static ss_status close_source(ss_feed *feed)
{
    feed->bytes_before += ss_source_bytes(feed->source);
    ss_source_free(feed->source);
    feed->source = NULL;
    return ss_piece_note(feed->piece, SS_NOTE_CLOSED, SS_OK, feed->path);
}

/* Opens the source of feed->path on top of `stream`. */
static ss_status open_source(ss_feed *feed, ss_stream *stream)
{
    SS_TRY(ss_source_open(&feed->source, stream, feed->path, &feed->piece_job));
    SS_TRY(ss_piece_note(feed->piece, SS_NOTE_OPENED, SS_OK, feed->path));
    const char *text;
    size_t length;
    ss_source_peek(feed->source, &text, &length);
    feed->format = ss_format_tell(text, length, feed->path);
    if (feed->format == SS_FORMAT_NONE) {
        SS_TRY(close_source(feed));
        return ss_fail(SS_ERROR_INPUT, "%s: empty file", feed->path);
    }
    if (feed->format != SS_FORMAT_JSONL) return SS_OK;
    ss_status status = ss_format_check_lines(text, length, feed->path);
    if (status != SS_OK) SS_TRY(close_source(feed));
    return status;
}

ss_status ss_feed_open_memory(ss_feed *feed, const char *name, const void *bytes, size_t length, const ss_job *job)
{
    ss_feed_open(feed, NULL, job);
    feed->path = name;
    ss_stream *stream;
    SS_TRY(ss_piece_new(&feed->piece));
    SS_TRY(ss_stream_open_memory(&stream, name, bytes, length));
    return open_source(feed, stream);
}

/* The next file; feed->source stays NULL past the last. */
static ss_status open_next(ss_feed *feed)
{
    feed->path = NULL;
    if (feed->files == NULL) return SS_OK;
    SS_TRY(ss_files_next(feed->files, &feed->path));
    if (feed->path == NULL) return SS_OK;
    ss_stream *stream;
    SS_TRY(ss_stream_open(&stream, feed->path, &feed->piece_job));
    return open_source(feed, stream);
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
    feed->bytes_before += ss_source_bytes(feed->source);
    ss_source_free(feed->source);
    feed->source = NULL;
    return SS_OK;
}

/* Fills the piece: opens the next file if there is none open, and reads from it. *more is false past the last. */
static ss_status fill(ss_feed *feed, bool *more)
{
    *more = true;
    if (feed->source == NULL) SS_TRY(open_next(feed));
    *more = feed->source != NULL;
    if (!*more) return SS_OK;
    ss_piece *piece = feed->piece;
    piece->format = feed->format;
    piece->encoding = *ss_source_encoding(feed->source);
    return feed->format == SS_FORMAT_JSONL ? read_lines(feed) : read_document(feed);
}

ss_status ss_feed_next(ss_feed *feed, ss_piece **out)
{
    *out = NULL;
    if (feed->piece == NULL) SS_TRY(ss_piece_new(&feed->piece));
    bool more;
    ss_status status = fill(feed, &more);
    if (status != SS_OK) ss_piece_note_failure(feed->piece, status);
    if (status == SS_OK && !more) return SS_OK;
    ss_piece *piece = feed->piece;
    feed->piece = NULL;
    piece->bytes = feed->bytes_before + (feed->source != NULL ? ss_source_bytes(feed->source) : 0);
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
    ss_source_free(feed->source);
    ss_files_free(feed->files);
    ss_piece_free(feed->piece);
}
