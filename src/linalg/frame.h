/* frame - zero padding: an image inside a larger one of zeros. */
#ifndef LINALG_FRAME_H
#define LINALG_FRAME_H

#include "linalg/patches.h"

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
size_t frame_before(const struct axis *a);

/* Floats of a framed image; 0 where it needs no zeros. */
size_t frame_floats(const struct frame *f);

/* Workspace for the frames of so many images, zeros but where the images are copied to. */
float *frame_take(float **workspace, const struct frame *f, size_t images);

/* The images with the zeros around them: x itself where there are none. */
const float *frame_fill(const struct frame *f, size_t images, const float *x, float *whole);

#endif
