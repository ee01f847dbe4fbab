/* How many died, were injured, are missing: the word that says so stands behind the number (16人死亡, "16 people were
 * killed") or before it (造成死亡16人, "killing at least 16", "the death toll rises to 16"). */
#include "quantity_parts.h"

/* ---------------------------------------------------------------- Chinese */

#define HAN_GAP    14 /* characters between 名 and 遇难 */
#define STRIPS_MAX 8

typedef struct toll_word {
    const char16_t *word;
    ss_quantity_kind kind;
} toll_word;

/* Behind a number. NUMBER ends the search: what follows is neither dead nor alive. The longer word goes first. */
static const toll_word HAN_TOLLS[] = {
    {u"死伤", SS_QUANTITY_NUMBER},  {u"伤亡", SS_QUANTITY_NUMBER},      {u"死刑", SS_QUANTITY_NUMBER},
    {u"死缓", SS_QUANTITY_NUMBER},  {u"死囚", SS_QUANTITY_NUMBER},      {u"伤害", SS_QUANTITY_NUMBER},
    {u"死亡", SS_QUANTITY_DEAD},    {u"遇难", SS_QUANTITY_DEAD},        {u"丧生", SS_QUANTITY_DEAD},
    {u"身亡", SS_QUANTITY_DEAD},    {u"罹难", SS_QUANTITY_DEAD},        {u"丧命", SS_QUANTITY_DEAD},
    {u"殒命", SS_QUANTITY_DEAD},    {u"毙命", SS_QUANTITY_DEAD},        {u"遇害", SS_QUANTITY_DEAD},
    {u"被杀", SS_QUANTITY_DEAD},    {u"打死", SS_QUANTITY_DEAD},        {u"击毙", SS_QUANTITY_DEAD},
    {u"牺牲", SS_QUANTITY_DEAD},    {u"死", SS_QUANTITY_DEAD},          {u"受伤", SS_QUANTITY_INJURED},
    {u"轻伤", SS_QUANTITY_INJURED}, {u"重伤", SS_QUANTITY_INJURED},     {u"负伤", SS_QUANTITY_INJURED},
    {u"烧伤", SS_QUANTITY_INJURED}, {u"伤", SS_QUANTITY_INJURED},       {u"失踪", SS_QUANTITY_MISSING},
    {u"失联", SS_QUANTITY_MISSING}, {u"下落不明", SS_QUANTITY_MISSING},
};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static size_t match_han_toll(const ss_passage *p, size_t at, ss_quantity_kind *kind)
{
    for (size_t i = 0; i < COUNT(HAN_TOLLS); i++) {
        size_t end = HAN_TOLLS[i].word[0] == ss_code_at(p, at) ? ss_match(p, at, HAN_TOLLS[i].word) : 0;
        if (end == 0) continue;
        *kind = HAN_TOLLS[i].kind;
        return end;
    }
    return 0;
}

static size_t skip_numeral(const ss_passage *p, size_t at)
{
    at = ss_skip_blanks(p, at);
    for (int i = 0; i < 12 && (ss_digit_at(p, at) || ss_han_numeral(ss_code_at(p, at)) >= 0); i++)
        at++;
    return at;
}

/* Of 300例死亡16例 the word belongs to the second number; of 5人死亡16人被捕 to the first. */
static bool taken_by_next(const ss_passage *p, size_t at, bool cases)
{
    ss_quantity_kind kind;
    size_t begin = ss_skip_blanks(p, at), end = skip_numeral(p, at);
    if (end == begin || !cases) return false;
    end = ss_skip_blanks(p, end);
    if (ss_one_of(p, end, u"人名位例")) end++;
    return match_han_toll(p, end, &kind) == 0;
}

