#include "explain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "furniture.h"
#include "match.h"
#include "sketch.h"
#include "status.h"

/* A known n-gram where it stands, and the stretch of text that it is counted with. */
typedef struct occurrence {
    uint32_t row;
    uint32_t stretch; /* in the end, its group */
} occurrence;

/* A word or a run of Han characters where it stands; later, one of those of equal text. */
typedef struct stretch {
    uint64_t hash; /* of its folded characters */
    const char *text;
    uint32_t length; /* bytes */
    uint32_t place;  /* order of appearance */
} stretch;

/* An article taken apart. */
typedef struct anatomy {
    const ss_model *model;
    occurrence *occurrence;
    size_t occurrence_count, occurrence_capacity;
    stretch *stretch;
    size_t stretch_count, stretch_capacity;
    uint32_t *group_of; /* [stretch_count] stretches of equal text are one group */
    stretch *group;     /* the first stretch of each */
    size_t group_count;
    double *vector; /* [group_count][dimension] */
    double length;  /* of the sum of all */
} anatomy;

/* One text of an article while it is taken apart. */
typedef struct part {
    const char *text;
    size_t length;
    ss_folded *folded;
    uint32_t *offset;
    size_t count, capacity;
    ss_ngram *ngram;
    size_t ngram_count, ngram_capacity;
    uint32_t *stretch_at; /* [count] */
} part;

static void free_part(part *p)
{
    free(p->folded);
    free(p->offset);
    free(p->ngram);
    free(p->stretch_at);
}

static ss_status add_stretch(anatomy *a, part *p, uint32_t begin, uint32_t end)
{
    SS_TRY(ss_grow((void **)&a->stretch, &a->stretch_capacity, a->stretch_count + 1, sizeof *a->stretch));
    uint64_t hash = 1;
    for (uint32_t i = begin; i < end; i++) {
        hash = ss_hash_extend(hash, SS_FOLDED_CODE(p->folded[i]));
        p->stretch_at[i] = (uint32_t)a->stretch_count;
    }
    size_t from = p->offset[begin], to = end < p->count ? p->offset[end] : p->length;
    a->stretch[a->stretch_count] = (stretch){hash, p->text + from, (uint32_t)(to - from), (uint32_t)a->stretch_count};
    a->stretch_count++;
    return SS_OK;
}

/* Words are stretches; a Han run is cut, from its start, into the longest n-grams that the model knows. The list has
 * the n-grams of a place one after the other, the longest last. */
static ss_status cut_into_stretches(anatomy *a, part *p)
{
    uint32_t covered = 0; /* characters before this one belong to a stretch */
    for (size_t i = 0; i < p->ngram_count;) {
        uint32_t begin = p->ngram[i].begin, end = begin;
        uint32_t kind = p->ngram[i].kind;
        for (; i < p->ngram_count && p->ngram[i].kind == kind && p->ngram[i].begin == begin; i++) {
            bool known = a->model->row_of_bucket[p->ngram[i].bucket] != SS_NO_ROW;
            if (known || kind == SS_NGRAM_WORD || end == begin) end = p->ngram[i].end;
        }
        if (kind == SS_NGRAM_PART || begin < covered) continue;
        SS_TRY(add_stretch(a, p, begin, end));
        covered = end;
    }
    return SS_OK;
}

static ss_status take_apart(anatomy *a, part *p)
{
    const ss_model *model = a->model;
    SS_TRY(ss_fold_text(model->fold, p->text, p->length, &p->folded, &p->offset, &p->count, &p->capacity));
    SS_TRY(ss_ngrams_list(&model->rules, p->folded, p->count, true, &p->ngram, &p->ngram_count, &p->ngram_capacity));
    p->stretch_at = malloc((p->count + 1) * sizeof *p->stretch_at);
    if (p->stretch_at == NULL) return ss_fail_memory(p->count * sizeof *p->stretch_at);
    memset(p->stretch_at, 0xff, p->count * sizeof *p->stretch_at);
    SS_TRY(cut_into_stretches(a, p));
    for (size_t i = 0; i < p->ngram_count; i++) {
        uint32_t row = model->row_of_bucket[p->ngram[i].bucket];
        if (row == SS_NO_ROW) continue;
        SS_TRY(
            ss_grow((void **)&a->occurrence, &a->occurrence_capacity, a->occurrence_count + 1, sizeof *a->occurrence));
        a->occurrence[a->occurrence_count++] = (occurrence){row, p->stretch_at[p->ngram[i].begin]};
    }
    return SS_OK;
}

static ss_status take_text(anatomy *a, const char *text, size_t length)
{
    part p = {.text = text, .length = length};
    ss_status status = take_apart(a, &p);
    free_part(&p);
    return status;
}

