"""Which rows a step takes, from the definition in include/train/shards.h.

N rows are cut into S shards; each has an order of its own in each epoch.  When g rows of the N
have been asked for, a shard of n rows has given floor(g n / N).
"""
import numpy

from random_numbers import SHUFFLE, Name, below


def cut(total, count):
    """The rows of each shard in the data set's order."""
    return [numpy.arange(total * i // count, total * (i + 1) // count) for i in range(count)]


def shuffle(rows, seed, epoch, shard):
    """The order of an epoch (counted from 0).  Fisher and Yates: from the end, swap with a
    random place at or before."""
    rows, name = rows.copy(), Name(seed, SHUFFLE, epoch, shard)
    for i in range(len(rows), 1, -1):
        k = below(name, i, i)
        rows[i - 1], rows[k] = rows[k], rows[i - 1]
    return rows


def take(shards, before, after):
    """What each shard gives while the rows given by all go from `before` to `after`."""
    total = sum(len(rows) for rows in shards)
    return [rows[len(rows) * before // total : len(rows) * after // total] for rows in shards]