static ss_quantity_kind toll_behind_han(const ss_passage *p, size_t end)
{
    static ss_words blockers = {u"调查", u"抗议", u"悼念", u"纪念", u"参加", u"获救", u"救出", u"要求", u"支持",
                                u"哀悼", u"出席", u"参与", u"生还", u"涉嫌", u"逮捕", u"被捕", u"被判", u"感染",
                                u"确诊", u"目击", u"送医", u"住院", u"其中", u"包括", u"率",   u"为",   NULL};
    static ss_words cases = {u"案", u"事件", u"事故", u"原因", u"率", u"风险", u"家属", u"人数", NULL};
    ss_quantity_kind kind;
    size_t i = ss_skip_blanks(p, end);
    bool people = ss_one_of(p, i, u"人名位例口具"), infections = ss_code_at(p, i) == u'例';
    if (people) i++;
    for (size_t k = 0; k <= (people ? HAN_GAP : 0); k++, i++) {
        i = ss_skip_blanks(p, i);
        size_t behind = match_han_toll(p, i, &kind);
        if (behind > 0)
            return taken_by_next(p, behind, infections) || ss_match_any(p, behind, cases) ? SS_QUANTITY_NUMBER : kind;
        if (!ss_han_at(p, i) || ss_match_any(p, i, blockers) > 0) break;
        if (k > 0 && ss_han_numeral(ss_code_at(p, i)) >= 0 && ss_one_of(p, i + 1, u"人名位死伤")) break;
    }
    return SS_QUANTITY_NUMBER;
}

/* "从10人" of 从10人升至16人 */
static size_t strip_earlier_toll(const ss_passage *p, size_t end)
{
    size_t at = ss_one_of(p, end - 1, u"人名例") ? end - 1 : end, digits = at;
    for (int i = 0; i < 8 && ss_digit_at(p, at - 1); i++)
        at--;
    return at < digits && ss_one_of(p, at - 1, u"从由") ? at - 1 : end;
}

/* The word that says how people fared and ends at *at; *at moves before it. */
static ss_quantity_kind match_han_toll_back(const ss_passage *p, size_t *at)
{
    static ss_words dead = {u"死亡", u"遇难", u"丧生", u"身亡", u"罹难", u"打死", u"击毙",
                            u"杀害", u"杀死", u"炸死", u"致死", u"死",   NULL};
    static ss_words injured = {u"受伤", u"轻伤", u"重伤", u"致伤", u"打伤", u"炸伤", u"伤", NULL};
    static ss_words missing = {u"失踪", u"失联", NULL};
    static const struct {
        const char16_t *const *words;
        ss_quantity_kind kind;
    } lists[] = {{dead, SS_QUANTITY_DEAD}, {injured, SS_QUANTITY_INJURED}, {missing, SS_QUANTITY_MISSING}};
    for (size_t i = 0; i < COUNT(lists); i++) {
        size_t begin = ss_match_any_back(p, *at, lists[i].words);
        if (begin == SIZE_MAX) continue;
        *at = begin;
        return lists[i].kind;
    }
    return SS_QUANTITY_NUMBER;
}

/* Does the word that begins here say how many others fared, whose number goes before it: 5人 of 5人死亡16人? */
static bool taken_by_last(const ss_passage *p, size_t begin)
{
    if (ss_code_at(p, begin - 1) == u'例') return false;
    size_t end = ss_one_of(p, begin - 1, u"人名位") ? begin - 1 : begin, at = end;
    for (int i = 0; i < 12 && (ss_digit_at(p, at - 1) || ss_han_numeral(ss_code_at(p, at - 1)) >= 0); i++)
        at--;
    return at < end && match_han_toll_back(p, &at) == SS_QUANTITY_NUMBER; /* 死亡5人受伤16人: 5 has its own */
}

