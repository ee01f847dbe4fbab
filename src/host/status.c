#include "status.h"

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MESSAGE_SIZE 1024

static _Thread_local char last_message[MESSAGE_SIZE];

const char *ss_last_error(void)
{
    return last_message;
}

const char *ss_version(void)
{
    return SS_VERSION;
}

void ss_keep_message(const char *format, ...)
{
    /* Formatted aside first: an argument may be the last message itself. */
    char message[MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    memcpy(last_message, message, sizeof message);
}

ss_size_words ss_size_in_words(double bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
    ss_size_words words;
    size_t unit = 0;
    double number = bytes / 1024;
    for (; number >= 1023.95 && unit < 3; unit++)
        number /= 1024;
    if (bytes < 10240)
        snprintf(words.text, sizeof words.text, "%.0f byte%s", bytes, bytes == 1 ? "" : "s");
    else
        snprintf(words.text, sizeof words.text, "%.1f %s", number, units[unit]);
    return words;
}

ss_status ss_grow(void **items, size_t *capacity, size_t need, size_t item_size)
{
    if (need <= *capacity) return SS_OK;
    size_t grown = *capacity < 16 ? 16 : *capacity;
    while (grown < need) {
        if (grown > SIZE_MAX / 2) return ss_fail_memory(SIZE_MAX);
        grown *= 2;
    }
    if (grown > SIZE_MAX / item_size) return ss_fail_memory(SIZE_MAX);
    void *moved = realloc(*items, grown * item_size);
    if (moved == NULL) return ss_fail_memory(grown * item_size);
    *items = moved;
    *capacity = grown;
    return SS_OK;
}

ss_status ss_copy_text(char **out, const char *text, size_t length)
{
    *out = NULL;
    char *copy = malloc(length + 1);
    if (copy == NULL) return ss_fail_memory(length + 1);
    if (length > 0) memcpy(copy, text, length);
    copy[length] = '\0';
    *out = copy;
    return SS_OK;
}

ss_status ss_check_cancelled(const ss_job *job)
{
    if (job == NULL || job->cancelled == NULL || !job->cancelled(job->user)) return SS_OK;
    return ss_fail(SS_ERROR_INTERRUPTED, "interrupted");
}

void ss_tell_progress(const ss_job *job, const char *stage, uint64_t done, uint64_t total)
{
    if (job != NULL && job->progress != NULL) job->progress(job->user, stage, done, total);
}

void ss_tell_warning(const ss_job *job, const char *format, ...)
{
    if (job == NULL || job->warning == NULL) return;
    char message[MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    job->warning(job->user, message);
}

int ss_job_threads(const ss_job *job)
{
    if (job != NULL && job->threads > 0) return job->threads;
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return CPU_COUNT(&allowed);
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

/* The first number in a small file of /proc or /sys after `label`, or `otherwise`. */
static uint64_t read_number(const char *path, const char *label, uint64_t otherwise)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) return otherwise;
    uint64_t value = otherwise;
    char line[256];
    size_t label_length = strlen(label);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, label, label_length) != 0) continue;
        char *end;
        unsigned long long number = strtoull(line + label_length, &end, 10);
        if (end != line + label_length) value = (uint64_t)number;
        break;
    }
    fclose(file);
    return value;
}

size_t ss_job_memory(const ss_job *job)
{
    if (job != NULL && job->memory > 0) return job->memory;
    uint64_t free_bytes = 1024 * read_number("/proc/meminfo", "MemAvailable:", 2 * 1024 * 1024);
    uint64_t limit = read_number("/sys/fs/cgroup/memory.max", "", UINT64_MAX);
    uint64_t used = read_number("/sys/fs/cgroup/memory.current", "", 0);
    uint64_t cache = read_number("/sys/fs/cgroup/memory.stat", "inactive_file ", 0); /* given back when asked for */
    used = used > cache ? used - cache : 0;
    if (limit != UINT64_MAX && limit - (used < limit ? used : limit) < free_bytes)
        free_bytes = limit - (used < limit ? used : limit);
    return (size_t)(free_bytes / 2);
}
