"""The products behind a PyTorch: whose they are, whether they are right, and how long they take.

torch_products.py FORM:MxNxK ...     forms as in limits.c

Prints {"version", "blas", "error", "seconds"}: the largest error over all products, a share of the
largest value, and the time for all of them, each the fastest of some.  With OPENBLAS_CORETYPE it
is OpenBLAS on those kernels, otherwise on those that OpenBLAS picks.
"""
import ctypes
import json
import re
import sys
import time

import torch

TIMES = 5


def openblas(path):
    """Its version and kernels, None where the library is another."""
    library = ctypes.CDLL(path)
    if not hasattr(library, "openblas_get_corename"):
        return None
    library.openblas_get_config.restype = library.openblas_get_corename.restype = ctypes.c_char_p
    version = library.openblas_get_config().decode().split()[1]
    return "OpenBLAS %s %s" % (version, library.openblas_get_corename().decode())


def blas():
    """MKL where torch is built with it; Debian's takes the system's library."""
    if torch.backends.mkl.is_available():
        return re.search("Math Kernel Library Version ([^ ]*)", torch.__config__.show()).expand(
            r"MKL \1")
    with open("/proc/self/maps") as f:
        paths = sorted({line.split()[-1] for line in f if "blas" in line})
    names = [path.split("/")[-1] for path in paths]
    return next(filter(None, map(openblas, paths)), " ".join(names) or "its own")


def factors(shape):
    """Of a form, as PyTorch lays them out: its weights are [outputs, inputs]."""
    form, sizes = shape.split(":")
    m, n, k = map(int, sizes.split("x"))
    if form == "nn":  # x w^T
        a, b = torch.rand(m, k), torch.rand(n, k).t()
    elif form == "nt":  # dy w
        a, b = torch.rand(m, k), torch.rand(k, n)
    else:  # dy^T x
        a, b = torch.rand(k, n).t(), torch.rand(k, m)
    return a - 0.5, b - 0.5


def error(a, b):
    right = a.double() @ b.double()
    return float(((a @ b).double() - right).abs().max() / right.abs().max())


def seconds(a, b):
    times = []
    for _ in range(TIMES):
        start = time.perf_counter()
        a @ b
        times.append(time.perf_counter() - start)
    return min(times)


def main(shapes):
    torch.set_num_threads(1)
    torch.manual_seed(1)
    products = [factors(shape) for shape in shapes]
    print(json.dumps({
        "version": torch.__version__, "blas": blas(),
        "error": max(error(a, b) for a, b in products),
        "seconds": sum(seconds(a, b) for a, b in products)}))


if __name__ == "__main__":
    main(sys.argv[1:])