static int by_hash(const void *left, const void *right)
{
    const stretch *a = left, *b = right;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

static int by_row_and_stretch(const void *left, const void *right)
{
    const occurrence *a = left, *b = right;
    if (a->row != b->row) return a->row < b->row ? -1 : 1;
    return (a->stretch > b->stretch) - (a->stretch < b->stretch);
}

static ss_status group_stretches(anatomy *a)
{
    size_t n = a->stretch_count;
    a->group_of = malloc((n + 1) * sizeof *a->group_of);
    a->group = a->stretch;
    a->stretch = NULL;
    if (a->group_of == NULL) return ss_fail_memory(n * sizeof *a->group_of);
    if (n > 0) qsort(a->group, n, sizeof *a->group, by_hash);
    for (size_t i = 0; i < n; i++) {
        stretch at = a->group[i];
        if (a->group_count == 0 || at.hash != a->group[a->group_count - 1].hash) a->group[a->group_count++] = at;
        a->group_of[at.place] = (uint32_t)(a->group_count - 1);
    }
    return SS_OK;
}

/* Sorted, with groups in the place of their stretches. */
static void sort_occurrences(anatomy *a)
{
    for (size_t i = 0; i < a->occurrence_count; i++)
        a->occurrence[i].stretch = a->group_of[a->occurrence[i].stretch];
    if (a->occurrence_count > 0) qsort(a->occurrence, a->occurrence_count, sizeof *a->occurrence, by_row_and_stretch);
}

/* Adds occurrences begin .. end - 1, all of one row. An n-gram met c times weighs sqrt(c) in all: each time, sqrt(c) / c. */
static void add_row(anatomy *a, size_t begin, size_t end)
{
    size_t d = (size_t)a->model->dimension;
    const occurrence *at = a->occurrence;
    double each = (double)a->model->scale[at[begin].row] / sqrt((double)(end - begin));
    const int8_t *entries = a->model->row + at[begin].row * d;
    while (begin < end) {
        size_t first = begin;
        while (begin < end && at[begin].stretch == at[first].stretch)
            begin++;
        double weight = each * (double)(begin - first), *vector = a->vector + at[first].stretch * d;
        for (size_t k = 0; k < d; k++)
            vector[k] += weight * entries[k];
    }
}

static ss_status sum_groups(anatomy *a)
{
    size_t d = (size_t)a->model->dimension;
    a->vector = calloc(a->group_count * d + 1, sizeof *a->vector);
    double *sum = calloc(d, sizeof *sum);
    if (a->vector == NULL || sum == NULL) {
        free(sum);
        return ss_fail_memory(a->group_count * d * sizeof *sum);
    }
    sort_occurrences(a);
    for (size_t i = 0, end; i < a->occurrence_count; i = end) {
        for (end = i; end < a->occurrence_count && a->occurrence[end].row == a->occurrence[i].row; end++)
            ;
        add_row(a, i, end);
    }
    for (size_t i = 0; i < a->group_count; i++)
        for (size_t k = 0; k < d; k++)
            sum[k] += a->vector[i * d + k];
    double square = 0;
    for (size_t k = 0; k < d; k++)
        square += sum[k] * sum[k];
    a->length = sqrt(square);
    free(sum);
    return SS_OK;
}

static ss_status anatomise(anatomy *a, const ss_model *model, const ss_article *article)
{
    *a = (anatomy){.model = model};
    /* The same texts, as often, as the sketch of the whole article is made from. */
    ss_body report = ss_body_of(article);
    size_t title = strlen(article->title);
    SS_TRY(take_text(a, article->title, title));
    SS_TRY(take_text(a, report.text, ss_lead_length(report.text, report.length)));
    SS_TRY(take_text(a, article->title, title));
    SS_TRY(take_text(a, report.text, ss_whole_length(report.text, report.length)));
    SS_TRY(group_stretches(a));
    return sum_groups(a);
}

static void free_anatomy(anatomy *a)
{
    free(a->occurrence);
    free(a->stretch);
    free(a->group_of);
    free(a->group);
    free(a->vector);
}

/* ------------------------------------------------------------ comparing */

#define ROUNDING (1 + 1e-9) /* what a sum of rounded products may be too large by */

typedef struct pick {
    size_t a, b;
    double value;
} pick;

/* The larger value without its sign, then the lower groups: whatever the order of offers. */
static bool goes_before(const pick *x, const pick *y)
{
    if (fabs(x->value) != fabs(y->value)) return fabs(x->value) > fabs(y->value);
    return x->a != y->a ? x->a < y->a : x->b < y->b;
}

/* Keeps the list of the `most` largest values, by size without sign, in order. */
static void offer(pick *picks, size_t *count, size_t most, pick candidate)
{
    size_t at = *count;
    if (at == most) {
        if (most == 0 || !goes_before(&candidate, &picks[most - 1])) return;
        at--;
    } else {
        (*count)++;
    }
    for (; at > 0 && goes_before(&candidate, &picks[at - 1]); at--)
        picks[at] = picks[at - 1];
    picks[at] = candidate;
}

/* A group, and the length of its vector. */
typedef struct weighed {
    size_t group;
    double length;
} weighed;

static int by_falling_length(const void *left, const void *right)
{
    const weighed *a = left, *b = right;
    if (a->length != b->length) return a->length > b->length ? -1 : 1;
    return (a->group > b->group) - (a->group < b->group);
}

static double dot_of(const double *a, const double *b, size_t dimension)
{
    double dot = 0;
    for (size_t k = 0; k < dimension; k++)
        dot += a[k] * b[k];
    return dot;
}

static ss_status weigh_groups(weighed **out, const anatomy *a)
{
    size_t d = (size_t)a->model->dimension;
    *out = malloc((a->group_count + 1) * sizeof **out);
    if (*out == NULL) return ss_fail_memory(a->group_count * sizeof **out);
    for (size_t i = 0; i < a->group_count; i++)
        (*out)[i] = (weighed){i, sqrt(dot_of(a->vector + i * d, a->vector + i * d, d))};
    qsort(*out, a->group_count, sizeof **out, by_falling_length);
    return SS_OK;
}

/* Longest first: no product is larger than that of the lengths, so that most pairs need no look. */
static ss_status compare_groups(const anatomy *a, const anatomy *b, pick *picks, size_t *count, size_t most)
{
    weighed *left = NULL, *right = NULL;
    ss_status status = weigh_groups(&left, a);
    if (status == SS_OK) status = weigh_groups(&right, b);
    size_t d = (size_t)a->model->dimension;
    double unit = 1 / (a->length * b->length);
    for (size_t i = 0; status == SS_OK && i < a->group_count; i++) {
        const double *vector = a->vector + left[i].group * d;
        for (size_t j = 0; j < b->group_count; j++) {
            double bound = left[i].length * right[j].length * unit * ROUNDING;
            if (*count == most && (most == 0 || bound < fabs(picks[most - 1].value))) break;
            double dot = dot_of(vector, b->vector + right[j].group * d, d);
            offer(picks, count, most, (pick){left[i].group, right[j].group, dot * unit});
        }
    }
    free(left);
    free(right);
    return status;
}

static ss_status sketch_cosine(double *cosine, const ss_model *model, const ss_article *a, const ss_article *b)
{
    ss_sketcher *sketcher;
    SS_TRY(ss_sketcher_new(&sketcher, model));
    int8_t vector[2][SS_MAX_DIMENSION];
    uint32_t norm[2];
    ss_status status = ss_sketch_article(sketcher, a, SS_CHANNEL_WHOLE, vector[0], &norm[0], NULL);
    if (status == SS_OK) status = ss_sketch_article(sketcher, b, SS_CHANNEL_WHOLE, vector[1], &norm[1], NULL);
    ss_sketcher_free(sketcher);
    if (status != SS_OK) return status;
    *cosine = ss_sketch_cosine(vector[0], norm[0], vector[1], norm[1], model->dimension);
    return SS_OK;
}

static ss_status fill(ss_explanation *out, const anatomy *a, const anatomy *b, const pick *picks, size_t count)
{
    out->item = calloc(count + 1, sizeof *out->item);
    if (out->item == NULL) return ss_fail_memory(count * sizeof *out->item);
    out->rest = out->cosine;
    for (size_t i = 0; i < count; i++, out->count++) {
        const stretch *left = &a->group[picks[i].a], *right = &b->group[picks[i].b];
        SS_TRY(ss_copy_text(&out->item[i].a, left->text, left->length));
        ss_status status = ss_copy_text(&out->item[i].b, right->text, right->length);
        if (status != SS_OK) {
            free(out->item[i].a);
            return status;
        }
        out->item[i].value = picks[i].value;
        out->rest -= picks[i].value;
    }
    return SS_OK;
}

ss_status ss_explain(ss_explanation *out, const ss_model *model, const ss_article *a, const ss_article *b, size_t most)
{
    *out = (ss_explanation){0};
    anatomy left = {0}, right = {0};
    pick *picks = NULL;
    size_t count = 0;
    ss_status status = anatomise(&left, model, a);
    if (status == SS_OK) status = anatomise(&right, model, b);
    size_t pairs = left.group_count * right.group_count;
    if (most > pairs) most = pairs;
    if (status == SS_OK && (picks = malloc((most + 1) * sizeof *picks)) == NULL)
        status = ss_fail_memory(most * sizeof *picks);
    if (status == SS_OK) status = sketch_cosine(&out->cosine, model, a, b);
    if (status == SS_OK && left.length > 0 && right.length > 0)
        status = compare_groups(&left, &right, picks, &count, most);
    if (status == SS_OK) status = fill(out, &left, &right, picks, count);
    free_anatomy(&left);
    free_anatomy(&right);
    free(picks);
    if (status != SS_OK) ss_explanation_clear(out);
    return status;
}

void ss_explanation_clear(ss_explanation *explanation)
{
    for (size_t i = 0; i < explanation->count; i++) {
        free(explanation->item[i].a);
        free(explanation->item[i].b);
    }
    free(explanation->item);
    *explanation = (ss_explanation){0};
}
