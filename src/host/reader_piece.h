/* A piece of input on its way through the reader: made by reader_feed, parsed by any thread, told by the reader in the
 * order of the input. */
#ifndef SS_READER_PIECE_H
#define SS_READER_PIECE_H

#include "format.h"
#include "reader.h"
#include "source.h"

/* What the reader is to do or say, in this order. */
typedef enum ss_note_kind {
    SS_NOTE_OPENED, /* one file more, named by the message */
    SS_NOTE_CLOSED, /* the file named by the message has come to its end */
    SS_NOTE_WARNING,
    SS_NOTE_ARTICLE, /* the next of the piece's */
    SS_NOTE_FAILURE
} ss_note_kind;

typedef struct ss_note {
    ss_note_kind kind;
    ss_status status;
    char *message; /* NULL: none */
} ss_note;

typedef struct ss_piece {
    char *path; /* of the file; NULL if none could be named */
    ss_format format;
    ss_encoding encoding; /* of the file */
    ss_buffer text;       /* whole lines of JSON, or a whole document; empty if there are only notes */
    uint64_t line;        /* number of the first, or of the record */
    ss_date_custom dates; /* of the file */
    bool closes_file;     /* nothing of the file follows a document */
    uint64_t bytes;       /* read so far, of all files, after decompression */
    ss_place place;
    ss_note *note;
    size_t notes, note_capacity;
    ss_articles articles;
    bool given[SS_FIELD_COUNT]; /* fields that some record holds under the name that the user gave */
    size_t told, handed_out;    /* notes and articles that the reader is done with */
} ss_piece;

/* Without a path, text and notes. */
ss_status ss_piece_new(ss_piece **out);
void ss_piece_free(ss_piece *piece);

/* Adds a note; `message` is copied. */
ss_status ss_piece_note(ss_piece *piece, ss_note_kind kind, ss_status status, const char *message);

/* Keeps this thread's last failure as a note. Where even for that there is no memory, that is what the note says. */
void ss_piece_note_failure(ss_piece *piece, ss_status status);

/* Parses the text into articles and notes, and frees it. */
void ss_piece_parse(ss_piece *piece, const ss_field_names *names, bool strict);

#endif
