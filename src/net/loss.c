/* gcc: -fno-thread-jumps keeps two comparisons of one value two selections, as a vector loop
 * wants them. */
#include "net/loss.h"

#include "base/fmath.h"
#include "base/wide.h"

#include <math.h>
#include <string.h>

enum {
    LANES = 16, /* partial sums of a row: a vector loop with a fixed order */
    RUN = 64,   /* blocks of LANES pixels between two logarithms */
};

/* Partial sums over one row, in float; rows are summed in double.  The logarithms of a sum are
 * taken once, of the product of (1 + e), which is kept as what it is above 1: at most 2^RUN. */
struct lanes {
    float loss[LANES], squared[LANES], product[LANES];
};

static double lane_sum(const float lane[LANES])
{
    double sum = 0;
    for (int k = 0; k < LANES; k++) sum += (double)lane[k];
    return sum;
}

enum loss loss_find(const char *name)
{
    static const char *const names[LOSS_COUNT] = {"bce", "bce-sum", "mse", "squared-error"};
    int i = 0;
    while (i < LOSS_COUNT && strcmp(names[i], name) != 0) i++;
    return (enum loss)i;
}

int loss_wants_logits(enum loss kind)
{
    return kind == LOSS_BCE || kind == LOSS_BCE_SUM;
}

/* -x log p - (1 - x) log(1 - p) with p = sigmoid(y) is max(y, 0) - x y + log(1 + e), e =
 * e^-|y|, and its derivative is p - x. */
static inline void cross_entropy(float y, float x, float scale, float *loss, float *squared,
                                 float *product, float *dy)
{
    float e = fm_exp(-fm_fabs(y)), above = 1.0f + e;
    float difference = (y < 0.0f ? e : 1.0f) / above - x;
    *loss += fm_fma(-x, y, y < 0.0f ? 0.0f : y);
    *product = fm_fma(*product, above, e);
    *squared = fm_fma(difference, difference, *squared);
    *dy = scale * difference;
}

static WIDE_BODY void bce_run_body(const float *restrict y, const float *restrict x, size_t n,
                                   float scale, float *restrict dy, struct lanes *restrict t)
{
    size_t j = 0;
    for (size_t k = 0; k < LANES; k++) t->product[k] = 0;
    for (; j + LANES <= n; j += LANES)
        for (size_t k = 0; k < LANES; k++)
            cross_entropy(y[j + k], x[j + k], scale, &t->loss[k], &t->squared[k],
                          &t->product[k], &dy[j + k]);
    for (size_t k = 0; j < n; j++, k++)
        cross_entropy(y[j], x[j], scale, &t->loss[k], &t->squared[k], &t->product[k], &dy[j]);
    for (size_t k = 0; k < LANES; k++) t->loss[k] += fm_log1p(t->product[k]);
}

WIDE(bce_run,
     (const float *restrict y, const float *restrict x, size_t n, float scale,
      float *restrict dy, struct lanes *restrict t),
     (y, x, n, scale, dy, t));

static void bce_row(const float *y, const float *x, size_t n, float scale, float *dy,
                    struct lanes *t)
{
    const size_t most = RUN * LANES;
    for (size_t j = 0; j < n; j += most)
        bce_run(y + j, x + j, n - j < most ? n - j : most, scale, dy + j, t);
}

/* sum + (y - x)^2 */
static inline float add_square(float sum, float y, float x, float scale, float *dy)
{
    float difference = y - x;
    *dy = 2.0f * scale * difference;
    return fm_fma(difference, difference, sum);
}

static WIDE_BODY void square_row_body(const float *restrict y, const float *restrict x,
                                      size_t n, float scale, float *restrict dy,
                                      struct lanes *restrict t)
{
    float sum[LANES] = {0}; /* not in *t, so that it stays in registers */
    size_t j = 0;
    for (; j + LANES <= n; j += LANES)
        for (size_t k = 0; k < LANES; k++)
            sum[k] = add_square(sum[k], y[j + k], x[j + k], scale, &dy[j + k]);
    for (size_t k = 0; j < n; j++, k++) sum[k] = add_square(sum[k], y[j], x[j], scale, &dy[j]);
    memcpy(t->loss, sum, sizeof sum);
    memcpy(t->squared, sum, sizeof sum);
}

WIDE(square_row,
     (const float *restrict y, const float *restrict x, size_t n, float scale,
      float *restrict dy, struct lanes *restrict t),
     (y, x, n, scale, dy, t));

struct loss_sums loss_compare(enum loss kind, const float *y, const float *x, size_t rows,
                              size_t n, float *dy)
{
    int cross = loss_wants_logits(kind);
    int mean = kind == LOSS_BCE || kind == LOSS_MSE;
    float scale = mean ? 1.0f / (float)n : 1.0f;
    struct loss_sums sums = {0, 0};
    for (size_t i = 0; i < rows; i++) {
        struct lanes t = {{0}, {0}, {0}};
        if (cross)
            bce_row(y + i * n, x + i * n, n, scale, dy + i * n, &t);
        else
            square_row(y + i * n, x + i * n, n, scale, dy + i * n, &t);
        sums.loss += lane_sum(t.loss) * (mean ? 1.0 / (double)n : 1.0);
        sums.squared += lane_sum(t.squared);
    }
    return sums;
}

double loss_l1(const float *code, size_t n, float l1, float *dcode)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += (double)fabsf(code[i]);
    for (size_t i = 0; dcode && i < n; i++)
        dcode[i] += code[i] > 0 ? l1 : code[i] < 0 ? -l1 : 0.0f;
    return sum;
}
