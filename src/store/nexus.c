#include "store/nexus.h"

#include "store/commit.h"
#include "store/h5.h"
#include "store/h5_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char entry[] = "figures";

/* ---- what is declared fits the arrays ------------------------------------------------- */

static const struct array *find(const struct nexus *x, const char *group, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", group, name);
    for (int i = 0; i < x->array_count; i++)
        if (strcmp(x->arrays[i].name, path) == 0) return &x->arrays[i];
    return NULL;
}

static int same_shape(const struct array *a, const struct array *b)
{
    int same = a->rank == b->rank;
    for (int i = 0; same && i < a->rank; i++) same = a->dims[i] == b->dims[i];
    return same;
}

static int axis_count(const struct nexus_group *g)
{
    int n = 0;
    while (n < ARRAY_RANK && g->axes[n]) n++;
    return n;
}

/* The dimension of the signal that axis i stands along. */
static int dimension_of(const struct nexus_group *g, const struct array *signal, int i)
{
    return axis_count(g) > signal->rank ? 0 : i;
}

static enum status unfit(const struct nexus_group *g, const char *name)
{
    return FAIL(ST_INTERNAL, "the array %s/%s does not fit what its group declares", g->name,
                name);
}

static enum status check_axis(const struct nexus *x, const struct nexus_group *g,
                              const struct array *signal, int i)
{
    if (strcmp(g->axes[i], ".") == 0) return ST_OK;
    const struct array *axis = find(x, g->name, g->axes[i]);
    if (!axis || axis->rank != 1 || axis->dims[0] != signal->dims[dimension_of(g, signal, i)])
        return unfit(g, g->axes[i]);
    return ST_OK;
}

static enum status check_group(const struct nexus *x, const struct nexus_group *g)
{
    const struct array *signal = find(x, g->name, g->signal);
    if (!signal) return unfit(g, g->signal);
    int axes = axis_count(g), points = signal->rank == 1 && axes > 1;
    if (axes && axes != signal->rank && !points) return unfit(g, g->signal);
    for (int i = 0; i < axes; i++) TRY(check_axis(x, g, signal, i));
    for (int i = 0; i < NEXUS_SIGNALS && g->others[i]; i++) {
        const struct array *other = find(x, g->name, g->others[i]);
        if (!other || !same_shape(other, signal)) return unfit(g, g->others[i]);
    }
    return ST_OK;
}

/* ---- writing -------------------------------------------------------------------------- */

static enum status write_axes(hid_t at, const struct nexus *x, const struct nexus_group *g)
{
    int axes = axis_count(g);
    const struct array *signal = find(x, g->name, g->signal);
    char name[128];
    if (axes) TRY(h5_write_attribute_texts(at, g->name, "axes", g->axes, axes));
    for (int i = 0; i < axes; i++) {
        if (strcmp(g->axes[i], ".") == 0) continue;
        snprintf(name, sizeof name, "%s_indices", g->axes[i]);
        TRY(h5_write_attribute_int(at, g->name, name, dimension_of(g, signal, i)));
    }
    return ST_OK;
}

static enum status write_group(hid_t at, const struct nexus *x, const struct nexus_group *g)
{
    char title[256];
    int others = 0;
    snprintf(title, sizeof title, "%s/title", g->name);
    TRY(h5_write_group(at, g->name));
    TRY(h5_write_attribute_text(at, g->name, "NX_class",
                                g->signal ? "NXdata" : "NXcollection"));
    if (g->title) TRY(h5_write_text(at, title, g->title));
    if (!g->signal) return ST_OK;
    TRY(check_group(x, g));
    TRY(h5_write_attribute_text(at, g->name, "signal", g->signal));
    while (others < NEXUS_SIGNALS && g->others[others]) others++;
    if (others)
        TRY(h5_write_attribute_texts(at, g->name, "auxiliary_signals", g->others, others));
    return write_axes(at, x, g);
}

static enum status write_default(hid_t at, const struct nexus *x)
{
    for (int i = 0; i < x->group_count; i++)
        if (x->groups[i].signal)
            return h5_write_attribute_text(at, ".", "default", x->groups[i].name);
    return ST_OK;
}

static enum status write_arrays(hid_t at, const struct nexus *x)
{
    for (int i = 0; i < x->array_count; i++) {
        TRY(h5_write_array(at, &x->arrays[i]));
        if (x->written) x->written(x->user, i);
    }
    return ST_OK;
}

static enum status write_entry(hid_t file, const struct nexus *x)
{
    enum status st;
    hid_t at = -1;
    TRY_DONE(h5_write_group(file, entry));
    at = H5Gopen(file, entry, H5P_DEFAULT);
    TRY_DONE(h5_write_attribute_text(at, ".", "NX_class", "NXentry"));
    TRY_DONE(write_default(at, x));
    TRY_DONE(write_arrays(at, x));
    for (int i = 0; i < x->group_count; i++) TRY_DONE(write_group(at, x, &x->groups[i]));
done:
    h5_drop(at);
    return st;
}

static enum status write_provenance(hid_t file, const struct nexus *x)
{
    TRY(h5_write_provenance(file, "/provenance", x->file));
    TRY(h5_write_attribute_text(file, "/provenance", "NX_class", "NXcollection"));
    if (!x->run) return ST_OK;
    TRY(h5_write_provenance(file, "/provenance/run", x->run));
    return h5_write_attribute_text(file, "/provenance/run", "NX_class", "NXcollection");
}

enum status nexus_save(const char *folder, const char *name, const struct nexus *x)
{
    hid_t file = -1;
    void *bytes = NULL;
    size_t n;
    enum status st;
    TRY_DONE(h5_write_memory(&file, "arrays"));
    TRY_DONE(h5_write_attribute_text(file, "/", "NX_class", "NXroot"));
    TRY_DONE(h5_write_attribute_text(file, "/", "default", entry));
    TRY_DONE(write_entry(file, x));
    TRY_DONE(write_provenance(file, x));
    TRY_DONE(h5_write_bytes(file, 0, &bytes, &n));
    TRY_DONE(commit_bytes(folder, name, bytes, n));
done:
    h5_drop(file);
    free(bytes);
    return st;
}
