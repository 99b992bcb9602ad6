/* gcc: -fno-thread-jumps keeps two comparisons of one value two selections, as a vector loop
 * wants them. */
#include "net/activation.h"

#include "base/fmath.h"
#include "base/wide.h"

#include <string.h>

static const char *const names[ACTIVATION_COUNT] = {"linear", "relu", "leaky-relu",
                                                    "selu",   "tanh", "sigmoid"};

static const float leak = 0.3f;
static const float selu_scale = 1.0507009873554805f;
static const float selu_alpha = 1.6732632423543772f;

const char *activation_name(enum activation a)
{
    return names[a];
}

enum activation activation_find(const char *name)
{
    int a = 0;
    while (a < ACTIVATION_COUNT && strcmp(names[a], name) != 0) a++;
    return (enum activation)a;
}

/* The comparisons are written so that a NaN is not below zero and passes through. */
static inline float relu(float v)
{
    return v < 0.0f ? 0.0f : v;
}

static inline float leaky_relu(float v)
{
    return v < 0.0f ? leak * v : v;
}

static inline float selu(float v)
{
    return selu_scale * (v < 0.0f ? selu_alpha * (fm_exp(v) - 1.0f) : v);
}

static inline float linear(float v)
{
    return v;
}

/* y[width] = f(y + bias) for one row; one loop for each function, so that each is a vector
 * loop. */
#define ROW(f)                                                                                 \
    for (size_t j = 0; j < width; j++) y[j] = f(y[j] + bias[j]);                               \
    break
#define ROW_WITHOUT_BIAS(f)                                                                    \
    for (size_t j = 0; j < width; j++) y[j] = f(y[j]);                                         \
    break

static WIDE_BODY void row_with_bias_body(enum activation a, float *restrict y,
                                         const float *restrict bias, size_t width)
{
    switch (a) {
    case ACTIVATION_RELU:
        ROW(relu);
    case ACTIVATION_LEAKY_RELU:
        ROW(leaky_relu);
    case ACTIVATION_SELU:
        ROW(selu);
    case ACTIVATION_TANH:
        ROW(fm_tanh);
    case ACTIVATION_SIGMOID:
        ROW(fm_sigmoid);
    case ACTIVATION_LINEAR:
    case ACTIVATION_COUNT:
        ROW(linear);
    }
}

static WIDE_BODY void row_without_bias_body(enum activation a, float *restrict y, size_t width)
{
    switch (a) {
    case ACTIVATION_RELU:
        ROW_WITHOUT_BIAS(relu);
    case ACTIVATION_LEAKY_RELU:
        ROW_WITHOUT_BIAS(leaky_relu);
    case ACTIVATION_SELU:
        ROW_WITHOUT_BIAS(selu);
    case ACTIVATION_TANH:
        ROW_WITHOUT_BIAS(fm_tanh);
    case ACTIVATION_SIGMOID:
        ROW_WITHOUT_BIAS(fm_sigmoid);
    case ACTIVATION_LINEAR:
    case ACTIVATION_COUNT:
        break;
    }
}

WIDE(row_with_bias,
     (enum activation a, float *restrict y, const float *restrict bias, size_t width),
     (a, y, bias, width));
WIDE(row_without_bias, (enum activation a, float *restrict y, size_t width), (a, y, width));

void activation_forward(enum activation a, float *y, const float *bias, size_t rows,
                        size_t width)
{
    if (!bias) {
        row_without_bias(a, y, rows * width);
        return;
    }
    for (size_t i = 0; i < rows; i++) row_with_bias(a, y + i * width, bias, width);
}

/* f'(x) from y = f(x). */
static inline float relu_slope(float y)
{
    return y <= 0.0f ? 0.0f : 1.0f;
}

static inline float leaky_relu_slope(float y)
{
    return y < 0.0f ? leak : 1.0f;
}

static inline float selu_slope(float y)
{
    return y < 0.0f ? y + selu_scale * selu_alpha : selu_scale;
}

static inline float tanh_slope(float y)
{
    return fm_fma(-y, y, 1.0f);
}

static inline float sigmoid_slope(float y)
{
    return y * (1.0f - y);
}

#define SLOPES(f)                                                                              \
    for (size_t i = 0; i < n; i++) dy[i] *= f(y[i]);                                           \
    break

static WIDE_BODY void slopes_body(enum activation a, float *restrict dy,
                                  const float *restrict y, size_t n)
{
    switch (a) {
    case ACTIVATION_RELU:
        SLOPES(relu_slope);
    case ACTIVATION_LEAKY_RELU:
        SLOPES(leaky_relu_slope);
    case ACTIVATION_SELU:
        SLOPES(selu_slope);
    case ACTIVATION_TANH:
        SLOPES(tanh_slope);
    case ACTIVATION_SIGMOID:
        SLOPES(sigmoid_slope);
    case ACTIVATION_LINEAR:
    case ACTIVATION_COUNT:
        break;
    }
}

WIDE(slopes, (enum activation a, float *restrict dy, const float *restrict y, size_t n),
     (a, dy, y, n));

void activation_backward(enum activation a, float *dy, const float *y, size_t n)
{
    slopes(a, dy, y, n);
}
