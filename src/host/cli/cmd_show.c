/* samestory show: the events of a results file, as text, JSON lines or a table of links. */
#include "commands.h"

#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "event_rows.h"
#include "json.h"
#include "link_evidence.h"
#include "status.h"

#define LINKS_SHOWN 8 /* of an event, as text */

typedef struct show_settings {
    bool json;
    bool tsv;
    bool bilingual;
    int event;
    int min_size;
    int limit;
    int evidence;
    const char *model;
} show_settings;

static const char *const event_words[] = {"all", NULL};

static const cli_option show_options[] = {
    {.name = "json",
     .type = CLI_FLAG,
     .help = "print one JSON object an event, each on a line",
     .offset = offsetof(show_settings, json)},
    {.name = "tsv",
     .type = CLI_FLAG,
     .help = "print a table of the links, columns parted by tabs: those inside events, and, where no events are chosen, the "
             "others, with - for the event",
     .offset = offsetof(show_settings, tsv)},
    {.name = "event",
     .letter = 'e',
     .type = CLI_INT,
     .value = "N|all",
     .low = 0,
     .high = 2147483647,
     .choices = event_words,
     .initial = "all",
     .help = "show event number N alone",
     .offset = offsetof(show_settings, event)},
    {.name = "bilingual",
     .letter = 'b',
     .type = CLI_FLAG,
     .help = "show events that hold both Chinese and English articles",
     .offset = offsetof(show_settings, bilingual)},
    {.name = "min-size",
     .type = CLI_INT,
     .value = "N",
     .low = 2,
     .high = 2147483647,
     .initial = "2",
     .help = "show events of at least N articles",
     .offset = offsetof(show_settings, min_size)},
    {.name = "limit",
     .letter = 'n',
     .type = CLI_INT,
     .value = "N|all",
     .low = 0,
     .high = 2147483647,
     .choices = event_words,
     .initial = "all",
     .help = "show the first N events of those chosen",
     .offset = offsetof(show_settings, limit)},
    CLI_EVIDENCE_OPTION("tell of each link the N most telling names, words, numbers and dates in common, and all figures "
                        "in conflict: those that 'link --evidence' kept in the file, or else found now",
                        offsetof(show_settings, evidence)),
    CLI_MODEL_OPTION("model that the results were made with, for --evidence where the file holds none",
                     offsetof(show_settings, model)),
    {.name = NULL},
};

typedef struct show_view {
    const ss_result *result;
    ss_event_rows articles;
    ss_event_rows links;
    size_t most;               /* pieces of evidence of a link; 0: none are shown */
    ss_testimony_taker *taker; /* finds them; NULL: the file holds them */
} show_view;

static void count_languages(const show_view *view, size_t event, size_t *zh, size_t *en)
{
    *zh = *en = 0;
    for (size_t i = view->articles.begin[event]; i < view->articles.begin[event + 1]; i++) {
        ss_lang lang = view->result->articles.item[view->articles.row[i]].lang;
        *zh += lang == SS_LANG_ZH;
        *en += lang == SS_LANG_EN;
    }
}

static ss_status take_evidence(ss_testimonies *out, const show_view *view, size_t row)
{
    if (view->taker == NULL) return ss_link_evidence_words(out, view->result, row, view->most);
    const ss_link *link = &view->result->link[row];
    const ss_article *article = view->result->articles.item;
    return ss_testimonies_take(out, view->taker, &article[link->a], &article[link->b], view->most);
}

/* ------------------------------------------------------------------ text */

/* In UTC, so that the dates of an event compare. */
static void format_date(char text[SS_DATE_TEXT_SIZE], ss_date date)
{
    if (date.zone_minutes != SS_ZONE_UNKNOWN) date.zone_minutes = 0;
    ss_date_format(date, text);
}

