/* run - one run in this process: its job, model, data and provenance; what training and
 * encoding both begin with.
 *
 * All functions are Collective and fail on every rank alike.
 */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include "base/job.h"
#include "net/model.h"
#include "pario/dataset.h"
#include "run/provenance.h"
#include "step/shards.h"
#include "step/stopwatch.h"
#include "store/checkpoint.h"

/* A split, and which of its rows are this rank's. */
struct run_data {
    struct dataset set;
    struct shards shards;
};

struct run {
    struct world *w;
    struct job job;
    char folder[JOB_PATH];
    struct model *model;
    struct run_data train, test; /* what run_load has loaded */
    struct progress progress;
    struct provenance_record provenance;
    struct times times;
    double began; /* clock_seconds() */
};

/* Start the watchdog and the products, build the model with parameters at zero.  run_end is to
 * be called after a failure as well.  Fails with ST_SETTING, ST_SHAPE, ST_NOMEM. */
enum status run_begin(struct run *r, struct world *w, const struct job *job) MUST_USE;
void run_end(struct run *r);

/* Read this rank's rows of a split of the job's data set into d, one of the run's two.  Fails
 * with ST_NOINPUT, ST_DATA, ST_SHAPE, ST_SETTING, ST_NOMEM. */
enum status run_load(struct run *r, struct run_data *d, const char *split) MUST_USE;

/* Rank 0's newest good checkpoint of the run's folder, the same path on every rank.  Fails with
 * ST_NOINPUT or ST_DATA. */
enum status run_newest(struct run *r, char path[JOB_PATH]) MUST_USE;

#endif
