/* pass - the memory of one microbatch: one block, cut at build time. */
#include "net/model.h"

#include <stdlib.h>

enum { ALIGN = 16 /* floats: 64 bytes */ };

static size_t piece(size_t rows, size_t width)
{
    return (rows * width + ALIGN - 1) / ALIGN * ALIGN;
}

/* Whether y and dy of a layer are those of the layer before. */
static int is_shared(const struct layer *l)
{
    return l->view && l->index > 0;
}

/* Floats that one layer takes. */
static size_t layer_floats(const struct layer *l, size_t max_rows, int with_gradients)
{
    size_t y = is_shared(l) ? 0 : piece(max_rows, shape_size(l->out));
    return y + piece(max_rows, l->scratch) + (with_gradients ? y : 0);
}

static size_t all_floats(const struct model *m, size_t max_rows, int with_gradients)
{
    size_t sum = 0;
    for (int i = 0; i < m->count; i++)
        sum += layer_floats(&m->layers[i], max_rows, with_gradients);
    return sum;
}

size_t pass_bytes(const struct model *m, size_t max_rows, int with_gradients)
{
    return all_floats(m, max_rows, with_gradients) * sizeof(float);
}

static void cut(struct pass *p, int with_gradients)
{
    float *at = p->memory;
    for (int i = 0; i < p->m->count; i++) {
        const struct layer *l = &p->m->layers[i];
        size_t y = is_shared(l) ? 0 : piece(p->max_rows, shape_size(l->out));
        p->y[i] = y ? at : p->y[i - 1], at += y;
        p->scratch[i] = at, at += piece(p->max_rows, l->scratch);
        if (with_gradients) p->dy[i] = y ? at : p->dy[i - 1], at += y;
    }
    p->dcode = p->dy[p->m->split - 1];
}

/* Numbers that describe a batch, over all layers. */
static size_t all_sums(const struct model *m)
{
    size_t n = 0;
    for (int i = 0; i < m->count; i++) n += m->layers[i].sums;
    return n;
}

static void cut_sums(struct pass *p)
{
    double *at = p->numbers;
    for (int i = 0; i < p->m->count; i++) {
        size_t n = p->m->layers[i].sums;
        p->sums[i] = at, at += n;
        p->dsums[i] = at, at += n;
    }
}

enum status pass_new(struct pass **out, const struct model *m, size_t max_rows,
                     int with_gradients)
{
    struct pass *p = calloc(1, sizeof *p);
    if (!p) return FAIL(ST_NOMEM, "no memory for a pass");
    size_t bytes = pass_bytes(m, max_rows, with_gradients);
    *p = (struct pass){.m = m, .max_rows = max_rows};
    p->memory = aligned_alloc(64, bytes ? bytes : 64);
    p->y = calloc((size_t)m->count * 3, sizeof *p->y);
    p->sums = calloc((size_t)m->count * 2, sizeof *p->sums);
    p->numbers = calloc(2 * all_sums(m) + 1, sizeof *p->numbers);
    if (!p->memory || !p->y || !p->sums || !p->numbers) {
        pass_free(p);
        return FAIL(ST_NOMEM, "no memory for %zu rows of activations (%zu bytes)", max_rows,
                    bytes);
    }
    p->dy = p->y + m->count;
    p->scratch = p->dy + m->count;
    p->dsums = p->sums + m->count;
    cut(p, with_gradients);
    cut_sums(p);
    *out = p;
    return ST_OK;
}

void pass_free(struct pass *p)
{
    if (!p) return;
    free(p->memory);
    free(p->y);
    free(p->sums);
    free(p->numbers);
    free(p);
}
