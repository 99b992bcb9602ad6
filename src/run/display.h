/* display - what a run says while it runs, on stderr, from rank 0.  Cannot fail. */
#ifndef RUN_DISPLAY_H
#define RUN_DISPLAY_H

#include "run/run.h"
#include "step/trainer.h"

/* The banner: version, ranks, back end, data, layers, plan, memory, steps.  Collective: memory
 * is the most of any rank. */
void display_banner(const struct trainer *t, const struct run *r);

/* Start counting samples for the rate and the time left.  Local, like the others below. */
void display_begin(const struct job *job, const struct progress *p);

/* After a step: a line now and then, or a bar on a terminal. */
void display_step(const struct trainer *t, const struct progress *p, double loss);

/* After an epoch: its row of metrics. */
void display_epoch(const struct trainer *t, const struct progress *p);

/* At the end: what came out, where the time went, what to type next. */
void display_summary(const struct run *r, int stopped);

#endif
