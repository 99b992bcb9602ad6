"""The numbers that include/base/random.h names, from their definitions.

A number is a function of (seed, purpose, epoch, row, layer, index): Philox4x32-10 of Salmon,
Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11, gives four words of 32
bits for the counter (index / 4, row, epoch, layer) and the key (seed, purpose).  The parts of a
name are numbers or arrays of numbers: then the result has one row for each.
"""
from typing import NamedTuple

import numpy

INIT, SHUFFLE, TRAIN, TEST = 1, 2, 3, 4  # purposes
LOW = numpy.uint64(0xFFFFFFFF)
HIGH = numpy.uint64(32)
BLOCK = 256  # normal numbers that are made of as many words


class Name(NamedTuple):
    seed: int
    purpose: int
    epoch: object
    row: object
    layer: object = 0


def philox(counter, key):
    """Four words of the counter, two of the key -> four words; ten rounds."""
    c0, c1, c2, c3 = (numpy.asarray(c, "u8") for c in counter)
    for i in range(10):
        k0, k1 = (numpy.uint64((key[0] + i * 0x9E3779B9) & 0xFFFFFFFF),
                  numpy.uint64((key[1] + i * 0xBB67AE85) & 0xFFFFFFFF))
        a, b = c0 * numpy.uint64(0xD2511F53), c2 * numpy.uint64(0xCD9E8D57)
        c0, c1, c2, c3 = (b >> HIGH) ^ c1 ^ k0, b & LOW, (a >> HIGH) ^ c3 ^ k1, a & LOW
    return c0, c1, c2, c3


def quadruples(name, index):
    """The words of counters index[n], [..., n, 4]."""
    row, epoch, layer = (numpy.asarray(part)[..., None]
                         for part in (name.row, name.epoch, name.layer))
    index = numpy.asarray(index)
    words = philox((index, row, epoch, layer), (name.seed, name.purpose))
    return numpy.stack(numpy.broadcast_arrays(*words), -1)


def words(name, n):
    """The first n words of the sequence, [..., n]."""
    w = quadruples(name, numpy.arange(-(-n // 4)))
    return w.reshape(w.shape[:-2] + (-1,))[..., :n]


def uniform(name, n):
    """n numbers in [0, 1): multiples of 2^-24."""
    return (words(name, n) >> numpy.uint64(8)) * 2.0**-24


def box_muller(u, v):
    """Two words -> two normal numbers: sqrt(-2 log u) (cos 2 pi v, sin 2 pi v); u in (0, 1]."""
    u, v = (((w >> numpy.uint64(8)) + one) * 2.0**-24 for w, one in
            ((u, numpy.uint64(1)), (v, numpy.uint64(0))))
    r = numpy.sqrt(-2 * numpy.log(u))
    return r * numpy.cos(2 * numpy.pi * v), r * numpy.sin(2 * numpy.pi * v)


def normal(name, n):
    """n standard normal numbers.  Of a block the first half of the words are u, the second v;
    of the numbers the first half are cosines, the second sines."""
    whole = -(-n // BLOCK) * BLOCK
    w = words(name, whole)
    w = w.reshape(w.shape[:-1] + (-1, 2, BLOCK // 2))
    z = numpy.stack(box_muller(w[..., 0, :], w[..., 1, :]), -2)
    return z.reshape(z.shape[:-3] + (whole,))[..., :n]


def first_normal(name):
    """The first number of normal(name, 1): of words 0 and 128."""
    w = quadruples(name, [0, BLOCK // 8])
    return box_muller(w[..., 0, 0], w[..., 1, 0])[0]


def below(name, index, n):
    """A whole number in [0, n): 64 bits times n, over 2^64."""
    low, high = (int(w) for w in quadruples(name, [index])[0, :2])
    return ((high << 32 | low) * n) >> 64
