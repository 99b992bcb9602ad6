"""What more data cost: time a sample and memory a rank from few made rows to many; and what
files cost in five epochs of vanilla.  See growth.sh.

growth.py [FOLDER] [--rows N ...] [--repeat N] [--seconds S]
growth.py --peak FILE COMMAND...     run it; FILE-RANK gets the most memory it had, in bytes
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys

import bench
import contenders
import report

PIXELS, TESTS, PIECE = 784, 1000, 6000  # bytes a row, test rows, rows made at once
ROW = PIXELS + 1 + 4  # in memory: pixels, label, place in the order of an epoch
FLAT, NEAR, FILES = 0.10, 0.05, 0.02  # goals: time, memory off the formula, files


def peak(file, command):
    """The command's own exit code; its memory is the kernel's account of the ended process."""
    process = subprocess.Popen(command)
    status, usage = os.wait4(process.pid, 0)[1:]
    with open("%s-%s" % (file, os.environ["OMPI_COMM_WORLD_RANK"]), "w") as f:
        print(usage.ru_maxrss * 1024, file=f)
    sys.exit(os.waitstatus_to_exitcode(status))


def make(path, rows):
    """Few grey pixels among many black ones, as in handwriting; the pieces are shifted copies."""
    import h5py
    import numpy
    random = numpy.random.default_rng(1)
    piece = random.integers(0, 256, (PIECE, 28, 28, 1), "u1")
    piece *= random.random(piece.shape) < 0.2
    with h5py.File(path, "w") as f:
        f.attrs["name"] = "made: grey pixels"
        for split, n in ("train", rows), ("test", TESTS):
            images = f.create_dataset(split + "/images", (n, 28, 28, 1), "u1")
            images.attrs["scale"] = 1 / 255
            for first in range(0, n, PIECE):
                take = min(PIECE, n - first)
                images[first:first + take] = numpy.roll(piece, first // PIECE, axis=2)[:take]
            f[split + "/labels"] = numpy.zeros(n, "u1")


class Grown(contenders.Hourglass):
    """hourglass with its memory: the rank that takes most."""

    def command(self):
        return [sys.executable, os.path.abspath(__file__), "--peak", self.folder + ".peak"] + \
            super().command()

    def measure(self):
        measured = super().measure()
        peaks = []
        for rank in range(len(self.cores)):
            with open("%s.peak-%d" % (self.folder, rank)) as f:
                peaks.append(int(f.read()))
        return measured + [("memory a rank", max(peaks), "B")]


def name_of(ranks, rows):
    return "%s, %d rows" % (report.ONE if ranks == 1 else report.TWO, rows)


def grown(options, setup):
    """The contenders: one and two ranks with each number of rows."""
    setup.data = os.path.join(setup.scratch, "made.h5")
    make(setup.data, max(options.rows))
    for ranks in 1, 2:
        for rows in options.rows:
            case = bench.Case("vanilla", 256, 8, rows)
            yield Grown(name_of(ranks, rows), case, setup, setup.cores[:ranks], case.shards)


def verdict(good):
    return "reached" if good else "not reached"


def growth_row(results, ranks, rows, fewest):
    """Beside the fewest rows: time a sample, and memory as those and the formula tell it."""
    def median(n, quantity):
        return results.median("growth", name_of(ranks, n), quantity)
    time = median(fewest, contenders.RATE) / median(rows, contenders.RATE)
    memory = median(rows, "memory a rank")
    constant = median(fewest, "memory a rank") - fewest * ROW // ranks
    formula = rows * ROW // ranks + constant
    return [str(ranks), "{:,}".format(rows), "%.2f" % (1e6 / median(rows, contenders.RATE)),
            "%.3f" % time, verdict(abs(time - 1) <= FLAT), "%.1f" % (memory / 1e6),
            "%.1f" % (formula / 1e6), verdict(abs(memory - formula) <= NEAR * memory)]


def growth_table(results, sizes):
    return report.table(
        "Cost as work grows: vanilla, batch 256; memory = rows %d B / ranks + a constant" % ROW,
        ["ranks", "rows", "us a sample", "over the fewest", "within 10 %", "MB a rank",
         "formula", "within 5 %"],
        [growth_row(results, ranks, rows, sizes[0]) for ranks in (1, 2) for rows in sizes])


class FiveEpochs(contenders.Hourglass):
    """All of the training data, every checkpoint; the share of files in the time of the run."""

    def start(self):
        self.epochs = 4  # after the first

    def measure(self):
        seconds = {what: value for what, value, _ in super().measure()}
        files = seconds["seconds reading"] + seconds["seconds checkpoints"]
        return [("files", files / seconds["seconds wall"], "of the time")]


def files_table(results, names):
    rows = []
    for name in names:
        shares = results.values["files", name, "files"]
        share = statistics.median(shares)
        rows.append([name, "%.2f %%" % (100 * share), "%.2f - %.2f %%" % (
            100 * min(shares), 100 * max(shares)), verdict(share <= FILES)])
    return report.table("Reading shards and writing checkpoints in five epochs of vanilla",
                        ["who", "share", "spread", "at most 2 %"], rows)


def measure(options, setup, record, problems):
    whole = bench.Case("vanilla", 256, 8, 0)
    files = [FiveEpochs(name, whole, setup, setup.cores[:ranks], whole.shards)
             for name, ranks in ((report.ONE, 1), (report.TWO, 2))]
    bench.take_turns("files", 256, files, options.repeat, record, problems)
    bench.take_turns("growth", 256, list(grown(options, setup)), options.repeat, record, problems)
    if not problems:
        print(growth_table(record.results, sorted(options.rows)))
        print(files_table(record.results, [r.name for r in files]))


def read_options():
    p = argparse.ArgumentParser(prog="tests/bench/growth.sh")
    p.add_argument("out", nargs="?", default=bench.HOME + "/build/bench")
    p.add_argument("--rows", type=int, nargs="+", default=[6000, 60000, 600000])
    p.add_argument("--repeat", type=int, default=3)
    p.add_argument("--seconds", type=float, default=2.5)
    p.add_argument("--data", default=bench.HOME + "/data/mnist.h5")
    p.add_argument("--programs", default=bench.HOME + "/build/bin")
    options = p.parse_args()
    options.torch = False
    return options


def main():
    options, problems = read_options(), []
    os.makedirs(options.out, exist_ok=True)
    setup = bench.Setup(options)
    record = bench.Record(options.out + "/growth.csv", {})
    try:
        measure(options, setup, record, problems)
    finally:
        shutil.rmtree(setup.scratch)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peak"]:
        peak(sys.argv[2], sys.argv[3:])
    main()
