/* convolve - a convolution and the two products that its gradients are.
 *
 * An image x[h, w, c], a kernel w[kh, kw, c, o] and what comes out, y[places, o], are tied by
 * one sum of products over the places (i, j) and the window (di, dj) that p describes:
 *
 *   sum of y[i, j, o] x[u, v, c] w[di, dj, c, o],   u = i s + di - before, v likewise
 *
 * where x is 0 outside the image.  Each function leaves out one of the three and computes it
 * from the other two.  A transposed convolution is convolve_image from its small image y to its
 * large one x.  The work is done in registers, without the matrix of what the window sees
 * (tiles.h); a sample has the same bits whatever stands beside it.
 *
 * Samples lie one behind the other, NHWC.  All functions are Local and cannot fail; workspace[]
 * is for their own use and holds nothing between calls.
 */
#ifndef LINALG_CONVOLVE_H
#define LINALG_CONVOLVE_H

#include "linalg/patches.h"

/* Floats of workspace that any of the three wants (the third is in convolve_kernel.h). */
size_t convolve_workspace(const struct patches *p, size_t o);

/* y[rows, places, o] = max(x * w + bias[o], lowest), NaN staying NaN; bias may be NULL. */
void convolve_places(const struct patches *p, size_t o, size_t rows, const float *x,
                     const float *w, const float *bias, float lowest, float *y,
                     float *workspace);

/* x[rows, h, w, c] = max(y * w + bias[c], lowest), likewise. */
void convolve_image(const struct patches *p, size_t o, size_t rows, const float *y,
                    const float *w, const float *bias, float lowest, float *x,
                    float *workspace);

#endif