/* Directly before the number, or with 人数升至 and the like between. */
static ss_quantity_kind toll_before_han(const ss_passage *p, size_t begin, bool directly)
{
    static ss_words links = {u"至少", u"大约", u"约",     u"超过",   u"超",   u"近",     u"逾",   u"共计",   u"总计",
                             u"累计", u"共",   u"高达",   u"多达",   u"已达", u"达到",   u"达",   u"上升至", u"攀升至",
                             u"升至", u"增至", u"增加至", u"上升到", u"升到", u"增加到", u"增到", u"突破",   u"至",
                             u"到",   u"人数", u"人员",   u"总数",   u"病例", u"已有",   u"已",   u"了",     u"有",
                             u"数",   u"为",   u"的",     u"者",     u":",    NULL};
    size_t at = ss_skip_blanks_back(p, begin);
    for (int i = 0; i < STRIPS_MAX && !directly; i++) {
        size_t shorter = ss_match_any_back(p, at, links);
        if (shorter == SIZE_MAX) shorter = strip_earlier_toll(p, at);
        if (shorter == at) break;
        at = ss_skip_blanks_back(p, shorter);
    }
    ss_quantity_kind kind = match_han_toll_back(p, &at);
    return kind != SS_QUANTITY_NUMBER && taken_by_last(p, at) ? SS_QUANTITY_NUMBER : kind;
}

static ss_quantity_kind han_toll_kind(const ss_passage *p, size_t begin, size_t end)
{
    ss_quantity_kind kind = toll_before_han(p, begin, true); /* 死亡16人受伤30人 */
    if (kind == SS_QUANTITY_NUMBER) kind = toll_behind_han(p, end);
    return kind != SS_QUANTITY_NUMBER ? kind : toll_before_han(p, begin, false);
}

/* ---------------------------------------------------------------- English */

#define WORDS_BEHIND 8 /* looked at behind a number */
#define FREE_WORDS   3 /* of them any: "16 Chinese coal miners" */
#define WORDS_BEFORE 10

static ss_words DEAD_BEHIND = {u"dead",       u"killed",    u"deaths", u"died",     u"die",      u"dies",
                               u"fatalities", u"slain",     u"bodies", u"perished", u"perish",   u"drowned",
                               u"murdered",   u"massacred", u"drown",  u"fatally",  u"deceased", NULL};
static ss_words INJURED_BEHIND = {u"injured", u"wounded",      u"hurt",         u"injuries",
                                  u"injury",  u"hospitalized", u"hospitalised", NULL};
static ss_words MISSING_BEHIND = {u"missing", u"unaccounted", NULL};
static ss_words DEAD_BEFORE = {u"killed", u"kills", u"killing", u"kill", NULL};
static ss_words INJURED_BEFORE = {u"injured",  u"injures", u"injuring", u"injure", u"wounded", u"wounds",
                                  u"wounding", u"wound",   u"hurt",     u"hurts",  u"hurting", NULL};
static ss_words CLAIMS = {u"claimed", u"claims", u"claiming", u"claim", u"took", u"takes", u"taking", u"cost", NULL};

static bool number_word(const ss_passage *p, ss_span word)
{
    static ss_words words = {u"one",       u"two",      u"three",    u"four",     u"five",    u"six",
                             u"seven",     u"eight",    u"nine",     u"ten",      u"eleven",  u"twelve",
                             u"dozens",    u"hundreds", u"thirteen", u"fourteen", u"fifteen", u"sixteen",
                             u"seventeen", u"eighteen", u"nineteen", u"twenty",   u"thirty",  u"forty",
                             u"fifty",     u"sixty",    u"seventy",  u"eighty",   u"ninety",  NULL};
    return ss_word_in(p, word, words);
}

static ss_quantity_kind toll_word_behind(const ss_passage *p, ss_span word)
{
    if (ss_word_in(p, word, DEAD_BEHIND)) return SS_QUANTITY_DEAD;
    if (ss_word_in(p, word, INJURED_BEHIND)) return SS_QUANTITY_INJURED;
    return ss_word_in(p, word, MISSING_BEHIND) ? SS_QUANTITY_MISSING : SS_QUANTITY_NUMBER;
}

/* "16 men killed 3" tells of 3 dead, "16 killed 30 injured" of 16: is a number behind the word, without one of its own? */
static bool next_takes(const ss_passage *p, size_t end)
{
    ss_span word = {0, 0};
    size_t i = ss_skip_blanks(p, end);
    bool named = ss_word_after(p, end, &word) && number_word(p, word);
    if (!named && !ss_digit_at(p, i)) return false;
    i = named ? word.end : skip_numeral(p, i);
    for (int k = 0; k < 2 && ss_word_after(p, i, &word); k++, i = word.end)
        if (toll_word_behind(p, word) != SS_QUANTITY_NUMBER) return false;
    return true;
}

