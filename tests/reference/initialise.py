"""First weights from their definition in src/net/initialise.c: Glorot uniform, LeCun and He
normal, the normal ones cut at two standard deviations as Keras does.

Variable number v of the model is drawn by the name (seed, INIT, 0, v); number i of it, where it
lies outside, again by (seed, INIT, 1, v, i), (seed, INIT, 2, v, i), ...
"""
import math

import numpy

from random_numbers import INIT, Name, first_normal, normal, uniform

DEVIATION_OF_CUT = 0.87962566103423978  # of N(0, 1) cut at +-2


def glorot(seed, number, n, fan_in, fan_out):
    a = math.sqrt(6 / (fan_in + fan_out))
    return a * (2 * uniform(Name(seed, INIT, 0, number), n) - 1)


def cut_normal(seed, number, n):
    z = normal(Name(seed, INIT, 0, number), n)
    outside, again = numpy.flatnonzero(abs(z) > 2), 0
    while len(outside):
        again += 1
        z[outside] = first_normal(Name(seed, INIT, again, number, outside))
        outside = outside[abs(z[outside]) > 2]
    return z


def first_weights(initialiser, seed, number, shape):
    """A kernel [..., in, out]: dense [in, out], convolutions [kh, kw, in, out]."""
    n, window = math.prod(shape), math.prod(shape[:-2])
    fan_in, fan_out = window * shape[-2], window * shape[-1]
    if initialiser == "glorot":
        w = glorot(seed, number, n, fan_in, fan_out)
    else:
        variance = {"lecun": 1, "he": 2}[initialiser] / fan_in
        w = math.sqrt(variance) / DEVIATION_OF_CUT * cut_normal(seed, number, n)
    return w.reshape(shape)


def start_of(layer, k, shape):
    """A variable that is no kernel: zero; one where batch norm multiplies or has a variance."""
    return numpy.full(shape, float(layer.kind == "batchnorm" and k in (0, 3)))
