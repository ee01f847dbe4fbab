#include "han_set.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unicode/ucnv.h>

#include "status.h"

#define FIRST 0x4e00 /* CJK Unified Ideographs, without the extensions */
#define LAST  0x9fff

enum { GB2312 = 1, BIG5 = 2, JIS = 4 };

static uint8_t standards[LAST - FIRST + 1]; /* as bits */

/* Marks the characters of two bytes, the first from `lead` to `last_lead`, the second in 0x40 .. 0xfe. A converter that this
 * ICU does not have marks none; then kana alone tell Japanese. */
static ss_status mark(const char *encoding, unsigned lead, unsigned last_lead, uint8_t standard)
{
    UErrorCode error = U_ZERO_ERROR;
    UConverter *converter = ucnv_open(encoding, &error);
    if (error == U_FILE_ACCESS_ERROR) return SS_OK;
    if (U_FAILURE(error)) return ss_fail(SS_ERROR_MEMORY, "ICU: no converter of %s: %s", encoding, u_errorName(error));
    for (; lead <= last_lead; lead++) {
        for (unsigned trail = 0x40; trail <= 0xfe; trail++) {
            const char bytes[] = {(char)lead, (char)trail};
            UChar character[4];
            UErrorCode failed = U_ZERO_ERROR;
            int32_t length = ucnv_toUChars(converter, character, 4, bytes, sizeof bytes, &failed);
            if (U_SUCCESS(failed) && length == 1 && character[0] >= FIRST && character[0] <= LAST)
                standards[character[0] - FIRST] |= standard;
        }
    }
    ucnv_close(converter);
    return SS_OK;
}

static void mark_one(UChar character, uint8_t standard)
{
    standards[character - FIRST] = standard;
}

static ss_status mark_all(void)
{
    /* JIS has these too, but hardly any Japanese text; and those Chinese texts have, although Big5 has other forms first. */
    static const UChar chinese[] = u"這你她您很吧呢我", both[] = u"裏絶衆証説";
    SS_TRY(mark("GB2312", 0xb0, 0xf7, GB2312));
    SS_TRY(mark("Big5", 0xa4, 0xc6, BIG5));
    SS_TRY(mark("EUC-JP", 0xb0, 0xcf, JIS));
    for (const UChar *at = chinese; *at != 0; at++)
        mark_one(*at, GB2312 | BIG5);
    for (const UChar *at = both; *at != 0; at++)
        mark_one(*at, GB2312 | BIG5 | JIS);
    return SS_OK;
}

ss_status ss_han_sets_load(void)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static atomic_bool loaded; /* not pthread_once(): what failed is tried again */
    if (atomic_load_explicit(&loaded, memory_order_acquire)) return SS_OK;
    pthread_mutex_lock(&lock);
    ss_status status = atomic_load(&loaded) ? SS_OK : mark_all();
    if (status == SS_OK) atomic_store_explicit(&loaded, true, memory_order_release);
    pthread_mutex_unlock(&lock);
    return status;
}

ss_han_set ss_han_set_of(uint32_t code_point)
{
    static const ss_han_set set_of[] = {[GB2312] = SS_HAN_CHINESE,          [BIG5] = SS_HAN_CHINESE,
                                        [GB2312 | BIG5] = SS_HAN_CHINESE,   [JIS] = SS_HAN_JAPANESE,
                                        [GB2312 | JIS] = SS_HAN_SIMPLIFIED, [BIG5 | JIS] = SS_HAN_TRADITIONAL,
                                        [GB2312 | BIG5 | JIS] = SS_HAN_ANY};
    if (code_point < FIRST || code_point > LAST || ss_han_sets_load() != SS_OK) return SS_HAN_ANY;
    return set_of[standards[code_point - FIRST]];
}
