#include "net/samples.h"

#include "base/size.h"
#include "base/wide.h"

#include <stdlib.h>

void samples_free(struct samples *s)
{
    free(s->bytes);
    free(s->values);
    free(s->labels);
    s->bytes = NULL, s->values = NULL, s->labels = NULL;
}

/* ---- values that should not be there ----------------------------------------------------- */

static int is_within(float x, float low, float high)
{
    return (x >= low) & (x <= high);
}

/* Whether all n are; without a jump, so that it is a loop of vectors. */
static int all_within(const float *stored, size_t n, float scale, float low, float high)
{
    int outside = 0;
    for (size_t i = 0; i < n; i++) outside |= !is_within(scale * stored[i], low, high);
    return !outside;
}

static size_t first_value(const struct samples *s, size_t n, float low, float high)
{
    enum { PIECE = 4096 };
    size_t at = 0;
    while (at < n &&
           all_within(s->values + at, n - at < PIECE ? n - at : PIECE, s->scale, low, high))
        at += PIECE;
    while (at < n && is_within(s->scale * s->values[at], low, high)) at++;
    return at < n ? at : n;
}

/* Of bytes a table says it; most often none of the 256 is outside. */
static size_t first_byte(const struct samples *s, size_t n, float low, float high)
{
    unsigned char outside[256];
    int any = 0;
    size_t at = 0;
    for (int b = 0; b < 256; b++)
        any |= outside[b] = !is_within(s->scale * (float)b, low, high);
    while (any && at < n && !outside[s->bytes[at]]) at++;
    return any ? at : n;
}

int samples_outside(const struct samples *s, float low, float high, size_t *at, float *value)
{
    size_t n = s->rows * shape_size(s->shape);
    *at = s->values ? first_value(s, n, low, high) : first_byte(s, n, low, high);
    if (*at == n) return 0;
    *value = s->scale * (s->values ? s->values[*at] : (float)s->bytes[*at]);
    return 1;
}

/* ---- batches ----------------------------------------------------------------------------- */

static WIDE_BODY void from_values_body(size_t n, float scale, const float *restrict from,
                                       float *restrict x)
{
    for (size_t k = 0; k < n; k++) x[k] = scale * from[k];
}

static WIDE_BODY void from_bytes_body(size_t n, float scale, const unsigned char *restrict from,
                                      float *restrict x)
{
    for (size_t k = 0; k < n; k++) x[k] = scale * (float)from[k];
}

WIDE(from_values, (size_t n, float scale, const float *restrict from, float *restrict x),
     (n, scale, from, x));
WIDE(from_bytes, (size_t n, float scale, const unsigned char *restrict from, float *restrict x),
     (n, scale, from, x));

/* A row lies anywhere in memory: its start is under way before it is wanted, and the CPU sees
 * by itself how it goes on. */
static void fetch(const void *row, size_t bytes)
{
    enum { LINE = 64, START = 1024 };
    for (size_t at = 0; at < size_min(bytes, START); at += LINE)
        __builtin_prefetch((const char *)row + at);
}

void samples_gather(const struct samples *s, const uint32_t *row, size_t n, float *x)
{
    enum { AHEAD = 4 };
    size_t width = shape_size(s->shape);
    for (size_t i = 0; i < n; i++, x += width) {
        size_t at = (row[i] - s->first) * width;
        size_t later = (row[i + AHEAD < n ? i + AHEAD : i] - s->first) * width;
        if (s->values) {
            fetch(s->values + later, width * sizeof *s->values);
            from_values(width, s->scale, s->values + at, x);
        } else {
            fetch(s->bytes + later, width);
            from_bytes(width, s->scale, s->bytes + at, x);
        }
    }
}
