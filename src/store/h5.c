#include "store/h5.h"

#include "base/file.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No filter that is let in makes data smaller than this by more. */
enum { MOST_COMPRESSION = 1100 };

/* Runs before main, so before MPI starts: a library that starts later hangs its own end on
 * MPI's, and closes there what has failed on the shared file - and crashes.  A parallel file
 * that has failed is never touched again, not even at exit. */
__attribute__((constructor)) static void start(void)
{
    H5dont_atexit();
    H5open();
    H5Eset_auto(H5E_DEFAULT, NULL, NULL); /* messages are ours */
}

void h5_drop(hid_t id)
{
    if (id >= 0) H5Idec_ref(id);
}

/* Finished files are read without a lock: some network file systems have none to give. */
static hid_t reading_access(void)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_file_locking(access, 0, 1);
    return access;
}

static void name_file(struct h5_file *f, const char *path)
{
    *f = (struct h5_file){.id = -1};
    snprintf(f->path, sizeof f->path, "%s", path);
}

static enum status check(struct h5_file *f, const char *path)
{
    name_file(f, path);
    TRY(file_regular(path, &f->bytes));
    return H5Fis_hdf5(path) > 0 ? ST_OK : FAIL(ST_DATA, "%s is not an HDF5 file", path);
}

enum status h5_open(struct h5_file *f, const char *path)
{
    TRY(check(f, path));
    hid_t access = reading_access();
    f->id = H5Fopen(path, H5F_ACC_RDONLY, access);
    h5_drop(access);
    if (f->id < 0)
        return FAIL(ST_DATA, "%s is damaged or truncated: HDF5 cannot open it", path);
    return ST_OK;
}

void h5_memory_name(char name[64])
{
    static unsigned long count;
    snprintf(name, 64, "/dev/null/%lu", count++);
}

/* HDF5 asks these for memory for an image, and gets the image itself: it is read, and its
 * owner frees it. */
static void *image_itself(size_t n, H5FD_file_image_op_t why, void *image)
{
    (void)n, (void)why;
    return image;
}

static void *image_not_copied(void *to, const void *from, size_t n, H5FD_file_image_op_t why,
                              void *image)
{
    (void)from, (void)n, (void)why, (void)image;
    return to;
}

static void *image_not_grown(void *old, size_t n, H5FD_file_image_op_t why, void *image)
{
    (void)old, (void)n, (void)why, (void)image;
    return NULL;
}

static herr_t image_kept(void *old, H5FD_file_image_op_t why, void *image)
{
    (void)old, (void)why, (void)image;
    return 0;
}

static void *same_image(void *image)
{
    return image;
}

static herr_t image_left(void *image)
{
    (void)image;
    return 0;
}

enum status h5_open_bytes(struct h5_file *f, const char *path, const void *bytes, size_t n)
{
    char name[64];
    void *image = (void *)(uintptr_t)bytes;
    H5FD_file_image_callbacks_t uncopied = {image_itself, image_not_copied, image_not_grown,
                                            image_kept,   same_image,       image_left,
                                            image};
    h5_memory_name(name);
    name_file(f, path);
    f->bytes = n;
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_core(access, 1 << 20, 0);
    if (H5Pset_file_image_callbacks(access, &uncopied) >= 0 &&
        H5Pset_file_image(access, image, n) >= 0)
        f->id = H5Fopen(name, H5F_ACC_RDONLY, access);
    h5_drop(access);
    if (f->id < 0) return FAIL(ST_DATA, "%s is not an HDF5 file, or is damaged", path);
    return ST_OK;
}

void h5_close(struct h5_file *f)
{
    if (f->id >= 0) H5Fclose(f->id);
    f->id = -1;
}

int h5_exists(const struct h5_file *f, const char *name)
{
    char path[256];
    H5L_info_t link;
    if (strlen(name) >= sizeof path || !*name) return 0;
    if (strcmp(name, "/") == 0) return 1;
    for (const char *end = name + (*name == '/');; end++) {
        end += strcspn(end, "/");
        snprintf(path, sizeof path, "%.*s", (int)(end - name), name);
        if (H5Lexists(f->id, path, H5P_DEFAULT) <= 0) return 0;
        if (H5Lget_info(f->id, path, &link, H5P_DEFAULT) < 0) return 0;
        if (link.type != H5L_TYPE_HARD) return 0;
        if (!*end) return 1;
    }
}

