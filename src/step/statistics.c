#include "step/statistics.h"

#include "base/share.h"

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

/* The most shards that a rank owns. */
static size_t most_own(const struct statistics *s)
{
    size_t ranks = (size_t)s->w->size;
    return (s->shards + ranks - 1) / ranks;
}

enum status statistics_init(struct statistics *s, struct world *w, const struct model *m,
                            size_t shards, size_t own)
{
    *s = (struct statistics){.w = w, .shards = shards, .own = own};
    size_t block = most_own(s) * most_numbers(m), blocks = 1 + (size_t)w->size;
    s->numbers = calloc(blocks * block + 1, sizeof *s->numbers);
    return s->numbers ? ST_OK : FAIL(ST_NOMEM, "no memory for the statistics of batches");
}

void statistics_free(struct statistics *s)
{
    free(s->numbers);
    *s = (struct statistics){0};
}

/* to[n] += from[n] */
static void add(size_t n, const double *from, double *to)
{
    for (size_t i = 0; i < n; i++) to[i] += from[i];
}

static void add_over_ranks(void *user, size_t n, double *numbers)
{
    struct statistics *s = user;
    size_t ranks = (size_t)s->w->size, block = most_own(s) * n;
    double *mine = s->numbers, *all = mine + block, *total = mine;
    memcpy(mine, numbers, s->own * n * sizeof *mine);
    world_gather_all(s->w, mine, block * sizeof *mine, all);
    memset(total, 0, n * sizeof *total);
    for (size_t r = 0; r < ranks; r++)
        for (size_t k = 0; k < share_count(s->shards, r, ranks); k++)
            add(n, all + r * block + k * n, total);
    for (size_t k = 0; k < s->own; k++) memcpy(numbers + k * n, total, n * sizeof *total);
}

struct statistics_hook statistics_hook(struct statistics *s)
{
    return (struct statistics_hook){s, add_over_ranks};
}
