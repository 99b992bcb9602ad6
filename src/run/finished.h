/* finished - whether a run has come to its end, with all that it leaves: then it is not touched
 * again.
 */
#ifndef RUN_FINISHED_H
#define RUN_FINISHED_H

#include "base/job.h"

/* Whether the run in the folder has done the job's epochs, says so in summary.json and, where
 * `encoded` is set, has results of its newest checkpoint and of the job's data.  Local, cannot
 * fail: where a file cannot be read the run is not finished. */
int finished(const char *folder, const struct job *job, int encoded);

#endif
