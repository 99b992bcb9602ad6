"""Results with residuals of known spread, larger than one slab of the reader."""
import os

import h5py
import numpy

random = numpy.random.default_rng(5)
rows, side = 12000, 12
directions = numpy.linalg.qr(random.normal(size=(side * side, 8)))[0].T
spread = 2.0 ** -numpy.arange(8)
x = random.normal(size=(rows, 8)) * spread @ directions + 0.01 * random.normal(
    size=(rows, side * side)) + 0.3
images = (rows, side, side, 1)
with h5py.File(os.environ["SCRATCH"] + "/run/results.h5", "w") as f:
    f["residuals"] = x.astype("f4").reshape(images)
    f["reconstructions"] = numpy.zeros(images, "f4")
    f["codes"] = numpy.zeros((rows, 2), "f4")

# The test images are the residuals; the training images are bytes, more than one slab.
train = random.integers(0, 256, size=(9000, side, side, 1), dtype="u1")
data = os.environ["SCRATCH"] + "/data.h5"
with h5py.File(data, "w") as f:
    f.attrs["name"] = "bytes"
    f["train/images"] = train
    f["train/images"].attrs["scale"] = numpy.float32(1 / 255)
with open(os.environ["SCRATCH"] + "/run/job.ini", "w") as f:
    f.write("[run]\nname = numbers\n[data]\nfile = %s\nlimit = 8500\n" % data)
