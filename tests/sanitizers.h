/* Sanitizers make everything many times slower: tests of many rounds do fewer of them there. */
#ifndef SS_TESTS_SANITIZERS_H
#define SS_TESTS_SANITIZERS_H

#ifndef __has_feature /* clang's way to tell */
#define __has_feature(feature) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || __has_feature(address_sanitizer) ||               \
    __has_feature(thread_sanitizer)
#define SS_IF_SANITIZED(there, elsewhere) (there)
#else
#define SS_IF_SANITIZED(there, elsewhere) (elsewhere)
#endif

#endif
