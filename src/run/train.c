#include "run/train.h"

#include "base/clock.h"
#include "base/log.h"
#include "comm/watchdog.h"
#include "display.h"
#include "finished.h"
#include "linalg/matmul.h"
#include "net/initialise.h"
#include "results_place.h"
#include "run/encode.h"
#include "run/epoch.h"
#include "run/restore.h"
#include "run/run.h"
#include "run/stop.h"
#include "run/values.h"
#include "step/moments.h"
#include "step/replica.h"
#include "step/step.h"
#include "store/checkpoint.h"
#include "store/checkpoint_name.h"
#include "store/checkpoint_save.h"
#include "store/commit.h"
#include "store/inspect.h"
#include "summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One training run in this process. */
struct training {
    struct run run;
    struct trainer t;
    const struct train_options *options;
    double deadline;        /* clock_seconds() at which to stop; 0: never */
    double next_checkpoint; /* clock_seconds() of the next one within an epoch; 0: never */
    double epoch_began;     /* clock_seconds() */
    double epoch_rows;      /* rows trained on since then */
};

static int is_first(const struct training *g)
{
    return g->run.w->rank == 0;
}

/* ---- files ------------------------------------------------------------------------------- */

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

static void plan_checkpoint(struct training *g)
{
    double minutes = g->run.job.checkpoint_minutes;
    g->next_checkpoint = minutes > 0 ? clock_seconds() + 60 * minutes : 0;
}

/* Rank 0: write the checkpoint, then delete those that are too many. */
static enum status commit_checkpoint(struct training *g, const struct optimizer *whole)
{
    struct run *r = &g->run;
    struct provenance p = provenance_now(&r->provenance);
    struct checkpoint c = {&r->job, r->model, whole, &r->progress, &p};
    TRY(checkpoint_save(&c, r->folder));
    checkpoint_prune(r->folder, &r->progress, r->job.keep);
    return ST_OK;
}

static enum status verify(struct training *g)
{
    const struct run *r = &g->run;
    return replica_verify(&g->t, r->progress.at.total);
}

/* Rank 0 commits, all agree. */
static enum status save(struct training *g)
{
    struct run *r = &g->run;
    struct stopwatch watch = stopwatch_start(r->w, &r->times);
    watchdog_phase("comparing the replicas", r->progress.at.total);
    TRY(verify(g));
    struct optimizer whole;
    enum status st = moments_collect(&g->t, &whole);
    watchdog_first(r->w, "writing a checkpoint", r->progress.at.total);
    if (st == ST_OK) st = world_agree(r->w, is_first(g) ? commit_checkpoint(g, &whole) : ST_OK);
    moments_free(&g->t, &whole);
    plan_checkpoint(g);
    stopwatch_lap(&watch, &r->times.checkpoints);
    return st;
}

/* Another back end rounds otherwise: the run goes on, to other bits. */
static void warn_of_other(struct inspect *f, const char *entry, const char *now)
{
    char before[160] = "";
    inspect_text(f, "/provenance", entry, before, sizeof before);
    if (*before && strcmp(before, now) != 0)
        log_warning("this run was computed with %s so far and goes on with %s: its bits will "
                    "not be those of a run that stays with one",
                    before, now);
}

/* A run goes on with the data it began with. */
static enum status check_data(const struct dataset *train, const char *path)
{
    struct inspect f;
    char sha256[DIGEST_HEX] = "";
    enum status st = inspect_open(&f, path);
    if (st == ST_OK) inspect_text(&f, "/provenance", "data_sha256", sha256, sizeof sha256);
    if (st == ST_OK) warn_of_other(&f, "blas", matmul_backend());
    inspect_close(&f);
    if (st == ST_OK && *sha256 && strcmp(sha256, train->sha256) != 0)
        st = FAIL(ST_DATA,
                  "%s holds other training data (SHA-256 %.12s...) than this run began with "
                  "(%.12s...): give the right file with --file, or start another run with "
                  "--folder",
                  train->path, train->sha256, sha256);
    return st;
}

/* Whether the folder holds any checkpoint, as rank 0 sees it. */
static int has_checkpoint(const struct run *r)
{
    int any = r->w->rank == 0 && folder_has_checkpoint(r->folder);
    world_broadcast(r->w, &any, sizeof any);
    return any;
}

static enum status load_state(struct training *g)
{
    struct run *r = &g->run;
    char path[JOB_PATH];
    if (!has_checkpoint(r)) {
        log_line("  resume     no checkpoint yet: from the start");
        return ST_OK;
    }
    TRY(run_newest(r, path));
    TRY(world_agree(r->w, is_first(g) ? check_data(&r->train.set, path) : ST_OK));
    struct optimizer whole;
    enum status st = moments_whole(&g->t, &whole);
    if (st == ST_OK) st = restore_state(r, path, &whole);
    if (st == ST_OK) moments_spread(&g->t, &whole), trainer_changed(&g->t);
    moments_free(&g->t, &whole);
    if (st != ST_OK) return st;
    log_line("  resume     %s: %ld epochs and %ld steps are done", path, r->progress.at.epoch,
             r->progress.at.step);
    return ST_OK;
}

