#include "reader_piece.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language.h"
#include "mend.h"
#include "reader_warc.h"
#include "status.h"

ss_status ss_piece_new(ss_piece **out)
{
    *out = NULL;
    ss_piece *piece = calloc(1, sizeof *piece);
    if (piece == NULL) return ss_fail_memory(sizeof *piece);
    /* Room for one note at least: for a failure for want of memory. */
    ss_status status = ss_grow((void **)&piece->note, &piece->note_capacity, 8, sizeof *piece->note);
    if (status != SS_OK) {
        ss_piece_free(piece);
        return status;
    }
    *out = piece;
    return SS_OK;
}

void ss_piece_free(ss_piece *piece)
{
    if (piece == NULL) return;
    for (size_t i = 0; i < piece->notes; i++)
        free(piece->note[i].message);
    free(piece->note);
    free(piece->path);
    ss_buffer_free(&piece->text);
    ss_articles_clear(&piece->articles);
    free(piece);
}

ss_status ss_piece_note(ss_piece *piece, ss_note_kind kind, ss_status status, const char *message)
{
    /* One more than needed, so that there always is a place for a failure; a second one takes the place of the first. */
    SS_TRY(ss_grow((void **)&piece->note, &piece->note_capacity, piece->notes + 2, sizeof *piece->note));
    ss_note note = {.kind = kind, .status = status};
    if (message != NULL) SS_TRY(ss_copy_text(&note.message, message, strlen(message)));
    piece->note[piece->notes++] = note;
    return SS_OK;
}

void ss_piece_note_failure(ss_piece *piece, ss_status status)
{
    if (ss_piece_note(piece, SS_NOTE_FAILURE, status, ss_last_error()) == SS_OK) return;
    if (piece->notes == piece->note_capacity) {
        if (piece->notes == 0) return; /* not even the first note had room: the reader meets an empty piece */
        free(piece->note[--piece->notes].message);
    }
    piece->note[piece->notes++] = (ss_note){.kind = SS_NOTE_FAILURE, .status = SS_ERROR_MEMORY};
}

/* ---------------------------------------------------------------- parsing */

ss_status ss_article_detect_lang(ss_article *article)
{
    size_t title = article->title != NULL ? strlen(article->title) : 0;
    size_t text = article->text != NULL ? strlen(article->text) : 0;
    char *both = malloc(title + text + 2);
    if (both == NULL) return ss_fail_memory(title + text + 2);
    if (title > 0) memcpy(both, article->title, title);
    both[title] = '\n';
    if (text > 0) memcpy(both + title + 1, article->text, text);
    article->lang = ss_lang_detect(both, title + 1 + text);
    free(both);
    return SS_OK;
}

/* "path:line", "path#record" where records are no lines, or "path" for a document. */
static ss_status set_origin(const ss_piece *piece, ss_article *article, uint64_t line)
{
    bool lines = piece->format == SS_FORMAT_JSONL || piece->format == SS_FORMAT_CSV;
    if (line == 0) return ss_copy_text(&article->origin, piece->path, strlen(piece->path));
    size_t size = strlen(piece->path) + 24;
    article->origin = malloc(size);
    if (article->origin == NULL) return ss_fail_memory(size);
    snprintf(article->origin, size, "%s%c%llu", piece->path, lines ? ':' : '#', (unsigned long long)line);
    return SS_OK;
}

/* An article that has no id of its own is known by its address, or by where it was read. */
static ss_status set_id(ss_article *article)
{
    if (article->id != NULL && *article->id != '\0') return SS_OK;
    free(article->id);
    const char *id = article->url != NULL && *article->url != '\0' ? article->url : article->origin;
    return ss_copy_text(&article->id, id, strlen(id));
}

static ss_status parse_line(ss_article *article, ss_piece *piece, const ss_field_names *names, const ss_line *line,
                            const ss_job *job)
{
    SS_TRY(set_origin(piece, article, line->number));
    SS_TRY(ss_parse_json(article, names, &piece->dates, line->text, line->length, job, piece->given));
    return set_id(article);
}

static ss_status parse_document(ss_article *article, const ss_piece *piece, const char *text, size_t length)
{
    ss_status status = piece->format == SS_FORMAT_HTML       ? ss_parse_html(article, text, length)
                       : piece->format == SS_FORMAT_MARKDOWN ? ss_parse_markdown(article, text, length)
                                                             : ss_parse_text(article, text, length);
    if (status == SS_ERROR_INPUT) return ss_fail(status, "%s: %s", piece->path, ss_last_error());
    SS_TRY(status);
    SS_TRY(set_origin(piece, article, 0));
    return ss_copy_text(&article->id, piece->path, strlen(piece->path));
}

