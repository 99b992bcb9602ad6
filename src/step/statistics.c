#include "step/statistics.h"

#include <stdlib.h>
#include <string.h>

/* The most numbers that a layer wants. */
static size_t most_numbers(const struct model *m)
{
    size_t most = 0;
    for (int i = 0; i < m->count; i++)
        if (m->layers[i].statistics > most) most = m->layers[i].statistics;
    return most;
}

enum status statistics_init(struct statistics *s, struct world *w, const struct model *m,
                            size_t shards, size_t own)
{
    size_t most = most_numbers(m);
    *s = (struct statistics){.own = own};
    if (most == 0) return ST_OK;
    s->total = calloc(most, sizeof *s->total);
    TRY(world_agree(w, s->total ? ST_OK
                                : FAIL(ST_NOMEM, "no memory for the statistics of batches")));
    return shard_sum_new(&s->sum, w, shards, most);
}

void statistics_free(struct statistics *s)
{
    shard_sum_free(s->sum);
    free(s->total);
    *s = (struct statistics){0};
}

static void add_over_ranks(void *user, size_t n, double *numbers)
{
    struct statistics *s = user;
    shard_sum_run(s->sum, n, numbers, s->total);
    for (size_t k = 0; k < s->own; k++) memcpy(numbers + k * n, s->total, n * sizeof *numbers);
}

struct statistics_hook statistics_hook(struct statistics *s)
{
    return (struct statistics_hook){s, add_over_ranks};
}
