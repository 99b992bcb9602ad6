"""A run folder, and what its job says must happen in it: each step, each evaluation.

`spoil` names a fault that is put into this side, so that the comparison must see it.
"""
import glob
import os

import numpy
import torch

import shards
from batch import Batch
from checkpoint import load
from job import Job
from model import Model
from optimizers import OPTIMIZERS, rate_at
from random_numbers import TEST, TRAIN

DECAY = 0.99  # of batch norm's moving averages

SPOILS = {
    "l1": "no L1 term",
    "beta": "beta is a tenth larger",
    "epoch": "rows and draws are always those of the first epoch",
    "shuffle": "rows come in the data set's order",
    "schedule": "the learning rate is constant",
    "noise": "noise and dropout do nothing",
    "sampling": "the code is the mean",
    "momentum": "momentum is 0",
    "averages": "the moving averages stay",
    "scope": "scope=shard is the whole batch",
    "bias": "Adam's bias correction is that of the first step",
    "rows": "the gradient is divided by the batch, whatever the step's rows",
    "kernel": "the first kernel is one percent larger",
}


class Run:
    def __init__(self, folder, spoil=None):
        self.folder, self.spoil, self.job = folder, spoil, Job(folder)
        self.model = Model(self.job)
        self.spoil_job()
        self.images = {split: self.job.images(split) for split in ("train", "test")}
        self.order = None, None  # an epoch, and its shards in that epoch's order

    def spoil_job(self):
        job = self.job
        job.l1 *= self.spoil != "l1"
        job.beta *= 1.1 if self.spoil == "beta" else 1
        job.momentum *= self.spoil != "momentum"
        if self.spoil == "schedule":
            job.schedule = ["constant"]
        if self.spoil == "scope":
            for layer in job.encoder + job.decoder:
                layer.words = [word for word in layer.words if word != "scope=shard"]

    def states(self):
        """Of all checkpoints, in the run's order."""
        for path in sorted(glob.glob(os.path.join(self.folder, "checkpoint-*.h5"))):
            yield load(path)

    def steps(self):
        """Of an epoch."""
        return -(-len(self.images["train"]) // self.job.batch)

    def rate(self, epoch, step):
        """Of a step: the schedule in its middle."""
        at = epoch + (step + 0.5) / self.steps()
        return rate_at(self.job.schedule, self.job.rate, at, self.job.epochs)

    def rows_of(self, epoch, step):
        """Those that each shard gives to a step."""
        job, total = self.job, len(self.images["train"])
        if self.order[0] != epoch:
            cut = shards.cut(total, job.shards)
            shuffled = [shards.shuffle(rows, job.seed, epoch, s) for s, rows in enumerate(cut)]
            self.order = epoch, cut if self.spoil == "shuffle" else shuffled
        before = step * job.batch
        return shards.take(self.order[1], before, min(before + job.batch, total))

    def training(self, state, flip):
        epoch = 0 if self.spoil == "epoch" else state.epoch
        pieces = self.rows_of(epoch, state.step)
        return Batch(self.job.seed, numpy.concatenate(pieces), TRAIN, epoch,
                     [len(rows) for rows in pieces], training=True,
                     corrupt=self.spoil != "noise", sample=self.spoil != "sampling", flip=flip)

    def sums(self, weights, batch, split):
        x = torch.tensor(self.images[split][batch.rows], dtype=torch.float64)
        return self.model.sums(x, weights, batch)

    def gradient(self, state, flip):
        """Of the step that follows a state: that of the mean loss by each weight; the step's
        sums and batch."""
        batch = self.training(state, flip)
        leaves = {name: w.clone().requires_grad_() for name, w in state.weights.items()}
        if self.spoil == "kernel":
            next(w for w in leaves.values() if w.dim() > 1).data *= 1.01
        sums = self.sums(leaves, batch, "train")
        rows = self.job.batch if self.spoil == "rows" else len(batch.rows)
        (self.model.total(sums) / rows).backward()
        g = {name: torch.zeros_like(w) if w.grad is None else w.grad
             for name, w in leaves.items()}
        sums = {name: float(s.detach()) for name, s in sums.items()}
        return g, {"rows": len(batch.rows), **sums}, batch

    def stepped(self, state, g, batch):
        """The state after the step that the gradient g makes."""
        after, step = state.moved_on(self.steps()), state.steps_done + 1
        rate = self.rate(state.epoch, state.step)
        for name, w in after.weights.items():
            slots = {slot: values[name] for slot, values in after.slots.items()}
            OPTIMIZERS[self.job.optimizer](w, g[name], slots, rate, self.job.momentum,
                                           1 if self.spoil == "bias" else step)
        if self.spoil != "averages":
            self.keep_averages(after.weights, batch)
        return after

    def keep_averages(self, weights, batch):
        """What batch norm will take in evaluation."""
        for layer, moments in batch.moments.items():
            for k, now in zip((2, 3), moments):
                weights["%s/%d" % (layer, k)].mul_(DECAY).add_((1 - DECAY) * now)

    def evaluation(self, state):
        """The row of the history that a state ends its epoch with, but for the train loss."""
        batch = Batch(self.job.seed, numpy.arange(len(self.images["test"])), TEST)
        sums = {name: float(s) / len(batch.rows)
                for name, s in self.sums(state.weights, batch, "test").items()}
        return {"epoch": state.epoch, "step": state.epoch * self.steps(), **sums,
                "loss": self.model.total(sums), "l1": self.job.l1 * sums["l1"],
                "rate": self.rate(state.epoch - 1, self.steps() - 1)}
