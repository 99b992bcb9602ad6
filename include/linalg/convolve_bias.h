/* convolve_bias - the gradient of a convolution's bias: a sum over places. */
#ifndef LINALG_CONVOLVE_BIAS_H
#define LINALG_CONVOLVE_BIAS_H

#include <stddef.h>

/* bias[o] += the sum over the places of y[places, o].  Local, cannot fail. */
void convolve_bias(size_t places, size_t o, const float *y, float *bias);

#endif
