/* summary - summary.json: what came out of a run and what it took.  Local: rank 0. */
#ifndef RUN_SUMMARY_H
#define RUN_SUMMARY_H

#include "run/facts.h"
#include "step/trainer.h"

/* Commit folder/summary.json.  Fails with ST_CANTCREATE or ST_NOMEM. */
enum status summary_write(const struct trainer *t, const struct facts *f, const char *folder,
                          int stopped) MUST_USE;

#endif
