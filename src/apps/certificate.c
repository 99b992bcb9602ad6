#include "certificate.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { COLUMN = 17 };

/* One line; what comes later may take a while. */
static void print(const char *name, const char *verdict, const char *format, va_list args)
{
    printf("  %-*s %s", COLUMN, name, verdict);
    vprintf(format, args);
    putchar('\n');
    fflush(stdout);
}

void certificate_fact(const struct certificate *c, const char *name, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (c->prints) print(name, "", format, args);
    va_end(args);
}

static void fail(struct certificate *c, const char *name)
{
    size_t n = strlen(c->names);
    snprintf(c->names + n, sizeof c->names - n, "%s%s", n ? ", " : "", name);
    c->failed++;
    if (!c->prints) return;
    printf("  %-*s FAILED  %s\n", COLUMN, name, status_message());
    fflush(stdout);
}

void certificate_check(struct certificate *c, const char *name, enum status st,
                       const char *format, ...)
{
    va_list args;
    va_start(args, format);
    c->checks++;
    if (st != ST_OK)
        fail(c, name);
    else if (c->prints)
        print(name, "ok  ", format, args);
    va_end(args);
}

enum status certificate_end(const struct certificate *c)
{
    if (c->prints && c->failed)
        printf("FAILED: %d of %d checks: %s\n", c->failed, c->checks, c->names);
    else if (c->prints)
        printf("certificate: all %d checks passed\n", c->checks);
    if (!c->failed) return ST_OK;
    return FAIL(ST_INTERNAL, "%d of %d checks failed: %s", c->failed, c->checks, c->names);
}
