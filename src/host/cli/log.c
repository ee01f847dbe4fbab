/* What the program says on standard error: lines for people, or with --log json objects for programs. */
#include "log.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MESSAGE_SIZE 4096

static bool in_json;

void cli_log_begin(bool json)
{
    in_json = json;
}

bool cli_log_is_json(void)
{
    return in_json;
}

json_t *cli_json_any_text(const char *text)
{
    json_t *string = json_string(text);
    if (string != NULL) return string;
    char *copy = strdup(text);
    if (copy == NULL) return NULL;
    for (char *c = copy; *c != '\0'; c++)
        if ((unsigned char)*c >= 0x80) *c = '?';
    string = json_string(copy);
    free(copy);
    return string;
}

void cli_log_object(const char *event, json_t *fields)
{
    char now[32] = "";
    time_t seconds = time(NULL);
    struct tm parts;
    if (gmtime_r(&seconds, &parts) != NULL) strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", &parts);
    json_t *object = json_pack("{s:s, s:s}", "time", now, "event", event);
    if (object != NULL && fields != NULL && json_object_update(object, fields) == 0) {
        json_dumpf(object, stderr, JSON_COMPACT | JSON_REAL_PRECISION(6));
        fputc('\n', stderr);
    }
    json_decref(fields);
    json_decref(object);
}

static void say(const char *event, const char *format, va_list arguments) SS_PRINTF(2, 0);

static void say(const char *event, const char *format, va_list arguments)
{
    char message[MESSAGE_SIZE];
    vsnprintf(message, sizeof message, format, arguments);
    if (in_json) {
        cli_log_object(event, json_pack("{s:o}", "message", cli_json_any_text(message)));
        return;
    }
    cli_progress_clear();
    fprintf(stderr, "samestory: %s\n", message);
}

void cli_say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say("message", format, arguments);
    va_end(arguments);
}

void cli_warn(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say("warning", format, arguments);
    va_end(arguments);
}

void cli_complain(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say("error", format, arguments);
    va_end(arguments);
}
