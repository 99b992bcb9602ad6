/* numbers - the file of the arrays behind the figures, with where they come from. */
#ifndef ANALYSIS_NUMBERS_H
#define ANALYSIS_NUMBERS_H

#include "analysis/record.h"
#include "analysis/run.h"

/* Commit folder/name with what the record holds, facts of this program and, as
 * /provenance/run, those that the run's results carry.  seed: of random pairs and draws.
 * Local.  Fails with ST_CANTCREATE, ST_NOMEM or ST_INTERNAL. */
enum status numbers_save(const struct run *run, const struct record *record, uint32_t seed,
                         const char *folder, const char *name) MUST_USE;

#endif
