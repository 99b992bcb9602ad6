/* provenance - who computed what, from what, with what: the record that goes into every file of
 * a run.
 */
#ifndef RUN_PROVENANCE_H
#define RUN_PROVENANCE_H

#include "base/job.h"
#include "comm/world.h"
#include "pario/dataset.h"
#include "store/provenance.h"

enum { PROVENANCE_MAX = 24 };

/* Owns the texts. */
struct provenance_record {
    struct text_attribute entry[PROVENANCE_MAX];
    int count;
    int lost;       /* an entry found no memory */
    double started; /* clock_seconds() */
};

/* Collect it: version, git_commit, started, hosts, ranks, threads_per_rank, blas, mpi, data_*
 * of d, seed, settings.  `began` is clock_seconds() of the start.  Warns where OpenBLAS
 * has picked different kernels on different ranks, whose bits differ.  Collective.  Fails with
 * ST_NOMEM on every rank alike. */
enum status provenance_collect(struct provenance_record *p, struct world *w,
                               const struct job *job, const struct dataset *d,
                               double began) MUST_USE;

/* The data set and the split that the file is of: data_file (its whole path), data_name,
 * data_split, data_sha256, data_rows.  Local, cannot fail. */
void provenance_set_data(struct provenance_record *p, const struct dataset *d);

/* Add an entry or replace its text; without memory it stays as it was.  Local, cannot fail. */
void provenance_set(struct provenance_record *p, const char *name, const char *text);
void provenance_set_number(struct provenance_record *p, const char *name, double value);
void provenance_free(struct provenance_record *p);

/* The record as it is now (wall_seconds is brought up to date); it borrows the texts.  Local,
 * cannot fail. */
struct provenance provenance_now(struct provenance_record *p);

/* The text of one entry, "" where it is not there.  Local, cannot fail. */
const char *provenance_get(const struct provenance_record *p, const char *name);

#endif
