"""Compute with PyTorch what reference_dump has written, from the checkpoint alone.

    compare.py [--spoil] CHECKPOINT DUMP FEWER [CHECKPOINT DUMP FEWER ...]

The job's layer lines are read as Keras means them (images NHWC, kernels HWIO, "same" padding
with the odd pixel behind), the gradients come from autograd, in float64 and in float32.
Arrays agree where they differ by at most 1e-4 of the largest absolute value; in float32 as
far as PyTorch's own rounding goes beyond that.  A sample within rounding of relu's kink spoils
a gradient, so a model has a second dump, of fewer rows, to agree with; a wrong one agrees with
neither.  --spoil multiplies one kernel by 1.01 first.  Exit code 1: they differ.
"""
import configparser
import sys

import h5py
import numpy
import torch
from torch.nn import functional as F

TOLERANCE = 1e-4
ACTIVATIONS = {
    "linear": lambda v: v,
    "relu": torch.relu,
    "leaky-relu": lambda v: F.leaky_relu(v, 0.3),
    "selu": torch.selu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
}
NAMES = {"conv": "conv2d", "conv_transpose": "conv2d_transpose",  # where not the word itself
         "batchnorm": "batch_normalization"}


def sizes(text):
    return [int(n) for n in text.split("x")]


def take_options(words):
    """[same|valid] [stride N] [ACTIVATION], in any order."""
    same, stride = False, 1
    if "stride" in words:
        at = words.index("stride")
        stride = int(words[at + 1])
        del words[at : at + 2]
    for padding in {"same", "valid"} & set(words):
        same = padding == "same"
        words.remove(padding)
    return same, stride, activation(words)


def activation(words):
    assert len(words) <= 1, words
    return ACTIVATIONS[words[0] if words else "linear"]


