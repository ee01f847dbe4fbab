/* samestory devices: what this build can compute with on this machine. */
#include "commands.h"

#include <string.h>

#include "json.h"
#include "match.h"
#include "status.h"

typedef struct devices_settings {
    bool json;
} devices_settings;

static const cli_option devices_options[] = {
    {.name = "json", .type = CLI_FLAG, .help = "print one JSON object", .offset = offsetof(devices_settings, json)},
    {.name = NULL},
};

#ifdef SS_CUDA_COMPILER
#define CUDA_STATE "no CUDA kernels in this build; a CUDA compiler was there when it was built"
#else
#define CUDA_STATE "no CUDA kernels in this build, and no CUDA compiler when it was built"
#endif

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

static ss_status print_json(const char *features)
{
    json_t *matchers = json_array();
    bool whole = true;
    for (size_t i = 0; ss_matchers[i] != NULL; i++) {
        json_t *matcher = json_pack("{s:s, s:s, s:b}", "name", ss_matchers[i]->name, "description",
                                    ss_matchers[i]->description, "available", ss_matchers[i]->available());
        whole &= json_array_append_new(matchers, matcher) == 0;
    }
    json_t *object = json_pack("{s:o, s:i, s:s, s:b}", "matchers", matchers, "threads", ss_job_threads(NULL),
                               "processor", features, "cuda", false);
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
        printf("  %-10s %s%s\n", ss_matchers[i]->name, ss_matchers[i]->description,
               ss_matchers[i]->available() ? "" : " (not on this machine)");
    }
    printf("threads: %d\n", ss_job_threads(NULL));
    printf("memory for matching: %s\n", cli_format_bytes(memory, sizeof memory, (double)ss_job_memory(NULL)));
    printf("processor: %s\n", features[0] != '\0' ? features : "none of the instructions that would help");
    printf("cuda: %s\n", CUDA_STATE);
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