/* Notes what became of an article: itself, or why it is not there. False: no use to go on. */
static bool note_article(ss_piece *piece, ss_article *article, ss_status status)
{
    if (status == SS_OK) status = ss_articles_push(&piece->articles, article);
    if (status == SS_OK) {
        status = ss_piece_note(piece, SS_NOTE_ARTICLE, SS_OK, NULL);
        if (status == SS_OK) return true;
    }
    ss_article_clear(article);
    ss_piece_note_failure(piece, status);
    return status == SS_ERROR_INPUT || status == SS_ERROR_IO;
}

static bool is_blank(const ss_line *line)
{
    return line->text[strspn(line->text, " \t\r\n")] == '\0';
}

static void parse_lines(ss_piece *piece, const ss_field_names *names, const ss_job *job)
{
    ss_mender mender = {.name = piece->path, .encoding = &piece->encoding, .job = job};
    char *next = piece->text.data, *end = next + piece->text.length - 1; /* a NUL */
    for (uint64_t number = piece->line; next < end; number++) {
        ss_line line;
        ss_article article = {0};
        next = ss_line_cut(&line, next, end, number);
        ss_status status = ss_mender_run(&mender, &line.text, &line.length, number);
        if (status == SS_OK && is_blank(&line)) continue;
        if (status == SS_OK) status = parse_line(&article, piece, names, &line, job);
        if (!note_article(piece, &article, status)) break;
    }
    ss_mender_clear(&mender);
}

/* Where the items of a feed go. */
typedef struct item_sink {
    ss_piece *piece;
    uint64_t met;
    bool stopped; /* no use to go on */
} item_sink;

static ss_status finish_item(ss_article *article, const ss_piece *piece, uint64_t number, ss_status status)
{
    if (status == SS_ERROR_INPUT)
        return ss_fail(status, "%s#%llu: %s", piece->path, (unsigned long long)number, ss_last_error());
    SS_TRY(status);
    SS_TRY(set_origin(piece, article, number));
    return set_id(article);
}

static void take_item(void *user, ss_article *article, ss_status status)
{
    item_sink *sink = user;
    status = finish_item(article, sink->piece, ++sink->met, status);
    if (sink->stopped)
        ss_article_clear(article);
    else
        sink->stopped = !note_article(sink->piece, article, status);
}

static ss_status parse_feed(ss_piece *piece, const char *text, size_t length, const ss_job *job)
{
    item_sink sink = {.piece = piece};
    char *broken;
    ss_status status = ss_parse_rss(text, length, take_item, &sink, &broken);
    if (status == SS_OK && sink.met == 0)
        status = ss_fail(SS_ERROR_INPUT, "%s: a feed without items%s%s", piece->path, broken != NULL ? ": " : "",
                         broken != NULL ? broken : "");
    else if (status == SS_OK && broken != NULL)
        ss_tell_warning(job, "%s: broken XML, read as far as it goes: %s", piece->path, broken);
    free(broken);
    return status;
}

static void parse_whole(ss_piece *piece, const ss_job *job)
{
    ss_mender mender = {.name = piece->path, .encoding = &piece->encoding, .job = job};
    ss_article article = {0};
    char *text = piece->text.data;
    size_t length = piece->text.length - 1;
    ss_status status = ss_mender_run(&mender, &text, &length, 1);
    bool feed = piece->format == SS_FORMAT_RSS;
    if (status == SS_OK)
        status = feed ? parse_feed(piece, text, length, job) : parse_document(&article, piece, text, length);
    ss_status closed = piece->closes_file ? ss_piece_note(piece, SS_NOTE_CLOSED, SS_OK, piece->path) : SS_OK;
    if (status == SS_OK) status = closed;
    if (!feed || status != SS_OK) note_article(piece, &article, status);
    ss_mender_clear(&mender);
}

static void parse_record(ss_piece *piece, const ss_job *job)
{
    ss_article article = {0};
    note_article(piece, &article,
                 ss_parse_record(&article, piece->path, piece->line, piece->text.data, piece->text.length, job));
}

static void note_warning(void *user, const char *message)
{
    ss_piece *piece = user;
    if (ss_piece_note(piece, SS_NOTE_WARNING, SS_OK, message) != SS_OK) ss_piece_note_failure(piece, SS_ERROR_MEMORY);
}

void ss_piece_parse(ss_piece *piece, const ss_field_names *names, bool strict)
{
    if (piece->text.length == 0) return;
    ss_job job = {.strict = strict, .warning = note_warning, .user = piece};
    if (piece->format == SS_FORMAT_JSONL || piece->format == SS_FORMAT_JSON || piece->format == SS_FORMAT_CSV)
        parse_lines(piece, names, &job);
    else if (piece->format == SS_FORMAT_WARC)
        parse_record(piece, &job);
    else
        parse_whole(piece, &job);
    ss_buffer_free(&piece->text);
}
