#include "base/cpu.h"

#include <stdio.h>
#include <string.h>

/* Files are little-endian, and are written and read as they lie in memory. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "hourglass is for little-endian machines: here its files would be wrong");

#ifdef __x86_64__

/* A row: the name, whether the compiler was allowed to use it, as its macro is 1 then, and
 * whether the CPU has it and the system saves its registers. */
#define TEXT(word)     #word
#define IS_USED(macro) (TEXT(macro)[0] == '1')
#define FEATURE(macro, name)                                                                   \
    {                                                                                          \
        name, IS_USED(macro), __builtin_cpu_supports(name) != 0                                \
    }

enum status cpu_check(void)
{
    __builtin_cpu_init();
    const struct {
        const char *name;
        int used, here;
    } features[] = {
        FEATURE(__SSE3__, "sse3"),
        FEATURE(__SSSE3__, "ssse3"),
        FEATURE(__SSE4_1__, "sse4.1"),
        FEATURE(__SSE4_2__, "sse4.2"),
        FEATURE(__POPCNT__, "popcnt"),
        FEATURE(__AVX__, "avx"),
        FEATURE(__AVX2__, "avx2"),
        FEATURE(__FMA__, "fma"),
        FEATURE(__FMA4__, "fma4"),
        FEATURE(__XOP__, "xop"),
        FEATURE(__BMI__, "bmi"),
        FEATURE(__BMI2__, "bmi2"),
        FEATURE(__AVX512F__, "avx512f"),
        FEATURE(__AVX512BW__, "avx512bw"),
        FEATURE(__AVX512CD__, "avx512cd"),
        FEATURE(__AVX512DQ__, "avx512dq"),
        FEATURE(__AVX512VL__, "avx512vl"),
        FEATURE(__AVX512IFMA__, "avx512ifma"),
        FEATURE(__AVX512VBMI__, "avx512vbmi"),
        FEATURE(__AVX512VBMI2__, "avx512vbmi2"),
        FEATURE(__AVX512VNNI__, "avx512vnni"),
        FEATURE(__AVX512BITALG__, "avx512bitalg"),
        FEATURE(__AVX512VPOPCNTDQ__, "avx512vpopcntdq"),
        FEATURE(__GFNI__, "gfni"),
#ifndef __clang__ /* clang 14 cannot ask for these */
        FEATURE(__F16C__, "f16c"),
        FEATURE(__LZCNT__, "lzcnt"),
        FEATURE(__MOVBE__, "movbe"),
        FEATURE(__AVXVNNI__, "avxvnni"),
#endif
    };
    char lacks[256] = "";
    for (size_t i = 0, at = 0; i < sizeof features / sizeof features[0]; i++)
        if (features[i].used && !features[i].here && at < sizeof lacks)
            at += (size_t)snprintf(lacks + at, sizeof lacks - at, "%s%s", at ? ", " : "",
                                   features[i].name);
    return !*lacks ? ST_OK
                   : FAIL(ST_INTERNAL,
                          "this program was built for CPUs with %s, which this machine does "
                          "not have: build it on this machine, or with cmake "
                          "-DHOURGLASS_ARCH= for any CPU",
                          lacks);
}

#else

enum status cpu_check(void)
{
    return ST_OK;
}

#endif
