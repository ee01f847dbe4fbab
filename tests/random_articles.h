/* Articles of any text by chance: what a reader of text on a device must take like the CPU does. */
#ifndef SS_TESTS_RANDOM_ARTICLES_H
#define SS_TESTS_RANDOM_ARTICLES_H

#include "samestory.h"

#define RANDOM_TEXT_SIZE 12000 /* bytes of a title or a text at most, with its NUL */

/* Where chance begins, and goes on from. */
extern uint64_t random_seed;
size_t random_below(size_t bound);

/* Appends an English article. */
void push_article(ss_articles *list, const char *title, const char *text);

/* Writes the UTF-8 of a code point and returns its length. Surrogates come out broken. */
size_t put_code_point(char *to, uint32_t code);

/* Chinese, English, numbers, all of Unicode, broken bytes; of lengths around those that matter. */
ss_articles random_articles(size_t count);

#endif
