#include "store/h5_write.h"

#include "store/h5.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONG_TEXT = 1024 }; /* bytes; attributes end at 64 kB together */

static enum status failed(const char *what)
{
    return FAIL(ST_INTERNAL, "HDF5 cannot write %s: is there memory and disk left?", what);
}

/* A creation list whose objects carry no time. */
static hid_t timeless(hid_t class)
{
    hid_t list = H5Pcreate(class);
    H5Pset_obj_track_times(list, 0);
    return list;
}

static hid_t text_type(void)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
}

/* Objects get headers of format 1.8, which carry checksums: the older ones carry none, and the
 * library reads past the end of a damaged attribute.  The superblock stays the old one: of a
 * new one in memory the library gives an image that does not open. */
static hid_t create(const char *path, unsigned flags, hid_t access)
{
    hid_t list = timeless(H5P_FILE_CREATE);
    hid_t file = H5Fcreate(path, flags, list, access);
    if (file >= 0) H5Fset_libver_bounds(file, H5F_LIBVER_V18, H5F_LIBVER_V18);
    h5_drop(list);
    return file;
}

enum status h5_write_memory(hid_t *file, const char *kind)
{
    char name[64];
    h5_memory_name(name);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_core(access, 1 << 20, 0);
    *file = create(name, H5F_ACC_TRUNC, access);
    h5_drop(access);
    if (*file < 0) return failed(kind);
    return h5_write_attribute_text(*file, "/", "kind", kind);
}

enum status h5_write_file(hid_t *file, const char *path, const char *kind)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_file_locking(access, 0, 1);
    *file = create(path, H5F_ACC_TRUNC, access);
    h5_drop(access);
    if (*file < 0) return FAIL(ST_CANTCREATE, "%s cannot be created", path);
    return h5_write_attribute_text(*file, "/", "kind", kind);
}

static enum status one_group(hid_t file, const char *path)
{
    if (H5Lexists(file, path, H5P_DEFAULT) > 0) return ST_OK;
    hid_t list = timeless(H5P_GROUP_CREATE);
    hid_t group = H5Gcreate(file, path, H5P_DEFAULT, list, H5P_DEFAULT);
    h5_drop(list);
    if (group < 0) return failed(path);
    h5_drop(group);
    return ST_OK;
}

/* Make the groups of a path up to its byte `end`.  Most often all are there. */
static enum status groups_up_to(hid_t file, const char *path, size_t end)
{
    char part[256];
    if (end >= sizeof part) return FAIL(ST_INTERNAL, "the name %s is too long", path);
    snprintf(part, sizeof part, "%.*s", (int)end, path);
    if (H5Lexists(file, part, H5P_DEFAULT) > 0) return ST_OK;
    for (size_t i = 1; i <= end; i++) {
        if (i < end && path[i] != '/') continue;
        snprintf(part, sizeof part, "%.*s", (int)i, path);
        TRY(one_group(file, part));
    }
    return ST_OK;
}

enum status h5_write_group(hid_t file, const char *name)
{
    return groups_up_to(file, name, strlen(name));
}

static enum status parents(hid_t file, const char *name)
{
    const char *last = strrchr(name, '/');
    return last && last != name ? groups_up_to(file, name, (size_t)(last - name)) : ST_OK;
}

/* Write n values as attribute `name` of an object. */
static enum status attribute(hid_t file, const char *object, const char *name, hid_t type,
                             hid_t space, const void *value)
{
    hid_t id = H5Acreate_by_name(file, object, name, type, space, H5P_DEFAULT, H5P_DEFAULT,
                                 H5P_DEFAULT);
    herr_t bad = id < 0 ? -1 : H5Awrite(id, type, value);
    h5_drop(id);
    return bad < 0 ? failed(name) : ST_OK;
}

static enum status scalar(hid_t file, const char *object, const char *name, hid_t type,
                          const void *value)
{
    hid_t space = H5Screate(H5S_SCALAR);
    enum status st = attribute(file, object, name, type, space, value);
    h5_drop(space);
    return st;
}

enum status h5_write_attribute_text(hid_t file, const char *object, const char *name,
                                    const char *text)
{
    hid_t type = text_type();
    enum status st = scalar(file, object, name, type, &text);
    h5_drop(type);
    return st;
}

enum status h5_write_attribute_texts(hid_t file, const char *object, const char *name,
                                     const char *const *texts, int n)
{
    hsize_t count = (hsize_t)n;
    hid_t type = text_type(), space = H5Screate_simple(1, &count, NULL);
    enum status st = attribute(file, object, name, type, space, texts);
    h5_drop(space);
    h5_drop(type);
    return st;
}

