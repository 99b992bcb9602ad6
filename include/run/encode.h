/* encode - what a model makes of the test split, into results.h5.
 *
 * Rows in data set order, the same bytes of data on any number of ranks.  Where the model
 * corrupts its input in training only, /reconstructions are of the clean samples and /denoised
 * of /inputs, the corrupted ones; where it always does, /reconstructions are of /inputs.
 */
#ifndef RUN_ENCODE_H
#define RUN_ENCODE_H

#include "run/run.h"

/* Encode and decode every row of r->test with r->model as it is, and write results.h5 into the
 * run's folder; `checkpoint` is the name of the file that has the model.  Collective.  Fails on
 * every rank alike with ST_NOMEM or ST_CANTCREATE. */
enum status encode_split(struct run *r, const char *checkpoint) MUST_USE;

/* What `hourglass encode` is told.  "" means the run's own. */
struct encode_options {
    char folder[JOB_PATH];     /* of the run */
    char checkpoint[JOB_PATH]; /* a file; "": the newest good one */
    char file[JOB_PATH];       /* a data set; "": the job's */
};

/* The same for a run on disk; the job's settings other than data.file come from the checkpoint.
 * Collective.  Fails on every rank alike with ST_NOINPUT, ST_DATA and what encode_split and
 * run_load fail with. */
enum status encode_run(struct world *w, const struct encode_options *options) MUST_USE;

#endif
