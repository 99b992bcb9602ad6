"""Train a job's model with PyTorch, as a good user of it would.

torch_train.py JOB DATA BATCH ROWS LAYOUT [RANK RANKS MEETING_FILE]

The data are on hand as bytes; a step takes its rows with one index_select.  Cross-entropy is
taken of the logits, gradients are set to None, Adam is the fused one where this PyTorch has it
for a CPU (2.4 and later), relu works in place, images are NCHW in the memory LAYOUT (contiguous or
channels_last).  With RANKS it is DistributedDataParallel over gloo with its default buckets, each
rank taking its part of the batch.

Rank 0 first prints {"parameters"}; then each line on its standard input is a
number of epochs to train, answered by {"seconds", "rows", "losses"}; at its end all ranks end.
"""
import json
import math
import sys
import time

import h5py
import torch
import torch.distributed as dist
from torch import nn
from torch.nn import functional as F

import work

LAYOUTS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
ACTIVATIONS = {
    "relu": lambda: nn.ReLU(inplace=True),
    "leaky-relu": lambda: nn.LeakyReLU(0.3, inplace=True),
    "selu": nn.SELU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}


class Sampling(nn.Module):
    """Mean and log-variance from one product, and a draw; kl is that of the last batch, in nats."""

    def __init__(self, inputs, units):
        super().__init__()
        self.head = nn.Linear(inputs, 2 * units)

    def forward(self, x):
        mean, log_variance = self.head(x).chunk(2, dim=1)
        self.kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum()
        return mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)


