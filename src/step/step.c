#include "step/step.h"

#include "base/fmath.h"
#include "base/share.h"
#include "base/size.h"
#include "comm/watchdog.h"

/* ---- batches ----------------------------------------------------------------------------- */

/* Rows row[rows] of a split become batch k of a sweep. */
static void fill_batch(struct sweep *s, size_t k, const struct samples *samples,
                       const uint32_t *row, size_t rows, const struct job *job)
{
    s->batch[k] = (struct batch){.rows = rows,
                                 .row = row,
                                 .seed = (uint32_t)job->seed,
                                 .purpose = PURPOSE_TEST,
                                 .sample = 1,
                                 .beta = (float)job->beta,
                                 .x = s->a[k]->x};
    samples_gather(samples, row, rows, s->a[k]->x);
}

/* The same for training: noise acts, batch norm looks at the batch. */
static void fill_training(const struct trainer *t, size_t k, const uint32_t *row, size_t rows,
                          long epoch)
{
    struct batch *b = &t->training->batch[k];
    fill_batch(t->training, k, t->train.samples, row, rows, t->job);
    b->purpose = PURPOSE_TRAIN, b->epoch = (uint32_t)epoch;
    b->training = b->corrupt = 1;
}

/* ---- forward and back -------------------------------------------------------------------- */

/* The L1 norm of the code joins once the decoder is through. */
static void add_l1(const struct trainer *t)
{
    const struct sweep *s = t->training;
    int code = t->model->split - 1;
    for (size_t k = 0; k < s->count; k++)
        loss_l1(s->a[k]->y[code], s->batch[k].rows * shape_size(t->model->code),
                (float)t->job->l1, s->a[k]->dy[code]);
}

/* Forward, losses added to those of shard[group], backward into the sink. */
static void there_and_back(const struct trainer *t, const struct sink *sink,
                           struct gathering_numbers *shard)
{
    struct sweep *s = t->training;
    int split = t->model->split, count = t->model->count;
    sweep_forward(s, 0, count);
    for (size_t k = 0; k < s->count; k++)
        if (s->batch[k].rows) losses_compare(&shard[k].losses, t->loss, s, k);
    sweep_backward(s, split, count, sink);
    if (t->job->l1 > 0) add_l1(t);
    sweep_backward(s, 0, split, sink);
}

/* The allreduce as a sink. */
static void reduce_range(void *allreduce, size_t first, size_t count)
{
    allreduce_range(allreduce, first, count);
}

static struct sink_leaf reduce_leaf(void *allreduce, size_t most)
{
    struct sink_leaf leaf;
    leaf.to = allreduce_leaf(allreduce, most, &leaf.batches);
    return leaf;
}

static void reduce_add(void *allreduce)
{
    allreduce_add(allreduce);
}

/* Rows `before` to `after` of the epoch, of all shards. */
struct span_of_rows {
    long epoch;
    size_t before, after;
};

static void all_together(const struct trainer *t, const struct span_of_rows *r,
                         struct gathering_numbers *shard)
{
    const struct sink sink = {t->gradient, reduce_range, reduce_leaf, reduce_add};
    for (size_t k = 0; k < t->plan.group; k++) {
        size_t rows;
        const uint32_t *row = shards_take(t->train.shards, k, r->before, r->after, &rows);
        fill_training(t, k, row, rows, r->epoch);
    }
    there_and_back(t, &sink, shard);
}

/* Own shard i, in one piece or more: its gradient is the sum of theirs, in their order. */
static void one_alone(const struct trainer *t, size_t i, const struct span_of_rows *r,
                      struct gathering_numbers *shard)
{
    size_t one;
    struct sink_flat flat = {.sum = allreduce_leaf(t->gradient, 1, &one), .spare = t->spare};
    const struct sink sink = sink_flat(&flat);
    size_t rows;
    const uint32_t *row = shards_take(t->train.shards, i, r->before, r->after, &rows);
    size_t pieces = plan_pieces(&t->plan, rows);
    for (size_t p = 0; p < pieces; p++, flat.more = 1) {
        fill_training(t, 0, row + share_first(rows, p, pieces), share_count(rows, p, pieces),
                      r->epoch);
        there_and_back(t, &sink, shard);
    }
    allreduce_add(t->gradient);
}

/* The rows of the step that follows `at`. */
static struct span_of_rows rows_of(const struct trainer *t, const struct position *at)
{
    size_t batch = (size_t)t->job->batch, total = t->train.shards->total;
    size_t before = (size_t)at->step * batch, after = before + batch;
    return (struct span_of_rows){at->epoch, before, after < total ? after : total};
}

