#include "store/dataset_layout.h"

#include <math.h>
#include <stdio.h>

enum { RANK = 4 };

void dataset_layout_path(const char *split, const char *array, char path[64])
{
    snprintf(path, 64, "/%s/%s", split, array);
}

static enum status bad(const struct h5_array *a, const char *what)
{
    return FAIL(ST_DATA, "%s: %s %s; make the file with `hourglass import`", a->file->path,
                a->name, what);
}

static enum status open_images(struct dataset_layout *l, const struct h5_file *f,
                               const char *split)
{
    char path[64];
    struct h5_array *a = &l->images;
    dataset_layout_path(split, "images", path);
    TRY(h5_array_open(a, f, path));
    if (a->type != ARRAY_UINT8 && a->type != ARRAY_FLOAT)
        return bad(a, "holds neither uint8 nor float32");
    if (a->rank != RANK) return bad(a, "does not have the shape [N, H, W, C]");
    l->total = a->dims[0];
    l->shape = (struct shape){a->dims[1], a->dims[2], a->dims[3]};
    return ST_OK;
}

/* One label a row. */
static enum status open_labels(struct dataset_layout *l, const struct h5_file *f,
                               const char *split)
{
    char path[64];
    dataset_layout_path(split, "labels", path);
    if (!h5_exists(f, path)) return ST_OK;
    TRY(h5_array_open(&l->labels, f, path));
    return h5_array_expect(&l->labels, ARRAY_UINT8, 1, &l->total);
}

static enum status read_attributes(struct dataset_layout *l, const struct h5_file *f)
{
    double scale = 0;
    int there = h5_attribute_real(f, l->images.name, "scale", &scale);
    l->scale = (float)scale;
    if (!there || !isfinite(l->scale) || l->scale == 0)
        return bad(&l->images, "has no attribute scale, the value of one stored unit: a finite "
                               "float32 other than 0");
    h5_attribute_text(f, l->images.name, "sha256", l->sha256, sizeof l->sha256);
    if (!h5_attribute_text(f, "/", "name", l->name, sizeof l->name))
        snprintf(l->name, sizeof l->name, "unknown");
    return ST_OK;
}

enum status dataset_layout_open(struct dataset_layout *l, const struct h5_file *f,
                                const char *split)
{
    *l = (struct dataset_layout){.images.id = -1, .labels = {.id = -1, .block = 1}};
    TRY(open_images(l, f, split));
    TRY(open_labels(l, f, split));
    return read_attributes(l, f);
}

void dataset_layout_close(struct dataset_layout *l)
{
    h5_array_close(&l->labels);
    h5_array_close(&l->images);
}
