#include "step/replica.h"

#include "base/hash.h"

#include <stdlib.h>

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

/* Not all hashes are the same: who is alone with its own. */
static enum status find(struct world *w, uint64_t mine, long steps)
{
    uint64_t *hashes = malloc((size_t)w->size * sizeof *hashes);
    enum status st =
        hashes ? ST_OK : FAIL(ST_INTERNAL, "replicas differ after step %ld", steps);
    st = world_agree(w, st);
    if (st == ST_OK) {
        world_gather_all(w, &mine, sizeof mine, hashes);
        st = compare(hashes, w->size, steps);
    }
    free(hashes);
    return st;
}

enum status replica_verify(struct trainer *t, long steps)
{
    const struct model *m = t->model;
    uint64_t mine = hash_bytes(m->w, m->size * sizeof *m->w);
    TRY(world_agree(t->w, look_back(t, steps)));
    return world_equal(t->w, mine) ? ST_OK : find(t->w, mine, steps);
}
