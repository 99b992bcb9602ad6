/* workspace - scratch memory that a caller lends, handed out piece by piece. */
#ifndef LINALG_WORKSPACE_H
#define LINALG_WORKSPACE_H

#include <stddef.h>

/* Floats up to the next line of the cache. */
static inline size_t workspace_aligned(size_t n)
{
    return (n + 15) / 16 * 16;
}

/* The next n floats of it. */
static inline float *workspace_take(float **workspace, size_t n)
{
    float *piece = *workspace;
    *workspace += workspace_aligned(n);
    return piece;
}

#endif
