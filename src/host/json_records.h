/* JSON that is not one object a line: the elements of an array, of an array that is a member of an object ("articles",
 * "items", ...), or objects over several lines. They are cut out of the text one by one, whatever its size, and written one
 * a line, as the parser of lines takes them. */
#ifndef SS_JSON_RECORDS_H
#define SS_JSON_RECORDS_H

#include "source.h"

typedef struct ss_json_cutter {
    bool wrapped;   /* the array is a member of an object */
    bool in_array;  /* of records */
    bool too_long;  /* the last record, which has not been told yet */
    uint64_t count; /* of records so far */
} ss_json_cutter;

/* Whether `text`, the first of a file, is such JSON. */
bool ss_json_records_tell(const char *text, size_t length);

/* Zeroed before; `text` as above. */
void ss_json_cutter_begin(ss_json_cutter *cutter, const char *text, size_t length);

/* Appends the next records, some 256 KB or one larger, and a NUL to *lines; *number is that of the first, from 1. With
 * *over there is nothing more to be had. SS_ERROR_INPUT without *over tells of one record that was passed over. */
ss_status ss_json_cut(ss_json_cutter *cutter, ss_source *source, ss_buffer *lines, uint64_t *number, bool *over);

#endif
