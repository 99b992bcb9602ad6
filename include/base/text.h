/* text - a text that grows in memory by fprintf, and is whole or refused: where memory has run
 * out on the way, the stream says so at its end alone.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/status.h"

#include <stddef.h>
#include <stdio.h>

struct text {
    FILE *out;        /* to print to, until text_end */
    const char *what; /* for messages: "metrics.csv"; borrowed */
    char *at;         /* after text_end: the text, with a '\0' behind it; the caller frees it */
    size_t size;      /* its bytes without that */
};

/* Fails with ST_NOMEM; nothing is to be freed then. */
enum status text_begin(struct text *t, const char *what) MUST_USE;

/* To be called once after text_begin.  Fails with ST_NOMEM where any byte has been lost;
 * t->at is NULL then. */
enum status text_end(struct text *t) MUST_USE;

#endif
