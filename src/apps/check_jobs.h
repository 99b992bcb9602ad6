/* check_jobs - the jobs of `hourglass check`: some of those with golden digests, and the
 * user's.
 *
 * They train for a few steps on made pixels.
 */
#ifndef APPS_CHECK_JOBS_H
#define APPS_CHECK_JOBS_H

#include "base/job.h"

enum { CHECK_JOBS = 16, CHECK_BITS = 17 /* 16 digits of a digest, and the end */ };

/* What a job has come to: `hourglass info --bits` of its last checkpoint and of its results. */
struct check_digests {
    char checkpoint[CHECK_BITS], results[CHECK_BITS];
};

struct check_job {
    char name[JOB_NAME];
    struct job job;              /* without a file of data and a folder */
    long rows, tests;            /* of its made data */
    struct check_digests golden; /* "" where there are none */
};

/* It holds no pointers, so that it can be broadcast. */
struct check_jobs {
    struct check_job at[CHECK_JOBS];
    int count;
};

/* All whose golden digests the program knows.  Local.  Fails with ST_INTERNAL. */
enum status check_jobs_golden(struct check_jobs *list) MUST_USE;

/* The one of that name for any number of ranks: as many shards at least, a few rows a shard,
 * two steps an epoch; it has no golden digests then.  Local.  Fails with ST_INTERNAL. */
enum status check_jobs_wide(struct check_job *c, const char *name, int ranks) MUST_USE;

/* The same of a job file.  Local.  Fails with ST_NOINPUT, ST_SETTING or ST_SHAPE. */
enum status check_jobs_read(struct check_job *c, const char *path, int ranks) MUST_USE;

/* Make its data: c->job.file.  Local.  Fails with ST_CANTCREATE, ST_NOMEM or as the model does.
 */
enum status check_jobs_data(struct check_job *c, const char *folder, const char *file) MUST_USE;

#endif
