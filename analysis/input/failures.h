/* failures - the worst of several failures, with its message: how a command ends that goes on
 * after a failure.  All functions are Local.
 */
#ifndef ANALYSIS_INPUT_FAILURES_H
#define ANALYSIS_INPUT_FAILURES_H

#include "analysis/input/run.h"

/* {0}: nothing has failed. */
struct failures {
    enum status worst;
    char message[STATUS_TEXT]; /* of the first failure that was as bad */
};

/* Count one in: st may be ST_OK, which is none.  Cannot fail. */
void failures_note(struct failures *f, enum status st, const char *message);

/* Count in the parts of a run that are there but damaged; a part that is not there is no
 * failure.  Cannot fail. */
void failures_note_parts(struct failures *f, const struct run *r);

/* ST_OK where nothing has failed.  Fails with the worst failure and its message. */
enum status failures_status(const struct failures *f) MUST_USE;

#endif
