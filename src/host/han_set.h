/* Where a Han character is written the way it is: in Japan, in China, or in both. By the national character sets: what GB 2312
 * holds is written so in China, the first level of Big5 in Taiwan and Hong Kong, the first level of JIS X 0208 in Japan. */
#ifndef SS_HAN_SET_H
#define SS_HAN_SET_H

#include "samestory.h"

typedef enum ss_han_set {
    SS_HAN_ANY = 0,     /* everywhere, or in none of them */
    SS_HAN_CHINESE,     /* Simplified or Traditional, and not so in Japan: 这 這 */
    SS_HAN_JAPANESE,    /* in Japan alone: 県 発 */
    SS_HAN_SIMPLIFIED,  /* in Simplified Chinese and in Japan: 国 会 */
    SS_HAN_TRADITIONAL, /* in Traditional Chinese and in Japan: 東 議. With one of the former a sign of Japanese */
    SS_HAN_SETS
} ss_han_set;

/* Makes the tables of the look-ups, if they are not there: whoever reads articles calls this first, since a look-up can't tell that
 * it failed, and SS_HAN_ANY for every character would make of Chinese another language. */
ss_status ss_han_sets_load(void);

ss_han_set ss_han_set_of(uint32_t code_point);

#endif
