/* activation - the functions between layers, elementwise and in place.
 *
 * The derivative is taken from the output alone: for all of them y tells what f'(x) was.
 */
#ifndef NET_ACTIVATION_H
#define NET_ACTIVATION_H

#include <stddef.h>

enum activation {
    ACTIVATION_LINEAR,
    ACTIVATION_RELU,
    ACTIVATION_LEAKY_RELU, /* slope 0.3 below zero, Keras's default */
    ACTIVATION_SELU,       /* Klambauer et al., "Self-normalizing neural networks", 2017 */
    ACTIVATION_TANH,
    ACTIVATION_SIGMOID,
    ACTIVATION_COUNT
};

/* The word in job files: linear, relu, leaky-relu, selu, tanh, sigmoid. */
const char *activation_name(enum activation a);

/* The activation of that name, ACTIVATION_COUNT where there is none. */
enum activation activation_find(const char *name);

/* y[rows, width] = f(y + bias[width]); bias may be NULL.  NaN stays NaN.  Cannot fail. */
void activation_forward(enum activation a, float *y, const float *bias, size_t rows,
                        size_t width);

/* dy[n] *= f', from y[n] = f(x). */
void activation_backward(enum activation a, float *dy, const float *y, size_t n);

#endif
