"""Replay every step of runs from their checkpoints, and compare.

    replay.py [RUN ...] [--spoil WHAT RUN ...]

From each checkpoint the steps to the next one are computed here, in float64, with autograd;
what must come out is what the program has written there: parameters, the optimiser's slots,
sums of the losses.  Beside that: the first weights, each epoch's row of the history,
results.h5.

--spoil puts the fault WHAT into this side: then the parameters' change of that run must differ.
--list names the faults.  Exit code 1: a run differs, or a fault is not seen.

How much may differ:

- losses, sums and learning rates: 1e-5 of themselves (KL, which is a difference of larger
  terms, also 1e-6 a code unit);
- the change of each variable, and each slot of it: ||theirs - ours|| <= 1e-4 ||ours||, and
  beside that what float32 cannot help, as far as it matters in these steps:
  - Kinks.  relu's slope at zero jumps.  A value that is within rounding of zero
    (batch.ROUNDING of the root mean square of its layer's) may be on either side in float32.
    The steps are computed a second time with all of these on the other side; as far as they
    differ, theirs may too.  The same holds for two nearly equal values in a pooling window and
    for |code| at zero.
  - Adam's first steps are the learning rate times the sign of the gradient, however small it
    is, and a gradient that is small because its terms cancel has rounding for a sign.  The
    steps are computed twice more with each gradient off by 1e-6 of the variable's root mean square,
    to one side or the other; as far as they differ, theirs may too.  Only a gradient within
    that of zero feels it: the slots, linear and quadratic in the gradient, hardly do.
  - A parameter that changes by little beside itself loses half of its last place, 2^-24 of it.
  A variable whose gradient is zero but for rounding, because its many terms cancel (a bias
  before a batch norm: below 1e-6 of its layer's), is off by 1e-5 of its layer's.
"""
import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor

import torch

from initialise import first_weights, start_of
from results import expected, stored
from run import SPOILS, Run
from stretch import Stretch, outcome

LOSS, CHANGE = 1e-5, 1e-4  # what may differ
FIRST, RESULTS = 1e-6, 1e-5  # of the largest value: first weights; results.h5


class Report:
    """The worst of each kind of comparison in a run, and what was over its limit."""

    def __init__(self):
        self.worst, self.wrong, self.lines = {}, {}, []
        self.count, self.allowed = 0, 0  # comparisons; those that agree by an allowance

    def add(self, kind, where, error, limit, unit, allowance=0.0):
        """error <= limit * unit + allowance."""
        self.count += 1
        if error <= limit * unit:
            self.worst[kind] = max(self.worst.get(kind, 0.0), error / unit if unit else 0.0)
            return
        if error <= limit * unit + allowance:
            self.allowed += 1
            return
        self.wrong[kind] = self.wrong.get(kind, 0) + 1
        if self.wrong[kind] <= 8:
            self.lines.append("  %s: %s differs by %.2e of %.2e; it may by %.0e of it and %.2e"
                              % (kind, where, error, unit, limit, allowance))


def compare_first(run, state, report):
    """The first weights."""
    number = 0
    for layer in run.job.encoder + run.job.decoder:
        for k in range(4):
            name = "%s/%d" % (layer.name, k)
            if name not in state.weights:
                continue
            theirs = state.weights[name].numpy()
            ours = (start_of(layer, k, theirs.shape) if theirs.ndim == 1 else
                    first_weights(run.job.initialiser, run.job.seed, number, theirs.shape))
            unit = abs(ours).max()
            report.add("first weights", name, abs(theirs - ours).max(), FIRST, unit)
            number += 1


def compare_steps(run, before, after, report):
    """Returns the sums of the losses over these steps."""
    ours = Stretch(run, before, after.steps_done - before.steps_done)
    theirs = outcome(before, after)
    for kind, values in ours.exact.items():
        for name, a in values.items():
            report.add(kind, "%s after step %d" % (name, after.steps_done),
                       (theirs[kind][name] - a).norm(), CHANGE, a.norm(),
                       ours.allowance(kind, name))
    return ours.sums


def compare_sums(run, sums, after, report):
    """The sums over the epoch so far; at its end they have become the train loss."""
    where = "after step %d" % after.steps_done
    if after.step == 0:
        ours = run.model.total(sums) / sums["rows"]
        compare_numbers({"train_loss": ours}, after.history, where, 0, report)
    else:
        compare_numbers(sums, after.sums, where, code_units(after) * sums["rows"], report)


def code_units(state):
    return sum(w.numel() for name, w in state.weights.items() if name == "sampling/1")


def compare_numbers(ours, theirs, where, units, report):
    for name, a in ours.items():
        rounding = 1e-6 * units if name == "kl" else 0
        report.add("loss", "%s %s" % (name, where), abs(theirs[name] - a), LOSS, abs(a),
                   rounding)


def compare_results(run, state, report):
    theirs, ours = stored(run), expected(run, state.weights)
    assert set(theirs) == set(ours), (set(theirs), set(ours))
    for name, a in ours.items():
        unit = abs(a).max()
        error = abs(theirs[name].reshape(a.shape) - a).max()
        report.add("results", name, error, RESULTS, unit)


def compare_epoch(run, state, report):
    """The validation, and the learning rate of the last step."""
    compare_numbers(run.evaluation(state), state.history, "after epoch %d" % state.epoch,
                    code_units(state), report)


def compare(run):
    """All of a run; of a spoiled one the steps alone, to the first change that differs."""
    report, sums, before = Report(), {}, None
    for state in run.states():
        if before is None:
            compare_first(run, state, report)
        else:
            for name, s in compare_steps(run, before, state, report).items():
                sums[name] = sums.get(name, 0.0) + s
            compare_sums(run, sums, state, report)
        if run.spoil and "change" in report.wrong:
            return report
        if state.epoch and state.step == 0:
            sums = {}
            compare_epoch(run, state, report)
        before = state
    assert before.epoch == run.job.epochs, "%s has no last checkpoint" % run.folder
    if not run.spoil:
        compare_results(run, before, report)
    return report


def agrees(folder):
    """Whether a run does, and a line about it."""
    report = compare(Run(folder))
    worst = ", ".join("%s %.0e" % item for item in report.worst.items())
    line = "%s %s: %s; %d of %d by an allowance" % (
        "DIFFERS" if report.wrong else "agrees ", os.path.basename(folder), worst,
        report.allowed, report.count)
    return not report.wrong, "\n".join(report.lines + [line])


def is_seen(what, folder):
    """Whether a fault is, and a line about it."""
    seen = "change" in compare(Run(folder, what)).wrong
    return seen, "%s %s: %s" % ("seen    " if seen else "NOT SEEN", os.path.basename(folder),
                                SPOILS[what])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("runs", nargs="*")
    parser.add_argument("--spoil", nargs=2, action="append", default=[])
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if options.list:
        print("\n".join("%-10s %s" % item for item in SPOILS.items()))
        return 0
    torch.set_num_threads(1)
    good = bool(options.runs or options.spoil)
    with ProcessPoolExecutor(min(4, os.cpu_count())) as pool:
        jobs = [pool.submit(agrees, folder) for folder in options.runs]
        jobs += [pool.submit(is_seen, what, folder) for what, folder in options.spoil]
        for job in jobs:
            fine, lines = job.result()
            good &= fine
            print(lines, flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