enum status h5_write_attribute_int(hid_t file, const char *object, const char *name,
                                   int64_t value)
{
    return scalar(file, object, name, H5T_STD_I64LE, &value);
}

enum status h5_write_attribute_real(hid_t file, const char *object, const char *name,
                                    double value)
{
    return scalar(file, object, name, H5T_IEEE_F64LE, &value);
}

size_t h5_write_array_bytes(const struct array *a)
{
    size_t n = h5_type_bytes(a->type);
    for (int i = 0; i < a->rank; i++) n *= a->dims[i];
    return n;
}

/* What the dimension scale interface calls DIMENSION_LABELS: one text a dimension. */
static enum status write_labels(hid_t array, const struct array *a)
{
    const char *labels[ARRAY_RANK];
    if (!a->labels[0]) return ST_OK;
    for (int i = 0; i < a->rank; i++) labels[i] = a->labels[i] ? a->labels[i] : "";
    return h5_write_attribute_texts(array, ".", "DIMENSION_LABELS", labels, a->rank);
}

/* A new array without values; the caller drops it. */
static hid_t create_array(hid_t file, const struct array *a)
{
    hsize_t dims[ARRAY_RANK];
    for (int i = 0; i < a->rank; i++) dims[i] = a->dims[i];
    hid_t space = H5Screate_simple(a->rank, dims, NULL), list = timeless(H5P_DATASET_CREATE);
    H5Pset_alloc_time(list, H5D_ALLOC_TIME_EARLY);
    H5Pset_fill_time(list, H5D_FILL_TIME_NEVER);
    hid_t id =
        H5Dcreate(file, a->name, h5_type(a->type), space, H5P_DEFAULT, list, H5P_DEFAULT);
    h5_drop(list);
    h5_drop(space);
    return id;
}

static enum status fill_array(hid_t array, const struct array *a)
{
    if (a->data &&
        H5Dwrite(array, h5_type(a->type), H5S_ALL, H5S_ALL, H5P_DEFAULT, a->data) < 0)
        return failed(a->name);
    TRY(write_labels(array, a));
    for (int i = 0; i < ARRAY_ATTRIBUTES && a->attributes[i].name; i++)
        TRY(h5_write_attribute_text(array, ".", a->attributes[i].name, a->attributes[i].text));
    return ST_OK;
}

enum status h5_write_array(hid_t file, const struct array *a)
{
    TRY(parents(file, a->name));
    hid_t array = create_array(file, a);
    enum status st = array < 0 ? failed(a->name) : fill_array(array, a);
    h5_drop(array);
    return st;
}

enum status h5_write_text(hid_t file, const char *name, const char *text)
{
    TRY(parents(file, name));
    hid_t type = text_type(), space = H5Screate(H5S_SCALAR);
    hid_t list = timeless(H5P_DATASET_CREATE);
    hid_t id = H5Dcreate(file, name, type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    herr_t bad = id < 0 ? -1 : H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &text);
    h5_drop(id);
    h5_drop(list);
    h5_drop(space);
    h5_drop(type);
    return bad < 0 ? failed(name) : ST_OK;
}

enum status h5_write_provenance(hid_t file, const char *group, const struct provenance *p)
{
    char name[256];
    TRY(h5_write_group(file, group));
    for (int i = 0; p && i < p->count; i++) {
        const struct text_attribute *a = &p->entries[i];
        snprintf(name, sizeof name, "%s/%s", group, a->name);
        if (strlen(a->text) < LONG_TEXT)
            TRY(h5_write_attribute_text(file, group, a->name, a->text));
        else
            TRY(h5_write_text(file, name, a->text));
    }
    return ST_OK;
}

enum status h5_write_bytes(hid_t file, size_t spare, void **bytes, size_t *n)
{
    *bytes = NULL;
    ssize_t size = H5Fflush(file, H5F_SCOPE_GLOBAL) < 0 ? -1 : H5Fget_file_image(file, NULL, 0);
    if (size <= 0) return failed("the file in memory");
    *bytes = malloc((size_t)size + spare);
    if (!*bytes) return FAIL(ST_NOMEM, "no memory for a file of %zd bytes", size);
    *n = (size_t)size;
    if (H5Fget_file_image(file, *bytes, *n) == size) return ST_OK;
    free(*bytes);
    *bytes = NULL;
    return failed("the file in memory");
}
