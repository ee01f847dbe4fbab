#include "checkpoint.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "checkpoint_parts.h"
#include "files.h"
#include "status.h"

#define FEWEST_ITEMS 64 /* of a step: how often is it worth asking for the time? */

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* A step of the job ends some time after the checkpoint is due. */
static void set_next(ss_checkpoint *c)
{
    c->next = now() + 0.8 * c->seconds;
}

double ss_checkpoint_step(const ss_checkpoint *c)
{
    return c != NULL && c->seconds > 0 ? 0.1 * c->seconds : (double)INFINITY;
}

size_t ss_checkpoint_step_items(const ss_checkpoint *c, double per_second, size_t most)
{
    double items = per_second * ss_checkpoint_step(c);
    return items >= (double)most ? most : items <= FEWEST_ITEMS ? FEWEST_ITEMS : (size_t)items;
}

static int64_t nanoseconds(struct timespec time)
{
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* By the clock that file systems go by. */
static int64_t file_time_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_REALTIME_COARSE, &time);
    return nanoseconds(time);
}

/* ---------------------------------------------------------------- records */

void ss_checkpoint_put(ss_checkpoint *c, ss_record kind, const void *bytes, size_t size)
{
    if (c->status == SS_OK) c->status = ss_record_log_append(c->log, (uint32_t)kind, bytes, size);
}

void ss_checkpoint_commit(ss_checkpoint *c)
{
    if (c->status == SS_OK) c->status = ss_record_log_commit(c->log);
    set_next(c);
    if (c->status != SS_OK) {
        ss_tell_warning(c->job, "no further checkpoints: %s", ss_last_error());
        if (c->log != NULL) ss_record_log_give_up(c->log);
    }
    ss_keep_message("%s", c->message);
}

ss_status ss_checkpoint_take(ss_checkpoint *c, ss_record kind, bool *taken)
{
    *taken = c->log != NULL && ss_record_log_next_kind(c->log) == (uint32_t)kind;
    return *taken ? ss_record_log_read(c->log, &c->record) : SS_OK;
}

ss_status ss_checkpoint_fail_damaged(const ss_checkpoint *c)
{
    return ss_fail(SS_ERROR_INPUT, "'%s' is damaged; remove it and begin anew", c->path);
}

/* ----------------------------------------------------------------- inputs */

/* What is known of an input without reading it. */
typedef struct input {
    int64_t size, modified; /* bytes; nanoseconds since 1970. -1: no file, or none that can be looked at */
    int64_t changed;        /* its content or its name, likewise; not kept */
    const char *path;       /* or why there is none */
} input;

/* The next of the inputs, in the order in which they are read; *more is false past the last. */
static ss_status next_input(ss_files *files, input *in, bool *more)
{
    struct stat known;
    *in = (input){.size = -1, .modified = -1};
    ss_status status = ss_files_next(files, &in->path);
    if (status == SS_ERROR_MEMORY) return status;
    *more = status != SS_OK || in->path != NULL;
    if (status != SS_OK) in->path = ss_last_error();
    if (status != SS_OK || !*more || stat(in->path, &known) != 0 || !S_ISREG(known.st_mode)) return SS_OK;
    in->size = known.st_size;
    in->modified = nanoseconds(known.st_mtim);
    in->changed = nanoseconds(known.st_ctim);
    return SS_OK;
}

static ss_status put_input(ss_checkpoint *c, const input *in)
{
    ss_buffer *record = &c->record;
    record->length = 0;
    SS_TRY(ss_buffer_append(record, (const char *)&in->size, sizeof in->size));
    SS_TRY(ss_buffer_append(record, (const char *)&in->modified, sizeof in->modified));
    SS_TRY(ss_buffer_append(record, in->path, strlen(in->path) + 1));
    ss_checkpoint_put(c, SS_RECORD_INPUT, record->data, record->length);
    return c->status;
}

/* What a job has read must be what stands in the files now, or their sizes and times would vouch for something else. */
static ss_status put_inputs(ss_checkpoint *c)
{
    ss_files *files;
    SS_TRY(ss_files_open(&files, c->paths, c->path_count));
    ss_status status = SS_OK;
    c->rereadable = true;
    for (bool more = true; status == SS_OK;) {
        input in;
        status = next_input(files, &in, &more);
        if (status != SS_OK || !more) break;
        c->rereadable &= in.size >= 0;
        if (in.size >= 0 && in.changed > c->began)
            status = ss_fail(SS_ERROR_INPUT, "'%s' changed after the job began", in.path);
        else
            status = put_input(c, &in);
    }
    ss_files_free(files);
    return status;
}

/* The record of an input as it was; its path lies in the record. */
static bool parse_input(const ss_buffer *record, input *in)
{
    const size_t head = sizeof in->size + sizeof in->modified;
    if (record->length <= head || record->data[record->length - 1] != '\0') return false;
    memcpy(&in->size, record->data, sizeof in->size);
    memcpy(&in->modified, record->data + sizeof in->size, sizeof in->modified);
    in->path = record->data + head;
    return true;
}

static ss_status fail_other_input(const ss_checkpoint *c, const char *path, const char *what)
{
    return ss_fail(SS_ERROR_INPUT, "can't resume from '%s': the input '%s' %s; without --resume the job begins anew",
                   c->path, path, what);
}

