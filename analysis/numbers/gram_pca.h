/* report_map - where codes of many numbers lie in the plane of their first two principal
 * components, without a covariance of all their dimensions.
 *
 * With the rows x_i of few codes, centred, the matrix G = X X^T is small; its eigenvectors u_k
 * of length 1 and eigenvalues s_k give the coordinates of code i as sqrt(s_k) u_k[i]: those of
 * a PCA of the same codes.
 */
#ifndef ANALYSIS_REPORT_MAP_H
#define ANALYSIS_REPORT_MAP_H

#include "analysis/run.h"

/* xy[count, 2] = the places of the first `count` codes.  Local.  Fails with ST_DATA (codes that
 * are not finite), ST_NOMEM or ST_INTERNAL. */
enum status report_map_place(const struct run *r, size_t count, float *xy) MUST_USE;

#endif
