/* The commands, each in a file of its own: cmd_link.c and so on. */
#ifndef SS_COMMANDS_H
#define SS_COMMANDS_H

#include "cli.h"

extern const cli_command cli_link;
extern const cli_command cli_sketch;
extern const cli_command cli_add;
extern const cli_command cli_merge;
extern const cli_command cli_check;
extern const cli_command cli_read;
extern const cli_command cli_show;
extern const cli_command cli_explain;
extern const cli_command cli_report;
extern const cli_command cli_info;
extern const cli_command cli_devices;
extern const cli_command cli_train;
extern const cli_command cli_calibrate;
extern const cli_command cli_eval_retrieval;
extern const cli_command cli_eval_pairs;
extern const cli_command cli_eval_links;
extern const cli_command cli_help;

#endif
