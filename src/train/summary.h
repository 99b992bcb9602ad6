/* summary - summary.json: what came out of a run and what it took.  Local: rank 0. */
#ifndef TRAIN_SUMMARY_H
#define TRAIN_SUMMARY_H

#include "train/facts.h"
#include "train/trainer.h"

/* Commit folder/summary.json.  Fails with ST_CANTCREATE or ST_NOMEM. */
enum status summary_write(const struct trainer *t, const struct facts *f, const char *folder,
                          int stopped) MUST_USE;

#endif
