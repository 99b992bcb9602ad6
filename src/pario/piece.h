/* piece - what one collective call moves of an array. */
#ifndef PARIO_PIECE_H
#define PARIO_PIECE_H

#include <stddef.h>

enum { PIECE = 1 << 28 }; /* bytes that one call moves at most */

/* Rows of so many bytes that one call moves; one at least. */
static inline size_t piece_rows(size_t row)
{
    return row < PIECE ? PIECE / row : 1;
}

#endif
