/* How far a job is: a bar on a terminal, elsewhere a line or an object a minute. */
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

#define ON_TERMINAL (1.0 / 6.0) /* seconds between two */
#define ELSEWHERE   60.0
#define BAR_WIDTH   20

/* The stage that is shown, and where it was when it began: a resumed one does not begin at 0. */
static struct {
    char name[64];
    uint64_t first, last;
    double since;
} shown_stage;

static bool shown; /* there is a bar on the terminal */
static double last_time;

double cli_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int terminal_width(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* How fast it goes, a second; 0: not known yet. */
static double measure_rate(const char *stage, uint64_t done, double now)
{
    if (strncmp(shown_stage.name, stage, sizeof shown_stage.name - 1) != 0 || done < shown_stage.last) {
        snprintf(shown_stage.name, sizeof shown_stage.name, "%s", stage);
        shown_stage.first = done;
        shown_stage.since = now;
    }
    shown_stage.last = done;
    double seconds = now - shown_stage.since;
    return seconds > 0.5 ? (double)(done - shown_stage.first) / seconds : 0;
}

static void format_duration(char *text, size_t size, double seconds)
{
    if (seconds < 100)
        snprintf(text, size, "%.0f s", seconds);
    else if (seconds < 6000)
        snprintf(text, size, "%.0f min", seconds / 60);
    else
        snprintf(text, size, "%.1f h", seconds / 3600);
}

/* "match: [#####               ] 27 %, 2700 of 10000, 812/s, 9 s left" */
static void format_line(char *line, size_t size, const char *stage, uint64_t done, uint64_t total, double rate,
                        bool bar)
{
    size_t length = (size_t)snprintf(line, size, "%s: ", stage);
    if (total > 0 && bar) {
        int filled = (int)(BAR_WIDTH * (done < total ? done : total) / total);
        char full[BAR_WIDTH + 1] = "####################";
        length += (size_t)snprintf(line + length, size - length, "[%-*.*s] ", BAR_WIDTH, filled, full);
    }
    if (total > 0)
        length += (size_t)snprintf(line + length, size - length, "%.0f %%, %llu of %llu",
                                   100.0 * (double)done / (double)total, (unsigned long long)done,
                                   (unsigned long long)total);
    else
        length += (size_t)snprintf(line + length, size - length, "%llu", (unsigned long long)done);
    if (rate <= 0 || length >= size) return;
    length += (size_t)snprintf(line + length, size - length, ", %.0f/s", rate);
    char left[32];
    format_duration(left, sizeof left, total > done ? (double)(total - done) / rate : 0);
    if (total > 0 && length < size) snprintf(line + length, size - length, ", %s left", left);
}

static void show_object(const char *stage, uint64_t done, uint64_t total, double rate)
{
    json_t *fields = json_pack("{s:o, s:I}", "stage", cli_json_any_text(stage), "done", (json_int_t)done);
    if (fields != NULL && total > 0) json_object_set_new(fields, "total", json_integer((json_int_t)total));
    if (fields != NULL && rate > 0) json_object_set_new(fields, "per_second", json_real(rate));
    if (fields != NULL && rate > 0 && total > 0)
        json_object_set_new(fields, "seconds_left", json_real(total > done ? (double)(total - done) / rate : 0));
    cli_log_object("progress", fields);
}

void cli_progress_show(void *user, const char *stage, uint64_t done, uint64_t total)
{
    (void)user;
    double now = cli_now();
    bool terminal = !cli_log_is_json() && isatty(STDERR_FILENO) != 0;
    double rate = measure_rate(stage, done, now);
    if (last_time == 0 && !terminal) last_time = now; /* the first line after a minute, not at once */
    if (now - last_time < (terminal ? ON_TERMINAL : ELSEWHERE)) return;
    last_time = now;
    if (cli_log_is_json()) {
        show_object(stage, done, total, rate);
        return;
    }
    char line[160];
    format_line(line, sizeof line, stage, done, total, rate, terminal);
    if (!terminal) {
        cli_say("%s", line);
        return;
    }
    fprintf(stderr, "\r\033[K%.*s", terminal_width() - 1, line);
    fflush(stderr);
    shown = true;
}

void cli_progress_clear(void)
{
    if (!shown) return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    shown = false;
}
