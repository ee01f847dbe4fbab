/* Sketches: n-gram features x model -> one int8 vector and its integer squared norm.
 *
 * All arithmetic is on integers (weights sqrt(count) in fixed point, int32 sums), so that every backend gives the same
 * sketch. The vector is scaled so that its largest entry is 127; the cosine takes no notice of the scale. */
#ifndef SS_SKETCH_H
#define SS_SKETCH_H

#include "model.h"

#define SS_LEAD_BYTES 600  /* about 600 Latin letters or 200 Han characters: the first two or three sentences */
#define SS_TEXT_BYTES 3000 /* what follows tells little of the event, and on pages often of something else */

/* What of an article a sketch is made from. */
typedef enum ss_channel {
    SS_CHANNEL_WHOLE = 0, /* title and text, its first 3,000 bytes; title and lead twice */
    SS_CHANNEL_TITLE = 1,
    SS_CHANNEL_LEAD = 2, /* title and first sentences, 600 bytes */
    SS_CHANNELS = 3
} ss_channel;

/* Where sketches go: those of article i to vector[channel] + i * dimension, norm[channel][i] and ngrams[i]. */
typedef struct ss_sketch_places {
    int8_t *vector[SS_CHANNELS];
    uint32_t *norm[SS_CHANNELS];
    uint32_t *ngrams;
} ss_sketch_places;

/* Scratch space of one thread. */
typedef struct ss_sketcher ss_sketcher;

ss_status ss_sketcher_new(ss_sketcher **out, const ss_model *model);
void ss_sketcher_free(ss_sketcher *sketcher);

/* The sketch of one UTF-8 text, as of a whole article without a title: vector[dimension], and its squared length, 0 if no n-gram of it is known. */
ss_status ss_sketch_text(ss_sketcher *sketcher, const char *text, size_t length, int8_t *vector, uint32_t *norm);

/* The sketches of an article in all its channels, in one pass over its text: what ss_sketch_article() gives for each.
 * `ngrams`: how many were counted in the whole article. */
ss_status ss_sketch_channels(ss_sketcher *sketcher, const ss_article *article, int8_t *const vector[SS_CHANNELS],
                             uint32_t norm[SS_CHANNELS], uint32_t *ngrams);

/* The sketch of one channel of an article; an empty channel gives norm 0.
 * `ngrams`, if not NULL: how many n-grams were counted. */
ss_status ss_sketch_article(ss_sketcher *sketcher, const ss_article *article, ss_channel channel, int8_t *vector,
                            uint32_t *norm, uint32_t *ngrams);

/* The sketch of rows that were met so often: the same whatever their order. */
ss_status ss_sketch_features(ss_sketcher *sketcher, const ss_feature *feature, size_t count, int8_t *vector,
                             uint32_t *norm);

/* The cosine of two sketches; 0 where a norm is 0. */
double ss_sketch_cosine(const int8_t *a, uint32_t norm_a, const int8_t *b, uint32_t norm_b, int dimension);

/* Whether a sketch may come from here: entries of -127 .. 127, which all matchers rely on, and the norm their sum of squares. */
bool ss_sketch_is_sound(const int8_t *vector, uint32_t norm, int dimension);

/* The weight of an n-gram met `count` times: 256 sqrt(count), rounded down. */
uint32_t ss_term_weight(uint32_t count);

/* Bytes of a text that belong to its lead, and those that are looked at at all; neither ends inside a character. */
size_t ss_lead_length(const char *text, size_t length);
size_t ss_whole_length(const char *text, size_t length);

#endif