/* Holds the inputs against those in the log. */
static ss_status compare_inputs(ss_checkpoint *c, ss_files *files)
{
    for (c->rereadable = true;;) {
        input in, was = {0};
        bool more, known;
        SS_TRY(next_input(files, &in, &more));
        SS_TRY(ss_checkpoint_take(c, SS_RECORD_INPUT, &known));
        if (known && !parse_input(&c->record, &was)) return ss_checkpoint_fail_damaged(c);
        if (!more && !known) return SS_OK;
        if (!more) return fail_other_input(c, was.path, "is not there any more");
        if (!known) return fail_other_input(c, in.path, "is new");
        if (strcmp(in.path, was.path) != 0) return fail_other_input(c, in.path, "is new, or another one is gone");
        if (in.size != was.size || in.modified != was.modified) return fail_other_input(c, in.path, "has changed");
        c->rereadable &= in.size >= 0;
    }
}

/* --------------------------------------------------------------- identity */

/* Where the line that begins at `text` ends. */
static size_t line_length(const char *text)
{
    return strcspn(text, "\n");
}

/* Names the first line in which two identities differ. */
static ss_status fail_other_job(const ss_checkpoint *c, const char *was)
{
    const char *is = c->identity;
    while (*is != '\0' && line_length(is) == line_length(was) && strncmp(is, was, line_length(is)) == 0) {
        is += line_length(is) + (is[line_length(is)] != '\0');
        was += line_length(was) + (was[line_length(was)] != '\0');
    }
    return ss_fail(SS_ERROR_INPUT,
                   "can't resume from '%s', which belongs to another job: it has \"%.*s\", not \"%.*s\"; give the same "
                   "command, or begin anew without --resume",
                   c->path, (int)line_length(was), was, (int)line_length(is), is);
}

static ss_status check_identity(ss_checkpoint *c)
{
    bool taken;
    SS_TRY(ss_checkpoint_take(c, SS_RECORD_IDENTITY, &taken));
    if (!taken || c->record.length == 0 || c->record.data[c->record.length - 1] != '\0')
        return ss_checkpoint_fail_damaged(c);
    if (strcmp(c->record.data, c->identity) != 0) return fail_other_job(c, c->record.data);
    ss_files *files;
    SS_TRY(ss_files_open(&files, c->paths, c->path_count));
    ss_status status = compare_inputs(c, files);
    ss_files_free(files);
    return status;
}

/* --------------------------------------------------------- opening, saving */

bool ss_checkpoint_begin(ss_checkpoint *c)
{
    snprintf(c->message, sizeof c->message, "%s", ss_last_error());
    if (c->log != NULL || c->status != SS_OK) return c->status == SS_OK;
    c->status = ss_record_log_create(&c->log, c->path);
    if (c->status == SS_OK) c->old = false;
    ss_checkpoint_put(c, SS_RECORD_IDENTITY, c->identity, strlen(c->identity) + 1);
    if (c->status == SS_OK) c->status = put_inputs(c);
    ss_checkpoint_commit(c);
    if (c->status == SS_OK) return true;
    if (c->log != NULL) unlink(c->path);
    ss_record_log_free(c->log);
    c->log = NULL;
    return false;
}

static ss_status open_log(ss_checkpoint *c)
{
    uint64_t lost;
    SS_TRY(ss_record_log_open(&c->log, c->path, &lost));
    if (lost > 0)
        ss_tell_warning(c->job, "%s: %llu bytes at the end were not whole and are dropped", c->path,
                        (unsigned long long)lost);
    return c->log != NULL ? check_identity(c) : SS_OK;
}

ss_status ss_checkpoint_open(ss_checkpoint **out, const ss_checkpoint_options *options)
{
    *out = NULL;
    ss_checkpoint *c = calloc(1, sizeof *c);
    if (c == NULL) return ss_fail_memory(sizeof *c);
    c->paths = options->paths;
    c->path_count = options->path_count;
    c->job = options->job;
    c->seconds = options->seconds;
    set_next(c);
    c->began = file_time_now();
    size_t size = strlen(options->output) + sizeof ".resume";
    c->path = malloc(size);
    ss_status status = c->path != NULL ? SS_OK : ss_fail_memory(size);
    if (status == SS_OK) {
        snprintf(c->path, size, "%s.resume", options->output);
        status = ss_copy_text(&c->identity, options->identity, strlen(options->identity));
    }
    if (status == SS_OK && options->resume) status = open_log(c);
    if (status != SS_OK) {
        ss_checkpoint_free(c);
        return status;
    }
    c->old = c->log == NULL && ss_record_log_is(c->path);
    if (c->old && !options->resume)
        ss_tell_warning(c->job, "'%s' of an earlier run will be replaced; to go on from it, stop now and add --resume",
                        c->path);
    *out = c;
    return SS_OK;
}

void ss_checkpoint_free(ss_checkpoint *c)
{
    if (c == NULL) return;
    ss_record_log_free(c->log);
    ss_buffer_free(&c->record);
    free(c->path);
    free(c->identity);
    free(c);
}

void ss_checkpoint_remove(ss_checkpoint *c)
{
    if (c != NULL && (c->log != NULL || c->old)) unlink(c->path);
}

bool ss_checkpoint_exists(const ss_checkpoint *c)
{
    return c != NULL && c->log != NULL;
}

bool ss_checkpoint_due(const ss_checkpoint *c, ss_status status)
{
    if (c == NULL || c->status != SS_OK) return false;
    if (status == SS_OK) return c->seconds > 0 && now() >= c->next;
    if (status == SS_ERROR_DEVICE) return c->seconds > 0 || c->log != NULL;
    return status == SS_ERROR_INTERRUPTED && c->log != NULL;
}
