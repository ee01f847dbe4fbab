/* Two texts, cut at the first NUL, through all that reads what articles say: the sketch in one pass must equal plain
 * counting, and explaining the pair adds up to its cosine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "channels.h"
#include "explain.h"
#include "explain_evidence.h"
#include "standalone.h"
#include "tiny_model.h"

static void must(bool holds)
{
    if (!holds) abort();
}

/* Does one pass find the same rows, as often, as counting plainly? */
static bool counts_agree(const ss_model *model, const char *text, size_t length)
{
    static ss_channel_counter *quick;
    static ss_ngram_counter *plain;
    static uint32_t *left; /* of each row's count, when what was found is taken off */
    if (quick == NULL) {
        must(ss_channel_counter_new(&quick, model) == SS_OK);
        must(ss_ngram_counter_new(&plain, &model->rules, model->row_of_bucket, model->row_count) == SS_OK);
        left = calloc(model->row_count, sizeof *left);
        must(left != NULL);
    }
    ss_folded *folded = NULL;
    size_t count = 0, capacity = 0, in_channel[SS_CHANNELS], expected_count;
    must(ss_fold_text(model->fold, text, length, &folded, NULL, &count, &capacity) == SS_OK);
    must(ss_ngram_counter_add(plain, folded, count) == SS_OK);
    const ss_channel_feature *found;
    const ss_feature *expected;
    must(ss_channel_counter_run_text(quick, text, length, &found, in_channel) == SS_OK);
    ss_ngram_counter_take(plain, &expected, &expected_count);
    for (size_t i = 0; i < expected_count; i++)
        left[expected[i].row] = expected[i].count;
    bool agree = true;
    for (size_t i = 0; i < in_channel[SS_CHANNEL_LEAD]; i++) {
        agree = agree && left[found[i].row] == found[i].count[SS_CHANNEL_LEAD];
        left[found[i].row] = 0;
    }
    for (size_t i = 0; i < expected_count; i++) {
        agree = agree && left[expected[i].row] == 0;
        left[expected[i].row] = 0;
    }
    free(folded);
    return agree || ss_lead_length(text, length) < length; /* of a longer text the lead is not all */
}

static void explain(const ss_model *model, const ss_article *a, const ss_article *b)
{
    ss_explanation why;
    ss_testimonies evidence;
    must(ss_explain(&why, model, a, b, 10) == SS_OK);
    double sum = why.rest;
    for (size_t i = 0; i < why.count; i++)
        sum += why.item[i].value;
    must(fabs(sum - why.cosine) < 1e-6 && fabs(why.cosine) < 1 + 1e-9);
    must(ss_explain_evidence(&evidence, model, a, b, 10) == SS_OK);
    for (size_t i = 0; i < evidence.count; i++)
        must(isfinite(evidence.item[i].bits));
    ss_testimonies_clear(&evidence);
    ss_explanation_clear(&why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ss_model *model;
    if (model == NULL) model = tiny_model();
    const uint8_t *cut = size > 0 ? memchr(data, 0, size) : NULL;
    size_t first = cut != NULL ? (size_t)(cut - data) : size, second = cut != NULL ? size - first - 1 : 0;
    char *a = malloc(first + 1), *b = malloc(second + 1);
    must(a != NULL && b != NULL);
    memcpy(a, data, first);
    if (second > 0) memcpy(b, cut + 1, second);
    a[first] = b[second] = '\0';
    ss_article one = tiny_article("a", SS_LANG_ZH, "", a, 19000), other = tiny_article("b", SS_LANG_EN, b, a, 19001);
    must(counts_agree(model, a, strlen(a)));
    explain(model, &one, &other);
    ss_article_clear(&one);
    ss_article_clear(&other);
    free(a);
    free(b);
    return 0;
}
