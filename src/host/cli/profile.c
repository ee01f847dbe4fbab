/* What --profile tells: where the time of a job went. */
#include "cli.h"

#include <string.h>

#include "device_cuda.h"

#define STAGES_MAX 16

static struct {
    const char *name;
    double seconds;
} stages[STAGES_MAX];
static int stage_count, current = -1;
static double since;
static bool show_progress;

/* The stages of a job tell their names as they go on; a name that was not the last begins a stage. */
static void enter(const char *name)
{
    double now = cli_now();
    if (current >= 0) stages[current].seconds += now - since;
    since = now;
    for (current = 0; current < stage_count; current++)
        if (strcmp(stages[current].name, name) == 0) return;
    if (stage_count == STAGES_MAX) {
        current = STAGES_MAX - 1;
        return;
    }
    stages[stage_count++].name = name;
}

static void note_progress(void *user, const char *stage, uint64_t done, uint64_t total)
{
    if (current < 0 || strcmp(stages[current].name, stage) != 0) enter(stage);
    if (show_progress) cli_progress_show(user, stage, done, total);
}

void cli_profile_begin(ss_job *job)
{
    show_progress = job->progress != NULL;
    job->progress = note_progress;
    enter("begin");
}

void cli_profile_stage(const char *name)
{
    if (current >= 0) enter(name);
}

static void print_cuda(const ss_cuda_profile *p)
{
    char to[32], from[32];
    cli_say("profile: on CUDA devices: %llu pieces, %llu scans (%llu repeated) of %llu spans, %llu hits, %llu merges",
            (unsigned long long)p->pieces, (unsigned long long)p->scans, (unsigned long long)p->repeated,
            (unsigned long long)p->spans, (unsigned long long)p->hits, (unsigned long long)p->merges);
    cli_say("profile: %s to devices, %s from them", cli_format_bytes(to, sizeof to, (double)p->bytes_to_device),
            cli_format_bytes(from, sizeof from, (double)p->bytes_from_device));
    cli_say("profile: load %.3f s, scan %.3f s, merge %.3f s, fetch %.3f s, summed over lanes", p->load_seconds,
            p->scan_seconds, p->merge_seconds, p->fetch_seconds);
}

void cli_profile_print(void)
{
    enter("end");
    for (int i = 0; i < stage_count - 1; i++)
        cli_say("profile: %-7s %8.3f s", stages[i].name, stages[i].seconds);
    ss_cuda_profile cuda;
    ss_cuda_profile_get(&cuda);
    if (cuda.pieces > 0) print_cuda(&cuda);
}
