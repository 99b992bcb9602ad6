#include "microbatch.h"

#include "base/share.h"
#include "step/strips.h"

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

/* Rows that a shard gives to a step at most. */
static size_t step_rows(const struct trainer *t)
{
    return shards_most(&t->train_shards, (size_t)t->job.batch);
}

/* Whether shards go strip by strip; the same on every rank. */
static int in_strips(const struct trainer *t)
{
    return strips_rows(t->model) < step_rows(t);
}

/* Rows that microbatch k has room for: the first one serves evaluation as well. */
static size_t rows_of(const struct trainer *t, size_t k)
{
    size_t most = in_strips(t) ? strips_rows(t->model) : step_rows(t);
    size_t evaluated = strips_evaluation_rows(t->model);
    return k == 0 && most < evaluated ? evaluated : most;
}

/* Whether all own shards run together. */
static int together(const struct trainer *t)
{
    const size_t cache = (size_t)16 << 20; /* bytes: a share of a third-level cache */
    size_t own = t->train_shards.own;
    if (in_strips(t)) return 0;
    return t->model->batch_layers || own == 1 ||
           own * (pass_bytes(t->model, step_rows(t), 1) + x_bytes(t, step_rows(t))) <= cache;
}

static enum status new_one(struct trainer *t, struct microbatch *b, size_t max_rows)
{
    TRY(pass_new(&b->pass, t->model, max_rows, 1));
    b->x = aligned_alloc(64, x_bytes(t, max_rows));
    if (!b->x) return FAIL(ST_NOMEM, "no memory for %zu rows of a microbatch", max_rows);
    return ST_OK;
}

/* Floats of a strip's gradient. */
static size_t strip_floats(const struct trainer *t)
{
    return in_strips(t) ? t->model->size : 0;
}

enum status microbatch_new_all(struct trainer *t)
{
    size_t ranks = (size_t)t->w->size;
    t->group = together(t) ? t->train_shards.own : 1;
    t->at_work = calloc(t->group, sizeof *t->at_work);
    t->numbers = calloc((1 + ranks) * most_own(t) * most_sums(t->model) + 1, sizeof(double));
    t->strip = calloc(strip_floats(t) + 1, sizeof *t->strip);
    if (!t->at_work || !t->numbers || !t->strip)
        return FAIL(ST_NOMEM, "no memory for microbatches");
    for (size_t k = 0; k < t->group; k++) TRY(new_one(t, &t->at_work[k], rows_of(t, k)));
    return ST_OK;
}

void microbatch_free_all(struct trainer *t)
{
    for (size_t k = 0; t->at_work && k < t->group; k++) {
        pass_free(t->at_work[k].pass);
        free(t->at_work[k].x);
    }
    free(t->at_work);
    free(t->numbers);
    free(t->strip);
    t->at_work = NULL, t->numbers = NULL, t->strip = NULL;
}

size_t microbatch_bytes(const struct trainer *t)
{
    size_t sum = strip_floats(t) * sizeof *t->strip;
    for (size_t k = 0; k < t->group; k++)
        sum += pass_bytes(t->model, rows_of(t, k), 1) + x_bytes(t, rows_of(t, k));
    return sum;
}

/* Shard after shard, the gradient is one range; together, a layer or a part of it. */
size_t microbatch_range(const struct trainer *t)
{
    size_t most = 1;
    if (!together(t)) return t->model->size;
    for (int i = 0; i < t->model->count; i++) {
        const struct layer *l = &t->model->layers[i];
        struct part p = {0, layer_span(l)};
        if (l->kind->gradient) p = l->kind->part(l, 0);
        for (int k = 1; p.count;
             p = l->kind->gradient ? l->kind->part(l, k++) : (struct part){0})
            if (p.count > most) most = p.count;
    }
    return most;
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
        .epoch = training ? (uint32_t)t->progress.at.epoch : 0,
        .purpose = purpose,
        .training = training,
        .corrupt = training,
        .sample = 1,
        .beta = (float)t->job.beta,
    };
    samples_gather(&d->samples, row, rows, b->x);
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

/* ---- a step ------------------------------------------------------------------------------ */

/* Add the numbers[n] of layer i (forward or backward) over all shards, in their order, and
 * give everybody the total.  Collective. */
static void exchange(struct trainer *t, int i, int forward_sums)
{
    size_t n = t->model->layers[i].sums, block = most_own(t) * n, ranks = (size_t)t->w->size;
    double *mine = t->numbers, *all = mine + most_own(t) * most_sums(t->model);
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
}

/* All own shards, or a strip of one. */
struct group {
    struct trainer *t;
    float *whole; /* of one: its gradient [model->size]; otherwise NULL */
};

static void forward_all(struct trainer *t)
{
    const struct model *m = t->model;
    for (int i = 0; i < m->count; i++) {
        int shared = is_shared(&m->layers[i]);
        for (size_t k = 0; shared && k < t->group; k++) {
            struct microbatch *b = &t->at_work[k];
            model_sums(m, b->pass, &b->c, i, input_of(b, i));
        }
        if (shared) exchange(t, i, 1);
        for (size_t k = 0, again = 0; k < t->group; k++) {
            struct microbatch *b = &t->at_work[k];
            b->c.shared = shared, b->c.again = (int)again;
            if (b->c.rows)
                model_forward(m, b->pass, &b->c, i, i + 1, input_of(b, i)), again = 1;
            else if (m->layers[i].sums && !shared) /* those of no rows, not the last ones */
                model_sums(m, b->pass, &b->c, i, input_of(b, i));
        }
    }
}

/* Where floats first .. first + count of a shard's gradient go; together, the ordered sum takes
 * them range by range. */
