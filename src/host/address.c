/* Web addresses, as far as one page goes by several of them. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "document.h"
#include "ngram.h"
#include "repeats.h"

/* Whether a parameter of the query says where the reader came from, and nothing of the page. */
static bool is_tracking(const char *name, size_t length)
{
    static const char *const names[] = {"fbclid", "gclid", "spm",  "from", "ref",    "source", "share",
                                        "cmpid",  "ocid",  "smid", "taid", "mc_cid", "mc_eid"};
    if (length >= 4 && strncasecmp(name, "utm_", 4) == 0) return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == length && strncasecmp(name, names[i], length) == 0) return true;
    return false;
}

static uint64_t extend(uint64_t hash, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        hash = ss_hash_extend(hash, (unsigned char)text[i]);
    return hash;
}

static uint64_t extend_by_query(uint64_t hash, const char *query)
{
    while (*query != '\0' && *query != '#') {
        size_t length = strcspn(query, "&#"), name = strcspn(query, "=&#");
        if (length > 0 && !is_tracking(query, name)) hash = extend(ss_hash_extend(hash, '&'), query, length);
        query += length + (query[length] == '&');
    }
    return hash;
}

uint64_t ss_address_hash(const char *url)
{
    if (!ss_is_web_address(url)) return 0;
    const char *host = strstr(url, "://") + 3;
    if (strncasecmp(host, "www.", 4) == 0) host += 4;
    size_t host_length = strcspn(host, "/?#");
    uint64_t hash = 1;
    for (size_t i = 0; i < host_length; i++)
        hash = ss_hash_extend(hash, (unsigned char)tolower((unsigned char)host[i]));
    const char *path = host + host_length;
    size_t path_length = strcspn(path, "?#"), query = path_length;
    while (path_length > 0 && path[path_length - 1] == '/')
        path_length--;
    hash = extend(hash, path, path_length);
    return path[query] == '?' ? extend_by_query(hash, path + query + 1) : hash;
}
