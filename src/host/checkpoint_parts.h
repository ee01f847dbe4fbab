/* What the parts of the checkpoint share: checkpoint.c opens and binds the log, the others fill it. */
#ifndef SS_CHECKPOINT_PARTS_H
#define SS_CHECKPOINT_PARTS_H

#include "checkpoint.h"
#include "record_log.h"

/* Kinds of records, in the order in which they come; those of a stage in turns. */
typedef enum ss_record {
    SS_RECORD_IDENTITY = 1, /* text */
    SS_RECORD_INPUT,
    SS_RECORD_ARTICLE,
    SS_RECORD_SKETCHES,
    SS_RECORD_POSITION, /* of the reader */
    SS_RECORD_LIST,     /* neighbours of some rows */
    SS_RECORD_ROWS,     /* how many have been matched */
    SS_RECORD_LINKS,
    SS_RECORD_LINKED, /* articles whose links are all there */
} ss_record;

struct ss_checkpoint {
    char *path, *identity;
    const char *const *paths;
    size_t path_count;
    const ss_job *job;
    double seconds, next; /* between checkpoints; when the next one is due */
    int64_t began;        /* nanoseconds since 1970, as file systems count */
    ss_record_log *log;   /* NULL until the first checkpoint */
    ss_status status;     /* of what was written last */
    char message[1024];   /* this thread's last one, before something was written: it may tell why the job ends */
    bool old;             /* there is a log that is not resumed from */
    bool rereadable;      /* every input is a file: a part of it needs to be read only once */
    bool all_read;
    ss_reader_position position;
    size_t articles, sketches, links; /* how many of each are in the log */
    ss_buffer record;                 /* read last, or being made */
};

/* Makes the log if there is none yet. False where nothing can be saved. */
bool ss_checkpoint_begin(ss_checkpoint *checkpoint);

/* A record more. Failures are kept until the commit. */
void ss_checkpoint_put(ss_checkpoint *checkpoint, ss_record kind, const void *bytes, size_t size);

/* What was put counts; or, after a failure, a warning: it was the last checkpoint. */
void ss_checkpoint_commit(ss_checkpoint *checkpoint);

/* The next record into checkpoint->record if it is of this kind. */
ss_status ss_checkpoint_take(ss_checkpoint *checkpoint, ss_record kind, bool *taken);

/* SS_ERROR_INPUT: a record that no job has written. */
ss_status ss_checkpoint_fail_damaged(const ss_checkpoint *checkpoint);

/* Without a commit: articles and sketches, unless they are in the log since they were read. */
void ss_checkpoint_put_articles(ss_checkpoint *checkpoint, const ss_result *result);

#endif