/* Behind ", including three children," */
static size_t skip_insertion(const ss_passage *p, size_t comma)
{
    static ss_words begins = {u"including", u"among", u"mostly", u"most", NULL};
    ss_span word;
    if (!ss_word_after(p, comma + 1, &word) || !ss_word_in(p, word, begins)) return comma;
    for (size_t i = word.end; i < word.end + 60; i++) {
        uint32_t c = ss_code_at(p, i);
        if (c == ',') return i + 1;
        if (c == '.' || c == '\n' || c == ';' || c == 0) break;
    }
    return comma;
}

/* "16", "16 of them", "16 people on board" ... "were killed". */
static ss_quantity_kind toll_behind_english(const ss_passage *p, size_t end)
{
    static ss_words links = {u"people",     u"persons", u"others", u"more",      u"were",     u"was",
                             u"are",        u"is",      u"have",   u"has",       u"had",      u"been",
                             u"be",         u"to",      u"who",    u"feared",    u"reported", u"confirmed",
                             u"reportedly", u"left",    u"also",   u"seriously", u"badly",    NULL};
    static ss_words stops = {u"of",    u"in",    u"on",     u"at",     u"for",      u"by",      u"with",
                             u"from",  u"after", u"before", u"when",   u"as",       u"that",    u"and",
                             u"or",    u"but",   u"while",  u"over",   u"about",    u"against", u"during",
                             u"since", u"near",  u"where",  u"into",   u"than",     u"because", u"if",
                             u"amid",  u"not",   u"no",     u"thirds", u"quarters", u"fifths",  u"i",
                             u"he",    u"she",   u"it",     u"they",   u"we",       NULL};
    static ss_words allowed = {u"of them", u"of whom", u"on board", u"in total", NULL};
    ss_span word;
    for (int k = 0, free = 0; k < WORDS_BEHIND && ss_word_after(p, end, &word); k++) {
        ss_quantity_kind kind = toll_word_behind(p, word);
        if (kind != SS_QUANTITY_NUMBER) return next_takes(p, word.end) ? SS_QUANTITY_NUMBER : kind;
        size_t skipped = ss_match_any(p, word.begin, allowed);
        bool people = ss_word_is(p, word, u"people");
        if (skipped == 0 && !people && (ss_word_in(p, word, stops) || ss_measure_word(p, word) || number_word(p, word)))
            break;
        if (skipped == 0 && !ss_word_in(p, word, links) && ++free > FREE_WORDS) break;
        end = skipped > 0 ? skipped : word.end;
        if (ss_code_at(p, end) == ',') end = skip_insertion(p, end);
    }
    return SS_QUANTITY_NUMBER;
}

/* "at least", "the lives of" ... before a number: where they begin. */
static size_t skip_qualifiers(const ss_passage *p, size_t begin)
{
    static ss_words words = {u"at",      u"least",      u"as",        u"many",   u"more",
                             u"than",    u"over",       u"about",     u"around", u"nearly",
                             u"almost",  u"some",       u"up",        u"to",     u"another",
                             u"a",       u"total",      u"of",        u"the",    u"all",
                             u"roughly", u"an",         u"estimated", u"only",   u"approximately",
                             u"just",    u"additional", u"other",     u"close",  u"lives",
                             NULL};
    ss_span word;
    for (int i = 0; i < 6 && ss_word_before(p, begin, &word) && ss_word_in(p, word, words); i++)
        begin = word.begin;
    return begin;
}

