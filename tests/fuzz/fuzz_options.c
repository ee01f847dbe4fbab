/* A command line, a word a line: the parser takes it or complains. Run with -close_fd_mask=2: it does complain. */
#include "standalone.h"

int samestory_main(int argc, char **argv);
#define main samestory_main
#include "../../src/host/cli/main.c"
#undef main

#define MOST_WORDS 64

/* Every text that an option was given is one of the words. */
static void check_texts(const cli_call *call, const char *begin, const char *end)
{
    const cli_option *option;
    for (size_t i = 0; (option = cli_option_at(call->command, i)) != NULL && option != &cli_help_option; i++) {
        if ((option->type != CLI_TEXT && option->type != CLI_FILE) || option->initial != NULL) continue;
        const char *text = *(const char *const *)((const char *)call->settings + option->offset);
        if (text != NULL && (text < begin || text > end)) abort();
    }
    for (size_t i = 0; i < call->operand_count; i++)
        if (call->operand[i] < begin || call->operand[i] > end) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1), *word[MOST_WORDS + 1] = {0};
    if (text == NULL) abort();
    memcpy(text, data, size);
    text[size] = '\0';
    int words = 0, used;
    for (char *next = text; next != NULL && words < MOST_WORDS; words++) {
        word[words] = next;
        next = strchr(next, '\n');
        if (next != NULL) *next++ = '\0';
    }
    const cli_command *command = cli_find_command((size_t)words, (const char *const *)word, &used);
    if (command != NULL) {
        cli_call call = {.command = command, .argc = words, .argv = word};
        call.settings = calloc(1, command->settings_size + 1);
        call.operand = calloc((size_t)words, sizeof *call.operand);
        bool help = false;
        if (call.settings == NULL || call.operand == NULL) abort();
        if (cli_parse(&call, used, &help) == CLI_OK && !help) check_texts(&call, text, text + size);
        free(call.operand);
        free(call.settings);
    }
    free(text);
    return 0;
}
