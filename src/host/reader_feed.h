/* The first step of the reader: files, and what lies in archives -> pieces of their text. Decompression and conversion to
 * UTF-8 happen here; records of web archives travel as they are. */
#ifndef SS_READER_FEED_H
#define SS_READER_FEED_H

#include <stdatomic.h>

#include "container.h"
#include "csv.h"
#include "files.h"
#include "json_records.h"
#include "reader_piece.h"
#include "warc.h"

#define SS_MOST_NESTED 2 /* archives, one in the other */

typedef struct ss_feed {
    const ss_job *job;
    const ss_field_names *names;             /* of the columns of tables */
    ss_files *files;                         /* NULL: one source in memory and no more */
    ss_container *container[SS_MOST_NESTED]; /* archives that are open, each next one in the one before */
    size_t depth;
    const char *file;  /* path of the file */
    const char *path;  /* of what is open: the file, or "file:member" */
    ss_source *source; /* NULL: none open */
    ss_warc *warc;     /* the same; no more than one of both */
    uint64_t others;   /* answers in it that are no pages */
    ss_format format;
    ss_json_cutter json; /* of the source, if it is such */
    ss_csv csv;
    bool looked; /* at its first records, which tell: */
    ss_date_custom dates;
    uint64_t bytes_before; /* of the files before this one */
    ss_place place;        /* of the next piece */
    uint64_t skip;         /* entries to pass over without a look at them */
    ss_piece *piece;       /* being made */
    ss_job piece_job;      /* says into the piece what goes wrong */
    bool asks_job;         /* whether the job has been cancelled: in the thread that called the library */
    atomic_bool stopped;   /* elsewhere */
} ss_feed;

/* Zeroed before, but for the names; `files` is taken over. */
void ss_feed_open(ss_feed *feed, ss_files *files, const ss_job *job);

/* Opens bytes in memory as the one source. */
ss_status ss_feed_open_memory(ss_feed *feed, const char *name, const void *bytes, size_t length, const ss_job *job);

/* Before the first piece: what comes before this place is passed over. */
void ss_feed_skip(ss_feed *feed, const ss_place *place);

/* The next piece, NULL past the last. SS_ERROR_MEMORY if there is not even room to say what failed. */
ss_status ss_feed_next(ss_feed *feed, ss_piece **piece);

void ss_feed_close(ss_feed *feed);

#endif
