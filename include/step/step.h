/* step - one step of training, and the pass over the test split.
 *
 * A step is one straight line: own shards forward and backward, their gradients into the
 * allreduce, one small gathering that is the shared decision (losses, faults, wishes), the
 * whole sum, one step of the optimiser.
 */
#ifndef STEP_STEP_H
#define STEP_STEP_H

#include "step/trainer.h"

/* The step that follows `at`, in the order of rows that shards_shuffle has set for the epoch.
 * mine: what this rank wishes for.  Collective.  Fails on every rank alike: ST_DIVERGED (a loss
 * or gradient is not finite; the parameters are those before the step) or ST_INTERNAL (the
 * replicas differ). */
enum status step_run(struct trainer *t, const struct position *at, const struct wishes *mine,
                     struct decision *d) MUST_USE;

/* The exact losses over the test split with the parameters as they are; `at` is for messages.
 * Collective.  Fails on every rank alike with ST_DIVERGED where they are not finite. */
enum status step_evaluate(struct trainer *t, const struct position *at,
                          struct losses *losses) MUST_USE;

#endif
