/* step - one step of training, and the pass over the test split. */
#include "base/log.h"
#include "comm/watchdog.h"
#include "microbatch.h"
#include "report.h"
#include "train/stop.h"

#include <math.h>
#include <string.h>

static void fill_wishes(struct trainer *t)
{
    double now = clock_seconds();
    t->mine->stop = stop_requested() || (t->deadline > 0 && now > t->deadline);
    t->mine->checkpoint = t->next_checkpoint > 0 && now > t->next_checkpoint;
}

/* 0 where all of x[n] is finite: 0 * x is 0 for every finite x and NaN for the rest. */
static int any_fault(const float *x, size_t n)
{
    enum { LANES = 16 };
    float lane[LANES] = {0}, sum = 0;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++) lane[k] += 0.0f * x[i + k];
    for (; i < n; i++) sum += 0.0f * x[i];
    for (int k = 0; k < LANES; k++) sum += lane[k];
    return !(sum == 0.0f);
}

static enum status diverged(const struct trainer *t, const char *what)
{
    return FAIL(
        ST_DIVERGED,
        "training has diverged: %s is not finite in epoch %ld, step %ld; the learning rate "
        "(%g) is too high for this job, or the data are not finite: start another run; "
        "the checkpoints of this one are kept",
        what, t->progress.epoch + 1, t->progress.step + 1, trainer_rate(t));
}

static void move_on(struct trainer *t, const struct sums *s)
{
    double *to = t->progress.sums;
    const double from[] = {s->rows, s->reconstruction, s->kl, s->l1, s->squared};
    for (int i = 0; i < 5; i++) to[i] += from[i];
    t->progress.step++;
    t->progress.total_steps++;
}

/* All shards' gradient, and the step that it gives. */
static enum status apply_gradient(struct trainer *t, double rows)
{
    double start = clock_seconds();
    const float *g = ordered_sum_finish(t->gradient, t->w);
    double summed = clock_seconds();
    t->times.sums += summed - start;
    if (any_fault(g, t->model->size)) return diverged(t, "the gradient");
    microbatch_update(t);
    optimizer_step(&t->optimizer, t->model->w, g, (float)(1.0 / rows), (float)trainer_rate(t),
                   (uint64_t)t->progress.total_steps + 1);
    t->times.compute += clock_seconds() - summed;
    return ST_OK;
}

enum status trainer_step(struct trainer *t, struct decision *d)
{
    size_t batch = (size_t)t->job.batch, total = t->train.total;
    size_t before = (size_t)t->progress.step * batch, after = before + batch;
    if (after > total) after = total;
    double start = clock_seconds();
    watchdog_phase("training step", t->progress.total_steps + 1);
    if (t->job.verify_steps > 0 && t->progress.total_steps % t->job.verify_steps == 0)
        TRY(trainer_verify(t));
    fill_wishes(t);
    microbatch_run(t, before, after, t->mine->shard);
    t->times.compute += clock_seconds() - start;

    d->sums = report_exchange(t);
    d->checkpoint = report_of(t, 0)->checkpoint;
    d->stop = 0;
    for (int r = 0; r < t->w->size; r++) d->stop |= report_of(t, r)->stop;
    if (d->sums.faults > 0) return diverged(t, "the loss");
    if (d->sums.rows > 0) TRY(apply_gradient(t, d->sums.rows));
    move_on(t, &d->sums);
    return ST_OK;
}

enum status trainer_evaluate(struct trainer *t, struct sums *sums)
{
    double start = clock_seconds();
    const struct shards *s = &t->test_shards;
    for (size_t i = 0; i < s->own; i++) {
        size_t rows;
        const uint32_t *row = shards_take(s, i, 0, s->total, &rows);
        struct sums *own = &t->mine->shard[i];
        *own = (struct sums){0};
        for (size_t done = 0; done < rows; done += TRAIN_EVALUATION_ROWS) {
            size_t left = rows - done;
            size_t take = left < TRAIN_EVALUATION_ROWS ? left : TRAIN_EVALUATION_ROWS;
            watchdog_phase("validation, own shard", (long)i);
            microbatch_begin(t, t->at_work, &t->test, row + done, take, PURPOSE_TEST);
            microbatch_evaluate(t, t->at_work, own);
        }
    }
    t->times.compute += clock_seconds() - start;
    *sums = report_exchange(t);
    return sums->faults > 0 ? diverged(t, "the validation loss") : ST_OK;
}
