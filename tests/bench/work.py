"""What a job's layers cost: their shapes and the work of a sample, from the job file's lines."""
import collections
import configparser

# A line of the job file with the shapes (h, w, c) that it is given and that it makes.
Layer = collections.namedtuple("Layer", "kind words given made")
# One matrix product: `rows` rows a sample of [rows, inputs] x [inputs, outputs].
Product = collections.namedtuple("Product", "rows outputs inputs")


def sizes(text):
    return tuple(int(n) for n in text.split("x"))


def count(shape):
    return shape[0] * shape[1] * shape[2]


def option(words, name, default):
    return int(words[words.index(name) + 1]) if name in words else default


def windows(n, kernel, stride, same):
    """How many windows of a kernel fit along n pixels."""
    return -(-n // stride) if same else (n - kernel) // stride + 1


def shape_of_windows(given, kernel, stride, same):
    return tuple(windows(n, k, s, same) for n, k, s in zip(given, kernel, stride))


def shape_of_transpose(given, kernel, stride, same):
    return tuple(n * stride + (0 if same else max(k - stride, 0)) for n, k in zip(given, kernel))


def made_by(kind, words, given):
    """The shape that a layer makes of the one it is given."""
    same, stride = "same" in words, option(words, "stride", 1)
    if kind in ("dense", "sampling"):
        return 1, 1, int(words[0])
    if kind == "conv":
        return shape_of_windows(given, sizes(words[1]), (stride, stride), same) + (int(words[0]),)
    if kind == "conv_transpose":
        return shape_of_transpose(given, sizes(words[1]), stride, same) + (int(words[0]),)
    if kind == "maxpool":
        return shape_of_windows(given, sizes(words[0]), sizes(words[0]), same) + given[2:]
    if kind == "upsample":
        down, across = sizes(words[0])
        return given[0] * down, given[1] * across, given[2]
    if kind == "flatten":
        return 1, 1, count(given)
    if kind == "reshape":
        return sizes(words[0])
    if kind in ("batchnorm", "noise", "dropout"):
        return given
    raise ValueError("no rule for the layer '%s'" % kind)


class Job:
    """A job file: its settings and its layers."""

    def __init__(self, path):
        ini = configparser.ConfigParser(interpolation=None)
        with open(path) as f:
            ini.read_file(f)
        self.training, self.model = ini["training"], ini["model"]
        self.input = shape = sizes(self.model["input"])
        self.layers = []
        for part in "encoder", "decoder":
            for line in self.model[part].strip().split("\n"):
                kind, *words = line.split()
                words = [self.model["code"] if word == "code" else word for word in words]
                self.layers.append(Layer(kind, words, shape, made_by(kind, words, shape)))
                shape = self.layers[-1].made

    def is_flat(self):
        return all(layer.kind in ("dense", "sampling", "noise", "dropout") for layer in self.layers)


def product(layer):
    """The layer as a matrix product, or None where it is none."""
    h, w, c = layer.given
    if layer.kind == "dense":
        return Product(1, layer.made[2], count(layer.given))
    if layer.kind == "sampling":  # mean and log-variance
        return Product(1, 2 * layer.made[2], count(layer.given))
    if layer.kind == "conv":
        kh, kw = sizes(layer.words[1])
        return Product(layer.made[0] * layer.made[1], layer.made[2], kh * kw * c)
    if layer.kind == "conv_transpose":
        kh, kw = sizes(layer.words[1])
        return Product(h * w, kh * kw * layer.made[2], c)
    return None


def products(job):
    return [p for p in map(product, job.layers) if p]


def flops(job):
    """Floating-point operations a sample in matrix products: forward, dw and dx of every layer
    with weights, of the first one no dx.  A padded window counts as a whole one."""
    work = [2 * p.rows * p.outputs * p.inputs for p in products(job)]
    return 3 * sum(work) - work[0]


def flops_of(shape):
    """Of one product, FORM:MxNxK."""
    m, n, k = sizes(shape.split(":")[1])
    return 2 * m * n * k


def product_shapes(job, batch, shards):
    """The products of a step as FORM:MxNxK, for the whole batch and for a shard's part of it."""
    shapes = {}
    for samples in batch, batch // shards:
        for i, p in enumerate(products(job)):
            rows = samples * p.rows
            shapes["nn:%dx%dx%d" % (rows, p.outputs, p.inputs)] = True  # forward
            shapes["tn:%dx%dx%d" % (p.inputs, p.outputs, rows)] = True  # dw
            if i > 0:
                shapes["nt:%dx%dx%d" % (rows, p.inputs, p.outputs)] = True  # dx
    return list(shapes)
