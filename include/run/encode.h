/* encode - what a model makes of the test split, into results.h5. */
#ifndef RUN_ENCODE_H
#define RUN_ENCODE_H

#include "base/job.h"
#include "comm/world.h"
#include "net/model.h"
#include "pario/dataset.h"
#include "step/shards.h"
#include "store/provenance.h"

/* Encode and decode every row of d (this rank's shards s of it) and write folder/results.h5,
 * rows in data set order, the same bytes of data on any number of ranks.  Where the model
 * corrupts its input in training only, /reconstructions are of the clean samples and
 * /denoised of /inputs, the corrupted ones; where it always does, /reconstructions are of
 * /inputs.  Collective.  Fails with ST_NOMEM or ST_CANTCREATE on every rank alike. */
enum status encode_split(struct world *w, const struct job *job, const struct model *m,
                         const struct dataset *d, const struct shards *s, const char *folder,
                         const struct provenance *p) MUST_USE;

/* The same for a run folder: newest good checkpoint (or the file that `checkpoint` names, where
 * not ""), the job's test split; the job's settings other than data.file come from the
 * checkpoint.  Collective. */
enum status encode_run(struct world *w, const char *folder, const char *checkpoint,
                       const char *data_file) MUST_USE;

#endif
