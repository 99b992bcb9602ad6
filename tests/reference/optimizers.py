"""Keras 3's optimisers and the schedules of include/optim/schedule.h.

Each optimiser moves w by the gradient g of the mean loss; its slots, by the names that they
have in checkpoints, start at zero.  `step` counts from 1 over the whole run.
"""
import math


def sgd(w, g, slots, rate, momentum, step):
    m = slots["momentum"]
    m.mul_(momentum).sub_(rate * g)
    w.add_(m)


def rmsprop(w, g, slots, rate, momentum, step, rho=0.9, epsilon=1e-7):
    v, m = slots["velocity"], slots["momentum"]
    v.mul_(rho).add_((1 - rho) * g * g)
    m.mul_(momentum).add_(rate * g / (v + epsilon).sqrt())
    w.sub_(m)


def adam(w, g, slots, rate, momentum, step, beta1=0.9, beta2=0.999, epsilon=1e-7):
    m, v = slots["momentum"], slots["velocity"]
    m.add_((g - m) * (1 - beta1))
    v.add_((g * g - v) * (1 - beta2))
    alpha = rate * math.sqrt(1 - beta2**step) / (1 - beta1**step)
    w.sub_(alpha * m / (v.sqrt() + epsilon))


OPTIMIZERS = {f.__name__: f for f in (sgd, rmsprop, adam)}


def rate_at(words, base, epoch, epochs):
    """The learning rate at a point of the run, in epochs: [warmup EPOCHS], then constant,
    step EPOCHS FACTOR, or cosine [FINAL] over what remains."""
    warmup = 0.0
    if words[0] == "warmup":
        warmup, words = float(words[1]), words[2:]
    if epoch < warmup:
        return base * epoch / warmup
    kind, numbers = words[0], [float(w) for w in words[1:]]
    since = epoch - warmup
    if kind == "step":
        return base * numbers[1] ** math.floor(since / numbers[0])
    if kind == "cosine":
        final = numbers[0] if numbers else 0.0
        done = min(since / (epochs - warmup), 1.0) if epochs > warmup else 1.0
        return base * (final + (1 - final) * (1 + math.cos(math.pi * done)) / 2)
    assert kind == "constant", kind
    return base
