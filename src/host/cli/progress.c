/* One line on a terminal that says how far a job is. */
#include "cli.h"

#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define SECONDS_BETWEEN (1.0 / 6.0)

static bool shown;
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

void cli_progress_show(void *user, const char *stage, uint64_t done, uint64_t total)
{
    (void)user;
    double now = cli_now();
    if (now - last_time < SECONDS_BETWEEN || isatty(STDERR_FILENO) == 0) return;
    last_time = now;
    char line[160];
    if (total == 0) {
        snprintf(line, sizeof line, "%s: %llu", stage, (unsigned long long)done);
    } else {
        snprintf(line, sizeof line, "%s: %.0f %% (%llu of %llu)", stage, 100.0 * (double)done / (double)total,
                 (unsigned long long)done, (unsigned long long)total);
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
