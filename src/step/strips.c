#include "step/strips.h"

enum {
    STRIP_BYTES = 3 << 20, /* a share of the caches of one core */
    STRIP_GRADIENTS = 8,   /* the least number of gradients that are as large as a strip */
    EVALUATION_ROWS = 256,
};

/* Bytes of a row forward and back; of many rows, because what a pass has is rounded up. */
static size_t row_bytes(const struct model *m)
{
    enum { MANY = 64 };
    return pass_bytes(m, MANY, 1) / MANY + shape_size(m->input) * sizeof(float);
}

size_t strips_rows(const struct model *m)
{
    size_t gradient = m->size * sizeof(float), rows = STRIP_BYTES / row_bytes(m);
    if (m->batch_layers || gradient * STRIP_GRADIENTS > STRIP_BYTES) return SIZE_MAX;
    return rows ? rows : 1;
}

size_t strips_count(const struct model *m, size_t rows)
{
    size_t most = strips_rows(m);
    return rows <= most ? 1 : (rows + most - 1) / most;
}

size_t strips_evaluation_rows(const struct model *m)
{
    size_t most = strips_rows(m);
    return most < EVALUATION_ROWS ? most : EVALUATION_ROWS;
}
