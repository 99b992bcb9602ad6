#include "pario/dataset.h"

#include "comm/watchdog.h"
#include "comm/world_mpi.h"
#include "piece.h"
#include "store/dataset_layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- looking: rank 0 ------------------------------------------------------------------ */

static enum status look_inside(struct dataset *d, const struct h5_file *f, size_t limit)
{
    struct dataset_layout l;
    enum status st = dataset_layout_open(&l, f, d->split);
    d->total = limit && limit < l.total ? limit : l.total;
    d->samples.shape = l.shape, d->samples.scale = l.scale;
    memcpy(d->name, l.name, sizeof d->name);
    memcpy(d->sha256, l.sha256, sizeof d->sha256);
    dataset_layout_close(&l);
    return st;
}

static enum status look(struct dataset *d, size_t limit)
{
    struct h5_file f;
    enum status st = h5_open(&f, d->path, H5P_DEFAULT);
    if (st == ST_NOINPUT)
        st = FAIL(st,
                  "data set %s is not there or cannot be read: get-mnist.sh leaves MNIST in "
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
    struct dataset_layout layout;
};

static enum status other_file(const struct dataset *d, const char *what)
{
    return FAIL(ST_DATA, "%s: /%s/images %s", d->path, d->split, what);
}

static enum status open_shared(struct reading *r)
{
    /* A rank that cannot see the file, or sees another, must not leave the others alone in the
     * opening. */
    enum status mine = h5_check(&r->file, r->d->path);
    if (mine == ST_OK && r->file.bytes != r->d->file_bytes)
        mine = other_file(r->d, "is another file on another host, or has changed");
    TRY(world_agree(r->w, mine));
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_mpio(access, r->w->mpi->comm, MPI_INFO_NULL);
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
    struct dataset_layout *l = &r->layout;
    TRY(dataset_layout_open(l, &r->file, d->split));
    if (!shape_equal(l->shape, d->samples.shape) || l->total < d->total ||
        d->samples.first > d->total || d->samples.rows > d->total - d->samples.first)
        return other_file(d, "has changed since the run began");
    void *values = rows_of(d->samples.rows, &l->images);
    if (l->images.type == ARRAY_FLOAT)
        d->samples.values = values;
    else
        d->samples.bytes = values;
    if (l->labels.id >= 0) d->samples.labels = rows_of(d->samples.rows, &l->labels);
    if (!values || (l->labels.id >= 0 && !d->samples.labels))
        return FAIL(ST_NOMEM, "no memory for %zu rows of %s", d->samples.rows, d->path);
    return ST_OK;
}

/* This rank's rows of one array, in steps; every rank makes the same number of calls. */
static enum status read_rows(struct reading *r, const struct h5_array *a, void *out)
{
    const struct dataset *d = r->d;
    size_t bytes = a->count / a->dims[0] * h5_type_bytes(a->type);
    size_t step = piece_rows(bytes);
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
    TRY(read_rows(r, &r->layout.images,
                  d->samples.values ? (void *)d->samples.values : d->samples.bytes));
    if (r->layout.labels.id >= 0) TRY(read_rows(r, &r->layout.labels, d->samples.labels));
    return ST_OK;
}

enum status dataset_read(struct dataset *d, struct world *w, size_t first, size_t rows)
{
    struct reading r = {.d = d, .w = w, .transfer = -1, .file.id = -1};
    d->samples.first = first, d->samples.rows = rows;
    enum status st = read_all(&r);
    if (st == ST_OK) { /* after a failure nothing touches the shared file again */
        dataset_layout_close(&r.layout);
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
