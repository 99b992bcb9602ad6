"""knn_numpy.py make: results with codes in clusters; compare: the score against numpy's."""
import os
import sys

import h5py
import numpy

run = os.environ["SCRATCH"] + "/run/"
rows, width, k = 3000, 5, 10


def make():
    random = numpy.random.default_rng(8)
    labels = random.integers(0, 10, rows)
    centres = 1.5 * random.normal(size=(10, width))
    codes = centres[labels] + random.normal(size=(rows, width))
    codes[::50] = codes[1::50]  # rows at distance 0
    with h5py.File(run + "results.h5", "w") as f:
        f["codes"] = codes.astype("f4")
        f["labels"] = labels.astype("u1")
        f["residuals"] = numpy.zeros((rows, 2, 2, 1), "f4")
        f["reconstructions"] = numpy.zeros((rows, 2, 2, 1), "f4")


def vote(labels):
    """The label with the most votes; of several, that of the nearest."""
    votes = numpy.bincount(labels)
    return next(label for label in labels if votes[label] == votes.max())


def compare():
    with h5py.File(run + "results.h5") as f:
        codes, labels = f["codes"][:].astype("f8"), f["labels"][:]
    correct = 0
    for i in range(rows):
        distance = ((codes - codes[i]) ** 2).sum(1)
        distance[i] = numpy.inf
        near = numpy.argsort(distance, kind="stable")[:k]
        correct += vote(labels[near]) == labels[i]
    with h5py.File(run + "figures.h5") as f:
        group = f["figures/knn"]
        found = {name: group[name][0] for name in group if name != "title"}
    assert found["k"] == k and found["rows"] == rows, found
    assert found["correct"] == correct, (found, correct)
    assert 0.3 * rows < correct < 0.95 * rows, correct  # neither chance nor perfect
    assert found["accuracy"] == correct / rows, found
    print("%d of %d rows have the label of their neighbours" % (correct, rows))


make() if sys.argv[1] == "make" else compare()
