#include "run/run.h"

#include "base/clock.h"
#include "comm/watchdog.h"
#include "linalg/isa.h"
#include "linalg/matmul.h"
#include "run/folder.h"
#include "store/checkpoint.h"

#include <string.h>

static enum status choose_products(const struct job *job)
{
    TRY(matmul_init(matmul_choice_of(job->backend)));
    if (isa_choose(job->isa)) return ST_OK;
    return FAIL(ST_SETTING,
                "run.isa = %s: this machine or this build does not have it; auto is what "
                "it has, with the same bits",
                job->isa);
}

enum status run_begin(struct run *r, struct world *w, const struct job *job)
{
    *r = (struct run){.w = w, .job = *job, .began = clock_seconds()};
    job_folder(job, r->folder, sizeof r->folder);
    TRY(world_agree(w, watchdog_start(w, job->stall_seconds)));
    TRY(world_agree(w, choose_products(job)));
    return world_agree(w, model_new(&r->model, &r->job));
}

void run_end(struct run *r)
{
    watchdog_stop();
    if (r->w->rank == 0) folder_close();
    provenance_free(&r->provenance);
    progress_free(&r->progress);
    dataset_free(&r->train.set);
    dataset_free(&r->test.set);
    shards_free(&r->train.shards);
    shards_free(&r->test.shards);
    model_free(r->model);
}

enum status run_load(struct run *r, struct run_data *d, const char *split)
{
    struct world *w = r->w;
    struct stopwatch watch = stopwatch_start(w, &r->times);
    TRY(dataset_open(&d->set, w, r->job.file, split, (size_t)r->job.limit));
    enum status mine =
        shards_init(&d->shards, d->set.total, (size_t)r->job.shards, w->rank, w->size, split);
    TRY(world_agree(w, mine));
    struct shape s = d->set.samples.shape;
    if (!shape_equal(s, r->model->input))
        return FAIL(ST_SHAPE, "%s has samples of %zux%zux%zu in '%s' but model.input is %s",
                    d->set.path, s.h, s.w, s.c, split, r->job.input);
    TRY(dataset_read(&d->set, w, d->shards.first_row, d->shards.rows));
    stopwatch_lap(&watch, &r->times.reading);
    return ST_OK;
}

enum status run_newest(struct run *r, char path[JOB_PATH])
{
    enum status mine = ST_OK;
    memset(path, 0, JOB_PATH);
    watchdog_first(r->w, "looking for the newest checkpoint", 0);
    if (r->w->rank == 0) mine = checkpoint_newest(r->folder, path, JOB_PATH);
    TRY(world_agree(r->w, mine));
    world_broadcast(r->w, path, JOB_PATH);
    return ST_OK;
}
