#include "store/slabs.h"

#include "store/dataset_layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The open file and the arrays of the split. */
struct slabs_file {
    struct h5_file h5;
    struct dataset_layout layout;
};

enum status slabs_open(struct slabs *s, const char *path, const char *split)
{
    *s = (struct slabs){0};
    snprintf(s->path, sizeof s->path, "%s", path);
    snprintf(s->split, sizeof s->split, "%s", split);
    s->file = calloc(1, sizeof *s->file);
    if (!s->file) return FAIL(ST_NOMEM, "no memory to open %s", path);
    struct dataset_layout *l = &s->file->layout;
    l->images.id = l->labels.id = -1;
    TRY(h5_open(&s->file->h5, path));
    TRY(dataset_layout_open(l, &s->file->h5, s->split));
    s->total = l->total, s->shape = l->shape, s->scale = l->scale;
    memcpy(s->name, l->name, sizeof s->name);
    return ST_OK;
}

void slabs_close(struct slabs *s)
{
    if (!s->file) return;
    dataset_layout_close(&s->file->layout);
    h5_close(&s->file->h5);
    free(s->file);
    s->file = NULL;
}

/* Bytes become floats in place: they lie in the last quarter of out[n], and each is read
 * before a float is written over it. */
static void spread(float *out, size_t n)
{
    const uint8_t *bytes = (const uint8_t *)out + 3 * n;
    for (size_t i = 0; i < n; i++) out[i] = (float)bytes[i];
}

enum status slabs_read(const struct slabs *s, size_t first, size_t rows, float *out)
{
    const struct h5_array *a = &s->file->layout.images;
    size_t n = rows * shape_size(s->shape);
    int bytes = a->type == ARRAY_UINT8;
    TRY(h5_array_read(a, first, rows, H5P_DEFAULT,
                      bytes ? (uint8_t *)out + 3 * n : (void *)out));
    if (bytes) spread(out, n);
    for (size_t i = 0; i < n; i++) out[i] *= s->scale;
    return ST_OK;
}
