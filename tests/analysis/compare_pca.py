"""Compare the recorded principal components with numpy's."""
import os

import h5py
import numpy

run = os.environ["SCRATCH"] + "/run/"
with h5py.File(run + "results.h5") as f:
    x = f["residuals"][:].reshape(len(f["residuals"]), -1).astype("f8")
with h5py.File(os.environ["SCRATCH"] + "/data.h5") as f:
    train = f["train/images"][:8500].reshape(8500, -1) / 255
with h5py.File(run + "figures.h5") as f:
    f = f["figures"]
    baseline = {name: f["baseline"][name][0] for name in f["baseline"] if name != "title"}
    mean = f["residual_pca/mean"][:].ravel()
    components = f["residual_pca/components"][:].reshape(5, -1)
    variances, total = f["residual_variance/variance"][:], f["residual_variance/total"][0]

values, vectors = numpy.linalg.eigh(numpy.cov(x.T, bias=True))
values, vectors = values[::-1], vectors.T[::-1]
signs = [1 if v[numpy.argmax(abs(v))] > 0 else -1 for v in vectors]
vectors = vectors * numpy.array(signs)[:, None]
assert abs(mean - x.mean(0)).max() < 1e-9, "mean"
assert (abs(variances - values) / values).max() < 1e-6, "variances"
assert abs(total - values.sum()) < 1e-6 * total, "total variance"
assert abs(components - vectors[:5]).max() < 1e-4, "components"

# A PCA with two components, fitted on the training images, on the test images.
axes = numpy.linalg.eigh(numpy.cov(train.T))[1][:, -2:]
y = x - train.mean(0)
error = ((y - y @ axes @ axes.T) ** 2).sum(1).mean()
assert baseline["pca_fitted_on_training_images"] == 8500, baseline
assert abs(baseline["pca_squared_error"] - error) < 1e-5 * error, (baseline, error)
assert abs(baseline["model_squared_error"] - (x**2).sum(1).mean()) < 1e-6, baseline
print("components differ by at most %.1e" % abs(components - vectors[:5]).max())
