/* libxml2's complaints while a document is parsed: its error handler is the calling thread's, and has to be put back for
 * whoever set it. Only the parsers of HTML and feeds include this. */
#ifndef SS_XML_ERRORS_H
#define SS_XML_ERRORS_H

#include <libxml/parser.h>
#include <libxml/xmlerror.h>

#if LIBXML_VERSION < 21200
typedef xmlError ss_xml_error;
#else
typedef const xmlError ss_xml_error;
#endif

/* The handler that was set before. */
typedef struct ss_xml_errors {
    xmlStructuredErrorFunc handler;
    void *user;
} ss_xml_errors;

static inline ss_xml_errors ss_xml_errors_take(void (*on_error)(void *user, ss_xml_error *error), void *user)
{
    xmlInitParser();
    ss_xml_errors before = {xmlStructuredError, xmlStructuredErrorContext};
    xmlSetStructuredErrorFunc(user, on_error);
    return before;
}

static inline void ss_xml_errors_give_back(ss_xml_errors before)
{
    xmlSetStructuredErrorFunc(before.user, before.handler);
    xmlResetLastError(); /* its message would stay allocated */
}

#endif
