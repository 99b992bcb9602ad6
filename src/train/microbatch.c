#include "microbatch.h"

#include "base/log.h"
#include "base/share.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- memory ------------------------------------------------------------------------------ */

static size_t x_bytes(const struct trainer *t, size_t max_rows)
{
    return (max_rows * shape_size(t->model->input) * sizeof(float) + 63) / 64 * 64;
}

/* The most numbers that a layer wants, and the most shards that a rank owns. */
static size_t most_sums(const struct model *m)
{
    size_t most = 0;
    for (int i = 0; i < m->count; i++)
        if (m->layers[i].sums > most) most = m->layers[i].sums;
    return most;
}

static size_t most_own(const struct trainer *t)
{
    size_t size = (size_t)t->w->size;
    return (t->train_shards.count + size - 1) / size;
}

static enum status new_one(struct trainer *t, struct microbatch *b, size_t max_rows)
{
    TRY(pass_new(&b->pass, t->model, max_rows, 1));
    b->x = aligned_alloc(64, x_bytes(t, max_rows));
    if (t->model->batch_layers) b->own_dw = calloc(t->model->size, sizeof *b->own_dw);
    if (!b->x || (t->model->batch_layers && !b->own_dw))
        return FAIL(ST_NOMEM, "no memory for %zu rows of a microbatch", max_rows);
    return ST_OK;
}

enum status microbatch_new_all(struct trainer *t, size_t max_rows)
{
    size_t ranks = (size_t)t->w->size;
    t->group = t->model->batch_layers ? t->train_shards.own : 1;
    t->at_work = calloc(t->group, sizeof *t->at_work);
    t->numbers = calloc((1 + ranks) * most_own(t) * most_sums(t->model) + 1, sizeof(double));
    if (!t->at_work || !t->numbers) return FAIL(ST_NOMEM, "no memory for microbatches");
    for (size_t k = 0; k < t->group; k++) TRY(new_one(t, &t->at_work[k], max_rows));
    return ST_OK;
}

void microbatch_free_all(struct trainer *t)
{
    for (size_t k = 0; t->at_work && k < t->group; k++) {
        pass_free(t->at_work[k].pass);
        free(t->at_work[k].x);
        free(t->at_work[k].own_dw);
    }
    free(t->at_work);
    free(t->numbers);
    t->at_work = NULL, t->numbers = NULL;
}

size_t microbatch_bytes(const struct trainer *t, size_t max_rows)
{
    size_t own = t->model->batch_layers ? t->model->size * sizeof(float) : 0;
    return t->group * (pass_bytes(t->model, max_rows, 1) + x_bytes(t, max_rows) + own);
}

/* ---- one microbatch ---------------------------------------------------------------------- */

void microbatch_begin(struct trainer *t, struct microbatch *b, const struct dataset *d,
                      const uint32_t *row, size_t rows, enum purpose purpose)
{
    int training = purpose == PURPOSE_TRAIN;
    b->c = (struct context){
        .rows = rows,
        .row = row,
        .seed = (uint32_t)t->job.seed,
        .epoch = training ? (uint32_t)t->progress.epoch : 0,
        .purpose = purpose,
        .training = training,
        .corrupt = training,
        .sample = 1,
        .beta = (float)t->job.beta,
    };
    dataset_gather(d, row, rows, b->x);
}

/* The losses of what the last layer has left; its gradient is left in the pass. */
static void compare(struct trainer *t, struct microbatch *b, struct sums *s)
{
    const struct model *m = t->model;
    struct loss_sums got = loss_compare(t->loss, b->pass->y[m->count - 1], b->x, b->c.rows,
                                        shape_size(m->input), b->pass->dy[m->count - 1]);
    const float *code = b->pass->y[m->split - 1];
    s->rows += (double)b->c.rows;
    s->reconstruction += got.loss;
    s->squared += got.squared;
    s->kl += b->c.kl;
    s->l1 += loss_l1(code, b->c.rows * shape_size(m->code), 0, NULL);
    s->faults += !isfinite(s->reconstruction + s->kl + s->l1);
}

void microbatch_evaluate(struct trainer *t, struct microbatch *b, struct sums *s)
{
    model_forward(t->model, b->pass, &b->c, 0, t->model->count, b->x);
    compare(t, b, s);
}

/* Whether a layer takes the sums of the whole batch. */
static int is_shared(const struct layer *l)
{
    return l->sums && !l->alone;
}

static const float *input_of(const struct microbatch *b, int layer)
{
    return layer ? b->pass->y[layer - 1] : b->x;
}

static void forward(struct trainer *t, struct microbatch *b, int from, int to)
{
    b->c.shared = is_shared(&t->model->layers[from]);
    if (b->c.rows) model_forward(t->model, b->pass, &b->c, from, to, input_of(b, from));
}

static void backward_part(struct trainer *t, struct microbatch *b, int from, int to)
{
    b->c.shared = is_shared(&t->model->layers[to - 1]);
    model_backward(t->model, b->pass, &b->c, from, to, b->x, b->dw);
}