/* "2024-11-23 to 2024-11-25"; articles are in order of time, undated ones last. */
static void print_span(const show_view *view, size_t event)
{
    char first[SS_DATE_TEXT_SIZE] = "", last[SS_DATE_TEXT_SIZE] = "";
    for (size_t i = view->articles.begin[event]; i < view->articles.begin[event + 1]; i++) {
        const ss_article *article = &view->result->articles.item[view->articles.row[i]];
        if (article->published.precision == SS_DATE_NONE) continue;
        char date[SS_DATE_TEXT_SIZE];
        format_date(date, article->published);
        snprintf(first[0] == '\0' ? first : last, SS_DATE_TEXT_SIZE, "%.10s", date);
    }
    if (first[0] != '\0') printf(", %s", first);
    if (last[0] != '\0' && strcmp(first, last) != 0) printf(" to %s", last);
}

static void print_article(const ss_article *article, size_t row)
{
    char date[SS_DATE_TEXT_SIZE];
    format_date(date, article->published);
    if (date[0] != '\0' && date[10] == 'T') date[10] = ' ';
    printf("  #%-5zu %-16.16s  %-5s  ", row, date[0] != '\0' ? date : "no date", ss_lang_name(article->lang));
    cli_print_text(stdout, article->title[0] != '\0' ? article->title : article->id);
    if (article->source[0] != '\0') {
        fputs("  [", stdout);
        cli_print_text(stdout, article->source);
        putchar(']');
    }
    putchar('\n');
}

/* Most probable first, then as in the file. */
static int compare_links(const void *left, const void *right, void *context)
{
    const ss_link *links = context;
    size_t a = *(const size_t *)left, b = *(const size_t *)right;
    if (links[a].probability != links[b].probability) return links[a].probability < links[b].probability ? 1 : -1;
    return a < b ? -1 : a > b;
}

static void print_testimony(const ss_testimony *item)
{
    if (item->conflict) printf("%s ", ss_testimony_kind_name(item->kind));
    cli_print_text(stdout, item->a);
    if (strcmp(item->a, item->b) == 0) return;
    fputs(" ↔ ", stdout);
    cli_print_text(stdout, item->b);
}

/* "  agree: 挪威 ↔ Norway, 37.6亿 ↔ 3.76 billion; differ: dead 17 ↔ 18" */
static ss_status print_evidence(const show_view *view, size_t row)
{
    ss_testimonies evidence;
    SS_TRY(take_evidence(&evidence, view, row));
    for (size_t i = 0; i < evidence.count; i++) {
        bool conflict = evidence.item[i].conflict, begins = i == 0 || conflict != evidence.item[i - 1].conflict;
        if (begins) fputs(i == 0 ? "  " : "; ", stdout);
        fputs(!begins ? ", " : conflict ? "differ: " : "agree: ", stdout);
        print_testimony(&evidence.item[i]);
    }
    if (evidence.count == 0) fputs("  nothing that can be named", stdout);
    ss_testimonies_clear(&evidence);
    return SS_OK;
}

/* On one line, or, with evidence, one a line. */
static ss_status print_links(const show_view *view, size_t event)
{
    size_t *row = view->links.row + view->links.begin[event];
    size_t count = view->links.begin[event + 1] - view->links.begin[event];
    qsort_r(row, count, sizeof *row, compare_links, view->result->link);
    fputs("  links:", stdout);
    for (size_t i = 0; i < count && i < LINKS_SHOWN; i++) {
        const ss_link *link = &view->result->link[row[i]];
        printf("%s #%u-#%u %.2f", view->most > 0 ? "\n   " : i == 0 ? "" : ",", link->a, link->b,
               (double)link->probability);
        if (view->most > 0) SS_TRY(print_evidence(view, row[i]));
    }
    if (count > LINKS_SHOWN) printf("%s and %zu more", view->most > 0 ? "\n   " : ",", count - LINKS_SHOWN);
    fputs("\n\n", stdout);
    return SS_OK;
}

static ss_status print_as_text(const show_view *view, size_t event)
{
    size_t zh, en;
    count_languages(view, event, &zh, &en);
    printf("event %zu: %zu articles (%zu zh, %zu en)", event,
           view->articles.begin[event + 1] - view->articles.begin[event], zh, en);
    print_span(view, event);
    putchar('\n');
    for (size_t i = view->articles.begin[event]; i < view->articles.begin[event + 1]; i++) {
        size_t row = view->articles.row[i];
        print_article(&view->result->articles.item[row], row);
    }
    return print_links(view, event);
}

