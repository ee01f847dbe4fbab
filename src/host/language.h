/* The language of a text: Chinese, English or another. */
#ifndef SS_LANGUAGE_H
#define SS_LANGUAGE_H

#include "samestory.h"

/* From the text alone: by its scripts, and in Latin script by its function words. */
ss_lang ss_lang_detect(const char *text, size_t length);

/* From a tag or name, of any case: "zh", "zh-Hant-TW", "zh_CN", "cmn", "Chinese", "en-US", "English". */
ss_lang ss_lang_parse(const char *tag);

/* From both: the declared language, unless the text is plainly in another. `declared` may be NULL. */
ss_lang ss_lang_decide(const char *declared, const char *text, size_t length);

#endif
