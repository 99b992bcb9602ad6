/* restore - the state of a checkpoint on every rank: rank 0 reads the file, once, and all get
 * what it holds.  The other ranks need not see the run's folder.
 */
#ifndef RUN_RESTORE_H
#define RUN_RESTORE_H

#include "optim/optimizer.h"
#include "run/run.h"

/* Parameters of r->model and r->progress and, on rank 0 and where it is not NULL, the whole
 * optimizer's slots, as the checkpoint at rank 0's `path` has them.  Collective.  Fails on
 * every rank alike as checkpoint_load does. */
enum status restore_state(struct run *r, const char *path, struct optimizer *o) MUST_USE;

#endif
