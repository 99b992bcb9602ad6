/* moments - what the optimiser remembers, in one piece: each rank has that of its part of the
 * parameters, a checkpoint has it whole.
 */
#ifndef STEP_MOMENTS_H
#define STEP_MOMENTS_H

#include "step/trainer.h"

/* On rank 0 *whole becomes an optimiser with the slots of all parameters, as they are; on the
 * others it has none.  moments_free is to be called, after a failure as well, before
 * trainer_free.  Collective.  Fails with ST_NOMEM on every rank alike. */
enum status moments_collect(const struct trainer *t, struct optimizer *whole) MUST_USE;

/* The same with empty slots, to be filled and then to be spread.  Collective.  Fails with
 * ST_NOMEM on every rank alike. */
enum status moments_whole(const struct trainer *t, struct optimizer *whole) MUST_USE;

/* Rank 0's whole slots to the ranks that need them.  Collective, cannot fail. */
void moments_spread(struct trainer *t, const struct optimizer *whole);

/* Local, cannot fail. */
void moments_free(const struct trainer *t, struct optimizer *whole);

/* Bytes that the whole takes on this rank.  Local, cannot fail. */
size_t moments_bytes(const struct trainer *t);

#endif
