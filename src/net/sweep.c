#include "net/sweep.h"

#include "base/size.h"

#include <stdlib.h>
#include <string.h>

/* ---- memory ------------------------------------------------------------------------------ */

/* Numbers that describe one batch, over all layers. */
static size_t all_statistics(const struct model *m)
{
    size_t n = 0;
    for (int i = 0; i < m->count; i++) n += m->layers[i].statistics;
    return n;
}

size_t sweep_bytes(const struct model *m, size_t count, size_t max_rows, int with_gradients)
{
    return count * (activations_bytes(m, max_rows, with_gradients) +
                    2 * all_statistics(m) * sizeof(double));
}

static void cut_statistics(struct sweep *s)
{
    double *at = s->numbers;
    for (int i = 0; i < s->m->count; i++) {
        size_t n = s->count * s->m->layers[i].statistics;
        s->statistics[i] = at, at += n;
        s->gradient_statistics[i] = at, at += n;
    }
}

static enum status allocate(struct sweep *s, size_t max_rows, int with_gradients)
{
    size_t layers = (size_t)s->m->count;
    s->batch = calloc(s->count, sizeof *s->batch);
    s->a = calloc(s->count, sizeof *s->a);
    s->numbers = calloc(2 * s->count * all_statistics(s->m) + 1, sizeof *s->numbers);
    s->statistics = calloc(2 * layers, sizeof *s->statistics);
    if (!s->batch || !s->a || !s->numbers || !s->statistics)
        return FAIL(ST_NOMEM, "no memory for %zu batches", s->count);
    s->gradient_statistics = s->statistics + layers;
    cut_statistics(s);
    for (size_t k = 0; k < s->count; k++)
        TRY(activations_new(&s->a[k], s->m, max_rows, with_gradients));
    return ST_OK;
}

enum status sweep_new(struct sweep **out, struct model *m, size_t count, size_t max_rows,
                      int with_gradients)
{
    struct sweep *s = calloc(1, sizeof *s);
    if (!s) return FAIL(ST_NOMEM, "no memory for a sweep");
    *s = (struct sweep){.m = m, .count = count};
    enum status st = allocate(s, max_rows, with_gradients);
    if (st == ST_OK) *out = s, s = NULL; /* it is the caller's now */
    sweep_free(s);
    return st;
}

void sweep_free(struct sweep *s)
{
    if (!s) return;
    for (size_t k = 0; s->a && k < s->count; k++) activations_free(s->a[k]);
    free(s->a);
    free(s->batch);
    free(s->numbers);
    free(s->statistics);
    free(s);
}

/* ---- one call ---------------------------------------------------------------------------- */

static const float *input_of(const struct sweep *s, size_t k, int i)
{
    return i == s->batch[k].first ? s->batch[k].x : s->a[k]->y[i - 1];
}

/* Layer i on batch k; no layer before the first trained one needs a gradient. */
static struct layer_call call_of(const struct sweep *s, size_t k, int i)
{
    const struct activations *a = s->a[k];
    size_t at = k * s->m->layers[i].statistics;
    return (struct layer_call){
        .batch = &s->batch[k],
        .w = s->m->w,
        .x = input_of(s, k, i),
        .y = a->y[i],
        .dy = a->dy[i],
        .dx = i > s->m->first_trained ? a->dy[i - 1] : NULL,
        .kept = a->kept[i],
        .workspace = s->m->workspace,
        .statistics = s->statistics[i] + at,
        .gradient_statistics = s->gradient_statistics[i] + at,
        .kl = &s->batch[k].kl,
    };
}

static void add_statistics(const struct sweep *s, int i, double *numbers)
{
    const struct layer *l = &s->m->layers[i];
    if (s->hook.add && !l->alone) s->hook.add(s->hook.user, l->statistics, numbers);
}

/* ---- a few rows at a time ----------------------------------------------------------------
 *
 * Batch norm asks for all rows of all batches before it gives the first of them on, and what it
 * has read has left the cache by then.  So it goes together with the layer behind it, as the
 * layer before it goes with its numbers, a few rows at a time. */

