#include "cli.h"

#include <string.h>

/* Every name on the command line is shorter. */
#define NAME_MAX_LENGTH 31
#define COMMAND_MAX     32

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, changes and swaps of neighbours between two names (optimal string alignment distance). */
static size_t edit_distance(const char *a, const char *b)
{
    size_t cost[NAME_MAX_LENGTH + 1][NAME_MAX_LENGTH + 1];
    size_t length_a = strlen(a), length_b = strlen(b);
    if (length_a > NAME_MAX_LENGTH || length_b > NAME_MAX_LENGTH) return SIZE_MAX;
    for (size_t i = 0; i <= length_a; i++)
        cost[i][0] = i;
    for (size_t j = 0; j <= length_b; j++)
        cost[0][j] = j;
    for (size_t i = 1; i <= length_a; i++) {
        for (size_t j = 1; j <= length_b; j++) {
            size_t changed = cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            cost[i][j] = least(changed, least(cost[i - 1][j], cost[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                cost[i][j] = least(cost[i][j], cost[i - 2][j - 2] + 1);
            }
        }
    }
    return cost[length_a][length_b];
}

const char *cli_nearest_name(const char *word, const char *const *names)
{
    const char *nearest = NULL;
    size_t best = 1 + least(2, (strlen(word) + 1) / 3);
    for (; *names != NULL; names++) {
        size_t distance = edit_distance(word, *names);
        if (distance < best) {
            best = distance;
            nearest = *names;
        }
    }
    return nearest;
}

/* The length of the first word of a command's name. */
static size_t first_length(const cli_command *command)
{
    return strcspn(command->name, " ");
}

static bool begins_with(const cli_command *command, const char *word)
{
    return strlen(word) == first_length(command) && memcmp(command->name, word, strlen(word)) == 0;
}

/* The second words of the commands that begin with `word`, as "a, b or c". */
static void list_forms(const char *word, char *text, size_t size)
{
    const cli_command *forms[COMMAND_MAX];
    size_t count = 0, length = 0;
    for (size_t i = 0; cli_commands[i] != NULL && count < COMMAND_MAX; i++) {
        if (begins_with(cli_commands[i], word)) forms[count++] = cli_commands[i];
    }
    text[0] = '\0';
    for (size_t i = 0; i < count && length < size; i++) {
        const char *between = i == 0 ? "" : i + 1 < count ? ", " : " or ";
        length += (size_t)snprintf(text + length, size - length, "%s%s", between,
                                   forms[i]->name + first_length(forms[i]) + 1);
    }
}

static void complain_unknown(const char *word)
{
    const char *names[COMMAND_MAX + 1] = {NULL};
    char first[COMMAND_MAX][NAME_MAX_LENGTH + 1];
    for (size_t i = 0; cli_commands[i] != NULL && i < COMMAND_MAX; i++) {
        snprintf(first[i], sizeof first[i], "%.*s", (int)first_length(cli_commands[i]), cli_commands[i]->name);
        names[i] = first[i];
    }
    const char *nearest = cli_nearest_name(word, names);
    if (nearest == NULL) {
        cli_say("there is no command '%s'; see 'samestory --help'", word);
    } else {
        cli_say("there is no command '%s' (did you mean '%s'?); see 'samestory --help'", word, nearest);
    }
}

const cli_command *cli_find_command(size_t count, const char *const *words, int *used)
{
    bool known_group = false;
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        const cli_command *command = cli_commands[i];
        if (!begins_with(command, words[0])) continue;
        const char *second = command->name + first_length(command);
        if (*second == '\0') {
            *used = 1;
            return command;
        }
        known_group = true;
        if (count > 1 && strcmp(words[1], second + 1) == 0) {
            *used = 2;
            return command;
        }
    }
    if (known_group) {
        char forms[128];
        list_forms(words[0], forms, sizeof forms);
        cli_say("%s: after it comes %s; see 'samestory help %s'", words[0], forms, words[0]);
    } else {
        complain_unknown(words[0]);
    }
    return NULL;
}
