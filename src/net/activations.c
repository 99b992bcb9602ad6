#include "net/activations.h"

#include "base/memory.h"

#include <stdlib.h>

enum { ALIGN = 16 /* floats: 64 bytes */ };

static size_t piece(size_t rows, size_t width)
{
    return (rows * width + ALIGN - 1) / ALIGN * ALIGN;
}

/* Whether y and dy of a layer are those of the layer before. */
static int is_borrowed(const struct layer *l)
{
    return l->view && l->index > 0;
}

/* Whether dx takes the place of dy. */
static int is_in_place(const struct layer *l)
{
    return is_borrowed(l) || (l->kind->in_place && l->index > 0);
}

/* Floats of y, and of dy. */
static size_t y_floats(const struct layer *l, size_t max_rows)
{
    return is_borrowed(l) ? 0 : piece(max_rows, shape_size(l->out));
}

static size_t dy_floats(const struct layer *l, size_t max_rows)
{
    return is_in_place(l) ? 0 : piece(max_rows, shape_size(l->out));
}

/* Floats that one layer takes. */
static size_t layer_floats(const struct layer *l, size_t max_rows, int with_gradients)
{
    return y_floats(l, max_rows) + piece(max_rows, l->kept) +
           (with_gradients ? dy_floats(l, max_rows) : 0);
}

static size_t all_floats(const struct model *m, size_t max_rows, int with_gradients)
{
    size_t image = piece(max_rows, shape_size(m->input));
    size_t sum = with_gradients ? image : 2 * image;
    for (int i = 0; i < m->count; i++)
        sum += layer_floats(&m->layers[i], max_rows, with_gradients);
    return sum;
}

size_t activations_bytes(const struct model *m, size_t max_rows, int with_gradients)
{
    return all_floats(m, max_rows, with_gradients) * sizeof(float);
}

static void cut(struct activations *a, const struct model *m, int with_gradients)
{
    float *at = a->memory;
    for (int i = 0; i < m->count; i++) {
        const struct layer *l = &m->layers[i];
        size_t y = y_floats(l, a->max_rows), dy = dy_floats(l, a->max_rows);
        a->y[i] = y ? at : a->y[i - 1], at += y;
        a->kept[i] = at, at += piece(a->max_rows, l->kept);
        if (with_gradients) a->dy[i] = dy ? at : a->dy[i - 1], at += dy;
    }
    a->x = at, at += piece(a->max_rows, shape_size(m->input));
    if (!with_gradients) a->dy[m->count - 1] = at;
}

enum status activations_new(struct activations **out, const struct model *m, size_t max_rows,
                            int with_gradients)
{
    size_t bytes = activations_bytes(m, max_rows, with_gradients), layers = (size_t)m->count;
    struct activations *a = calloc(1, sizeof *a);
    if (!a) return FAIL(ST_NOMEM, "no memory for activations");
    *a = (struct activations){.max_rows = max_rows};
    /* Without them most often fewer rows come than there is room for. */
    a->memory = with_gradients ? memory_array(bytes) : aligned_alloc(64, bytes ? bytes : 64);
    a->y = calloc(3 * layers, sizeof *a->y);
    if (!a->memory || !a->y) {
        activations_free(a);
        return FAIL(ST_NOMEM, "no memory for %zu rows of activations (%zu bytes)", max_rows,
                    bytes);
    }
    a->dy = a->y + layers;
    a->kept = a->dy + layers;
    cut(a, m, with_gradients);
    *out = a;
    return ST_OK;
}

void activations_free(struct activations *a)
{
    if (!a) return;
    free(a->memory);
    free(a->y);
    free(a);
}
