/* patches - where a window stands on an image.
 *
 * A window of kh x kw values a channel moves over an image x[h, w, c], and sees one patch of it
 * at each of its places.  Beyond the edge there are zeros.  The sizes are TensorFlow's.  Local,
 * cannot fail.
 */
#ifndef LINALG_PATCHES_H
#define LINALG_PATCHES_H

#include <stddef.h>

/* The places of a window along one axis: place i covers i * stride - before and the window - 1
 * values that follow. */
struct axis {
    size_t size; /* of the image */
    size_t window, stride;
    size_t before; /* zeros before the image */
    size_t places;
};

struct patches {
    struct axis y, x;
    size_t c; /* channels */
};

/* "same": ceil(size / stride) places, the zeros split evenly, the odd one behind. */
struct axis patches_same(size_t size, size_t window, size_t stride);

/* "valid": the places where the window lies inside the image; none where it is too large. */
struct axis patches_valid(size_t size, size_t window, size_t stride);

/* Of one image: places of the window, and values that it sees at each. */
static inline size_t patches_places(const struct patches *p)
{
    return p->y.places * p->x.places;
}

static inline size_t patches_width(const struct patches *p)
{
    return p->y.window * p->x.window * p->c;
}

/* The first and the end of the window's values at place i that lie inside the image, counted
 * from the window's start; first == end where none does. */
struct span {
    size_t first, end;
};

static inline struct span patches_span(const struct axis *a, size_t i)
{
    size_t start = i * a->stride; /* in an image with the zeros before it */
    size_t first = start < a->before ? a->before - start : 0;
    size_t end = a->before + a->size > start ? a->before + a->size - start : 0;
    if (first > a->window) first = a->window;
    if (end > a->window) end = a->window;
    return (struct span){first, end > first ? end : first};
}

#endif
