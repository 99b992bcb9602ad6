#include "step/trainer.h"

#include "linalg/matmul.h"
#include "microbatch.h"
#include "report.h"
#include "step/moment.h"

#include <stdlib.h>
#include <string.h>

static enum status load_split(struct trainer *t, struct dataset *d, struct shards *s,
                              const char *split)
{
    struct world *w = t->w;
    TRY(dataset_open(d, w, t->job.file, split, (size_t)t->job.limit));
    enum status mine = shards_init(s, d->total, (size_t)t->job.shards, w->rank, w->size, split);
    TRY(world_agree(w, mine));
    if (!shape_equal(d->samples.shape, t->model->input))
        return FAIL(ST_SHAPE, "%s has samples of %zux%zux%zu in '%s' but model.input is %s",
                    d->path, d->samples.shape.h, d->samples.shape.w, d->samples.shape.c, split,
                    t->job.input);
    return dataset_read(d, w, s->first_row, s->rows);
}

/* Each shard gives rows to each step, where all have as many. */
static enum status check_batch(const struct trainer *t)
{
    if (t->job.batch >= t->job.shards) return ST_OK;
    return FAIL(
        ST_SETTING,
        "training.batch is %ld but the data are cut into %ld shards, each of which gives "
        "rows to every step: raise training.batch or lower run.shards to %ld",
        t->job.batch, t->job.shards, t->job.batch);
}

static enum status load_data(struct trainer *t)
{
    struct moment m = moment_now(t->w);
    TRY(load_split(t, &t->train, &t->train_shards, t->job.train));
    TRY(load_split(t, &t->test, &t->test_shards, t->job.test));
    moment_spend(t, &m, &t->times.reading);
    return ST_OK;
}

/* What needs no data: the same on every rank. */
static enum status build_model(struct trainer *t)
{
    const struct job *job = &t->job;
    t->loss = loss_find(job->loss);
    TRY(check_batch(t));
    TRY(schedule_parse(&t->schedule, job->schedule));
    TRY(model_new(&t->model, job));
    TRY(optimizer_init(&t->optimizer, job->optimizer, job->momentum, t->model->size));
    model_initialise(t->model, job);
    return ST_OK;
}

static enum status build_workspace(struct trainer *t)
{
    TRY(microbatch_new_all(t));
    t->report_bytes = report_bytes(t->train_shards.count, t->w->size);
    t->mine = calloc(1, t->report_bytes);
    t->all = calloc((size_t)t->w->size, t->report_bytes);
    t->hashes = calloc((size_t)t->w->size, sizeof *t->hashes);
    if (!t->mine || !t->all || !t->hashes)
        return FAIL(ST_NOMEM, "no memory for the ranks' reports");
    return ST_OK;
}

enum status trainer_init(struct trainer *t, struct world *w, const struct job *job)
{
    *t = (struct trainer){.w = w, .job = *job};
    matmul_init(matmul_choice_of(job->backend));
    TRY(world_agree(w, build_model(t)));
    TRY(load_data(t));
    TRY(world_agree(w, build_workspace(t)));
    if (strcmp(job->sums, "messages") == 0) w->shares = 0;
    return ordered_sum_new(&t->gradient, w, t->train_shards.count, t->model->size,
                           microbatch_range(t));
}

void trainer_free(struct trainer *t)
{
    ordered_sum_free(t->gradient);
    microbatch_free_all(t);
    optimizer_free(&t->optimizer);
    model_free(t->model);
    dataset_free(&t->train);
    dataset_free(&t->test);
    shards_free(&t->train_shards);
    shards_free(&t->test_shards);
    progress_free(&t->progress);
    free(t->mine);
    free(t->all);
    free(t->hashes);
    *t = (struct trainer){0};
}

size_t trainer_bytes(const struct trainer *t)
{
    size_t width = shape_size(t->model->input),
           value = t->train.samples.values ? sizeof(float) : 1;
    size_t data =
        (t->train.samples.rows + t->test.samples.rows) * (width * value + 1 + sizeof(uint32_t));
    size_t moments = t->model->size * sizeof(float) * (size_t)t->optimizer.slots;
    return data + model_bytes(t->model) + moments + microbatch_bytes(t) +
           ordered_sum_bytes(t->w, t->train_shards.count, t->model->size, microbatch_range(t));
}

long trainer_steps(const struct trainer *t)
{
    size_t batch = (size_t)t->job.batch;
    return (long)((t->train.total + batch - 1) / batch);
}

double trainer_rate(const struct trainer *t)
{
    double steps = (double)trainer_steps(t);
    double epoch = (double)t->progress.at.epoch + ((double)t->progress.at.step + 0.5) / steps;
    return schedule_rate(&t->schedule, t->job.learning_rate, epoch, (double)t->job.epochs);
}

double trainer_loss(const struct trainer *t, const struct sums *s)
{
    return (s->reconstruction + t->job.beta * s->kl + t->job.l1 * s->l1) / s->rows;
}
