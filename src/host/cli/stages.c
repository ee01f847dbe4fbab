/* Where the time and the memory of a job went, stage by stage. */
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "device_cuda.h"
#include "log.h"

#define STAGES_MAX    16
#define BETWEEN_LOOKS (1.0 / 6.0) /* seconds, at the memory in use */
#define WORTH_A_LINE  10.0        /* seconds: of shorter jobs nobody wants to know */

typedef struct stage {
    char name[32];
    double seconds;
    double peak; /* bytes of memory */
} stage;

static stage stages[STAGES_MAX];
static int stage_count, current = -1;
static double since, last_look, peak_before;
static bool quiet;

static double peak_of_process(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return 1024.0 * (double)usage.ru_maxrss;
}

static double memory_in_use(void)
{
    unsigned long long size, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL) return 0;
    if (fscanf(file, "%llu %llu", &size, &resident) != 2) resident = 0;
    fclose(file);
    return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

/* The peak of the process if it was in this stage, or else the most that was seen. */
static void look_at_memory(void)
{
    double peak = peak_of_process(), used = peak > peak_before ? peak : memory_in_use();
    if (used > stages[current].peak) stages[current].peak = used;
}

static void leave(double now)
{
    stages[current].seconds += now - since;
    look_at_memory();
    if (!cli_log_is_json() || quiet) return;
    cli_log_object("stage", json_pack("{s:s, s:f, s:I}", "stage", stages[current].name, "seconds",
                                      stages[current].seconds, "peak_bytes", (json_int_t)stages[current].peak));
}

void cli_stage(const char *name)
{
    double now = cli_now();
    if (current >= 0 && strcmp(stages[current].name, name) == 0) return;
    if (current >= 0) leave(now);
    since = last_look = now;
    peak_before = peak_of_process();
    for (current = 0; current < stage_count; current++)
        if (strcmp(stages[current].name, name) == 0) return;
    if (stage_count == STAGES_MAX) {
        current = STAGES_MAX - 1; /* gathers what is left */
        return;
    }
    snprintf(stages[stage_count++].name, sizeof stages->name, "%s", name);
}

/* Stages of a job tell their names as they go on. */
static void note_progress(void *user, const char *name, uint64_t done, uint64_t total)
{
    cli_stage(name);
    double now = cli_now();
    if (now - last_look >= BETWEEN_LOOKS) {
        last_look = now;
        look_at_memory();
    }
    if (!quiet) cli_progress_show(user, name, done, total);
}

void cli_stages_begin(ss_job *job, bool is_quiet)
{
    quiet = is_quiet;
    job->progress = note_progress;
    cli_stage("begin");
}

double cli_stages_end(void)
{
    double seconds = 0;
    if (current >= 0) leave(cli_now());
    double peak = peak_of_process();
    current = -1;
    for (int i = 0; i < stage_count; i++)
        seconds += stages[i].seconds;
    if (quiet || cli_log_is_json() || seconds < WORTH_A_LINE) return peak;
    for (int i = 0; i < stage_count; i++) {
        char memory[32];
        cli_format_bytes(memory, sizeof memory, stages[i].peak);
        cli_say("%-8s %9.1f s, peak memory %s", stages[i].name, stages[i].seconds, memory);
    }
    return peak;
}

/* --------------------------------------------------------------- --profile */

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
    for (int i = 0; i < stage_count; i++)
        cli_say("profile: %-8s %8.3f s", stages[i].name, stages[i].seconds);
    ss_cuda_profile cuda;
    ss_cuda_profile_get(&cuda);
    if (cuda.pieces > 0) print_cuda(&cuda);
}
