/* Articles from files into an archive, batch by batch. */
#ifndef SS_ARCHIVE_ADD_H
#define SS_ARCHIVE_ADD_H

#include "match.h"
#include "store_archive.h"

typedef struct ss_archive_add_options {
    const ss_model *model;
    const ss_matcher *matcher; /* a CUDA one: devices sketch */
    const char *command;       /* that this is done by; NULL: library */
    uint64_t passed_over;      /* articles at the beginning of the input that are not looked at: an earlier job's */
} ss_archive_add_options;

typedef struct ss_archive_added {
    uint64_t read;    /* articles met, without those passed over */
    uint64_t added;   /* committed */
    uint64_t known;   /* left out: their ids were in the archive, or earlier in the input */
    uint64_t batches; /* committed */
} ss_archive_added;

/* Adds what the reader gives. It must not look at ids itself (ss_reader_leave_ids()). After a failure or an interruption
 * what *added tells of is in the archive. */
ss_status ss_archive_add(ss_archive *archive, ss_reader *reader, const ss_archive_add_options *options,
                         const ss_job *job, ss_archive_added *added);

#endif
