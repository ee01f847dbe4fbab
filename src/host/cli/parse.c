#include "cli.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const cli_option cli_help_option = {.name = "help", .letter = 'h', .type = CLI_FLAG, .help = "show this help"};

/* Option number `*index` of a table, or NULL with *index less by its length. */
static const cli_option *find_option(const cli_option *option, size_t *index)
{
    for (; option != NULL && option->name != NULL; option++) {
        if ((*index)-- == 0) return option;
    }
    return NULL;
}

const cli_option *cli_option_at(const cli_command *command, size_t index)
{
    const cli_option *option = find_option(command->options, &index);
    for (size_t i = 0; option == NULL && command->common != NULL && command->common[i] != NULL; i++) {
        option = find_option(command->common[i]->options, &index);
    }
    if (option != NULL) return option;
    return index == 0 ? &cli_help_option : NULL;
}

static int complain(const cli_command *command, const char *format, ...) SS_PRINTF(2, 3);

/* A complaint about the words after the name of `command`, and where to read more. */
static int complain(const cli_command *command, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    cli_say("%s: %s; see 'samestory %s --help'", command->name, text, command->name);
    return CLI_USAGE;
}

/* ---------------------------------------------------------------- values */

static const char *const no_choices[] = {NULL};

static const char *const *choices_of(const cli_option *option)
{
    return option->choices != NULL ? option->choices : no_choices;
}

static bool find_choice(const cli_option *option, const char *word, size_t length, unsigned *place)
{
    const char *const *choices = choices_of(option);
    for (*place = 0; choices[*place] != NULL; ++*place) {
        if (strlen(choices[*place]) == length && memcmp(choices[*place], word, length) == 0) return true;
    }
    return false;
}

/* "a, b or c" */
static void list_choices(const cli_option *option, char *text, size_t size)
{
    const char *const *choices = choices_of(option);
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; choices[i] != NULL && length < size; i++) {
        const char *between = i == 0 ? "" : choices[i + 1] != NULL ? ", " : " or ";
        length += (size_t)snprintf(text + length, size - length, "%s%s", between, choices[i]);
    }
}

static int complain_choice(const cli_command *command, const cli_option *option, const char *word)
{
    char known[256];
    list_choices(option, known, sizeof known);
    return complain(command, "--%s: '%s' is not %s", option->name, word, known);
}

static int complain_number(const cli_command *command, const cli_option *option, const char *kind, const char *text)
{
    const char *word = choices_of(option)[0];
    return complain(command, "--%s: '%s' is not a %s from %.10g to %.10g%s%s%s", option->name, text, kind, option->low,
                    option->high, word != NULL ? ", nor '" : "", word != NULL ? word : "", word != NULL ? "'" : "");
}

/* strtol and strtod pass over spaces and know names such as "inf" and "0x10": here a number has figures only. */
static bool looks_like_number(const char *text)
{
    return text[0] != '\0' && text[strspn(text, "0123456789.eE+-")] == '\0';
}

static int set_int(const cli_command *command, const cli_option *option, const char *text, int *target)
{
    char *end = NULL;
    errno = 0;
    long number = strtol(text, &end, 10);
    if (!looks_like_number(text) || end == text || *end != '\0' || errno != 0 || (double)number < option->low ||
        (double)number > option->high) {
        return complain_number(command, option, "whole number", text);
    }
    *target = (int)number;
    return CLI_OK;
}

static int set_real(const cli_command *command, const cli_option *option, const char *text, double *target)
{
    char *end = NULL;
    double number = strtod(text, &end);
    if (!looks_like_number(text) || end == text || *end != '\0' || !(number >= option->low && number <= option->high)) {
        return complain_number(command, option, "number", text);
    }
    *target = number;
    return CLI_OK;
}

static int set_size(const cli_command *command, const cli_option *option, const char *text, size_t *target)
{
    static const char units[] = "KMGT";
    size_t length = strlen(text);
    const char *unit = length > 0 ? strchr(units, text[length - 1]) : NULL;
    char figures[32];
    double number = -1.0;
    if (unit != NULL) length--;
    if (length > 0 && length < sizeof figures && strspn(text, "0123456789.") >= length) {
        memcpy(figures, text, length);
        figures[length] = '\0';
        char *end = NULL;
        number = strtod(figures, &end);
        if (*end != '\0') number = -1.0;
        if (unit != NULL) number = ldexp(number, 10 * (int)(unit - units + 1));
    }
    if (!(number >= 1.0 && number < 0x1p62)) {
        return complain(command, "--%s: '%s' is not a size such as 512M or 1.5G", option->name, text);
    }
    *target = (size_t)number;
    return CLI_OK;
}

static int set_set(const cli_command *command, const cli_option *option, const char *text, unsigned *target)
{
    unsigned set = 0;
    for (const char *word = text;;) {
        size_t length = strcspn(word, ",");
        unsigned place;
        if (!find_choice(option, word, length, &place)) return complain_choice(command, option, text);
        set |= 1u << place;
        if (word[length] == '\0') break;
        word += length + 1;
    }
    *target = set;
    return CLI_OK;
}

static int set_list(const cli_command *command, const cli_option *option, const char *text, cli_list *list)
{
    if (list->count == CLI_LIST_MAX) {
        return complain(command, "--%s can be given %d times at most", option->name, CLI_LIST_MAX);
    }
    list->item[list->count++] = text;
    return CLI_OK;
}