H5I_type_t h5_kind(hid_t group, const char *name)
{
    hid_t object = H5Oopen(group, name, H5P_DEFAULT);
    if (object < 0) return H5I_BADID;
    H5I_type_t kind = H5Iget_type(object);
    H5Oclose(object);
    return kind;
}

long h5_links(const struct h5_file *f, const char *group)
{
    H5G_info_t info;
    if (!h5_exists(f, group)) return -1;
    hid_t id = H5Gopen(f->id, group, H5P_DEFAULT);
    if (id < 0 || H5Gget_info(id, &info) < 0) info.nlinks = (hsize_t)-1;
    h5_drop(id);
    return (long)info.nlinks;
}

/* ---- arrays --------------------------------------------------------------------------- */

static const struct {
    const char *name;
    size_t bytes;
} types[] = {
    [ARRAY_FLOAT] = {"float32", 4},
    [ARRAY_DOUBLE] = {"float64", 8},
    [ARRAY_UINT8] = {"uint8", 1},
    [ARRAY_INT64] = {"int64", 8},
};
enum { TYPES = sizeof types / sizeof types[0] };

hid_t h5_type(enum array_type type)
{
    switch (type) {
    case ARRAY_FLOAT:
        return H5T_IEEE_F32LE;
    case ARRAY_DOUBLE:
        return H5T_IEEE_F64LE;
    case ARRAY_UINT8:
        return H5T_STD_U8LE;
    default:
        return H5T_STD_I64LE;
    }
}

size_t h5_type_bytes(enum array_type type)
{
    return types[type].bytes;
}

const char *h5_type_name(enum array_type type)
{
    return types[type].name;
}

static enum status bad(const struct h5_array *a, const char *what)
{
    return FAIL(ST_DATA, "%s: %s%s %s", a->file->path, *a->name == '/' ? "" : "/", a->name,
                what);
}

static enum status check_type(struct h5_array *a)
{
    hid_t type = H5Dget_type(a->id);
    int found = -1;
    for (int i = 0; i < TYPES; i++)
        if (H5Tequal(type, h5_type((enum array_type)i)) > 0) found = i;
    h5_drop(type);
    if (found < 0) return bad(a, "holds none of uint8, int64, float32, float64");
    a->type = (enum array_type)found;
    return ST_OK;
}

static enum status check_dims(struct h5_array *a)
{
    hsize_t dims[ARRAY_RANK] = {0};
    hid_t space = H5Dget_space(a->id);
    a->rank = H5Sget_simple_extent_ndims(space);
    int ok = a->rank >= 1 && a->rank <= ARRAY_RANK &&
             H5Sget_simple_extent_dims(space, dims, NULL) == a->rank;
    h5_drop(space);
    if (!ok) return bad(a, "does not have one to five dimensions");
    a->count = 1;
    for (int i = 0; i < ARRAY_RANK; i++) {
        a->dims[i] = i < a->rank ? dims[i] : 1;
        if (__builtin_mul_overflow(a->count, a->dims[i], &a->count))
            return bad(a, "claims more values than any memory has");
    }
    if (!a->count) return bad(a, "is empty");
    return ST_OK;
}

/* The storage of a contiguous array is known to the byte and lies within the file. */
static enum status check_contiguous(struct h5_array *a, size_t bytes)
{
    haddr_t at = H5Dget_offset(a->id);
    if (at == HADDR_UNDEF || H5Dget_storage_size(a->id) != bytes)
        return bad(a, "has no data, or not as much as its shape says");
    if (at > a->file->bytes || bytes > a->file->bytes - at)
        return bad(a, "lies beyond the end of the file: the file is truncated");
    a->at = at;
    return ST_OK;
}

static int known_filters(hid_t list)
{
    int n = H5Pget_nfilters(list);
    for (unsigned i = 0; n > 0 && i < (unsigned)n; i++) {
        unsigned flags, config;
        size_t values = 0;
        H5Z_filter_t f = H5Pget_filter2(list, i, &flags, &values, NULL, 0, NULL, &config);
        if (f != H5Z_FILTER_DEFLATE && f != H5Z_FILTER_SHUFFLE && f != H5Z_FILTER_FLETCHER32)
            return 0;
    }
    return n >= 0;
}