/* ---------------------------------------------------------- for programs */

static json_t *json_article(const ss_article *article)
{
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "id", article->id, "lang", ss_lang_name(article->lang),
                     "title", cli_json_text(article->title), "published", cli_json_date(article->published), "source",
                     cli_json_text(article->source), "author", cli_json_text(article->author), "url",
                     cli_json_text(article->url));
}

/* NULL: out of memory. */
static ss_status json_link(json_t **out, const show_view *view, size_t row)
{
    *out = cli_json_link(view->result, &view->result->link[row]);
    if (view->most == 0 || *out == NULL) return SS_OK;
    ss_testimonies evidence;
    ss_status status = take_evidence(&evidence, view, row);
    if (status == SS_OK && (json_object_set_new(*out, "in_common", cli_json_evidence(&evidence, false)) != 0 ||
                            json_object_set_new(*out, "in_conflict", cli_json_evidence(&evidence, true)) != 0))
        status = ss_fail(SS_ERROR_MEMORY, "out of memory");
    ss_testimonies_clear(&evidence);
    return status;
}

static ss_status print_as_json(const show_view *view, size_t event)
{
    json_t *articles = json_array(), *links = json_array(), *link;
    ss_status status = SS_OK;
    bool whole = true;
    for (size_t i = view->articles.begin[event]; i < view->articles.begin[event + 1]; i++) {
        const ss_article *article = &view->result->articles.item[view->articles.row[i]];
        whole &= json_array_append_new(articles, json_article(article)) == 0;
    }
    for (size_t i = view->links.begin[event]; i < view->links.begin[event + 1] && status == SS_OK; i++) {
        status = json_link(&link, view, view->links.row[i]);
        whole &= json_array_append_new(links, link) == 0;
    }
    json_t *object = json_pack("{s:I, s:o, s:o}", "event", (json_int_t)event, "articles", articles, "links", links);
    if (!whole || status != SS_OK) {
        json_decref(object);
        object = NULL;
    }
    return status == SS_OK ? cli_print_json(object) : status;
}

static void print_tsv_header(void)
{
    fputs("event\ta\tb\tlang_a\tlang_b\trelation", stdout);
    for (const cli_link_column *column = cli_link_columns; column->name != NULL; column++)
        printf("\t%s", column->name);
    putchar('\n');
}

/* All of a row but its event. */
static void print_tsv_link(const ss_result *result, const ss_link *link)
{
    const ss_article *a = &result->articles.item[link->a], *b = &result->articles.item[link->b];
    putchar('\t');
    cli_print_text(stdout, a->id);
    putchar('\t');
    cli_print_text(stdout, b->id);
    printf("\t%s\t%s\t%s", ss_lang_name(a->lang), ss_lang_name(b->lang), ss_relation_name((ss_relation)link->relation));
    for (const cli_link_column *column = cli_link_columns; column->name != NULL; column++) {
        char text[32];
        printf("\t%s", cli_format_column(text, sizeof text, column, link));
    }
    putchar('\n');
}

static ss_status print_as_tsv(const show_view *view, size_t event)
{
    for (size_t i = view->links.begin[event]; i < view->links.begin[event + 1]; i++) {
        printf("%zu", event);
        print_tsv_link(view->result, &view->result->link[view->links.row[i]]);
    }
    return SS_OK;
}

/* Links whose articles are not of one event. */
static void print_tsv_rest(const ss_result *result)
{
    for (size_t i = 0; i < result->link_count && !ferror(stdout); i++) {
        const ss_link *link = &result->link[i];
        int64_t event = result->event_of[link->a];
        bool inside = event >= 0 && event == result->event_of[link->b];
        if (inside || (double)link->probability < result->provenance.threshold) continue;
        putchar('-');
        print_tsv_link(result, link);
    }
}

/* --------------------------------------------------------------- command */

