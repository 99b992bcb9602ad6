#include "store/results.h"

#include "store/h5.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct results_file {
    struct h5_file h5;
};

/* Open an array and check that it looks as it must. */
static enum status open_array(struct h5_array *a, const struct h5_file *f,
                              const struct array *layout)
{
    enum status st = h5_array_open(a, f, layout->name);
    return st == ST_OK ? h5_array_expect(a, layout->type, layout->rank, layout->dims) : st;
}

static enum status check_array(const struct h5_file *f, const struct array *layout)
{
    struct h5_array a;
    enum status st = open_array(&a, f, layout);
    h5_array_close(&a);
    return st;
}

/* Dimensions of an array of that rank. */
static enum status read_dims(const struct h5_file *f, const char *name, int rank, size_t *dims)
{
    struct h5_array a;
    enum status st = h5_array_open(&a, f, name);
    if (st == ST_OK && a.rank != rank)
        st = FAIL(ST_DATA, "%s: /%s has %d dimensions where %d are wanted", f->path, name,
                  a.rank, rank);
    if (st == ST_OK) memcpy(dims, a.dims, sizeof a.dims);
    h5_array_close(&a);
    return st;
}

/* Codes and reconstructions, which every file has, say the shapes of all. */
static enum status read_shapes(struct results *r, const struct h5_file *f)
{
    size_t codes[ARRAY_RANK] = {0}, images[ARRAY_RANK] = {0};
    TRY(read_dims(f, "codes", 2, codes));
    TRY(read_dims(f, "reconstructions", 4, images));
    r->total = codes[0], r->code = codes[1];
    r->image = (struct shape){images[1], images[2], images[3]};
    return ST_OK;
}

static enum status check_all(struct results *r, const struct h5_file *f)
{
    TRY(read_shapes(r, f));
    for (int i = 0; i < RESULTS_ARRAYS; i++) {
        struct array layout =
            results_array_layout((enum results_array)i, r->total, r->code, r->image);
        r->has[i] = h5_exists(f, layout.name);
        if (r->has[i]) TRY(check_array(f, &layout));
    }
    struct array layout = results_array_labels(r->total);
    r->has_labels = h5_exists(f, layout.name);
    return r->has_labels ? check_array(f, &layout) : ST_OK;
}

enum status results_open(struct results *r, const char *path)
{
    *r = (struct results){.file = calloc(1, sizeof *r->file)};
    snprintf(r->path, sizeof r->path, "%s", path);
    if (!r->file) return FAIL(ST_NOMEM, "no memory to open %s", path);
    enum status st = h5_open(&r->file->h5, path);
    if (st == ST_OK) st = check_all(r, &r->file->h5);
    if (st != ST_OK) results_close(r);
    return st;
}

void results_close(struct results *r)
{
    if (!r->file) return;
    h5_close(&r->file->h5);
    free(r->file);
    r->file = NULL;
}

static enum status read_rows(const struct results *r, const struct array *layout, size_t first,
                             size_t rows, void *out)
{
    struct h5_array a;
    enum status st = open_array(&a, &r->file->h5, layout);
    if (st == ST_OK) st = h5_array_read(&a, first, rows, H5P_DEFAULT, out);
    h5_array_close(&a);
    return st;
}

enum status results_read(const struct results *r, enum results_array a, size_t first,
                         size_t rows, float *out)
{
    struct array layout = results_array_layout(a, r->total, r->code, r->image);
    return read_rows(r, &layout, first, rows, out);
}

enum status results_read_labels(const struct results *r, size_t first, size_t rows,
                                uint8_t *out)
{
    struct array layout = results_array_labels(r->total);
    return read_rows(r, &layout, first, rows, out);
}

void results_provenance(const struct results *r, const char *name, char *text, size_t n)
{
    const struct h5_file *f = &r->file->h5;
    char path[128], *whole = NULL;
    if (h5_attribute_text(f, "/provenance", name, text, n)) return;
    snprintf(path, sizeof path, "/provenance/%s", name);
    if (h5_exists(f, path) && h5_text(f, path, &whole) == ST_OK) snprintf(text, n, "%s", whole);
    free(whole);
}
