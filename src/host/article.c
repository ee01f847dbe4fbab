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

void ss_article_clear(ss_article *article)
{
    free(article->id);
    free(article->url);
    free(article->source);
    free(article->author);
    free(article->title);
    if (!article->text_lent) free(article->text);
    free(article->origin);
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

ss_status ss_articles_push(ss_articles *articles, ss_article *article)
{
    char **texts[] = {&article->id,    &article->url,  &article->source, &article->author,
                      &article->title, &article->text, &article->origin};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (*texts[i] == NULL) SS_TRY(ss_copy_text(texts[i], "", 0));
    if (article->text_lent) {
        char *own;
        SS_TRY(ss_copy_text(&own, article->text, strlen(article->text)));
        article->text = own;
        article->text_lent = false;
    }
    void *items = articles->item;
    SS_TRY(ss_grow(&items, &articles->capacity, articles->count + 1, sizeof *articles->item));
    articles->item = items;
    size_t length = strlen(article->text);
    /* Where the file fails, memory may do. */
    if (articles->text_bytes + length > SS_TEXT_MEMORY && ss_texts_move(&articles->texts, &article->text, length))
        article->text_lent = true;
    else
        articles->text_bytes += length + 1;
    articles->item[articles->count++] = *article;
    memset(article, 0, sizeof *article);
    return SS_OK;
}
