"""The layers in PyTorch as Keras means them: images NHWC, kernels HWIO, "same" padding with the
odd pixel behind.

Each function takes x[rows, h, w, c], the layer (job.Layer), its variables w and the batch
(batch.Batch), and returns y[rows, h', w', c'].  Where a value lies within rounding of a kink
(relu's, leaky-relu's and selu's at zero, two nearly equal values of a pooling window), the
batch may ask for the other side: batch.near says which values these are.
"""
import numpy
import torch
from torch.nn import functional as F

EPSILON = 1e-3  # of batch norm
SELU = 1.0507009873554805, 1.6732632423543772


def sizes(text):
    return [int(n) for n in text.split("x")]


# Each activation: v and the batch -> y.
def kinked(above, below, at_zero=True):
    """above(v) where v > 0, below(v) where v < 0.  An exact zero, as a convolution without a
    bias leaves it where the image is black, has the slope of the side above but for relu, whose
    slope there is 0."""
    def f(v, batch):
        up = v >= 0 if at_zero else v > 0
        return torch.where(up ^ batch.near(v, v), above(v), below(v))
    return f


def smooth(f):
    return lambda v, batch: f(v)


ACTIVATIONS = {
    "linear": smooth(lambda v: v),
    "relu": kinked(lambda v: v, torch.zeros_like, at_zero=False),
    "leaky-relu": kinked(lambda v: v, lambda v: 0.3 * v),
    "selu": kinked(lambda v: SELU[0] * v,
                   lambda v: SELU[0] * SELU[1] * torch.expm1(v.clamp(max=1))),
    "tanh": smooth(torch.tanh),
    "sigmoid": smooth(torch.sigmoid),
}


def activation(words):
    assert len(words) <= 1, words
    return ACTIVATIONS[words[0] if words else "linear"]


def take_options(words):
    """[same|valid] [stride N] [ACTIVATION], in any order."""
    same, stride, words = False, 1, list(words)
    if "stride" in words:
        at = words.index("stride")
        stride = int(words[at + 1])
        del words[at : at + 2]
    for padding in {"same", "valid"} & set(words):
        same = padding == "same"
        words.remove(padding)
    return same, stride, activation(words)


def pad_same(x, kernel, stride, value):
    """TensorFlow's padding of x[rows, c, h, w]: out = ceil(in / stride), before = total//2."""
    pads = []
    for n, k, s in zip(x.shape[2:], kernel, stride):
        total = max((-(-n // s) - 1) * s + k - n, 0)
        pads = [total // 2, total - total // 2] + pads  # F.pad begins with the last axis
    return F.pad(x, pads, value=value)


def dense(x, layer, w, batch):
    y = x.flatten(1) @ w[0] + w[1]
    return activation(layer.words[1:])(y, batch)[:, None, None, :]


def conv(x, layer, w, batch):
    same, stride, f = take_options(layer.words[2:])
    kernel = sizes(layer.words[1])
    assert list(w[0].shape) == kernel + [x.shape[3], int(layer.words[0])], w[0].shape
    x = x.permute(0, 3, 1, 2)
    if same:
        x = pad_same(x, kernel, [stride, stride], 0)
    y = F.conv2d(x, w[0].permute(3, 2, 0, 1).contiguous(), w[1], stride)
    return f(y, batch).permute(0, 2, 3, 1)


def conv_transpose(x, layer, w, batch):
    """The gradient of a convolution from [in * stride] to [in]: it scatters, then crops."""
    same, stride, f = take_options(layer.words[2:])
    kernel = sizes(layer.words[1])
    assert list(w[0].shape) == kernel + [int(layer.words[0]), x.shape[3]], w[0].shape
    kernels = w[0].permute(3, 2, 0, 1).contiguous()
    y = F.conv_transpose2d(x.permute(0, 3, 1, 2), kernels, None, stride)
    for axis, (n, k) in enumerate(zip(x.shape[1:3], kernel)):
        over = max(k - stride, 0)
        first, wanted = (over // 2, n * stride) if same else (0, n * stride + over)
        missing = max(wanted - y.shape[2 + axis], 0)  # where the stride is over the kernel
        y = F.pad(y, [0, 0, 0, missing] if axis == 0 else [0, missing])
        y = y.narrow(2 + axis, first, wanted)
    return f(y + w[1][:, None, None], batch).permute(0, 2, 3, 1)


def maxpool(x, layer, w, batch):
    kernel = sizes(layer.words[0])
    x = x.permute(0, 3, 1, 2)
    if layer.words[1:] == ["same"]:
        x = pad_same(x, kernel, kernel, -numpy.inf)
    y = F.max_pool2d(x, kernel)
    windows = x.unfold(2, kernel[0], kernel[0]).unfold(3, kernel[1], kernel[1]).flatten(4)
    if windows.shape[4] > 1:
        second = windows.topk(2, 4)[0][..., 1]
        y = torch.where(batch.near(y - second, y), second, y)
    return y.permute(0, 2, 3, 1)


def upsample(x, layer, w, batch):
    down, across = sizes(layer.words[0])
    return x.repeat_interleave(down, 1).repeat_interleave(across, 2)


def flatten(x, layer, w, batch):
    return x.flatten(1)[:, None, None, :]


def reshape(x, layer, w, batch):
    return x.reshape([len(x)] + sizes(layer.words[0]))


def acts(layer, batch):
    return batch.corrupt or "always" in layer.words


def noise(x, layer, w, batch):
    if not acts(layer, batch):
        return x
    return x + float(layer.words[0]) * batch.normal(layer, x[0].numel()).reshape(x.shape)


def dropout(x, layer, w, batch):
    if not acts(layer, batch):
        return x
    rate = float(layer.words[0])
    kept = batch.uniform(layer, x[0].numel()) >= float(numpy.float32(rate))
    return x * kept.reshape(x.shape) / (1 - rate)


def sampling(x, layer, w, batch):
    """Mean and log-variance by two linear layers, and a draw; batch.kl takes its divergence."""
    x = x.flatten(1)
    mean, log_variance = x @ w[0] + w[1], x @ w[2] + w[3]
    batch.kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum()
    batch.log_variance = log_variance
    if batch.sample:
        mean = mean + torch.exp(log_variance / 2) * batch.normal(layer, mean.shape[1])
    return mean[:, None, None, :]


def moments(x):
    """Mean and biased variance of each channel."""
    mean = x.mean((0, 1, 2))
    return mean, ((x - mean) ** 2).mean((0, 1, 2))


def normalise(x, mean, variance, w):
    return w[0] * (x - mean) / torch.sqrt(variance + EPSILON) + w[1]


def batchnorm(x, layer, w, batch):
    """The statistics are the whole batch's, those of each shard (scope=shard), or in evaluation
    the averages that training has kept; batch.moments takes the whole batch's for these."""
    alone = "scope=shard" in layer.words
    f = activation([word for word in layer.words if word != "scope=shard"])
    if not batch.training:
        return f(normalise(x, w[2], w[3], w), batch)
    batch.moments[layer.name] = [m.detach() for m in moments(x)]
    pieces = x.split(batch.shards) if alone else [x]
    return f(torch.cat([normalise(p, *moments(p), w) for p in pieces if len(p)]), batch)


LAYERS = {f.__name__: f for f in (dense, conv, conv_transpose, maxpool, upsample, flatten,
                                  reshape, noise, dropout, sampling, batchnorm)}
