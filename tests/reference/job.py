"""A job as its run folder says it (job.ini), and the data that it names."""
import configparser
import os

import h5py
import numpy

LAYER_NAMES = {  # where it is not the word itself
    "conv": "conv2d", "conv_transpose": "conv2d_transpose", "batchnorm": "batch_normalization",
    "noise": "gaussian_noise",
}


class Layer:
    """A line of the model: kind, the words behind it, its name in checkpoints, its place."""

    def __init__(self, kind, words, index, same):
        name = LAYER_NAMES.get(kind, kind)
        self.kind, self.words, self.index = kind, words, index
        self.name = "%s_%d" % (name, same) if same else name


class Job:
    def __init__(self, folder):
        ini = configparser.ConfigParser(interpolation=None)
        ini.read(os.path.join(folder, "job.ini"))
        model, training = ini["model"], ini["training"]
        self.seed, self.shards = ini.getint("run", "seed"), ini.getint("run", "shards")
        self.file, self.limit = ini["data"]["file"], ini.getint("data", "limit")
        self.splits = {split: ini["data"][split] for split in ("train", "test")}
        self.input = [int(n) for n in model["input"].split("x")]
        self.initialiser = model["initialiser"]
        self.encoder, self.decoder = self.layers(model)
        self.loss, self.optimizer = training["loss"], training["optimizer"]
        self.schedule = training["schedule"].split()
        self.beta, self.l1, self.rate, self.momentum = (
            training.getfloat(name) for name in ("beta", "l1", "learning_rate", "momentum"))
        self.batch, self.epochs = training.getint("batch"), training.getint("epochs")

    def layers(self, model):
        """The encoder's and the decoder's; the word `code` stands for the code's width."""
        parts, seen, index = [], {}, 0
        for part in "encoder", "decoder":
            parts.append([])
            for line in filter(None, model[part].split("\n")):
                kind, *words = [model["code"] if w == "code" else w for w in line.split()]
                parts[-1].append(Layer(kind, words, index, seen.get(kind, 0)))
                seen[kind] = seen.get(kind, 0) + 1
                index += 1
        return parts

    def images(self, split):
        """x[rows, pixels] of a split: stored units times their scale, in float32."""
        with h5py.File(self.file) as f:
            stored = f[self.splits[split]]["images"]
            rows = min(self.limit, len(stored)) if self.limit else len(stored)
            scale = numpy.float32(stored.attrs["scale"])
            return (scale * stored[:rows].astype("f4")).reshape(rows, -1)
