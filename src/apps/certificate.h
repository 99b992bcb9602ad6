/* certificate - what `hourglass check` has found, on stdout: a line a fact, a line a check, and
 * a last line with the verdict.
 *
 * Rank 0 prints; all ranks count, because what a check comes to has been agreed on.  Local.
 */
#ifndef APPS_CERTIFICATE_H
#define APPS_CERTIFICATE_H

#include "base/status.h"

struct certificate {
    int prints; /* on rank 0 */
    int checks, failed;
    char names[256]; /* of those that failed */
};

/* A fact.  Cannot fail. */
void certificate_fact(const struct certificate *c, const char *name, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* A check: what it has measured where it is ST_OK, otherwise the message of its failure. Cannot
 * fail. */
void certificate_check(struct certificate *c, const char *name, enum status st,
                       const char *format, ...) PRINTF_LIKE(4, 5);

/* The verdict, which is the last line.  Fails with ST_INTERNAL where a check has. */
enum status certificate_end(const struct certificate *c) MUST_USE;

#endif
