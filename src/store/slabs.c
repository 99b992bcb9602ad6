#include "store/slabs.h"

#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { RANK = 4 };

static enum status bad(const struct slabs *s, const char *what)
{
    return FAIL(ST_DATA, "%s: /%s/images %s; make the file with `hourglass import`", s->path,
                s->split, what);
}

/* A pipe in place of a file would hang the reader. */
static enum status open_file(struct slabs *s)
{
    struct stat facts;
    if (stat(s->path, &facts) != 0) return FAIL(ST_NOINPUT, "%s is not there", s->path);
    if (!S_ISREG(facts.st_mode)) return FAIL(ST_DATA, "%s is not a regular file", s->path);
    s->file = H5Fopen(s->path, H5F_ACC_RDONLY, H5P_DEFAULT);
    return s->file < 0 ? FAIL(ST_DATA, "%s is not a readable HDF5 file", s->path) : ST_OK;
}

/* A hard link at each step: nothing leads out of the file. */
static int is_inside(hid_t at, const char *name)
{
    H5L_info_t link;
    return H5Lexists(at, name, H5P_DEFAULT) > 0 &&
           H5Lget_info(at, name, &link, H5P_DEFAULT) >= 0 && link.type == H5L_TYPE_HARD;
}

static enum status open_images(struct slabs *s)
{
    char path[64];
    snprintf(path, sizeof path, "%s/images", s->split);
    if (!is_inside(s->file, s->split) || !is_inside(s->file, path))
        return bad(s, "is not there");
    s->images = H5Dopen(s->file, path, H5P_DEFAULT);
    return s->images < 0 ? bad(s, "is not a dataset") : ST_OK;
}

static int is_plain(hid_t images)
{
    hid_t list = H5Dget_create_plist(images);
    H5D_layout_t layout = H5Pget_layout(list);
    int plain = H5Pget_external_count(list) == 0 &&
                (layout == H5D_CONTIGUOUS || layout == H5D_CHUNKED || layout == H5D_COMPACT);
    H5Pclose(list);
    return plain;
}

static int is_number(hid_t images)
{
    hid_t type = H5Dget_type(images);
    int known = H5Tequal(type, H5T_STD_U8LE) > 0 || H5Tequal(type, H5T_IEEE_F32LE) > 0;
    H5Tclose(type);
    return known;
}

static enum status read_shape(struct slabs *s)
{
    hsize_t d[RANK] = {0};
    hid_t space = H5Dget_space(s->images);
    int rank = H5Sget_simple_extent_ndims(space);
    if (rank == RANK) H5Sget_simple_extent_dims(space, d, NULL);
    H5Sclose(space);
    if (rank != RANK) return bad(s, "does not have the shape [N, H, W, C]");
    if (!d[0] || !d[1] || !d[2] || !d[3]) return bad(s, "is empty");
    if (d[1] > 65536 || d[2] > 65536 || d[3] > 65536)
        return bad(s, "has samples beyond reason");
    s->total = d[0];
    s->shape = (struct shape){d[1], d[2], d[3]};
    return ST_OK;
}

/* The attribute `scale`, a single number. */
static enum status read_scale(struct slabs *s)
{
    hid_t attribute = -1, space = -1;
    enum status st = ST_OK;
    if (H5Aexists(s->images, "scale") <= 0) return bad(s, "has no attribute scale");
    attribute = H5Aopen(s->images, "scale", H5P_DEFAULT);
    space = H5Aget_space(attribute);
    if (H5Sget_simple_extent_npoints(space) != 1 ||
        H5Aread(attribute, H5T_NATIVE_FLOAT, &s->scale) < 0 || !isfinite(s->scale))
        st = bad(s, "has an attribute scale that is not one finite number");
    H5Sclose(space);
    H5Aclose(attribute);
    return st;
}

/* A string attribute of one value, of fixed or variable length. */
static void read_text(hid_t attribute, char *text, size_t n)
{
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    char *variable = NULL, fixed[256] = "";
    int is_text = H5Tget_class(type) == H5T_STRING && H5Sget_simple_extent_npoints(space) == 1;
    if (is_text && H5Tis_variable_str(type) > 0) {
        if (H5Aread(attribute, type, &variable) >= 0 && variable)
            snprintf(text, n, "%s", variable), H5free_memory(variable);
    } else if (is_text && H5Tget_size(type) < sizeof fixed) {
        if (H5Aread(attribute, type, fixed) >= 0) snprintf(text, n, "%s", fixed);
    }
    H5Sclose(space);
    H5Tclose(type);
}

static void read_name(struct slabs *s)
{
    snprintf(s->name, sizeof s->name, "unknown");
    if (H5Aexists(s->file, "name") <= 0) return;
    hid_t attribute = H5Aopen(s->file, "name", H5P_DEFAULT);
    if (attribute < 0) return;
    read_text(attribute, s->name, sizeof s->name);
    H5Aclose(attribute);
}

enum status slabs_open(struct slabs *s, const char *path, const char *split)
{
    *s = (struct slabs){.file = -1, .images = -1};
    snprintf(s->path, sizeof s->path, "%s", path);
    snprintf(s->split, sizeof s->split, "%s", split);
    H5Eset_auto(H5E_DEFAULT, NULL, NULL); /* messages are ours */
    TRY(open_file(s));
    TRY(open_images(s));
    if (!is_plain(s->images)) return bad(s, "lies outside the file");
    if (!is_number(s->images)) return bad(s, "holds neither uint8 nor float32");
    TRY(read_shape(s));
    TRY(read_scale(s));
    read_name(s);
    return ST_OK;
}

void slabs_close(struct slabs *s)
{
    if (s->images >= 0) H5Dclose(s->images);
    if (s->file >= 0) H5Fclose(s->file);
    s->images = s->file = -1;
}

enum status slabs_read(const struct slabs *s, size_t first, size_t rows, float *out)
{
    hsize_t start[RANK] = {first, 0, 0, 0};
    hsize_t count[RANK] = {rows, s->shape.h, s->shape.w, s->shape.c};
    if (first > s->total || rows > s->total - first) return bad(s, "has fewer rows than asked");
    hid_t file_space = H5Dget_space(s->images), space = H5Screate_simple(RANK, count, NULL);
    H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start, NULL, count, NULL);
    herr_t failed = H5Dread(s->images, H5T_NATIVE_FLOAT, space, file_space, H5P_DEFAULT, out);
    H5Sclose(space);
    H5Sclose(file_space);
    if (failed < 0) return bad(s, "cannot be read: the file is damaged");
    for (size_t i = 0; i < rows * shape_size(s->shape); i++) out[i] *= s->scale;
    return ST_OK;
}
