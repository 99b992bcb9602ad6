#include "step/replica.h"

#include "base/hash.h"

static int count(const uint64_t *hashes, int size, uint64_t hash)
{
    int same = 0;
    for (int r = 0; r < size; r++) same += hashes[r] == hash;
    return same;
}

/* Every replica must have the hash that most have. */
static enum status compare(const uint64_t *hashes, int size, long steps)
{
    int right = 0;
    for (int r = 1; r < size; r++)
        if (count(hashes, size, hashes[r]) > count(hashes, size, hashes[right])) right = r;
    for (int r = 0; r < size; r++)
        if (hashes[r] != hashes[right])
            return FAIL(ST_INTERNAL,
                        "the replica of rank %d differs from that of rank %d after step %ld: a "
                        "machine or its memory is at fault; nothing is saved, go on from the "
                        "last checkpoint with --resume",
                        r, right, steps);
    return ST_OK;
}

/* What this rank has seen of itself. */
static enum status look_back(const struct trainer *t, long steps)
{
    if (!t->damaged) return ST_OK;
    return FAIL(ST_INTERNAL,
                "the memory of rank %d is at fault: parameters or moments have changed by "
                "themselves before step %ld; nothing is saved, go on from the last checkpoint "
                "with --resume",
                t->w->rank, steps);
}

enum status replica_verify(struct trainer *t, long steps)
{
    const struct model *m = t->model;
    uint64_t mine = hash_bytes(m->w, m->size * sizeof *m->w);
    TRY(world_agree(t->w, look_back(t, steps)));
    world_gather_all(t->w, &mine, sizeof mine, t->hashes);
    return compare(t->hashes, t->w->size, steps);
}
