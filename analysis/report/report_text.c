#include "analysis/report/report_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where n more bytes and a 0 may be written; NULL where there is no memory. */
static char *more(struct report_text *t, size_t n)
{
    if (t->capacity - t->size < n + 1) {
        size_t capacity = 2 * t->capacity + n + 4096;
        char *at = t->lost ? NULL : realloc(t->at, capacity);
        if (!at) return t->lost = 1, NULL;
        t->at = at, t->capacity = capacity;
    }
    return t->at + t->size;
}

void report_text_free(struct report_text *t)
{
    free(t->at);
    *t = (struct report_text){0};
}

void report_text_bytes(struct report_text *t, const char *bytes, size_t n)
{
    char *to = more(t, n);
    if (!to) return;
    memcpy(to, bytes, n);
    to[n] = '\0';
    t->size += n;
}

static void put(struct report_text *t, const char *words)
{
    report_text_bytes(t, words, strlen(words));
}

void report_text_add(struct report_text *t, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    char *to = n < 0 ? NULL : more(t, (size_t)n);
    if (to) {
        vsnprintf(to, (size_t)n + 1, format, again);
        t->size += (size_t)n;
    }
    va_end(again);
    va_end(args);
}

/* What stands for a byte in HTML; NULL: itself. */
static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return (unsigned char)c < 32 && c != '\n' && c != '\t' ? "\xef\xbf\xbd" : NULL;
    }
}

void report_text_escape(struct report_text *t, const char *words)
{
    for (; *words; words++) {
        const char *e = entity(*words);
        if (e)
            put(t, e);
        else
            report_text_bytes(t, words, 1);
    }
}

void report_text_element(struct report_text *t, const char *tag, const char *words)
{
    report_text_add(t, "<%s>", tag);
    report_text_escape(t, words);
    report_text_add(t, "</%.*s>", (int)strcspn(tag, " "), tag);
}

void report_text_json(struct report_text *t, const char *words)
{
    put(t, "\"");
    for (; *words; words++)
        if ((unsigned char)*words < 32 || strchr("\"\\<>&", *words))
            report_text_add(t, "\\u%04x", (unsigned)(unsigned char)*words);
        else
            report_text_bytes(t, words, 1);
    put(t, "\"");
}

void report_text_base64(struct report_text *t, const void *bytes, size_t n)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *b = bytes;
    size_t length = (n + 2) / 3 * 4;
    char *to = more(t, length);
    if (!to) return;
    for (size_t i = 0; i < n; i += 3) {
        unsigned second = i + 1 < n ? b[i + 1] : 0, third = i + 2 < n ? b[i + 2] : 0;
        unsigned word = (unsigned)b[i] << 16 | second << 8 | third;
        *to++ = digits[word >> 18];
        *to++ = digits[word >> 12 & 63];
        *to++ = i + 1 < n ? digits[word >> 6 & 63] : '=';
        *to++ = i + 2 < n ? digits[word & 63] : '=';
    }
    *to = '\0';
    t->size += length;
}

void report_text_percent(struct report_text *t, const void *bytes, size_t n)
{
    const char *b = bytes;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)b[i] < 32 || (unsigned char)b[i] > 126 ||
            strchr("\"#%&<>'`{|}\\^[]", b[i]))
            report_text_add(t, "%%%02X", (unsigned)(unsigned char)b[i]);
        else
            report_text_bytes(t, b + i, 1);
}
