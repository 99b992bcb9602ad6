"""compare_long.py RUN: the residuals' variances that figures.h5 has are those of numpy's singular
values, 1e-9 apart, and their number is as large as it says."""
import sys

import h5py
import numpy

with h5py.File(sys.argv[1] + "/results.h5") as f:
    x = f["residuals"][:].reshape(len(f["residuals"]), -1).astype("f8")
with h5py.File(sys.argv[1] + "/figures/figures.h5") as f:
    found = f["figures/residual_variance/variance"][:]
    total = f["figures/residual_variance/total"][0]
    components = f["figures/residual_pca/components"][:].reshape(5, -1)
rows, n = x.shape
x -= x.mean(0)
gram = x @ x.T / rows
wanted = numpy.linalg.eigvalsh(gram)[::-1]
assert len(found) == (n if rows <= 3072 else 20), len(found)
few = found[:min(20, rows - 1)]
assert (abs(few - wanted[:len(few)]) < 1e-9 * few).all(), "variances"
assert abs(found[rows:]).max(initial=0) == 0
assert abs(total - gram.trace()) < 1e-9 * total, "total"
assert abs(components @ components.T - numpy.eye(5)).max() < 1e-9, "not orthonormal"
error = numpy.linalg.norm(components @ x.T @ x / rows - few[:5, None] * components, axis=1)
assert (error < 1e-8 * few[:5]).all(), error
