"""The residual PCA beside NumPy's on the same file; see pca.sh.

pca.py make RUN ROWS          RUN/results.h5 with made residuals [ROWS, 28, 28, 1]
pca.py measure COMMAND...     run it; print seconds, its peak memory in MB and the MB it has read
pca.py numpy RUN TYPE OUT     the same PCA with NumPy in slabs, products in float64 or float32
pca.py compare RUN OUT        how far two results are apart
"""
import os
import subprocess
import sys
import time

import h5py
import numpy

SIDE, SLAB = 28, 2000


def room_only(f, name, shape):
    """An array with room in the file that nobody writes: a hole, which costs no disk."""
    how = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    how.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    how.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    h5py.h5d.create(f.id, name.encode(), h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple(shape), how)


def make(run, rows):
    """40 directions of falling spread, a mean and some noise: much like a trained model's."""
    random = numpy.random.default_rng(7)
    n = SIDE * SIDE
    directions = numpy.linalg.qr(random.normal(size=(n, 40)))[0].T.astype("f4")
    directions *= (1.2 * 0.9 ** numpy.arange(40, dtype="f4"))[:, None]
    mean = random.normal(0, 0.02, n).astype("f4")
    os.makedirs(run, exist_ok=True)
    with h5py.File(run + "/results.h5", "w") as f:
        room_only(f, "codes", (rows, 2))
        room_only(f, "reconstructions", (rows, SIDE, SIDE, 1))
        room_only(f, "residuals", (rows, SIDE, SIDE, 1))
        for at in range(0, rows, SLAB):
            k = min(SLAB, rows - at)
            x = random.standard_normal((k, 40), "f4") @ directions + mean
            x += 0.02 * random.standard_normal((k, n), "f4")
            f["residuals"][at:at + k] = x.reshape(k, SIDE, SIDE, 1)


def measure(command):
    """Seconds, peak memory in MB, MB asked of files, of a process."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it can still be asked
    seconds = time.monotonic() - start
    with open("/proc/%d/io" % process.pid) as f:
        read = int(f.readline().split()[1])
    status, usage = os.wait4(process.pid, 0)[1:]
    if status:
        sys.exit("%s fails" % " ".join(command))
    return seconds, usage.ru_maxrss / 1024, read / 1e6


def with_numpy(run, kind, out):
    with h5py.File(run + "/results.h5") as f:
        residuals = f["residuals"]
        rows, n = len(residuals), SIDE * SIDE
        shift, total, square = None, numpy.zeros(n), numpy.zeros((n, n))
        for at in range(0, rows, SLAB):
            x = residuals[at:at + SLAB].reshape(-1, n).astype(kind)
            shift = x.mean(0) if shift is None else shift
            x -= shift
            total += x.sum(0, dtype="f8")
            square += x.T @ x
    covariance = square / rows - numpy.outer(total / rows, total / rows)
    values, vectors = numpy.linalg.eigh(covariance)
    values, vectors = values[::-1], vectors.T[::-1]
    top = vectors[numpy.arange(n), abs(vectors).argmax(1)]
    numpy.savez(out, variance=values, components=(vectors * numpy.sign(top)[:, None])[:5])


def compare(run, out):
    with h5py.File(run + "/figures/residual-pca-shared.h5") as f:
        variance = f["figures/residual_variance/variance"][:]
        components = f["figures/residual_pca/components"][:].reshape(5, -1)
    other = numpy.load(out)
    relative = abs(variance - other["variance"]) / other["variance"]
    return relative[:5].max(), relative.max(), abs(components - other["components"]).max()


if __name__ == "__main__":
    verb, rest = sys.argv[1], sys.argv[2:]
    if verb == "make":
        make(rest[0], int(rest[1]))
    elif verb == "measure":
        print("%8.1f s %8.0f MB memory %8.0f MB read" % measure(rest))
    elif verb == "numpy":
        with_numpy(*rest)
    elif verb == "compare":
        print("variances differ by %.1e in the first five, %.1e in all; components by %.1e"
              % compare(*rest))
