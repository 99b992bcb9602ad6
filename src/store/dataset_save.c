#include "store/dataset_save.h"

#include "store/commit.h"
#include "store/h5.h"
#include "store/h5_write.h"

#include <stdio.h>
#include <stdlib.h>

static enum status write_images(hid_t file, const struct dataset_split *s)
{
    char name[64];
    struct array a = {.name = name,
                      .type = s->bytes ? ARRAY_UINT8 : ARRAY_FLOAT,
                      .rank = 4,
                      .dims = {s->rows, s->shape.h, s->shape.w, s->shape.c},
                      .labels = {"sample", "height", "width", "channel"},
                      .data = s->bytes ? (const void *)s->bytes : s->values,
                      .facts = {{"source", s->source}, {"sha256", s->sha256}}};
    snprintf(name, sizeof name, "/%s/images", s->name);
    TRY(h5_write_array(file, &a));
    return h5_write_real(file, name, "scale", s->scale);
}

static enum status write_labels(hid_t file, const struct dataset_split *s)
{
    char name[64];
    struct array a = {.name = name,
                      .type = ARRAY_UINT8,
                      .rank = 1,
                      .dims = {s->rows},
                      .labels = {"sample"},
                      .data = s->labels,
                      .facts = {{"source", s->source}, {"sha256", s->labels_sha256}}};
    snprintf(name, sizeof name, "/%s/labels", s->name);
    return h5_write_array(file, &a);
}

static enum status build(hid_t file, const char *name, const struct dataset_split *splits,
                         int count, const struct provenance *p)
{
    TRY(h5_write_fact(file, "/", "name", name));
    for (int i = 0; i < count; i++) {
        TRY(write_images(file, &splits[i]));
        if (splits[i].labels) TRY(write_labels(file, &splits[i]));
    }
    return h5_write_provenance(file, p);
}

enum status dataset_save(const char *folder, const char *file, const char *name,
                         const struct dataset_split *splits, int count,
                         const struct provenance *p)
{
    hid_t id = -1;
    void *bytes = NULL;
    size_t n;
    enum status st;
    TRY_DONE(h5_write_memory(&id, "data set"));
    TRY_DONE(build(id, name, splits, count, p));
    TRY_DONE(h5_write_bytes(id, 0, &bytes, &n));
    h5_drop(id), id = -1;
    TRY_DONE(commit_bytes(folder, file, bytes, n));
done:
    h5_drop(id);
    free(bytes);
    return st;
}
