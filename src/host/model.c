#include "model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "status.h"
#include "store_linker.h"

#define MODEL_FILE "zh-en.h5"

void ss_model_free(ss_model *model)
{
    if (model == NULL) return;
    ss_fold_free(model->fold);
    ss_lexicon_free(model->lexicon);
    free(model->row_of_bucket);
    free(model->row);
    free(model->scale);
    free(model->information);
    free(model->norm);
    free(model->recipe);
    free(model->path);
    ss_linker_clear(&model->linker);
    free(model);
}

int ss_model_dimension(const ss_model *model)
{
    return model->dimension;
}

const char *ss_model_checksum(const ss_model *model)
{
    return model->checksum;
}

const char *ss_model_recipe(const ss_model *model)
{
    return model->recipe;
}

ss_status ss_model_measure_rows(ss_model *model)
{
    size_t d = (size_t)model->dimension;
    model->norm = calloc((size_t)model->row_count + 1, sizeof *model->norm);
    if (model->norm == NULL) return ss_fail_memory(model->row_count * sizeof *model->norm);
    for (size_t i = 0; i < model->row_count * d; i++)
        model->norm[i / d] += (uint32_t)(model->row[i] * model->row[i]);
    return SS_OK;
}

/* ----------------------------------------------------------- finding a model */

/* The model beside the running program, as installed: a bundle that was moved as a whole finds its own. */
static ss_status beside_program(char **out)
{
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    *out = NULL;
    if (length < 0) return SS_OK;
    program[length] = '\0';
    char *slash = strrchr(program, '/');
    if (slash == NULL) return SS_OK;
    *slash = '\0';
    if (asprintf(out, "%s/../share/samestory/" MODEL_FILE, program) >= 0) return SS_OK;
    *out = NULL;
    return ss_fail_memory(sizeof program);
}

static ss_status open_first(ss_model **out, const char *const *candidates, size_t count)
{
    char looked[768] = "";
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (candidates[i] == NULL) continue;
        if (access(candidates[i], F_OK) == 0) return ss_model_load(out, candidates[i]);
        int added = snprintf(looked + used, sizeof looked - used, "%s%s", used == 0 ? "" : ", ", candidates[i]);
        if (added > 0) used += (size_t)added;
        if (used >= sizeof looked) used = sizeof looked - 1;
    }
    return ss_fail(SS_ERROR_IO,
                   "no model found; name one, with --model FILE or in the environment variable SAMESTORY_MODEL (looked "
                   "for %s)",
                   looked);
}

ss_status ss_model_open(ss_model **out, const char *path)
{
    *out = NULL;
    if (path == NULL) path = getenv("SAMESTORY_MODEL");
    if (path != NULL && path[0] != '\0') return ss_model_load(out, path);
    char *beside;
    SS_TRY(beside_program(&beside));
    /* The last is where a .deb puts it, whatever prefix the build was configured for. */
    const char *const candidates[] = {beside, SS_INSTALLED_MODEL_DIR "/" MODEL_FILE, SS_SOURCE_MODEL_DIR "/" MODEL_FILE,
                                      "/usr/share/samestory/" MODEL_FILE};
    ss_status status = open_first(out, candidates, sizeof candidates / sizeof *candidates);
    free(beside);
    return status;
}
