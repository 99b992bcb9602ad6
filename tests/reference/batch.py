"""Rows that go through the model together, and how.  Their draws are named by the row."""
import torch

import random_numbers

ROUNDING = 5e-7  # of the root mean square of what is compared


class Batch:
    def __init__(self, seed, rows, purpose, epoch=0, shards=None, training=False, corrupt=False,
                 sample=True, flip=False):
        self.seed, self.rows, self.purpose, self.epoch = seed, rows, purpose, epoch
        self.shards = shards  # how many of the rows are of each shard
        self.training, self.corrupt, self.sample = training, corrupt, sample
        self.flip = flip  # whether values near a kink take its other side
        self.kinks = 0  # how many values are near one
        self.kl = torch.zeros((), dtype=torch.float64)  # sum over the rows
        self.log_variance = None
        self.moments = {}  # of each batch norm: mean and variance of the whole batch

    def draw(self, what, layer, width):
        name = random_numbers.Name(self.seed, self.purpose, self.epoch, self.rows, layer.index)
        return torch.tensor(what(name, width))

    def uniform(self, layer, width):
        """[rows, width], as `normal`."""
        return self.draw(random_numbers.uniform, layer, width)

    def normal(self, layer, width):
        return self.draw(random_numbers.normal, layer, width)

    def near(self, distance, values):
        """Where to take the other side of a kink: what a distance from it is within rounding of
        zero, beside the values that it comes from.  An exact zero is one in any arithmetic."""
        with torch.no_grad():
            unit = values[values.isfinite()].square().mean().sqrt()
            near = (distance.abs() < ROUNDING * unit) & (distance != 0)
            self.kinks += int(near.sum())
            return near if self.flip else torch.zeros_like(near)