/* The layer that is gone through together with layer i, itself or, where that is batch norm,
 * the next one in this direction; -1 where none before `end` takes rows. */
static int next_by_rows(const struct sweep *s, int i, int end, int direction)
{
    const struct layer *l = s->m->layers;
    if (l[i].statistics) i += direction;
    while (i != end && l[i].view) i += direction;
    return i != end && l[i].kind->by_rows && !l[i].statistics ? i : -1;
}

/* As many of `rows` as stay in the second-level cache with layers i to end, in equal shares. */
static size_t few_rows(const struct sweep *s, int i, int end, size_t rows)
{
    enum { CACHED = 1 << 18 };
    size_t floats = shape_size(s->m->layers[i].in);
    for (; i < end; i++) floats += shape_size(s->m->layers[i].out);
    size_t most = size_max(CACHED / floats, 1), shares = (rows + most - 1) / most;
    return shares ? (rows + shares - 1) / shares : 1;
}

/* Layer i on rows first to first + count of batch k, which become the batch *part. */
static struct layer_call rows_of(const struct sweep *s, size_t k, int i, size_t first,
                                 size_t count, struct batch *part)
{
    const struct layer *l = &s->m->layers[i];
    size_t in = first * shape_size(l->in), out = first * shape_size(l->out);
    struct layer_call c = call_of(s, k, i);
    *part = s->batch[k];
    part->rows = count;
    if (part->row) part->row += first;
    c.batch = part, c.more = first > 0;
    c.x += in, c.y += out, c.kept += first * l->kept;
    if (c.dy) c.dy += out;
    if (c.dx) c.dx += in;
    return c;
}

/* ---- forward ----------------------------------------------------------------------------- */

static void layer_statistics(struct sweep *s, int i)
{
    const struct layer *l = &s->m->layers[i];
    for (size_t k = 0; k < s->count; k++) {
        struct layer_call c = call_of(s, k, i);
        l->kind->statistics(l, &c);
    }
    add_statistics(s, i, s->statistics[i]);
}

/* A view's output is its input; where that is not in the activations it is copied there. */
static void view_forward(const struct layer *l, const struct layer_call *c)
{
    if (c->x != c->y) memcpy(c->y, c->x, c->batch->rows * shape_size(l->in) * sizeof *c->y);
}

/* Calls of layer i, from batch *k on, as many as go together; *k is the batch that follows. */
static size_t next_calls(const struct sweep *s, int i, size_t *k,
                         struct layer_call c[LAYER_TOGETHER])
{
    size_t count = 0;
    for (; *k < s->count && count < LAYER_TOGETHER; ++*k)
        if (s->batch[*k].rows) c[count++] = call_of(s, *k, i);
    return count;
}

static void forward_all(struct sweep *s, int i)
{
    struct layer_call c[LAYER_TOGETHER];
    for (size_t count, k = 0; (count = next_calls(s, i, &k, c)) > 0;)
        s->m->layers[i].kind->forward_all(&s->m->layers[i], c, count);
}

static void one_forward(const struct layer *l, const struct layer_call *c)
{
    if (l->view)
        view_forward(l, c);
    else
        l->kind->forward(l, c);
}

static void layer_forward(struct sweep *s, int i)
{
    for (size_t k = 0, called = 0; k < s->count; k++) {
        struct layer_call c = call_of(s, k, i);
        c.prepared = (int)called;
        if (!c.batch->rows) continue;
        one_forward(&s->m->layers[i], &c);
        called = 1;
    }
}

