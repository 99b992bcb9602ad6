/* check_kill - a run that is killed goes on to the bits of one that never stopped. */
#ifndef APPS_CHECK_KILL_H
#define APPS_CHECK_KILL_H

#include "check_jobs.h"
#include "comm/world.h"

/* Rank 0 starts a run in a process of its own, kills it by SIGKILL, and all ranks resume it.
 * Where no such process can be had, the ranks' own run is stopped, and `killed` stays 0.  Its
 * files go below `folder`.  Collective.  Fails on every rank alike with ST_INTERNAL where the
 * bits differ, and as train_run does. */
enum status check_kill_run(struct world *w, const struct check_job *c, const char *folder,
                           int *killed) MUST_USE;

#endif
