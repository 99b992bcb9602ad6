"""hourglass beside PyTorch and beside what the machine can do at most; run.sh builds and calls it.

A case is a job with its batch.  Its contenders are measured in turn, A B C A B C ..., on the
same two cores; every measurement becomes a row of bench.csv, the report quotes medians.
Exit code 1: something could not run, or two contenders have not done the same work.
"""
import argparse
import csv
import math
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import contenders
import peers
import report
import work

HOME = peers.HOME
COLUMNS = ["date", "machine", "cpu", "commit", "backend", "case", "batch", "contender", "repeat",
           "quantity", "value", "unit"]
ALIKE = 0.35  # training losses after few steps, from other seeds, differ by less than this share


class Case:
    """A job with its batch.  An epoch has `rows` rows, some tenths of a second of PyTorch's."""

    def __init__(self, name, batch, shards, rows, extra=()):
        self.name, self.batch, self.shards, self.rows, self.extra = name, batch, shards, rows, extra
        self.job_file = "%s/jobs/%s.ini" % (HOME, name.replace("-32", ""))
        self.job = work.Job(self.job_file)
        self.flops = work.flops(self.job)  # a sample


CASES = [
    Case("vanilla", 256, 8, 12800, [report.ONE_SHARD, report.INDEPENDENT]),
    Case("vanilla-32", 32, 2, 3200, [report.EIGHT_SHARDS]),
    Case("vae", 256, 8, 2560),
    Case("conv", 256, 8, 1024),
    Case("conv-deep", 64, 8, 128),
    Case("conv-tanh", 32, 2, 1280),
    Case("conv-vae", 128, 8, 256),
]
SHORT = ["vanilla", report.SUMS, "conv", "conv-deep", "vanilla-32", "vae", "conv-tanh"]
SHORT_SECONDS = 150  # for cases to begin in


def dense_shapes():
    """The products that choose a BLAS's kernels: those of every case without images."""
    cases = [case for case in CASES if case.job.is_flat()]
    return list(dict.fromkeys(
        shape for case in cases for shape in work.product_shapes(case.job, case.batch, 1)))


def backends(program, environment):
    """The name of each back end of the products, with the word that chooses it."""
    lines = {choice: contenders.run([program, choice, "1e-9"], environment)
             for choice in ("auto", "openblas")}
    return {text.split("\n")[0].split(",", 1)[1]: choice for choice, text in lines.items()}


class Setup:
    """What all contenders share."""

    def __init__(self, options):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as an interrupt: tidy up
        self.cores = sorted(os.sched_getaffinity(0))[:2]
        if len(self.cores) < 2:
            sys.exit("the benchmark wants two cores, and this process may use one")
        self.programs = os.path.abspath(options.programs)
        shapes, limits = dense_shapes(), self.program("bench_limits")
        self.openblas = peers.environment(peers.kernels_of_limits(limits, shapes))
        self.backends = backends(limits, self.openblas)
        self.seconds = options.seconds
        self.peers = peers.find(options.python, shapes) if options.torch else []
        if options.torch and not self.peers:
            sys.exit("the benchmark finds no PyTorch with h5py; --no-torch measures without")
        self.data = os.path.abspath(options.data)
        self.scratch = tempfile.mkdtemp(prefix="runs-", dir=options.out)

    def program(self, name):
        return os.path.join(self.programs, name)


def contenders_of(case, setup):
    """In the order in which they take turns."""
    def hourglass(name, ranks, shards, products="auto"):
        return contenders.Hourglass(name, case, setup, setup.cores[:ranks], shards, products)
    makes = {
        report.ONE_SHARD: lambda: hourglass(report.ONE_SHARD, 1, 1),
        report.EIGHT_SHARDS: lambda: hourglass(report.EIGHT_SHARDS, 1, 8),
        report.INDEPENDENT: lambda: contenders.Independent(
            report.INDEPENDENT, case, setup, setup.cores, case.shards),
    }
    all_of = [hourglass(report.ONE, 1, case.shards), hourglass(report.TWO, 2, case.shards)]
    all_of += [hourglass(report.REORDERED, 1, case.shards, "openblas")]
    all_of += [makes[name]() for name in case.extra]
    for peer in setup.peers:
        alone = contenders.PyTorch(peer.name, peer, case, setup, setup.cores[:1])
        all_of += [alone, contenders.PyTorch(report.ddp_of(peer.name), peer, case, setup,
                                             setup.cores, alone)]
    shapes = work.product_shapes(case.job, case.batch, case.shards)
    return all_of + [contenders.Limits(setup, backend, shapes) for backend in setup.backends]


def first_line(command):
    return subprocess.run(command, capture_output=True, text=True, cwd=HOME).stdout.strip()


def cpu_model():
    with open("/proc/cpuinfo") as f:
        names = [line.split(":", 1)[1].strip() for line in f if line.startswith("model name")]
    return names[0] if names else os.uname().machine


class Record:
    """bench.csv, and the results of this run."""

    def __init__(self, path, cases):
        new = not os.path.exists(path)
        self.file = open(path, "a", newline="")
        self.csv = csv.writer(self.file, lineterminator="\n")
        self.results = report.Results(cases)
        self.machine = [socket.gethostname(), cpu_model(),
                        first_line(["git", "describe", "--always", "--dirty"])]
        if new:
            self.csv.writerow(COLUMNS)

    def add(self, case, batch, contender, repeat, measured):
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        for quantity, value, unit in measured:
            self.csv.writerow([now] + self.machine + [
                getattr(contender, "backend", getattr(contender, "form", "")), case, batch,
                contender.name, repeat, quantity, "%.9g" % value, unit])
            self.results.add(case, contender.name, quantity, value)
        self.results.forms[case, contender.name] = getattr(contender, "form", "")
        self.file.flush()


