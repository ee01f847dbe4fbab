/* samestory: finds which Chinese and English news articles report the same event. */
#include "cli.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"

const cli_command *const cli_commands[] = {
    &cli_link,      &cli_sketch,         &cli_add,       &cli_merge,      &cli_check,   &cli_read, &cli_show, &cli_explain,
    &cli_report,    &cli_info,           &cli_train,     &cli_calibrate,  &cli_eval_retrieval,
    &cli_eval_pairs, &cli_eval_links,    &cli_devices,   &cli_help,       NULL,
};

/* Runs the command that argv names, with what follows its name. */
static int run_command(const cli_command *command, int argc, char **argv, int begin)
{
    cli_call call = {.command = command, .argc = argc, .argv = argv};
    call.settings = calloc(1, command->settings_size > 0 ? command->settings_size : 1);
    call.operand = calloc((size_t)argc, sizeof *call.operand);
    int code = CLI_FAILED;
    bool help = false;
    if (call.settings == NULL || call.operand == NULL) {
        cli_say("out of memory");
    } else {
        code = cli_parse(&call, begin, &help);
        if (help)
            cli_print_help(stdout, command);
        else if (code == CLI_OK)
            code = command->run(&call);
    }
    free(call.operand);
    free(call.settings);
    return code;
}

static bool asks_for_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int run(int argc, char **argv)
{
    if (argc < 2) {
        cli_say("a command is missing; see 'samestory --help'");
        return CLI_USAGE;
    }
    if (asks_for_help(argv[1])) {
        cli_print_overview(stdout);
        return CLI_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("samestory %s\n", ss_version());
        return CLI_OK;
    }
    if (argv[1][0] == '-') {
        cli_say("%s: an option comes after a command; see 'samestory --help'", argv[1]);
        return CLI_USAGE;
    }
    if (argc == 3 && asks_for_help(argv[2]) && cli_print_group_help(stdout, argv[1])) return CLI_OK;
    int used;
    const cli_command *command = cli_find_command((size_t)argc - 1, (const char *const *)argv + 1, &used);
    if (command == NULL) return CLI_USAGE;
    return run_command(command, argc, argv, 1 + used);
}

int main(int argc, char **argv)
{
    /* A reader of our output that goes away shows as an error of writing. */
    signal(SIGPIPE, SIG_IGN);
    return cli_close_stdout(run(argc, argv));
}
