#include "date_label.h"

#include <string.h>
#include <strings.h>

#include "ascii.h"

typedef struct label {
    const char *text;
    ss_date_label kind;
} label;

#define PUBLISHED SS_LABEL_PUBLISHED
#define MODIFIED  SS_LABEL_MODIFIED
#define OTHER     SS_LABEL_OTHER

/* clang-format off */
static const label LABELS[] = {
    {"added", PUBLISHED}, {"created", PUBLISHED}, {"date", PUBLISHED}, {"date added", PUBLISHED},
    {"date of publication", PUBLISHED}, {"date posted", PUBLISHED}, {"date published", PUBLISHED}, {"filed", PUBLISHED},
    {"first published", PUBLISHED}, {"issued", PUBLISHED}, {"online since", PUBLISHED}, {"originally published", PUBLISHED},
    {"post date", PUBLISHED}, {"posted", PUBLISHED}, {"posted at", PUBLISHED}, {"posted on", PUBLISHED},
    {"pub date", PUBLISHED}, {"pubdate", PUBLISHED}, {"publication date", PUBLISHED}, {"publish date", PUBLISHED},
    {"publish time", PUBLISHED}, {"published", PUBLISHED}, {"published at", PUBLISHED}, {"published on", PUBLISHED},
    {"publishing date", PUBLISHED}, {"release date", PUBLISHED}, {"released", PUBLISHED}, {"released on", PUBLISHED},
    {"submitted", PUBLISHED}, {"submitted on", PUBLISHED}, {"time", PUBLISHED}, {"uploaded", PUBLISHED},
    {"date modified", MODIFIED}, {"date updated", MODIFIED}, {"edited", MODIFIED}, {"last edited", MODIFIED},
    {"last modified", MODIFIED}, {"last modified on", MODIFIED}, {"last reviewed", MODIFIED}, {"last revised", MODIFIED},
    {"last update", MODIFIED}, {"last updated", MODIFIED}, {"last updated on", MODIFIED}, {"modified", MODIFIED},
    {"modified date", MODIFIED}, {"modified on", MODIFIED}, {"revised", MODIFIED}, {"update", MODIFIED},
    {"update date", MODIFIED}, {"update time", MODIFIED}, {"updated", MODIFIED}, {"updated at", MODIFIED},
    {"updated date", MODIFIED}, {"updated on", MODIFIED}, {"updated time", MODIFIED},
    {"birth date", OTHER}, {"born", OTHER}, {"closing date", OTHER}, {"date of birth", OTHER}, {"died", OTHER},
    {"due date", OTHER}, {"effective date", OTHER}, {"end date", OTHER}, {"expiry date", OTHER}, {"last date", OTHER},
    {"meeting date", OTHER}, {"start date", OTHER}, {"when", OTHER}, {"issue date", PUBLISHED},
    {"accessed", OTHER}, {"archived", OTHER}, {"copyright", OTHER}, {"current date", OTHER}, {"current time", OTHER},
    {"deadline", OTHER}, {"event date", OTHER}, {"expires", OTHER}, {"generated", OTHER}, {"joined", OTHER},
    {"member since", OTHER}, {"now", OTHER}, {"page generated", OTHER}, {"printed", OTHER}, {"registered", OTHER},
    {"retrieved", OTHER}, {"since", OTHER}, {"today", OTHER}, {"today is", OTHER}, {"today's date", OTHER},
    {"until", OTHER}, {"valid until", OTHER}, {"visitors since", OTHER},
    {"公布日期", PUBLISHED}, {"公开日期", PUBLISHED}, {"公告日期", PUBLISHED}, {"公布時間", PUBLISHED}, {"出版日期", PUBLISHED},
    {"出版時間", PUBLISHED}, {"刊登于", PUBLISHED}, {"刊登日期", PUBLISHED}, {"刊登时间", PUBLISHED}, {"刊登時間", PUBLISHED},
    {"刊發時間", PUBLISHED}, {"刊发时间", PUBLISHED}, {"原始发布", PUBLISHED}, {"发帖时间", PUBLISHED}, {"发布", PUBLISHED},
    {"发布于", PUBLISHED}, {"发布日期", PUBLISHED}, {"发布时间", PUBLISHED}, {"发文日期", PUBLISHED}, {"发文时间", PUBLISHED},
    {"发稿时间", PUBLISHED}, {"发表", PUBLISHED}, {"发表于", PUBLISHED}, {"发表日期", PUBLISHED}, {"发表时间", PUBLISHED},
    {"上传时间", PUBLISHED}, {"上傳時間", PUBLISHED}, {"上架日期", PUBLISHED}, {"上版日期", PUBLISHED}, {"上稿時間", PUBLISHED},
    {"建立日期", PUBLISHED}, {"建立時間", PUBLISHED}, {"录入时间", PUBLISHED}, {"张贴日期", PUBLISHED}, {"張貼日期", PUBLISHED},
    {"張貼時間", PUBLISHED}, {"日期", PUBLISHED}, {"时间", PUBLISHED}, {"時間", PUBLISHED}, {"發佈", PUBLISHED},
    {"發佈日期", PUBLISHED}, {"發佈於", PUBLISHED}, {"發佈時間", PUBLISHED}, {"發布", PUBLISHED}, {"發布日期", PUBLISHED},
    {"發布於", PUBLISHED}, {"發布時間", PUBLISHED}, {"發文日期", PUBLISHED}, {"發文時間", PUBLISHED}, {"發稿時間", PUBLISHED},
    {"發表", PUBLISHED}, {"發表於", PUBLISHED}, {"發表時間", PUBLISHED}, {"撰文時間", PUBLISHED}, {"首发时间", PUBLISHED},
    {"首次发布", PUBLISHED},
    {"修改于", MODIFIED}, {"修改日期", MODIFIED}, {"修改时间", MODIFIED}, {"修改時間", MODIFIED}, {"修訂日期", MODIFIED},
    {"成文日期", MODIFIED}, {"更新", MODIFIED}, {"更新于", MODIFIED}, {"更新日期", MODIFIED}, {"更新时间", MODIFIED},
    {"更新於", MODIFIED}, {"更新時間", MODIFIED}, {"最后修改", MODIFIED}, {"最后更新", MODIFIED}, {"最后更新于", MODIFIED},
    {"最后更新时间", MODIFIED}, {"最後更新", MODIFIED}, {"最後更新時間", MODIFIED}, {"最後修改", MODIFIED}, {"最近更新", MODIFIED},
    {"更改时间", MODIFIED}, {"更改時間", MODIFIED}, {"编辑于", MODIFIED},
    {"今天", OTHER}, {"今天是", OTHER}, {"今日", OTHER}, {"今日是", OTHER}, {"当前时间", OTHER}, {"截止", OTHER},
    {"截止日期", OTHER}, {"截止时间", OTHER}, {"截至", OTHER}, {"有效期至", OTHER}, {"注册时间", OTHER}, {"活动时间", OTHER},
    {"現在是", OTHER}, {"现在是", OTHER}, {"现在时间", OTHER}, {"目前時間", OTHER}, {"系统时间", OTHER}, {"註冊日期", OTHER},
};
/* clang-format on */

