/* summary - summary.json: what came out of a run and what it took. */
#ifndef RUN_SUMMARY_H
#define RUN_SUMMARY_H

#include "run/run.h"

/* Commit summary.json into the run's folder.  Local: rank 0.  Fails with ST_CANTCREATE or
 * ST_NOMEM. */
enum status summary_write(const struct run *r, int stopped) MUST_USE;

/* Whether FOLDER/summary.json says that the run is finished, after so many epochs.  Local,
 * cannot fail. */
int summary_is_of_the_end(const char *folder, long epochs);

#endif
