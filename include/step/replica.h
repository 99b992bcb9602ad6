/* replica - the parameters, of which every rank holds a whole copy. */
#ifndef STEP_REPLICA_H
#define STEP_REPLICA_H

#include "step/trainer.h"

/* Whether no rank has seen its parameters or moments change by themselves, and all replicas
 * have the same hash; `steps` is for the message.  Collective.  Fails with ST_INTERNAL on every
 * rank alike, naming the rank. */
enum status replica_verify(struct trainer *t, long steps) MUST_USE;

#endif
