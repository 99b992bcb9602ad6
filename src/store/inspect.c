#include "store/inspect.h"

#include "store/h5.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct inspect_file {
    struct h5_file h5;
};

/* What a file says of itself; data sets of other programs say nothing. */
static enum inspect_kind kind_of(const struct h5_file *f)
{
    static const char *const kinds[] = {
        [INSPECT_DATA_SET] = "data set",
        [INSPECT_CHECKPOINT] = "checkpoint",
        [INSPECT_RESULTS] = "results",
        [INSPECT_ARRAYS] = "arrays",
    };
    char kind[64];
    h5_attribute_text(f, "/", "kind", kind, sizeof kind);
    for (int i = 0; i < INSPECT_OTHER; i++)
        if (strcmp(kind, kinds[i]) == 0) return (enum inspect_kind)i;
    int looks = h5_exists(f, "/train/images") || h5_exists(f, "/test/images");
    return looks ? INSPECT_DATA_SET : INSPECT_OTHER;
}

enum status inspect_open(struct inspect *f, const char *path)
{
    *f = (struct inspect){.kind = INSPECT_OTHER, .file = calloc(1, sizeof *f->file)};
    snprintf(f->path, sizeof f->path, "%s", path);
    if (!f->file) return FAIL(ST_NOMEM, "no memory to open %s", path);
    enum status st = h5_open(&f->file->h5, path);
    if (st == ST_OK) f->kind = kind_of(&f->file->h5);
    if (st != ST_OK) inspect_close(f);
    return st;
}

void inspect_close(struct inspect *f)
{
    if (!f->file) return;
    h5_close(&f->file->h5);
    free(f->file);
    f->file = NULL;
}

/* ---- arrays --------------------------------------------------------------------------- */

struct walk {
    const struct h5_file *file;
    const char *group;
    void (*each)(const struct inspect_array *a, void *data);
    void *data;
};

/* What is no array of numbers: a text, or something that hourglass does not write. */
static void describe_other(hid_t group, const char *name, struct inspect_array *a)
{
    hid_t id = H5Dopen(group, name, H5P_DEFAULT);
    hid_t type = H5Dget_type(id), space = H5Dget_space(id);
    a->type = H5Tget_class(type) == H5T_STRING ? "text" : "other";
    a->rank = H5Sget_simple_extent_ndims(space) == 0 ? 0 : -1;
    h5_drop(space);
    h5_drop(type);
    h5_drop(id);
}

static void describe(struct walk *w, hid_t group, const char *name, const char *path)
{
    struct h5_array array;
    struct inspect_array a = {.name = path};
    if (h5_array_open(&array, w->file, path) == ST_OK) {
        a.type = h5_type_name(array.type);
        a.rank = array.rank;
        memcpy(a.dims, array.dims, sizeof a.dims);
    } else {
        describe_other(group, name, &a);
    }
    h5_array_close(&array);
    w->each(&a, w->data);
}

/* Called by HDF5 for each link, in the order of names. */
static herr_t visit(hid_t group, const char *name, const H5L_info_t *link, void *data)
{
    struct walk *w = data;
    char path[512];
    if (link->type != H5L_TYPE_HARD) return 0;
    snprintf(path, sizeof path, "%s/%s", strcmp(w->group, "/") == 0 ? "" : w->group, name);
    if (h5_kind(group, name) == H5I_DATASET) describe(w, group, name, path);
    return 0;
}

void inspect_arrays(const struct inspect *f, const char *group,
                    void (*each)(const struct inspect_array *a, void *data), void *data)
{
    const struct h5_file *file = &f->file->h5;
    struct walk w = {file, group, each, data};
    if (h5_exists(file, group))
        H5Lvisit_by_name(file->id, group, H5_INDEX_NAME, H5_ITER_INC, visit, &w, H5P_DEFAULT);
}

/* ---- texts ---------------------------------------------------------------------------- */

struct texts {
    const struct h5_file *file;
    const char *object;
    void (*each)(const char *name, const char *text, void *data);
    void *data;
};

static herr_t visit_attribute(hid_t object, const char *name, const H5A_info_t *info,
                              void *data)
{
    struct texts *w = data;
    char text[4096];
    (void)object, (void)info;
    if (h5_attribute_text(w->file, w->object, name, text, sizeof text))
        w->each(name, text, w->data);
    return 0;
}

