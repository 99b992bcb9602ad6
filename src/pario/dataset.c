#include "pario/dataset.h"

#include "base/file.h"
#include "comm/watchdog.h"
#include "store/h5.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 1 << 28 }; /* bytes that one call moves at most */

/* ---- looking: rank 0 ------------------------------------------------------------------ */

static void name_of(const struct dataset *d, const char *what, char name[64])
{
    snprintf(name, 64, "/%s/%s", d->split, what);
}

static enum status bad(const struct dataset *d, const char *what)
{
    return FAIL(ST_DATA, "%s: /%s/images %s; make the file with `hourglass import`", d->path,
                d->split, what);
}

/* Open the images and check that they are images. */
static enum status open_images(const struct dataset *d, const struct h5_file *f,
                               struct h5_array *a)
{
    char name[64];
    name_of(d, "images", name);
    TRY(h5_array_open(a, f, name));
    if (a->type != ARRAY_UINT8 && a->type != ARRAY_FLOAT)
        return bad(d, "holds neither uint8 nor float32");
    if (a->rank != 4) return bad(d, "does not have the shape [N, H, W, C]");
    return ST_OK;
}

/* Open the labels and check that there is one a row. */
static enum status open_labels(const struct dataset *d, const struct h5_file *f, size_t rows,
                               struct h5_array *a)
{
    char name[64];
    name_of(d, "labels", name);
    TRY(h5_array_open(a, f, name));
    return h5_array_expect(a, ARRAY_UINT8, 1, &rows);
}

static enum status take_facts(struct dataset *d, const struct h5_file *f)
{
    char images[64];
    double scale;
    name_of(d, "images", images);
    if (!h5_attribute_real(f, images, "scale", &scale) || !isfinite(scale) || scale == 0)
        return bad(d, "has no attribute scale, the value of one stored unit");
    d->samples.scale = (float)scale;
    h5_attribute_text(f, images, "sha256", d->sha256, sizeof d->sha256);
    if (!h5_attribute_text(f, "/", "name", d->name, sizeof d->name))
        snprintf(d->name, sizeof d->name, "unknown");
    return ST_OK;
}

static enum status look_inside(struct dataset *d, const struct h5_file *f, size_t limit)
{
    struct h5_array images = {.id = -1}, labels = {.id = -1};
    char name[64];
    enum status st;
    TRY_DONE(open_images(d, f, &images));
    d->samples.shape = (struct shape){images.dims[1], images.dims[2], images.dims[3]};
    d->total = limit && limit < images.dims[0] ? limit : images.dims[0];
    TRY_DONE(take_facts(d, f));
    name_of(d, "labels", name);
    if (h5_exists(f, name)) TRY_DONE(open_labels(d, f, images.dims[0], &labels));
done:
    h5_array_close(&labels);
    h5_array_close(&images);
    return st;
}

static enum status look(struct dataset *d, size_t limit)
{
    struct h5_file f;
    enum status st = h5_open(&f, d->path, H5P_DEFAULT);
    if (st == ST_NOINPUT)
        st = FAIL(
            st,
            "data set %s is not there or cannot be read: data/get-mnist.sh leaves MNIST in "
            "data/, hourglass import makes others, --file names one",
            d->path);
    if (st == ST_OK) st = look_inside(d, &f, limit);
    d->file_bytes = f.bytes;
    h5_close(&f);
    return st;
}

enum status dataset_open(struct dataset *d, struct world *w, const char *path,
                         const char *split, size_t limit)
{
    *d = (struct dataset){.samples.scale = 1};
    snprintf(d->path, sizeof d->path, "%s", path);
    snprintf(d->split, sizeof d->split, "%s", split);
    TRY(world_agree(w, w->rank == 0 ? look(d, limit) : ST_OK));
    world_broadcast(w, d, sizeof *d);
    return ST_OK;
}

/* ---- reading: every rank its rows ----------------------------------------------------- */

struct reading {
    struct dataset *d;
    struct world *w;
    hid_t transfer; /* collective */
    struct h5_file file;
    struct h5_array images, labels; /* labels.id < 0: there are none */
};