static enum status check_chunked(struct h5_array *a, hid_t list, size_t bytes)
{
    hsize_t chunk[ARRAY_RANK] = {0};
    size_t stored = H5Dget_storage_size(a->id);
    if (!known_filters(list)) return bad(a, "has a filter other than gzip and shuffle");
    if (!stored || stored > a->file->bytes || bytes / MOST_COMPRESSION > stored ||
        H5Pget_chunk(list, ARRAY_RANK, chunk) != a->rank || !chunk[0])
        return bad(a, "has no data, or not as much as its shape says");
    a->block = chunk[0];
    return ST_OK;
}

static enum status check_storage(struct h5_array *a)
{
    size_t bytes;
    if (__builtin_mul_overflow(a->count, h5_type_bytes(a->type), &bytes))
        return bad(a, "claims more values than any memory has");
    hid_t list = H5Dget_create_plist(a->id);
    enum status st = ST_OK;
    H5D_layout_t layout = H5Pget_layout(list);
    if (H5Pget_external_count(list) != 0)
        st = bad(a, "lies outside the file");
    else if (layout == H5D_CONTIGUOUS)
        st = check_contiguous(a, bytes);
    else if (layout == H5D_CHUNKED)
        st = check_chunked(a, list, bytes);
    else if (layout != H5D_COMPACT || H5Dget_storage_size(a->id) != bytes)
        st = bad(a, "is neither contiguous nor chunked");
    h5_drop(list);
    return st;
}

enum status h5_array_open(struct h5_array *a, const struct h5_file *f, const char *name)
{
    *a = (struct h5_array){.file = f, .id = -1, .block = 1};
    snprintf(a->name, sizeof a->name, "%s", name);
    if (!h5_exists(f, name)) return bad(a, "is not there");
    a->id = H5Dopen(f->id, name, H5P_DEFAULT);
    if (a->id < 0) return bad(a, "is not an array");
    TRY(check_type(a));
    TRY(check_dims(a));
    return check_storage(a);
}

void h5_array_close(struct h5_array *a)
{
    h5_drop(a->id);
    a->id = -1;
}

/* "float32 [10, 4]" */
static void describe(enum array_type type, int rank, const size_t *dims, char *text, size_t n)
{
    size_t at = (size_t)snprintf(text, n, "%s [", h5_type_name(type));
    for (int i = 0; i < rank && at < n; i++)
        at += (size_t)snprintf(text + at, n - at, "%s%zu", i ? ", " : "", dims[i]);
    if (at < n) snprintf(text + at, n - at, "]");
}

enum status h5_array_expect(const struct h5_array *a, enum array_type type, int rank,
                            const size_t *dims)
{
    char is[128], wanted[128], what[300];
    describe(a->type, a->rank, a->dims, is, sizeof is);
    describe(type, rank, dims, wanted, sizeof wanted);
    if (strcmp(is, wanted) == 0) return ST_OK;
    snprintf(what, sizeof what, "is %s where %s is wanted", is, wanted);
    return bad(a, what);
}

enum status h5_array_select(const struct h5_array *a, size_t first, size_t rows,
                            hid_t *file_space, hid_t *memory_space)
{
    hsize_t start[ARRAY_RANK] = {first}, count[ARRAY_RANK] = {rows};
    for (int i = 1; i < a->rank; i++) count[i] = a->dims[i];
    *file_space = H5Dget_space(a->id);
    *memory_space = H5Screate_simple(a->rank, count, NULL);
    herr_t failed = *file_space < 0 || *memory_space < 0 ? -1 : 0;
    if (!failed && rows)
        failed = H5Sselect_hyperslab(*file_space, H5S_SELECT_SET, start, NULL, count, NULL);
    else if (!failed)
        failed = H5Sselect_none(*file_space) < 0 ? -1 : H5Sselect_none(*memory_space);
    return failed < 0 ? FAIL(ST_INTERNAL, "HDF5 cannot select rows of %s", a->name) : ST_OK;
}

