/* scale_measure - what the parts of a step, and whole steps, take on this machine, with the
 * job's model on made pixels. */
#ifndef APPS_SCALE_MEASURE_H
#define APPS_SCALE_MEASURE_H

#include "base/job.h"
#include "comm/world.h"
#include "scale_model.h"

/* Cores of this machine that are switched on.  Local, cannot fail. */
int scale_measure_cores(void);

/* The parts; parts->step[steps] says of which shares of work.  As many ranks at once as there
 * are cores do it, alone each, and the slowest counts.  A checkpoint is written into a folder
 * below `folder` and removed.  Collective.  Fails on every rank alike with ST_NOMEM,
 * ST_CANTCREATE, or as the model does. */
enum status scale_measure_parts(struct world *w, const struct job *job, const char *folder,
                                struct scale_parts *parts) MUST_USE;

/* Seconds of a step of at->ranks ranks, the first ones; the others sleep.  Collective.  Fails
 * on every rank alike with ST_NOMEM. */
enum status scale_measure_step(struct world *w, const struct job *job,
                               const struct scale_point *at, double *seconds) MUST_USE;

#endif
