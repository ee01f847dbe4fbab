/* Made-up news, linked, and what holds for every result. */
#ifndef SS_TESTS_LINKED_ARTICLES_H
#define SS_TESTS_LINKED_ARTICLES_H

#include "result.h"
#include "tiny_model.h"

#define EVENTS    12
#define PER_EVENT 5 /* two Chinese articles, two English ones, one undated English one */
#define NOISE     20
#define FRENCH    3
#define ARTICLES  (EVENTS * PER_EVENT + NOISE + FRENCH)

/* The model that all of these link with: made before a group of tests, freed after it. */
extern ss_model *model;
int make_model(void **state);
int make_learnt_model(void **state); /* the same, with a linker that has learnt */
int free_model(void **state);

void push(ss_articles *articles, const char *id, ss_lang lang, const char *title, const char *text, int64_t day);

/* Events three days apart, articles of no event between them, and some of a language that is not linked. */
ss_articles make_articles(void);

void shuffle(ss_articles *articles, uint64_t seed);

ss_result *link_articles(ss_articles articles, const ss_link_options *options, const ss_job *job);

void assert_same_results(const ss_result *a, const ss_result *b);

void assert_sound(const ss_result *r, const ss_link_options *options);

#endif
