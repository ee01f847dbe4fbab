#include "train_checkpoint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "status.h"

/* Read back only by the machine that wrote it, so numbers are as they are in memory: header, rows, accumulators and the
 * fingerprint once more, which a file cut short lacks. */
typedef struct header {
    char magic[16];
    uint64_t fingerprint;
    uint32_t row_count;
    int32_t dimension;
    int64_t epochs_done;
} header;

static const char MAGIC[16] = "samestory train";

static ss_status write_all(FILE *file, const char *path, const header *head, const ss_table *table)
{
    size_t entries = (size_t)table->row_count * (size_t)table->dimension;
    bool ok = fwrite(head, sizeof *head, 1, file) == 1 && fwrite(table->row, sizeof(float), entries, file) == entries &&
              fwrite(table->accumulator, sizeof(float), table->row_count, file) == table->row_count &&
              fwrite(&head->fingerprint, sizeof head->fingerprint, 1, file) == 1 && fflush(file) == 0 &&
              fsync(fileno(file)) == 0;
    return ok ? SS_OK : ss_fail(SS_ERROR_IO, "%s: can't write the checkpoint: %s", path, strerror(errno));
}

ss_status ss_checkpoint_write(const char *path, uint64_t fingerprint, const ss_table *table, int epochs_done)
{
    size_t size = strlen(path) + sizeof ".tmp";
    char *temporary = malloc(size);
    if (temporary == NULL) return ss_fail_memory(size);
    snprintf(temporary, size, "%s.tmp", path);
    header head = {.fingerprint = fingerprint,
                   .row_count = table->row_count,
                   .dimension = table->dimension,
                   .epochs_done = epochs_done};
    memcpy(head.magic, MAGIC, sizeof MAGIC);
    FILE *file = fopen(temporary, "wb");
    ss_status status;
    if (file == NULL) {
        status = ss_fail(SS_ERROR_IO, "%s: can't write the checkpoint: %s", temporary, strerror(errno));
    } else {
        status = write_all(file, temporary, &head, table);
        if (fclose(file) != 0 && status == SS_OK)
            status = ss_fail(SS_ERROR_IO, "%s: can't write the checkpoint: %s", temporary, strerror(errno));
        if (status == SS_OK && rename(temporary, path) != 0)
            status = ss_fail(SS_ERROR_IO, "%s: can't write the checkpoint: %s", path, strerror(errno));
        if (status != SS_OK) remove(temporary);
    }
    free(temporary);
    return status;
}

static ss_status read_all(FILE *file, const char *path, uint64_t fingerprint, ss_table *table, int *epochs_done)
{
    header head;
    size_t entries = (size_t)table->row_count * (size_t)table->dimension;
    if (fread(&head, sizeof head, 1, file) != 1 || memcmp(head.magic, MAGIC, sizeof MAGIC) != 0)
        return ss_fail(SS_ERROR_INPUT, "%s: not a training checkpoint; remove it and train anew", path);
    if (head.fingerprint != fingerprint || head.row_count != table->row_count || head.dimension != table->dimension)
        return ss_fail(SS_ERROR_INPUT,
                       "%s: a checkpoint of other pairs or options; remove it, or train without --resume", path);
    uint64_t end = 0;
    if (fread(table->row, sizeof(float), entries, file) != entries ||
        fread(table->accumulator, sizeof(float), table->row_count, file) != table->row_count ||
        fread(&end, sizeof end, 1, file) != 1 || end != fingerprint)
        return ss_fail(SS_ERROR_INPUT, "%s: the checkpoint is cut short; remove it and train anew", path);
    *epochs_done = (int)head.epochs_done;
    return SS_OK;
}

ss_status ss_checkpoint_read(const char *path, uint64_t fingerprint, ss_table *table, int *epochs_done)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        if (errno == ENOENT) return SS_OK;
        return ss_fail(SS_ERROR_IO, "%s: can't read the checkpoint: %s", path, strerror(errno));
    }
    ss_status status = read_all(file, path, fingerprint, table, epochs_done);
    fclose(file);
    return status;
}
