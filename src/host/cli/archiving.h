/* What `sketch` and `add` have in common. */
#ifndef SS_CLI_ARCHIVING_H
#define SS_CLI_ARCHIVING_H

#include "archive_add.h"
#include "cli.h"

/* cli_archiving_group */
typedef struct cli_archiving {
    cli_job job;
    const char *model;
    cli_list fields;
} cli_archiving;

extern const cli_option_group cli_archiving_group;

/* Articles on their way into an archive. */
typedef struct cli_archive_run {
    const cli_call *call;
    const cli_archiving *settings;
    const char *const *path; /* of the articles */
    size_t path_count;
    ss_job job;
    ss_archive_add_options options;
    ss_model *model;
    char *command;
    ss_archive_added added;
    ss_reader_counts counts;
    double start; /* cli_now() */
} cli_archive_run;

/* Chooses a device and opens the model. The exit code; cli_archive_end() in any case. */
int cli_archive_begin(cli_archive_run *run, const cli_call *call);
void cli_archive_end(cli_archive_run *run);

/* Reads the articles and adds them. */
ss_status cli_archive_add(cli_archive_run *run, ss_archive *archive);

/* What came of it, unless --quiet. */
void cli_archive_summary(const cli_archive_run *run, size_t articles, size_t batches, const char *path);

#endif
