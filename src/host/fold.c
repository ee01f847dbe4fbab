#include "fold.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>
#include <unicode/utrans.h>

#include "status.h"

/* A two-stage table: code point >> 7 -> block, block * 128 + (code point & 127) -> entry. Equal blocks are stored once.
 * An entry is one ss_folded, or (high bits EXPANDS) the place of a list in `expansion`: its length, then its
 * characters. The list is empty for characters that vanish (accents, joiners, soft hyphens). */
#define BLOCK_BITS    7
#define BLOCK_SIZE    (1u << BLOCK_BITS)
#define CODE_POINTS   0x110000u
#define BLOCKS        (CODE_POINTS >> BLOCK_BITS)
#define EXPANDS       0x80000000u
#define EXPANSION_MAX 32u /* the longest NFKC form (U+FDFA) has 18 characters */

struct ss_fold {
    uint32_t block_of[BLOCKS];
    uint32_t *entry; /* [block_count * BLOCK_SIZE] */
    uint32_t block_count;
    uint32_t *expansion;
    uint32_t expansion_count;
};

/* ------------------------------------------------------- making the table */

typedef struct builder {
    const UNormalizer2 *case_fold; /* NFKC_Casefold */
    const UNormalizer2 *decompose; /* NFD */
    UTransliterator *simplify;     /* Traditional -> Simplified Chinese */
    ss_fold *fold;
    size_t entry_capacity, expansion_capacity;
} builder;

static ss_status icu_failure(const char *what, UErrorCode code)
{
    return ss_fail(SS_ERROR_INTERNAL, "ICU: %s: %s", what, u_errorName(code));
}

static ss_char_class class_of(UChar32 c)
{
    if (u_charType(c) == U_DECIMAL_DIGIT_NUMBER) return SS_CLASS_DIGIT;
    if (!u_hasBinaryProperty(c, UCHAR_ALPHABETIC)) return SS_CLASS_NONE;
    UErrorCode code = U_ZERO_ERROR;
    switch (uscript_getScript(c, &code)) {
    case USCRIPT_HAN:
        return SS_CLASS_HAN;
    case USCRIPT_LATIN:
    case USCRIPT_GREEK:
    case USCRIPT_CYRILLIC:
        return SS_CLASS_LETTER;
    default:
        return SS_CLASS_NONE;
    }
}

/* Case folding, simplification and removal of accents of one code point, as UTF-16. */
static ss_status fold_code_point(const builder *b, UChar32 c, UChar *out, int32_t capacity, int32_t *length)
{
    UChar source[2], folded[64];
    int32_t source_length = 0;
    U16_APPEND_UNSAFE(source, source_length, c);
    UErrorCode code = U_ZERO_ERROR;
    int32_t n = unorm2_normalize(b->case_fold, source, source_length, folded, 64, &code);
    if (U_FAILURE(code)) return icu_failure("NFKC_Casefold", code);
    if (n > 0 && u_hasBinaryProperty(folded[0], UCHAR_IDEOGRAPHIC)) {
        int32_t limit = n;
        utrans_transUChars(b->simplify, folded, &n, 64, 0, &limit, &code);
        if (U_FAILURE(code)) return icu_failure("Traditional-Simplified", code);
    }
    *length = unorm2_normalize(b->decompose, folded, n, out, capacity, &code);
    return U_FAILURE(code) ? icu_failure("NFD", code) : SS_OK;
}

/* All separators are alike, so that the table stays small, but for those that quantities are read by: the signs of
 * currencies, and the dashes of ranges and scores. */
static UChar32 plain_sign(UChar32 c)
{
    if (u_charType(c) == U_CURRENCY_SYMBOL) return c;
    return (c >= 0x2010 && c <= 0x2013) || c == 0x2212 ? '-' : 0xfffd;
}

/* The folded characters of one code point. */
static ss_status fold_to_list(const builder *b, UChar32 c, ss_folded *list, uint32_t *count)
{
    UChar text[128];
    UChar32 pieces[128];
    int32_t length;
    SS_TRY(fold_code_point(b, c, text, 128, &length));
    UErrorCode code = U_ZERO_ERROR;
    u_strToUTF32(pieces, 128, &length, text, length, &code);
    if (U_FAILURE(code)) return icu_failure("UTF-32", code);
    *count = 0;
    for (int32_t i = 0; i < length; i++) {
        UChar32 piece = pieces[i];
        if (u_charType(piece) == U_NON_SPACING_MARK) continue;
        ss_char_class class = class_of(piece);
        if (class == SS_CLASS_DIGIT) piece = '0' + u_charDigitValue(piece);
        if (class == SS_CLASS_NONE && piece > 0x7f) piece = plain_sign(piece);
        if (*count < EXPANSION_MAX) list[(*count)++] = (ss_folded)piece | (ss_folded) class << 24;
    }
    return SS_OK;
}

