#include "step/shards.h"

#include "base/random.h"
#include "base/share.h"

#include <stdlib.h>

/* First row of shard i, counted over the whole split. */
static size_t row_of(const struct shards *s, size_t shard)
{
    return share_first(s->total, shard, s->count);
}

static void in_data_set_order(struct shards *s)
{
    for (size_t i = 0; i < s->rows; i++) s->order[i] = (uint32_t)(s->first_row + i);
}

enum status shards_init(struct shards *s, size_t total, size_t count, int rank, int size,
                        const char *split)
{
    *s = (struct shards){.total = total, .count = count};
    if ((size_t)size > count)
        return FAIL(
            ST_SETTING,
            "%d ranks but only %zu shards: start at most %zu ranks, or set run.shards to "
            "%d or more (which changes the bits of the result)",
            size, count, count, size);
    if (count > total)
        return FAIL(ST_SETTING,
                    "split '%s' has %zu rows, too few for %zu shards: set run.shards", split,
                    total, count);
    if (total > UINT32_MAX) return FAIL(ST_SETTING, "split '%s' has over 2^32 rows", split);
    s->first = share_first(count, (size_t)rank, (size_t)size);
    s->own = share_count(count, (size_t)rank, (size_t)size);
    s->first_row = row_of(s, s->first);
    s->rows = row_of(s, s->first + s->own) - s->first_row;
    s->order = malloc(s->rows * sizeof *s->order);
    if (!s->order) return FAIL(ST_NOMEM, "no memory for the order of %zu rows", s->rows);
    in_data_set_order(s);
    return ST_OK;
}

void shards_free(struct shards *s)
{
    free(s->order);
    *s = (struct shards){0};
}

/* Fisher and Yates: from the end, swap with a random place at or before. */
static void shuffle(uint32_t *x, size_t n, struct random_name name)
{
    for (size_t i = n; i > 1; i--) {
        size_t k = (size_t)random_below(name, (uint32_t)i, i);
        uint32_t t = x[i - 1];
        x[i - 1] = x[k], x[k] = t;
    }
}

void shards_shuffle(struct shards *s, uint32_t seed, uint32_t epoch)
{
    in_data_set_order(s);
    for (size_t i = 0; i < s->own; i++) {
        size_t shard = s->first + i, begin = row_of(s, shard), end = row_of(s, shard + 1);
        shuffle(s->order + (begin - s->first_row), end - begin,
                (struct random_name){seed, PURPOSE_SHUFFLE, epoch, (uint32_t)shard, 0});
    }
}

const uint32_t *shards_take(const struct shards *s, size_t i, size_t before, size_t after,
                            size_t *n)
{
    size_t begin = row_of(s, s->first + i), rows = row_of(s, s->first + i + 1) - begin;
    size_t from = share_first(rows, before, s->total), to = share_first(rows, after, s->total);
    *n = to - from;
    return s->order + (begin - s->first_row) + from;
}

size_t shards_most(const struct shards *s, size_t batch)
{
    size_t rows = (s->total + s->count - 1) / s->count;
    if (batch > s->total) batch = s->total;
    size_t most = share_first(rows, batch, s->total) + 1;
    return most < rows ? most : rows;
}
