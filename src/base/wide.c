#include "base/wide.h"

static int barred;

int wide_here(void)
{
#ifdef __x86_64__
    return !barred && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");
#else
    return 0;
#endif
}

void wide_allow(int allowed)
{
    barred = !allowed;
}
