/* folded - a convolution of an image that was upsampled just before, from the small image.
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
#ifndef NET_FOLDED_H
#define NET_FOLDED_H

#include "net/layer.h"

/* Let l, a convolution with l->patches and its kernel, read the image as it was before it was
 * upsampled by fh x fw.  Returns 0, and l is as before, where that is no gain. */
int folded_begin(struct layer *l, size_t fh, size_t fw);

static inline int is_folded(const struct layer *l)
{
    return l->folded.y.window > 0;
}

/* What conv.c does with x[rows, in], for the small x[rows, in.h / fh, in.w / fw, in.c]: y
 * without activations that are not a lower bound; kernel[kh, kw, c, o] += its gradient, and dx
 * of the small x unless it is NULL. */
void folded_forward(const struct layer *l, const struct context *c, const float *kernel,
                    const float *bias, float lowest, const float *x, float *y);
void folded_backward(const struct layer *l, const struct context *c, const float *kernel,
                     const float *x, const float *dy, float *dx, float *dkernel);

#endif
