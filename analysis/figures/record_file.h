/* record_file - the HDF5 file of the figures' source data, figures.h5, with its provenance. */
#ifndef ANALYSIS_FIGURES_RECORD_FILE_H
#define ANALYSIS_FIGURES_RECORD_FILE_H

#include "analysis/figures/record.h"
#include "analysis/input/run.h"

/* Commit folder/name with what the record holds, facts of this program and, as
 * /provenance/run, those that the run's results carry.  seed: of random pairs and draws.
 * Local.  Fails with ST_CANTCREATE, ST_NOMEM or ST_INTERNAL. */
enum status record_file_save(const struct run *run, struct record *record, uint32_t seed,
                             const char *folder, const char *name) MUST_USE;

#endif