static void begin_range(const struct group *g, size_t first, size_t count)
{
    if (!g->whole) ordered_sum_range(g->t->gradient, first, count);
}

static float *leaf_at(const struct group *g, size_t first)
{
    return g->whole ? g->whole + first : ordered_sum_leaf(g->t->gradient);
}

static void end_leaf(const struct group *g)
{
    if (!g->whole) ordered_sum_add(g->t->gradient);
}

/* Layer i of all shards, and its gradients where they come with it: from the sums of the
 * gradient, or from backward itself. */
static void layer_backward(const struct group *g, int i)
{
    struct trainer *t = g->t;
    const struct layer *l = &t->model->layers[i];
    int writes = l->variables && !l->sums && !l->kind->gradient;
    size_t at = l->variables ? l->variable[0].at : 0;
    if (writes) begin_range(g, at, layer_span(l));
    for (size_t k = 0, again = 0; k < t->group; k++) {
        struct microbatch *b = &t->at_work[k];
        float *dw = writes ? leaf_at(g, at) : NULL;
        b->c.again = (int)again;
        if (b->c.rows)
            model_layer_backward(t->model, b->pass, &b->c, i, input_of(b, i), dw), again = 1;
        else if (writes)
            layer_zero_gradients(l, dw);
        if (writes) layer_zero_gaps(l, dw), end_leaf(g);
    }
}

static void layer_sums(const struct group *g, int i)
{
    struct trainer *t = g->t;
    const struct layer *l = &t->model->layers[i];
    begin_range(g, l->variable[0].at, layer_span(l));
    for (size_t k = 0; k < t->group; k++) {
        struct microbatch *b = &t->at_work[k];
        float *dw = leaf_at(g, l->variable[0].at);
        model_gradient_sums(t->model, b->pass, &b->c, i, input_of(b, i), dw);
        layer_zero_gaps(l, dw);
        end_leaf(g);
    }
    if (is_shared(l)) exchange(t, i, 0);
}

static void layer_parts(const struct group *g, int i)
{
    struct trainer *t = g->t;
    const struct layer *l = &t->model->layers[i];
    struct part part;
    for (int p = 0; (part = l->kind->part(l, p)).count; p++) {
        size_t at = l->variable[0].at + part.first;
        begin_range(g, at, part.count);
        for (size_t k = 0; k < t->group; k++) {
            const struct microbatch *b = &t->at_work[k];
            float *dw = leaf_at(g, at);
            if (b->c.rows)
                model_layer_gradient(t->model, b->pass, &b->c, i, input_of(b, i), part, dw);
            else
                memset(dw, 0, part.count * sizeof *dw);
            end_leaf(g);
        }
    }
}

/* The L1 norm of the code joins once the decoder is through. */
static void add_l1(struct trainer *t)
{
    for (size_t k = 0; k < t->group; k++) {
        const struct microbatch *b = &t->at_work[k];
        loss_l1(b->pass->y[t->model->split - 1], b->c.rows * shape_size(t->model->code),
                (float)t->job.l1, b->pass->dcode);
    }
}

static void backward_all(const struct group *g)
{
    const struct model *m = g->t->model;
    for (int i = m->count - 1; i >= m->first_trained; i--) {
        const struct layer *l = &m->layers[i];
        if (i == m->split - 1 && g->t->job.l1 > 0) add_l1(g->t);
        if (l->sums) layer_sums(g, i);
        layer_backward(g, i);
        if (l->kind->gradient) layer_parts(g, i);
    }
}

/* Forward, losses added to s[group], backward. */
static void run_group(const struct group *g, struct sums *s)
{
    struct trainer *t = g->t;
    forward_all(t);
    for (size_t k = 0; k < t->group; k++)
        if (t->at_work[k].c.rows) compare(t, &t->at_work[k], &s[k]);
    backward_all(g);
}

static void run_together(struct trainer *t, size_t before, size_t after, struct sums *s)
{
    for (size_t k = 0; k < t->group; k++) {
        size_t rows;
        const uint32_t *row = shards_take(&t->train_shards, k, before, after, &rows);
        microbatch_begin(t, &t->at_work[k], &t->train, row, rows, PURPOSE_TRAIN);
    }
    run_group(&(struct group){t, NULL}, s);
}

/* to[n] += from[n] */
static void add(size_t n, const float *restrict from, float *restrict to)
{
    for (size_t i = 0; i < n; i++) to[i] += from[i];
}

/* Own shard i, strip after strip: its gradient is the sum of theirs, in their order. */
static void run_alone(struct trainer *t, size_t i, size_t before, size_t after, struct sums *s)
{
    float *sum = ordered_sum_leaf(t->gradient);
    size_t rows;
    const uint32_t *row = shards_take(&t->train_shards, i, before, after, &rows);
    size_t strips = strips_count(t->model, rows);
    for (size_t k = 0; k < strips; k++) {
        struct group g = {t, k ? t->strip : sum};
        microbatch_begin(t, t->at_work, &t->train, row + share_first(rows, k, strips),
                         share_count(rows, k, strips), PURPOSE_TRAIN);
        run_group(&g, s);
        if (k) add(t->model->size, t->strip, sum);
    }
    ordered_sum_add(t->gradient);
}

void microbatch_run(struct trainer *t, size_t before, size_t after, struct sums *s)
{
    size_t own = t->train_shards.own;
    memset(s, 0, own * sizeof *s);
    if (together(t)) {
        run_together(t, before, after, s);
        return;
    }
    ordered_sum_range(t->gradient, 0, t->model->size);
    for (size_t i = 0; i < own; i++) run_alone(t, i, before, after, &s[i]);
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
