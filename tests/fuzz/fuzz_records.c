/* Bytes as JSON records or as a table, as the first byte says; what comes out are lines, in number no more than the bytes. */
#include <stdlib.h>

#include "csv.h"
#include "json_records.h"
#include "standalone.h"
#include "status.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ss_stream *stream;
    ss_source *source;
    if (size < 2 || ss_stream_open_memory(&stream, "a", data + 1, size - 1) != SS_OK) return 0;
    if (ss_source_open(&source, stream, "a", NULL) != SS_OK) return 0;
    ss_json_cutter json = {0};
    ss_field_names names;
    ss_field_names_set(&names, NULL, 0, false);
    ss_csv csv = {.names = &names};
    const char *text;
    size_t length, calls = 0;
    ss_source_peek(source, &text, &length);
    ss_json_cutter_begin(&json, text, length);
    ss_csv_tell(text, length);
    ss_json_records_tell(text, length);
    for (bool over = false; !over;) {
        ss_buffer lines = {0};
        uint64_t number;
        if (data[0] & 1)
            ss_json_cut(&json, source, &lines, &number, &over);
        else
            ss_csv_cut(&csv, source, &lines, &number, &over);
        ss_buffer_free(&lines);
        if (calls++ > size) abort();
    }
    ss_csv_clear(&csv);
    ss_source_free(source);
    return 0;
}
