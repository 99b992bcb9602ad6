/* gcc: -fno-thread-jumps keeps the sigmoid's two comparisons two selections, as a vector loop
 * wants them. */
#include "net/code.h"

#include "base/fmath.h"

#include <string.h>

void code_image(const struct model *m, const float *y, float *image, size_t rows)
{
    size_t n = rows * shape_size(m->input);
    if (!m->logits)
        memcpy(image, y, n * sizeof *image);
    else
        for (size_t i = 0; i < n; i++) image[i] = fm_sigmoid(y[i]);
}

void code_encode(struct sweep *s, float *codes, float *log_variance)
{
    int last = s->m->split - 1;
    size_t rows = s->batch->rows, n = rows * shape_size(s->m->code);
    s->batch->sample = 0;
    sweep_forward(s, 0, s->m->split);
    memcpy(codes, s->a[0]->y[last], n * sizeof *codes);
    if (!log_variance) return;
    const struct layer_kind *kind = s->m->layers[last].kind;
    memcpy(log_variance, kind->log_variance(s->a[0]->kept[last], n), n * sizeof *codes);
}

void code_decode(struct sweep *s, const float *codes, float *image, size_t rows)
{
    int split = s->m->split, last = s->m->count - 1;
    *s->batch = (struct batch){.rows = rows, .x = codes, .first = split};
    sweep_forward(s, split, s->m->count);
    code_image(s->m, s->a[0]->y[last], image, rows);
}
