/* What jobs can be told on the command line, and Ctrl-C. */
#include "cli.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>

#include "device_cuda.h"
#include "match.h"

static const char *const log_words[] = {"text", "json", NULL};
enum { LOG_TEXT = 1, LOG_JSON };

static const cli_option job_options[] = {
    {.name = "threads",
     .letter = 't',
     .type = CLI_INT,
     .value = "N",
     .low = 1,
     .high = 4096,
     .help = "threads to work with",
     .otherwise = "one for each processor",
     .offset = offsetof(cli_job, threads)},
    {.name = "quiet",
     .letter = 'q',
     .type = CLI_FLAG,
     .help = "print warnings and errors only",
     .offset = offsetof(cli_job, quiet)},
    {.name = "log",
     .type = CLI_CHOICE,
     .value = "text|json",
     .choices = log_words,
     .initial = "text",
     .help = "what messages and progress on standard error are: lines to read, or one JSON object a line",
     .offset = offsetof(cli_job, log)},
    {.name = NULL},
};

static const cli_option matching_options[] = {
    {.name = "memory",
     .type = CLI_SIZE,
     .value = "SIZE",
     .help = "memory that matching may take beside the articles, such as 512M or 4G",
     .otherwise = "half of what is free",
     .offset = offsetof(cli_job, memory)},
    CLI_STRICT_OPTION(offsetof(cli_job, strict)),
    CLI_DEVICE_OPTION(offsetof(cli_job, device)),
    {.name = "kernel",
     .type = CLI_TEXT,
     .value = "NAME",
     .help = "matcher to use, one of those that 'devices' lists",
     .otherwise = "the fastest",
     .offset = offsetof(cli_job, kernel)},
    {.name = "pin",
     .type = CLI_FLAG,
     .help = "keep each thread that matches on one processor; for machines with several sockets",
     .offset = offsetof(cli_job, pin)},
    {.name = NULL},
};

const cli_option_group cli_job_group = {"Job", job_options};
const cli_option_group cli_matching_group = {"Matching", matching_options};

static atomic_bool interrupted;

static void on_signal(int number)
{
    (void)number;
    atomic_store(&interrupted, true);
}

static bool was_interrupted(void *user)
{
    (void)user;
    return atomic_load(&interrupted);
}

bool cli_interrupted(void)
{
    return atomic_load(&interrupted);
}

static void show_warning(void *user, const char *message)
{
    (void)user;
    cli_warn("%s", message);
}

/* The first signal asks the job to end; the next one of its kind meets the default again, which kills. Reads are not
 * restarted: one that waits for input has to end. */
static void listen_for_interrupt(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* cuda, or cuda: and a list of devices, which goes to *list; NULL stands for all. */
static bool names_cuda(const char *device, const char **list)
{
    *list = NULL;
    if (strncmp(device, "cuda", 4) != 0) return false;
    if (device[4] == '\0') return true;
    *list = device + 5;
    return device[4] == ':' && device[5] != '\0' && device[5 + strspn(device + 5, "0123456789,")] == '\0';
}

/* "CUDA device 0 (NVIDIA H100)", or how many there are. */
static void say_devices(const char *matcher)
{
    int number[SS_CUDA_DEVICES], count;
    ss_cuda_device device;
    if (ss_cuda_in_use(number, &count) != SS_OK || ss_cuda_describe(&device, number[0]) != SS_OK) return;
    if (count == 1)
        cli_say("computing on CUDA device %d (%s) with matcher %s", number[0], device.name, matcher);
    else
        cli_say("computing on %d CUDA devices (the first is %d, %s) with matcher %s", count, number[0], device.name,
                matcher);
}

/* What --device auto chose, and why. */
static void say_choice(const ss_matcher *chosen, const char *kernel)
{
    if (chosen->cuda)
        say_devices(chosen->name);
    else if (kernel != NULL)
        cli_say("computing on the CPU with matcher %s, as --kernel asks", chosen->name);
    else
        cli_say("computing on the CPU with matcher %s; 'samestory devices' tells why not on a GPU", chosen->name);
}

int cli_choose_matcher(const cli_job *settings, const char **matcher)
{
    cli_log_begin(settings->log == LOG_JSON); /* before anything is said */
    const char *list;
    bool automatic = strcmp(settings->device, "auto") == 0, cuda = names_cuda(settings->device, &list);
    if (!automatic && !cuda && strcmp(settings->device, "cpu") != 0) {
        cli_complain("--device: '%s' is not auto, cpu, cuda or cuda:N", settings->device);
        return CLI_USAGE;
    }
    const ss_matcher *chosen;
    int number[SS_CUDA_DEVICES], count;
    ss_status status = cuda ? ss_cuda_use(list) : SS_OK;
    if (status == SS_OK && cuda) status = ss_cuda_in_use(number, &count);
    if (status == SS_OK)
        status = automatic ? ss_matcher_find(&chosen, settings->kernel)
                           : ss_matcher_find_on(&chosen, settings->kernel, cuda);
    if (status != SS_OK) return cli_exit_code(status);
    *matcher = chosen->name;
    if (automatic && !settings->quiet) say_choice(chosen, settings->kernel);
    return CLI_OK;
}

void cli_job_begin(const cli_job *settings, ss_job *job)
{
    listen_for_interrupt();
    *job = (ss_job){
        .threads = settings->threads,
        .memory = settings->memory,
        .strict = settings->strict,
        .pin = settings->pin,
        .cancelled = was_interrupted,
        .warning = show_warning,
    };
    cli_log_begin(settings->log == LOG_JSON);
    cli_stages_begin(job, settings->quiet);
}
