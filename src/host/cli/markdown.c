/* The help of all commands as one page of Markdown, docs/cli.md. */
#include "cli.h"

#include <ctype.h>
#include <string.h>

/* Text of a page: what Markdown would take for its own is escaped, every line of the text becomes a paragraph. */
static void print_text(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("\\`*_<|[", *text) != NULL) fputc('\\', out);
        if (*text == '\n' && text[1] != '\0') fputc('\n', out);
        fputc(*text, out);
    }
}

/* Within a table a bar ends the cell, even in code. */
static void print_value(FILE *out, const char *value)
{
    fputc(' ', out);
    for (; *value != '\0'; value++)
        fputs(*value == '|' ? "\\|" : (char[]){*value, '\0'}, out);
}

/* The fragment that leads to a heading. */
static void print_anchor(FILE *out, const char *heading)
{
    for (; *heading != '\0'; heading++) {
        if (isalnum((unsigned char)*heading) || *heading == '-')
            fputc(tolower((unsigned char)*heading), out);
        else if (*heading == ' ')
            fputc('-', out);
    }
}

static void print_option(FILE *out, const cli_command *command, const cli_option *option)
{
    if (option->help == NULL) return;
    char note[96];
    fputs("| ", out);
    if (option->letter != '\0') fprintf(out, "`-%c`, ", option->letter);
    fprintf(out, "`--%s", option->name);
    if (option->value != NULL) print_value(out, option->value);
    fputs("` | ", out);
    cli_option_note(command, option, note, sizeof note);
    print_text(out, option->help);
    print_text(out, note);
    fputs(" |\n", out);
}

static void print_options(FILE *out, const cli_command *command, const cli_option *option)
{
    if (option == NULL || option->name == NULL) return;
    fputs("\n| option | |\n| --- | --- |\n", out);
    for (; option->name != NULL; option++)
        print_option(out, command, option);
}

static void print_command(FILE *out, const cli_command *command)
{
    fprintf(out, "\n## samestory %s\n\n    samestory %s [OPTIONS]%s%s\n\n", command->name, command->name,
            command->operands[0] != '\0' ? " " : "", command->operands);
    print_text(out, command->description);
    fputc('\n', out);
    print_options(out, command, command->options);
    for (size_t i = 0; command->common != NULL && command->common[i] != NULL; i++) {
        const char *heading = command->common[i]->heading;
        fprintf(out, "%s[%s](#", i == 0 ? "\nAnd the common options under " : ", ", heading);
        print_anchor(out, heading);
        fputs(command->common[i + 1] == NULL ? ").\n" : ")", out);
    }
    const char *rest = command->example, *line;
    int length;
    if (rest != NULL) fputc('\n', out);
    while (cli_next_line(&rest, &length, &line))
        fprintf(out, "    %.*s\n", length, line);
}

static void print_facts(FILE *out, const char *heading, const cli_fact *facts)
{
    fprintf(out, "\n## %s\n\n| | |\n| --- | --- |\n", heading);
    for (; facts->term != NULL; facts++) {
        fprintf(out, "| `%s` | ", facts->term);
        print_text(out, facts->meaning);
        fputs(" |\n", out);
    }
}

void cli_print_markdown(FILE *out)
{
    fputs("# Command line\n\n<!-- Made by `samestory help --markdown`: edit the option tables in src/host/cli instead. -->\n\n"
          "Results go to standard output, messages to standard error. `samestory COMMAND --help` says the same on a terminal.\n\n"
          "| command | |\n| --- | --- |\n",
          out);
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        fprintf(out, "| [`%s`](#samestory-", cli_commands[i]->name);
        print_anchor(out, cli_commands[i]->name);
        fputs(") | ", out);
        print_text(out, cli_commands[i]->summary);
        fputs(" |\n", out);
    }
    for (size_t i = 0; cli_commands[i] != NULL; i++)
        print_command(out, cli_commands[i]);
    fputs("\n## Common options\n", out);
    const cli_command *taker;
    const cli_option_group *group;
    for (size_t i = 0; (group = cli_group_at(i, &taker)) != NULL; i++) {
        fprintf(out, "\n### %s\n", group->heading);
        print_options(out, taker, group->options);
    }
    print_facts(out, "Exit codes", cli_exit_codes);
    print_facts(out, "Environment", cli_environment);
}
