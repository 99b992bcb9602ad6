"""Compare the recorded principal components with numpy's."""
import os

import h5py
import numpy

run = os.environ["SCRATCH"] + "/run/"
with h5py.File(run + "results.h5") as f:
    x = f["residuals"][:].reshape(len(f["residuals"]), -1).astype("f8")
with h5py.File(run + "residual-pca-own.h5") as f:
    group = f["residual_pca"]
    mean, components = group["mean"][:].ravel(), group["components"][:].reshape(5, -1)
    variances, total = group["variances"][:], group["variance_total"][0]

values, vectors = numpy.linalg.eigh(numpy.cov(x.T, bias=True))
values, vectors = values[::-1], vectors.T[::-1]
signs = [1 if v[numpy.argmax(abs(v))] > 0 else -1 for v in vectors]
vectors = vectors * numpy.array(signs)[:, None]
assert abs(mean - x.mean(0)).max() < 1e-9, "mean"
assert (abs(variances - values) / values).max() < 1e-6, "variances"
assert abs(total - values.sum()) < 1e-6 * total, "total variance"
assert abs(components - vectors[:5]).max() < 1e-4, "components"
print("components differ by at most %.1e" % abs(components - vectors[:5]).max())