/* Before anything is trained: results of other data are not in the way of the run's own. */
static enum status check_results(const struct training *g)
{
    struct results_place to;
    struct results_origin origin = {&g->run.test.set, "", 1};
    if (!g->options->encode || g->options->mode != FOLDER_RESUME) return ST_OK;
    TRY(results_place_choose(&to, g->run.folder, ""));
    if (results_place_check(&to, &origin) == ST_OK) return ST_OK;
    return FAIL(
        ST_CANTCREATE,
        "%s/results.h5 does not hold this run's results of '%s' of %s: move it away, or "
        "go on with --no-encode",
        g->run.folder, g->run.job.test, g->run.test.set.path);
}

/* Folder, job.ini, state, metrics.csv: from here on the run exists on disk. */
static enum status open_folder(struct training *g)
{
    struct run *r = &g->run;
    enum folder_mode mode = g->options->mode;
    TRY(world_agree(r->w, is_first(g) ? folder_open(r->folder, mode) : ST_OK));
    TRY(world_agree(r->w, is_first(g) ? check_results(g) : ST_OK));
    if (mode == FOLDER_RESUME) TRY(load_state(g));
    enum status mine = is_first(g) ? write_job(&r->job, r->folder) : ST_OK;
    if (is_first(g) && mine == ST_OK) mine = metrics_write(&r->progress, r->folder);
    TRY(world_agree(r->w, mine));
    if (r->progress.at.total == 0) return save(g);
    plan_checkpoint(g);
    return ST_OK;
}

/* ---- the loop ---------------------------------------------------------------------------- */

static enum status stopped(const struct run *r)
{
    return FAIL(ST_STOPPED,
                "stopped on request after epoch %ld, step %ld, with a checkpoint; go on with: "
                "hourglass train %s --resume",
                r->progress.at.epoch, r->progress.at.step, r->folder);
}

static struct wishes wishes_of(const struct training *g)
{
    double now = clock_seconds();
    return (struct wishes){.stop = stop_requested() || (g->deadline > 0 && now > g->deadline),
                           .checkpoint = g->next_checkpoint > 0 && now > g->next_checkpoint};
}

static enum status diverged(const struct training *g, const char *what)
{
    const struct position *at = &g->run.progress.at;
    return FAIL(
        ST_DIVERGED,
        "training has diverged: %s is not finite in epoch %ld, step %ld; the learning rate "
        "(%g) is too high for this job, or its data are too large: start another run; the "
        "checkpoints of this one are kept",
        what, at->epoch + 1, at->step + 1, trainer_rate(&g->t, at));
}

/* One step, and the replicas compared before it now and then. */
static enum status take_step(struct training *g, struct decision *d)
{
    const struct position *at = &g->run.progress.at;
    struct wishes wishes = wishes_of(g);
    long every = g->run.job.verify_steps;
    watchdog_phase("training step", at->total + 1);
    if (every > 0 && at->total % every == 0) TRY(verify(g));
    step_run(&g->t, at, trainer_rate(&g->t, at), &wishes, d);
    if (d->damaged) return verify(g);
    if (d->losses.faults > 0) return diverged(g, "the loss");
    return d->faults ? diverged(g, "the gradient") : ST_OK;
}

/* A step is done. */
static void move_on(struct training *g, const struct losses *losses)
{
    struct progress *p = &g->run.progress;
    epoch_add(p, losses);
    p->at.step++;
    p->at.total++;
    g->epoch_rows += losses->rows;
}

static enum status run_steps(struct training *g)
{
    struct run *r = &g->run;
    long steps = trainer_steps(&g->t);
    while (r->progress.at.step < steps) {
        struct decision d;
        TRY(take_step(g, &d));
        move_on(g, &d.losses);
        display_step(&g->t, &r->progress, trainer_loss(&g->t, &d.losses));
        /* The end of an epoch saves anyway; a stop there is taken before the next one. */
        if (r->progress.at.step == steps) return ST_OK;
        if (d.stop || d.checkpoint) TRY(save(g));
        if (d.stop) return stopped(r);
    }
    return ST_OK;
}

/* Validate, and append the epoch's row of metrics; the rate is that of its last step. */
static enum status evaluate(struct training *g)
{
    struct run *r = &g->run;
    struct epoch e;
    struct position at = r->progress.at;
    double seconds = clock_seconds() - g->epoch_began;
    step_evaluate(&g->t, &e.test);
    if (e.test.faults > 0) return diverged(g, "the validation loss");
    at.step--;
    e.learning_rate = trainer_rate(&g->t, &at);
    e.samples_per_second = g->epoch_rows / seconds;
    e.seconds = clock_seconds() - g->epoch_began;
    return world_agree(r->w, epoch_end(&r->progress, &e, r->job.beta, r->job.l1));
}

