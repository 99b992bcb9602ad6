/* moment - whose time it was: from one moment to the next, seconds are spent on one thing, but
 * for those in which this rank waits for others. */
#ifndef STEP_MOMENT_H
#define STEP_MOMENT_H

#include "step/trainer.h"

struct moment {
    double seconds, wait;
    uint64_t ticks, products;
};

struct moment moment_now(const struct world *w);

/* Add the seconds since *m to *what, one of t->times, and let m be now.  Those in collectives
 * go to times.waiting; those in products to times.products where *what is
 * times.elementwise.  Local. */
void moment_spend(struct trainer *t, struct moment *m, double *what);

#endif
