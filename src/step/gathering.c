#include "step/gathering.h"

#include "base/share.h"

#include <stdlib.h>

enum status gathering_init(struct gathering *g, const struct world *w, size_t shards)
{
    size_t ranks = (size_t)w->size, most = (shards + ranks - 1) / ranks;
    *g = (struct gathering){.shards = shards};
    g->bytes = sizeof *g->mine + most * sizeof *g->mine->shard;
    g->mine = calloc(1, g->bytes);
    g->all = calloc(ranks, g->bytes);
    return g->mine && g->all ? ST_OK : FAIL(ST_NOMEM, "no memory for what the ranks tell");
}

void gathering_free(struct gathering *g)
{
    free(g->mine);
    free(g->all);
    *g = (struct gathering){0};
}

static const struct gathering_part *part_of(const struct gathering *g, size_t rank)
{
    return (const struct gathering_part *)((const char *)g->all + rank * g->bytes);
}

struct decision gathering_exchange(struct gathering *g, struct world *w)
{
    size_t ranks = (size_t)w->size;
    world_gather_all(w, g->mine, g->bytes, g->all);
    struct decision d = {.checkpoint = part_of(g, 0)->wishes.checkpoint};
    for (size_t r = 0; r < ranks; r++) {
        const struct gathering_part *part = part_of(g, r);
        d.stop |= part->wishes.stop;
        d.faults += part->faults;
        for (size_t i = 0; i < share_count(g->shards, r, ranks); i++)
            losses_add(&d.losses, &part->shard[i]);
    }
    return d;
}
