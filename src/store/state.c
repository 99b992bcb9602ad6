#include "state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The dimensions that count, whatever a file may have: the digest of a state never changes. */
enum { DIGESTED_DIMS = 4 };

const char *const state_ints[] = {"epoch", "step", "total_steps", "best_epoch", NULL};
const char *const state_reals[] = {"best_loss", NULL};

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

static enum status add_array(struct walk *w, const char *path)
{
    struct h5_array a = {.id = -1};
    void *bytes = NULL;
    size_t n;
    enum status st;
    TRY_DONE(h5_array_open(&a, w->file, path));
    TRY_DONE(read_all(&a, &bytes, &n));
    TRY_DONE(check_array(&a, bytes, n));
    TRY_DONE(digest_add(&w->digest, path, strlen(path) + 1));
    TRY_DONE(digest_add(&w->digest, a.dims, DIGESTED_DIMS * sizeof a.dims[0]));
    TRY_DONE(digest_add(&w->digest, bytes, n));
done:
    free(bytes);
    h5_array_close(&a);
    return st;
}

/* Called by HDF5 for each link below the group, in the order of their names. */
static herr_t visit(hid_t group, const char *name, const H5L_info_t *link, void *data)
{
    struct walk *w = data;
    H5O_info_t object;
    char path[512];
    snprintf(path, sizeof path, "%s/%s", w->group, name);
    if (link->type != H5L_TYPE_HARD) {
        w->st = FAIL(ST_DATA, "%s: %s leads out of the file", w->file->path, path);
        return -1;
    }
    if (H5Oget_info_by_name(group, name, &object, H5P_DEFAULT) < 0) return -1;
    if (object.type == H5O_TYPE_DATASET) w->st = add_array(w, path);
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

static enum status lacks(const struct walk *w, const char *name)
{
    return FAIL(ST_DATA, "%s: /progress has no number %s", w->file->path, name);
}

static enum status add_numbers(struct walk *w)
{
    for (const char *const *name = state_ints; *name; name++) {
        long value;
        if (!h5_attribute_int(w->file, "/progress", *name, &value)) return lacks(w, *name);
        TRY(digest_add(&w->digest, &value, sizeof value));
    }
    for (const char *const *name = state_reals; *name; name++) {
        double value;
        if (!h5_attribute_real(w->file, "/progress", *name, &value)) return lacks(w, *name);
        TRY(digest_add(&w->digest, &value, sizeof value));
    }
    return ST_OK;
}

static enum status add_job(struct walk *w)
{
    char *text;
    TRY(h5_text(w->file, "/job", &text));
    enum status st = digest_add(&w->digest, text, strlen(text));
    free(text);
    return st;
}

enum status state_digest(const struct h5_file *f, char hex[DIGEST_HEX])
{
    struct walk w = {.file = f};
    enum status st, end;
    TRY_DONE(digest_begin(&w.digest));
    TRY_DONE(add_group(&w, "/layers"));
    TRY_DONE(add_group(&w, "/optimizer"));
    TRY_DONE(add_group(&w, "/progress"));
    TRY_DONE(add_numbers(&w));
    TRY_DONE(add_job(&w));
done:
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
