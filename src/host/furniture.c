#include "furniture.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "document.h"
#include "sketch.h"

#define WINDOW         (2 * SS_TEXT_BYTES) /* of text: furniture and report */
#define LONGEST_LINE   300                 /* bytes; a longer line is a paragraph */
#define LONGEST_BYLINE 120
#define LONGEST_LEAD   120 /* bytes of a dateline, each part of it */
#define MOST_LINES     12  /* at each end */
#define MOST_BY_WORDS  12

/* Lines that name who made the report, where no clause follows. In any case, Chinese in both scripts. */
/* clang-format off */
static const char *const byline_openings[] = {
    "责任编辑", "責任編輯", "编辑：", "编辑:", "編輯：", "责编", "本报记者", "本報記者", "本台记者", "记者", "記者",
    "作者：", "作者:", "文/", "文｜", "文|", "文：", "撰文", "图/", "摄影：", "摄影/", "校对", "审核：", "编审",
    "监制", "通讯员", "特约记者", "实习记者", "来源：", "来源:", "來源：", "來源:", "本文来源", "稿源：", "转自：",
    "图片来源", "圖片來源", "图源", "资料图", "staff writer", "staff reporter", "reporting by",
    "additional reporting", "writing by", "editing by", "edited by", "compiled by", "photo:", "photo by",
    "photograph:", "photos:", "image:", "image credit", "photo credit", "file photo", "source:", "editor:",
    "editors:", "web editor",
};
/* clang-format on */

/* Lines about the page, whatever follows. */
/* clang-format off */
static const char *const line_openings[] = {
    "原标题", "原題", "发布时间", "發布時間", "更新时间：", "更新時間：", "发表时间", "首页 >", "首页>", "当前位置",
    "您的位置", "您现在的位置", "字号", "字体：", "字體：", "阅读时间", "閱讀時間", "阅读更多", "閱讀更多",
    "查看更多", "查看原文", "[查看原文", "[阅读原文", "阅读原文", "閱讀原文", "点击查看", "点击阅读", "點擊閱讀", "点击进入", "点击下载",
    "点击订阅", "點擊訂閱", "相关阅读", "相關閱讀", "相关新闻", "相關新聞", "相关链接", "延伸阅读", "延伸閱讀",
    "推荐阅读", "推薦閱讀", "热门推荐", "熱門推薦", "猜你喜欢", "更多新闻", "更多精彩", "下一篇", "上一篇",
    "阅读全文", "分享到", "分享至", "分享：", "扫一扫", "扫码", "扫描二维码", "掃描二維碼", "掃碼", "关注我们",
    "關注我們", "关注官方微信", "关注微信", "微信公众号", "订阅我们", "下载客户端", "下载app", "下载手机客户端",
    "打印本页", "关闭窗口", "发表评论", "網友評論", "网友评论", "版权所有", "版權所有", "版权声明", "版權聲明",
    "版权归", "未经授权", "未經授權", "未经许可", "未经书面", "未经本", "转载请", "轉載請", "免责声明", "免責聲明",
    "特别声明", "我们使用 cookie", "本网站使用", "©", "home >", "home /", "skip to ", "back to top", "last updated",
    "updated:", "published:", "posted:", "posted on", "first published", "our standards:", "read more", "read also",
    "read next", "also read", "see also", "more on this story", "related:", "related stories", "related articles",
    "related topics", "related content", "most read", "most popular", "trending now", "listen to this", "click here",
    "tap here", "continue reading", "full story:", "up next", "share this", "share on", "share via", "share article",
    "follow us", "follow @", "sign up for", "sign up to", "subscribe now", "subscribe to", "already a subscriber",
    "download our app", "download the app", "get the app", "email this", "print this", "comments are moderated",
    "leave a comment", "join the conversation", "(c) 20", "copyright (c)", "copyright ©", "copyright 20",
    "all rights reserved", "no part of this", "terms of use", "terms of service", "privacy policy", "we use cookies",
    "this website uses", "this site uses", "disclaimer:", "contact us",
};
/* clang-format on */

/* Lines that are nothing but this. */
/* clang-format off */
static const char *const whole_lines[] = {
    "打印", "收藏", "订阅", "訂閱", "广告", "廣告", "分享", "评论", "留言", "版权", "首页", "新闻", "advertisement",
    "sponsored", "recommended", "log in", "sign in", "share", "comments", "subscribe", "menu", "search", "photos",
    "video", "watch",
};
/* clang-format on */

/* Agencies and papers as datelines name them. */
/* clang-format off */
static const char *const agencies[] = {
    "reuters", "xinhua", "ap", "afp", "upi", "cnn", "tass", "yonhap", "kyodo", "efe", "dpa", "ians", "pti", "ani",
    "bernama", "cna", "anadolu", "bloomberg", "cnbc", "sputnik", "aap", "cns", "thomson reuters", "associated press",
};
/* clang-format on */