/* Layers i to end, a few rows at a time, and the statistics of layer `end` if it is asked. */
static void rows_forward(struct sweep *s, int i, int end, int count_end)
{
    const struct layer *l = s->m->layers;
    struct batch part;
    for (size_t k = 0; k < s->count; k++) {
        size_t rows = s->batch[k].rows, few = few_rows(s, i, end, rows), first = 0, count;
        do {
            count = size_min(few, rows - first);
            for (int j = i; j < end; j++) {
                struct layer_call c = rows_of(s, k, j, first, count, &part);
                one_forward(&l[j], &c);
            }
            if (count_end) {
                struct layer_call c = call_of(s, k, end);
                c.done = first, c.there = first + count;
                l[end].kind->statistics(&l[end], &c);
            }
        } while ((first += count) < rows);
    }
    if (count_end) add_statistics(s, end, s->statistics[end]);
}

static int is_described(const struct sweep *s, int i)
{
    return s->m->layers[i].statistics && s->batch[0].training;
}

void sweep_forward(struct sweep *s, int from, int to)
{
    int counted = -1; /* the layer whose statistics are there */
    for (int end, i = from; i < to; i = end) {
        int with = next_by_rows(s, i, to, 1);
        int count_end = with >= 0 && with + 1 < to && is_described(s, with + 1);
        end = i + 1;
        if (is_described(s, i) && counted != i) layer_statistics(s, i);
        if (with >= 0 && (is_described(s, i) || count_end))
            rows_forward(s, i, end = with + 1, count_end), counted = count_end ? end : -1;
        else if (s->m->layers[i].kind->forward_all)
            forward_all(s, i);
        else
            layer_forward(s, i);
    }
}

/* ---- backward ---------------------------------------------------------------------------- */

static void begin_range(const struct sink *sink, const struct layer *l, struct part p)
{
    sink->range(sink->user, l->variable[0].at + p.first, p.count);
}

/* Where the next batch's gradient alone is to be written. */
static float *next_leaf(const struct sink *sink)
{
    return sink->leaf(sink->user, 1).to;
}

/* The gradients of all of a layer's variables. */
static struct part whole(const struct layer *l)
{
    return (struct part){.count = layer_span(l), .batches = 1};
}

static void layer_gradient_statistics(struct sweep *s, int i, const struct sink *sink,
                                      int counted)
{
    const struct layer *l = &s->m->layers[i];
    begin_range(sink, l, whole(l));
    for (size_t k = 0; k < s->count; k++) {
        struct layer_call c = call_of(s, k, i);
        float *dw = next_leaf(sink);
        if (counted) c.done = c.there = c.batch->rows;
        l->kind->gradient_statistics(l, &c, dw);
        layer_zero_gaps(l, dw);
        sink->add(sink->user);
    }
    add_statistics(s, i, s->gradient_statistics[i]);
}

/* A layer without gradients, or one whose gradients come by other calls. */
static void input_backward(struct sweep *s, int i)
{
    const struct layer *l = &s->m->layers[i];
    for (size_t k = 0, called = 0; k < s->count; k++) {
        struct layer_call c = call_of(s, k, i);
        c.prepared = (int)called;
        if (!c.batch->rows || l->view) continue; /* a view's dx is its dy */
        l->kind->backward(l, &c, NULL);
        called = 1;
    }
}

static void backward_all(struct sweep *s, int i)
{
    struct layer_call c[LAYER_TOGETHER];
    for (size_t count, k = 0; (count = next_calls(s, i, &k, c)) > 0;)
        s->m->layers[i].kind->backward_all(&s->m->layers[i], c, count);
}

/* A layer whose gradients come with backward. */
static void layer_backward(struct sweep *s, int i, const struct sink *sink)
{
    const struct layer *l = &s->m->layers[i];
    begin_range(sink, l, whole(l));
    for (size_t k = 0, called = 0; k < s->count; k++) {
        struct layer_call c = call_of(s, k, i);
        float *dw = next_leaf(sink);
        c.prepared = (int)called;
        if (c.batch->rows)
            l->kind->backward(l, &c, dw), called = 1;
        else
            layer_zero_gradients(l, dw);
        layer_zero_gaps(l, dw);
        sink->add(sink->user);
    }
}

/* Layers i down to `last`, which alone has gradients in this pass, a few rows at a time; and
 * the gradient statistics of the one before if it is asked. */
