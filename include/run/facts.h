/* facts - the provenance of a run: who computed what, from what, with what. */
#ifndef RUN_FACTS_H
#define RUN_FACTS_H

#include "base/job.h"
#include "comm/world.h"
#include "pario/dataset.h"
#include "store/provenance.h"

enum { FACTS_MAX = 24 };

/* Owns the texts. */
struct facts {
    struct text_attribute fact[FACTS_MAX];
    int count;
    int lost;       /* a fact found no memory */
    double started; /* clock_seconds() */
};

/* Collect them: version, git_commit, started, hosts, ranks, threads_per_rank, blas, mpi,
 * data_*, seed, settings.  Warns where ranks have different BLAS kernels, which would make
 * their bits differ.  Collective.  Fails with ST_NOMEM on every rank alike. */
enum status facts_collect(struct facts *f, struct world *w, const struct job *job,
                          const struct dataset *d) MUST_USE;
/* Add a fact or replace its text; without memory the fact stays as it was.  Local. */
void facts_set(struct facts *f, const char *name, const char *text);
void facts_set_number(struct facts *f, const char *name, double value);
void facts_free(struct facts *f);

/* The facts as they are now (wall_seconds is brought up to date). */
struct provenance facts_now(struct facts *f);

/* The text of one, "" where it is not there. */
const char *facts_get(const struct facts *f, const char *name);

#endif
