/* train - a whole training run: folder, loop over steps and epochs, checkpoints, results. */
#ifndef RUN_TRAIN_H
#define RUN_TRAIN_H

#include "base/job.h"
#include "comm/world.h"
#include "run/folder.h"

struct train_options {
    enum folder_mode mode;
    int encode;  /* write results.h5 at the end */
    int dry_run; /* check everything, print the banner, write nothing */
};

/* Train as the job says, in job_folder(job).  With FOLDER_RESUME it goes on from the newest
 * good checkpoint, or from the start where there is none yet.  Collective.  Fails on every rank
 * alike; ST_STOPPED: stopped on request, with a checkpoint; the message says how to go on. */
enum status train_run(struct world *w, const struct job *job,
                      const struct train_options *options) MUST_USE;

#endif