static void visit_text(const struct inspect_array *a, void *data)
{
    struct texts *w = data;
    char *text;
    if (strcmp(a->type, "text") != 0 || a->rank != 0) return;
    if (h5_text(w->file, a->name, &text) != ST_OK) return;
    w->each(strrchr(a->name, '/') + 1, text, w->data);
    free(text);
}

void inspect_texts(const struct inspect *f, const char *object,
                   void (*each)(const char *name, const char *text, void *data), void *data)
{
    const struct h5_file *file = &f->file->h5;
    struct texts w = {file, object, each, data};
    if (!h5_exists(file, object)) return;
    H5Aiterate_by_name(file->id, object, H5_INDEX_NAME, H5_ITER_INC, NULL, visit_attribute, &w,
                       H5P_DEFAULT);
    inspect_arrays(f, object, visit_text, &w);
}

int inspect_text(const struct inspect *f, const char *object, const char *name, char *text,
                 size_t n)
{
    return h5_attribute_text(&f->file->h5, object, name, text, n);
}

int inspect_int(const struct inspect *f, const char *object, const char *name, long *value)
{
    return h5_attribute_int(&f->file->h5, object, name, value);
}

int inspect_real(const struct inspect *f, const char *object, const char *name, double *value)
{
    return h5_attribute_real(&f->file->h5, object, name, value);
}

/* ---- digests -------------------------------------------------------------------------- */

static enum status digest_text(const struct h5_file *file, const char *name,
                               char hex[DIGEST_HEX])
{
    char *text;
    TRY(h5_text(file, name, &text));
    enum status st = digest_bytes(text, strlen(text), hex);
    free(text);
    return st;
}

/* In slabs of about 16 MB, so that memory does not grow with the array. */
static enum status digest_rows(const struct h5_array *a, struct digest *d)
{
    size_t row = h5_type_bytes(a->type) * (a->dims[0] ? a->count / a->dims[0] : 1);
    size_t slab = 1 + ((size_t)1 << 24) / (row + 1);
    void *bytes = malloc(slab * row);
    enum status st = bytes ? ST_OK : FAIL(ST_NOMEM, "no memory to read %s", a->name);
    for (size_t done = 0; st == ST_OK && done < a->dims[0]; done += slab) {
        size_t take = a->dims[0] - done < slab ? a->dims[0] - done : slab;
        st = h5_array_read(a, done, take, H5P_DEFAULT, bytes);
        if (st == ST_OK) st = digest_add(d, bytes, take * row);
    }
    free(bytes);
    return st;
}

enum status inspect_digest(const struct inspect *f, const char *name, char hex[DIGEST_HEX])
{
    const struct h5_file *file = &f->file->h5;
    struct h5_array a;
    struct digest d;
    enum status st = h5_array_open(&a, file, name);
    if (st != ST_OK) {
        h5_array_close(&a);
        return digest_text(file, name, hex);
    }
    st = digest_begin(&d);
    if (st == ST_OK) st = digest_rows(&a, &d);
    enum status end = digest_end(&d, st == ST_OK ? hex : NULL);
    h5_array_close(&a);
    return st != ST_OK ? st : end;
}

struct bits {
    const struct inspect *f;
    struct digest digest;
    enum status st; /* the first failure */
};

static enum status add_bits(struct bits *b, const char *name)
{
    char hex[DIGEST_HEX];
    TRY(inspect_digest(b->f, name, hex));
    TRY(digest_add(&b->digest, hex, strlen(hex)));
    return digest_add(&b->digest, name, strlen(name) + 1);
}

static void visit_bits(const struct inspect_array *a, void *data)
{
    struct bits *b = data;
    int counts = strcmp(a->type, "text") != 0 && strncmp(a->name, "/provenance/", 12) != 0;
    if (counts && b->st == ST_OK) b->st = add_bits(b, a->name);
}

enum status inspect_bits(const struct inspect *f, char hex[DIGEST_HEX])
{
    struct bits b = {.f = f};
    b.st = digest_begin(&b.digest);
    inspect_arrays(f, "/", visit_bits, &b);
    enum status end = digest_end(&b.digest, b.st == ST_OK ? hex : NULL);
    return b.st != ST_OK ? b.st : end;
}
