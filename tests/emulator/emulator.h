/* What a test may set about the emulated machine, and ask of it afterwards. */
#ifndef EMULATOR_H
#define EMULATOR_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct emulator_machine {
    int device_count;   /* 0: none; less than 0: there is no driver */
    int driver_version; /* 13000 is CUDA 13.0 */
    int major, minor;   /* compute capability of every device */
    size_t memory;      /* bytes of each device */
    long calls_to_loss; /* the device is lost at that call of a runtime function from now; less than 0: never */
    bool refuse_memory; /* cudaMemGetInfo tells of more than cudaMalloc gives: half as much */
} emulator_machine;

extern emulator_machine emulator_settings;

/* Sound again, with two devices of 64 MiB. Every allocation must have been freed. */
void emulator_reset(void);

/* Bytes of device memory, of pinned memory, streams and events that were made and not freed. */
size_t emulator_leaks(void);

unsigned long emulator_launches(void);

#ifdef __cplusplus
}
#endif

#endif
