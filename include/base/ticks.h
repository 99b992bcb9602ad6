/* ticks - a counter for spans far below a microsecond, at a rate that is the same all the time
 * but not known: a span's share of a longer one, whose seconds clock_seconds gives. */
#ifndef BASE_TICKS_H
#define BASE_TICKS_H

#include <stdint.h>

#if defined(__x86_64__)

static inline uint64_t ticks_now(void)
{
    return __builtin_ia32_rdtsc();
}

#else

#include "base/clock.h"

static inline uint64_t ticks_now(void)
{
    return (uint64_t)(clock_seconds() * 1e9);
}

#endif
#endif
