/* samestory devices: what this build can compute with on this machine. */
#include "commands.h"

#include <string.h>

#include "json.h"
#include "device_cuda.h"
#include "match.h"
#include "status.h"

typedef struct devices_settings {
    bool json;
} devices_settings;

static const cli_option devices_options[] = {
    {.name = "json", .type = CLI_FLAG, .help = "print one JSON object", .offset = offsetof(devices_settings, json)},
    {.name = NULL},
};

/* As /proc/cpuinfo names them on x86 and ARM. */
static const char *const known_features[] = {"avx2",        "avx_vnni",    "avx512f",  "avx512bw",
                                             "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16",
                                             "asimddp",     "i8mm",        "sve",      NULL};

/* The instructions for fast integer products that the first processor has, parted by spaces. */
static void list_features(char *text, size_t size)
{
    text[0] = '\0';
    FILE *file = fopen("/proc/cpuinfo", "r");
    if (file == NULL) return;
    static char line[8192];
    size_t length = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "flags", 5) != 0 && strncmp(line, "Features", 8) != 0) continue;
        char *place;
        for (char *word = strtok_r(line, " \t\n:", &place); word != NULL; word = strtok_r(NULL, " \t\n:", &place)) {
            for (const char *const *known = known_features; *known != NULL && length < size; known++) {
                if (strcmp(word, *known) != 0) continue;
                length += (size_t)snprintf(text + length, size - length, "%s%s", length > 0 ? " " : "", word);
            }
        }
        break;
    }
    fclose(file);
}

static json_t *cuda_devices_as_json(void)
{
    int number[SS_CUDA_DEVICES], count;
    json_t *devices = json_array();
    if (ss_cuda_in_use(number, &count) != SS_OK) return devices;
    for (int i = 0; i < count; i++) {
        ss_cuda_device d;
        if (ss_cuda_describe(&d, number[i]) != SS_OK) continue;
        char capability[32];
        snprintf(capability, sizeof capability, "%d.%d", d.major, d.minor);
        json_array_append_new(devices, json_pack("{s:i, s:s, s:s, s:I, s:i}", "number", d.number, "name", d.name,
                                                 "compute_capability", capability, "memory", (json_int_t)d.memory,
                                                 "multiprocessors", d.processors));
    }
    return devices;
}

static void print_cuda_devices(void)
{
    int number[SS_CUDA_DEVICES], count;
    if (ss_cuda_in_use(number, &count) != SS_OK) {
        printf("cuda: %s\n", ss_last_error());
        return;
    }
    printf("cuda:\n");
    for (int i = 0; i < count; i++) {
        ss_cuda_device d;
        char memory[32];
        if (ss_cuda_describe(&d, number[i]) != SS_OK) continue;
        printf("  %d: %s, compute capability %d.%d, %d multiprocessors, %s\n", d.number, d.name, d.major, d.minor,
               d.processors, cli_format_bytes(memory, sizeof memory, (double)d.memory));
    }
}

static ss_status print_json(const char *features)
{
    json_t *matchers = json_array();
    bool whole = true;
    for (size_t i = 0; ss_matchers[i] != NULL; i++) {
        json_t *matcher = json_pack("{s:s, s:s, s:b}", "name", ss_matchers[i]->name, "description",
                                    ss_matchers[i]->description, "available", ss_matchers[i]->available());
        whole &= json_array_append_new(matchers, matcher) == 0;
    }
    json_t *object = json_pack("{s:o, s:i, s:s, s:o}", "matchers", matchers, "threads", ss_job_threads(NULL),
                               "processor", features, "cuda", cuda_devices_as_json());
    if (!whole) {
        json_decref(object);
        object = NULL;
    }
    return cli_print_json(object);
}

static int run_devices(const cli_call *call)
{
    const devices_settings *settings = call->settings;
    char features[256], memory[32];
    list_features(features, sizeof features);
    if (settings->json) return cli_exit_code(print_json(features));
    printf("matchers, fastest first:\n");
    for (size_t i = 0; ss_matchers[i] != NULL; i++) {
        printf("  %-13s %s%s\n", ss_matchers[i]->name, ss_matchers[i]->description,
               ss_matchers[i]->available() ? "" : " (not on this machine)");
    }
    printf("threads: %d\n", ss_job_threads(NULL));
    printf("memory for matching: %s\n", cli_format_bytes(memory, sizeof memory, (double)ss_job_memory(NULL)));
    printf("processor: %s\n", features[0] != '\0' ? features : "none of the instructions that would help");
    print_cuda_devices();
    return CLI_OK;
}

const cli_command cli_devices = {
    .name = "devices",
    .summary = "show what this machine can compute with",
    .operands = "",
    .description = "Shows the matchers of this build, which of them run on this machine, and what the machine has. "
                   "The first that runs is the one that --device auto takes.",
    .options = devices_options,
    .settings_size = sizeof(devices_settings),
    .run = run_devices,
};