/* Words that others end with too: 开始时间 is no 时间. */
static bool is_bare(const char *word)
{
    static const char *const bare[] = {"时间", "時間", "日期", NULL};
    for (const char *const *known = bare; *known != NULL; known++)
        if (strcmp(word, *known) == 0) return true;
    return false;
}

/* Whether the text ends with a Chinese character rather than a mark or a space. */
static bool ends_in_han(const char *text, size_t length)
{
    return length >= 3 && (unsigned char)text[length - 3] >= 0xe4 && (unsigned char)text[length - 3] <= 0xe9;
}

static bool is_latin(const char *word)
{
    return (*word & 0x80) == 0;
}

ss_date_label ss_date_label_first(const char *text, size_t length, size_t *size)
{
    ss_date_label kind = SS_LABEL_NONE;
    *size = 0;
    for (size_t i = 0; i < sizeof LABELS / sizeof *LABELS; i++) {
        const char *word = LABELS[i].text;
        if (length == 0 || ((*word ^ *text) & ~0x20) != 0) continue; /* nearly all end here */
        size_t bytes = strlen(word);
        if (bytes <= *size || bytes > length || strncasecmp(text, word, bytes) != 0) continue;
        if (is_latin(word) && bytes < length && ss_is_letter(text[bytes])) continue;
        kind = LABELS[i].kind;
        *size = bytes;
    }
    return kind;
}

/* Without what may stand between a label and its date. */
static size_t cut_marks(const char *text, size_t length)
{
    static const char *const marks[] = {" ", "\n", "\t", ":",  "：", "|", "｜", "/",  "／", "-",
                                        "(", "（", "[",  "【", "　", " ", "at", "on", NULL};
    for (const char *const *mark = marks; *mark != NULL;) {
        size_t bytes = strlen(*mark);
        bool here = length >= bytes && strncasecmp(text + length - bytes, *mark, bytes) == 0;
        if (here && ss_is_letter(**mark) && length > bytes && ss_is_letter(text[length - bytes - 1])) here = false;
        length -= here ? bytes : 0;
        mark = here ? marks : mark + 1;
    }
    return length;
}

ss_date_label ss_date_label_last(const char *text, size_t length)
{
    ss_date_label kind = SS_LABEL_NONE;
    size_t longest = 0;
    length = cut_marks(text, length);
    for (size_t i = 0; i < sizeof LABELS / sizeof *LABELS; i++) {
        const char *word = LABELS[i].text;
        size_t bytes = strlen(word);
        if (bytes <= longest || bytes > length || strncasecmp(text + length - bytes, word, bytes) != 0) continue;
        if (is_latin(word) && bytes < length && ss_is_letter(text[length - bytes - 1])) continue;
        if (is_bare(word) && ends_in_han(text, length - bytes)) continue;
        kind = LABELS[i].kind;
        longest = bytes;
    }
    return kind;
}
