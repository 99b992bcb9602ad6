#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>

static char message[STATUS_TEXT];

static const struct {
    const char *name;
    int exit;
} table[ST_COUNT] = {
    [ST_OK] = {"ok", 0},
    [ST_STOPPED] = {"stopped on request", 75},
    [ST_USAGE] = {"wrong usage", 64},
    [ST_SETTING] = {"wrong setting", 64},
    [ST_NOINPUT] = {"no input", 66},
    [ST_DATA] = {"bad data", 65},
    [ST_SHAPE] = {"shapes do not fit", 65},
    [ST_CANTCREATE] = {"cannot write", 73},
    [ST_DIVERGED] = {"diverged", 3},
    [ST_NOMEM] = {"no memory", 70},
    [ST_INTERNAL] = {"internal error", 70},
};

void status_fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
}

const char *status_message(void)
{
    return message;
}

void status_set_message(const char *text)
{
    snprintf(message, sizeof message, "%s", text);
}

const char *status_name(enum status st)
{
    return st < ST_COUNT ? table[st].name : "unknown status";
}

int status_exit(enum status st)
{
    return st < ST_COUNT ? table[st].exit : table[ST_INTERNAL].exit;
}
