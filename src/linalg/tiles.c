#include "tiles.h"

#include "base/wide.h"

#include <string.h>

static const struct tiles *chosen;

static int runs_here(const struct tiles *t)
{
#ifdef __x86_64__
    int fma = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (t == &tiles_avx2) return fma;
    if (t == &tiles_avx512)
        return fma && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");
#endif
    return t != NULL;
}

/* From the best down. */
static const struct tiles *const all[] = {
#ifdef __x86_64__
    &tiles_avx512,
    &tiles_avx2,
#endif
#ifdef __aarch64__
    &tiles_neon,
#endif
    &tiles_portable,
};

enum { COUNT = sizeof all / sizeof all[0] };

/* The loops of base/wide.h go along. */
static void use(const struct tiles *t)
{
    chosen = t;
    wide_allow(strcmp(t->name, "avx512") == 0);
}

int tiles_choose(const char *name)
{
    int best = strcmp(name, "auto") == 0;
    for (int i = 0; i < COUNT; i++)
        if (runs_here(all[i]) && (best || strcmp(all[i]->name, name) == 0))
            return use(all[i]), 1;
    return 0;
}

const struct tiles *tiles_here(void)
{
    if (!chosen) tiles_choose("auto");
    return chosen;
}
