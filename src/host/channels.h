/* The features of an article in all its channels, counted in one pass over its text.
 *
 * The title's n-grams belong to the lead as well, and both to the whole article, so each n-gram is hashed and looked up
 * once and counted in the section that it ends in: the title; the lead; the end of the lead as it reads where a word is
 * cut by it; the rest. The channels are sums of the sections. News says first what matters most: in a whole article,
 * title and lead count twice. */
#ifndef SS_CHANNELS_H
#define SS_CHANNELS_H

#include "model.h"
#include "sketch.h"

/* A row of the model met in an article, and how often in each channel; at most 65,535. */
typedef struct ss_channel_feature {
    uint32_t row;
    uint32_t count[SS_CHANNELS];
} ss_channel_feature;

/* Scratch space of one thread. */
typedef struct ss_channel_counter ss_channel_counter;

ss_status ss_channel_counter_new(ss_channel_counter **out, const ss_model *model);
void ss_channel_counter_free(ss_channel_counter *counter);

/* The features, owned by the counter and valid until its next use; the first in_channel[c] of them are those of channel
 * c, in no order that means anything. */
ss_status ss_channel_counter_run(ss_channel_counter *counter, const ss_article *article,
                                 const ss_channel_feature **features, size_t in_channel[SS_CHANNELS]);

/* The same of a text alone, which may be part of another: as of an article without a title. */
ss_status ss_channel_counter_run_text(ss_channel_counter *counter, const char *text, size_t length,
                                      const ss_channel_feature **features, size_t in_channel[SS_CHANNELS]);

#endif
