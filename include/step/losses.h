/* losses - sums over samples of what a model is judged by; never means.
 *
 * Those of the shards are added in their order, so they are equal on any number of ranks.  All
 * functions are Local and cannot fail.
 */
#ifndef STEP_LOSSES_H
#define STEP_LOSSES_H

#include "net/loss.h"
#include "net/sweep.h"

/* Also the layout of /progress/sums in a checkpoint. */
struct losses {
    double rows;
    double reconstruction;
    double kl;      /* nats */
    double l1;      /* of |code| */
    double squared; /* squared error over all pixels */
    double faults;  /* batches whose loss was not finite */
    double unused[2];
};

/* Add those of batch k of a sweep that has gone forward; the gradient of their sum over rows is
 * left in dy of the last layer. */
void losses_compare(struct losses *to, enum loss kind, const struct sweep *s, size_t k);

/* Loss a sample: (reconstruction + beta KL + l1 |code|) / rows. */
double losses_mean(const struct losses *s, double beta, double l1);

#endif
