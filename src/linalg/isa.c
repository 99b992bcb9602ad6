#include "linalg/isa.h"

#include "tiles.h"

const char *isa_name(void)
{
    return tiles_here()->name;
}

int isa_choose(const char *name)
{
    return tiles_choose(name);
}
