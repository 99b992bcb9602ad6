"""Follow NeXus's attributes through figures.h5: every group says what is drawn over which axes.

usage: test_nexus.py FIGURES.H5; exit code 0, or the faults one a line.
"""
import shutil
import sys

import h5py


def faults_of_data(name, g):
    signal = g.attrs.get("signal")
    if not isinstance(signal, str) or not isinstance(g.get(signal), h5py.Dataset):
        yield "%s: no signal" % name
        return
    shape = g[signal].shape
    axes = list(g.attrs.get("axes", []))
    points = len(shape) == 1 and len(axes) > 1
    if axes and len(axes) != len(shape) and not points:
        yield "%s: %d axes for %d dimensions" % (name, len(axes), len(shape))
        return
    for i, axis in enumerate(axes):
        along = 0 if points else i
        if axis == ".":
            continue
        if axis not in g or g[axis].shape != (shape[along],):
            yield "%s: axis %s does not fit" % (name, axis)
        if g.attrs.get(axis + "_indices") != along:
            yield "%s: axis %s is not given its dimension" % (name, axis)
    for other in g.attrs.get("auxiliary_signals", []):
        if other not in g or g[other].shape != shape:
            yield "%s: %s is not like the signal" % (name, other)
    if not isinstance(g["title"].asstr()[()], str):
        yield "%s: no title" % name


def faults_of(f):
    """All that is wrong with an open figures.h5."""
    if f.attrs.get("NX_class") != "NXroot":
        yield "the root is no NXroot"
    entry = f[f.attrs["default"]]
    if entry.attrs.get("NX_class") != "NXentry":
        yield "the default is no NXentry"
    if entry[entry.attrs["default"]].attrs.get("NX_class") != "NXdata":
        yield "the entry's default is no NXdata"
    for name, g in entry.items():
        if not isinstance(g, h5py.Group):
            yield "%s stands outside of a group" % name
        elif g.attrs.get("NX_class") == "NXdata":
            yield from faults_of_data(name, g)
        elif g.attrs.get("NX_class") != "NXcollection":
            yield "%s: no class" % name


def images_are_images(f):
    """Stacks of images are marked as such, and their last two dimensions are height, width."""
    count = 0
    for g in f["figures"].values():
        for d in g.values():
            if d.attrs.get("interpretation") == "image":
                assert list(d.attrs["DIMENSION_LABELS"][-2:]) == ["height", "width"], d.name
                count += 1
    return count


path = sys.argv[1]
with h5py.File(path) as f:
    found = list(faults_of(f))
    assert not found, "\n".join(found)
    groups = {n: g.attrs.get("signal") for n, g in f["figures"].items()}
    assert {"residual_pca": "components", "latent_scatter": "label", "baseline": None,
            "loss_curves": "train_loss", "latent_manifold": "images"}.items() <= groups.items()
    assert images_are_images(f) >= 10
    assert list(f["figures/latent_scatter"].attrs["axes"]) == ["x", "y"]
    assert f["figures/loss_curves/seconds"].attrs["units"] == "s"
    assert f["provenance/run"].attrs["ranks"] == "3"
    names = list(groups)

# Negative controls: each fault is seen.
spoilt = path + ".spoilt"


def seen(spoil, word):
    shutil.copy(path, spoilt)
    with h5py.File(spoilt, "r+") as f:
        spoil(f["figures"])
        assert any(word in fault for fault in faults_of(f)), word


def shorten(e):
    del e["loss_curves/epoch"]
    e["loss_curves/epoch"] = [1.0]


def forget(e):
    del e["interpolation_same"].attrs["NX_class"]


seen(lambda e: e["generated"].attrs.__delitem__("signal"), "no signal")
seen(lambda e: e["generated"].__delitem__("images"), "no signal")
seen(shorten, "does not fit")
seen(forget, "no class")
print("%d groups: %s" % (len(names), ", ".join(names)))
