/* size - the larger and the smaller of two counts. */
#ifndef BASE_SIZE_H
#define BASE_SIZE_H

#include <stddef.h>

static inline size_t size_max(size_t a, size_t b)
{
    return a > b ? a : b;
}

static inline size_t size_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

#endif