static ss_status make_entry(builder *b, UChar32 c, uint32_t *entry)
{
    if (c >= 0xd800 && c <= 0xdfff) { /* a surrogate: never in UTF-8 */
        *entry = 0xfffd;
        return SS_OK;
    }
    ss_folded list[EXPANSION_MAX];
    uint32_t count = 0;
    SS_TRY(fold_to_list(b, c, list, &count));
    if (count == 1) {
        *entry = list[0];
        return SS_OK;
    }
    ss_fold *fold = b->fold;
    SS_TRY(ss_grow((void **)&fold->expansion, &b->expansion_capacity, fold->expansion_count + 1 + count,
                   sizeof *fold->expansion));
    *entry = EXPANDS | fold->expansion_count;
    fold->expansion[fold->expansion_count++] = count;
    memcpy(fold->expansion + fold->expansion_count, list, count * sizeof *list);
    fold->expansion_count += count;
    return SS_OK;
}

static ss_status add_block(builder *b, uint32_t index, const uint32_t *block)
{
    ss_fold *fold = b->fold;
    for (uint32_t i = 0; i < fold->block_count; i++) {
        const uint32_t *known = fold->entry + (size_t)i * BLOCK_SIZE;
        if (known[0] == block[0] && memcmp(known, block, BLOCK_SIZE * sizeof *block) == 0) {
            fold->block_of[index] = i;
            return SS_OK;
        }
    }
    size_t used = (size_t)fold->block_count * BLOCK_SIZE;
    SS_TRY(ss_grow((void **)&fold->entry, &b->entry_capacity, used + BLOCK_SIZE, sizeof *block));
    memcpy(fold->entry + used, block, BLOCK_SIZE * sizeof *block);
    fold->block_of[index] = fold->block_count++;
    return SS_OK;
}

static ss_status build(builder *b)
{
    for (uint32_t index = 0; index < BLOCKS; index++) {
        uint32_t block[BLOCK_SIZE];
        for (uint32_t i = 0; i < BLOCK_SIZE; i++)
            SS_TRY(make_entry(b, (UChar32)(index * BLOCK_SIZE + i), &block[i]));
        SS_TRY(add_block(b, index, block));
    }
    return SS_OK;
}

ss_status ss_fold_from_icu(ss_fold **out)
{
    *out = NULL;
    UErrorCode code = U_ZERO_ERROR;
    static const UChar simplify_id[] = u"Traditional-Simplified";
    builder b = {.case_fold = unorm2_getNFKCCasefoldInstance(&code), .decompose = unorm2_getNFDInstance(&code)};
    b.simplify = utrans_openU(simplify_id, -1, UTRANS_FORWARD, NULL, 0, NULL, &code);
    if (U_FAILURE(code)) return icu_failure("loading its data", code);
    b.fold = calloc(1, sizeof *b.fold);
    ss_status status = b.fold == NULL ? ss_fail_memory(sizeof *b.fold) : build(&b);
    utrans_close(b.simplify);
    if (status != SS_OK) {
        ss_fold_free(b.fold);
        return status;
    }
    *out = b.fold;
    return SS_OK;
}

void ss_fold_free(ss_fold *fold)
{
    if (fold == NULL) return;
    free(fold->entry);
    free(fold->expansion);
    free(fold);
}

/* ------------------------------------------------------------ as bytes */

/* Little-endian 32-bit numbers: block count, expansion count, blocks of code points, entries, expansions. */

static void put_numbers(uint8_t **at, const uint32_t *number, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (int shift = 0; shift < 32; shift += 8)
            *(*at)++ = (uint8_t)(number[i] >> shift);
}

static void get_numbers(const uint8_t **at, uint32_t *number, size_t count)
{
    for (size_t i = 0; i < count; i++, *at += 4)
        number[i] = (uint32_t)(*at)[0] | (uint32_t)(*at)[1] << 8 | (uint32_t)(*at)[2] << 16 | (uint32_t)(*at)[3] << 24;
}

static size_t saved_size(uint32_t block_count, uint32_t expansion_count)
{
    return 4 * (2 + (size_t)BLOCKS + (size_t)block_count * BLOCK_SIZE + expansion_count);
}

