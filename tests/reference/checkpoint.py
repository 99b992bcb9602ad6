"""What a checkpoint holds, in float64."""
import h5py
import torch

SUMS = "rows", "reconstruction", "kl", "l1", "squared"  # over the epoch so far
HISTORY = ("epoch", "step", "train_loss", "loss", "reconstruction", "kl", "l1", "squared",
           "rate")  # of an epoch


def variables(group):
    """NAME/vars/K -> {"NAME/K": w}"""
    out = {}

    def read(path, item):
        if isinstance(item, h5py.Dataset):
            layer, _, k = path.split("/")
            out["%s/%s" % (layer, k)] = torch.tensor(item[()], dtype=torch.float64)

    group.visititems(read)
    return out


class State:
    """Parameters, the optimiser's slots, and where in the run they are."""

    def __init__(self, epoch, step, steps_done, weights, slots):
        self.epoch, self.step, self.steps_done = epoch, step, steps_done
        self.weights, self.slots = weights, slots

    def moved_on(self, steps):
        """A copy of it one step later; an epoch has that many."""
        ends = self.step + 1 == steps
        weights, *slots = ({name: a.clone() for name, a in group.items()}
                           for group in (self.weights, *self.slots.values()))
        return State(self.epoch + ends, 0 if ends else self.step + 1, self.steps_done + 1,
                     weights, dict(zip(self.slots, slots)))


def load(path):
    """The state of a checkpoint, and what is reported there: sums, history."""
    with h5py.File(path) as f:
        progress = f["progress"]
        at = [int(progress.attrs[name]) for name in ("epoch", "step", "total_steps")]
        slots = {name: variables(group) for name, group in f["optimizer"].items()}
        state = State(*at, variables(f["layers"]), slots)
        state.sums = dict(zip(SUMS, progress["sums"][()]))
        state.history = dict(zip(HISTORY, progress["history"][-1] if state.epoch else []))
        return state
