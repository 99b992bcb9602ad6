#include "check_runs.h"

#include "run/train.h"
#include "store/checkpoint.h"
#include "store/inspect.h"

#include <stdio.h>
#include <string.h>

/* The first digits of the digest of a file's numbers. */
static enum status bits_of(const char *path, char bits[CHECK_BITS])
{
    struct inspect f;
    char hex[DIGEST_HEX] = "";
    enum status st = inspect_open(&f, path);
    if (st == ST_OK) st = inspect_bits(&f, hex);
    inspect_close(&f);
    snprintf(bits, CHECK_BITS, "%.16s", hex);
    return st;
}

static enum status read_digests(const char *folder, struct check_digests *d)
{
    char path[JOB_PATH];
    TRY(checkpoint_newest(folder, path, sizeof path));
    TRY(bits_of(path, d->checkpoint));
    snprintf(path, sizeof path, "%s/results.h5", folder);
    return bits_of(path, d->results);
}

enum status check_runs_train(struct world *w, const struct job *job, enum folder_mode mode,
                             struct check_digests *d)
{
    struct train_options options = {.mode = mode, .encode = 1};
    memset(d, 0, sizeof *d);
    TRY(train_run(w, job, &options));
    TRY(world_agree(w, w->rank == 0 ? read_digests(job->folder, d) : ST_OK));
    world_broadcast(w, d, sizeof *d);
    return ST_OK;
}

static void run_alone(struct world *alone, const struct job *job, struct check_alone *a)
{
    a->st = check_runs_train(alone, job, FOLDER_NEW, &a->d);
    if (a->st != ST_OK) snprintf(a->message, sizeof a->message, "%.500s", status_message());
}

void check_runs_alone(struct world *alone, const struct check_machine *m,
                      const struct check_jobs *jobs, const char *folder, int rank,
                      struct check_alone (*out)[CHECK_SETS])
{
    int turn = 0;
    for (int j = 0; j < jobs->count; j++)
        for (int s = 0; s < m->sets; s++) {
            struct job job = jobs->at[j].job;
            if (turn++ % m->alike != m->place) continue;
            out[j][s].set = m->set[s];
            snprintf(job.isa, sizeof job.isa, "%s", m->set[s]);
            snprintf(job.folder, sizeof job.folder, "%.900s/%d-alone-%d-%s", folder, j, rank,
                     m->set[s]);
            run_alone(alone, &job, &out[j][s]);
        }
}

enum status check_runs_compare(const struct check_machine *m,
                               const struct check_alone alone[CHECK_SETS],
                               const struct check_digests *want)
{
    for (int s = 0; s < m->sets; s++) {
        const struct check_alone *a = &alone[s];
        if (!a->set) continue;
        if (a->st != ST_OK)
            return FAIL(ST_INTERNAL, "1 rank, %s with %s: %s", m->host, a->set, a->message);
        if (!check_runs_equal(&a->d, want))
            return FAIL(ST_INTERNAL, "1 rank, %s with %s, comes to %s %s, not to %s %s",
                        m->host, a->set, a->d.checkpoint, a->d.results, want->checkpoint,
                        want->results);
    }
    return ST_OK;
}

int check_runs_equal(const struct check_digests *a, const struct check_digests *b)
{
    return strcmp(a->checkpoint, b->checkpoint) == 0 && strcmp(a->results, b->results) == 0;
}
