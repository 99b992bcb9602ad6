/* geometry - where the tiles of a convolution find what they multiply.
 *
 * Small images go a few at a time, so that tiles and what they read again are never small.
 */
#ifndef LINALG_GEOMETRY_H
#define LINALG_GEOMETRY_H

#include "frame.h"
#include "tiles.h"

/* Images that are worked on together: places enough for many tiles, few enough for their
 * panels to stay in the nearest cache. */
size_t geometry_together(const struct patches *p);

/* The places of framed images, without their number. */
struct grid geometry_grid(const struct patches *p, size_t o, const struct frame *f);

/* Whether the channel is one and its runs are whole vectors: then nothing is packed. */
int geometry_is_one(size_t o, size_t n);

#endif
