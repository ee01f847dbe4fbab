#include "page_hints.h"

#include <string.h>
#include <strings.h>

#include "html.h"

#define LONGEST_WORD 15  /* letters; none that is known has more */
#define MOST_BYTES   256 /* of a class that are looked at: beyond it stand the styles of a generator */

/* Parts of a name that makes a body: one of either kind, as in article-body, postContent, main_text. */
enum { SUBJECT = 1 << 8, MATTER = 1 << 9 };

#define DISTINCTIVE (1u << 10) /* of a word that others may begin with */

/* Where in a class or id a word tells something. */
typedef enum place { ANYWHERE, BEGINNING } place;

typedef struct word {
    const char *text;
    unsigned hints;
    place place; /* BEGINNING: other words may begin with it */
} word;

#define FURNITURE SS_HINT_FURNITURE
#define BODY      SS_HINT_BODY

/* Sorted; pinyin is what many Chinese sites name things in. No other word begins with one that may be a beginning. */
/* clang-format off */
static const word WORDS[] = {
    {"abstract", FURNITURE, ANYWHERE}, {"actions", FURNITURE, ANYWHERE}, {"ad", FURNITURE, ANYWHERE},
    {"ads", FURNITURE, ANYWHERE}, {"adv", FURNITURE, BEGINNING}, {"alert", FURNITURE, ANYWHERE},
    {"also", FURNITURE, ANYWHERE}, {"app", FURNITURE, ANYWHERE}, {"art", SUBJECT, ANYWHERE},
    {"arti", SUBJECT, ANYWHERE}, {"artibody", BODY, ANYWHERE}, {"artical", SUBJECT, ANYWHERE},
    {"article", SUBJECT, ANYWHERE}, {"articlebody", BODY, ANYWHERE}, {"articlecontent", BODY, ANYWHERE},
    {"articletext", BODY, ANYWHERE}, {"aside", FURNITURE, ANYWHERE}, {"au", SS_HINT_AUTHOR, ANYWHERE},
    {"author", SS_HINT_AUTHOR, BEGINNING}, {"banner", FURNITURE, ANYWHERE}, {"bar", FURNITURE, ANYWHERE},
    {"barrier", FURNITURE, ANYWHERE}, {"bianji", FURNITURE, ANYWHERE}, {"bio", FURNITURE, ANYWHERE},
    {"blog", SUBJECT, ANYWHERE}, {"body", MATTER, ANYWHERE}, {"bodytext", BODY, ANYWHERE},
    {"bottom", FURNITURE, ANYWHERE}, {"breadcrumb", FURNITURE, BEGINNING}, {"byline", SS_HINT_AUTHOR, ANYWHERE},
    {"caption", SS_HINT_CAPTION, BEGINNING}, {"comment", FURNITURE, BEGINNING}, {"con", MATTER, ANYWHERE},
    {"consent", FURNITURE, ANYWHERE}, {"content", MATTER, ANYWHERE}, {"contenttext", BODY, ANYWHERE},
    {"cookie", FURNITURE, BEGINNING}, {"copy", MATTER, ANYWHERE}, {"copyright", FURNITURE, ANYWHERE},
    {"correction", FURNITURE, ANYWHERE}, {"credit", SS_HINT_CAPTION, ANYWHERE}, {"crumb", FURNITURE, BEGINNING},
    {"date", SS_HINT_DATE, BEGINNING}, {"deck", FURNITURE, ANYWHERE}, {"dek", FURNITURE, ANYWHERE},
    {"detail", SUBJECT | MATTER, BEGINNING}, {"disclaimer", FURNITURE, ANYWHERE}, {"disqus", FURNITURE, ANYWHERE},
    {"donate", FURNITURE, ANYWHERE}, {"download", FURNITURE, ANYWHERE}, {"editor", FURNITURE, ANYWHERE},
    {"end", SUBJECT, ANYWHERE}, {"endtext", BODY, ANYWHERE}, {"entry", SUBJECT, ANYWHERE}, {"entrycontent", BODY, ANYWHERE},
    {"excerpt", FURNITURE, ANYWHERE}, {"feedback", FURNITURE, ANYWHERE}, {"fenxiang", FURNITURE, ANYWHERE},
    {"follow", FURNITURE, ANYWHERE}, {"foot", FURNITURE, ANYWHERE}, {"footer", FURNITURE, ANYWHERE},
    {"friendlink", FURNITURE, BEGINNING}, {"fulltext", BODY, ANYWHERE}, {"gdpr", FURNITURE, ANYWHERE},
    {"guanggao", FURNITURE, ANYWHERE}, {"hot", FURNITURE, ANYWHERE}, {"hotnews", FURNITURE, ANYWHERE},
    {"keyword", FURNITURE, BEGINNING}, {"latest", FURNITURE, ANYWHERE}, {"legal", FURNITURE, ANYWHERE},
    {"login", FURNITURE, ANYWHERE}, {"main", SUBJECT, ANYWHERE}, {"maincontent", BODY, ANYWHERE},
    {"menu", FURNITURE, ANYWHERE}, {"modal", FURNITURE, ANYWHERE}, {"more", FURNITURE, ANYWHERE},
    {"nav", FURNITURE, ANYWHERE}, {"navbar", FURNITURE, ANYWHERE}, {"navigation", FURNITURE, ANYWHERE},
    {"neirong", MATTER, ANYWHERE}, {"news", SUBJECT, ANYWHERE}, {"newscontent", BODY, ANYWHERE},
    {"newsletter", FURNITURE, BEGINNING}, {"newstext", BODY, ANYWHERE}, {"next", FURNITURE, ANYWHERE},
    {"outbrain", FURNITURE, ANYWHERE}, {"overlay", FURNITURE, ANYWHERE}, {"page", SUBJECT, ANYWHERE},
    {"pagebar", FURNITURE, ANYWHERE}, {"pager", FURNITURE, ANYWHERE}, {"pagination", FURNITURE, ANYWHERE},
    {"paihang", FURNITURE, BEGINNING}, {"paywall", FURNITURE, ANYWHERE}, {"pinglun", FURNITURE, ANYWHERE},
    {"popular", FURNITURE, ANYWHERE}, {"popup", FURNITURE, ANYWHERE}, {"post", SUBJECT, ANYWHERE},
    {"postbody", BODY, ANYWHERE}, {"postcontent", BODY, ANYWHERE}, {"prev", FURNITURE, ANYWHERE},
    {"print", FURNITURE, ANYWHERE}, {"promo", FURNITURE, BEGINNING}, {"pubdate", SS_HINT_DATE, ANYWHERE},
    {"publish", SS_HINT_DATE, ANYWHERE}, {"published", SS_HINT_DATE, ANYWHERE}, {"pubtime", SS_HINT_DATE, ANYWHERE},
    {"pullquote", FURNITURE, BEGINNING}, {"qr", FURNITURE, ANYWHERE}, {"qrcode", FURNITURE, ANYWHERE},
    {"rail", FURNITURE, ANYWHERE}, {"rank", FURNITURE, BEGINNING}, {"readmore", FURNITURE, ANYWHERE},
    {"rec", FURNITURE, ANYWHERE}, {"recirc", FURNITURE, BEGINNING}, {"recommend", FURNITURE, BEGINNING},
    {"register", FURNITURE, ANYWHERE}, {"regwall", FURNITURE, ANYWHERE}, {"relate", FURNITURE, BEGINNING},
    {"remen", FURNITURE, ANYWHERE}, {"reply", FURNITURE, ANYWHERE}, {"respond", FURNITURE, ANYWHERE},
    {"rm", SUBJECT, ANYWHERE}, {"share", FURNITURE, ANYWHERE}, {"sharebar", FURNITURE, ANYWHERE},
    {"sharing", FURNITURE, ANYWHERE}, {"shengming", FURNITURE, ANYWHERE}, {"side", FURNITURE, ANYWHERE},
    {"sidebar", FURNITURE, BEGINNING}, {"signoff", FURNITURE, ANYWHERE}, {"signup", FURNITURE, ANYWHERE},
    {"social", FURNITURE, BEGINNING}, {"source", SS_HINT_SOURCE, ANYWHERE}, {"sponsor", FURNITURE, BEGINNING},
    {"standfirst", FURNITURE, ANYWHERE}, {"statement", FURNITURE, ANYWHERE}, {"story", SUBJECT, ANYWHERE},
    {"storybody", BODY, ANYWHERE}, {"storytext", BODY, ANYWHERE}, {"subscri", FURNITURE, BEGINNING},
    {"subtitle", FURNITURE, ANYWHERE}, {"summary", FURNITURE, ANYWHERE}, {"taboola", FURNITURE, ANYWHERE},
    {"tag", FURNITURE, ANYWHERE}, {"tags", FURNITURE, ANYWHERE}, {"teaser", FURNITURE, BEGINNING},
    {"text", MATTER, ANYWHERE}, {"time", SS_HINT_DATE, ANYWHERE}, {"timestamp", SS_HINT_DATE, ANYWHERE},
    {"tip", FURNITURE, ANYWHERE}, {"toc", FURNITURE, ANYWHERE}, {"toolbar", FURNITURE, ANYWHERE},
    {"tools", FURNITURE, ANYWHERE}, {"topbar", FURNITURE, ANYWHERE}, {"trending", FURNITURE, ANYWHERE},
    {"trs", BODY, ANYWHERE}, {"tuijian", FURNITURE, ANYWHERE}, {"txt", SUBJECT | MATTER, ANYWHERE},
    {"weibo", FURNITURE, ANYWHERE}, {"weixin", FURNITURE, ANYWHERE}, {"wenzhang", SUBJECT, ANYWHERE},
    {"widget", FURNITURE, BEGINNING}, {"xiangguan", FURNITURE, BEGINNING}, {"zhengwen", BODY, ANYWHERE},
    {"zw", BODY, ANYWHERE},
};
/* clang-format on */

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* How many letters of a known word the text begins with, in whatever case; *order is where the word sorts to it. */
static size_t compare(const word *known, const char *text, size_t length, int *order)
{
    size_t i = 0;
    while (i < length && known->text[i] == (text[i] | 0x20))
        i++;
    *order = known->text[i] - (i < length ? text[i] | 0x20 : 0);
    return i;
}