/* All own shards: losses into the gathering, gradients into the allreduce. */
static void go_through_shards(const struct trainer *t, const struct position *at)
{
    const struct span_of_rows rows = rows_of(t, at);
    struct gathering_numbers *shard = t->gathering.shard;
    if (t->plan.kind == PLAN_TOGETHER) {
        all_together(t, &rows, shard);
        return;
    }
    allreduce_range(t->gradient, 0, t->model->size);
    for (size_t i = 0; i < t->gathering.own; i++) one_alone(t, i, &rows, &shard[i]);
}

/* ---- the step ---------------------------------------------------------------------------- */

/* Bits of the parameters that no gradient moves: in this rank's part, and elsewhere. */
struct fixed_bits {
    uint32_t own, others;
};

static struct fixed_bits bits_of_fixed(const struct trainer *t)
{
    struct fixed_bits sum = {0, 0};
    size_t first = t->part_first, end = first + t->optimizer.size;
    for (int i = 0; i < t->model->count; i++)
        for (int k = 0; k < t->model->layers[i].variables; k++) {
            const struct variable *v = &t->model->layers[i].variable[k];
            if (!v->fixed) continue;
            size_t from = size_min(size_max(v->at, first), v->at + v->count);
            size_t to = size_max(size_min(v->at + v->count, end), from);
            uint32_t own = fm_sum_bits(t->model->w + from, to - from);
            sum.own += own, sum.others += fm_sum_bits(t->model->w + v->at, v->count) - own;
        }
    return sum;
}

/* What layers remember of the batches, on every rank alike. */
static void remember(struct trainer *t)
{
    struct fixed_bits before = bits_of_fixed(t);
    sweep_update(t->training);
    struct fixed_bits now = bits_of_fixed(t);
    t->optimizer.bits += now.own - before.own;
    t->others += now.others - before.others;
}

/* The step of this rank's part of the parameters, from its part of the gradient. */
static void apply(struct trainer *t, const struct position *at, double rows, double rate)
{
    const float *g = allreduce_part(t->gradient).sum;
    float *w = t->model->w + t->part_first;
    remember(t);
    if (!optimizer_step(&t->optimizer, w, g, (float)(1.0 / rows), (float)rate,
                        (uint64_t)at->total + 1))
        t->damaged = 1;
}

/* All parts to all ranks; what was there before is what the last gather has left. */
static void gather(struct trainer *t)
{
    struct allreduce_bits bits;
    allreduce_allgather(t->gradient, t->model->w, &bits);
    if (t->gathered && bits.before != t->others) t->damaged = 1;
    t->gathered = 1, t->others = bits.now;
}

/* Whether there is a gradient to follow. */
static int is_good(const struct decision *d)
{
    return d->losses.rows > 0 && d->losses.faults == 0 && d->faults == 0 && d->damaged == 0;
}

void step_run(struct trainer *t, const struct position *at, double rate,
              const struct wishes *mine, struct decision *d)
{
    struct stopwatch watch = stopwatch_start(t->w, t->times);
    go_through_shards(t, at);
    stopwatch_lap(&watch, &t->times->elementwise);
    int faults = !allreduce_reduce_scatter(t->gradient);
    const struct gathering_rank told = {*mine, faults, t->damaged};
    *d = gathering_exchange(&t->gathering, &told); /* all are through with the sum now */
    stopwatch_lap(&watch, &t->times->allreduce);
    if (!is_good(d)) return;
    apply(t, at, d->losses.rows, rate);
    stopwatch_lap(&watch, &t->times->optimizer);
    gather(t);
    stopwatch_lap(&watch, &t->times->allreduce);
}

/* ---- evaluation -------------------------------------------------------------------------- */

void step_evaluate(struct trainer *t, struct losses *losses)
{
    const struct shards *s = t->test.shards;
    const struct gathering_rank none = {{0}, 0, 0};
    struct sweep *sweep = t->evaluation;
    struct stopwatch watch = stopwatch_start(t->w, t->times);
    for (size_t i = 0; i < s->own; i++) {
        size_t rows, most = t->plan.evaluation;
        const uint32_t *row = shards_take(s, i, 0, s->total, &rows);
        watchdog_phase("validation, own shard", (long)i);
        for (size_t done = 0; done < rows; done += most) {
            size_t take = rows - done < most ? rows - done : most;
            fill_batch(sweep, 0, t->test.samples, row + done, take, t->job);
            sweep_forward(sweep, 0, t->model->count);
            losses_compare(&t->gathering.shard[i].losses, t->loss, sweep, 0);
        }
    }
    *losses = gathering_exchange(&t->gathering, &none).losses;
    stopwatch_lap(&watch, &t->times->validation);
}
