/* check_storage - whether a folder keeps what all ranks write into it together. */
#ifndef APPS_CHECK_STORAGE_H
#define APPS_CHECK_STORAGE_H

#include "comm/world.h"

/* Write some megabytes into folder/storage.h5 by parallel HDF5, each rank its rows; sync them
 * and drop them from memory; read them back on the rank that wrote them, and once more on
 * another. *bytes and *seconds say how much and how long.  Collective.  Fails on every rank
 * alike as results_save does, and with ST_DATA where a rank reads something else than was
 * written. */
enum status check_storage_try(struct world *w, const char *folder, double *bytes,
                              double *seconds) MUST_USE;

#endif