static bool is_chosen(const show_view *view, const show_settings *settings, size_t event)
{
    if (settings->event >= 0 && (size_t)settings->event != event) return false;
    if (view->articles.begin[event + 1] - view->articles.begin[event] < (size_t)settings->min_size) return false;
    size_t zh, en;
    count_languages(view, event, &zh, &en);
    return !settings->bilingual || (zh > 0 && en > 0);
}

static bool shows_all(const show_settings *settings)
{
    return settings->event < 0 && settings->min_size <= 2 && !settings->bilingual && settings->limit < 0;
}

static ss_status print_events(const show_view *view, const show_settings *settings)
{
    int printed = 0;
    for (size_t event = 0; event < view->result->event_count && printed != settings->limit; event++) {
        if (!is_chosen(view, settings, event)) continue;
        if (settings->json)
            SS_TRY(print_as_json(view, event));
        else if (settings->tsv)
            SS_TRY(print_as_tsv(view, event));
        else
            SS_TRY(print_as_text(view, event));
        /* The reader went away or the disk is full: cli_close_stdout() tells. */
        if (ferror(stdout)) return SS_OK;
        printed++;
    }
    if (settings->tsv && shows_all(settings)) print_tsv_rest(view->result);
    if (!settings->json && !settings->tsv) {
        printf("events shown: %d of %zu; articles in the file: %zu\n", printed, view->result->event_count,
               view->result->articles.count);
    }
    return SS_OK;
}

/* Evidence that the file does not hold is found with the model. */
static ss_status prepare_evidence(show_view *view, ss_model **model, const show_settings *settings)
{
    view->most = (size_t)settings->evidence;
    if (view->most == 0 || view->result->evidence_most > 0) return SS_OK;
    SS_TRY(ss_model_open(model, settings->model));
    SS_TRY(ss_result_check_model(view->result, *model));
    return ss_testimony_taker_new(&view->taker, *model);
}

static ss_status show_result(const ss_result *result, const show_settings *settings, const char *path)
{
    if (settings->event >= 0 && (size_t)settings->event >= result->event_count) {
        return ss_fail(SS_ERROR_ARGUMENT, "%s: there is no event %d; it has %zu, numbered from 0", path,
                       settings->event, result->event_count);
    }
    ss_model *model = NULL;
    show_view view = {.result = result};
    ss_status status = prepare_evidence(&view, &model, settings);
    if (status == SS_OK) status = ss_event_articles(&view.articles, result);
    if (status == SS_OK) status = ss_event_links(&view.links, result);
    if (status == SS_OK && settings->tsv) print_tsv_header();
    if (status == SS_OK) status = print_events(&view, settings);
    ss_event_rows_clear(&view.articles);
    ss_event_rows_clear(&view.links);
    ss_testimony_taker_free(view.taker);
    ss_model_free(model);
    return status;
}

static int run_show(const cli_call *call)
{
    const show_settings *settings = call->settings;
    if (settings->json && settings->tsv) {
        cli_say("show: choose one of --json and --tsv; see 'samestory show --help'");
        return CLI_USAGE;
    }
    if (settings->tsv && settings->evidence > 0) {
        cli_say("show: --tsv has no room for --evidence; take --json");
        return CLI_USAGE;
    }
    ss_result *result;
    ss_status status = ss_result_read(&result, call->operand[0]);
    if (status == SS_OK) status = show_result(result, settings, call->operand[0]);
    ss_result_free(result);
    return cli_exit_code(status);
}

const cli_command cli_show = {
    .name = "show",
    .summary = "show the events of a results file",
    .operands = "FILE",
    .description = "Shows the events of a results file, each with its articles in order of time and the links between "
                   "them with their probabilities. Times are in UTC. A number with # is the row of an article in the "
                   "file; 'explain' takes it.",
    .example = "samestory show linked.h5 --bilingual --evidence 5\n"
               "samestory show linked.h5 --json | jq '.articles[].title'",
    .options = show_options,
    .settings_size = sizeof(show_settings),
    .least = 1,
    .most = 1,
    .run = run_show,
};
