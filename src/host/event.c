#include "event.h"

#include <igraph/igraph.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "status.h"

/* Mean probability that the links among an event's articles must keep up, absent ones counted as 0. */
#define RESOLUTION 0.3
#define SEED       1

/* Rounds of the method; it settles in two or three. Not "until nothing changes": where two divisions are equally good
 * but for rounding, igraph would go to and fro between them for ever. */
#define ROUNDS 10

/* From this cosine on, two articles of one language are copies. */
#define COPY_COSINE 0.999f

/* Linked articles in components, each component's articles and links next to each other. */
typedef struct components {
    uint32_t *root;     /* [articles] union-find, then the component's first article */
    uint32_t *original; /* [articles] the same for copies: the first one */
    uint32_t *article;  /* linked articles, sorted by component, then row */
    uint32_t *link;     /* links of at least the threshold, sorted by component, then row */
    size_t article_count, link_count;
} components;

static uint32_t find_root(uint32_t *root, uint32_t i)
{
    while (root[i] != i) {
        root[i] = root[root[i]];
        i = root[i];
    }
    return i;
}

typedef struct sort_key {
    uint32_t component, row;
} sort_key;

static int by_component(const void *left, const void *right)
{
    const sort_key *a = left, *b = right;
    if (a->component != b->component) return a->component < b->component ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

/* Union; the lowest row of a set is its root. */
static void join(uint32_t *root, uint32_t a, uint32_t b)
{
    a = find_root(root, a);
    b = find_root(root, b);
    if (a < b)
        root[b] = a;
    else
        root[a] = b;
}

static void join_articles(components *c, const ss_result *result, double threshold)
{
    size_t n = result->articles.count;
    const ss_article *article = result->articles.item;
    for (size_t i = 0; i < n; i++)
        c->root[i] = c->original[i] = (uint32_t)i;
    for (size_t i = 0; i < result->link_count; i++) {
        const ss_link *link = &result->link[i];
        if (!((double)link->probability >= threshold)) continue;
        c->link[c->link_count++] = (uint32_t)i;
        join(c->root, link->a, link->b);
        bool copies = link->cosine >= COPY_COSINE && article[link->a].lang == article[link->b].lang;
        if (copies) join(c->original, link->a, link->b);
    }
    for (size_t i = 0; i < n; i++) {
        c->root[i] = find_root(c->root, (uint32_t)i);
        c->original[i] = find_root(c->original, (uint32_t)i);
    }
}

/* Articles that have a link, into c->article. */
static ss_status list_articles(components *c, const ss_result *result)
{
    size_t n = result->articles.count;
    bool *linked = calloc(n + 1, sizeof *linked);
    if (linked == NULL) return ss_fail_memory(n);
    for (size_t i = 0; i < c->link_count; i++)
        linked[result->link[c->link[i]].a] = linked[result->link[c->link[i]].b] = true;
    for (size_t i = 0; i < n; i++)
        if (linked[i]) c->article[c->article_count++] = (uint32_t)i;
    free(linked);
    return SS_OK;
}

static ss_status sort_components(components *c, const ss_result *result)
{
    size_t most = c->article_count > c->link_count ? c->article_count : c->link_count;
    sort_key *key = calloc(most + 1, sizeof *key);
    if (key == NULL) return ss_fail_memory(most * sizeof *key);
    for (size_t i = 0; i < c->article_count; i++)
        key[i] = (sort_key){c->root[c->article[i]], c->article[i]};
    qsort(key, c->article_count, sizeof *key, by_component);
    for (size_t i = 0; i < c->article_count; i++)
        c->article[i] = key[i].row;
    for (size_t i = 0; i < c->link_count; i++)
        key[i] = (sort_key){c->root[result->link[c->link[i]].a], c->link[i]};
    qsort(key, c->link_count, sizeof *key, by_component);
    for (size_t i = 0; i < c->link_count; i++)
        c->link[i] = key[i].row;
    free(key);
    return SS_OK;
}

static ss_status list_components(components *c, const ss_result *result, double threshold)
{
    size_t n = result->articles.count;
    c->root = malloc((n + 1) * sizeof *c->root);
    c->original = malloc((n + 1) * sizeof *c->original);
    c->article = malloc((n + 1) * sizeof *c->article);
    c->link = malloc((result->link_count + 1) * sizeof *c->link);
    if (c->root == NULL || c->original == NULL || c->article == NULL || c->link == NULL)
        return ss_fail_memory((2 * n + result->link_count) * sizeof *c->link);
    join_articles(c, result, threshold);
    SS_TRY(list_articles(c, result));
    return sort_components(c, result);
}

/* ---------------------------------------------------------- one component */

/* A link between two nodes. */
typedef struct node_link {
    uint32_t a, b; /* a < b */
    float probability;
} node_link;

typedef struct division {
    igraph_t graph;
    igraph_vector_int_t edge, member;
    igraph_vector_t weight;
    uint32_t *place, *first, *size; /* [articles] node of an article; first article and size of a group */
    node_link *link;
    size_t link_capacity;
} division;

static ss_status igraph_failure(igraph_error_t code)
{
    if (code == IGRAPH_ENOMEM) return ss_fail_memory(0);
    return ss_fail(SS_ERROR_INTERNAL, "igraph: %s", igraph_strerror(code));
}

/* Divides the graph of d->edge and d->weight: member[i] is the group of node i. */
static ss_status divide(division *d, size_t nodes)
{
    igraph_error_t code = igraph_create(&d->graph, &d->edge, (igraph_integer_t)nodes, IGRAPH_UNDIRECTED);
    if (code != IGRAPH_SUCCESS) return igraph_failure(code);
    igraph_rng_seed(igraph_rng_default(), SEED);
    igraph_integer_t groups;
    igraph_real_t quality;
    code = igraph_community_leiden(&d->graph, &d->weight, NULL, RESOLUTION, 0.01, false, ROUNDS, &d->member, &groups,
                                   &quality);
    igraph_destroy(&d->graph);
    return code == IGRAPH_SUCCESS ? SS_OK : igraph_failure(code);
}

static int by_nodes(const void *left, const void *right)
{
    const node_link *a = left, *b = right;
    if (a->a != b->a) return a->a < b->a ? -1 : 1;
    if (a->b != b->b) return a->b < b->b ? -1 : 1;
    return (a->probability < b->probability) - (a->probability > b->probability); /* the likeliest first */
}

/* Copies share one node: each article names only its k nearest, so that of many copies most pairs are never looked at,
 * and they would count as a thin crowd. Returns how many nodes there are. */
static size_t place_articles(division *d, const uint32_t *original, const uint32_t *article, size_t count)
{
    size_t nodes = 0;
    for (size_t i = 0; i < count; i++) {
        bool first = original[article[i]] == article[i]; /* rows ascend: it comes before its copies */
        d->place[article[i]] = first ? (uint32_t)nodes++ : d->place[original[article[i]]];
    }
    return nodes;
}

/* The likeliest link between each two nodes, into d->edge and d->weight. */
static ss_status take_links(division *d, const ss_result *result, const uint32_t *link, size_t count)
{
    SS_TRY(ss_grow((void **)&d->link, &d->link_capacity, count, sizeof *d->link));
    size_t taken = 0;
    for (size_t i = 0; i < count; i++) {
        const ss_link *l = &result->link[link[i]];
        uint32_t a = d->place[l->a], b = d->place[l->b];
        if (a != b) d->link[taken++] = (node_link){a < b ? a : b, a < b ? b : a, l->probability};
    }
    if (taken > 0) qsort(d->link, taken, sizeof *d->link, by_nodes);
    size_t kept = 0;
    for (size_t i = 0; i < taken; i++)
        if (i == 0 || d->link[i].a != d->link[i - 1].a || d->link[i].b != d->link[i - 1].b) kept++;
    igraph_error_t code = igraph_vector_int_resize(&d->edge, (igraph_integer_t)(2 * kept));
    if (code == IGRAPH_SUCCESS) code = igraph_vector_resize(&d->weight, (igraph_integer_t)kept);
    if (code != IGRAPH_SUCCESS) return igraph_failure(code);
    for (size_t i = 0, at = 0; i < taken; i++) {
        if (i > 0 && d->link[i].a == d->link[i - 1].a && d->link[i].b == d->link[i - 1].b) continue;
        VECTOR(d->edge)[2 * at] = d->link[i].a;
        VECTOR(d->edge)[2 * at + 1] = d->link[i].b;
        VECTOR(d->weight)[at++] = (igraph_real_t)d->link[i].probability;
    }
    return SS_OK;
}

/* Articles and links of one component, [0, article_count) and [0, link_count); gives each article of a group of two or
 * more an event; its number is the row of the first article until ss_events_find() numbers them all. */
static ss_status divide_component(ss_result *result, division *d, const uint32_t *original, const uint32_t *article,
                                  size_t article_count, const uint32_t *link, size_t link_count)
{
    size_t nodes = place_articles(d, original, article, article_count);
    SS_TRY(take_links(d, result, link, link_count));
    SS_TRY(divide(d, nodes));
    memset(d->size, 0, nodes * sizeof *d->size);
    for (size_t i = article_count; i-- > 0;) { /* backwards, so that the first article is what stays */
        size_t group = (size_t)VECTOR(d->member)[d->place[article[i]]];
        d->size[group]++;
        d->first[group] = article[i];
    }
    for (size_t i = 0; i < article_count; i++) {
        size_t group = (size_t)VECTOR(d->member)[d->place[article[i]]];
        if (d->size[group] > 1) result->event_of[article[i]] = d->first[group];
    }
    return SS_OK;
}

static ss_status divide_all(ss_result *result, const components *c, division *d)
{
    size_t link_begin = 0;
    for (size_t begin = 0; begin < c->article_count;) {
        uint32_t root = c->root[c->article[begin]];
        size_t end = begin, link_end = link_begin;
        while (end < c->article_count && c->root[c->article[end]] == root)
            end++;
        while (link_end < c->link_count && c->root[result->link[c->link[link_end]].a] == root)
            link_end++;
        SS_TRY(divide_component(result, d, c->original, c->article + begin, end - begin, c->link + link_begin,
                                link_end - link_begin));
        begin = end;
        link_begin = link_end;
    }
    return SS_OK;
}

/* Events named by their first article become 0, 1, ... in that order. */
static void number_events(ss_result *result, uint32_t *number)
{
    for (size_t i = 0; i < result->articles.count; i++) {
        if (result->event_of[i] < 0) continue;
        size_t first = (size_t)result->event_of[i];
        if (first == i) number[i] = (uint32_t)result->event_count++;
        result->event_of[i] = number[first];
    }
}

static ss_status division_init(division *d, size_t articles)
{
    *d = (division){.place = malloc((articles + 1) * sizeof *d->place),
                    .first = malloc((articles + 1) * sizeof *d->first),
                    .size = malloc((articles + 1) * sizeof *d->size)};
    if (d->place == NULL || d->first == NULL || d->size == NULL) return ss_fail_memory(articles * sizeof *d->place);
    if (igraph_vector_int_init(&d->edge, 0) != IGRAPH_SUCCESS ||
        igraph_vector_int_init(&d->member, 0) != IGRAPH_SUCCESS || igraph_vector_init(&d->weight, 0) != IGRAPH_SUCCESS)
        return ss_fail_memory(0);
    return SS_OK;
}

static void division_clear(division *d)
{
    igraph_vector_int_destroy(&d->edge);
    igraph_vector_int_destroy(&d->member);
    igraph_vector_destroy(&d->weight);
    free(d->link);
    free(d->place);
    free(d->first);
    free(d->size);
}

/* igraph's random numbers, its error handler and its list of what to free after an error belong to no thread. */
static pthread_mutex_t igraph_lock = PTHREAD_MUTEX_INITIALIZER;

ss_status ss_events_find(ss_result *result, double threshold)
{
    size_t n = result->articles.count;
    free(result->event_of);
    result->event_count = 0;
    result->event_of = malloc((n + 1) * sizeof *result->event_of);
    if (result->event_of == NULL) return ss_fail_memory(n * sizeof *result->event_of);
    for (size_t i = 0; i < n; i++)
        result->event_of[i] = -1;
    pthread_mutex_lock(&igraph_lock);
    /* Errors come back as codes instead of ending the program. */
    igraph_error_handler_t *callers_handler = igraph_set_error_handler(igraph_error_handler_ignore);
    components c = {0};
    division d;
    ss_status status = division_init(&d, n);
    if (status == SS_OK) status = list_components(&c, result, threshold);
    if (status == SS_OK) status = divide_all(result, &c, &d);
    if (status == SS_OK) number_events(result, d.place);
    division_clear(&d);
    igraph_set_error_handler(callers_handler);
    pthread_mutex_unlock(&igraph_lock);
    free(c.root);
    free(c.original);
    free(c.article);
    free(c.link);
    return status;
}
