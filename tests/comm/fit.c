/* fit FLOATS - the allreduce of two shards is made and freed, for test_small_memory. */
#include "comm/allreduce.h"

#include <stdlib.h>

int main(int argc, char **argv)
{
    struct world w;
    struct allreduce *s;
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
    if (world_init(&w, &argc, &argv) != ST_OK) return 1;
    if (allreduce_new(&s, &w, 2, n, 16) != ST_OK) return 1;
    allreduce_free(s);
    world_free(&w);
    return 0;
}
