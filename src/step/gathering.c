#include "step/gathering.h"

#include <stdlib.h>
#include <string.h>

enum { NUMBERS = sizeof(struct gathering_numbers) / sizeof(double) };

enum status gathering_init(struct gathering *g, struct world *w, size_t shards, size_t own)
{
    *g = (struct gathering){.shard = calloc(own, sizeof *g->shard), .own = own};
    g->is_first = w->rank == 0;
    TRY(world_agree(w, g->shard ? ST_OK : FAIL(ST_NOMEM, "no memory for what the ranks tell")));
    return shard_sum_new(&g->sum, w, shards, NUMBERS);
}

void gathering_free(struct gathering *g)
{
    shard_sum_free(g->sum);
    free(g->shard);
    *g = (struct gathering){0};
}

struct decision gathering_exchange(struct gathering *g, const struct gathering_rank *mine)
{
    struct gathering_numbers *first = &g->shard[0], sum;
    first->stop = mine->wishes.stop;
    first->checkpoint = mine->wishes.checkpoint && g->is_first;
    first->faults = mine->faults, first->damaged = mine->damaged;
    shard_sum_run(g->sum, NUMBERS, (double *)g->shard, (double *)&sum);
    memset(g->shard, 0, g->own * sizeof *g->shard);
    return (struct decision){.stop = sum.stop > 0,
                             .checkpoint = sum.checkpoint > 0,
                             .faults = (int)sum.faults,
                             .damaged = (int)sum.damaged,
                             .losses = sum.losses};
}
