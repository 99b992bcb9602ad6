/* results_place - the file that results go to, and whether they may replace what is there.
 *
 * A run's own results, of the newest checkpoint and its own test split, follow one another.
 * What came from other data, another split or another checkpoint neither replaces them nor is
 * replaced by them unless the user says so.
 */
#ifndef RUN_RESULTS_PLACE_H
#define RUN_RESULTS_PLACE_H

#include "base/job.h"
#include "pario/dataset.h"

struct results_place {
    char folder[JOB_PATH], name[JOB_NAME];
    int chosen; /* the user has named the file */
    int told;   /* to replace what is there */
};

/* What goes there. */
struct results_origin {
    const struct dataset *data;
    const char *state; /* of the checkpoint: its state_sha256 */
    int newest;        /* it is the run's newest */
};

/* results.h5 of the run's folder, or `output` where that is not "".  Local.  Fails with
 * ST_USAGE where no file can be called so. */
enum status results_place_choose(struct results_place *p, const char *folder,
                                 const char *output) MUST_USE;

/* FOLDER/NAME, of n bytes.  Local, cannot fail. */
void results_place_path(const struct results_place *p, char *path, size_t n);

/* Whether results of that origin may go there.  Local.  Fails with ST_CANTCREATE. */
enum status results_place_check(const struct results_place *p,
                                const struct results_origin *origin) MUST_USE;

/* Whether FOLDER/results.h5 holds results of the checkpoint with that state_sha256 and of the
 * data set in that file.  Local, cannot fail. */
int results_place_holds(const char *folder, const char *state, const char *file);

#endif
