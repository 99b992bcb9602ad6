#include "state.h"

#include "store/h5_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The dimensions that count, whatever a file may have: the digest of a state never changes. */
enum { DIGESTED_DIMS = 4 };

const char *const state_ints[] = {"epoch", "step", "total_steps", "best_epoch"};
const char *const state_reals[] = {"best_loss"};

/* ---- what the digest is over ---------------------------------------------------------- */

static enum status add_array(struct digest *d, const char *path, const size_t *dims,
                             const void *bytes, size_t n)
{
    TRY(digest_add(d, path, strlen(path) + 1));
    TRY(digest_add(d, dims, DIGESTED_DIMS * sizeof *dims));
    return digest_add(d, bytes, n);
}

/* What follows the arrays. */
static enum status add_rest(struct digest *d, const struct state *s)
{
    TRY(digest_add(d, s->ints, sizeof s->ints));
    TRY(digest_add(d, s->reals, sizeof s->reals));
    return digest_add(d, s->job, strlen(s->job));
}

/* ---- of a state in memory ------------------------------------------------------------- */

/* The end of a group's name comes before every byte that a longer one may have there. */
static int byte_of(char c)
{
    return c == '/' ? 0 : (unsigned char)c;
}

/* The order in which a walk over the file meets the paths: group by group, by name. */
static int in_order(const void *a, const void *b)
{
    const char *x = ((const struct array *)a)->name, *y = ((const struct array *)b)->name;
    while (*x && *x == *y) x++, y++;
    return byte_of(*x) - byte_of(*y);
}

static enum status add_listed(struct digest *d, const struct array *a)
{
    size_t dims[DIGESTED_DIMS];
    for (int i = 0; i < DIGESTED_DIMS; i++) dims[i] = i < a->rank ? a->dims[i] : 1;
    return add_array(d, a->name, dims, a->data, h5_write_array_bytes(a));
}

enum status state_digest_listed(struct state *s, char hex[DIGEST_HEX])
{
    struct digest d;
    enum status st, end;
    qsort(s->arrays, (size_t)s->count, sizeof *s->arrays, in_order);
    TRY_DONE(digest_begin(&d));
    for (int i = 0; i < s->count; i++) TRY_DONE(add_listed(&d, &s->arrays[i]));
    TRY_DONE(add_rest(&d, s));
done:
    end = digest_end(&d, st == ST_OK ? hex : NULL);
    return st == ST_OK ? end : st;
}

/* ---- of a file ------------------------------------------------------------------------ */

/* One walk over the arrays of a group. */
struct walk {
    const struct h5_file *file;
    const char *group;
    struct digest digest;
    enum status st;
};

/* Bytes of an array; the caller frees them. */
static enum status read_all(const struct h5_array *a, void **bytes, size_t *n)
{
    *n = a->count * h5_type_bytes(a->type);
    *bytes = malloc(*n);
    if (!*bytes) return FAIL(ST_NOMEM, "no memory for %s of %s", a->name, a->file->path);
    return h5_array_read(a, 0, a->dims[0], H5P_DEFAULT, *bytes);
}

static enum status check_array(const struct h5_array *a, const void *bytes, size_t n)
{
    char found[DIGEST_HEX], said[DIGEST_HEX];
    TRY(digest_bytes(bytes, n, found));
    h5_attribute_text(a->file, a->name, "sha256", said, sizeof said);
    if (strcmp(found, said) != 0)
        return FAIL(ST_DATA, "%s: %s does not have the SHA-256 that it states: it is damaged",
                    a->file->path, a->name);
    return ST_OK;
}

static enum status visit_array(struct walk *w, const char *path)
{
    struct h5_array a = {.id = -1};
    void *bytes = NULL;
    size_t n;
    enum status st;
    TRY_DONE(h5_array_open(&a, w->file, path));
    TRY_DONE(read_all(&a, &bytes, &n));
    TRY_DONE(check_array(&a, bytes, n));
    TRY_DONE(add_array(&w->digest, path, a.dims, bytes, n));
done:
    free(bytes);
    h5_array_close(&a);
    return st;
}

/* Called by HDF5 for each link below the group, in the order of their names. */
static herr_t visit(hid_t group, const char *name, const H5L_info_t *link, void *data)
{
    struct walk *w = data;
    H5I_type_t kind;
    char path[512];
    snprintf(path, sizeof path, "%s/%s", w->group, name);
    if (link->type != H5L_TYPE_HARD) {
        w->st = FAIL(ST_DATA, "%s: %s leads out of the file", w->file->path, path);
        return -1;
    }
    if ((kind = h5_kind(group, name)) == H5I_BADID) return -1;
    if (kind == H5I_DATASET) w->st = visit_array(w, path);
    return w->st == ST_OK ? 0 : -1;
}

static enum status add_group(struct walk *w, const char *group)
{
    w->group = group;
    if (!h5_exists(w->file, group))
        return FAIL(ST_DATA, "%s: %s is not there: no checkpoint of hourglass", w->file->path,
                    group);
    if (H5Lvisit_by_name(w->file->id, group, H5_INDEX_NAME, H5_ITER_INC, visit, w,
                         H5P_DEFAULT) < 0 &&
        w->st == ST_OK)
        return FAIL(ST_DATA, "%s: %s cannot be read: the file is damaged", w->file->path,
                    group);
    return w->st;
}

static enum status lacks(const struct h5_file *f, const char *name)
{
    return FAIL(ST_DATA, "%s: /progress has no number %s", f->path, name);
}

/* The caller frees s->job. */
static enum status read_rest(const struct h5_file *f, struct state *s)
{
    for (int i = 0; i < STATE_INTS; i++)
        if (!h5_attribute_int(f, "/progress", state_ints[i], &s->ints[i]))
            return lacks(f, state_ints[i]);
    for (int i = 0; i < STATE_REALS; i++)
        if (!h5_attribute_real(f, "/progress", state_reals[i], &s->reals[i]))
            return lacks(f, state_reals[i]);
    return h5_text(f, "/job", &s->job);
}

enum status state_digest(const struct h5_file *f, char hex[DIGEST_HEX])
{
    struct walk w = {.file = f};
    struct state rest = {.job = NULL};
    enum status st, end;
    TRY_DONE(digest_begin(&w.digest));
    TRY_DONE(add_group(&w, "/layers"));
    TRY_DONE(add_group(&w, "/optimizer"));
    TRY_DONE(add_group(&w, "/progress"));
    TRY_DONE(read_rest(f, &rest));
    TRY_DONE(add_rest(&w.digest, &rest));
done:
    free(rest.job);
    end = digest_end(&w.digest, st == ST_OK ? hex : NULL);
    return st == ST_OK ? end : st;
}

enum status state_verify(const struct h5_file *f, char hex[DIGEST_HEX])
{
    char said[DIGEST_HEX];
    TRY(state_digest(f, hex));
    h5_attribute_text(f, "/", "state_sha256", said, sizeof said);
    if (strcmp(hex, said) != 0)
        return FAIL(ST_DATA, "%s does not hold the state whose SHA-256 it states", f->path);
    return ST_OK;
}
