"""Which PyTorchs there are, and on which of its kernels an OpenBLAS is at its best.

An OpenBLAS picks kernels for the CPU that it runs on; an old one may not know that CPU and pick
slow ones, or have wrong ones for it.  So each is also tried on those that are named here, and keeps
its own pick where that is right and as fast.  OPENBLAS_CORETYPE is not taken from whoever starts
the benchmark: what is best there need not be best here.
"""
import glob
import json
import os
import re
import subprocess
import sys

import contenders
import work

HOME = os.path.dirname(os.path.dirname(contenders.HERE))
KERNELS = {"SkylakeX": "avx512vl", "Haswell": "avx2"}  # by the CPU's flag that they need
VARIABLE, OWN = "OPENBLAS_CORETYPE", ""
AS_FAST = 1.05  # times the fastest
WRONG = 1e-4  # of the largest value of a product; right ones in 32 bits have 1e-6
WHERE = """
import importlib.util, sys
torch, h5py = map(importlib.util.find_spec, ("torch", "h5py"))
print(sys.prefix, open(torch.submodule_search_locations[0] + "/version.py").read())
"""


def environment(kernels):
    """Of a program whose OpenBLAS runs on these."""
    others = {name: value for name, value in contenders.ENVIRONMENT.items() if name != VARIABLE}
    return {**others, VARIABLE: kernels} if kernels else others


def choices():
    """What OpenBLAS picks, and the kernels that this CPU can run."""
    with open("/proc/cpuinfo") as f:
        flags = set(f.read().split())
    return [OWN] + [kernels for kernels, flag in KERNELS.items() if flag in flags]


def best(seconds):
    """The kernels with the fewest of {kernels: seconds}."""
    fastest = min(seconds, key=seconds.get)
    return OWN if seconds.get(OWN, float("inf")) <= AS_FAST * seconds[fastest] else fastest


def seconds_of_limits(program, shapes, kernels):
    """For these products by the OpenBLAS that hourglass is linked with."""
    lines = contenders.run([program, "openblas", "0.01"] + shapes, environment(kernels))
    rates = [float(line.split(",")[1]) for line in lines.split("\n") if line[:7] == "product"]
    return sum(work.flops_of(shape) / rate for shape, rate in zip(shapes, rates))


def kernels_of_limits(program, shapes):
    return best({kernels: seconds_of_limits(program, shapes, kernels) for kernels in choices()})


class Peer:
    """A PyTorch: its Python, the environment in which it is at its best, its name."""

    def __init__(self, python, shapes):
        self.python, self.shapes = python, shapes
        own = self.ask(OWN)
        others = choices()[1:] if own["blas"].startswith("OpenBLAS") else []
        facts = {OWN: own, **{kernels: self.ask(kernels) for kernels in others}}
        right = {kernels: said["seconds"] for kernels, said in facts.items()
                 if said["error"] < WRONG}
        if not right:
            raise contenders.Failed("%s: no kernels of %s are right" % (python, own["blas"]))
        kernels = best(right)
        self.environment, self.blas = environment(kernels), facts[kernels]["blas"]
        if kernels != OWN:
            self.blas += " (it picks %s%s)" % (
                own["blas"].split()[-1], "" if OWN in right else ", which is wrong")
        self.name = "PyTorch " + re.match(r"\d+\.\d+", own["version"])[0]

    def ask(self, kernels):
        """What torch_products.py says of them."""
        command = [self.python, contenders.HERE + "/torch_products.py"] + self.shapes
        facts = json.loads(contenders.run(command, environment(kernels)))
        print("PyTorch %s, %s: %.2f ms, error %.1e" % (
            facts["version"], facts["blas"], 1e3 * facts["seconds"], facts["error"]),
            file=sys.stderr)
        return facts


def where(python):
    """Tells one installed PyTorch from another; None where there is none."""
    try:
        found = subprocess.run([python, "-c", WHERE], env=environment(OWN), capture_output=True,
                               text=True)
    except OSError:
        return None
    return found.stdout if found.returncode == 0 else None


def find(named, shapes):
    """Those of the Pythons that are named, this machine's, and those that peer.sh has made."""
    usual = ["python3", "/usr/bin/python3"] + sorted(glob.glob(HOME + "/build*/root/python"))
    pythons, peers = {}, []
    for python in named + usual:
        place = where(python)
        if place:
            pythons.setdefault(place, python)
        elif python in named:
            raise contenders.Failed("%s has no PyTorch, or no h5py" % python)
    for python in pythons.values():
        peer = Peer(python, shapes)
        same = sum(other.name.split(" (")[0] == peer.name for other in peers)
        peer.name += " (%d)" % (same + 1) if same else ""
        peers.append(peer)
    return peers
