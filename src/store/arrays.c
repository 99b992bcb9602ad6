#include "store/arrays.h"

#include "store/commit.h"
#include "store/h5.h"
#include "store/h5_write.h"

#include <stdlib.h>

enum status arrays_save(const char *folder, const char *name, const struct array *arrays,
                        int count, const struct provenance *p)
{
    hid_t file = -1;
    void *bytes = NULL;
    size_t n;
    enum status st;
    TRY_DONE(h5_write_memory(&file, "arrays"));
    for (int i = 0; i < count; i++) TRY_DONE(h5_write_array(file, &arrays[i]));
    TRY_DONE(h5_write_provenance(file, p));
    TRY_DONE(h5_write_bytes(file, 0, &bytes, &n));
    TRY_DONE(commit_bytes(folder, name, bytes, n));
done:
    h5_drop(file);
    free(bytes);
    return st;
}
