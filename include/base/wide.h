/* wide - loops over floats that are compiled twice: for the vectors of the build, and for
 * AVX-512.
 *
 * The bits are the same (base/numbers.h).  WIDE makes a function of an inline one; its
 * parameters are written out again, each restrict too, and then their names:
 *
 *   static WIDE_BODY void twice_body(size_t n, float *restrict x) { ... }
 *   WIDE(twice, (size_t n, float *restrict x), (n, x));
 */
#ifndef BASE_WIDE_H
#define BASE_WIDE_H

/* Whether the second copy runs: the CPU has AVX-512 and wide_allow has not been told otherwise.
 * Local, cannot fail. */
int wide_here(void);

/* From here on, or, with 0, no longer.  Local, cannot fail. */
void wide_allow(int allowed);

#define WIDE_BODY inline __attribute__((always_inline))

#if defined(__x86_64__) && defined(__clang__)
#define WIDE_TARGET __attribute__((target("avx512f,avx512vl,avx2,fma")))
#elif defined(__x86_64__)
#define WIDE_TARGET __attribute__((target("avx512f,avx512vl,avx2,fma,prefer-vector-width=512")))
#else
#define WIDE_TARGET
#endif

#define WIDE(name, parameters, arguments)                                                      \
    WIDE_TARGET static void name##_wide parameters                                             \
    {                                                                                          \
        name##_body arguments;                                                                 \
    }                                                                                          \
    static void name parameters                                                                \
    {                                                                                          \
        if (wide_here())                                                                       \
            name##_wide arguments;                                                             \
        else                                                                                   \
            name##_body arguments;                                                             \
    }                                                                                          \
    static void name parameters

#endif