/* "death toll from the quake rises", "number of deaths has reached": of what, looking back from `begin`. */
static ss_quantity_kind toll_of_sentence(const ss_passage *p, size_t begin)
{
    static ss_words rises = {u"rises",   u"rise",    u"rose",    u"risen",     u"rising",    u"climbs",    u"climbed",
                             u"hits",    u"hit",     u"reaches", u"reached",   u"reach",     u"passes",    u"passed",
                             u"tops",    u"topped",  u"now",     u"stands",    u"stood",     u"is",        u"was",
                             u"nears",   u"jumps",   u"jumped",  u"exceeds",   u"exceeded",  u"soars",     u"soared",
                             u"grows",   u"grew",    u"mounts",  u"increased", u"increases", u"surpasses", u"surpassed",
                             u"crosses", u"crossed", u"toll",    u"deaths",    u"injuries",  u"injured",   u"dead",
                             NULL};
    static ss_words dead = {u"toll", u"deaths", u"dead", u"fatalities", NULL};
    static ss_words injured = {u"injured", u"injuries", u"wounded", NULL};
    ss_span word;
    for (int k = 0; k < WORDS_BEFORE; k++) {
        size_t digits = ss_skip_blanks_back(p, begin), at = digits;
        for (int i = 0; i < 8 && (ss_digit_at(p, at - 1) || ss_code_at(p, at - 1) == ','); i++)
            at--;
        bool earlier =
            at < digits && ss_word_before(p, at, &word) && ss_word_is(p, word, u"from"); /* "from 10 to 16" */
        if (!earlier && !ss_word_before(p, begin, &word)) break;
        if (k == 0 && !earlier && !ss_word_in(p, word, rises)) break;
        if (ss_word_in(p, word, dead)) return SS_QUANTITY_DEAD;
        if (ss_word_in(p, word, injured)) return SS_QUANTITY_INJURED;
        begin = word.begin;
    }
    return SS_QUANTITY_NUMBER;
}

static ss_quantity_kind toll_before_english(const ss_passage *p, size_t begin, size_t end)
{
    ss_span word, next;
    size_t at = skip_qualifiers(p, begin);
    if (ss_word_after(p, end, &next) && ss_measure_word(p, next) && !ss_word_is(p, next, u"people"))
        return SS_QUANTITY_NUMBER;
    bool named = ss_word_before(p, at, &word);
    if (named && ss_word_in(p, word, DEAD_BEFORE)) return SS_QUANTITY_DEAD;
    if (named && ss_word_in(p, word, INJURED_BEFORE)) return SS_QUANTITY_INJURED;
    if (named && ss_word_in(p, word, CLAIMS)) {
        bool lives = ss_word_after(p, end, &next) && ss_word_is(p, next, u"lives");
        return lives || ss_match(p, ss_skip_blanks(p, word.end), u"the lives of") > 0 ? SS_QUANTITY_DEAD
                                                                                      : SS_QUANTITY_NUMBER;
    }
    return toll_of_sentence(p, at);
}

/* "one in five killed", "no one was killed" */
static bool share_or_pronoun(const ss_passage *p, size_t begin)
{
    static ss_words pronouns = {u"no", u"every", u"any", u"some", NULL};
    ss_span word, before;
    if (!ss_word_before(p, begin, &word)) return false;
    if (ss_word_in(p, word, pronouns)) return ss_match(p, begin, u"one") > 0;
    return ss_word_is(p, word, u"in") && ss_word_before(p, word.begin, &before) && number_word(p, before);
}

/* ------------------------------------------------------------------- both */

ss_quantity_kind ss_toll_kind(const ss_passage *p, size_t begin, size_t end)
{
    ss_quantity_kind kind = han_toll_kind(p, begin, end);
    if (kind != SS_QUANTITY_NUMBER || share_or_pronoun(p, begin)) return kind;
    ss_span word;
    /* "killed 16 and wounded 30": the verb before goes first, unless the word behind is next to the number */
    if (ss_word_after(p, end, &word)) {
        kind = toll_word_behind(p, word);
        if (kind != SS_QUANTITY_NUMBER && !next_takes(p, word.end)) return kind;
    }
    kind = toll_before_english(p, begin, end);
    return kind != SS_QUANTITY_NUMBER ? kind : toll_behind_english(p, end);
}
