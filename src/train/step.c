/* step - one step of training, and the pass over the test split. */
#include "base/log.h"
#include "comm/watchdog.h"
#include "report.h"
#include "train/stop.h"

#include <math.h>
#include <string.h>

/* What tells the random numbers of a microbatch apart. */
static struct context context_of(const struct trainer *t, const uint32_t *row, size_t rows,
                                 enum purpose purpose)
{
    int training = purpose == PURPOSE_TRAIN;
    return (struct context){
        .rows = rows,
        .row = row,
        .seed = (uint32_t)t->job.seed,
        .epoch = training ? (uint32_t)t->progress.epoch : 0,
        .purpose = purpose,
        .corrupt = training,
        .sample = 1,
        .beta = (float)t->job.beta,
    };
}

/* Forward over rows[n] of d, then the losses; the gradient of the last layer is left in the
 * pass. */
static void forward(struct trainer *t, const struct dataset *d, struct context *c,
                    struct sums *s)
{
    const struct model *m = t->model;
    dataset_gather(d, c->row, c->rows, t->x);
    const float *y = model_forward(m, t->pass, c, 0, m->count, t->x);
    struct loss_sums got = loss_compare(t->loss, y, t->x, c->rows, shape_size(m->input),
                                        t->pass->dy[m->count - 1]);
    const float *code = t->pass->y[m->split - 1];
    s->rows += (double)c->rows;
    s->reconstruction += got.loss;
    s->squared += got.squared;
    s->kl += c->kl;
    s->l1 += loss_l1(code, c->rows * shape_size(m->code), 0, NULL);
    s->faults += !isfinite(s->reconstruction + s->kl + s->l1);
}

/* Backward from what forward has left; dw[size] is written. */
static void backward(struct trainer *t, const struct context *c, float *dw)
{
    const struct model *m = t->model;
    model_backward(m, t->pass, c, m->split, m->count, t->x, dw);
    if (t->job.l1 > 0)
        loss_l1(t->pass->y[m->split - 1], c->rows * shape_size(m->code), (float)t->job.l1,
                t->pass->dcode);
    model_backward(m, t->pass, c, 0, m->split, t->x, dw);
}

/* Own shard i of a step: its sums into the report, its gradient into the ordered sum. */
static void run_shard(struct trainer *t, size_t i, size_t before, size_t after)
{
    size_t rows;
    const uint32_t *row = shards_take(&t->train_shards, i, before, after, &rows);
    struct sums *s = &t->mine->shard[i];
    float *dw = ordered_sum_leaf(t->gradient);
    *s = (struct sums){0};
    if (rows == 0) {
        memset(dw, 0, t->model->size * sizeof *dw);
    } else {
        struct context c = context_of(t, row, rows, PURPOSE_TRAIN);
        forward(t, &t->train, &c, s);
        backward(t, &c, dw);
    }
    ordered_sum_add(t->gradient);
}

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
    float *g = ordered_sum_finish(t->gradient, t->w);
    double summed = clock_seconds();
    t->times.sums += summed - start;
    if (any_fault(g, t->model->size)) return diverged(t, "the gradient");
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
    for (size_t i = 0; i < t->train_shards.own; i++) run_shard(t, i, before, after);
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
            struct context c = context_of(t, row + done, take, PURPOSE_TEST);
            watchdog_phase("validation, own shard", (long)i);
            forward(t, &t->test, &c, own);
        }
    }
    t->times.compute += clock_seconds() - start;
    *sums = report_exchange(t);
    return sums->faults > 0 ? diverged(t, "the validation loss") : ST_OK;
}
