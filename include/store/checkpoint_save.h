/* checkpoint_save - writing a checkpoint (store/checkpoint.h).
 *
 * The state is listed first; what is written and what is digested are one list.
 */
#ifndef STORE_CHECKPOINT_SAVE_H
#define STORE_CHECKPOINT_SAVE_H

#include "base/job.h"
#include "net/model.h"
#include "optim/optimizer.h"
#include "store/progress.h"
#include "store/provenance.h"

/* What goes into a file.  Borrowed. */
struct checkpoint {
    const struct job *job;
    const struct model *model;
    const struct optimizer *optimizer;
    const struct progress *progress;
    const struct provenance *provenance; /* may be NULL */
};

/* Commit one checkpoint into the folder, under the name of where its progress stands.  Local:
 * rank 0 calls it.  Fails with ST_CANTCREATE, ST_NOMEM or ST_INTERNAL, and what was committed
 * before is untouched. */
enum status checkpoint_save(const struct checkpoint *c, const char *folder) MUST_USE;

#endif