static int set_option(const cli_call *call, const cli_option *option, const char *text)
{
    const cli_command *command = call->command;
    void *target = (char *)call->settings + option->offset;
    unsigned place;
    switch (option->type) {
    case CLI_FLAG:
        *(bool *)target = true;
        return CLI_OK;
    case CLI_INT:
        if (!find_choice(option, text, strlen(text), &place)) return set_int(command, option, text, target);
        *(int *)target = -1;
        return CLI_OK;
    case CLI_REAL:
        if (!find_choice(option, text, strlen(text), &place)) return set_real(command, option, text, target);
        *(double *)target = -1.0;
        return CLI_OK;
    case CLI_SIZE:
        return set_size(command, option, text, target);
    case CLI_TEXT:
    case CLI_FILE:
        if (text[0] == '\0') return complain(command, "--%s: its value is empty", option->name);
        *(const char **)target = text;
        return CLI_OK;
    case CLI_CHOICE:
        if (!find_choice(option, text, strlen(text), &place)) return complain_choice(command, option, text);
        *(int *)target = 1 + (int)place;
        return CLI_OK;
    case CLI_SET:
        return set_set(command, option, text, target);
    case CLI_LIST:
        return set_list(command, option, text, target);
    }
    return CLI_USAGE;
}

/* ----------------------------------------------------------------- words */

#define OPTION_MAX 64

/* Where the parser stands. */
typedef struct parser {
    cli_call *call;
    int next;               /* word to look at next */
    bool given[OPTION_MAX]; /* by the index of cli_option_at() */
    bool help;
} parser;

static int complain_unknown(const cli_command *command, const char *name)
{
    const char *names[OPTION_MAX + 1] = {NULL};
    for (size_t i = 0, n = 0; n < OPTION_MAX; i++) {
        const cli_option *option = cli_option_at(command, i);
        if (option == NULL) break;
        if (option->help != NULL) names[n++] = option->name;
    }
    const char *nearest = cli_nearest_name(name, names);
    if (nearest == NULL) return complain(command, "there is no option --%s", name);
    return complain(command, "there is no option --%s (did you mean --%s?)", name, nearest);
}

/* Takes option number `index`. `text` is its value if that was in the same word, else NULL. */
static int take_option(parser *at, size_t index, const char *text)
{
    const cli_option *option = cli_option_at(at->call->command, index);
    if (option == &cli_help_option) {
        at->help = true;
        return CLI_OK;
    }
    if (option->type != CLI_FLAG && text == NULL) {
        if (at->next == at->call->argc) {
            return complain(at->call->command, "--%s needs a value: --%s %s", option->name, option->name,
                            option->value);
        }
        text = at->call->argv[at->next++];
    }
    at->given[index] = true;
    return set_option(at->call, option, text);
}

/* --name, --name value, --name=value */
static int take_long(parser *at, const char *word)
{
    const cli_command *command = at->call->command;
    size_t length = strcspn(word, "=");
    const cli_option *option;
    for (size_t i = 0; (option = cli_option_at(command, i)) != NULL; i++) {
        if (strlen(option->name) != length || memcmp(option->name, word, length) != 0) continue;
        if (word[length] != '=') return take_option(at, i, NULL);
        if (option->type == CLI_FLAG) return complain(command, "--%s takes no value", option->name);
        return take_option(at, i, word + length + 1);
    }
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)length, word);
    return complain_unknown(command, name);
}

/* -q, -qo value, -ovalue */
static int take_letters(parser *at, const char *letters)
{
    const cli_command *command = at->call->command;
    for (; *letters != '\0'; letters++) {
        const cli_option *option;
        size_t i = 0;
        while ((option = cli_option_at(command, i)) != NULL && option->letter != *letters)
            i++;
        if (option == NULL) return complain(command, "there is no option -%c", *letters);
        if (option->type != CLI_FLAG) return take_option(at, i, letters[1] != '\0' ? letters + 1 : NULL);
        int code = take_option(at, i, NULL);
        if (code != CLI_OK) return code;
    }
    return CLI_OK;
}

static int take_words(parser *at)
{
    cli_call *call = at->call;
    bool only_operands = false;
    while (at->next < call->argc && !at->help) {
        const char *word = call->argv[at->next++];
        int code = CLI_OK;
        if (only_operands || word[0] != '-' || word[1] == '\0') {
            call->operand[call->operand_count++] = word;
        } else if (strcmp(word, "--") == 0) {
            only_operands = true;
        } else {
            code = word[1] == '-' ? take_long(at, word + 2) : take_letters(at, word + 1);
        }
        if (code != CLI_OK) return code;
    }
    return CLI_OK;
}

/* What only shows once every word has been seen: missing options, too few or too many operands. */
static int check_all(const parser *at)
{
    const cli_call *call = at->call;
    const cli_command *command = call->command;
    const cli_option *option;
    for (size_t i = 0; (option = cli_option_at(command, i)) != NULL; i++) {
        if (option->required && !at->given[i]) {
            return complain(command, "--%s %s is missing: %s", option->name, option->value, option->help);
        }
    }
    if (call->operand_count < command->least) {
        return complain(command, "%s missing; it takes %s", call->operand_count == 0 ? "its arguments are" : "one is",
                        command->operands);
    }
    if (call->operand_count > command->most) {
        return complain(command, "'%s' is one argument too many", call->operand[command->most]);
    }
    return CLI_OK;
}

int cli_parse(cli_call *call, int begin, bool *help)
{
    parser at = {.call = call, .next = begin};
    if (call->command->defaults != NULL) call->command->defaults(call->settings);
    const cli_option *option;
    for (size_t i = 0; (option = cli_option_at(call->command, i)) != NULL; i++) {
        if (option->initial == NULL) continue;
        int code = set_option(call, option, option->initial);
        if (code != CLI_OK) return code;
    }
    int code = take_words(&at);
    *help = code == CLI_OK && at.help;
    return code != CLI_OK || at.help ? code : check_all(&at);
}
