/* What a long job of linking has done so far, kept in a log beside its output, so that it can be resumed.
 *
 * Nothing is written before the first checkpoint is due or a device is lost: a short job leaves the disk alone. Then the
 * log gets all that the job has, and at each further checkpoint what is new. It holds the articles, their sketches, lists of
 * neighbours and compared candidates, in the order in which a job makes them, and is bound to the job that it belongs to.
 *
 *     open - load articles - save while reading - load candidates - save ... - done
 *
 * Where saving fails the job is warned and goes on without. All functions but ss_checkpoint_open() take NULL: a job without
 * checkpoints. */
#ifndef SS_CHECKPOINT_H
#define SS_CHECKPOINT_H

#include "match_tile.h"
#include "reader.h"
#include "sketch_columns.h"

typedef struct ss_checkpoint ss_checkpoint;

typedef struct ss_checkpoint_options {
    const char *output; /* the log is OUTPUT.resume */
    double seconds;     /* between checkpoints, the steps of the job included; 0: none but when it is interrupted */
    bool resume;        /* go on from the log if there is one */
    /* All that the result depends on beside the content of the inputs: lines of "name: value". */
    const char *identity;
    const char *const *paths; /* of the inputs, which must outlive the checkpoint */
    size_t path_count;
    const ss_job *job; /* likewise */
} ss_checkpoint_options;

/* SS_ERROR_INPUT where there is a log to resume from that belongs to another job: the message names what differs. Without
 * `resume` an old log is warned of and replaced at the first checkpoint. */
ss_status ss_checkpoint_open(ss_checkpoint **out, const ss_checkpoint_options *options);
void ss_checkpoint_free(ss_checkpoint *checkpoint);

/* The job is done: the log goes, also an old one. */
void ss_checkpoint_remove(ss_checkpoint *checkpoint);

/* Whether there is something to resume from. */
bool ss_checkpoint_exists(const ss_checkpoint *checkpoint);

/* Is it time to save? With the status of the last step: after a failure never, but once more when the job has been
 * interrupted and there is a log, or when it has lost its device, log or none: nobody wanted it to end. */
bool ss_checkpoint_due(const ss_checkpoint *checkpoint, ss_status status);

/* The seconds that a step between two questions whether one is due should take at most; INFINITY without checkpoints. */
double ss_checkpoint_step(const ss_checkpoint *checkpoint);

/* How many items a step may have of which so many are done in a second: 64 at least, `most` at most. */
size_t ss_checkpoint_step_items(const ss_checkpoint *checkpoint, double per_second, size_t most);

/* --------------------------------------------------- articles and sketches */

/* Articles read before, appended to the list, the sketches of the first of them, and where their reader stood; *all: there
 * are no more to be read, and all have sketches. Of the sketches nothing but the dimension is set before. */
ss_status ss_checkpoint_load_articles(ss_checkpoint *checkpoint, ss_articles *articles, ss_sketches *sketches,
                                      ss_reader_position *position, bool *all);

/* Articles, in the order in which they were read, sketches of the first of them, and where the reader stands; NULL: at the
 * end, which has been told of. */
void ss_checkpoint_save_articles(ss_checkpoint *checkpoint, const ss_articles *articles, const ss_sketches *sketches,
                                 const ss_reader_position *position);

/* All have been read and sketched; from here on their order may change. */
void ss_checkpoint_end_articles(ss_checkpoint *checkpoint, const ss_articles *articles, const ss_sketches *sketches,
                                const ss_reader_position *position);

/* ------------------------------------------------------------- candidates */

/* How far the search for candidates is. What `matching` and `links` say is the caller's. */
#define SS_CROSSINGS 3
typedef struct ss_matching {
    bool used;              /* these languages are matched */
    size_t rows;            /* of a, that have been matched with all of b */
    ss_neighbours *list[2]; /* of a, and of b; [1] NULL within one language */
    size_t other_count[2];  /* rows that they name */
    ss_range changed[2][2]; /* rows of each list since they were saved: two runs */
} ss_matching;

/* Lists and rows of every crossing, links into the result, and the articles whose links are all there. */
ss_status ss_checkpoint_load_candidates(ss_checkpoint *checkpoint, ss_matching matching[SS_CROSSINGS],
                                        ss_result *result, size_t *link_capacity, size_t *linked);
void ss_checkpoint_save_candidates(ss_checkpoint *checkpoint, ss_matching matching[SS_CROSSINGS],
                                   const ss_result *result, size_t linked);

#endif
