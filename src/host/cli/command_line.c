/* What was asked for, as provenance keeps it. */
#include "cli.h"

#include <string.h>

#include "buffer.h"
#include "status.h"

ss_status cli_command_line(char **out, const cli_call *call)
{
    ss_buffer line = {0};
    ss_status status = ss_buffer_append(&line, "samestory", strlen("samestory"));
    for (int i = 1; i < call->argc && status == SS_OK; i++) {
        const char *word = call->argv[i];
        bool plain = word[0] != '\0' && strpbrk(word, " \t\n\"'\\$`*?[](){}<>|&;#~!") == NULL;
        status = ss_buffer_append(&line, plain ? " " : " '", plain ? 1 : 2);
        for (const char *c = word; *c != '\0' && status == SS_OK; c++) {
            bool quote = !plain && *c == '\'';
            status = ss_buffer_append(&line, quote ? "'\\''" : c, quote ? 4 : 1);
        }
        if (!plain && status == SS_OK) status = ss_buffer_append(&line, "'", 1);
    }
    *out = NULL;
    if (status == SS_OK) status = ss_copy_text(out, line.data, line.length);
    ss_buffer_free(&line);
    return status;
}
