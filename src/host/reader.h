/* Articles out of files: how the reader and the parsers of each format share the work.
 *
 *     ss_files (paths, folders) -> ss_stream (bytes) -> ss_source (UTF-8 text) -> parser of the format -> article
 *     ss_container (tar, zip)   -> ss_stream (member)
 *                                  ss_stream -> ss_warc (records) -> ss_http_message -> parser of HTML or text -> article
 */
#ifndef SS_READER_H
#define SS_READER_H

#include "date.h"
#include "field_names.h"

/* Each parses one whole document of UTF-8 text, without NUL bytes, into *article (zeroed before) and sets title, text,
 * url, source, author, published and lang as far as the document tells them. Strings may stay NULL; the caller fills the rest:
 * id, origin, "" for NULL, and the language from the text where the document declares none.
 * SS_ERROR_INPUT with a message without the path, which the caller adds, if there is no text in it. On failure the
 * caller clears *article. */
ss_status ss_parse_text(ss_article *article, const char *text, size_t length);
ss_status ss_parse_markdown(ss_article *article, const char *text, size_t length);
ss_status ss_parse_html(ss_article *article, const char *text, size_t length);

/* Takes over what an item of a feed became: an article, or a failure. */
typedef void (*ss_take_item)(void *user, ss_article *article, ss_status status);

/* Parses RSS 0.9 to 2.0 or Atom, UTF-8 text, and hands over each item: as above, with its id where it has one. *broken is what
 * is wrong with the XML, for the caller to free, or NULL: items before that, and often behind it, have been handed over. */
ss_status ss_parse_rss(const char *text, size_t length, ss_take_item take, void *user, char **broken);

/* Where in the input something comes from, whatever the formats and containers in it. */
typedef struct ss_place {
    uint64_t entry;        /* what ss_files_next() gave or failed on, from 1; 0: nothing */
    uint64_t piece;        /* number in the entry, from 0 */
    uint64_t bytes_before; /* of the entries before, after decompression */
} ss_place;

/* Parses one line of JSON into *article, of which `origin` is set and used in messages and warnings; sets lang in any
 * case, id only if there is one. `custom`: how dates are written. given[SS_FIELD_COUNT]: set for the fields that it holds
 * under the name that the user gave. */
ss_status ss_parse_json(ss_article *article, const ss_field_names *names, const ss_date_custom *custom,
                        const char *line, size_t length, const ss_job *job, bool *given);

/* What the first lines of a file of records tell of all. */
typedef struct ss_records_look {
    ss_date_custom custom; /* month first where no date tells the order */
    char unclear[24];      /* a date that might be read in two ways, and nothing tells in which; empty: none */
    char unread[40];       /* none of them has a text, but one of them something long under this name; empty: not so */
} ss_records_look;

/* Looks at lines of JSON, which end in NUL. */
void ss_json_look(ss_records_look *out, const ss_field_names *names, const char *lines, size_t length);

/* The language of an article that declares none, from its title and text; either may be NULL. */
ss_status ss_article_detect_lang(ss_article *article);

/* Where a reader stands: so many articles of the input, and what else there was between them, have been handed out. */
typedef struct ss_reader_position {
    ss_place place;  /* of the piece that was handed out last */
    uint64_t notes;  /* of it, that have been told */
    uint64_t failed; /* in the file that is open */
    ss_reader_counts counts;
} ss_reader_position;

void ss_reader_tell(const ss_reader *reader, ss_reader_position *position);

/* A reader just opened, of the same input, goes on from there: entries are passed over unread, and what was told is not
 * told again. `read`: the articles handed out before, whose ids are taken. */
ss_status ss_reader_resume(ss_reader *reader, const ss_reader_position *position, const ss_articles *read);

/* A reader of one file whose bytes are in memory, of the name `name`; both must outlive the reader. */
ss_status ss_reader_open_memory(ss_reader **out, const char *name, const void *bytes, size_t length,
                                const ss_reader_options *options, const ss_job *job);

/* Whoever takes the articles looks for ids that come again: the reader need not keep all of them. */
void ss_reader_leave_ids(ss_reader *reader);

#endif
