#include "analysis/numbers/parameters.h"

size_t parameters_of(const struct layer *l)
{
    size_t count = 0;
    for (int k = 0; k < l->variables; k++) count += l->variable[k].count;
    return count;
}

size_t parameters_between(const struct model *m, int from, int to)
{
    size_t count = 0;
    for (int i = from; i < to; i++) count += parameters_of(&m->layers[i]);
    return count;
}

size_t parameters_fixed(const struct model *m)
{
    size_t count = 0;
    for (int i = 0; i < m->count; i++)
        for (int k = 0; k < m->layers[i].variables; k++)
            if (m->layers[i].variable[k].fixed) count += m->layers[i].variable[k].count;
    return count;
}
