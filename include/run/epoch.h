/* epoch - from the losses of an epoch to its row of metrics.
 *
 * All functions are Local and called on every rank alike.
 */
#ifndef RUN_EPOCH_H
#define RUN_EPOCH_H

#include "step/losses.h"
#include "store/progress.h"

/* What is known of an epoch that has just ended, beside the sums over its steps. */
struct epoch {
    struct losses test;
    double learning_rate; /* of its last step */
    double samples_per_second, seconds;
};

/* Add the losses of a step to p's sums over the epoch.  Cannot fail. */
void epoch_add(struct progress *p, const struct losses *losses);

/* The epoch is over: append its row of metrics to p and count it; beta and l1 are the loss's
 * weights.  Fails with ST_NOMEM. */
enum status epoch_end(struct progress *p, const struct epoch *e, double beta,
                      double l1) MUST_USE;

#endif
