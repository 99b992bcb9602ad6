/* orthonormal - rows made orthogonal to one another and of length 1, in double. */
#ifndef LINALG_ORTHONORMAL_H
#define LINALG_ORTHONORMAL_H

#include <stddef.h>

/* v[count, n] -> v[kept, n], orthonormal, with the same span: each row less its parts along
 * those before, twice (modified Gram-Schmidt; twice is enough: L. Giraud, J. Langou, M.
 * Rozloznik, "The loss of orthogonality in the Gram-Schmidt orthogonalization process",
 * Computers and Mathematics with Applications 50, 2005).  A row of which no more than `least`
 * is left is dropped, and the next take its place.  Returns `kept`.  Local, cannot fail. */
size_t orthonormal_rows(size_t count, size_t n, double *v, double least);

/* The row's sign is such that its entry of largest absolute value, the first of several, is
 * positive.  Local, cannot fail. */
void orthonormal_sign(size_t n, double *v);

#endif
