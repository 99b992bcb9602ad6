/* geometry - zeros around images, and where tiles find what they multiply.
 *
 * Small images go a few at a time, so that tiles and what they read again are never small.
 */
#ifndef LINALG_GEOMETRY_H
#define LINALG_GEOMETRY_H

#include "linalg/patches.h"
#include "tiles.h"

static inline size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static inline size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Floats up to the next line of the cache. */
static inline size_t aligned(size_t n)
{
    return (n + 15) / 16 * 16;
}

/* The next piece of the room. */
static inline float *take(float **room, size_t n)
{
    float *piece = *room;
    *room += aligned(n);
    return piece;
}

/* An image [h, w, c] inside a larger one, [whole_h, whole_w, c], of zeros. */
struct frame {
    size_t h, w, c;
    size_t top, left;
    size_t whole_h, whole_w;
};

/* Around x[h, w, c], as far as the last window reaches. */
struct frame frame_of_image(const struct patches *p);

/* Around y[places, o], as far as the last pixel asks; before the first place are as many zeros
 * as an axis's places_before. */
struct frame frame_of_places(const struct patches *p, size_t o);
size_t places_before(const struct axis *a);

/* Floats of a framed image; 0 where it needs no zeros. */
size_t frame_floats(const struct frame *f);

/* Room for the frames of so many images, all zeros: images are copied into them. */
float *take_frames(float **room, const struct frame *f, size_t images);

/* The images with the zeros around them: x itself where there are none. */
const float *framed(const struct frame *f, size_t images, const float *x, float *whole);

/* Images that are worked on together: places enough for many tiles, few enough for their
 * panels to stay in the nearest cache. */
size_t at_once(const struct patches *p);

/* The places of framed images, without their number. */
struct grid grid_of_places(const struct patches *p, size_t o, const struct frame *f);

/* Whether the channel is one and its runs are whole vectors: then nothing is packed. */
int is_one(size_t o, size_t n);

#endif
