/* report_text - a string buffer that grows, and the escaping of words and bytes for HTML.
 *
 * What comes from files goes through an escaping function, always.  All functions are Local and
 * none fails: where memory ends, `lost` is set and the text is not to be used.
 */
#ifndef ANALYSIS_REPORT_REPORT_TEXT_H
#define ANALYSIS_REPORT_REPORT_TEXT_H

#include "base/status.h"

#include <stddef.h>

struct report_text {
    char *at; /* [size] of [capacity], and a 0 behind */
    size_t size, capacity;
    int lost; /* memory has run out */
};

void report_text_free(struct report_text *t);

/* Add as printf does; for words of the program's own. */
void report_text_add(struct report_text *t, const char *format, ...) PRINTF_LIKE(2, 3);

/* Add bytes[n] as they are. */
void report_text_bytes(struct report_text *t, const char *bytes, size_t n);

/* Add words from anywhere, as text of HTML or inside the quotes of an attribute. */
void report_text_escape(struct report_text *t, const char *words);

/* Add <tag>words</tag>; the tag may bring attributes. */
void report_text_element(struct report_text *t, const char *tag, const char *words);

/* Add words as a JSON string that may stand inside a <script> element. */
void report_text_json(struct report_text *t, const char *words);

/* Add bytes[n] as base64; percent-encoded as a data: URI in an attribute wants them. */
void report_text_base64(struct report_text *t, const void *bytes, size_t n);
void report_text_percent(struct report_text *t, const void *bytes, size_t n);

#endif
