/* memory - how much of this process is in memory, and arrays that lie well in it. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* Bytes of this process that are in memory now; 0 where the system does not say.  Local, cannot
 * fail. */
size_t memory_now(void);

/* The most that were so far; 0 where the system does not say.  Local, cannot fail. */
size_t memory_peak(void);

/* Remember how much it is now: before anything is read, but with libraries and MPI.  Local,
 * cannot fail. */
void memory_mark(void);

/* What memory_mark has found; 0 before it.  Local, cannot fail. */
size_t memory_marked(void);

/* From here on a large array that is freed leaves the process at once, and memory_trim makes
 * the rest follow: then a process takes what it holds.  Nothing happens where the C library
 * knows no such thing.  Local, cannot fail. */
void memory_frugal(void);
void memory_trim(void);

/* Room for an array of floats that is gone through again and again: on a line of the cache and,
 * where it is large and the system has them, in large pages, whose addresses are found faster.
 * The caller frees it.  NULL where there is none. */
void *memory_array(size_t bytes);

#endif
