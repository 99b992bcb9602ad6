/* loss - how far reconstructions are from the truth, as sums over rows, never means.
 *
 * The loss of a row, from the last layer's y and the true x, over its n pixels:
 *
 *   bce            1/n sum of -x log p - (1 - x) log(1 - p), p = sigmoid(y): y are logits
 *   bce-sum        the same without 1/n: nats a sample
 *   mse            1/n sum of (y - x)^2
 *   squared-error  the same without 1/n
 *
 * Local, cannot fail.
 */
#ifndef NET_LOSS_H
#define NET_LOSS_H

#include <stddef.h>

enum loss { LOSS_BCE, LOSS_BCE_SUM, LOSS_MSE, LOSS_SQUARED_ERROR, LOSS_COUNT };

/* The loss of that name in job files, LOSS_COUNT where there is none. */
enum loss loss_find(const char *name);

/* Whether it is computed from logits: the last layer's sigmoid belongs to the loss. */
int loss_wants_logits(enum loss kind);

/* Sums over rows. */
struct loss_sums {
    double loss;    /* the loss as defined above */
    double squared; /* squared error summed over pixels, whatever the loss is */
};

/* Compare y[rows, n] with x[rows, n].  dy[rows, n] becomes the gradient of the sum over rows;
 * it may not overlap y or x. */
struct loss_sums loss_compare(enum loss kind, const float *y, const float *x, size_t rows,
                              size_t n, float *dy);

/* The sum of |code| over rows, and l1 * sign(code) added to dcode where not NULL; code[n]. */
double loss_l1(const float *code, size_t n, float l1, float *dcode);

#endif
