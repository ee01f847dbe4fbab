/* Makes a libFuzzer target a program that runs over the files named on its command line, so that a corpus can be
 * replayed where there is no libFuzzer. Define SS_FUZZ_REPLAY for that. */
#ifndef SS_TESTS_FUZZ_STANDALONE_H
#define SS_TESTS_FUZZ_STANDALONE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#ifdef SS_FUZZ_REPLAY
int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        long size = file != NULL && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
        /* No byte more than the input, so that a sanitizer sees a read past its end. */
        uint8_t *data = size >= 0 ? malloc(size > 0 ? (size_t)size : 1) : NULL;
        if (data == NULL || fseek(file, 0, SEEK_SET) != 0 || fread(data, 1, (size_t)size, file) != (size_t)size) {
            fprintf(stderr, "%s: can't be read\n", argv[i]);
            return 1;
        }
        fclose(file);
        LLVMFuzzerTestOneInput(data, (size_t)size);
        free(data);
    }
    return 0;
}
#endif

#endif
