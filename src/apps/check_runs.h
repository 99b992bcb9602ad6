/* check_runs - jobs of `hourglass check`, trained: by several ranks, and by one alone with each
 * set of vector instructions.
 */
#ifndef APPS_CHECK_RUNS_H
#define APPS_CHECK_RUNS_H

#include "check_jobs.h"
#include "check_machine.h"
#include "comm/world.h"
#include "run/folder.h"

/* Train and encode, and say what it comes to.  Collective.  Fails on every rank alike as
 * train_run does. */
enum status check_runs_train(struct world *w, const struct job *job, enum folder_mode mode,
                             struct check_digests *d) MUST_USE;

/* What this rank has computed alone of a job, with one set; set is NULL where it is another
 * rank's to do. */
struct check_alone {
    const char *set;
    enum status st;
    char message[512]; /* of a failure */
    struct check_digests d;
};

/* Every job with every set, shared out among the ranks on CPUs of the same name: this rank's
 * part, in folders below `folder`.  `alone` is a world of this rank.  Local, cannot fail: each
 * entry says whether it has. */
void check_runs_alone(struct world *alone, const struct check_machine *m,
                      const struct check_jobs *jobs, const char *folder, int rank,
                      struct check_alone (*out)[CHECK_SETS]);

/* All that this rank has computed alone of a job is what is wanted.  Local.  Fails with
 * ST_INTERNAL. */
enum status check_runs_compare(const struct check_machine *m,
                               const struct check_alone alone[CHECK_SETS],
                               const struct check_digests *want) MUST_USE;

/* Whether two are the same.  Local, cannot fail. */
int check_runs_equal(const struct check_digests *a, const struct check_digests *b);

#endif
