#include "page_line.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

#define MOST_SKIPPED  12 /* bytes of brackets and bullets before the first word */
#define LEAST_PROSE   24 /* bytes of a sentence */
#define SLACK         12 /* bytes that may follow a phrase that is the whole line */
#define SHORT_LINE    160
#define MIDDLING_LINE 480
#define LONG_LINE     6000 /* of lawyers */

/* How long a line that begins with a phrase is, at most, for it to be furniture, in bytes; WHOLE: little longer than the
 * phrase itself. */
typedef struct phrase {
    const char *text;
    size_t most;
    ss_line_kind kind;
} phrase;

#define WHOLE     0
#define FURNITURE SS_LINE_FURNITURE
#define ENDING    SS_LINE_ENDING

/* Sorted by their bytes. */
/* clang-format off */
static const phrase PHRASES[] = {
    {"(c)", LONG_LINE, ENDING}, {"a previous version", MIDDLING_LINE, FURNITURE},
    {"a version of this article", MIDDLING_LINE, FURNITURE}, {"about the author", SHORT_LINE, ENDING},
    {"additional reporting", MIDDLING_LINE, FURNITURE}, {"advertisement", WHOLE, FURNITURE},
    {"all rights reserved", LONG_LINE, ENDING}, {"also read", SHORT_LINE, FURNITURE},
    {"an earlier version", MIDDLING_LINE, FURNITURE}, {"around the web", SHORT_LINE, ENDING},
    {"article continues", SHORT_LINE, FURNITURE}, {"click here", SHORT_LINE, FURNITURE}, {"comments", WHOLE, ENDING},
    {"continue reading", SHORT_LINE, FURNITURE}, {"copyright", LONG_LINE, ENDING},
    {"correction:", MIDDLING_LINE, FURNITURE}, {"credit:", SHORT_LINE, FURNITURE},
    {"download our app", SHORT_LINE, FURNITURE}, {"download the app", SHORT_LINE, FURNITURE},
    {"edited by", SHORT_LINE, FURNITURE}, {"editing by", SHORT_LINE, FURNITURE}, {"editor:", SHORT_LINE, FURNITURE},
    {"file photo", MIDDLING_LINE, FURNITURE}, {"filed under", SHORT_LINE, FURNITURE},
    {"follow us", SHORT_LINE, FURNITURE}, {"image credit", SHORT_LINE, FURNITURE},
    {"image source", SHORT_LINE, FURNITURE}, {"image:", SHORT_LINE, FURNITURE},
    {"join the conversation", SHORT_LINE, ENDING}, {"keep reading for", 80, ENDING},
    {"last updated", SHORT_LINE, FURNITURE}, {"latest in", 80, ENDING}, {"latest news", WHOLE, ENDING},
    {"leave a comment", SHORT_LINE, ENDING}, {"listen:", SHORT_LINE, FURNITURE}, {"more from", SHORT_LINE, ENDING},
    {"more on this", SHORT_LINE, ENDING}, {"more stories", SHORT_LINE, ENDING}, {"most popular", SHORT_LINE, ENDING},
    {"most read", SHORT_LINE, ENDING}, {"our standards", SHORT_LINE, FURNITURE}, {"photo by", SHORT_LINE, FURNITURE},
    {"photo credit", SHORT_LINE, FURNITURE}, {"photo:", MIDDLING_LINE, FURNITURE},
    {"photograph:", MIDDLING_LINE, FURNITURE}, {"picture:", MIDDLING_LINE, FURNITURE},
    {"posted in", SHORT_LINE, FURNITURE}, {"print", WHOLE, FURNITURE}, {"published:", SHORT_LINE, FURNITURE},
    {"read also", SHORT_LINE, FURNITURE}, {"read more", SHORT_LINE, FURNITURE}, {"read next", SHORT_LINE, FURNITURE},
    {"read the full", SHORT_LINE, FURNITURE}, {"reader feedback", SHORT_LINE, ENDING},
    {"readers' comments", SHORT_LINE, ENDING}, {"recommended", WHOLE, ENDING},
    {"recommended for you", SHORT_LINE, ENDING}, {"related", WHOLE, ENDING},
    {"related article", SHORT_LINE, FURNITURE}, {"related articles", WHOLE, ENDING},
    {"related coverage", WHOLE, ENDING}, {"related stories", WHOLE, ENDING}, {"related story", SHORT_LINE, FURNITURE},
    {"related topics", WHOLE, ENDING}, {"related:", SHORT_LINE, FURNITURE},
    {"reporting by", MIDDLING_LINE, FURNITURE}, {"see also", SHORT_LINE, FURNITURE}, {"share", WHOLE, FURNITURE},
    {"share on", SHORT_LINE, FURNITURE}, {"share this", SHORT_LINE, FURNITURE}, {"sign up", MIDDLING_LINE, FURNITURE},
    {"sponsored", WHOLE, FURNITURE}, {"sponsored:", SHORT_LINE, FURNITURE},
    {"story continues", SHORT_LINE, FURNITURE}, {"subscribe", SHORT_LINE, FURNITURE},
    {"subscribe to", MIDDLING_LINE, FURNITURE}, {"suggested topics", SHORT_LINE, ENDING},
    {"tags:", SHORT_LINE, FURNITURE}, {"the views expressed", MIDDLING_LINE, FURNITURE},
    {"this article appears in", MIDDLING_LINE, FURNITURE}, {"this story appears in", MIDDLING_LINE, FURNITURE},
    {"top comments", SHORT_LINE, ENDING}, {"topics", WHOLE, ENDING}, {"topics:", SHORT_LINE, FURNITURE},
    {"trending", WHOLE, ENDING}, {"try unlimited access", 80, ENDING}, {"updated at", SHORT_LINE, FURNITURE},
    {"updated on", 80, FURNITURE}, {"updated:", SHORT_LINE, FURNITURE}, {"view comments", SHORT_LINE, ENDING},
    {"watch:", SHORT_LINE, FURNITURE}, {"you may also like", SHORT_LINE, ENDING},
    {"you might also like", SHORT_LINE, ENDING}, {"your browser", MIDDLING_LINE, FURNITURE}, {"©", LONG_LINE, ENDING},
    {"▲", MIDDLING_LINE, FURNITURE}, {"△", MIDDLING_LINE, FURNITURE}, {"▼", MIDDLING_LINE, FURNITURE},
    {"上一篇", SHORT_LINE, FURNITURE}, {"下一篇", SHORT_LINE, FURNITURE}, {"为您推荐", SHORT_LINE, ENDING},
    {"今日要闻", WHOLE, ENDING}, {"作者:", SHORT_LINE, FURNITURE}, {"作者：", SHORT_LINE, FURNITURE},
    {"來源：", SHORT_LINE, FURNITURE}, {"免责声明", LONG_LINE, ENDING}, {"全部评论", SHORT_LINE, ENDING},
    {"关键词", SHORT_LINE, FURNITURE}, {"凡本网", LONG_LINE, ENDING}, {"分享", WHOLE, FURNITURE},
    {"分享到", SHORT_LINE, FURNITURE}, {"原标题", SHORT_LINE, FURNITURE}, {"原題", SHORT_LINE, FURNITURE},
    {"发布时间", SHORT_LINE, FURNITURE}, {"图/", SHORT_LINE, FURNITURE}, {"图为", MIDDLING_LINE, FURNITURE},
    {"图文｜", SHORT_LINE, FURNITURE}, {"图片来源", SHORT_LINE, FURNITURE}, {"图片：", SHORT_LINE, FURNITURE},
    {"图：", SHORT_LINE, FURNITURE}, {"圖/", MIDDLING_LINE, FURNITURE}, {"圖為", MIDDLING_LINE, FURNITURE},
    {"圖／", MIDDLING_LINE, FURNITURE}, {"圖：", MIDDLING_LINE, FURNITURE}, {"声明：", LONG_LINE, ENDING},
    {"字体", SHORT_LINE, FURNITURE}, {"字号", SHORT_LINE, FURNITURE}, {"字體", SHORT_LINE, FURNITURE},
    {"广告", WHOLE, FURNITURE}, {"廣告", WHOLE, FURNITURE}, {"延伸閱讀", SHORT_LINE, ENDING}, {"延伸阅读", SHORT_LINE, ENDING},
    {"往期回顾", SHORT_LINE, ENDING}, {"往期推荐", SHORT_LINE, ENDING}, {"我要举报", WHOLE, FURNITURE},
    {"我要评论", SHORT_LINE, ENDING}, {"打印", WHOLE, FURNITURE}, {"扫一扫", SHORT_LINE, FURNITURE},
    {"扫码", SHORT_LINE, FURNITURE}, {"推荐", WHOLE, ENDING}, {"推荐阅读", SHORT_LINE, ENDING}, {"推薦", WHOLE, ENDING},
    {"推薦閱讀", SHORT_LINE, ENDING}, {"收藏", WHOLE, FURNITURE}, {"文章来源", SHORT_LINE, FURNITURE},
    {"文｜", SHORT_LINE, FURNITURE}, {"更多新聞", SHORT_LINE, ENDING}, {"更多新闻", SHORT_LINE, ENDING},
    {"更多精彩", SHORT_LINE, FURNITURE}, {"最新评论", SHORT_LINE, ENDING}, {"本文来源", SHORT_LINE, FURNITURE},
    {"本文来自", SHORT_LINE, FURNITURE}, {"来源:", SHORT_LINE, FURNITURE}, {"来源：", SHORT_LINE, FURNITURE},
    {"标签", SHORT_LINE, FURNITURE}, {"校对", SHORT_LINE, FURNITURE}, {"点击", SHORT_LINE, FURNITURE},
    {"热点新闻", WHOLE, ENDING}, {"热门", WHOLE, ENDING}, {"热门新闻", SHORT_LINE, ENDING}, {"热门评论", SHORT_LINE, ENDING},
    {"熱門新聞", SHORT_LINE, ENDING}, {"版权声明", LONG_LINE, ENDING}, {"版权所有", LONG_LINE, ENDING},
    {"版權所有", LONG_LINE, ENDING}, {"特别声明", LONG_LINE, ENDING}, {"特别提示", MIDDLING_LINE, FURNITURE},
    {"猜你喜欢", SHORT_LINE, ENDING}, {"相关报道", SHORT_LINE, ENDING}, {"相关文章", SHORT_LINE, ENDING},
    {"相关新闻", SHORT_LINE, ENDING}, {"相关稿件", SHORT_LINE, ENDING}, {"相关链接", SHORT_LINE, ENDING},
    {"相关阅读", SHORT_LINE, ENDING}, {"相關報導", SHORT_LINE, ENDING}, {"相關文章", SHORT_LINE, ENDING},
    {"相關新聞", SHORT_LINE, ENDING}, {"看更多", SHORT_LINE, FURNITURE}, {"稿件来源", SHORT_LINE, FURNITURE},
    {"精彩推荐", SHORT_LINE, ENDING}, {"精彩评论", SHORT_LINE, ENDING}, {"精选留言", SHORT_LINE, ENDING},
    {"網友評論", SHORT_LINE, ENDING}, {"編輯：", SHORT_LINE, FURNITURE}, {"编辑:", SHORT_LINE, FURNITURE},
    {"编辑：", SHORT_LINE, FURNITURE}, {"网友评论", SHORT_LINE, ENDING}, {"觉得好看", SHORT_LINE, FURNITURE},
    {"記者：", SHORT_LINE, FURNITURE}, {"評論", 40, ENDING}, {"請繼續往下閱讀", SHORT_LINE, FURNITURE},
    {"记者：", SHORT_LINE, FURNITURE}, {"评论", 40, ENDING}, {"请繼續往下閱讀", SHORT_LINE, FURNITURE},
    {"責任編輯", SHORT_LINE, FURNITURE}, {"資料照", MIDDLING_LINE, FURNITURE}, {"责任编辑", SHORT_LINE, FURNITURE},
    {"责编", SHORT_LINE, FURNITURE}, {"资料图", MIDDLING_LINE, FURNITURE}, {"跟贴", SHORT_LINE, ENDING},
    {"轉載請", MIDDLING_LINE, FURNITURE}, {"转载请", MIDDLING_LINE, FURNITURE}, {"長按", SHORT_LINE, FURNITURE},
    {"长按", SHORT_LINE, FURNITURE}, {"閱讀更多", SHORT_LINE, FURNITURE}, {"關鍵字", SHORT_LINE, FURNITURE},
    {"阅读原文", SHORT_LINE, FURNITURE}, {"阅读更多", SHORT_LINE, FURNITURE},
};
/* clang-format on */