/* Hints of one word, by binary search; a beginning sorts right before what begins with it. */
static unsigned hints_of_word(const char *text, size_t length)
{
    size_t low = 0, high = length <= LONGEST_WORD ? sizeof WORDS / sizeof *WORDS : 0;
    int order;
    while (low < high) {
        size_t middle = (low + high) / 2;
        compare(&WORDS[middle], text, length, &order);
        if (order <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0) return 0;
    const word *found = &WORDS[low - 1];
    size_t same = compare(found, text, length, &order);
    if (found->text[same] != '\0' || (same < length && found->place != BEGINNING)) return 0;
    return found->place == BEGINNING ? found->hints | DISTINCTIVE : found->hints;
}

/* The next word of a name such as "article-body", "storyBody" or "post_text", from *begin to *at; false at the end of the
 * name, which is that of the value or a space. */
static bool next_word(const char **at, const char **begin)
{
    const char *c = *at;
    while (*c != '\0' && *c != ' ' && !is_lower(*c) && !is_upper(*c))
        c++;
    *begin = c;
    while (is_lower(*c) || (is_upper(*c) && (c == *begin || is_upper(c[-1]))))
        c++;
    *at = c;
    return c > *begin;
}

/* Hints of one name of a class. A short word in the middle of a name may mean anything; a distinctive one means itself. */
static unsigned hints_of_name(const char **at)
{
    const char *text;
    unsigned hints = 0, last = 0;
    for (bool first = true; next_word(at, &text); first = false) {
        last = hints_of_word(text, (size_t)(*at - text));
        bool telling = first || (last & DISTINCTIVE);
        hints |= telling ? last : last & ~(unsigned)FURNITURE;
    }
    hints |= last;
    if (hints & BODY) return hints & 0xff & ~(unsigned)FURNITURE; /* "TRS_Editor" */
    bool body = (hints & SUBJECT) && (hints & MATTER) && !(hints & FURNITURE);
    return (hints & 0xff) | (body ? BODY : 0);
}

static unsigned hints_of_names(const char *names)
{
    unsigned hints = 0;
    for (const char *at = names; *at != '\0' && at - names < MOST_BYTES;) {
        if (*at == ' ')
            at++;
        else
            hints |= hints_of_name(&at);
    }
    return hints;
}

static unsigned hints_of_property(const char *value)
{
    if (strcasecmp(value, "articleBody") == 0) return BODY | SS_HINT_MARKED_BODY;
    if (strcasecmp(value, "author") == 0) return SS_HINT_AUTHOR;
    if (strcasecmp(value, "datePublished") == 0) return SS_HINT_DATE;
    return strcasecmp(value, "caption") == 0 ? SS_HINT_CAPTION : 0;
}

static unsigned hints_of_role(const char *value)
{
    static const char *const furniture[] = {"navigation", "complementary", "contentinfo", "search",
                                            "banner",     "dialog",        "menu",        NULL};
    for (const char *const *role = furniture; *role != NULL; role++)
        if (strcasecmp(value, *role) == 0) return FURNITURE;
    return 0;
}

unsigned ss_page_hints(const char **attributes)
{
    unsigned hints = 0;
    for (const char **a = attributes; a != NULL && a[0] != NULL; a += 2) {
        if (a[1] == NULL) continue;
        if (ss_html_same(a[0], "class") || ss_html_same(a[0], "id")) hints |= hints_of_names(a[1]);
        if (ss_html_same(a[0], "itemprop")) hints |= hints_of_property(a[1]);
        if (ss_html_same(a[0], "role")) hints |= hints_of_role(a[1]);
        if (ss_html_same(a[0], "datetime")) hints |= SS_HINT_DATE;
        if (ss_html_same(a[0], "rel") && strcasecmp(a[1], "author") == 0) hints |= SS_HINT_AUTHOR;
    }
    return hints;
}
