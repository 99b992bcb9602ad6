#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

static int quiet;

void log_quiet(void)
{
    quiet = 1;
}

static void print(const char *prefix, const char *format, va_list args)
{
    char line[STATUS_TEXT + 64];
    if (quiet) return;
    vsnprintf(line, sizeof line, format, args);
    fprintf(stderr, "%s%s\n", prefix, line);
}

void log_line(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print("", format, args);
    va_end(args);
}

void log_warning(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print("hourglass: warning: ", format, args);
    va_end(args);
}
