/* The command line. One table of commands, one table of options for each: from them come the parser, --help, the
 * manual page and the completion of the shells, so that none of them can say what another does not do. */
#ifndef SS_CLI_H
#define SS_CLI_H

#include <stdio.h>

#include "samestory.h"

enum {
    CLI_OK = 0,
    CLI_FAILED = 1,
    CLI_USAGE = 2,
    CLI_BAD_INPUT = 3,
    CLI_NO_DEVICE = 4,
    CLI_INTERRUPTED = 130,
};

/* ---------------------------------------------------------------- tables */

typedef enum cli_type {
    CLI_FLAG,   /* bool */
    CLI_INT,    /* int; the word choices[0], if there is one, stands for -1 */
    CLI_REAL,   /* double; likewise */
    CLI_SIZE,   /* size_t: 4096, 512M, 1.5G */
    CLI_TEXT,   /* const char * */
    CLI_FILE,   /* const char *, completed with the names of files */
    CLI_CHOICE, /* int: place in choices, from 1; 0 while not given */
    CLI_SET,    /* unsigned: one bit for each of choices, given as a list with commas */
    CLI_LIST,   /* cli_list: may be given again and again */
} cli_type;

#define CLI_LIST_MAX 32

typedef struct cli_list {
    size_t count;
    const char *item[CLI_LIST_MAX];
} cli_list;

typedef struct cli_option {
    const char *name; /* without its dashes */
    char letter;      /* '\0': none */
    bool required;
    cli_type type;
    const char *value; /* what the help calls its value */
    const char *help;  /* NULL: not shown */
    size_t offset;     /* of the target in the settings of the command */
    double low, high;  /* range of CLI_INT and CLI_REAL */
    const char *const *choices;
    const char *initial;   /* value while not given, parsed like a given one; NULL: zero */
    const char *otherwise; /* what the help says of a zero */
} cli_option;

/* What options of several groups say alike; `at` is the offset of the target. */
#define CLI_MODEL_OPTION(what, at)                                                                                     \
    {.name = "model",                                                                                                  \
     .letter = 'm',                                                                                                    \
     .type = CLI_FILE,                                                                                                 \
     .value = "FILE",                                                                                                  \
     .help = what,                                                                                                     \
     .otherwise = "the one that came with samestory",                                                                  \
     .offset = at}
#define CLI_EVIDENCE_OPTION(what, at)                                                                                  \
    {.name = "evidence",                                                                                               \
     .type = CLI_INT,                                                                                                  \
     .value = "N",                                                                                                     \
     .low = 0,                                                                                                         \
     .high = 50,                                                                                                       \
     .initial = "0",                                                                                                   \
     .help = what,                                                                                                     \
     .offset = at}
#define CLI_FIELD_OPTION(at)                                                                                           \
    {.name = "field",                                                                                                  \
     .type = CLI_LIST,                                                                                                 \
     .value = "NAME=FIELD",                                                                                            \
     .help = "read NAME (id, url, lang, title, text, published, source or author) from FIELD of JSON or this column "  \
             "of a table, and where a record has none from the usual ones; may be repeated",                           \
     .offset = at}
#define CLI_DEVICE_OPTION(at)                                                                                          \
    {.name = "device",                                                                                                 \
     .type = CLI_TEXT,                                                                                                 \
     .value = "auto|cpu|cuda[:N,...]",                                                                                 \
     .help = "where to compute: cuda stands for all CUDA devices, cuda:0,2 for those two; what is asked for by name "  \
             "and not there is an error",                                                                              \
     .initial = "auto",                                                                                                \
     .offset = at}
#define CLI_STRICT_OPTION(at)                                                                                          \
    {.name = "strict",                                                                                                 \
     .type = CLI_FLAG,                                                                                                 \
     .help = "fail on the first bad article instead of skipping it",                                                   \
     .offset = at}

/* Options that several commands take, under a heading of their own. */
typedef struct cli_option_group {
    const char *heading;
    const cli_option *options; /* the last one has no name */
} cli_option_group;

typedef struct cli_command cli_command;

typedef struct cli_call {
    const cli_command *command;
    void *settings;
    const char **operand; /* arguments that are not options */
    size_t operand_count;
    int argc;
    char **argv;
} cli_call;

struct cli_command {
    const char *name; /* one word or two: "link", "eval pairs" */
    const char *summary;
    const char *operands;                  /* as in the usage line; "" if it takes none */
    const char *description;               /* paragraphs, one a line */
    const char *example;                   /* command lines, one a line */
    const cli_option *options;             /* its own; the last one has no name */
    const cli_option_group *const *common; /* NULL last; the settings begin with those of the first of them */
    size_t settings_size;
    void (*defaults)(void *settings); /* those that the library knows, before options->initial; may be NULL */
    size_t least, most;               /* operands */
    int (*run)(const cli_call *call); /* returns the exit code */
};

/* The options of a command one after the other: its own, the common ones, --help; NULL past the last. */
const cli_option *cli_option_at(const cli_command *command, size_t index);
extern const cli_option cli_help_option;

/* All commands, in the order of the help; NULL last. */
extern const cli_command *const cli_commands[];

/* Fills call->settings and call->operand (both zeroed, with room for settings_size bytes and argc operands) from the
 * words argv[begin..]. Returns CLI_OK, or CLI_USAGE with the complaint printed; *help tells that --help was met. */
int cli_parse(cli_call *call, int begin, bool *help);

/* The command whose name the words begin with; *used is how many words that took. NULL with a complaint printed. */
const cli_command *cli_find_command(size_t count, const char *const *words, int *used);