/* Layers to..from backward. The L1 norm of the code joins once the decoder is through. */
static void backward(struct trainer *t, struct microbatch *b, int from, int to)
{
    const struct model *m = t->model;
    int split = m->split;
    if (b->c.rows == 0 || from >= to) return;
    if (to > split) {
        backward_part(t, b, from > split ? from : split, to);
        if (from <= split && t->job.l1 > 0)
            loss_l1(b->pass->y[split - 1], b->c.rows * shape_size(m->code), (float)t->job.l1,
                    b->pass->dcode);
        to = split;
    }
    if (from < split && from < to) backward_part(t, b, from, to);
}

/* ---- all at work together ---------------------------------------------------------------- */

/* Add the numbers[n] of layer i (forward or backward) over all shards, in their order, and
 * give everybody the total.  Collective. */
static void exchange(struct trainer *t, int i, int forward_sums)
{
    size_t n = t->model->layers[i].sums, block = most_own(t) * n, ranks = (size_t)t->w->size;
    double *mine = t->numbers, *all = mine + most_own(t) * most_sums(t->model);
    double start = clock_seconds();
    for (size_t k = 0; k < t->group; k++) {
        const struct pass *p = t->at_work[k].pass;
        memcpy(mine + k * n, forward_sums ? p->sums[i] : p->dsums[i], n * sizeof *mine);
    }
    world_gather_all(t->w, mine, block * sizeof *mine, all);
    memset(mine, 0, n * sizeof *mine); /* it becomes the total */
    for (size_t r = 0; r < ranks; r++)
        for (size_t k = 0; k < share_count(t->train_shards.count, r, ranks); k++)
            for (size_t j = 0; j < n; j++) mine[j] += all[r * block + k * n + j];
    for (size_t k = 0; k < t->group; k++) {
        const struct pass *p = t->at_work[k].pass;
        memcpy(forward_sums ? p->sums[i] : p->dsums[i], mine, n * sizeof *mine);
    }
    double seconds = clock_seconds() - start;
    t->times.sums += seconds;
    t->times.compute -= seconds; /* the caller counts all as computing */
}

static void forward_all(struct trainer *t)
{
    const struct model *m = t->model;
    int from = 0;
    for (int i = 0; i < m->count; i++) {
        if (!is_shared(&m->layers[i])) continue;
        for (size_t k = 0; k < t->group; k++) {
            struct microbatch *b = &t->at_work[k];
            if (i > from) forward(t, b, from, i);
            model_sums(m, b->pass, &b->c, i, input_of(b, i));
        }
        exchange(t, i, 1);
        from = i;
    }
    for (size_t k = 0; k < t->group; k++) forward(t, &t->at_work[k], from, m->count);
}

static void backward_all(struct trainer *t)
{
    const struct model *m = t->model;
    int to = m->count;
    for (int i = m->count - 1; i >= 0; i--) {
        if (!is_shared(&m->layers[i])) continue;
        for (size_t k = 0; k < t->group; k++) {
            struct microbatch *b = &t->at_work[k];
            backward(t, b, i + 1, to);
            model_gradient_sums(m, b->pass, &b->c, i, input_of(b, i), b->dw);
        }
        exchange(t, i, 0);
        to = i + 1;
    }
    for (size_t k = 0; k < t->group; k++) backward(t, &t->at_work[k], 0, to);
}

/* The gradients of those that worked together, one after the other into the ordered sum. */
static void add_gradients(struct trainer *t)
{
    size_t bytes = t->model->size * sizeof(float);
    for (size_t k = 0; k < t->group; k++) {
        struct microbatch *b = &t->at_work[k];
        if (b->own_dw) memcpy(ordered_sum_leaf(t->gradient), b->own_dw, bytes);
        ordered_sum_add(t->gradient);
    }
}

void microbatch_run(struct trainer *t, size_t first, size_t before, size_t after,
                    struct sums *s)
{
    for (size_t k = 0; k < t->group; k++) {
        struct microbatch *b = &t->at_work[k];
        size_t rows;
        const uint32_t *row = shards_take(&t->train_shards, first + k, before, after, &rows);
        microbatch_begin(t, b, &t->train, row, rows, PURPOSE_TRAIN);
        b->dw = b->own_dw ? b->own_dw : ordered_sum_leaf(t->gradient);
        if (rows == 0) memset(b->dw, 0, t->model->size * sizeof *b->dw);
        s[k] = (struct sums){0};
    }
    forward_all(t);
    for (size_t k = 0; k < t->group; k++)
        if (t->at_work[k].c.rows) compare(t, &t->at_work[k], &s[k]);
    backward_all(t);
    add_gradients(t);
}

void microbatch_update(struct trainer *t)
{
    struct model *m = t->model;
    for (int i = 0; i < m->count; i++) {
        const struct layer *l = &m->layers[i];
        if (!l->sums) continue;
        if (l->alone) exchange(t, i, 1);
        l->kind->update(l, m->w, t->at_work[0].pass->sums[i]);
    }
}
