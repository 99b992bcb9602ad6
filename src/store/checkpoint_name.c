#include "store/checkpoint_name.h"

#include <stdio.h>
#include <string.h>

void checkpoint_name(long epoch, long step, char *name, size_t n)
{
    snprintf(name, n, "checkpoint-%04ld-%06ld.h5", epoch, step);
}

const char *checkpoint_name_parse(const char *name, long *epoch, long *step)
{
    char exact[64];
    if (sscanf(name, "checkpoint-%ld-%ld.h5", epoch, step) != 2) return NULL;
    checkpoint_name(*epoch, *step, exact, sizeof exact);
    size_t n = strlen(exact);
    return strncmp(name, exact, n) == 0 ? name + n : NULL;
}
