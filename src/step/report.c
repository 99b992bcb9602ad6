#include "report.h"

#include "base/share.h"

size_t report_bytes(size_t shards, int ranks)
{
    size_t most = (shards + (size_t)ranks - 1) / (size_t)ranks;
    return sizeof(struct report) + most * sizeof(struct sums);
}

const struct report *report_of(const struct trainer *t, int r)
{
    return (const struct report *)((const char *)t->all + (size_t)r * t->report_bytes);
}

static void add(struct sums *to, const struct sums *from)
{
    to->rows += from->rows;
    to->reconstruction += from->reconstruction;
    to->kl += from->kl;
    to->l1 += from->l1;
    to->squared += from->squared;
    to->faults += from->faults;
}

struct sums report_exchange(struct trainer *t)
{
    struct sums total = {0};
    world_gather_all(t->w, t->mine, t->report_bytes, t->all);
    for (int r = 0; r < t->w->size; r++) {
        size_t own = share_count(t->train_shards.count, (size_t)r, (size_t)t->w->size);
        for (size_t i = 0; i < own; i++) add(&total, &report_of(t, r)->shard[i]);
    }
    return total;
}
