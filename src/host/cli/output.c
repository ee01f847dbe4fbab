/* What goes to standard output and standard error. */
#include "cli.h"

#include <errno.h>
#include <string.h>

void cli_print_text(FILE *out, const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        /* U+0080 to U+009F are controls too: C2 80 to C2 9F. */
        bool wide = c[0] == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f;
        fputc(wide || *c < 0x20 || *c == 0x7f ? ' ' : *c, out);
        c += wide;
    }
}

const char *cli_format_bytes(char *buffer, size_t size, double bytes)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
    size_t unit = 0;
    for (; bytes >= 999.95 && unit < 4; unit++)
        bytes /= 1000.0;
    snprintf(buffer, size, unit == 0 ? "%.0f %s" : "%.1f %s", bytes, units[unit]);
    return buffer;
}

int cli_close_stdout(int code)
{
    errno = 0;
    bool failed = ferror(stdout) != 0;
    failed |= fflush(stdout) != 0;
    if (!failed || errno == EPIPE) return code;
    cli_complain("can't write to standard output%s%s", errno != 0 ? ": " : "", errno != 0 ? strerror(errno) : "");
    return CLI_FAILED;
}

int cli_exit_code(ss_status status)
{
    /* A read or write that Ctrl-C broke off may be told as a failure of its own. */
    if (status != SS_OK && cli_interrupted()) {
        cli_complain("interrupted");
        return CLI_INTERRUPTED;
    }
    if (status != SS_OK) cli_complain("%s", ss_last_error());
    switch (status) {
    case SS_OK:
        return CLI_OK;
    case SS_ERROR_ARGUMENT:
        return CLI_USAGE;
    case SS_ERROR_INPUT:
        return CLI_BAD_INPUT;
    case SS_ERROR_DEVICE:
        return CLI_NO_DEVICE;
    case SS_ERROR_INTERRUPTED:
        return CLI_INTERRUPTED;
    case SS_ERROR_MEMORY:
    case SS_ERROR_IO:
    case SS_ERROR_INTERNAL:
        break;
    }
    return CLI_FAILED;
}