ss_status ss_fold_save(const ss_fold *fold, uint8_t **bytes, size_t *size)
{
    *size = saved_size(fold->block_count, fold->expansion_count);
    *bytes = malloc(*size);
    if (*bytes == NULL) return ss_fail_memory(*size);
    uint8_t *at = *bytes;
    put_numbers(&at, &fold->block_count, 1);
    put_numbers(&at, &fold->expansion_count, 1);
    put_numbers(&at, fold->block_of, BLOCKS);
    put_numbers(&at, fold->entry, (size_t)fold->block_count * BLOCK_SIZE);
    put_numbers(&at, fold->expansion, fold->expansion_count);
    return SS_OK;
}

/* Every place that a look-up can reach lies inside the table. */
static bool consistent(const ss_fold *fold)
{
    for (uint32_t i = 0; i < BLOCKS; i++)
        if (fold->block_of[i] >= fold->block_count) return false;
    for (size_t i = 0; i < (size_t)fold->block_count * BLOCK_SIZE; i++) {
        uint32_t entry = fold->entry[i];
        if (!(entry & EXPANDS)) continue;
        uint32_t at = entry & ~EXPANDS;
        if (at >= fold->expansion_count || fold->expansion[at] > EXPANSION_MAX ||
            fold->expansion[at] >= fold->expansion_count - at)
            return false;
    }
    return true;
}

static ss_status load_numbers(ss_fold *fold, const uint8_t *at)
{
    size_t entries = (size_t)fold->block_count * BLOCK_SIZE;
    fold->entry = malloc(entries * sizeof *fold->entry);
    fold->expansion = malloc((fold->expansion_count + 1) * sizeof *fold->expansion);
    if (fold->entry == NULL || fold->expansion == NULL) return ss_fail_memory(entries * sizeof *fold->entry);
    get_numbers(&at, fold->block_of, BLOCKS);
    get_numbers(&at, fold->entry, entries);
    get_numbers(&at, fold->expansion, fold->expansion_count);
    return consistent(fold) ? SS_OK : ss_fail(SS_ERROR_INPUT, "the model's fold table is damaged");
}

ss_status ss_fold_load(ss_fold **out, const uint8_t *bytes, size_t size)
{
    *out = NULL;
    uint32_t counts[2] = {0, 0};
    const uint8_t *at = bytes;
    if (size >= 8) get_numbers(&at, counts, 2);
    if (size < 8 || counts[0] > BLOCKS || counts[1] > CODE_POINTS || size != saved_size(counts[0], counts[1]))
        return ss_fail(SS_ERROR_INPUT, "the model's fold table has a wrong length");
    ss_fold *fold = calloc(1, sizeof *fold);
    if (fold == NULL) return ss_fail_memory(sizeof *fold);
    fold->block_count = counts[0];
    fold->expansion_count = counts[1];
    ss_status status = load_numbers(fold, at);
    if (status != SS_OK) {
        ss_fold_free(fold);
        return status;
    }
    *out = fold;
    return SS_OK;
}

/* ------------------------------------------------------------ folding */

/* ICU's macro mixes char, uint8_t and int. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
static inline uint32_t next_code_point(const char *text, int32_t *at, int32_t length)
{
    UChar32 c;
    U8_NEXT_OR_FFFD(text, *at, length, c);
    return (uint32_t)c;
}
#pragma GCC diagnostic pop

ss_status ss_fold_text(const ss_fold *fold, const char *text, size_t length, ss_folded **out, uint32_t **offsets,
                       size_t *count, size_t *capacity)
{
    if (length > INT32_MAX)
        return ss_fail(SS_ERROR_INPUT, "a text of %zu bytes: at most %d can be taken", length, INT32_MAX);
    /* The two lists share one capacity; the second grows first, so that it is never the shorter one. */
    size_t offsets_capacity = *capacity;
    size_t n = *count;
    for (int32_t i = 0; i < (int32_t)length;) {
        if (n + EXPANSION_MAX > *capacity) {
            if (offsets != NULL)
                SS_TRY(ss_grow((void **)offsets, &offsets_capacity, n + EXPANSION_MAX, sizeof **offsets));
            SS_TRY(ss_grow((void **)out, capacity, n + EXPANSION_MAX, sizeof **out));
        }
        uint32_t begin = (uint32_t)i;
        uint32_t c = next_code_point(text, &i, (int32_t)length);
        uint32_t entry = fold->entry[fold->block_of[c >> BLOCK_BITS] * BLOCK_SIZE + (c & (BLOCK_SIZE - 1))];
        const uint32_t *list = &entry;
        uint32_t list_length = 1;
        if (entry & EXPANDS) {
            list = fold->expansion + (entry & ~EXPANDS);
            list_length = *list++;
        }
        for (uint32_t k = 0; k < list_length; k++, n++) {
            (*out)[n] = list[k];
            if (offsets != NULL) (*offsets)[n] = begin;
        }
    }
    *count = n;
    return SS_OK;
}
