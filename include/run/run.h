/* run - a whole training run: folder, loop, checkpoints, results.
 *
 * All functions are Collective and fail on every rank alike.
 */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include "base/job.h"
#include "comm/world.h"
#include "run/folder.h"

struct run_options {
    enum folder_mode mode;
    int encode;  /* write results.h5 at the end */
    int dry_run; /* check everything, print the banner, write nothing */
};

/* Train as the job says, in job_folder(job).  With FOLDER_RESUME it goes on from the newest
 * good checkpoint, or from the start where there is none yet.  ST_STOPPED: stopped on request,
 * with a checkpoint; the message says how to go on. */
enum status run_train(struct world *w, const struct job *job,
                      const struct run_options *options) MUST_USE;

#endif
