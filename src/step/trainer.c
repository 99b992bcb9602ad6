#include "step/trainer.h"

#include <stdlib.h>
#include <string.h>

/* Each shard gives rows to each step, where all have as many. */
static enum status check_batch(const struct job *job)
{
    if (job->batch >= job->shards) return ST_OK;
    return FAIL(
        ST_SETTING,
        "training.batch is %ld but the data are cut into %ld shards, each of which gives "
        "rows to every step: raise training.batch or lower run.shards to %ld",
        job->batch, job->shards, job->batch);
}

enum status trainer_init(struct trainer *t, struct world *w, const struct job *job,
                         struct model *m, struct times *times)
{
    *t = (struct trainer){.w = w, .job = job, .model = m, .times = times};
    t->loss = loss_find(job->loss);
    TRY(check_batch(job));
    TRY(schedule_parse(&t->schedule, job->schedule));
    return optimizer_init(&t->optimizer, job->optimizer, job->momentum);
}

/* Floats of t->spare. */
static size_t spare_floats(const struct trainer *t)
{
    return t->plan.kind == PLAN_IN_PIECES ? t->model->size : 0;
}

/* The most floats of a range of the gradient: one by one, a shard's whole gradient. */
static size_t range_floats(const struct trainer *t)
{
    return t->plan.kind == PLAN_TOGETHER ? sweep_range(t->model) : t->model->size;
}

/* Local. */
static enum status allocate(struct trainer *t)
{
    TRY(sweep_new(&t->training, t->model, t->plan.group, t->plan.rows, 1));
    TRY(sweep_new(&t->evaluation, t->model, 1, t->plan.evaluation, 0));
    t->spare = calloc(spare_floats(t) + 1, sizeof *t->spare);
    return t->spare ? ST_OK : FAIL(ST_NOMEM, "no memory for the gradients of pieces");
}

enum status trainer_attach(struct trainer *t, struct split train, struct split test)
{
    t->train = train, t->test = test;
    t->plan = plan_make(t->model, train.shards, test.shards, (size_t)t->job->batch);
    if (strcmp(t->job->allreduce, "messages") == 0) t->w->shares = 0;
    TRY(world_agree(t->w, allocate(t)));
    TRY(statistics_init(&t->statistics, t->w, t->model, train.shards->count,
                        train.shards->own));
    t->training->hook = statistics_hook(&t->statistics);
    TRY(gathering_init(&t->gathering, t->w, train.shards->count, train.shards->own));
    TRY(allreduce_new(&t->gradient, t->w, train.shards->count, t->model->size,
                      range_floats(t)));
    struct allreduce_part part = allreduce_part(t->gradient);
    t->part_first = part.first;
    return world_agree(t->w, optimizer_allocate(&t->optimizer, part.count));
}

void trainer_free(struct trainer *t)
{
    allreduce_free(t->gradient);
    gathering_free(&t->gathering);
    statistics_free(&t->statistics);
    sweep_free(t->evaluation);
    sweep_free(t->training);
    optimizer_free(&t->optimizer);
    free(t->spare);
    *t = (struct trainer){0};
}

void trainer_changed(struct trainer *t)
{
    optimizer_changed(&t->optimizer);
    t->gathered = 0;
}

/* Of rows as they are stored, their labels and their order. */
static size_t split_bytes(const struct split *s)
{
    size_t value = s->samples->values ? sizeof *s->samples->values : 1;
    return s->samples->rows * (shape_size(s->samples->shape) * value + 1 + sizeof(uint32_t));
}

size_t trainer_bytes(const struct trainer *t)
{
    const struct model *m = t->model;
    size_t moments = t->optimizer.size * sizeof *m->w * (size_t)t->optimizer.slots;
    return split_bytes(&t->train) + split_bytes(&t->test) + model_bytes(m) + moments +
           sweep_bytes(m, t->plan.group, t->plan.rows, 1) +
           sweep_bytes(m, 1, t->plan.evaluation, 0) + spare_floats(t) * sizeof *t->spare +
           allreduce_bytes(t->w, t->train.shards->count, m->size, range_floats(t));
}

long trainer_steps(const struct trainer *t)
{
    size_t batch = (size_t)t->job->batch;
    return (long)((t->train.shards->total + batch - 1) / batch);
}

double trainer_rate(const struct trainer *t, const struct position *at)
{
    double steps = (double)trainer_steps(t);
    double epoch = (double)at->epoch + ((double)at->step + 0.5) / steps;
    return schedule_rate(&t->schedule, t->job->learning_rate, epoch, (double)t->job->epochs);
}

double trainer_loss(const struct trainer *t, const struct losses *s)
{
    return losses_mean(s, t->job->beta, t->job->l1);
}
