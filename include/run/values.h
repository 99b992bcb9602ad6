/* values - what the data hold is looked at once they are loaded, before anything is computed:
 * a NaN would come out as a learning rate that is too high, and cross-entropy of a pixel of 254
 * as a loss below any that can be.
 *
 * Each rank looks at its own rows; Collective, fails on every rank alike with ST_DATA, naming
 * the first such value by split, row and place, and the ways out.
 */
#ifndef RUN_VALUES_H
#define RUN_VALUES_H

#include "run/run.h"

/* Every value is finite. */
enum status values_check_finite(struct run *r, const struct run_data *d) MUST_USE;

/* Every value is one that training.loss can mean: finite, and for cross-entropy from 0 to 1. */
enum status values_check_loss(struct run *r, const struct run_data *d) MUST_USE;

#endif
