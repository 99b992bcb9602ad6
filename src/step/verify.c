/* verify - all replicas are the same, or the run ends. */
#include "step/trainer.h"

#include "base/hash.h"

/* Over parameters and moments. */
static uint64_t hash_replica(const struct trainer *t)
{
    size_t bytes = t->model->size * sizeof *t->model->w;
    uint64_t hash = hash_bytes(t->model->w, bytes);
    for (int i = 0; i < t->optimizer.slots; i++)
        hash = hash_join(hash, hash_bytes(t->optimizer.slot[i], bytes));
    return hash;
}

static int count(const uint64_t *all, int size, uint64_t hash)
{
    int same = 0;
    for (int r = 0; r < size; r++) same += all[r] == hash;
    return same;
}

/* Every replica must have the hash that most have. */
static enum status compare(const struct trainer *t, const uint64_t *all)
{
    int size = t->w->size, right = 0;
    for (int r = 1; r < size; r++)
        if (count(all, size, all[r]) > count(all, size, all[right])) right = r;
    for (int r = 0; r < size; r++)
        if (all[r] != all[right])
            return FAIL(ST_INTERNAL,
                        "the replica of rank %d differs from that of rank %d after step %ld: a "
                        "machine or its memory is at fault; nothing is saved, go on from the "
                        "last checkpoint with --resume",
                        r, right, t->progress.at.total);
    return ST_OK;
}

enum status trainer_verify(struct trainer *t)
{
    uint64_t mine = hash_replica(t);
    world_gather_all(t->w, &mine, sizeof mine, t->hashes);
    return compare(t, t->hashes);
}