def pad_same(x, kernel, stride, value):
    """TensorFlow's padding of x[rows, c, h, w]: out = ceil(in / stride), before = total // 2."""
    pads = []
    for n, k, s in zip(x.shape[2:], kernel, stride):
        total = max((-(-n // s) - 1) * s + k - n, 0)
        pads = [total // 2, total - total // 2] + pads  # F.pad begins with the last axis
    return F.pad(x, pads, value=value)


# Each layer: x[rows, h, w, c] and its variables w -> y[rows, h', w', c'].
def dense(x, words, w):
    y = x.flatten(1) @ w[0] + w[1]
    return activation(words[1:])(y)[:, None, None, :]


def conv(x, words, w):
    same, stride, f = take_options(words[2:])
    kernel = sizes(words[1])
    assert list(w[0].shape) == kernel + [x.shape[3], int(words[0])], w[0].shape
    x = x.permute(0, 3, 1, 2)
    if same:
        x = pad_same(x, kernel, [stride, stride], 0)
    y = F.conv2d(x, w[0].permute(3, 2, 0, 1).contiguous(), w[1], stride)
    return f(y).permute(0, 2, 3, 1)


def conv_transpose(x, words, w):
    """The gradient of a convolution from [in * stride] to [in]: it scatters, then crops."""
    same, stride, f = take_options(words[2:])
    kernel = sizes(words[1])
    assert list(w[0].shape) == kernel + [int(words[0]), x.shape[3]], w[0].shape
    kernels = w[0].permute(3, 2, 0, 1).contiguous()
    y = F.conv_transpose2d(x.permute(0, 3, 1, 2), kernels, None, stride)
    for axis, (n, k) in enumerate(zip(x.shape[1:3], kernel)):
        over = max(k - stride, 0)
        first, wanted = (over // 2, n * stride) if same else (0, n * stride + over)
        missing = max(wanted - y.shape[2 + axis], 0)  # where the stride is over the kernel
        y = F.pad(y, [0, 0, 0, missing] if axis == 0 else [0, missing])
        y = y.narrow(2 + axis, first, wanted)
    return f(y + w[1][:, None, None]).permute(0, 2, 3, 1)


def maxpool(x, words, w):
    kernel = sizes(words[0])
    x = x.permute(0, 3, 1, 2)
    if words[1:] == ["same"]:
        x = pad_same(x, kernel, kernel, -numpy.inf)
    return F.max_pool2d(x, kernel).permute(0, 2, 3, 1)


def upsample(x, words, w):
    down, across = sizes(words[0])
    return x.repeat_interleave(down, 1).repeat_interleave(across, 2)


def flatten(x, words, w):
    return x.flatten(1)[:, None, None, :]


def reshape(x, words, w):
    return x.reshape([len(x)] + sizes(words[0]))


def batchnorm(x, words, w, training=True):
    mean, variance = w[2:]
    if training:
        mean = x.mean((0, 1, 2))
        variance = ((x - mean) ** 2).mean((0, 1, 2))
    y = w[0] * (x - mean) / torch.sqrt(variance + 1e-3) + w[1]
    return activation([word for word in words if word != "scope=shard"])(y)


LAYERS = {f.__name__: f for f in (dense, conv, conv_transpose, maxpool, upsample, flatten,
                                  reshape, batchnorm)}


class Reference:
    """The model of a checkpoint in PyTorch, and what it computes."""

    def __init__(self, path, dtype, spoil):
        job = configparser.ConfigParser(interpolation=None)
        with h5py.File(path) as f:
            job.read_string(f["job"].asstr()[()])
            self.weights = {}
            f["layers"].visititems(lambda name, item: self.read(name, item, dtype))
        if spoil:
            kernel = next(w for w in self.weights.values() if w.dim() > 1)
            kernel.data *= 1.01
        self.job, self.dtype = job, dtype
        self.encoder, self.decoder = (
            [line.split() for line in job["model"][part].split("\n") if line]
            for part in ("encoder", "decoder"))
        if job["training"]["loss"].startswith("bce"):  # the last layer leaves logits
            self.decoder[-1].remove("sigmoid")

    def read(self, name, item, dtype):
        if isinstance(item, h5py.Dataset):
            layer, _, k = name.split("/")
            w = torch.tensor(item[()], dtype=dtype, requires_grad=True)
            self.weights["gradient/%s/%s" % (layer, k)] = w

    def given(self, dump, name):
        return torch.tensor(dump[name][()], dtype=self.dtype)

    def variables(self, kind):
        """Of the next layer of this kind: conv2d, conv2d_1, ..."""
        count = self.seen[kind] = self.seen.get(kind, -1) + 1
        name = "gradient/%s/" % (NAMES.get(kind, kind) + ("_%d" % count if count else ""))
        return [self.weights[name + str(k)] for k in range(4) if name + str(k) in self.weights]

    def layer(self, kind, x, words, training):
        more = {} if kind != "batchnorm" else {"training": training}
        return LAYERS[kind](x, words, self.variables(kind), **more)

    def sample(self, x, eps):
        w = self.variables("sampling")
        x = x.flatten(1)
        mean, log_variance = x @ w[0] + w[1], x @ w[2] + w[3]
        self.kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum()
        return (mean + torch.exp(log_variance / 2) * eps)[:, None, None, :]

    def loss(self, y, x):
        kind = self.job["training"]["loss"]
        if kind.startswith("bce"):
            pixels = F.binary_cross_entropy_with_logits(y, x, reduction="none")
        else:
            pixels = (y - x) ** 2
        return (pixels.mean(1) if kind in ("bce", "mse") else pixels.sum(1)).sum()

    def forward(self, dump, training):
        """codes[rows, h, w, c] and y[rows, h, w, c], from what enters the first real layer."""
        self.seen = {}
        layers = list(self.encoder)
        while layers[0][0] in ("noise", "dropout"):
            layers.pop(0)
        self.kl = torch.zeros((), dtype=self.dtype)
        x = self.given(dump, "inputs").reshape([-1] + sizes(self.job["model"]["input"]))
        for kind, *words in layers:
            if kind == "sampling":
                x = self.sample(x, self.given(dump, "eps") * training)
            else:
                x = self.layer(kind, x, words, training)
        codes = x
        for kind, *words in self.decoder:
            x = self.layer(kind, x, words, training)
        return codes, x

    def compute(self, dump):
        """All arrays that a dump has, by name."""
        evaluation = self.forward(dump, training=False)[1].flatten(1)
        codes, y = (a.flatten(1) for a in self.forward(dump, training=True))
        loss = self.loss(y, self.given(dump, "x"))
        l1 = codes.abs().sum()
        training = self.job["training"]
        total = loss + float(training["beta"]) * self.kl + float(training["l1"]) * l1
        total.backward()
        out = {"codes": codes, "y": y, "evaluation": evaluation, "loss": loss, "kl": self.kl, "l1": l1, "total": total}
        for name, w in self.weights.items():
            out[name] = torch.zeros_like(w) if w.grad is None else w.grad
        return {name: a.detach().numpy() for name, a in out.items()}


def scale(name, arrays):
    """What a difference is measured by: the array's own largest value; that of its layer
    where the array is zero but for rounding, as a bias before a batch norm."""
    own = abs(arrays[name]).max()
    if not name.startswith("gradient/"):
        return own
    layer = name.rsplit("/", 1)[0] + "/"
    largest = max(abs(a).max() for other, a in arrays.items() if other.startswith(layer))
    return own if own > 1e-6 * largest else largest


def compare(checkpoint, path, spoil):
    """Print the arrays that differ; returns their number."""
    wrong, worst = 0, 0
    with h5py.File(path) as dump:
        exact = Reference(checkpoint, torch.float64, spoil).compute(dump)
        theirs = {"gradient/%s/%s" % (layer, k) for layer in dump["gradient"]
                  for k in dump["gradient"][layer]}
        assert theirs == {name for name in exact if "/" in name}, theirs
        for dtype in torch.float64, torch.float32:
            mine = Reference(checkpoint, dtype, spoil).compute(dump)
            for name, a in mine.items():
                error = abs(dump[name][()].reshape(a.shape) - a.astype("f8")).max()
                unit = scale(name, exact)
                rounding = abs(a - exact[name]).max()  # PyTorch's own, in float32
                if not error <= TOLERANCE * unit + rounding:
                    wrong += 1
                    print("%s: %s differs by %.2e, its scale is %.2e (%s)"
                          % (path, name, error, unit, str(dtype)[6:]))
                worst = max(worst, error / unit if unit else 0)
    print("%s: %d arrays, %d comparisons differ; the largest difference is %.1e of its scale"
          % (path, len(exact), wrong, worst))
    return wrong


torch.set_num_threads(1)
spoil, files = "--spoil" in sys.argv, [a for a in sys.argv[1:] if a != "--spoil"]
models = list(zip(files[::3], files[1::3], files[2::3]))
results = [compare(c, dump, spoil) and compare(c, fewer, spoil) for c, dump, fewer in models]
sys.exit(1 if any(results) or not results else 0)
