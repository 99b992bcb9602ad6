#include "base/cpu.h"

/* Files are little-endian, and are written and read as they lie in memory. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "hourglass is for little-endian machines: here its files would be wrong");

#if defined(__AVX512F__) || defined(__AVX2__)

static enum status lacks(const char *what)
{
    return FAIL(ST_INTERNAL,
                "this program was built for CPUs with %s, which this machine does not have: "
                "build it on this machine, or with cmake -DHOURGLASS_ARCH= for any CPU",
                what);
}

enum status cpu_check(void)
{
    __builtin_cpu_init();
#ifdef __AVX512F__
    if (!__builtin_cpu_supports("avx512f")) return lacks("AVX-512");
#endif
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? ST_OK
                                                                           : lacks("AVX2");
}

#else

enum status cpu_check(void)
{
    return ST_OK;
}

#endif
