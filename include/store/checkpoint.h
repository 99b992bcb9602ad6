/* checkpoint - the whole state of a run at a step, as one HDF5 file.
 *
 * Parameters are replicated, so one rank writes and every rank reads for itself.  The file is
 * built in memory (HDF5's core driver) and handed to commit_bytes, so it is on disk wholly or
 * not at all.  Equal state gives equal bytes outside /provenance.
 *
 *   /layers/NAME/vars/0, 1, ...        float32, Keras 3's names and layouts
 *   /optimizer/SLOT/NAME/vars/0, ...   float32, same shapes: momentum, velocity
 *   /progress                          attributes: epoch, step, total_steps, best_epoch, ...
 *   /progress/sums [PROGRESS_SUMS]     float64: sums over the epoch so far
 *   /progress/history [epochs, PROGRESS_COLUMNS]  float64: one row a finished epoch
 *   /job                               the settings that decide the bits, as text
 *   /provenance                        facts, and /provenance/timing [epochs, 2]
 *
 * Every array has an attribute sha256; the root has `state_sha256`, the digest over the arrays
 * of /layers, /optimizer and /progress and the text of /job, in a fixed order.
 */
#ifndef STORE_CHECKPOINT_H
#define STORE_CHECKPOINT_H

#include "base/digest.h"
#include "net/model.h"
#include "optim/optimizer.h"
#include "store/provenance.h"

enum { PROGRESS_SUMS = 8, PROGRESS_COLUMNS = 9, PROGRESS_TIMES = 2 };

/* Where a run stands. */
struct progress {
    long epoch;                 /* finished epochs */
    long step;                  /* steps done of the epoch that follows */
    long total_steps;           /* steps done since the start */
    long best_epoch;            /* 0 before the first validation */
    double best_loss;           /* validation loss there */
    double sums[PROGRESS_SUMS]; /* training sums of the unfinished epoch; meaning: train/ */
    double *history; /* [epoch, PROGRESS_COLUMNS]: the columns of metrics.csv from `step` on
                        that do not depend on the clock; owned */
    double *timing;  /* [epoch, PROGRESS_TIMES]: samples_per_second, seconds; owned */
};
void progress_free(struct progress *p);

/* What goes into a file.  Borrowed. */
struct checkpoint {
    const struct job *job;
    const struct model *model;
    const struct optimizer *optimizer;
    const struct progress *progress;
    const struct provenance *provenance;
};

/* checkpoint-EEEE-SSSSSS.h5 for (finished epochs, steps of the next one). */
void checkpoint_name(long epoch, long step, char *name, size_t n);

/* Commit one checkpoint into the folder.  Local: rank 0 calls it.  Fails with ST_CANTCREATE,
 * ST_NOMEM or ST_INTERNAL, and what was committed before is untouched. */
enum status checkpoint_save(const struct checkpoint *c, const char *folder) MUST_USE;

/* After the one that p stands at has been committed: delete all but the newest `keep` up to it
 * and the best.  Newer ones are broken or of a past that was given up; they go as well. */
void checkpoint_prune(const char *folder, const struct progress *p, long keep);

/* The newest checkpoint of the folder that reads without fault (path, of n bytes).  A broken
 * one is named with log_warning and passed over.  Local.  Fails with ST_NOINPUT where there
 * is none, with ST_DATA where none can be read. */
enum status checkpoint_newest(const char *folder, char *path, size_t n) MUST_USE;

/* Read the job of a checkpoint over the values that job holds (settings that the file does
 * not have stay).  Local.  Fails with ST_NOINPUT or ST_DATA. */
enum status checkpoint_read_job(const char *path, struct job *job) MUST_USE;

/* Read the parameters into m; the optimiser's memory into o and the progress into p where
 * these are not NULL.  Everything is checked against its digest first.  Local.  Fails with
 * ST_NOINPUT, ST_DATA or ST_NOMEM, and m, o, p are then not to be used. */
enum status checkpoint_load(const char *path, struct model *m, struct optimizer *o,
                            struct progress *p) MUST_USE;

/* The file's state_sha256: equal for equal state.  Fails with ST_NOINPUT or ST_DATA. */
enum status checkpoint_digest(const char *path, char hex[DIGEST_HEX]) MUST_USE;

/* Job and model of the newest good checkpoint of a run folder, with its parameters: what
 * encode and the analysis start from.  The caller frees *m.  path (n bytes) names the file. */
enum status checkpoint_open_run(const char *folder, struct job *job, struct model **m,
                                char *path, size_t n) MUST_USE;

#endif
