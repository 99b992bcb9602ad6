/* convolve_kernel - the gradient of a convolution's kernel: the third product of convolve.h.
 *
 * All functions are Local and cannot fail.
 */
#ifndef LINALG_CONVOLVE_KERNEL_H
#define LINALG_CONVOLVE_KERNEL_H

#include "linalg/patches.h"

/* w[kh, kw, c, o] += x * y, a few of the samples x[rows, h, w, c] and y[rows, places, o] at a
 * time in their order; workspace has convolve_workspace(p, o) floats. */
void convolve_kernel(const struct patches *p, size_t o, size_t rows, const float *x,
                     const float *y, float *w, float *workspace);

/* Floats of workspace that it wants beside framed images. */
size_t convolve_kernel_workspace(const struct patches *p, size_t o);

#endif
