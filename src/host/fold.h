/* Folding: text as the n-grams see it. One table over all code points, made from ICU when a model is trained and kept
 * in the model file, so that a model gives the same features whatever version of ICU is at hand:
 * NFKC case folding, Traditional Chinese -> Simplified, Latin letters without their accents, and a class. */
#ifndef SS_FOLD_H
#define SS_FOLD_H

#include "samestory.h"

typedef enum ss_char_class {
    SS_CLASS_NONE = 0, /* separates: punctuation, spaces, symbols, scripts that are not used */
    SS_CLASS_HAN = 1,
    SS_CLASS_LETTER = 2, /* of Latin, Greek or Cyrillic */
    SS_CLASS_DIGIT = 3
} ss_char_class;

/* A folded character: code point in the low 24 bits, ss_char_class in the high 8. */
typedef uint32_t ss_folded;
#define SS_FOLDED_CODE(folded)  ((folded)&0xffffffu)
#define SS_FOLDED_CLASS(folded) ((ss_char_class)((folded) >> 24))

typedef struct ss_fold ss_fold;

ss_status ss_fold_from_icu(ss_fold **out);
void ss_fold_free(ss_fold *fold);

/* The table as bytes for the model file, and back. ss_fold_save allocates *bytes for the caller to free(). */
ss_status ss_fold_save(const ss_fold *fold, uint8_t **bytes, size_t *size);
ss_status ss_fold_load(ss_fold **out, const uint8_t *bytes, size_t size);

/* Appends the folded characters of `length` bytes of UTF-8 to *out, growing it. Damaged bytes count as separators.
 * `offsets`, if not NULL, grows beside it: where in `text` each folded character begins. */
ss_status ss_fold_text(const ss_fold *fold, const char *text, size_t length, ss_folded **out, uint32_t **offsets,
                       size_t *count, size_t *capacity);

#endif
