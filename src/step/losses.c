#include "step/losses.h"

#include <math.h>

void losses_compare(struct losses *to, enum loss kind, const struct sweep *s, size_t k)
{
    const struct model *m = s->m;
    const struct batch *b = &s->batch[k];
    const struct activations *a = s->a[k];
    size_t last = (size_t)m->count - 1, code = (size_t)m->split - 1;
    struct loss_sums got =
        loss_compare(kind, a->y[last], b->x, b->rows, shape_size(m->input), a->dy[last]);
    to->rows += (double)b->rows;
    to->reconstruction += got.loss;
    to->squared += got.squared;
    to->kl += b->kl;
    to->l1 += loss_l1(a->y[code], b->rows * shape_size(m->code), 0, NULL);
    to->faults += !isfinite(to->reconstruction + to->kl + to->l1);
}

double losses_mean(const struct losses *s, double beta, double l1)
{
    return (s->reconstruction + beta * s->kl + l1 * s->l1) / s->rows;
}