def attempt(problems, contender, action):
    """Whether it could run; what could not is shown and remembered."""
    try:
        action()
        return True
    except contenders.Failed as why:
        problems.append("%s: %s" % (contender.name, why))
        print(problems[-1], file=sys.stderr)
        return False


def take_turns(case, batch, runners, repeats, record, problems, until=math.inf):
    """At least once; again while there is time."""
    runners = [r for r in runners if attempt(problems, r, r.start)]
    for repeat in range(1, repeats + 1):
        if repeat > 1 and time.monotonic() > until:
            break
        print("%s: %d of %d" % (case, repeat, repeats), file=sys.stderr)
        for r in runners:
            attempt(problems, r, lambda: record.add(case, batch, r, repeat, r.measure()))
    return {r.name: r for r in runners}


def differences(a, b, share):
    """What tells that two contenders have not done the same work, with their losses."""
    if a.parameters != b.parameters:
        return "%d parameters are not %d" % (a.parameters, b.parameters)
    common = min(len(a.losses), len(b.losses))
    mine, theirs = a.losses[common - 1], b.losses[common - 1]
    print("  training loss in epoch %d: %s %.6g, %s %.6g"
          % (common, a.name, mine, b.name, theirs))
    if abs(mine - theirs) > share * abs(theirs):
        return "the training loss %g is not %g" % (mine, theirs)
    return None


def check_work(case, runners, problems):
    """The same model learns alike in PyTorch and on OpenBLAS, and has the same bits on one rank
    and on two."""
    pairs = [(report.ONE, report.TWO, 0), (report.ONE, report.REORDERED, ALIKE)]
    pairs += [(report.ours_beside(name), name, ALIKE) for name in runners
              if report.is_torch(name)]
    for a, b, share in pairs:
        if a in runners and b in runners:
            why = differences(runners[a], runners[b], share)
            if why:
                problems.append("%s: %s and %s: %s" % (case.name, a, b, why))


def run_case(case, setup, repeats, record, problems, until):
    runners = contenders_of(case, setup)
    try:
        ready = take_turns(case.name, case.batch, runners, repeats, record, problems, until)
        print("%s: %s" % (case.name, "; ".join(
            "%s, %s" % (r.name, r.form) for r in ready.values() if hasattr(r, "form"))
            or "without PyTorch"))
        check_work(case, ready, problems)
    finally:
        for r in runners:
            r.stop()


def run_sums(setup, repeats, record, problems, until):
    runner = contenders.Sums(setup, setup.cores, report.FLOATS, max(3, round(100 * setup.seconds)))
    take_turns(report.SUMS, "", [runner], repeats, record, problems, until)


def run_all(options, cases, setup, record, problems):
    """Each in its share of the time that is left; the last ones are left out where none is."""
    end = time.monotonic() + options.time
    for i, name in enumerate(options.only):
        now = time.monotonic()
        if now > end:
            print("%s: left out, the time is over" % name, file=sys.stderr)
            continue
        until = now + (end - now) / (len(options.only) - i)
        if name == report.SUMS:
            run_sums(setup, options.repeat, record, problems, until)
        else:
            run_case(cases[name], setup, options.repeat, record, problems, until)


def read_options():
    names = [case.name for case in CASES] + [report.SUMS]
    p = argparse.ArgumentParser(prog="tests/bench/run.sh", description=__doc__)
    p.add_argument("out", nargs="?", default=HOME + "/build/bench",
                   help="folder for bench.csv, which grows with each run (default build/bench)")
    p.add_argument("--short", action="store_true",
                   help="end in three minutes: fewer repeats, on a slow machine fewer cases")
    p.add_argument("--only", action="append", choices=names, help="this case; may be repeated")
    p.add_argument("--repeat", type=int, help="turns of each contender (default 5, short 3)")
    p.add_argument("--seconds", type=float, help="a measurement takes (default 2.5, short 0.4)")
    p.add_argument("--torch", action=argparse.BooleanOptionalAction, default=True,
                   help="measure PyTorch too: this machine's, and that of peer.sh if made")
    p.add_argument("--python", action="append", default=[], metavar="PATH",
                   help="a Python with another PyTorch, to be measured too; may be repeated")
    p.add_argument("--data", default=HOME + "/data/mnist.h5", help="data set (data/mnist.h5)")
    p.add_argument("--programs", default=HOME + "/build/bin", help=argparse.SUPPRESS)
    options = p.parse_args()
    options.only = options.only or (SHORT if options.short else names)
    options.repeat = options.repeat or (3 if options.short else 5)
    options.time = SHORT_SECONDS if options.short else math.inf
    options.seconds = options.seconds or (0.4 if options.short else 2.5)
    return options


def main():
    options = read_options()
    os.makedirs(options.out, exist_ok=True)
    setup, problems = Setup(options), []
    chosen = {case.name: case for case in CASES if case.name in options.only}
    record = Record(options.out + "/bench.csv", chosen)
    try:
        run_all(options, chosen, setup, record, problems)
    finally:
        shutil.rmtree(setup.scratch)
    print("\n%s: %s, commit %s" % tuple([time.strftime("%Y-%m-%d")] + record.machine[1:]))
    print(report.text(record.results))
    print("\nEvery measurement: %s/bench.csv" % options.out)
    for problem in problems:
        print("could not run, or not the same work: %s" % problem, file=sys.stderr)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
