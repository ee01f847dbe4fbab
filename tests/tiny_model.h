/* Small models, articles and training pairs for tests, all made by code and the same every time. Include after cmocka.h. */
#ifndef SS_TESTS_TINY_MODEL_H
#define SS_TESTS_TINY_MODEL_H

#include "model.h"
#include "train.h"

/* A copy of the fold table; ICU is asked only once by a program. */
ss_fold *tiny_fold(void);

/* 4,096 buckets of which every eighth is not known, dimension 16, rows at random: texts that share n-grams are near. No
 * lexicon, and a linker that has learnt nothing. */
ss_model *tiny_model(void);

/* One thing said in Chinese and in English: 4,096 of them, the first ones as different as they can be. */
#define TINY_TEXT_SIZE 160
void tiny_pair(size_t index, char zh[TINY_TEXT_SIZE], char en[TINY_TEXT_SIZE]);

/* Pairs first .. first + count - 1, "zh<TAB>en" a line. */
void tiny_pairs_write(const char *path, size_t first, size_t count);

/* Options that learn what 200 pairs have to teach in a moment. */
ss_train_options tiny_train_options(const char *const *path, const char *output);

/* A model trained on pairs 0 .. 199 with these options; files are left in the current folder. */
ss_model *tiny_trained_model(void);

/* A tree of one question, about the feature of this name (linker.h); what is not known goes left. */
ss_tree tiny_stump(const char *feature, float threshold, float below, float above);

/* A linker as if it had been learnt, by which pairs are the same whose cosine is about half way from the background to 1,
 * or that have support. The caller frees it with ss_linker_clear(), or the model that it is put into. */
ss_linker tiny_linker(void);

/* An article with copies of the texts, published at noon of that day since 1970; TINY_UNDATED: no date. */
#define TINY_UNDATED INT64_MIN
ss_article tiny_article(const char *id, ss_lang lang, const char *title, const char *text, int64_t day);

#endif