static enum status open_shared(struct reading *r)
{
    MPI_Comm comm;
    size_t bytes;
    /* A rank that cannot see the file, or sees another, must not leave the others alone in the
     * opening. */
    enum status mine = file_regular(r->d->path, &bytes);
    if (mine == ST_OK && bytes != r->d->file_bytes)
        mine = bad(r->d, "is another file on another host, or has changed");
    TRY(world_agree(r->w, mine));
    world_communicator(r->w, &comm, sizeof comm);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_mpio(access, comm, MPI_INFO_NULL);
    r->transfer = H5Pcreate(H5P_DATASET_XFER);
    H5Pset_dxpl_mpio(r->transfer, H5FD_MPIO_COLLECTIVE);
    mine = h5_open(&r->file, r->d->path, access);
    h5_drop(access);
    return world_agree(r->w, mine);
}

static void *rows_of(size_t rows, const struct h5_array *a)
{
    return malloc(rows * (a->count / a->dims[0]) * h5_type_bytes(a->type) + 1);
}

/* The same checks as rank 0's, on every rank: the file may have changed since. */
static enum status check_and_allocate(struct reading *r)
{
    struct dataset *d = r->d;
    char name[64];
    TRY(open_images(d, &r->file, &r->images));
    const size_t *dims = r->images.dims;
    struct shape found = {dims[1], dims[2], dims[3]};
    if (!shape_equal(found, d->samples.shape) || dims[0] < d->total ||
        d->samples.first > d->total || d->samples.rows > d->total - d->samples.first)
        return bad(d, "has changed since the run began");
    void *values = rows_of(d->samples.rows, &r->images);
    if (r->images.type == ARRAY_FLOAT)
        d->samples.values = values;
    else
        d->samples.bytes = values;
    name_of(d, "labels", name);
    if (h5_exists(&r->file, name)) {
        TRY(open_labels(d, &r->file, dims[0], &r->labels));
        d->samples.labels = rows_of(d->samples.rows, &r->labels);
    }
    if (!values || (r->labels.id >= 0 && !d->samples.labels))
        return FAIL(ST_NOMEM, "no memory for %zu rows of %s", d->samples.rows, d->path);
    return ST_OK;
}

/* This rank's rows of one array, in steps; every rank makes the same number of calls. */
static enum status read_rows(struct reading *r, const struct h5_array *a, void *out)
{
    const struct dataset *d = r->d;
    size_t bytes = a->count / a->dims[0] * h5_type_bytes(a->type);
    size_t step = bytes < PIECE ? PIECE / bytes : 1;
    size_t calls = world_most(r->w, (d->samples.rows + step - 1) / step);
    for (size_t i = 0; i < calls; i++) {
        size_t from = i * step < d->samples.rows ? i * step : d->samples.rows;
        size_t take = d->samples.rows - from < step ? d->samples.rows - from : step;
        void *to = (char *)out + from * bytes;
        watchdog_phase("reading the data set, row", (long)(d->samples.first + from));
        TRY(world_agree(r->w,
                        h5_array_read(a, d->samples.first + from, take, r->transfer, to)));
    }
    return ST_OK;
}

static enum status read_all(struct reading *r)
{
    struct dataset *d = r->d;
    TRY(open_shared(r));
    TRY(world_agree(r->w, check_and_allocate(r)));
    TRY(read_rows(r, &r->images,
                  d->samples.values ? (void *)d->samples.values : d->samples.bytes));
    if (r->labels.id >= 0) TRY(read_rows(r, &r->labels, d->samples.labels));
    return ST_OK;
}

enum status dataset_read(struct dataset *d, struct world *w, size_t first, size_t rows)
{
    struct reading r = {
        .d = d, .w = w, .transfer = -1, .file.id = -1, .images.id = -1, .labels.id = -1};
    d->samples.first = first, d->samples.rows = rows;
    enum status st = read_all(&r);
    if (st == ST_OK) { /* after a failure nothing touches the shared file again */
        h5_array_close(&r.labels);
        h5_array_close(&r.images);
        h5_close(&r.file);
    }
    h5_drop(r.transfer);
    if (st != ST_OK) dataset_free(d);
    return st;
}

void dataset_free(struct dataset *d)
{
    samples_free(&d->samples);
}
