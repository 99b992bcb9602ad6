"""results.h5 as a trained model must make it: include/store/results.h."""
import os

import h5py
import numpy
import torch

from batch import Batch
from random_numbers import TEST


def corrupted(run, x, weights, batch):
    """What the layers at the front make of the images that are worse on purpose."""
    front = []
    for layer in run.job.encoder:
        if layer.kind not in ("noise", "dropout"):
            break
        front.append(layer)
    return run.model.run(front, x.reshape([-1] + run.job.input), weights, batch)


def expected(run, weights):
    """The arrays by name.  `inputs` and `denoised` are with the corruption that belongs to
    training; where a model always corrupts, so are the rest."""
    x = torch.tensor(run.images["test"], dtype=torch.float64)
    first, rows = run.job.encoder[0], numpy.arange(len(x))

    def given(**how):
        return Batch(run.job.seed, rows, TEST, sample=False, **how)

    def image(batch):
        codes = run.model.encode(x, weights, batch)
        return codes, run.model.image(run.model.decode(codes, weights, batch))

    batch = given()
    codes, y = image(batch)
    out = {"codes": codes, "reconstructions": y, "residuals": x - y}
    if batch.log_variance is not None:
        out["codes_log_variance"] = batch.log_variance
    if first.kind in ("noise", "dropout"):
        out["inputs"] = corrupted(run, x, weights, given(corrupt=True))
        if "always" not in first.words:
            out["denoised"] = image(given(corrupt=True))[1]
    return {name: a.numpy() for name, a in out.items()}


def stored(run):
    with h5py.File(os.path.join(run.folder, "results.h5")) as f:
        return {name: a[()] for name, a in f.items()
                if isinstance(a, h5py.Dataset) and name != "labels"}
