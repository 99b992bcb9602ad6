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

enum status replica_verify(struct world *w, const struct model *m, uint64_t *hashes, long steps)
{
    uint64_t mine = hash_bytes(m->w, m->size * sizeof *m->w);
    world_gather_all(w, &mine, sizeof mine, hashes);
    return compare(hashes, w->size, steps);
}
