/* krylov - the largest eigenvalues of a symmetric positive semidefinite matrix A, and their
 * eigenvectors, where A is known by its products alone.
 *
 * A block Lanczos method with full orthogonalisation.  From a block Q of random rows grows an
 * orthonormal basis of Q, QA, QA^2, ..., a product a step; values and vectors are those of A
 * seen in this basis (Rayleigh and Ritz).  A basis that is full begins again with its best
 * vectors (K. Wu, H. Simon, "Thick-restart Lanczos method for large symmetric eigenvalue
 * problems", SIAM J. Matrix Anal. Appl. 22, 2000).  The start at random and a block that is
 * wider than the vectors wanted are those of N. Halko, P.-G. Martinsson, J. A. Tropp, "Finding
 * structure with randomness", SIAM Review 53, 2011: a value that A has several times is found
 * as often.  However near to one another the values are, the space holds a nearly best
 * approximation of A after O(log n / sqrt(error)) products: C. Musco, C. Musco, "Randomized
 * block Krylov methods for stronger and faster approximate singular value decomposition",
 * NIPS 2015.
 *
 * When it stops: of a vector v of length 1 with value t, let r = |vA - tv|; A has an eigenvalue
 * within r of t, and v leans away from the eigenvectors by r / gap at most.  It stops as soon
 * as each of the wanted has r <= 1e-10 t, or r <= 1e-13 of the largest value, where rounding
 * ends all; as soon as the basis holds all of A; or after KRYLOV_PRODUCTS products.
 */
#ifndef LINALG_KRYLOV_H
#define LINALG_KRYLOV_H

#include "base/random.h"
#include "base/status.h"

enum { KRYLOV_PRODUCTS = 100, KRYLOV_EXTRA = 11 /* rows of the block above those wanted */ };

/* y[count, n] = x[count, n] A.  May fail. */
typedef enum status krylov_product(void *user, size_t count, const double *x, double *y);

struct krylov {
    size_t n, count; /* count: as many as wanted, n at most */
    double *vectors; /* [count, n]: rows of length 1, orthogonal, signs as in linalg/eigen.h */
    double *values;  /* [count], descending */
    double residual; /* the largest r / t, 0 where rounding ends all */
    int products;
};

/* The `wanted` largest of A[n, n], the random rows being named `start`.  The caller frees *k
 * with krylov_free, after a failure as well.  Beside the vectors memory holds the basis,
 * krylov_basis rows of n numbers, and a block.  Local.  Fails with ST_NOMEM, ST_INTERNAL,
 * ST_DATA (a product is not finite) or as the product does. */
enum status krylov_largest(struct krylov *k, size_t n, size_t wanted, struct random_name start,
                           krylov_product *product, void *user) MUST_USE;
void krylov_free(struct krylov *k);

/* Rows of the basis.  Bytes that krylov_largest takes at most, with what it finds.  Cannot
 * fail. */
size_t krylov_basis(size_t n, size_t wanted);
size_t krylov_bytes(size_t n, size_t wanted);

#endif