/* The one of `names` (NULL last) that `word` is most likely a slip of the pen for, or NULL. */
const char *cli_nearest_name(const char *word, const char *const *names);

/* ------------------------------------------------------------------ help */

void cli_print_overview(FILE *out);
void cli_print_help(FILE *out, const cli_command *command);
/* The help of all commands whose names begin with `word`: `eval` for `eval pairs` and its like. False if there is none. */
bool cli_print_group_help(FILE *out, const char *word);
/* samestory(1), in the man macros. */
void cli_print_manual(FILE *out);
/* The same as Markdown: docs/cli.md. */
void cli_print_markdown(FILE *out);

typedef enum cli_shell { CLI_BASH = 1, CLI_ZSH, CLI_FISH } cli_shell;
void cli_print_completion(FILE *out, cli_shell shell);

/* What the help and the manual say of an option beside its text: " (required)", " (default 3)" or "". */
void cli_option_note(const cli_command *command, const cli_option *option, char *note, size_t size);

/* The groups of common options, each once, in the order of the commands; *taker is the first command that takes the group.
 * NULL past the last. */
const cli_option_group *cli_group_at(size_t index, const cli_command **taker);

/* The first line of *text, a command's example; *text moves on. False at the end. */
bool cli_next_line(const char **text, int *length, const char **line);

/* What several commands say alike: the exit codes, and the environment. */
typedef struct cli_fact {
    const char *term;
    const char *meaning;
} cli_fact;
extern const cli_fact cli_exit_codes[]; /* a NULL term ends them */
extern const cli_fact cli_environment[];

/* -------------------------------------------------------------- messages */

/* One line on standard error, "samestory: " before it: what is good to know, what was left out, what failed. With --log json
 * an object. */
void cli_say(const char *format, ...) SS_PRINTF(1, 2);
void cli_warn(const char *format, ...) SS_PRINTF(1, 2);
void cli_complain(const char *format, ...) SS_PRINTF(1, 2);

/* From here on messages are JSON, or not. */
void cli_log_begin(bool json);
bool cli_log_is_json(void);

/* The exit code for `status`; prints ss_last_error() if it is a failure. */
int cli_exit_code(ss_status status);

/* Text from outside, fit for a terminal and a table: control characters become spaces. */
void cli_print_text(FILE *out, const char *text);

/* "1.5 GB" */
const char *cli_format_bytes(char *buffer, size_t size, double bytes);

/* Ends standard output: notices a full disk. A reader that went away is no failure. Returns `code`, or CLI_FAILED. */
int cli_close_stdout(int code);

/* ------------------------------------------------------------------- job */

typedef struct ss_checkpoint ss_checkpoint; /* checkpoint.h */

/* cli_job_group, and cli_matching_group for the members from `memory` on. */
typedef struct cli_job {
    int threads;
    bool quiet;
    int log; /* 1 text, 2 JSON */
    size_t memory;
    bool strict;
    const char *device;
    const char *kernel;
    bool pin;
} cli_job;

/* cli_linking_group */
typedef struct cli_linking {
    cli_job job;
    const char *model;
    int window;
    int neighbours;
    double threshold;
    unsigned pairs;
    cli_list fields;
} cli_linking;

extern const cli_option_group cli_job_group;
extern const cli_option_group cli_matching_group;
extern const cli_option_group cli_linking_group;

/* Makes *job from the settings: it ends at Ctrl-C, shows progress and warnings. */
void cli_job_begin(const cli_job *settings, ss_job *job);

/* Whether Ctrl-C was pressed, or the process told to end, since the job began. */
bool cli_interrupted(void);

/* The name of the matcher to use, as --device and --kernel ask. Returns CLI_OK or an exit code, the complaint printed. */
int cli_choose_matcher(const cli_job *settings, const char **matcher);

/* The library's defaults for settings that begin with a cli_linking; and the settings in the library's form. */
void cli_linking_defaults(void *settings);
ss_link_options cli_link_options(const cli_linking *settings, const char *matcher);

/* All articles of the files that are the operands of `call`; none at all is SS_ERROR_INPUT. */
ss_status cli_read_articles(ss_articles *articles, const cli_call *call, const cli_list *fields, const ss_job *job,
                            ss_reader_counts *counts);

/* --checkpoint and --resume */
typedef struct cli_resume {
    double seconds; /* 0: no checkpoints */
    bool resume;
} cli_resume;

/* What tells a job from others. */
typedef struct cli_resumable {
    const cli_call *call;
    const cli_linking *settings;
    const char *since; /* NULL: all */
    const char *output;
    const ss_link_options *options;
    const ss_model *model;
} cli_resumable;

/* What the job saves to and resumes from; *out is NULL where it should not. */
ss_status cli_checkpoint_open(ss_checkpoint **out, const cli_resumable *what, const cli_resume *resume,
                              const ss_job *job);

/* How far a stage is: six times a second where standard error is a terminal, else once a minute. */
void cli_progress_show(void *user, const char *stage, uint64_t done, uint64_t total);
void cli_progress_clear(void);

/* The command line as one text, quoted for a shell where that is needed; the caller frees it. */
ss_status cli_command_line(char **out, const cli_call *call);

double cli_now(void); /* seconds, monotonic */

/* From here on time and memory are counted by the stages that the job tells of, and by those named here. At the end they are
 * printed, if the job was long or --log json asks for them; returns the peak memory of the process in bytes. */
void cli_stages_begin(ss_job *job, bool quiet);
void cli_stage(const char *name);
double cli_stages_end(void);

/* --profile: after the end, the stages again, to the millisecond, and what CUDA devices did. */
void cli_profile_print(void);

#endif
