/* Articles for `link`: out of files, and with their sketches out of archives. */
#ifndef SS_CLI_INPUTS_H
#define SS_CLI_INPUTS_H

#include "store_archive.h"
#include "cli.h"
#include "sketch_columns.h"

typedef struct cli_inputs {
    const ss_model *model; /* that archives must have been sketched with, and all else is */
    bool cuda;             /* devices sketch */
    int32_t from_day;      /* only articles of this day and later, and dated ones; SS_COVERS_ALL: all */
    ss_articles articles;
    ss_sketches sketches;
    ss_reader_counts counts;
    uint64_t undated;          /* left out for from_day */
    int32_t last_day;          /* of the dated articles that were met, wanted or not; SS_COVERS_ALL: of none */
    uint64_t again;           /* left out since their ids were there already */
    struct ss_ids *ids;       /* of what archives gave; NULL: no archive is being read */
    ss_checkpoint *checkpoint; /* NULL: none */
    bool archives;             /* some are among the operands */
} cli_inputs;

/* All articles of the operands of `call` that are wanted, archives first, and their sketches. SS_ERROR_INPUT where none could
 * be read, or none has a date and from_day asks for one, or an archive is of another model.
 * With a checkpoint it begins with what that has: articles of files alone are saved while they are read, others once all
 * have been. */
ss_status cli_inputs_read(cli_inputs *inputs, const cli_call *call, const cli_list *fields, const ss_job *job);

void cli_inputs_clear(cli_inputs *inputs);

#endif
