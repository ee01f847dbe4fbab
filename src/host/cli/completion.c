/* Completion scripts for bash, zsh and fish. */
#include "cli.h"

#include <string.h>

static bool in_group(const cli_command *command)
{
    return strchr(command->name, ' ') != NULL;
}

/* Whether command number `i` is the first whose name begins with its first word. */
static bool opens_group(size_t i)
{
    const char *name = cli_commands[i]->name;
    size_t length = strcspn(name, " ") + 1;
    return in_group(cli_commands[i]) && (i == 0 || strncmp(cli_commands[i - 1]->name, name, length) != 0);
}

/* The first words of all commands, parted by spaces. */
static void print_first_words(FILE *out)
{
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        const char *name = cli_commands[i]->name;
        if (in_group(cli_commands[i]) && !opens_group(i)) continue;
        fprintf(out, "%s%.*s", i == 0 ? "" : " ", (int)strcspn(name, " "), name);
    }
}

/* The second words of the group that command number `i` opens, parted by spaces. */
static void print_second_words(FILE *out, size_t i)
{
    size_t length = strcspn(cli_commands[i]->name, " ") + 1;
    const char *between = "";
    for (size_t j = i; cli_commands[j] != NULL; j++) {
        if (strncmp(cli_commands[j]->name, cli_commands[i]->name, length) != 0) continue;
        fprintf(out, "%s%s", between, cli_commands[j]->name + length);
        between = " ";
    }
}

static void print_choices(FILE *out, const cli_option *option)
{
    for (size_t i = 0; option->choices[i] != NULL; i++)
        fprintf(out, "%s%s", i == 0 ? "" : " ", option->choices[i]);
}

/* Text inside single quotes of a shell; `escaped` are characters that mean something there. */
static void print_quoted(FILE *out, const char *text, const char *quote, const char *escaped)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            fputs(quote, out);
        } else {
            if (strchr(escaped, *text) != NULL) fputc('\\', out);
            fputc(*text, out);
        }
    }
}

static bool takes_command_names(const cli_command *command)
{
    return strcmp(command->name, "help") == 0;
}

/* ------------------------------------------------------------------ bash */

static void print_bash_command(FILE *out, const cli_command *command)
{
    const cli_option *option;
    fprintf(out, "    '%s')\n        case $previous in\n", command->name);
    for (size_t i = 0; (option = cli_option_at(command, i)) != NULL; i++) {
        if (option->type == CLI_FLAG || option->help == NULL) continue;
        fprintf(out, "        --%s", option->name);
        if (option->letter != '\0') fprintf(out, "|-%c", option->letter);
        fputs(") ", out);
        if (option->type == CLI_FILE) {
            fputs("return", out);
        } else {
            fputs("words='", out);
            if (option->choices != NULL) print_choices(out, option);
            fputs("'; compopt +o default", out);
        }
        fputs(" ;;\n", out);
    }
    fputs("        *)\n            [[ $word != -* ]] || words='", out);
    for (size_t i = 0; (option = cli_option_at(command, i)) != NULL; i++) {
        if (option->help != NULL) fprintf(out, "%s--%s", i == 0 ? "" : " ", option->name);
    }
    fputs("'\n", out);
    if (takes_command_names(command)) {
        fputs("            [[ $word == -* ]] || words='", out);
        print_first_words(out);
        fputs("'\n", out);
    }
    fputs("            ;;\n        esac\n        ;;\n", out);
}

static void print_bash(FILE *out)
{
    fputs("# Completion of samestory for bash.\n"
          "_samestory()\n{\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} "
          "words=\n"
          "    COMPREPLY=()\n"
          "    # bash takes --name=value for three words.\n"
          "    if [[ $word == = ]]; then word=; elif [[ $previous == = ]]; then previous=${COMP_WORDS[COMP_CWORD-2]}; "
          "fi\n"
          "    if ((COMP_CWORD == 1)); then\n        COMPREPLY=($(compgen -W '",
          out);
    print_first_words(out);
    fputs(" --help --version' -- \"$word\"))\n        return\n    fi\n    case $command in\n", out);
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        if (!opens_group(i)) continue;
        fprintf(out, "    %.*s)\n        if ((COMP_CWORD == 2)); then\n            COMPREPLY=($(compgen -W '",
                (int)strcspn(cli_commands[i]->name, " "), cli_commands[i]->name);
        print_second_words(out, i);
        fputs("' -- \"$word\"))\n            return\n        fi\n        command+=\" ${COMP_WORDS[2]}\"\n        ;;\n",
              out);
    }
    fputs("    esac\n    case $command in\n", out);
    for (size_t i = 0; cli_commands[i] != NULL; i++)
        print_bash_command(out, cli_commands[i]);
    fputs("    esac\n"
          "    # Without words the shell completes the names of files.\n"
          "    [[ -z $words ]] || COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
          "}\ncomplete -o default -F _samestory samestory\n",
          out);
}

/* ------------------------------------------------------------------- zsh */

#define ZSH_QUOTE "'\\''"

static void print_zsh_option(FILE *out, const cli_option *option)
{
    if (option->help == NULL) return;
    const char *equals = option->type == CLI_FLAG ? "" : "=";
    fputs(" \\\n            ", out);
    if (option->letter != '\0') {
        fprintf(out, "'(-%c --%s)'{-%c,--%s%s}'", option->letter, option->name, option->letter, option->name, equals);
    } else {
        fprintf(out, "'%s--%s%s", option->type == CLI_LIST ? "*" : "", option->name, equals);
    }
    fputc('[', out);
    print_quoted(out, option->help, ZSH_QUOTE, "[]\\");
    fputc(']', out);
    if (option->type != CLI_FLAG) {
        fputc(':', out);
        print_quoted(out, option->value, ZSH_QUOTE, ":\\");
        fputc(':', out);
        if (option->type == CLI_FILE) {
            fputs("_files", out);
        } else if (option->choices != NULL) {
            fputc('(', out);
            print_choices(out, option);
            fputc(')', out);
        } else {
            fputc(' ', out);
        }
    }
    fputc('\'', out);
}

