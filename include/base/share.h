/* share - cut n things into parts that differ by one at most: part i begins at i * n / parts.
 *
 * The one rule by which rows go to shards, shards to ranks, rows to steps and floats to
 * slices.
 */
#ifndef BASE_SHARE_H
#define BASE_SHARE_H

#include <stddef.h>
#include <stdint.h>

/* First thing of part i; share_first(n, parts, parts) is n.  n * parts stays below 2^128. */
static inline size_t share_first(size_t n, size_t i, size_t parts)
{
    __extension__ typedef unsigned __int128 wide;
    return (size_t)((wide)n * i / parts);
}

/* Things in part i. */
static inline size_t share_count(size_t n, size_t i, size_t parts)
{
    return share_first(n, i + 1, parts) - share_first(n, i, parts);
}

#endif
