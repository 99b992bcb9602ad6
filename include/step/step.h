/* step - one step of training, and the pass over the test split.
 *
 * A step is one straight line: own shards forward and backward, their gradients into the
 * allreduce, one small gathering that is the shared decision (losses, faults, wishes), the
 * optimiser's step of this rank's part of the parameters, all parts to all ranks.
 */
#ifndef STEP_STEP_H
#define STEP_STEP_H

#include "step/trainer.h"

/* The step that follows `at`, in the order of rows that shards_shuffle has set for the epoch,
 * at that learning rate; mine: what this rank wishes for.  Where d->losses.faults or d->faults
 * is not 0, a loss or the gradient is not finite; where d->damaged is not 0, a rank's memory
 * has changed by itself before; the parameters are then those before the step. Collective,
 * cannot fail. */
void step_run(struct trainer *t, const struct position *at, double rate,
              const struct wishes *mine, struct decision *d);

/* The exact losses over the test split with the parameters as they are.  Collective, cannot
 * fail; losses->faults says whether they are finite. */
void step_evaluate(struct trainer *t, struct losses *losses);

#endif
