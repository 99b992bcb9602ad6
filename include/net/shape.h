/* shape - one sample as height x width x channels; a plain vector of n values is 1 x 1 x n. */
#ifndef NET_SHAPE_H
#define NET_SHAPE_H

#include <stddef.h>

struct shape {
    size_t h, w, c;
};

static inline size_t shape_size(struct shape s)
{
    return s.h * s.w * s.c;
}

static inline int shape_equal(struct shape a, struct shape b)
{
    return a.h == b.h && a.w == b.w && a.c == b.c;
}

#endif
