/* threads - how many threads the functions of OpenBLAS take that are linked: those of double
 * precision, in the analysis.
 */
#ifndef LINALG_THREADS_H
#define LINALG_THREADS_H

/* One: the same bits on every machine of one kind.  Local, cannot fail. */
void threads_one(void);

#endif
