/* How often the language of a line is told wrongly. Lines of standard input: expected language, class, declared language (may be
 * empty), text, with tabs between and \n for a line end. Prints for each class lines and errors; with -v the lines too.
 *
 *     bench_language [-v] < lines.tsv */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language.h"

#define CLASSES 64
#define FIELDS  4

typedef struct line_class {
    char name[32];
    size_t lines, errors;
} line_class;

static line_class *find_class(line_class *classes, const char *name)
{
    size_t i = 0;
    while (i + 1 < CLASSES && *classes[i].name != '\0' && strcmp(classes[i].name, name) != 0)
        i++;
    snprintf(classes[i].name, sizeof classes[i].name, "%s", name);
    return &classes[i];
}

static bool split(char *line, char *field[FIELDS])
{
    for (size_t i = 0; i < FIELDS; i++) {
        field[i] = line;
        line += strcspn(line, i + 1 < FIELDS ? "\t" : "\n");
        if (*line == '\0' && i + 1 < FIELDS) return false;
        *line++ = '\0';
    }
    for (char *end; (end = strstr(field[FIELDS - 1], "\\n")) != NULL;)
        memcpy(end, " \n", 2);
    return true;
}

int main(int argc, char **argv)
{
    bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
    line_class classes[CLASSES] = {0}, all = {.name = "all"};
    char *line = NULL, *field[FIELDS];
    size_t capacity = 0;
    while (getline(&line, &capacity, stdin) > 0) {
        if (*line == '#' || !split(line, field)) continue;
        const char *text = field[3], *declared = *field[2] != '\0' ? field[2] : NULL;
        const char *told = ss_lang_name(ss_lang_decide(declared, text, strlen(text)));
        line_class *class = find_class(classes, field[1]);
        bool wrong = strcmp(told, field[0]) != 0;
        class->lines++, all.lines++;
        class->errors += wrong, all.errors += wrong;
        if (wrong && verbose) printf("%s\t%s\t%s\t%s\n", told, field[0], field[1], text);
    }
    free(line);
    for (size_t i = 0; i < CLASSES && *classes[i].name != '\0'; i++)
        printf("%-14s %8zu lines %6zu errors\n", classes[i].name, classes[i].lines, classes[i].errors);
    printf("%-14s %8zu lines %6zu errors\n", all.name, all.lines, all.errors);
    return ferror(stdin) ? 1 : 0;
}
