/* Tables as CSV (RFC 4180) or with tabs, semicolons or bars between columns, with a header -> one JSON object a row, as the
 * parser of lines takes it, so that columns are named as JSON fields are.
 *
 * libcsv (3.0.3, of 2013) would find the fields, but not on which line a row begins, nor the next row behind a quotation mark
 * that is never closed. */
#ifndef SS_CSV_H
#define SS_CSV_H

#include "reader.h"
#include "source.h"

typedef struct ss_csv {
    const ss_field_names
        *names;     /* that columns may have in other cases and between spaces; NULL: as they stand alone */
    char separator; /* NUL: the header has not been read */
    ss_buffer keys; /* of the columns, each as `"name":` and a NUL */
    size_t columns;
    uint64_t line;     /* lines read */
    uint64_t looked;   /* bytes looked through for the ends of quotation marks that have none */
    bool gave_up;      /* so many that no end is looked for any more */
    uint64_t unclosed; /* quotation marks that were not closed on their line */
    const ss_job *job; /* to be told of these; may be NULL */
} ss_csv;

/* Whether `text`, the first of a file, begins with a header that names at least two of an article's fields. */
bool ss_csv_tell(const char *text, size_t length);

/* Appends the next rows, some 256 KB or one larger, and a NUL to *lines; *number is the line where the first begins. A row
 * over several lines is one line of JSON and empty ones, so that lines keep their numbers. With *over there is nothing more
 * to be had. SS_ERROR_INPUT without *over tells of one row that was passed over. The table is zeroed before the first call,
 * but for its names and the job. */
ss_status ss_csv_cut(ss_csv *csv, ss_source *source, ss_buffer *lines, uint64_t *number, bool *over);

void ss_csv_clear(ss_csv *csv);

#endif
