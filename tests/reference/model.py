"""The model of a job in PyTorch: its layers one after the other, and its losses."""
import torch
from torch.nn import functional as F

from layers import LAYERS


def norm1(codes, batch):
    """The sum of |code|, which has a kink at zero."""
    size = codes.abs()
    return torch.where(batch.near(codes, codes), -size, size).sum()


class Model:
    def __init__(self, job):
        self.job = job
        self.logits = job.loss.startswith("bce")  # the last sigmoid is the loss's
        if self.logits:
            job.decoder[-1].words.remove("sigmoid")

    def run(self, layers, x, weights, batch):
        for layer in layers:
            w = [weights[name] for k in range(4)
                 if (name := "%s/%d" % (layer.name, k)) in weights]
            x = LAYERS[layer.kind](x, layer, w, batch)
        return x

    def encode(self, x, weights, batch):
        return self.run(self.job.encoder, x.reshape([-1] + self.job.input), weights, batch)

    def decode(self, codes, weights, batch):
        """y[rows, pixels]: logits where the loss takes them."""
        return self.run(self.job.decoder, codes, weights, batch).flatten(1)

    def image(self, y):
        return torch.sigmoid(y) if self.logits else y

    def reconstruction(self, y, x):
        """The loss summed over the rows, without KL and L1."""
        if self.logits:
            pixels = F.binary_cross_entropy_with_logits(y, x, reduction="none")
        else:
            pixels = (y - x) ** 2
        return (pixels.mean(1) if self.job.loss in ("bce", "mse") else pixels.sum(1)).sum()

    def sums(self, x, weights, batch):
        """What is reported, summed over the rows: reconstruction, KL, L1, squared error."""
        codes = self.encode(x, weights, batch)
        y = self.decode(codes, weights, batch)
        return {"reconstruction": self.reconstruction(y, x), "kl": batch.kl,
                "l1": norm1(codes, batch), "squared": ((self.image(y) - x) ** 2).sum()}

    def total(self, sums):
        return sums["reconstruction"] + self.job.beta * sums["kl"] + self.job.l1 * sums["l1"]
