/* stopwatch - whose time it was: from one lap to the next, seconds are spent on one thing, but
 * for those in which this rank waits for others.  Local, cannot fail. */
#ifndef STEP_STOPWATCH_H
#define STEP_STOPWATCH_H

#include "comm/world.h"

/* Seconds of this rank, by what they were spent on. */
struct times {
    double products;    /* of the steps: matrix products and convolutions */
    double elementwise; /* of the steps: all other work on activations, losses, rows */
    double optimizer;
    double allreduce; /* of gradients and batch statistics, without waiting */
    double waiting;   /* for other ranks and messages */
    double validation;
    double reading;     /* the data set */
    double checkpoints; /* and the other files of an epoch */
    double results;     /* encoding, writing results.h5 */
};

struct stopwatch {
    const struct world *w;
    struct times *times;
    double seconds, wait;
    uint64_t ticks, products;
};

/* Start one that fills *times. */
struct stopwatch stopwatch_start(const struct world *w, struct times *times);

/* Add the seconds since the start or the last lap to *what, one of the times.  Those in
 * collectives go to times.waiting; those in products to times.products where *what is
 * times.elementwise. */
void stopwatch_lap(struct stopwatch *s, double *what);

#endif
