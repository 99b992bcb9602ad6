/* encode_run - encode the test split of a run that is on disk. */
#include "base/log.h"
#include "comm/watchdog.h"
#include "linalg/matmul.h"
#include "run/encode.h"
#include "run/facts.h"
#include "run/folder.h"
#include "store/checkpoint.h"
#include "store/checkpoint_load.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { STALL_SECONDS = 600 }; /* run.stall_seconds of a run by default */

struct reading {
    struct job job;
    struct model *m;
    struct dataset d;
    struct shards s;
    struct facts facts;
    struct progress progress;
    char path[JOB_PATH];
};

static enum status settle_data_file(struct job *job, const char *folder, const char *data_file)
{
    char ini[JOB_PATH + 16];
    struct settings s = job_settings(job);
    snprintf(ini, sizeof ini, "%s/job.ini", folder);
    struct job said;
    s.values = &said;
    TRY(settings_defaults(&s));
    TRY(settings_read_file(&s, ini));
    snprintf(job->file, sizeof job->file, "%s", *data_file ? data_file : said.file);
    memcpy(job->name, said.name, sizeof job->name);
    return ST_OK;
}

/* Each rank reads the checkpoint for itself; rank 0 has said which. */
static enum status load_model(struct reading *r, struct world *w, const char *folder,
                              const char *checkpoint, const char *data_file)
{
    enum status mine = ST_OK;
    snprintf(r->path, sizeof r->path, "%s", checkpoint);
    if (w->rank == 0 && !*r->path) mine = checkpoint_newest(folder, r->path, sizeof r->path);
    TRY(world_agree(w, mine));
    world_broadcast(w, r->path, sizeof r->path);
    struct settings s = job_settings(&r->job);
    mine = settings_defaults(&s);
    if (mine == ST_OK) mine = checkpoint_load_job(r->path, &r->job);
    if (mine == ST_OK) mine = settle_data_file(&r->job, folder, data_file);
    if (mine == ST_OK) mine = model_new(&r->m, &r->job);
    if (mine == ST_OK) mine = checkpoint_load(r->path, r->m, NULL, &r->progress);
    return world_agree(w, mine);
}

static enum status load_rows(struct reading *r, struct world *w)
{
    const struct job *job = &r->job;
    TRY(dataset_open(&r->d, w, job->file, job->test, (size_t)job->limit));
    enum status mine =
        shards_init(&r->s, r->d.total, (size_t)job->shards, w->rank, w->size, job->test);
    TRY(world_agree(w, mine));
    if (!shape_equal(r->d.samples.shape, r->m->input))
        return FAIL(ST_SHAPE, "%s has samples of %zux%zux%zu but the model wants %s", r->d.path,
                    r->d.samples.shape.h, r->d.samples.shape.w, r->d.samples.shape.c,
                    job->input);
    return dataset_read(&r->d, w, r->s.first_row, r->s.rows);
}

static enum status encode_all(struct reading *r, struct world *w, const char *folder,
                              const char *checkpoint, const char *data_file)
{
    TRY(load_model(r, w, folder, checkpoint, data_file));
    matmul_init(matmul_choice_of(r->job.backend));
    TRY(load_rows(r, w));
    TRY(facts_collect(&r->facts, w, &r->job, &r->d));
    log_line("encoding %zu rows of '%s' (%s) with %s", r->d.total, r->job.test, r->d.name,
             r->path);
    const char *slash = strrchr(r->path, '/');
    facts_set(&r->facts, "checkpoint", slash ? slash + 1 : r->path);
    facts_set_number(&r->facts, "epoch", (double)r->progress.at.epoch);
    struct provenance p = facts_now(&r->facts);
    TRY(encode_split(w, &r->job, r->m, &r->d, &r->s, folder, &p));
    log_line("%s/results.h5 is written; next: hourglass-analysis figures %s", folder, folder);
    return ST_OK;
}

enum status encode_run(struct world *w, const char *folder, const char *checkpoint,
                       const char *data_file)
{
    struct reading r = {.m = NULL};
    struct stat info;
    enum status st = ST_OK;
    if (w->rank == 0)
        st = stat(folder, &info) == 0
                 ? folder_lock(folder)
                 : FAIL(ST_NOINPUT, "run folder %s: %s", folder, strerror(errno));
    st = world_agree(w, st);
    if (st == ST_OK) st = world_agree(w, watchdog_start(w, STALL_SECONDS));
    if (st == ST_OK) st = encode_all(&r, w, folder, checkpoint, data_file);
    watchdog_stop();
    if (w->rank == 0) folder_close();
    facts_free(&r.facts);
    progress_free(&r.progress);
    dataset_free(&r.d);
    shards_free(&r.s);
    model_free(r.m);
    return st;
}
