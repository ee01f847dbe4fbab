#include "cli.h"

#include <stdlib.h>
#include <string.h>

#define WIDTH         80
#define OPTION_COLUMN 26

const cli_fact cli_exit_codes[] = {
    {"0", "all went well; what was skipped stands in the last line"},
    {"1", "failed while running: memory, disk, a fault"},
    {"2", "a command line that makes no sense"},
    {"3", "bad input, and nothing could be done with it"},
    {"4", "the device that was asked for is not available"},
    {"130", "interrupted"},
    {NULL, NULL},
};

const cli_fact cli_environment[] = {
    {"SAMESTORY_MODEL", "model file to use where --model is not given"},
    {NULL, NULL},
};

/* Prints `text` between the columns `column` and WIDTH; a line has been begun up to `column`. The paragraphs of the
 * text end in newlines. */
static void print_wrapped(FILE *out, const char *text, int column)
{
    int at = column;
    while (*text != '\0') {
        int length = (int)strcspn(text, " \n");
        if (at > column && at + 1 + length > WIDTH) {
            fprintf(out, "\n%*s", column, "");
            at = column;
        }
        at += fprintf(out, "%s%.*s", at > column ? " " : "", length, text);
        text += length;
        if (*text == '\n' && text[1] != '\0') {
            fprintf(out, "\n\n%*s", column, "");
            at = column;
        }
        text += *text != '\0';
    }
    fputc('\n', out);
}

/* A term and what is said of it, in two columns. */
static void print_entry(FILE *out, const char *term, const char *text)
{
    int width = fprintf(out, "  %s", term);
    if (width > OPTION_COLUMN - 2) {
        fputc('\n', out);
        width = 0;
    }
    fprintf(out, "%*s", OPTION_COLUMN - width, "");
    print_wrapped(out, text, OPTION_COLUMN);
}

/* The default of an option that the library knows. */
static void note_library_default(const cli_command *command, const cli_option *option, char *note, size_t size)
{
    char *settings = calloc(1, command->settings_size);
    if (settings == NULL) return;
    command->defaults(settings);
    const void *value = settings + option->offset;
    if (option->type == CLI_INT)
        snprintf(note, size, " (default %d)", *(const int *)value);
    else if (option->type == CLI_REAL)
        snprintf(note, size, " (default %g)", *(const double *)value);
    free(settings);
}

void cli_option_note(const cli_command *command, const cli_option *option, char *note, size_t size)
{
    note[0] = '\0';
    if (option->required)
        snprintf(note, size, " (required)");
    else if (option->initial != NULL)
        snprintf(note, size, " (default %s)", option->initial);
    else if (option->otherwise != NULL)
        snprintf(note, size, " (default: %s)", option->otherwise);
    else if (command != NULL && command->defaults != NULL)
        note_library_default(command, option, note, size);
}

static bool takes_group(const cli_command *command, const cli_option_group *group)
{
    for (size_t i = 0; command->common != NULL && command->common[i] != NULL; i++) {
        if (command->common[i] == group) return true;
    }
    return false;
}

static const cli_command *first_taker(const cli_option_group *group)
{
    size_t i = 0;
    while (!takes_group(cli_commands[i], group))
        i++;
    return cli_commands[i];
}

const cli_option_group *cli_group_at(size_t index, const cli_command **taker)
{
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        const cli_option_group *const *group = cli_commands[i]->common;
        for (; group != NULL && *group != NULL; group++) {
            *taker = first_taker(*group);
            if (*taker == cli_commands[i] && index-- == 0) return *group;
        }
    }
    return NULL;
}

bool cli_next_line(const char **text, int *length, const char **line)
{
    if (*text == NULL || **text == '\0') return false;
    *line = *text;
    *length = (int)strcspn(*line, "\n");
    *text += *length + ((*line)[*length] == '\n');
    return true;
}

static void print_option(FILE *out, const cli_command *command, const cli_option *option)
{
    if (option->help == NULL) return;
    char term[64], note[96], text[512];
    char letter[5] = "    ";
    if (option->letter != '\0') snprintf(letter, sizeof letter, "-%c, ", option->letter);
    snprintf(term, sizeof term, "%s--%s%s%s", letter, option->name, option->value != NULL ? " " : "",
             option->value != NULL ? option->value : "");
    cli_option_note(command, option, note, sizeof note);
    snprintf(text, sizeof text, "%s%s", option->help, note);
    print_entry(out, term, text);
}

static void print_options(FILE *out, const cli_command *command, const char *heading, const cli_option *option)
{
    fprintf(out, "\n%s:\n", heading);
    for (; option != NULL && option->name != NULL; option++)
        print_option(out, command, option);
}

void cli_print_help(FILE *out, const cli_command *command)
{
    fprintf(out, "Usage: samestory %s [OPTIONS]%s%s\n\n", command->name, command->operands[0] != '\0' ? " " : "",
            command->operands);
    print_wrapped(out, command->description, 0);
    print_options(out, command, "Options", command->options);
    print_option(out, command, &cli_help_option);
    for (size_t i = 0; command->common != NULL && command->common[i] != NULL; i++)
        print_options(out, command, command->common[i]->heading, command->common[i]->options);
    if (command->example == NULL) return;
    fprintf(out, "\nExamples:\n");
    const char *rest = command->example, *line;
    int length;
    while (cli_next_line(&rest, &length, &line))
        fprintf(out, "  %.*s\n", length, line);
}

bool cli_print_group_help(FILE *out, const char *word)
{
    bool found = false;
    size_t length = strlen(word);
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        const char *name = cli_commands[i]->name;
        if (strncmp(name, word, length) != 0 || name[length] != ' ') continue;
        if (found) fputc('\n', out);
        cli_print_help(out, cli_commands[i]);
        found = true;
    }
    return found;
}

void cli_print_overview(FILE *out)
{
    fprintf(out,
            "samestory %s: finds which Chinese and English news articles report the same event\n\n"
            "Usage: samestory COMMAND [OPTIONS] [ARGUMENTS]\n\nCommands:\n",
            ss_version());
    for (size_t i = 0; cli_commands[i] != NULL; i++)
        print_entry(out, cli_commands[i]->name, cli_commands[i]->summary);
    fprintf(out, "\nOptions:\n");
    print_entry(out, "-h, --help", "show this help, or that of the command before it");
    print_entry(out, "    --version", "show the version");
    fprintf(out, "\nEnvironment:\n");
    for (const cli_fact *fact = cli_environment; fact->term != NULL; fact++)
        print_entry(out, fact->term, fact->meaning);
    fprintf(out, "\nExit codes:\n");
    for (const cli_fact *fact = cli_exit_codes; fact->term != NULL; fact++)
        print_entry(out, fact->term, fact->meaning);
    fprintf(out, "\nStart here:\n  samestory link articles/ -o linked.h5\n  samestory show linked.h5\n");
}
