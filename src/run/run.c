#include "run/run.h"

#include "base/log.h"
#include "comm/watchdog.h"
#include "display.h"
#include "linalg/convolve.h"
#include "linalg/matmul.h"
#include "run/encode.h"
#include "run/facts.h"
#include "run/metrics.h"
#include "run/stop.h"
#include "step/moment.h"
#include "step/trainer.h"
#include "store/checkpoint.h"
#include "store/checkpoint_load.h"
#include "store/checkpoint_save.h"
#include "store/commit.h"
#include "store/inspect.h"
#include "store/metrics.h"
#include "summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One run in this process. */
struct run {
    struct trainer t;
    struct facts facts;
    char folder[JOB_PATH];
    const struct run_options *options;
    double epoch_began; /* clock_seconds() */
    double epoch_rows;  /* rows trained on since then */
};

static enum status write_job(const struct job *job, const char *folder)
{
    struct job copy = *job;
    struct settings s = job_settings(&copy);
    char *text = settings_text(&s, 0);
    if (!text) return FAIL(ST_NOMEM, "no memory to write job.ini");
    enum status st = commit_bytes(folder, "job.ini", text, strlen(text));
    free(text);
    return st;
}

static void plan_checkpoint(struct trainer *t)
{
    double minutes = t->job.checkpoint_minutes;
    t->next_checkpoint = minutes > 0 ? clock_seconds() + 60 * minutes : 0;
}

/* Rank 0 commits, all agree. */
static enum status save(struct run *r)
{
    struct trainer *t = &r->t;
    struct moment m = moment_now(t->w);
    enum status mine = ST_OK;
    watchdog_phase("writing a checkpoint", t->progress.at.total);
    TRY(trainer_verify(t));
    if (t->w->rank == 0) {
        struct provenance p = facts_now(&r->facts);
        struct checkpoint c = {&t->job, t->model, &t->optimizer, &t->progress, &p};
        mine = checkpoint_save(&c, r->folder);
        if (mine == ST_OK) checkpoint_prune(r->folder, &t->progress, t->job.keep);
    }
    mine = world_agree(t->w, mine);
    plan_checkpoint(t);
    moment_spend(t, &m, &t->times.checkpoints);
    return mine;
}

/* The newest good checkpoint, the same on every rank; "" where the run has none yet. */
static enum status find_checkpoint(struct run *r, char path[JOB_PATH])
{
    struct world *w = r->t.w;
    enum status mine = ST_OK;
    path[0] = '\0';
    if (w->rank == 0 && folder_has_checkpoint(r->folder))
        mine = checkpoint_newest(r->folder, path, JOB_PATH);
    TRY(world_agree(w, mine));
    world_broadcast(w, path, JOB_PATH);
    return ST_OK;
}

/* Another back end rounds otherwise: the run goes on, to other bits. */
static void warn_of_other(struct inspect *f, const char *fact, const char *now)
{
    char before[160] = "";
    inspect_text(f, "/provenance", fact, before, sizeof before);
    if (*before && strcmp(before, now) != 0)
        log_warning("this run was computed with %s so far and goes on with %s: its bits will "
                    "not be those of a run that stays with one",
                    before, now);
}

/* A run goes on with the data it began with. */
static enum status check_data(const struct trainer *t, const char *path)
{
    struct inspect f;
    char sha256[DIGEST_HEX] = "";
    enum status st = inspect_open(&f, path);
    if (st == ST_OK) inspect_text(&f, "/provenance", "data_sha256", sha256, sizeof sha256);
    if (st == ST_OK) warn_of_other(&f, "blas", matmul_backend());
    if (st == ST_OK) warn_of_other(&f, "convolutions", convolve_backend());
    inspect_close(&f);
    if (st == ST_OK && *sha256 && strcmp(sha256, t->train.sha256) != 0)
        st = FAIL(ST_DATA,
                  "%s holds other training data (SHA-256 %.12s...) than this run began with "
                  "(%.12s...): give the right file with --file, or start another run with "
                  "--folder",
                  t->train.path, t->train.sha256, sha256);
    return st;
}

static enum status load_state(struct run *r)
{
    char path[JOB_PATH];
    struct trainer *t = &r->t;
    TRY(find_checkpoint(r, path));
    if (!*path) {
        log_line("  resume     no checkpoint yet: from the start");
        return ST_OK;
    }
    enum status mine = check_data(t, path);
    if (mine == ST_OK) mine = checkpoint_load(path, t->model, &t->optimizer, &t->progress);
    TRY(world_agree(t->w, mine));
    log_line("  resume     %s: %ld epochs and %ld steps are done", path, t->progress.at.epoch,
             t->progress.at.step);
    return ST_OK;
}

/* Folder, job.ini, state, metrics.csv: from here on the run exists on disk. */
static enum status begin(struct run *r)
{
    struct trainer *t = &r->t;
    int first = t->w->rank == 0;
    TRY(world_agree(t->w, first ? folder_open(r->folder, r->options->mode) : ST_OK));
    if (r->options->mode == FOLDER_RESUME) TRY(load_state(r));
    enum status mine = first ? write_job(&t->job, r->folder) : ST_OK;
    if (first && mine == ST_OK) mine = metrics_begin(&t->progress, r->folder);
    TRY(world_agree(t->w, mine));
    if (t->progress.at.total == 0) return save(r);
    plan_checkpoint(t);
    return ST_OK;
}

