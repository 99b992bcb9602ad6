#include "net/samples.h"

#include <stdlib.h>

void samples_free(struct samples *s)
{
    free(s->bytes);
    free(s->values);
    free(s->labels);
    s->bytes = NULL, s->values = NULL, s->labels = NULL;
}

void samples_gather(const struct samples *s, const uint32_t *row, size_t n, float *x)
{
    size_t width = shape_size(s->shape);
    float scale = s->scale;
    for (size_t i = 0; i < n; i++, x += width) {
        size_t at = (row[i] - s->first) * width;
        if (s->values)
            for (size_t k = 0; k < width; k++) x[k] = scale * s->values[at + k];
        else
            for (size_t k = 0; k < width; k++) x[k] = scale * (float)s->bytes[at + k];
    }
}
