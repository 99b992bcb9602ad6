/* display - what a run says while it runs, on stderr, from rank 0. */
#ifndef RUN_DISPLAY_H
#define RUN_DISPLAY_H

#include "run/facts.h"
#include "step/trainer.h"

/* The banner: version, ranks, back end, data, layers, memory, steps.  Collective: memory is
 * the most of any rank. */
void display_banner(struct trainer *t, const struct facts *f, const char *folder);

/* Start counting samples for the rate and the time left. */
void display_begin(const struct trainer *t);

/* After a step: a line now and then, or a bar on a terminal. */
void display_step(const struct trainer *t, double loss);

/* After an epoch: its row of metrics. */
void display_epoch(const struct trainer *t);

/* At the end: what came out, where the time went, what to type next. */
void display_summary(const struct trainer *t, const struct facts *f, const char *folder,
                     int stopped);

#endif