enum status h5_array_read(const struct h5_array *a, size_t first, size_t rows, hid_t transfer,
                          void *out)
{
    hid_t file_space = -1, memory_space = -1;
    if (first > a->dims[0] || rows > a->dims[0] - first)
        return bad(a, "has fewer rows than asked for");
    enum status st = h5_array_select(a, first, rows, &file_space, &memory_space);
    if (st == ST_OK &&
        H5Dread(a->id, h5_type(a->type), memory_space, file_space, transfer, out) < 0)
        st = bad(a, "cannot be read: the file is damaged, or changes while it is read");
    h5_drop(memory_space);
    h5_drop(file_space);
    return st;
}

/* ---- texts and attributes ------------------------------------------------------------- */

/* Read one string through `get`, of variable or fixed length; NULL where it is none. */
static char *read_string(hid_t id, hid_t type, hid_t space, herr_t (*get)(hid_t, hid_t, void *))
{
    char *text = NULL, *given = NULL;
    if (H5Tget_class(type) != H5T_STRING || H5Sget_simple_extent_npoints(space) != 1)
        return NULL;
    if (H5Tis_variable_str(type) > 0) {
        hid_t memory = H5Tcopy(type);
        if (get(id, memory, &given) >= 0 && given) text = strdup(given);
        if (given) H5free_memory(given);
        h5_drop(memory);
        return text;
    }
    size_t n = H5Tget_size(type);
    if (n > 1 << 16) return NULL;
    text = calloc(n + 1, 1);
    if (text && get(id, type, text) < 0) free(text), text = NULL;
    return text;
}

static herr_t get_dataset(hid_t id, hid_t type, void *out)
{
    return H5Dread(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out);
}

enum status h5_text(const struct h5_file *f, const char *name, char **text)
{
    *text = NULL;
    if (!h5_exists(f, name)) return FAIL(ST_DATA, "%s: %s is not there", f->path, name);
    hid_t id = H5Dopen(f->id, name, H5P_DEFAULT);
    hid_t type = H5Dget_type(id), space = H5Dget_space(id), list = H5Dget_create_plist(id);
    if (id >= 0 && H5Pget_external_count(list) == 0 && H5Pget_layout(list) != H5D_VIRTUAL)
        *text = read_string(id, type, space, get_dataset);
    h5_drop(list);
    h5_drop(space);
    h5_drop(type);
    h5_drop(id);
    return *text ? ST_OK : FAIL(ST_DATA, "%s: %s is not a readable text", f->path, name);
}

static hid_t open_attribute(const struct h5_file *f, const char *object, const char *name)
{
    if (!h5_exists(f, object)) return -1;
    if (H5Aexists_by_name(f->id, object, name, H5P_DEFAULT) <= 0) return -1;
    return H5Aopen_by_name(f->id, object, name, H5P_DEFAULT, H5P_DEFAULT);
}

int h5_attribute_text(const struct h5_file *f, const char *object, const char *name, char *text,
                      size_t n)
{
    *text = '\0';
    hid_t id = open_attribute(f, object, name);
    if (id < 0) return 0;
    hid_t type = H5Aget_type(id), space = H5Aget_space(id);
    char *found = read_string(id, type, space, H5Aread);
    if (found) snprintf(text, n, "%s", found);
    h5_drop(space);
    h5_drop(type);
    h5_drop(id);
    free(found);
    return found != NULL;
}

/* One number of that class, converted to the type in memory. */
static int read_number(const struct h5_file *f, const char *object, const char *name,
                       H5T_class_t class, hid_t memory, void *value)
{
    hid_t id = open_attribute(f, object, name);
    if (id < 0) return 0;
    hid_t type = H5Aget_type(id), space = H5Aget_space(id);
    int ok = H5Tget_class(type) == class && H5Sget_simple_extent_npoints(space) == 1 &&
             H5Aread(id, memory, value) >= 0;
    h5_drop(space);
    h5_drop(type);
    h5_drop(id);
    return ok;
}

int h5_attribute_int(const struct h5_file *f, const char *object, const char *name, long *value)
{
    return read_number(f, object, name, H5T_INTEGER, H5T_NATIVE_LONG, value);
}

int h5_attribute_real(const struct h5_file *f, const char *object, const char *name,
                      double *value)
{
    return read_number(f, object, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, value);
}
