/* replica - the parameters, of which every rank holds a whole copy. */
#ifndef STEP_REPLICA_H
#define STEP_REPLICA_H

#include "comm/world.h"
#include "net/model.h"

/* Compare the replicas of all ranks by their hashes; hashes[ranks] is for its own use, `steps`
 * is for the message.  Collective.  Fails with ST_INTERNAL on every rank alike, naming the rank
 * that differs. */
enum status replica_verify(struct world *w, const struct model *m, uint64_t *hashes,
                           long steps) MUST_USE;

#endif
