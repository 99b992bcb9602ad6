/* Rank 0 lays the file out alone: names, shapes, provenance and the space of all rows.  All
 * ranks write into that space, close, open it again, read their rows back and compare: on a
 * full disk collective writes succeed with data missing.  After a failure inside HDF5 on the
 * shared file no further call touches it: the ranks agree, and give up.
 */
#include "pario/results_save.h"

#include "base/file.h"
#include "comm/watchdog.h"
#include "comm/world_mpi.h"
#include "piece.h"
#include "store/commit.h"
#include "store/h5.h"
#include "store/h5_write.h"
#include "store/results_array.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One file on its way out. */
struct saving {
    struct world *w;
    const struct results_part *mine;
    char part[256], path[1280]; /* a temporary name; FOLDER/ and that name */
    hid_t transfer;             /* collective */
    struct h5_file file;        /* path is `path` */
};

/* One array of the file and this rank's rows of it. */
struct piece {
    struct array layout;
    void *rows;
};

static struct piece array_piece(const struct results_part *p, int a)
{
    enum results_array id = (enum results_array)a;
    return (struct piece){results_array_layout(id, p->total, p->code, p->image), p->array[a]};
}

static struct piece labels_piece(const struct results_part *p)
{
    return (struct piece){results_array_labels(p->total), p->labels};
}

static size_t row_bytes(const struct array *a)
{
    size_t n = h5_type_bytes(a->type);
    for (int i = 1; i < a->rank; i++) n *= a->dims[i];
    return n;
}

/* ---- rank 0: the layout --------------------------------------------------------------- */

static enum status cannot_lay_out(const struct saving *s)
{
    char why[STATUS_TEXT];
    snprintf(why, sizeof why, "%s", status_message());
    return FAIL(ST_CANTCREATE, "%s: %s", s->path, why);
}

/* A file of our own, which no other writer knows. */
static enum status make_part(struct saving *s, const char *folder, const char *name)
{
    TRY(commit_part(folder, name, s->part, sizeof s->part));
    snprintf(s->path, sizeof s->path, "%s/%s", folder, s->part);
    return ST_OK;
}

static enum status lay_out(const struct saving *s, const struct provenance *p)
{
    const struct results_part *mine = s->mine;
    hid_t file = -1;
    enum status st;
    TRY_DONE(h5_write_file(&file, s->path, "results"));
    for (int a = 0; a < RESULTS_ARRAYS; a++) {
        if (!mine->has[a]) continue;
        struct piece piece = array_piece(mine, a);
        TRY_DONE(h5_write_array(file, &piece.layout));
    }
    if (mine->has_labels) {
        struct piece piece = labels_piece(mine);
        TRY_DONE(h5_write_array(file, &piece.layout));
    }
    TRY_DONE(h5_write_provenance(file, "/provenance", p));
done:
    if (file >= 0 && H5Fclose(file) < 0 && st == ST_OK)
        st = FAIL(ST_CANTCREATE, "the last bytes cannot be written; is there space left?");
    return st == ST_OK ? ST_OK : cannot_lay_out(s);
}

/* ---- all ranks: the rows -------------------------------------------------------------- */

/* Open the file on all ranks at once. */
static enum status open_shared(struct saving *s, unsigned flags)
{
    size_t bytes;
    /* A rank that cannot see the file must not leave the others alone in the opening. */
    TRY(world_agree(s->w, file_regular(s->path, &bytes)));
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_mpio(access, s->w->mpi->comm, MPI_INFO_NULL);
    s->file.id = H5Fopen(s->path, flags, access);
    h5_drop(access);
    enum status mine = s->file.id < 0
                           ? FAIL(ST_CANTCREATE, "%s cannot be opened by all ranks", s->path)
                           : ST_OK;
    return world_agree(s->w, mine);
}

static enum status close_shared(struct saving *s)
{
    enum status mine =
        H5Fclose(s->file.id) < 0
            ? FAIL(ST_CANTCREATE, "%s cannot be closed; is there space left?", s->path)
            : ST_OK;
    s->file.id = -1;
    return world_agree(s->w, mine);
}

/* Write, or read back (into `back`) and compare, `rows` rows from this rank's row `from` on.
 * Nothing here can fail on one rank before the collective call. */
typedef enum status move_rows(struct saving *s, const struct h5_array *a, const char *memory,
                              size_t from, size_t rows, char *back);

static enum status write_rows(struct saving *s, const struct h5_array *a, const char *memory,
                              size_t from, size_t rows, char *back)
{
    hid_t file_space, memory_space;
    (void)back;
    enum status st =
        h5_array_select(a, s->mine->first + from, rows, &file_space, &memory_space);
    if (st == ST_OK && H5Dwrite(a->id, h5_type(a->type), memory_space, file_space, s->transfer,
                                rows ? memory : (const char *)&st) < 0)
        st = FAIL(ST_CANTCREATE, "%s: /%s cannot be written; is there space left?", s->path,
                  a->name);
    h5_drop(memory_space);
    h5_drop(file_space);
    return st;
}

