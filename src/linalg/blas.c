#include "blas.h"

#include <dlfcn.h>
#include <stdlib.h>

/* Where the loader finds it, or where it was when this was built. */
static void *open_library(void)
{
    void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    return library ? library : dlopen(HOURGLASS_OPENBLAS, RTLD_NOW | RTLD_LOCAL);
}

/* function = library's name; the standard knows no cast from one kind of pointer to the other.
 */
static int find(void *library, const char *name, void *function)
{
    void *found = library ? dlsym(library, name) : NULL;
    *(void **)function = found;
    return found != NULL;
}

enum status blas_load(const struct blas **b)
{
    static struct blas here;
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    void *library = here.sgemm ? NULL : open_library();
    if (here.sgemm || (find(library, "cblas_sgemm", &here.sgemm) &&
                       find(library, "openblas_get_config", &here.config) &&
                       find(library, "openblas_get_corename", &here.corename)))
        return *b = &here, ST_OK;
    const char *why = dlerror();
    return FAIL(ST_SETTING,
                "run.backend = openblas: OpenBLAS cannot be loaded (%s); auto does without it",
                why ? why : "it lacks a function");
}