static enum status end_epoch(struct training *g)
{
    struct run *r = &g->run;
    TRY(evaluate(g));
    TRY(save(g));
    struct stopwatch watch = stopwatch_start(r->w, &r->times);
    TRY(world_agree(r->w, is_first(g) ? metrics_write(&r->progress, r->folder) : ST_OK));
    stopwatch_lap(&watch, &r->times.checkpoints);
    display_epoch(&g->t, &r->progress);
    return ST_OK;
}

/* Whether any rank wants to stop, asked between epochs. */
static enum status check_stop(struct training *g)
{
    return world_agree(g->run.w, wishes_of(g).stop ? stopped(&g->run) : ST_OK);
}

static enum status run_epochs(struct training *g)
{
    struct run *r = &g->run;
    display_begin(&r->job, &r->progress);
    while (r->progress.at.epoch < r->job.epochs) {
        g->epoch_began = clock_seconds();
        g->epoch_rows = 0;
        shards_shuffle(&r->train.shards, (uint32_t)r->job.seed, (uint32_t)r->progress.at.epoch);
        TRY(run_steps(g));
        TRY(end_epoch(g));
        if (r->progress.at.epoch < r->job.epochs) TRY(check_stop(g));
    }
    return ST_OK;
}

/* ---- from the start to the end ----------------------------------------------------------- */

static enum status write_results(struct run *r)
{
    struct results_place to;
    char name[64], path[JOB_PATH + 80];
    checkpoint_name(r->progress.at.epoch, r->progress.at.step, name, sizeof name);
    snprintf(path, sizeof path, "%s/%s", r->folder, name);
    log_line("  encoding   %s", r->job.test);
    TRY(results_place_choose(&to, r->folder, ""));
    enum status st = encode_split(r, path, 1, &to);
    provenance_set_data(&r->provenance, &r->train.set); /* the run's own again */
    return st;
}

/* Memory and data; a wrong setting is found before the data are read. */
static enum status prepare(struct training *g)
{
    struct run *r = &g->run;
    TRY(world_agree(r->w, trainer_init(&g->t, r->w, &r->job, r->model, &r->times)));
    initialise(r->model, &r->job);
    TRY(run_load(r, &r->train, r->job.train));
    TRY(run_load(r, &r->test, r->job.test));
    TRY(values_check_loss(r, &r->train));
    TRY(values_check_loss(r, &r->test));
    struct split train = {&r->train.set.samples, &r->train.shards};
    struct split test = {&r->test.set.samples, &r->test.shards};
    TRY(trainer_attach(&g->t, train, test));
    TRY(provenance_collect(&r->provenance, r->w, &r->job, &r->train.set, r->began));
    display_banner(&g->t, r);
    return ST_OK;
}

static enum status train_and_encode(struct training *g)
{
    struct run *r = &g->run;
    TRY(open_folder(g));
    enum status st = run_epochs(g);
    if (st == ST_OK && g->options->encode) st = write_results(r);
    if (st != ST_OK && st != ST_STOPPED) return st;
    enum status mine = is_first(g) ? summary_write(r, st == ST_STOPPED) : ST_OK;
    TRY(world_agree(r->w, mine));
    display_summary(r, st == ST_STOPPED);
    return st == ST_STOPPED ? stopped(r) : ST_OK;
}

/* Whether a run that should go on has nothing left to do, as rank 0 sees it. */
static int is_over(const struct training *g)
{
    const struct run *r = &g->run;
    const struct train_options *o = g->options;
    int over = is_first(g) && o->mode == FOLDER_RESUME && !o->dry_run &&
               finished(r->folder, &r->job, o->encode);
    world_broadcast(r->w, &over, sizeof over);
    if (over)
        log_line("%s is done: %ld of %ld epochs", r->folder, r->job.epochs, r->job.epochs);
    return over;
}

static enum status run_all(struct training *g)
{
    struct run *r = &g->run;
    int dry = g->options->dry_run;
    enum status mine = is_first(g) && !dry ? folder_check(r->folder, g->options->mode) : ST_OK;
    TRY(world_agree(r->w, mine));
    if (is_over(g)) return ST_OK;
    TRY(prepare(g));
    if (r->job.max_hours > 0) g->deadline = r->began + 3600 * r->job.max_hours;
    return dry ? ST_OK : train_and_encode(g);
}

enum status train_run(struct world *w, const struct job *job,
                      const struct train_options *options)
{
    struct training g = {.options = options};
    stop_install();
    enum status st = run_begin(&g.run, w, job);
    if (st == ST_OK) st = run_all(&g);
    trainer_free(&g.t);
    run_end(&g.run);
    return st;
}