/* ------------------------------------------------------------------- lines */

static ss_body trim(ss_body part)
{
    for (size_t size; (size = ss_space_size(part.text, part.length)) > 0; part.length -= size)
        part.text += size;
    while (part.length > 0) {
        size_t size = 1;
        while (size < 3 && size < part.length && ss_space_size(part.text + part.length - size, size) != size)
            size++;
        if (ss_space_size(part.text + part.length - size, size) != size) break;
        part.length -= size;
    }
    return part;
}

static bool begins_with(ss_body part, const char *opening)
{
    size_t length = strlen(opening);
    return part.length >= length && strncasecmp(part.text, opening, length) == 0;
}

static bool is_small_word(const char *word, size_t length)
{
    static const char *const words[] = {"and", "in", "for", "of", "the", "with", "at", "de", "van", "von", "al"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == length && memcmp(word, words[i], length) == 0) return true;
    return false;
}

/* "By Jane Whitfield and Mark Olsen": nothing but names. */
static bool is_byline(ss_body line)
{
    size_t words = 0;
    if (!begins_with(line, "by ") || strchr(".?!:;", line.text[line.length - 1]) != NULL) return false;
    for (size_t at = 3; at < line.length; at++) {
        size_t length = 0;
        while (at + length < line.length && line.text[at + length] != ' ')
            length++;
        if (length == 0) continue;
        bool name = isupper((unsigned char)line.text[at]) || (unsigned char)line.text[at] >= 0x80;
        if (!name && !is_small_word(line.text + at, length)) return false;
        words++;
        at += length;
    }
    return words >= 2 && words <= MOST_BY_WORDS;
}

static bool begins_with_any(ss_body line, const char *const *openings, size_t count)
{
    int first = tolower((unsigned char)*line.text);
    for (size_t i = 0; i < count; i++)
        if ((unsigned char)*openings[i] == first && begins_with(line, openings[i])) return true;
    return false;
}
#define BEGINS_WITH_ANY(line, openings) begins_with_any(line, openings, sizeof(openings) / sizeof *(openings))

static bool is_whole_line(ss_body line)
{
    for (size_t i = 0; i < sizeof whole_lines / sizeof *whole_lines; i++)
        if (strlen(whole_lines[i]) == line.length && begins_with(line, whole_lines[i])) return true;
    return false;
}

