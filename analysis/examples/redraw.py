#!/usr/bin/env python3
"""Redraw the residual PCA from figures.h5, as a start for figures of your own.

usage: redraw.py runs/vae/figures/figures.h5 residuals.png
"""
import sys

import h5py
import matplotlib
import numpy

matplotlib.use("Agg")  # a file, not a window
from matplotlib import pyplot

with h5py.File(sys.argv[1]) as f:
    mean = f["figures/residual_pca/mean"][:]
    components = f["figures/residual_pca/components"][:]
    share = f["figures/residual_variance/variance"][:] / f["figures/residual_variance/total"][0]
    run = f["provenance"].attrs["run"]

tiles = numpy.concatenate([mean[None], components])
names = ["mean"] + ["component %d: %.1f %%" % (i + 1, 100 * share[i])
                    for i in range(len(components))]
scale = abs(tiles).max() or 1  # one scale for all: mid grey is zero
figure, axes = pyplot.subplots(1, len(tiles), figsize=(2 * len(tiles), 2.6))
for axis, tile, name in zip(axes, tiles, names):
    axis.imshow(tile, cmap="gray", vmin=-scale, vmax=scale)
    axis.set_title(name, fontsize=8)
    axis.axis("off")
figure.suptitle("Residuals of the run %s" % run)
figure.savefig(sys.argv[2], dpi=100)
