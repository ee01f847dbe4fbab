/* The manual page, in the man macros of roff. */
#include "cli.h"

#include <string.h>

/* Text of a page: what roff would take for its own is escaped, every line of the text becomes a paragraph. */
static void print_roff(FILE *out, const char *text)
{
    bool line_begins = true;
    for (; *text != '\0'; text++) {
        if (line_begins && (*text == '.' || *text == '\'')) fputs("\\&", out);
        line_begins = *text == '\n';
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '-')
            fputs("\\-", out);
        else if (line_begins && text[1] != '\0')
            fputs("\n.PP\n", out);
        else if (!line_begins)
            fputc(*text, out);
    }
    fputc('\n', out);
}

static void print_option(FILE *out, const cli_command *command, const cli_option *option)
{
    if (option->help == NULL) return;
    char note[96];
    fputs(".TP\n.B ", out);
    if (option->letter != '\0') fprintf(out, "\\-%c\\fR, \\fB", option->letter);
    fputs("\\-\\-", out);
    for (const char *c = option->name; *c != '\0'; c++)
        fputs(*c == '-' ? "\\-" : (char[]){*c, '\0'}, out);
    if (option->value != NULL) fprintf(out, " \\fI%s", option->value);
    fputc('\n', out);
    cli_option_note(command, option, note, sizeof note);
    char text[512];
    snprintf(text, sizeof text, "%s%s", option->help, note);
    print_roff(out, text);
}

static void print_options(FILE *out, const cli_command *command, const cli_option *option)
{
    for (; option != NULL && option->name != NULL; option++)
        print_option(out, command, option);
}

static void print_command(FILE *out, const cli_command *command)
{
    fprintf(out, ".SS samestory %s\n.B samestory %s\n[\\fIOPTIONS\\fR]\n", command->name, command->name);
    if (command->operands[0] != '\0') fprintf(out, "\\fI%s\\fR\n", command->operands);
    fputs(".PP\n", out);
    print_roff(out, command->description);
    print_options(out, command, command->options);
    if (command->common == NULL) return;
    fputs(".PP\nAnd the common options under", out);
    for (size_t i = 0; command->common[i] != NULL; i++)
        fprintf(out, "%s %s", i == 0 ? "" : ",", command->common[i]->heading);
    fputs(".\n", out);
}

/* Each group of common options, once, with the defaults of the first command that takes it. */
static void print_groups(FILE *out)
{
    const cli_command *taker;
    const cli_option_group *group;
    fputs(".SH COMMON OPTIONS\n", out);
    for (size_t i = 0; (group = cli_group_at(i, &taker)) != NULL; i++) {
        fprintf(out, ".SS %s\n", group->heading);
        print_options(out, taker, group->options);
    }
}

static void print_facts(FILE *out, const cli_fact *facts)
{
    for (; facts->term != NULL; facts++) {
        fprintf(out, ".TP\n.B %s\n", facts->term);
        print_roff(out, facts->meaning);
    }
}

static void print_examples(FILE *out)
{
    fputs(".SH EXAMPLES\n.nf\n", out);
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        const char *rest = cli_commands[i]->example, *line;
        int length;
        while (cli_next_line(&rest, &length, &line)) {
            char text[256];
            snprintf(text, sizeof text, "%.*s", length, line);
            print_roff(out, text);
        }
    }
    fputs(".fi\n", out);
}

void cli_print_manual(FILE *out)
{
    fprintf(out,
            ".TH SAMESTORY 1 \"\" \"samestory %s\" \"User Commands\"\n"
            ".SH NAME\nsamestory \\- find which Chinese and English news articles report the same event\n"
            ".SH SYNOPSIS\n.B samestory\n\\fICOMMAND\\fR [\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]\n.br\n"
            ".B samestory link\n\\fIFILE\\fR... \\fB\\-o\\fR \\fIFILE\\fR\n.SH DESCRIPTION\n",
            ss_version());
    print_roff(out, "samestory reads news articles in Chinese and English, compares them by learned character n-gram "
                    "sketches and writes which of them report the same event, and why, to one HDF5 file. Results go to "
                    "standard output, messages to standard error.");
    fputs(".SH COMMANDS\n", out);
    for (size_t i = 0; cli_commands[i] != NULL; i++)
        print_command(out, cli_commands[i]);
    print_groups(out);
    fputs(".SH EXIT STATUS\n", out);
    print_facts(out, cli_exit_codes);
    fputs(".SH ENVIRONMENT\n", out);
    print_facts(out, cli_environment);
    print_examples(out);
}
