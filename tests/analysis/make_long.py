"""make_long.py RUN ROWS H W C: results.h5 of large images: made codes, labels, residuals of 40
directions and noise; the true images are noise about them."""
import os
import sys

import h5py
import numpy

run, (rows, height, width, channels) = sys.argv[1], map(int, sys.argv[2:])
random = numpy.random.default_rng(11)
n = height * width * channels
directions = random.standard_normal((40, n), "f4") * (0.9 ** numpy.arange(40, dtype="f4"))[:, None]
shape = (rows, height, width, channels)
os.makedirs(run)
with h5py.File(run + "/results.h5", "w") as f:
    residuals = f.create_dataset("residuals", shape, "f4")
    reconstructions = f.create_dataset("reconstructions", shape, "f4")
    f["codes"] = random.standard_normal((rows, 16), "f4")
    f["labels"] = (numpy.arange(rows) % 10).astype("u1")
    for at in range(0, rows, 100):
        k = min(100, rows - at)
        x = random.standard_normal((k, 40), "f4") @ directions * 0.05
        x += 0.02 * random.standard_normal((k, n), "f4")
        residuals[at:at + k] = x.reshape((k,) + shape[1:])
        reconstructions[at:at + k] = random.random((k,) + shape[1:], "f4")
