/* nexus - a NeXus file: named arrays in HDF5 that viewers draw by themselves, here the numbers
 * behind the figures.
 *
 * The conventions are NeXus's: attributes `default` lead from the root (NXroot) over an entry
 * (NXentry) to a group (NXdata), whose own attributes say which array is drawn over which
 * axes.  silx and h5web follow them.
 *
 *   /                  default = "figures"
 *   /figures           default = the first group with a signal
 *   /figures/GROUP     NXdata: signal, auxiliary_signals, axes, AXIS_indices; a text `title`.
 *                      NXcollection where nothing is to be drawn
 *   /provenance        of the file; /provenance/run: of the run behind it
 *
 * The file is built in memory and committed, as a checkpoint is.
 */
#ifndef STORE_NEXUS_H
#define STORE_NEXUS_H

#include "store/arrays.h"

enum { NEXUS_SIGNALS = 8 };

/* What the arrays GROUP/... show. */
struct nexus_group {
    const char *name, *title;
    const char *signal; /* the array that is drawn; NULL: none */
    const char
        *others[NEXUS_SIGNALS];   /* arrays of the same shape, drawn beside it; NULL: end */
    const char *axes[ARRAY_RANK]; /* the array along each dimension of the signal, "."
                                     where there is none; more axes than dimensions are
                                     the coordinates of points */
};

struct nexus {
    const struct array *arrays; /* [array_count], "GROUP/NAME" */
    int array_count;
    const struct nexus_group *groups; /* [group_count] */
    int group_count;
    const struct provenance *file, *run; /* run may be NULL */

    /* Told when array i is in the file and its data are not needed any more; may be NULL. */
    void (*written)(void *user, int i);
    void *user;
};

/* Commit folder/name.  Local.  Fails with ST_CANTCREATE, ST_NOMEM or ST_INTERNAL (also where a
 * signal, or an axis of another length, does not fit its group); an older file of that name is
 * untouched then. */
enum status nexus_save(const char *folder, const char *name, const struct nexus *x) MUST_USE;

#endif
