#include "analysis/draw/svg_ids.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBERS = 256 }; /* of one file; cairo makes about ten */

/* The old numbers in the order of their first appearance. */
struct numbers {
    unsigned long old[NUMBERS];
    size_t count;
};

static const char *const words[] = {"surface", "image", "pattern", "source", "mask", "clip"};

/* Length of one of the words at text[n] that a number follows, otherwise 0. */
static size_t word_at(const char *text, size_t n)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t length = strlen(words[i]);
        if (n > length && memcmp(text, words[i], length) == 0 &&
            isdigit((unsigned char)text[length]))
            return length;
    }
    return 0;
}

static size_t digits_at(const char *text, size_t n)
{
    size_t i = 0;
    while (i < n && isdigit((unsigned char)text[i])) i++;
    return i;
}

static unsigned long value_of(const char *digits, size_t n)
{
    unsigned long v = 0;
    for (size_t i = 0; i < n; i++) v = 10 * v + (unsigned long)(digits[i] - '0');
    return v;
}

/* The new number of an old one; beyond the table the old one stays. */
static unsigned long renumbered(struct numbers *t, unsigned long old)
{
    size_t i = 0;
    while (i < t->count && t->old[i] != old) i++;
    if (i == NUMBERS) return old;
    if (i == t->count) t->old[t->count++] = old;
    return i + 1;
}

/* A name opens behind a quote (id="...") or a number sign (#...). */
char *svg_ids_renumber(const char *text, size_t n, size_t *size)
{
    struct numbers t = {.count = 0};
    char *out = malloc(2 * n + 64);
    size_t to = 0;
    for (size_t at = 0; out && at < n;) {
        char c = out[to++] = text[at++];
        size_t length = c == '"' || c == '#' ? word_at(text + at, n - at) : 0;
        if (length == 0) continue;
        memcpy(out + to, text + at, length);
        to += length, at += length;
        size_t digits = digits_at(text + at, n - at);
        to += (size_t)sprintf(out + to, "%lu", renumbered(&t, value_of(text + at, digits)));
        at += digits;
    }
    *size = to;
    return out;
}
