/* fused_upsample - a convolution of an image that was upsampled just before, from the small
 * image.
 *
 * Pixel q of the small image stands for f equal ones, so along an axis
 *
 *   y[u] = sum over d of x[(u + d - before) / f] w[d]
 *        = sum over q of x[q] v[u - f q + k - 1 - before],
 *   v[e] = sum over r < f of w[k - 1 - e + r]
 *
 * which is a transposed convolution of stride f with the window v of k + f - 1 values: for 3 x
 * 3 after 2 x 2, 16 products a small pixel in the place of 36, and no large image is written.
 */
#ifndef NET_FUSED_UPSAMPLE_H
#define NET_FUSED_UPSAMPLE_H

#include "net/layer.h"

/* No line of a job file makes it: a conv behind an upsample becomes one (fuse.h). */
extern const struct layer_kind fused_upsample_kind;

/* Let conv read the image as it was before `up`, which becomes a view; both stay as they are
 * where that is no gain.  Local, cannot fail. */
void fused_upsample_begin(struct layer *up, struct layer *conv);

#endif
