/* samestory help: the help of a command; also what the manual page, docs/cli.md and the completions are made from. */
#include "commands.h"

typedef struct help_settings {
    bool man;
    bool markdown;
    int completion;
} help_settings;

static const char *const shells[] = {"bash", "zsh", "fish", NULL};

static const cli_option help_options[] = {
    {.name = "man", .type = CLI_FLAG, .help = "print the manual page, for man", .offset = offsetof(help_settings, man)},
    {.name = "markdown",
     .type = CLI_FLAG,
     .help = "print the help of all commands as Markdown",
     .offset = offsetof(help_settings, markdown)},
    {.name = "completion",
     .type = CLI_CHOICE,
     .value = "SHELL",
     .help = "print the completion for bash, zsh or fish",
     .choices = shells,
     .offset = offsetof(help_settings, completion)},
    {.name = NULL},
};

static int run_help(const cli_call *call)
{
    const help_settings *settings = call->settings;
    if (settings->man) {
        cli_print_manual(stdout);
    } else if (settings->markdown) {
        cli_print_markdown(stdout);
    } else if (settings->completion != 0) {
        cli_print_completion(stdout, (cli_shell)settings->completion);
    } else if (call->operand_count == 0) {
        cli_print_overview(stdout);
    } else if (call->operand_count > 1 || !cli_print_group_help(stdout, call->operand[0])) {
        int used;
        const cli_command *command = cli_find_command(call->operand_count, call->operand, &used);
        if (command == NULL) return CLI_USAGE;
        cli_print_help(stdout, command);
    }
    return CLI_OK;
}

const cli_command cli_help = {
    .name = "help",
    .summary = "show the help of a command",
    .operands = "[COMMAND]",
    .description = "Shows the help of a command, or the list of commands.",
    .options = help_options,
    .settings_size = sizeof(help_settings),
    .most = 2,
    .run = run_help,
};
