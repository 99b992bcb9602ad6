/* checkpoint_files - the checkpoints of a folder, newest first, by their names alone. */
#ifndef STORE_CHECKPOINT_FILES_H
#define STORE_CHECKPOINT_FILES_H

#include "base/status.h"

struct checkpoint_file {
    char name[64];
    long epoch, step; /* finished epochs, steps of the next one */
};

struct checkpoint_files {
    struct checkpoint_file *file; /* [count] */
    int count;
};

/* The caller frees it with checkpoint_files_free.  Local.  Fails with ST_NOINPUT where the
 * folder cannot be read, or ST_NOMEM. */
enum status checkpoint_files_list(struct checkpoint_files *files, const char *folder) MUST_USE;
void checkpoint_files_free(struct checkpoint_files *files);

#endif
