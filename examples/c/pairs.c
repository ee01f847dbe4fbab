/* Links the articles of files and folders and prints the pairs that report the same event, the surest first.
 *
 *     cc pairs.c $(pkg-config --cflags --libs samestory) -o pairs
 *     ./pairs examples/articles
 */
#include <samestory.h>
#include <stdio.h>
#include <stdlib.h>

static void warn(void *user, const char *message)
{
    (void)user;
    fprintf(stderr, "pairs: %s\n", message);
}

/* The list takes each article over: nothing is left to free here. */
static ss_status read_articles(ss_articles *articles, const char *const *paths, size_t count, const ss_job *job)
{
    ss_reader *reader;
    ss_status status = ss_reader_open(&reader, paths, count, NULL, job);
    bool more = true;
    while (status == SS_OK && more) {
        ss_article article = {0};
        status = ss_reader_next(reader, &article, &more);
        if (status == SS_OK && more) status = ss_articles_push(articles, &article);
        ss_article_clear(&article);
    }
    ss_reader_free(reader);
    return status;
}

static int by_probability(const void *a, const void *b)
{
    float x = (*(const ss_link *const *)a)->probability, y = (*(const ss_link *const *)b)->probability;
    return (x < y) - (x > y);
}

static void print_links(const ss_result *result)
{
    size_t count = ss_result_link_count(result);
    const ss_link **link = malloc((count + 1) * sizeof(ss_link *));
    if (link == NULL) return;
    for (size_t i = 0; i < count; i++)
        link[i] = ss_result_link(result, i);
    qsort(link, count, sizeof *link, by_probability);
    for (size_t i = 0; i < count; i++) {
        printf("%.2f  %s\n      %s\n", (double)link[i]->probability, ss_result_article(result, link[i]->a)->title,
               ss_result_article(result, link[i]->b)->title);
    }
    free(link);
}

int main(int argc, char **argv)
{
    const ss_job job = {.warning = warn}; /* all processors; half of the free memory */
    const ss_link_options options = ss_link_options_default();
    ss_articles articles = {0};
    ss_model *model = NULL;
    ss_result *result = NULL;
    ss_status status = read_articles(&articles, (const char *const *)(argv + 1), (size_t)argc - 1, &job);
    if (status == SS_OK) status = ss_model_open(&model, NULL);
    if (status == SS_OK) status = ss_link_articles(&result, &articles, model, &options, &job);
    if (status == SS_OK)
        print_links(result);
    else
        fprintf(stderr, "pairs: %s\n", ss_last_error());
    ss_result_free(result);
    ss_model_free(model);
    ss_articles_clear(&articles);
    return status == SS_OK ? 0 : 1;
}