#define PHRASE_COUNT (sizeof PHRASES / sizeof *PHRASES)

/* Bytes of the character that the text begins with, if it is one of those, which are of three bytes each; else 0. */
static size_t match_wide(const char *text, const char (*wide)[4], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(text, wide[i], 3) == 0) return 3;
    return 0;
}

/* Bytes of the bracket, bullet or space that a line begins with. */
static size_t mark_size(const char *text, size_t length)
{
    static const char wide[][4] = {"（", "【", "［", "〔", "•", "●", "■", "　"};
    if (length == 0) return 0;
    if ((*text & 0x80) == 0) return *text != '\0' && strchr(" ([*->", *text) != NULL;
    return length >= 3 ? match_wide(text, wide, sizeof wide / sizeof *wide) : 0;
}

static size_t skip_marks(const char *text, size_t length)
{
    size_t at = 0;
    for (size_t size; at < MOST_SKIPPED && (size = mark_size(text + at, length - at)) > 0;)
        at += size;
    return at;
}

/* How the captions of pictures end. */
static bool is_caption(const char *text, size_t length)
{
    static const char *const ends[] = {" 摄",      "　摄",   "/摄",  "／摄", "攝",   "供图",   "供圖",   "（资料图）",
                                       "资料图片", "图库）", "摄）", "攝）", "制图", "翻攝）", "圖源：", NULL};
    static const char last[][4] = {"摄", "攝", "图", "圖", "片", "）", "："};
    if (length > MIDDLING_LINE || length < 3 || match_wide(text + length - 3, last, sizeof last / sizeof *last) == 0)
        return false;
    for (const char *const *end = ends; *end != NULL; end++) {
        size_t size = strlen(*end);
        if (length >= size && memcmp(text + length - size, *end, size) == 0) return true;
    }
    return false;
}

