#include "store/slabs.h"

#include "store/h5.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RANK = 4 };

/* The open file and the images in it. */
struct slabs_file {
    struct h5_file file;
    struct h5_array images;
};

static enum status bad(const struct slabs *s, const char *what)
{
    return FAIL(ST_DATA, "%s: /%s/images %s; make the file with `hourglass import`", s->path,
                s->split, what);
}

static enum status read_shape(struct slabs *s, const struct h5_array *a)
{
    if (a->type != ARRAY_UINT8 && a->type != ARRAY_FLOAT)
        return bad(s, "holds neither uint8 nor float32");
    if (a->rank != RANK) return bad(s, "does not have the shape [N, H, W, C]");
    if (a->count == 0) return bad(s, "is empty");
    s->total = a->dims[0];
    s->shape = (struct shape){a->dims[1], a->dims[2], a->dims[3]};
    return ST_OK;
}

static enum status read_scale(struct slabs *s, const struct h5_array *a)
{
    double scale;
    if (!h5_attribute_real(a->file, a->name, "scale", &scale) || !isfinite(scale))
        return bad(s, "has no attribute scale, a finite number");
    s->scale = (float)scale;
    return ST_OK;
}

static void read_name(struct slabs *s)
{
    if (!h5_attribute_text(&s->file->file, "/", "name", s->name, sizeof s->name))
        snprintf(s->name, sizeof s->name, "unknown");
}

enum status slabs_open(struct slabs *s, const char *path, const char *split)
{
    char images[64];
    *s = (struct slabs){0};
    snprintf(s->path, sizeof s->path, "%s", path);
    snprintf(s->split, sizeof s->split, "%s", split);
    snprintf(images, sizeof images, "/%s/images", s->split);
    s->file = calloc(1, sizeof *s->file);
    if (!s->file) return FAIL(ST_NOMEM, "no room to open %s", path);
    s->file->file.id = s->file->images.id = -1;
    TRY(h5_open(&s->file->file, path, H5P_DEFAULT));
    TRY(h5_array_open(&s->file->images, &s->file->file, images));
    TRY(read_shape(s, &s->file->images));
    TRY(read_scale(s, &s->file->images));
    read_name(s);
    return ST_OK;
}

void slabs_close(struct slabs *s)
{
    if (!s->file) return;
    h5_array_close(&s->file->images);
    h5_close(&s->file->file);
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
    const struct h5_array *a = &s->file->images;
    size_t n = rows * shape_size(s->shape);
    int bytes = a->type == ARRAY_UINT8;
    TRY(h5_array_read(a, first, rows, H5P_DEFAULT,
                      bytes ? (uint8_t *)out + 3 * n : (void *)out));
    if (bytes) spread(out, n);
    for (size_t i = 0; i < n; i++) out[i] *= s->scale;
    return ST_OK;
}