static void rows_backward(struct sweep *s, int i, int last, int count_before,
                          const struct sink *sink)
{
    const struct layer *l = s->m->layers;
    struct batch part;
    begin_range(sink, &l[last], whole(&l[last]));
    for (size_t k = 0; k < s->count; k++) {
        float *dw = next_leaf(sink);
        size_t rows = s->batch[k].rows, few = few_rows(s, last, i + 1, rows), first = 0, count;
        do {
            count = size_min(few, rows - first);
            for (int j = i; j >= last; j--) {
                struct layer_call c = rows_of(s, k, j, first, count, &part);
                if (!l[j].view) l[j].kind->backward(&l[j], &c, j == last ? dw : NULL);
            }
            if (count_before) {
                struct layer_call c = call_of(s, k, last - 1);
                c.done = first, c.there = first + count;
                l[last - 1].kind->gradient_statistics(&l[last - 1], &c, NULL);
            }
        } while ((first += count) < rows);
        layer_zero_gaps(&l[last], dw);
        sink->add(sink->user);
    }
}

/* Part p of a layer's gradients, of as many batches at a time as the sink and the layer allow.
 */
static void layer_part(struct sweep *s, int i, struct part p, const struct sink *sink)
{
    const struct layer *l = &s->m->layers[i];
    struct layer_call c[LAYER_TOGETHER];
    begin_range(sink, l, p);
    for (size_t k = 0; k < s->count;) {
        struct sink_leaf leaf = sink->leaf(sink->user, size_min(p.batches, s->count - k));
        for (size_t b = 0; b < leaf.batches; b++) c[b] = call_of(s, k++, i);
        l->kind->gradient(l, c, leaf.batches, p, leaf.to);
        sink->add(sink->user);
    }
}

/* Its gradients a part at a time, for kinds that have parts. */
static void layer_parts(struct sweep *s, int i, const struct sink *sink)
{
    const struct layer *l = &s->m->layers[i];
    struct part p;
    for (int n = 0; (p = l->kind->part(l, n)).count; n++) layer_part(s, i, p, sink);
}

void sweep_backward(struct sweep *s, int from, int to, const struct sink *sink)
{
    int counted = -1; /* the layer whose gradient statistics are there */
    if (from < s->m->first_trained) from = s->m->first_trained;
    for (int next, i = to - 1; i >= from; i = next) {
        const struct layer *l = &s->m->layers[i];
        int with = next_by_rows(s, i, from - 1, -1);
        int count_before = with > from && s->m->layers[with - 1].statistics;
        next = i - 1;
        if (l->statistics) layer_gradient_statistics(s, i, sink, counted == i);
        if (with >= 0 && (l->statistics || count_before)) {
            rows_backward(s, i, with, count_before, sink);
            next = with - 1, counted = count_before ? with - 1 : -1;
            continue;
        }
        if (l->variables && !l->statistics && !l->kind->gradient)
            layer_backward(s, i, sink);
        else if (l->kind->backward_all)
            backward_all(s, i);
        else
            input_backward(s, i);
        if (l->kind->gradient) layer_parts(s, i, sink);
    }
}

/* ---- beside the walk --------------------------------------------------------------------- */

void sweep_update(struct sweep *s)
{
    for (int i = 0; i < s->m->count; i++) {
        const struct layer *l = &s->m->layers[i];
        if (!l->statistics) continue;
        if (l->alone && s->hook.add) s->hook.add(s->hook.user, l->statistics, s->statistics[i]);
        l->kind->update(l, s->m->w, s->statistics[i]);
    }
}

static size_t largest_part(const struct layer *l)
{
    size_t most = 0, count;
    if (!l->kind->gradient) return layer_span(l);
    for (int n = 0; (count = l->kind->part(l, n).count); n++)
        if (count > most) most = count;
    return most;
}

size_t sweep_range(const struct model *m)
{
    size_t most = 1;
    for (int i = 0; i < m->count; i++) {
        size_t part = largest_part(&m->layers[i]);
        if (part > most) most = part;
    }
    return most;
}