def conv(layer):
    """Keras pads an image of even size behind where the stride is 2, this on both sides: the
    same sizes and work."""
    kernel = work.sizes(layer.words[1])
    padding = [k // 2 if "same" in layer.words else 0 for k in kernel]
    return nn.Conv2d(layer.given[2], layer.made[2], kernel,
                     work.option(layer.words, "stride", 1), padding)


def conv_transpose(layer):
    kernel, stride = work.sizes(layer.words[1]), work.option(layer.words, "stride", 1)
    padding = [max(k - stride + 1, 0) // 2 if "same" in layer.words else 0 for k in kernel]
    more = [made - ((given - 1) * stride - 2 * p + k)
            for made, given, p, k in zip(layer.made, layer.given, padding, kernel)]
    return nn.ConvTranspose2d(layer.given[2], layer.made[2], kernel, stride, padding, more)


def module(layer, flat):
    """The layer without its activation."""
    if layer.kind == "dense":
        return nn.Linear(work.count(layer.given), layer.made[2])
    if layer.kind == "sampling":
        return Sampling(work.count(layer.given), layer.made[2])
    if layer.kind == "conv":
        return conv(layer)
    if layer.kind == "conv_transpose":
        return conv_transpose(layer)
    if layer.kind == "maxpool":
        return nn.MaxPool2d(work.sizes(layer.words[0]), ceil_mode="same" in layer.words)
    if layer.kind == "upsample":
        return nn.Upsample(scale_factor=work.sizes(layer.words[0]))
    if layer.kind == "flatten":
        return nn.Flatten()
    if layer.kind == "reshape":
        h, w, c = layer.made
        return nn.Unflatten(1, (c, h, w))
    if layer.kind == "batchnorm":
        kind = nn.BatchNorm1d if flat else nn.BatchNorm2d
        return kind(layer.given[2], eps=1e-3, momentum=0.01)
    raise ValueError("no module for the layer '%s'" % layer.kind)


class Autoencoder(nn.Module):
    """x -> (y, kl): y are logits where the loss is a cross-entropy."""

    def __init__(self, job):
        super().__init__()
        modules = []
        for layer in job.layers:
            modules.append(module(layer, layer.given[:2] == (1, 1)))
            modules += [ACTIVATIONS[word]() for word in layer.words if word in ACTIVATIONS]
        if job.training["loss"].startswith("bce"):
            assert isinstance(modules.pop(), nn.Sigmoid)
        self.layers = nn.Sequential(*modules)
        self.sampling = [m for m in modules if isinstance(m, Sampling)]
        self.apply(initialise)

    def forward(self, x):
        y = self.layers(x)
        return y, sum(m.kl for m in self.sampling)


def initialise(m):
    """Glorot uniform and no bias, as Keras and hourglass begin."""
    if isinstance(m, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.xavier_uniform_(m.weight)
        nn.init.zeros_(m.bias)


def loss_of(name):
    """The mean over samples of the job's loss: loss(y, kl, x)."""
    reduction = "mean" if name in ("bce", "mse") else "sum"
    pixels = F.binary_cross_entropy_with_logits if name.startswith("bce") else F.mse_loss

    def loss(y, kl, x):
        value = pixels(y, x, reduction=reduction)
        return (value if reduction == "mean" else value / len(x)) + kl / len(x)
    return loss


def adam(parameters, rate):
    """Fused where it can be: up to 1.4 times the samples of a small batch."""
    parameters = list(parameters)
    try:
        return torch.optim.Adam(parameters, lr=rate, eps=1e-7, fused=True)
    except RuntimeError:  # on GPUs alone
        return torch.optim.Adam(parameters, lr=rate, eps=1e-7)


class Training:
    def __init__(self, job, images, batch, layout, rank, ranks):
        torch.manual_seed(1)
        self.images, self.batch, self.rank, self.ranks = images, batch, rank, ranks
        self.layout = LAYOUTS[layout]
        self.model = Autoencoder(job)
        # As hourglass and Keras count: with the moving averages of batch norm.
        averages = [b for b in self.model.buffers() if b.is_floating_point()]
        self.parameters = sum(p.numel() for p in [*self.model.parameters(), *averages])
        if images.dim() == 4:
            self.model = self.model.to(memory_format=self.layout)
        if ranks > 1:
            self.model = nn.parallel.DistributedDataParallel(self.model)
        assert job.training["optimizer"] == "adam"
        self.optimizer = adam(self.model.parameters(), float(job.training["learning_rate"]))
        self.loss = loss_of(job.training["loss"])

    def rows(self, chosen):
        """Pixels in [0, 1] of these rows."""
        x = self.images.index_select(0, chosen).float().div_(255)
        return x.contiguous(memory_format=self.layout) if x.dim() == 4 else x

    def step(self, chosen):
        x = self.rows(chosen)
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(*self.model(x), x)
        loss.backward()
        self.optimizer.step()
        return loss.detach() * len(chosen)

    def epoch(self):
        """The mean training loss as it went, this rank's part."""
        order = torch.randperm(len(self.images))  # the ranks share the seed
        total = torch.zeros(())
        for batch in order.split(self.batch):
            total += self.step(batch.chunk(self.ranks)[self.rank])
        return total / len(order)

    def train(self, epochs):
        if self.ranks > 1:
            dist.barrier()
        start = time.perf_counter()
        losses = torch.stack([self.epoch() for _ in range(epochs)])
        seconds = time.perf_counter() - start
        if self.ranks > 1:
            dist.all_reduce(losses)
        return {"seconds": seconds, "rows": epochs * len(self.images),
                "losses": losses.tolist()}


def read_images(path, rows, flat):
    """The first rows, as bytes: [rows, pixels] or [rows, c, h, w]."""
    with h5py.File(path) as f:
        images = torch.from_numpy(f["train/images"][:rows])
    return images.flatten(1) if flat else images.permute(0, 3, 1, 2).contiguous()


def wishes(rank, ranks):
    """The numbers of epochs that rank 0 is asked for, on all ranks."""
    while True:
        line = sys.stdin.readline() if rank == 0 else ""
        epochs = torch.tensor(int(line) if line.strip() else 0)
        if ranks > 1:
            dist.broadcast(epochs, 0)
        if epochs == 0:
            return
        yield int(epochs)


def main(path, data, batch, rows, layout, rank="0", ranks="1", meeting=None):
    torch.set_num_threads(1)
    rank, ranks = int(rank), int(ranks)
    if ranks > 1:
        dist.init_process_group("gloo", init_method="file://" + meeting, rank=rank,
                                world_size=ranks)
    job = work.Job(path)
    images = read_images(data, int(rows), job.is_flat())
    training = Training(job, images, int(batch), layout, rank, ranks)

    def say(answer):
        if rank == 0:
            print(json.dumps(answer), flush=True)
    say({"parameters": training.parameters})
    for epochs in wishes(rank, ranks):
        answer = training.train(epochs)
        assert all(map(math.isfinite, answer["losses"])), answer
        say(answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
