/* step - one step of training, and the pass over the test split. */
#include "base/log.h"
#include "comm/watchdog.h"
#include "microbatch.h"
#include "report.h"
#include "run/stop.h"
#include "step/moment.h"
#include "step/strips.h"

static void fill_wishes(struct trainer *t)
{
    double now = clock_seconds();
    t->mine->stop = stop_requested() || (t->deadline > 0 && now > t->deadline);
    t->mine->checkpoint = t->next_checkpoint > 0 && now > t->next_checkpoint;
}

static enum status diverged(const struct trainer *t, const char *what)
{
    return FAIL(
        ST_DIVERGED,
        "training has diverged: %s is not finite in epoch %ld, step %ld; the learning rate "
        "(%g) is too high for this job, or the data are not finite: start another run; "
        "the checkpoints of this one are kept",
        what, t->progress.at.epoch + 1, t->progress.at.step + 1, trainer_rate(t));
}

static void move_on(struct trainer *t, const struct sums *s)
{
    double *to = t->progress.sums;
    const double from[] = {s->rows, s->reconstruction, s->kl, s->l1, s->squared};
    for (int i = 0; i < 5; i++) to[i] += from[i];
    t->progress.at.step++;
    t->progress.at.total++;
}

/* What all ranks tell each other in a step, once each has summed its slice of the gradient. */
static enum status decide(struct trainer *t, struct decision *d)
{
    int faults = 0;
    *d = (struct decision){.sums = report_exchange(t),
                           .checkpoint = report_of(t, 0)->checkpoint};
    for (int r = 0; r < t->w->size; r++) {
        d->stop |= report_of(t, r)->stop;
        faults += report_of(t, r)->faults;
    }
    if (d->sums.faults > 0) return diverged(t, "the loss");
    return faults ? diverged(t, "the gradient") : ST_OK;
}

/* The step that all shards' gradient gives. */
static void apply_gradient(struct trainer *t, double rows)
{
    struct moment m = moment_now(t->w);
    const float *g = ordered_sum_finish(t->gradient, t->w);
    moment_spend(t, &m, &t->times.sums);
    microbatch_update(t);
    optimizer_step(&t->optimizer, t->model->w, g, (float)(1.0 / rows), (float)trainer_rate(t),
                   (uint64_t)t->progress.at.total + 1);
    moment_spend(t, &m, &t->times.optimizer);
}

enum status trainer_step(struct trainer *t, struct decision *d)
{
    size_t batch = (size_t)t->job.batch, total = t->train.total;
    size_t before = (size_t)t->progress.at.step * batch, after = before + batch;
    if (after > total) after = total;
    watchdog_phase("training step", t->progress.at.total + 1);
    if (t->job.verify_steps > 0 && t->progress.at.total % t->job.verify_steps == 0)
        TRY(trainer_verify(t));
    struct moment m = moment_now(t->w);
    fill_wishes(t);
    microbatch_run(t, before, after, t->mine->shard);
    moment_spend(t, &m, &t->times.elementwise);
    t->mine->faults = !ordered_sum_slices(t->gradient, t->w);
    enum status st = decide(t, d);
    moment_spend(t, &m, &t->times.sums);
    TRY(st);
    if (d->sums.rows > 0) apply_gradient(t, d->sums.rows);
    move_on(t, &d->sums);
    return ST_OK;
}

enum status trainer_evaluate(struct trainer *t, struct sums *sums)
{
    struct moment m = moment_now(t->w);
    const struct shards *s = &t->test_shards;
    size_t most = strips_evaluation_rows(t->model);
    for (size_t i = 0; i < s->own; i++) {
        size_t rows;
        const uint32_t *row = shards_take(s, i, 0, s->total, &rows);
        struct sums *own = &t->mine->shard[i];
        *own = (struct sums){0};
        for (size_t done = 0; done < rows; done += most) {
            size_t take = rows - done < most ? rows - done : most;
            watchdog_phase("validation, own shard", (long)i);
            microbatch_begin(t, t->at_work, &t->test, row + done, take, PURPOSE_TEST);
            microbatch_evaluate(t, t->at_work, own);
        }
    }
    *sums = report_exchange(t);
    moment_spend(t, &m, &t->times.validation);
    return sums->faults > 0 ? diverged(t, "the validation loss") : ST_OK;
}
