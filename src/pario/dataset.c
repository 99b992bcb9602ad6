#include "pario/dataset.h"

#include "base/file.h"
#include "base/pulse.h"
#include "base/size.h"
#include "comm/rows.h"
#include "comm/watchdog.h"
#include "piece.h"
#include "store/dataset_layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- looking: rank 0 ------------------------------------------------------------------ */

static struct dataset_array array_of(const struct h5_array *a)
{
    if (a->id < 0) return (struct dataset_array){.block = a->block};
    size_t row = a->count / a->dims[0] * h5_type_bytes(a->type);
    return (struct dataset_array){row, a->block, a->at};
}

static enum status look_inside(struct dataset *d, const struct h5_file *f, size_t limit)
{
    struct dataset_layout l;
    enum status st = dataset_layout_open(&l, f, d->split);
    d->total = limit && limit < l.total ? limit : l.total;
    d->samples.shape = l.shape, d->samples.scale = l.scale;
    d->holds_floats = l.images.type == ARRAY_FLOAT;
    if (st == ST_OK) d->images = array_of(&l.images), d->labels = array_of(&l.labels);
    memcpy(d->name, l.name, sizeof d->name);
    memcpy(d->sha256, l.sha256, sizeof d->sha256);
    dataset_layout_close(&l);
    return st;
}

static enum status look(struct dataset *d, size_t limit)
{
    struct h5_file f;
    enum status st = h5_open(&f, d->path);
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

static enum status other_file(const struct dataset *d, const char *what)
{
    return FAIL(ST_DATA, "%s: /%s/images %s", d->path, d->split, what);
}

/* The file that rank 0 has seen is here, and has the rows. */
static enum status check(const struct dataset *d)
{
    const struct samples *s = &d->samples;
    size_t bytes;
    TRY(file_regular(d->path, &bytes));
    if (bytes != d->file_bytes)
        return other_file(d, "is another file on another host, or has changed");
    if (s->first > d->total || s->rows > d->total - s->first)
        return other_file(d, "has changed since the run began");
    return ST_OK;
}

static struct rows rows_of(const struct dataset *d, const struct dataset_array *a)
{
    const struct samples *s = &d->samples;
    return (struct rows){s->first, s->first + s->rows, a->block, d->total};
}

/* NULL without memory, or where there is no such array. */
static void *room_for(const struct dataset *d, const struct dataset_array *a)
{
    const struct rows rows = rows_of(d, a);
    return a->row ? malloc(rows_held(&rows) * a->row + 1) : NULL;
}

static void *images_of(const struct samples *s)
{
    return s->values ? (void *)s->values : s->bytes;
}

static enum status check_and_allocate(struct dataset *d)
{
    struct samples *s = &d->samples;
    TRY(check(d));
    if (d->holds_floats)
        s->values = room_for(d, &d->images);
    else
        s->bytes = room_for(d, &d->images);
    s->labels = room_for(d, &d->labels);
    if (!images_of(s) || (d->labels.row && !s->labels))
        return FAIL(ST_NOMEM, "no memory for %zu rows of %s", s->rows, d->path);
    return ST_OK;
}

/* Rows that lie one behind the other. */
static enum status read_plain(const struct dataset *d, const struct dataset_array *a, FILE *f,
                              void *out)
{
    const struct samples *s = &d->samples;
    return file_read(f, d->path, a->at + s->first * a->row, s->rows * a->row, out);
}

/* Chunks: as many at a time as come to no more than a piece, one at least. */
static enum status read_chunks(const struct h5_array *a, const struct rows *rows, size_t row,
                               char *out)
{
    size_t step = size_max(piece_rows(row) / a->block, 1) * a->block, end = rows_to(rows);
    for (size_t at = rows_from(rows); at < end; at += step) {
        TRY(h5_array_read(a, at, size_min(step, end - at), H5P_DEFAULT,
                          out + (at - rows->first) * row));
        pulse_beat();
    }
    return ST_OK;
}

static enum status read_layout(const struct dataset *d, const struct dataset_layout *l)
{
    const struct samples *s = &d->samples;
    const struct rows images = rows_of(d, &d->images), labels = rows_of(d, &d->labels);
    if (!shape_equal(l->shape, s->shape) || l->total < d->total ||
        l->images.block != images.block || l->labels.block != labels.block)
        return other_file(d, "has changed since the run began");
    TRY(read_chunks(&l->images, &images, d->images.row, images_of(s)));
    if (!d->labels.row) return ST_OK;
    return read_chunks(&l->labels, &labels, d->labels.row, (char *)s->labels);
}

static enum status read_by_hdf5(const struct dataset *d)
{
    struct h5_file f;
    struct dataset_layout l;
    enum status st = h5_open(&f, d->path);
    if (st == ST_OK) {
        st = dataset_layout_open(&l, &f, d->split);
        if (st == ST_OK) st = read_layout(d, &l);
        dataset_layout_close(&l);
    }
    h5_close(&f);
    return st;
}

static int reads_any(const struct dataset *d, const struct dataset_array *a)
{
    const struct rows rows = rows_of(d, a);
    return a->row && rows_from(&rows) < rows_to(&rows);
}

/* What this rank reads, by itself. */
static enum status read_own(const struct dataset *d)
{
    const struct samples *s = &d->samples;
    FILE *f;
    if (!reads_any(d, &d->images) && !reads_any(d, &d->labels)) return ST_OK;
    if (!d->images.at || (d->labels.row && !d->labels.at)) return read_by_hdf5(d);
    TRY(file_open(&f, d->path));
    enum status st = read_plain(d, &d->images, f, images_of(s));
    if (st == ST_OK && d->labels.row) st = read_plain(d, &d->labels, f, s->labels);
    fclose(f);
    return st;
}

/* What others have read for this rank. */
static enum status hand_on(const struct dataset *d, struct world *w)
{
    const struct samples *s = &d->samples;
    const struct rows images = rows_of(d, &d->images), labels = rows_of(d, &d->labels);
    TRY(rows_hand_on(&images, w, d->images.row, images_of(s)));
    return rows_hand_on(&labels, w, d->labels.row, s->labels);
}

static void *shrink(void *rows, size_t bytes)
{
    void *less = rows ? realloc(rows, bytes + 1) : NULL;
    return less ? less : rows;
}

/* What has been handed on goes. */
static void keep_own(struct dataset *d)
{
    struct samples *s = &d->samples;
    s->bytes = shrink(s->bytes, s->rows * d->images.row);
    s->values = shrink(s->values, s->rows * d->images.row);
    s->labels = shrink(s->labels, s->rows * d->labels.row);
}

enum status dataset_read(struct dataset *d, struct world *w, size_t first, size_t rows)
{
    d->samples.first = first, d->samples.rows = rows;
    watchdog_phase("reading the data set, row", (long)first);
    enum status st = world_agree(w, check_and_allocate(d));
    if (st == ST_OK) st = world_agree(w, read_own(d));
    if (st == ST_OK) st = hand_on(d, w);
    if (st == ST_OK)
        keep_own(d);
    else
        dataset_free(d);
    return st;
}

void dataset_free(struct dataset *d)
{
    samples_free(&d->samples);
}
