/* encode - what a model makes of a split, into results.h5 or another file.
 *
 * Rows in data set order, the same bytes of data on any number of ranks.  Where the model
 * corrupts its input in training only, /reconstructions are of the clean samples and /denoised
 * of /inputs, the corrupted ones; where it always does, /reconstructions are of /inputs.
 */
#ifndef RUN_ENCODE_H
#define RUN_ENCODE_H

#include "run/run.h"

struct results_place;

/* Encode and decode every row of r->test with r->model as it is, and write the results; they
 * name the file that has the model, `checkpoint`, which is the run's newest or not.  Afterwards
 * r->provenance is that of the results.  Collective.  Fails on every rank alike with ST_NOMEM
 * or ST_CANTCREATE, also where they may not replace what is there (results_place.h). */
enum status encode_split(struct run *r, const char *checkpoint, int newest,
                         const struct results_place *to) MUST_USE;

/* Bytes that encoding r->test takes on this rank.  Local, cannot fail. */
size_t encode_bytes(const struct run *r);

/* What `hourglass encode` is told beside settings. */
struct encode_options {
    char checkpoint[JOB_PATH]; /* a file.. */
    int newest;                /* .. which is the run's newest */
    char split[32];            /* of the data set; "": the job's */
    char output[JOB_PATH];     /* "": results.h5 in the run's folder */
    int overwrite;             /* replace results of other data or another checkpoint */
};

/* The same for a run on disk, as the job says; rank 0 holds the lock of job->folder, which is
 * given back.  Collective.  Fails on every rank alike with ST_NOINPUT, ST_DATA and what
 * encode_split and run_load fail with. */
enum status encode_run(struct world *w, const struct job *job,
                       const struct encode_options *options) MUST_USE;

#endif
