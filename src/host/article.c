#include "samestory.h"
#include "status.h"
#include "texts.h"

#include <stdlib.h>
#include <string.h>

const char *ss_lang_name(ss_lang lang)
{
    switch (lang) {
    case SS_LANG_ZH:
        return "zh";
    case SS_LANG_EN:
        return "en";
    case SS_LANG_OTHER:
        break;
    }
    return "other";
}

/* Strings by how often they are read: id and title wherever articles are sorted and compared, the body to be sketched, the
 * rest to be looked through once and written. */
enum { REST = 2, BODY = 6, STRINGS = 7 };

static void list_strings(ss_article *article, char **string[STRINGS])
{
    char **all[STRINGS] = {&article->id,     &article->title,  &article->url, &article->source,
                           &article->author, &article->origin, &article->text};
    memcpy(string, all, sizeof all);
}

void ss_article_clear(ss_article *article)
{
    char **string[STRINGS];
    list_strings(article, string);
    for (int i = 0; i < STRINGS && !article->lent; i++)
        free(*string[i]);
    memset(article, 0, sizeof *article);
}

void ss_articles_clear(ss_articles *articles)
{
    for (size_t i = 0; i < articles->count; i++)
        ss_article_clear(&articles->item[i]);
    free(articles->item);
    ss_texts_free(articles->texts);
    memset(articles, 0, sizeof *articles);
}

/* Copies of the strings that the article has lent; none of them stays NULL. */
static ss_status own_strings(ss_article *article)
{
    ss_article own = *article;
    char **string[STRINGS], **copy[STRINGS];
    ss_status status = SS_OK;
    list_strings(article, string);
    list_strings(&own, copy);
    for (int i = 0; i < STRINGS; i++) {
        if (*string[i] != NULL && !article->lent) continue;
        const char *text = *string[i] != NULL ? *string[i] : "";
        ss_status copied = ss_copy_text(copy[i], text, strlen(text));
        if (copied != SS_OK) status = copied;
    }
    own.lent = false;
    if (status == SS_OK || !article->lent)
        *article = own;
    else
        ss_article_clear(&own);
    return status;
}

/* Those from REST to the body, in one piece of the file; false: there is no room. */
static bool lend_rest(struct ss_texts *texts, char **string[STRINGS], char *kept[STRINGS])
{
    size_t size[STRINGS], total = 0;
    for (int i = REST; i < BODY; i++)
        total += size[i] = strlen(*string[i]) + 1;
    char *joined = malloc(total);
    if (joined == NULL) return false;
    char *end = joined;
    for (int i = REST; i < BODY; end += size[i++])
        memcpy(end, *string[i], size[i]);
    char *at = ss_texts_keep_in_file(texts, SS_TEXTS_REST, joined, total - 1);
    free(joined);
    if (at == NULL) return false;
    for (int i = REST; i < BODY; at += size[i++])
        kept[i] = at;
    return true;
}

/* Leaves the strings to the list. Where there is no room for copies they stay as they are. */
static void lend_strings(ss_articles *articles, ss_article *article)
{
    char **string[STRINGS], *kept[STRINGS];
    if (articles->texts == NULL) articles->texts = ss_texts_new();
    if (articles->texts == NULL) return;
    list_strings(article, string);
    for (int i = 0; i < REST; i++) {
        kept[i] = ss_texts_keep(articles->texts, *string[i], strlen(*string[i]));
        if (kept[i] == NULL) return;
    }
    if (!lend_rest(articles->texts, string, kept)) return;
    kept[BODY] = ss_texts_keep_in_file(articles->texts, SS_TEXTS_BODIES, *string[BODY], strlen(*string[BODY]));
    if (kept[BODY] == NULL) return;
    for (int i = 0; i < STRINGS; i++) {
        free(*string[i]);
        *string[i] = kept[i];
    }
    article->lent = true;
}

ss_status ss_articles_push(ss_articles *articles, ss_article *article)
{
    SS_TRY(own_strings(article));
    void *items = articles->item;
    SS_TRY(ss_grow(&items, &articles->capacity, articles->count + 1, sizeof *articles->item));
    articles->item = items;
    articles->text_bytes += strlen(article->text);
    if (articles->text_bytes > SS_TEXT_MEMORY) lend_strings(articles, article);
    articles->item[articles->count++] = *article;
    memset(article, 0, sizeof *article);
    return SS_OK;
}