static enum status compare_rows(struct saving *s, const struct h5_array *a, const char *memory,
                                size_t from, size_t rows, char *back)
{
    size_t n = rows * (a->count / a->dims[0]) * h5_type_bytes(a->type);
    enum status st = h5_array_read(a, s->mine->first + from, rows, s->transfer, back);
    if (st == ST_OK && n && memcmp(back, memory, n) != 0)
        st = FAIL(ST_CANTCREATE,
                  "%s: /%s does not hold what was written to it: is the disk full?", s->path,
                  a->name);
    return st == ST_DATA ? ST_CANTCREATE : st;
}

size_t results_save_bytes(size_t rows, size_t row)
{
    size_t step = piece_rows(row);
    return (rows < step ? rows : step) * row;
}

/* Move this rank's rows in steps; every rank makes the same number of calls. */
static enum status move_all(struct saving *s, const struct h5_array *a,
                            const struct piece *piece, move_rows *move)
{
    size_t bytes = row_bytes(&piece->layout), rows = s->mine->rows;
    size_t step = piece_rows(bytes);
    size_t calls = world_most(s->w, (rows + step - 1) / step);
    char *back = malloc(results_save_bytes(rows, bytes) + 1);
    enum status st = back ? ST_OK : FAIL(ST_NOMEM, "no memory to read results back");
    st = world_agree(s->w, st);
    for (size_t i = 0; i < calls && st == ST_OK; i++) {
        size_t from = i * step < rows ? i * step : rows;
        size_t take = rows - from < step ? rows - from : step;
        const char *memory = take ? (const char *)piece->rows + from * bytes : NULL;
        watchdog_phase("writing or reading back results, row", (long)(s->mine->first + from));
        st = world_agree(s->w, move(s, a, memory, from, take, back));
    }
    free(back);
    return st;
}

static enum status move_piece(struct saving *s, const struct piece *piece, move_rows *move)
{
    struct h5_array a;
    const struct array *layout = &piece->layout;
    enum status mine = h5_array_open(&a, &s->file, layout->name);
    if (mine == ST_OK) mine = h5_array_expect(&a, layout->type, layout->rank, layout->dims);
    if (mine != ST_OK) mine = ST_CANTCREATE;
    TRY(world_agree(s->w, mine));
    TRY(move_all(s, &a, piece, move));
    h5_array_close(&a);
    return ST_OK;
}

/* Open, move the rows of every array, close. */
static enum status move_arrays(struct saving *s, unsigned flags, move_rows *move)
{
    TRY(open_shared(s, flags));
    for (int a = 0; a < RESULTS_ARRAYS; a++) {
        if (!s->mine->has[a]) continue;
        struct piece piece = array_piece(s->mine, a);
        TRY(move_piece(s, &piece, move));
    }
    if (s->mine->has_labels) {
        struct piece piece = labels_piece(s->mine);
        TRY(move_piece(s, &piece, move));
    }
    return close_shared(s);
}

/* ---- together ------------------------------------------------------------------------- */

static enum status save(struct saving *s, const char *folder, const char *name,
                        const struct provenance *p)
{
    int first = s->w->rank == 0;
    enum status mine = first ? make_part(s, folder, name) : ST_OK;
    if (first && mine == ST_OK) mine = lay_out(s, p);
    TRY(world_agree(s->w, mine));
    world_broadcast(s->w, s->path, sizeof s->path);
    snprintf(s->file.path, sizeof s->file.path, "%s", s->path);
    TRY(move_arrays(s, H5F_ACC_RDWR, write_rows));
    /* Every host's bytes, before anybody reads them back or gives the file its name.  Not by
     * H5Fflush, which leaves the other ranks waiting where one rank's disk is full. */
    watchdog_wait("syncing results", 0);
    TRY(world_agree(s->w, commit_sync(s->path)));
    TRY(move_arrays(s, H5F_ACC_RDONLY, compare_rows));
    watchdog_wait("giving results their name", 0);
    return world_agree(s->w, first ? commit_file(folder, s->part, name) : ST_OK);
}

/* How all ranks read and write together. */
static void prepare(struct saving *s)
{
    s->file = (struct h5_file){.id = -1, .bytes = (size_t)-1};
    s->transfer = H5Pcreate(H5P_DATASET_XFER);
    H5Pset_dxpl_mpio(s->transfer, H5FD_MPIO_COLLECTIVE);
}

enum status results_save(struct world *w, const char *folder, const char *name,
                         const struct results_part *mine, const struct provenance *p)
{
    struct saving s = {.w = w, .mine = mine};
    prepare(&s);
    enum status st = save(&s, folder, name, p);
    if (st != ST_OK) { /* on every rank alike */
        if (w->rank == 0 && *s.part) commit_discard(folder, s.part);
        world_barrier(w);
    }
    h5_drop(s.transfer);
    return st;
}
