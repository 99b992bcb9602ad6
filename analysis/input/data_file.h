/* data_file - the data set that results are of, found from any working directory.
 *
 * Looked for where the results say, where the job says, and at the job's relative place seen
 * from every folder above the run's, so that a run that has moved with its data finds them.
 * What holds other data than the results were made from is not taken.  All functions are Local.
 */
#ifndef ANALYSIS_INPUT_DATA_FILE_H
#define ANALYSIS_INPUT_DATA_FILE_H

#include "base/job.h"
#include "store/results.h"

/* path[JOB_PATH] = that data set; r is NULL where there are no results.  Fails with ST_NOINPUT
 * where it is not there, with ST_DATA where a file of that name holds other data; path is then
 * the place that was looked at first. */
enum status data_file_find(const struct results *r, const struct job *job, const char *folder,
                           char path[JOB_PATH]) MUST_USE;

#endif