static void print_zsh_command(FILE *out, const cli_command *command)
{
    const cli_option *option;
    fprintf(out, "        '%s')\n            _arguments -s -S", command->name);
    for (size_t i = 0; (option = cli_option_at(command, i)) != NULL; i++)
        print_zsh_option(out, option);
    if (takes_command_names(command)) {
        fputs(" \\\n            '1:command:(", out);
        print_first_words(out);
        fputs(")'", out);
    } else if (command->most > 0) {
        fputs(" \\\n            '*:file:_files'", out);
    }
    fputs("\n            ;;\n", out);
}

static void print_zsh(FILE *out)
{
    fputs("#compdef samestory\n"
          "_samestory()\n{\n"
          "    local curcontext=$curcontext context state line command\n"
          "    _arguments -C '(- *)'{-h,--help}'[show help]' '(- *)--version[show the version]' '1:command:->command' "
          "\\\n"
          "        '*::argument:->arguments' && return\n"
          "    case $state in\n    command)\n        compadd ",
          out);
    print_first_words(out);
    fputs("\n        ;;\n    arguments)\n        command=$words[1]\n        case $command in\n", out);
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        if (!opens_group(i)) continue;
        fprintf(out, "        %.*s)\n            if ((CURRENT == 2)); then\n                compadd ",
                (int)strcspn(cli_commands[i]->name, " "), cli_commands[i]->name);
        print_second_words(out, i);
        fputs("\n                return\n            fi\n            command=\"$command $words[2]\"\n"
              "            shift words\n            ((CURRENT--))\n            ;;\n",
              out);
    }
    fputs("        esac\n        case $command in\n", out);
    for (size_t i = 0; cli_commands[i] != NULL; i++)
        print_zsh_command(out, cli_commands[i]);
    fputs("        esac\n        ;;\n    esac\n}\n_samestory \"$@\"\n", out);
}

/* ------------------------------------------------------------------ fish */

/* The condition under which the words of `command` stand before the cursor. */
static void print_fish_condition(FILE *out, const cli_command *command)
{
    size_t first = strcspn(command->name, " ");
    fprintf(out, "complete -c samestory -n '__fish_seen_subcommand_from %.*s", (int)first, command->name);
    if (in_group(command)) fprintf(out, "; and __fish_seen_subcommand_from %s", command->name + first + 1);
    fputc('\'', out);
}

static void print_fish_option(FILE *out, const cli_command *command, const cli_option *option)
{
    if (option->help == NULL) return;
    print_fish_condition(out, command);
    if (option->letter != '\0') fprintf(out, " -s %c", option->letter);
    fprintf(out, " -l %s", option->name);
    if (option->type == CLI_FILE) {
        fputs(" -r -F", out);
    } else if (option->type != CLI_FLAG) {
        fputs(" -x", out);
        if (option->choices != NULL) {
            fputs(" -a '", out);
            print_choices(out, option);
            fputc('\'', out);
        }
    }
    fputs(" -d '", out);
    print_quoted(out, option->help, "\\'", "\\");
    fputs("'\n", out);
}

static void print_fish_command(FILE *out, size_t i)
{
    const cli_command *command = cli_commands[i];
    size_t first = strcspn(command->name, " ");
    if (in_group(command)) {
        fprintf(out, "complete -c samestory -n '__fish_seen_subcommand_from %.*s; and not __fish_seen_subcommand_from ",
                (int)first, command->name);
        size_t opener = i;
        while (!opens_group(opener))
            opener--;
        print_second_words(out, opener);
        fprintf(out, "' -a %s -d '", command->name + first + 1);
    } else {
        fprintf(out, "complete -c samestory -n __fish_use_subcommand -a %s -d '", command->name);
    }
    print_quoted(out, command->summary, "\\'", "\\");
    fputs("'\n", out);
    if (opens_group(i)) {
        fprintf(out, "complete -c samestory -n __fish_use_subcommand -a %.*s\n", (int)first, command->name);
    }
    const cli_option *option;
    for (size_t j = 0; (option = cli_option_at(command, j)) != NULL; j++)
        print_fish_option(out, command, option);
    if (takes_command_names(command)) {
        print_fish_condition(out, command);
        fputs(" -a '", out);
        print_first_words(out);
        fputs("'\n", out);
    } else if (command->most > 0) {
        print_fish_condition(out, command);
        fputs(" -F\n", out);
    }
}

static void print_fish(FILE *out)
{
    fputs("# Completion of samestory for fish.\ncomplete -c samestory -f\n"
          "complete -c samestory -n __fish_use_subcommand -s h -l help -d 'show help'\n"
          "complete -c samestory -n __fish_use_subcommand -l version -d 'show the version'\n",
          out);
    for (size_t i = 0; cli_commands[i] != NULL; i++)
        print_fish_command(out, i);
}

void cli_print_completion(FILE *out, cli_shell shell)
{
    switch (shell) {
    case CLI_BASH:
        print_bash(out);
        break;
    case CLI_ZSH:
        print_zsh(out);
        break;
    case CLI_FISH:
        print_fish(out);
        break;
    }
}