/* What stands in the notices of publishers, wherever in them. */
static bool is_notice(const char *text, size_t length)
{
    enum { SIZE = 12 };
    static const char chinese[][SIZE + 1] = {"未经授权", "未經授權", "版权所有", "版權所有"};
    static const char *const english[] = {"not responsible for the content", "All rights reserved", NULL};
    if (length > MIDDLING_LINE) return false;
    for (size_t i = 0; i + SIZE <= length; i++) /* both 未 and 版 begin with E6 or E7 */
        for (size_t word = 0; (text[i] & 0xfe) == 0xe6 && word < sizeof chinese / sizeof *chinese; word++)
            if (memcmp(text + i, chinese[word], SIZE) == 0) return true;
    for (const char *const *word = english; *word != NULL; word++)
        if (memmem(text, length, *word, strlen(*word)) != NULL) return true;
    return false;
}

/* Where the phrases end that begin with this byte. */
static size_t find_end(unsigned char byte)
{
    size_t low = 0, high = PHRASE_COUNT;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if ((unsigned char)PHRASES[middle].text[0] <= byte)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const phrase *find_phrase(const char *text, size_t length)
{
    if (length < 3) return NULL;
    unsigned char first = (unsigned char)text[0];
    if (first >= 'A' && first <= 'Z') first |= 0x20;
    /* From the last one: what begins with another phrase stands behind that, and says more. */
    for (size_t i = find_end(first); i > 0 && (unsigned char)PHRASES[i - 1].text[0] == first; i--) {
        const char *words = PHRASES[i - 1].text;
        /* Nearly all end here: Chinese characters differ in their third bytes more often than in their first. */
        if (words[2] != '\0' && ((words[2] ^ text[2]) & ~0x20) != 0) continue;
        size_t size = strlen(words), most = PHRASES[i - 1].most == WHOLE ? size + SLACK : PHRASES[i - 1].most;
        if (length >= size && length <= most && strncasecmp(text, words, size) == 0) return &PHRASES[i - 1];
    }
    return NULL;
}

/* A mark that ends a sentence, before white space, a quotation mark or the end. */
static bool holds_sentence(const char *text, size_t length)
{
    /* The first of them end a sentence however short; dots and semicolons end buttons too. */
    enum { FULL_STOPS = 3 };
    static const char *const wide[] = {"。", "！", "？", "；", "…", "．"};
    static const bool begins_mark[UCHAR_MAX + 1] = {
        ['.'] = true, ['!'] = true, ['?'] = true, [0xe2] = true, [0xe3] = true, [0xef] = true};
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (!begins_mark[c]) continue;
        if (c == '.' || c == '!' || c == '?') {
            unsigned char next = i + 1 < length ? (unsigned char)text[i + 1] : ' ';
            if (i + 1 >= LEAST_PROSE && (next == ' ' || next == '"' || next == '\'' || next == ')' || next >= 0x80))
                return true;
        } else {
            for (size_t m = 0; m < sizeof wide / sizeof *wide; m++)
                if (length - i >= 3 && memcmp(text + i, wide[m], 3) == 0 &&
                    (length >= LEAST_PROSE || (m < FULL_STOPS && i + 3 == length)))
                    return true;
        }
    }
    return false;
}

ss_line_kind ss_page_line_kind(const char *text, size_t length)
{
    size_t marks = skip_marks(text, length);
    const phrase *found = find_phrase(text, length);
    if (found == NULL && marks > 0) found = find_phrase(text + marks, length - marks);
    if (found != NULL) return found->kind;
    if (is_caption(text, length)) return SS_LINE_FURNITURE;
    if (!holds_sentence(text, length)) return SS_LINE_PLAIN;
    return is_notice(text, length) ? SS_LINE_FURNITURE : SS_LINE_PROSE;
}
