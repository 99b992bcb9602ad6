#include "step/plan.h"

#include "base/size.h"
#include "net/activations.h"

#include <stdio.h>

enum {
    PIECE_BYTES = 3 << 20,  /* of activations: a share of the caches of one core */
    PIECE_GRADIENTS = 8,    /* the least number of gradients that are as large as a piece */
    GROUP_BYTES = 16 << 20, /* of activations: a share of a third-level cache */
    EVALUATION_ROWS = 256,
};

/* Bytes of a row forward and back; of many rows, because activations are rounded up. */
static size_t row_bytes(const struct model *m)
{
    enum { MANY = 64 };
    return activations_bytes(m, MANY, 1) / MANY;
}

/* The most rows of a piece; SIZE_MAX where a model is not cut. */
static size_t piece_rows(const struct model *m)
{
    size_t gradient = m->size * sizeof(float), rows = PIECE_BYTES / row_bytes(m);
    if (m->batch_layers || gradient * PIECE_GRADIENTS > PIECE_BYTES) return SIZE_MAX;
    return rows ? rows : 1;
}

static enum plan_kind choose(const struct model *m, size_t own, size_t rows)
{
    if (piece_rows(m) < rows) return PLAN_IN_PIECES;
    if (m->batch_layers || own == 1) return PLAN_TOGETHER;
    return own * activations_bytes(m, rows, 1) <= GROUP_BYTES ? PLAN_TOGETHER : PLAN_ONE_BY_ONE;
}

struct plan plan_make(const struct model *m, const struct shards *train,
                      const struct shards *test, size_t batch)
{
    size_t rows = shards_most(train, batch); /* that a shard gives to a step */
    enum plan_kind kind = choose(m, train->own, rows);
    return (struct plan){.kind = kind,
                         .group = kind == PLAN_TOGETHER ? train->own : 1,
                         .rows = kind == PLAN_IN_PIECES ? piece_rows(m) : rows,
                         .evaluation = plan_evaluation_rows(m, test)};
}

size_t plan_pieces(const struct plan *p, size_t rows)
{
    return rows <= p->rows ? 1 : (rows + p->rows - 1) / p->rows;
}

size_t plan_evaluation_rows(const struct model *m, const struct shards *s)
{
    size_t most = size_min(piece_rows(m), EVALUATION_ROWS);
    return size_min(most, shards_most(s, s->total));
}

void plan_describe(const struct plan *p, const struct shards *s, char *text, size_t n)
{
    const char *shards = s->own == 1 ? "shard" : "shards";
    if (p->kind == PLAN_TOGETHER)
        snprintf(text, n, "%zu %s together", s->own, shards);
    else if (p->kind == PLAN_ONE_BY_ONE)
        snprintf(text, n, "%zu shards one by one", s->own);
    else
        snprintf(text, n, "%zu %s in pieces of at most %zu rows", s->own, shards, p->rows);
}