/* Whether a clause ends in it, as in a sentence. */
static bool holds_clause(ss_body line)
{
    static const char *const ends[] = {"，", "。", "？", "！"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (memmem(line.text, line.length, ends[i], strlen(ends[i])) != NULL) return true;
    return false;
}

/* The line in one pair of brackets, "（责任编辑：李四）", without them. */
static ss_body unwrap(ss_body line)
{
    static const char *const brackets[][2] = {{"(", ")"}, {"（", "）"}, {"[", "]"}, {"【", "】"}};
    for (size_t i = 0; i < sizeof brackets / sizeof *brackets; i++) {
        size_t opening = strlen(brackets[i][0]), closing = strlen(brackets[i][1]);
        bool closed =
            line.length > opening + closing && memcmp(line.text + line.length - closing, brackets[i][1], closing) == 0;
        if (closed && begins_with(line, brackets[i][0]))
            return (ss_body){line.text + opening, line.length - opening - closing};
    }
    return line;
}

static bool is_furniture(ss_body line)
{
    if (line.length == 0) return true;
    if (line.length > LONGEST_LINE) return false;
    ss_body inside = unwrap(line);
    if (BEGINS_WITH_ANY(inside, line_openings) || is_whole_line(inside) || is_byline(inside)) return true;
    return line.length <= LONGEST_BYLINE && BEGINS_WITH_ANY(inside, byline_openings) && !holds_clause(inside);
}

static void drop_first_lines(ss_body *report)
{
    for (int i = 0; i < MOST_LINES; i++) {
        const char *newline = memchr(report->text, '\n', report->length);
        if (newline == NULL) return;
        size_t length = (size_t)(newline - report->text);
        if (!is_furniture(trim((ss_body){report->text, length}))) return;
        report->text += length + 1;
        report->length -= length + 1;
    }
}

static void drop_last_lines(ss_body *report)
{
    for (int i = 0; i < MOST_LINES; i++) {
        const char *newline = memrchr(report->text, '\n', report->length);
        if (newline == NULL) return;
        size_t length = (size_t)(newline - report->text);
        if (!is_furniture(trim((ss_body){newline + 1, report->length - length - 1}))) return;
        report->length = length;
    }
}

/* --------------------------------------------------------------- datelines */

/* Where `mark` stands first in text[length]; `length` if it does not. */
static size_t find(const char *text, size_t length, const char *mark)
{
    const char *found = memmem(text, length, mark, strlen(mark));
    return found != NULL ? (size_t)(found - text) : length;
}

/* Bytes of a group in round brackets that begins here; 0: none does, or it is long. */
static size_t bracket_size(const char *text, size_t length)
{
    static const char *const brackets[][2] = {{"(", ")"}, {"（", "）"}};
    for (size_t i = 0; i < 2; i++) {
        if (!begins_with((ss_body){text, length}, brackets[i][0])) continue;
        size_t near = length < LONGEST_LEAD ? length : LONGEST_LEAD, end = find(text, near, brackets[i][1]);
        return end < near ? end + strlen(brackets[i][1]) : 0;
    }
    return 0;
}

/* Bytes of the dashes, colons and spaces here. */
static size_t dash_size(const char *text, size_t length)
{
    static const char *const marks[] = {"-", "–", "—", "―", ":", "："};
    size_t at = 0;
    for (bool found = true; found;) {
        size_t size = ss_space_size(text + at, length - at);
        for (size_t i = 0; size == 0 && i < sizeof marks / sizeof *marks; i++)
            if (begins_with((ss_body){text + at, length - at}, marks[i])) size = strlen(marks[i]);
        found = size > 0;
        at += size;
    }
    return at;
}

/* "BEIJING, Nov. 22 (Xinhua) -- ": bytes of it, 0 if the text begins otherwise. */
static size_t english_dateline(const char *text, size_t length)
{
    size_t open = 0, near = length < LONGEST_LEAD ? length : LONGEST_LEAD;
    if (near == 0 || (!isupper((unsigned char)*text) && *text != '(')) return 0;
    while (open < near && text[open] != '(' && text[open] != '\n')
        open++;
    if (open == near || text[open] != '(') return 0;
    size_t close = bracket_size(text + open, length - open);
    if (close < 3) return 0;
    for (size_t i = 0; i < sizeof agencies / sizeof *agencies; i++) {
        if (strlen(agencies[i]) != close - 2 || strncasecmp(text + open + 1, agencies[i], close - 2) != 0) continue;
        size_t dash = dash_size(text + open + close, length - open - close);
        return dash > 1 ? open + close + dash : 0;
    }
    return 0;
}

/* Whether a mark of an agency or a paper stands in it, and no clause ends. */
static bool names_agency(const char *text, size_t length)
{
    static const char *const marks[] = {"社", "网", "網", "报", "報", "中央台", "电视台"};
    static const char *const ends[] = {"，", "。", ",", "、", "“", "\n"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (find(text, length, ends[i]) < length) return false;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (find(text, length, marks[i]) < length) return true;
    return false;
}

/* "新华社北京11月22日电（记者张三）", "中新网讯 ", "【环球时报综合报道】", "（中央社記者張三台北22日電）". */
static size_t chinese_dateline(const char *text, size_t length)
{
    static const char *const closings[] = {"日电", "日電", "报讯",   "報訊",   "网讯",   "網訊", "网消息", "网讯",
                                           "社讯", "社電", "报道】", "報導】", "報道】", "讯】", "消息】"};
    size_t near = length < LONGEST_LEAD ? length : LONGEST_LEAD, end = near;
    for (size_t i = 0; i < sizeof closings / sizeof *closings; i++) {
        size_t at = find(text, near, closings[i]);
        if (at < near && at + strlen(closings[i]) < end) end = at + strlen(closings[i]);
    }
    if (end == near || !names_agency(text, end)) return 0;
    bool in_brackets = begins_with((ss_body){text, length}, "（") || *text == '(';
    if (in_brackets) {
        size_t whole = bracket_size(text, length);
        if (whole < end) return 0;
        end = whole;
    }
    end += dash_size(text + end, length - end);
    end += bracket_size(text + end, length - end);
    return end + dash_size(text + end, length - end);
}

/* ------------------------------------------------------------------- whole */

ss_body ss_body_of(const ss_article *article)
{
    size_t length = strnlen(article->text, WINDOW + 1);
    ss_body report = {article->text, length};
    drop_first_lines(&report);
    if (length <= WINDOW) drop_last_lines(&report);
    report = trim(report);
    /* One line alone is left, and where there is a headline that may do. */
    if (memchr(report.text, '\n', report.length) == NULL && is_furniture(report) && *article->title != '\0')
        return (ss_body){article->text, 0};
    size_t dateline = english_dateline(report.text, report.length);
    if (dateline == 0) dateline = chinese_dateline(report.text, report.length);
    if (dateline < report.length) {
        report.text += dateline;
        report.length -= dateline;
    }
    return report;
}