static enum status stopped(const struct run *r)
{
    const struct trainer *t = &r->t;
    return FAIL(ST_STOPPED,
                "stopped on request after epoch %ld, step %ld, with a checkpoint; go on with: "
                "hourglass train %s --resume",
                t->progress.at.epoch, t->progress.at.step, r->folder);
}

static enum status run_steps(struct run *r)
{
    struct trainer *t = &r->t;
    long steps = trainer_steps(t);
    while (t->progress.at.step < steps) {
        struct decision d;
        TRY(trainer_step(t, &d));
        r->epoch_rows += d.sums.rows;
        display_step(t, trainer_loss(t, &d.sums));
        /* The end of an epoch saves anyway; a stop there is taken before the next one. */
        if (t->progress.at.step == steps) return ST_OK;
        if (d.stop || d.checkpoint) TRY(save(r));
        if (d.stop) return stopped(r);
    }
    return ST_OK;
}

static enum status end_epoch(struct run *r)
{
    struct trainer *t = &r->t;
    struct sums test;
    double seconds = clock_seconds() - r->epoch_began;
    TRY(trainer_evaluate(t, &test));
    double whole = clock_seconds() - r->epoch_began;
    TRY(world_agree(t->w, metrics_append(t, &test, whole, r->epoch_rows / seconds)));
    TRY(save(r));
    struct moment m = moment_now(t->w);
    enum status mine = t->w->rank == 0 ? metrics_write(&t->progress, r->folder) : ST_OK;
    TRY(world_agree(t->w, mine));
    moment_spend(t, &m, &t->times.checkpoints);
    display_epoch(t);
    return ST_OK;
}

/* Whether any rank wants to stop, asked between epochs. */
static enum status check_stop(struct run *r)
{
    struct trainer *t = &r->t;
    int mine = stop_requested() || (t->deadline > 0 && clock_seconds() > t->deadline);
    enum status st = world_agree(t->w, mine ? stopped(r) : ST_OK);
    return st;
}

static enum status run_epochs(struct run *r)
{
    struct trainer *t = &r->t;
    display_begin(t);
    while (t->progress.at.epoch < t->job.epochs) {
        r->epoch_began = clock_seconds();
        r->epoch_rows = 0;
        shards_shuffle(&t->train_shards, (uint32_t)t->job.seed, (uint32_t)t->progress.at.epoch);
        TRY(run_steps(r));
        TRY(end_epoch(r));
        if (t->progress.at.epoch < t->job.epochs) TRY(check_stop(r));
    }
    return ST_OK;
}

static enum status write_results(struct run *r)
{
    struct trainer *t = &r->t;
    struct moment m = moment_now(t->w);
    char name[64];
    checkpoint_name(t->progress.at.epoch, t->progress.at.step, name, sizeof name);
    facts_set(&r->facts, "checkpoint", name);
    facts_set_number(&r->facts, "epoch", (double)t->progress.at.epoch);
    struct provenance p = facts_now(&r->facts);
    log_line("  encoding   %s", t->job.test);
    TRY(encode_split(t->w, &t->job, t->model, &t->test, &t->test_shards, r->folder, &p));
    moment_spend(t, &m, &t->times.results);
    return ST_OK;
}

static enum status run_all(struct run *r)
{
    struct trainer *t = &r->t;
    if (t->job.max_hours > 0) t->deadline = r->facts.started + 3600 * t->job.max_hours;
    TRY(begin(r));
    enum status st = run_epochs(r);
    if (st == ST_OK && r->options->encode) st = write_results(r);
    if (st != ST_OK && st != ST_STOPPED) return st;
    enum status mine = ST_OK;
    if (t->w->rank == 0) mine = summary_write(t, &r->facts, r->folder, st == ST_STOPPED);
    TRY(world_agree(t->w, mine));
    display_summary(t, &r->facts, r->folder, st == ST_STOPPED);
    return st == ST_STOPPED ? stopped(r) : ST_OK;
}

enum status run_train(struct world *w, const struct job *job, const struct run_options *options)
{
    struct run r = {.options = options};
    double began = clock_seconds();
    stop_install();
    job_folder(job, r.folder, sizeof r.folder);
    enum status st = world_agree(w, watchdog_start(w, job->stall_seconds));
    if (st == ST_OK && w->rank == 0 && !options->dry_run)
        st = folder_check(r.folder, options->mode);
    st = world_agree(w, st);
    if (st == ST_OK) st = trainer_init(&r.t, w, job);
    if (st == ST_OK) st = facts_collect(&r.facts, w, job, &r.t.train);
    r.facts.started = began; /* reading the data counts */
    if (st == ST_OK) display_banner(&r.t, &r.facts, r.folder);
    if (st == ST_OK && !options->dry_run) st = run_all(&r);
    watchdog_stop();
    if (w->rank == 0) folder_close();
    facts_free(&r.facts);
    trainer_free(&r.t);
    return st;
}
