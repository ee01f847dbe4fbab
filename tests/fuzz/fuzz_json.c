/* Feeds lines to the quick JSON scanner and to jansson: what the one takes must mean the same to the other. */
#include "../json_twin.h"
#include "encoding.h"
#include "standalone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *line = malloc(size + 1);
    if (line == NULL) return 0;
    memcpy(line, data, size);
    line[size] = '\0';
    bool taken;
    if (ss_utf8_sound(line, size) == size && !twin_agrees(line, size, &taken)) abort();
    free(line);
    return 0;
}
