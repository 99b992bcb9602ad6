#include "step/moments.h"

/* One rank has the whole. */
static int is_whole(const struct trainer *t)
{
    return t->w->size == 1;
}

enum status moments_whole(const struct trainer *t, struct optimizer *whole)
{
    *whole = t->optimizer;
    if (is_whole(t)) return ST_OK;
    for (int i = 0; i < whole->slots; i++) whole->slot[i] = NULL;
    enum status mine = ST_OK;
    if (t->w->rank == 0) mine = optimizer_allocate(whole, t->model->size);
    return world_agree(t->w, mine);
}

enum status moments_collect(const struct trainer *t, struct optimizer *whole)
{
    TRY(moments_whole(t, whole));
    for (int i = 0; !is_whole(t) && i < whole->slots; i++)
        allreduce_collect(t->gradient, t->optimizer.slot[i], whole->slot[i]);
    return ST_OK;
}

void moments_spread(struct trainer *t, const struct optimizer *whole)
{
    for (int i = 0; !is_whole(t) && i < whole->slots; i++)
        allreduce_spread(t->gradient, whole->slot[i], t->optimizer.slot[i]);
}

void moments_free(const struct trainer *t, struct optimizer *whole)
{
    if (!is_whole(t)) optimizer_free(whole);
}

size_t moments_bytes(const struct trainer *t)
{
    size_t floats = t->w->rank == 0 && !is_whole(t) ? t->model->size : 0;
    return floats * sizeof(float) * (size_t)t->optimizer.slots;
}
