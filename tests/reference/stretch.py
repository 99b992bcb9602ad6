"""The steps from one checkpoint to the next, computed in four ways: as they are, twice with
what float32 loses of a gradient, and with every value near a kink on its other side.
How far these are from each other is what float32 may differ by (replay.py says why).
"""
import math

import torch

GRADIENT = 1e-6  # what float32 loses of a gradient, by its root mean square
CANCELLED = 1e-5  # and by its layer's, where nothing else is left of it
PLACE = 2.0**-24  # and of a parameter


def rounding(g, name):
    """What float32 loses of one element of a weight's gradient."""
    own = g[name].norm() / math.sqrt(g[name].numel())
    layer = name.split("/")[0] + "/"
    largest = max(a.norm() / math.sqrt(a.numel()) for other, a in g.items()
                  if other.startswith(layer))
    return GRADIENT * own if own > GRADIENT * largest else CANCELLED * largest


def off(g, side):
    """The gradient with an error of each element, of one sign or the other."""
    signs = torch.Generator().manual_seed(1)
    return {name: a + side * rounding(g, name) *
            (2.0 * torch.randint(2, a.shape, generator=signs) - 1) for name, a in g.items()}


def advance(run, state, steps, known=None, side=0, flip=False):
    """The state some steps later, and what these computed: (gradient, sums, batch) each.
    known: that of the first one, where it is known."""
    passes = []
    for i in range(steps):
        passes.append(known if known and i == 0 else run.gradient(state, flip))
        g, _, batch = passes[-1]
        state = run.stepped(state, off(g, side) if side else g, batch)
    return state, passes


def outcome(before, after):
    """What steps have made: {kind: {variable: values}}."""
    change = {name: w - before.weights[name] for name, w in after.weights.items()}
    return {"change": change, **after.slots}


class Stretch:
    def __init__(self, run, before, steps):
        self.before, self.steps = before, steps
        exact, passes = advance(run, before, steps)
        noisy = [advance(run, before, steps, passes[0], side=side)[0] for side in (1, -1)]
        flipped = exact
        if any(batch.kinks for _, _, batch in passes):
            flipped = advance(run, before, steps, flip=True)[0]
        self.exact, self.flipped, *self.noisy = (
            outcome(before, state) for state in (exact, flipped, *noisy))
        self.sums = {name: sum(sums[name] for _, sums, _ in passes) for name in passes[0][1]}

    def allowance(self, kind, name):
        """How far float32 may be from self.exact[kind][name], as a norm."""
        exact = self.exact[kind][name]
        noise = torch.stack([(a[kind][name] - exact).abs() for a in self.noisy]).amax(0).norm()
        kinks = (self.flipped[kind][name] - exact).norm()
        place = self.steps * PLACE * self.before.weights[name].norm() if kind == "change" else 0
        return noise + kinks + place
