/* What the linker learnt, as part of the model file. */
#include "store_linker.h"

#include <math.h>
#include <stdlib.h>

#include "linker.h"
#include "status.h"

static const ss_column threshold_attribute = {"threshold", SS_FLOAT64, offsetof(ss_linker, threshold), NULL, NULL};

/* A boost: its group, where it is in the linker, and what is in it. */
typedef struct boost_columns {
    const char *group, *description;
    size_t offset;
    ss_column feature, threshold, missing_left, value;
} boost_columns;

static const ss_column boost_attributes[] = {
    {"bias", SS_FLOAT64, offsetof(ss_boost, bias), NULL, NULL},
    {"features", SS_INT32, offsetof(ss_boost, features), NULL, NULL},
};

#define COLUMNS(field, text)                                                                                           \
    {                                                                                                                  \
        "linker/" #field, text, offsetof(ss_linker, field),                                                            \
            {"linker/" #field "/feature", SS_UINT8, 0, "what each node of a tree asks for; 255: nothing", NULL},       \
            {"linker/" #field "/threshold", SS_FLOAT32, 0, "what is below it goes to the left", NULL},                 \
            {"linker/" #field "/missing_left", SS_UINT16, 0, "bit i: node i sends what is not known to the left",      \
             NULL},                                                                                                    \
        {                                                                                                              \
            "linker/" #field "/value", SS_FLOAT32, 0, "log-odds of each node; that of the leaf reached counts", NULL   \
        }                                                                                                              \
    }

#define BOOSTS 4
#define ALWAYS 3 /* the first ones, which every linker has that has learnt */
static const boost_columns columns[BOOSTS] = {
    COLUMNS(alone, "trees whose sum is the log-odds that both report the same event, by the pair alone"),
    COLUMNS(near, "trees whose sum is the log-odds that they report the same event or a related one"),
    COLUMNS(company, "trees whose sum is the log-odds of the same event, by the company too that the pair keeps"),
    COLUMNS(brief, "trees whose sum is the log-odds of the same event where undated articles say little"),
};

static const ss_boost *boost_of(const ss_linker *linker, int which)
{
    return (const ss_boost *)((const char *)linker + columns[which].offset);
}

void ss_linker_clear(ss_linker *linker)
{
    ss_boost_clear(&linker->alone);
    ss_boost_clear(&linker->near);
    ss_boost_clear(&linker->company);
    ss_boost_clear(&linker->brief);
}

const char *ss_linker_find_fault(const ss_linker *linker)
{
    for (int which = 0; which < BOOSTS; which++) {
        const char *fault = ss_boost_find_fault(boost_of(linker, which));
        if (fault != NULL) return fault;
    }
    if (linker->near.features != linker->alone.features ||
        (linker->company.features == 0) != (linker->alone.features == 0) ||
        (linker->brief.features != 0 && linker->brief.features != linker->alone.features))
        return "the parts of the linker do not fit each other";
    return isfinite(linker->threshold) ? NULL : "the threshold is not a number";
}

void ss_linker_digest(ss_digest *digest, const ss_linker *linker)
{
    ss_digest_number(digest, (uint64_t)linker->alone.features, 4);
    ss_digest_double(digest, linker->alone.bias);
    ss_digest_double(digest, linker->threshold);
    for (int which = 0; which < BOOSTS; which++) {
        const ss_boost *boost = boost_of(linker, which);
        if (boost->features == 0) continue;
        ss_digest_number(digest, boost->tree_count, 8);
        ss_digest_double(digest, boost->bias);
        for (size_t t = 0; t < boost->tree_count; t++) {
            const ss_tree *tree = &boost->tree[t];
            ss_digest_bytes(digest, tree->feature, sizeof tree->feature);
            ss_digest_number(digest, tree->missing_left, 2);
            for (int i = 0; i < SS_BOOST_SPLITS; i++)
                ss_digest_double(digest, (double)tree->threshold[i]);
            for (int i = 0; i < SS_BOOST_NODES; i++)
                ss_digest_double(digest, (double)tree->value[i]);
        }
    }
}

/* ------------------------------------------------------------------ a boost */

/* The trees field by field, as the file has them. */
typedef struct fields {
    uint8_t *feature;
    float *threshold, *value;
    uint16_t *missing_left;
} fields;

static void clear_fields(fields *f)
{
    free(f->feature);
    free(f->threshold);
    free(f->value);
    free(f->missing_left);
}

static ss_status allocate_fields(fields *f, size_t trees)
{
    *f = (fields){malloc(trees * SS_BOOST_SPLITS + 1), calloc(trees * SS_BOOST_SPLITS + 1, sizeof(float)),
                  calloc(trees * SS_BOOST_NODES + 1, sizeof(float)), calloc(trees + 1, sizeof(uint16_t))};
    if (f->feature == NULL || f->threshold == NULL || f->value == NULL || f->missing_left == NULL)
        return ss_fail_memory(trees * sizeof(ss_tree));
    return SS_OK;
}

static ss_status write_fields(ss_h5 *file, const boost_columns *c, const fields *f, size_t trees)
{
    static const char *const nodes[2] = {"tree", "node"};
    SS_TRY(ss_h5_write_matrix(file, &c->feature, f->feature, trees, SS_BOOST_SPLITS, nodes, true));
    SS_TRY(ss_h5_write_matrix(file, &c->threshold, f->threshold, trees, SS_BOOST_SPLITS, nodes, true));
    SS_TRY(ss_h5_write_matrix(file, &c->value, f->value, trees, SS_BOOST_NODES, nodes, true));
    return ss_h5_write_column(file, &c->missing_left, f->missing_left, sizeof *f->missing_left, trees);
}

static ss_status write_boost(ss_h5 *file, const boost_columns *c, const ss_boost *boost)
{
    SS_TRY(ss_h5_write_group(file, c->group, c->description));
    SS_TRY(ss_h5_write_attributes(file, c->group, boost_attributes, 2, boost));
    fields f;
    ss_status status = allocate_fields(&f, boost->tree_count);
    for (size_t t = 0; status == SS_OK && t < boost->tree_count; t++) {
        const ss_tree *tree = &boost->tree[t];
        for (int i = 0; i < SS_BOOST_SPLITS; i++) {
            f.feature[t * SS_BOOST_SPLITS + (size_t)i] = tree->feature[i];
            f.threshold[t * SS_BOOST_SPLITS + (size_t)i] = tree->threshold[i];
        }
        for (int i = 0; i < SS_BOOST_NODES; i++)
            f.value[t * SS_BOOST_NODES + (size_t)i] = tree->value[i];
        f.missing_left[t] = tree->missing_left;
    }
    if (status == SS_OK) status = write_fields(file, c, &f, boost->tree_count);
    clear_fields(&f);
    return status;
}

static ss_status read_fields(ss_h5 *file, const boost_columns *c, fields *f, size_t trees)
{
    SS_TRY(ss_h5_read_matrix(file, &c->feature, f->feature, trees, SS_BOOST_SPLITS));
    SS_TRY(ss_h5_read_matrix(file, &c->threshold, f->threshold, trees, SS_BOOST_SPLITS));
    SS_TRY(ss_h5_read_matrix(file, &c->value, f->value, trees, SS_BOOST_NODES));
    return ss_h5_read_column(file, &c->missing_left, f->missing_left, sizeof *f->missing_left, trees);
}

static ss_status read_boost(ss_h5 *file, const boost_columns *c, ss_boost *boost)
{
    size_t ignored;
    SS_TRY(ss_h5_read_attributes(file, c->group, boost_attributes, 2, boost));
    SS_TRY(ss_h5_extent(file, c->missing_left.name, &boost->tree_count, &ignored));
    boost->tree = calloc(boost->tree_count + 1, sizeof *boost->tree);
    if (boost->tree == NULL) return ss_fail_memory(boost->tree_count * sizeof *boost->tree);
    fields f;
    ss_status status = allocate_fields(&f, boost->tree_count);
    if (status == SS_OK) status = read_fields(file, c, &f, boost->tree_count);
    for (size_t t = 0; status == SS_OK && t < boost->tree_count; t++) {
        ss_tree *tree = &boost->tree[t];
        for (int i = 0; i < SS_BOOST_SPLITS; i++) {
            tree->feature[i] = f.feature[t * SS_BOOST_SPLITS + (size_t)i];
            tree->threshold[i] = f.threshold[t * SS_BOOST_SPLITS + (size_t)i];
        }
        for (int i = 0; i < SS_BOOST_NODES; i++)
            tree->value[i] = f.value[t * SS_BOOST_NODES + (size_t)i];
        tree->missing_left = f.missing_left[t];
    }
    clear_fields(&f);
    return status;
}

/* --------------------------------------------------------------- the linker */

ss_status ss_linker_write(ss_h5 *file, const ss_linker *linker)
{
    SS_TRY(ss_h5_write_group(file, "linker", "turns features of a pair of articles into a probability"));
    SS_TRY(ss_h5_write_attributes(file, "linker", &threshold_attribute, 1, linker));
    for (int which = 0; which < BOOSTS; which++)
        if (boost_of(linker, which)->features > 0) SS_TRY(write_boost(file, &columns[which], boost_of(linker, which)));
    return SS_OK;
}

ss_status ss_linker_read(ss_h5 *file, ss_linker *linker)
{
    SS_TRY(ss_h5_read_attributes(file, "linker", &threshold_attribute, 1, linker));
    if (!ss_h5_has(file, columns[0].group)) return SS_OK; /* nothing learnt */
    for (int which = 0; which < BOOSTS; which++)
        if (which < ALWAYS || ss_h5_has(file, columns[which].group))
            SS_TRY(read_boost(file, &columns[which], (ss_boost *)((char *)linker + columns[which].offset)));
    const char *fault = ss_linker_find_fault(linker);
    if (fault == NULL && linker->alone.features != 0 &&
        (linker->alone.features != SS_FEATURES_ALONE || linker->company.features != SS_LINKER_FEATURES))
        fault = "its linker was made for other features; calibrate the model anew";
    return fault == NULL ? SS_OK : ss_h5_damaged(file, "%s", fault);
}
