#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

enum { LARGE = 1 << 17 }; /* bytes of an array that the system gives and gets by itself */

static size_t marked;

void memory_mark(void)
{
    marked = memory_now();
}

size_t memory_marked(void)
{
    return marked;
}

size_t memory_peak(void)
{
    struct rusage used;
    return getrusage(RUSAGE_SELF, &used) == 0 ? (size_t)used.ru_maxrss * 1024 : 0;
}

size_t memory_now(void)
{
    size_t all = 0, here = 0;
    FILE *in = fopen("/proc/self/statm", "r"); /* in pages: of the program, of it in memory */
    if (!in) return 0;
    if (fscanf(in, "%zu %zu", &all, &here) != 2) here = 0;
    fclose(in);
    return here * (size_t)sysconf(_SC_PAGESIZE);
}

/* The GNU C library moves the limit up with each array that is freed, unless it is set. */
void memory_frugal(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, LARGE);
    mallopt(M_TRIM_THRESHOLD, LARGE);
#endif
}

void memory_trim(void)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

void *memory_array(size_t bytes)
{
    enum { LINE = 64, PAGE = 1 << 21 };
    size_t align = bytes < 2 * PAGE ? LINE : PAGE;
    void *array = aligned_alloc(align, (bytes + align) / align * align);
#ifdef MADV_HUGEPAGE
    if (array && align == PAGE) (void)madvise(array, bytes / PAGE * PAGE, MADV_HUGEPAGE);
#endif
    return array;
}
