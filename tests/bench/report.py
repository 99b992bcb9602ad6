"""What the measurements say: medians, ratios beside their goals, the work over the limit."""
import collections
import statistics

from contenders import RATE

ONE, TWO, ONE_SHARD, EIGHT_SHARDS = "1 rank", "2 ranks", "1 rank, 1 shard", "1 rank, 8 shards"
REORDERED = "1 rank, OpenBLAS"  # products whose bits depend on the machine
INDEPENDENT = "2 independent runs"
TORCH, DDP = "PyTorch", "PyTorch DDP of 2"  # in a goal: the fastest of them
LIMIT, SUMS = "the core's best product rate", "sums"
FLOATS = ["222384", "4385", "738561"]  # parameters of vanilla, conv, conv-deep

# What is asked for: top / bottom in a case, at least or at most this.
Goal = collections.namedtuple("Goal", "case top bottom least most")


def least(case, top, bottom, goal):
    return Goal(case, top, bottom, goal, None)


def most(case, top, bottom, goal):
    return Goal(case, top, bottom, None, goal)


GOALS = [
    least("vanilla", ONE, TORCH, 1.7),
    least("vanilla", ONE, LIMIT, 0.75),
    least("vanilla", TWO, DDP, 4.5),
    least("vanilla", TWO, INDEPENDENT, 0.85),
    most("vanilla", ONE_SHARD, ONE, 1.1),
    least("vanilla-32", ONE, TORCH, 3.5),
    least("vanilla-32", ONE, LIMIT, 0.55),
    least("vanilla-32", TWO, DDP, 14),
    least("vae", ONE, TORCH, 1.4),
    least("vae", ONE, LIMIT, 0.78),
    least("vae", TWO, DDP, 4),
    least("conv", ONE, TORCH, 7),
    least("conv", ONE, LIMIT, 0.6),
    least("conv", TWO, DDP, 7.5),
    least("conv-deep", ONE, TORCH, 1.5),
    least("conv-deep", ONE, LIMIT, 0.85),
    least("conv-deep", TWO, DDP, 1.6),
    least("conv-tanh", ONE, TORCH, 6),
    least("conv-tanh", ONE, LIMIT, 0.35),
    least("conv-tanh", TWO, DDP, 14),
    least("conv-vae", ONE, TORCH, 3),
    least("conv-vae", ONE, LIMIT, 0.55),
] + [most(case, REORDERED, ONE, 1.02) for case in (
    "vanilla", "vanilla-32", "vae", "conv", "conv-deep", "conv-tanh", "conv-vae")
] + [most(SUMS, "ordered of %s floats" % n, "allreduce of %s floats" % n, 1) for n in FLOATS]


def ddp_of(torch):
    return torch + " DDP of 2"


def is_torch(contender):
    return contender.startswith(TORCH)


def is_ddp(contender):
    return is_torch(contender) and contender.endswith(ddp_of(""))


def cores(contender):
    return 2 if contender in (TWO, INDEPENDENT) or is_ddp(contender) else 1


def ours_beside(torch):
    """On as many cores."""
    return TWO if is_ddp(torch) else ONE


class Results:
    """All measurements of this run: values[case, contender, quantity] in order; forms[case,
    contender]: whose products a PyTorch runs on, and its layout."""

    def __init__(self, cases):
        self.values = collections.defaultdict(list)
        self.forms = {}
        self.cases = cases

    def add(self, case, contender, quantity, value):
        self.values[case, contender, quantity].append(value)

    def median(self, case, contender, quantity):
        """None where nothing was measured."""
        values = self.values.get((case, contender, quantity))
        return statistics.median(values) if values else None

    def limit(self, case):
        """FLOP/s of the fastest product, its shape and back end."""
        found = [(self.median(*key), key[2], key[1]) for key in self.values
                 if key[0] == case and key[2].startswith("product ")]
        return max(found, default=(None, "", ""))

    def torches(self, case):
        """The PyTorchs that were measured."""
        return [name for of, name, quantity in self.values
                if of == case and quantity == RATE and is_torch(name)]

    def named(self, case, contender):
        """Itself; of the PyTorchs on as many cores the fastest, None where there is none."""
        if contender not in (TORCH, DDP):
            return contender
        alike = [name for name in self.torches(case) if is_ddp(name) == (contender == DDP)]
        return max(alike, key=lambda name: self.median(case, name, RATE), default=None)

    def ratio(self, goal):
        """Top over bottom, None where one of them was not measured."""
        if goal.case == SUMS:
            top, bottom = (self.median(SUMS, SUMS, q) for q in (goal.top, goal.bottom))
        else:
            top = self.median(goal.case, goal.top, RATE)
            bottom = self.median(goal.case, self.named(goal.case, goal.bottom), RATE)
        if goal.bottom == LIMIT:
            bottom = self.limit(goal.case)[0]
            top = top and top * self.cases[goal.case].flops
        return top / bottom if top and bottom else None


def table(title, heads, rows):
    """Lines of a Markdown table with even columns."""
    rows = [heads] + rows
    widths = [max(len(row[i]) for row in rows) for i in range(len(heads))]
    lines = ["| " + " | ".join(cell.ljust(n) for cell, n in zip(row, widths)) + " |"
             for row in rows]
    lines.insert(1, "|" + "|".join("-" * (n + 2) for n in widths) + "|")
    return "\n".join(["", title, ""] + lines)


def rate_row(results, case, contender):
    values = results.values[case.name, contender, RATE]
    rate = statistics.median(values)
    flops = rate * case.flops / cores(contender)
    limit = results.limit(case.name)[0]
    return [case.name, str(case.batch), contender, "{:,.0f}".format(rate),
            "{:,.0f} - {:,.0f}".format(min(values), max(values)), "%.1f" % (flops / 1e9),
            "%.0f %%" % (100 * flops / limit) if limit else ""]


def rates(results):
    rows = [rate_row(results, results.cases[case], contender)
            for case, contender, quantity in list(results.values) if quantity == RATE]
    return table("Samples a second (median, least - most of the repeats), products a core",
                 ["case", "batch", "who", "samples/s", "spread", "GFLOP/s a core", "of the limit"],
                 rows)


def torch_row(results, case, torch):
    ours, theirs = (results.median(case, name, RATE) for name in (ours_beside(torch), torch))
    fastest = torch == results.named(case, DDP if is_ddp(torch) else TORCH)
    return [case, "%s / %s" % (ours_beside(torch), torch),
            "%.2f" % (ours / theirs) if ours else "", results.forms[case, torch],
            "the fastest" if fastest else ""]


def torches(results):
    return table("Beside each PyTorch, on as many cores",
                 ["case", "ratio", "is", "its products and images", ""],
                 [torch_row(results, case, torch) for case in results.cases
                  for torch in results.torches(case)])


def goal_row(results, goal, ratio):
    wanted = "at least %g" % goal.least if goal.least else "at most %g" % goal.most
    reached = ratio >= goal.least if goal.least else ratio <= goal.most
    bottom = results.named(goal.case, goal.bottom)
    return [goal.case, "%s / %s" % (goal.top, bottom), "%.2f" % ratio, wanted,
            "reached" if reached else "not reached"]


def goals(results):
    found = [(goal, results.ratio(goal)) for goal in GOALS]
    return table("Ratios of medians and their goals", ["case", "ratio", "is", "goal", ""],
                 [goal_row(results, goal, ratio) for goal, ratio in found if ratio is not None])


def split_row(results, case, contender, parts):
    wall = results.median(case, contender, "seconds wall")
    shares = [results.median(case, contender, "seconds " + part) for part in parts]
    return [case, contender] + ["" if s is None else "%.1f %%" % (100 * s / wall) for s in shares]


def split(results):
    """Of the whole run, validation and checkpoints with it: what summary.json knows of."""
    parts = list(dict.fromkeys(quantity.split(" ", 1)[1] for _, _, quantity in results.values
                               if quantity.startswith("seconds ") and quantity != "seconds wall"))
    runs = list(dict.fromkeys((case, contender) for case, contender, quantity in results.values
                              if quantity == "seconds wall"))
    rows = [split_row(results, case, contender, parts) for case, contender in runs]
    return table("Where the time of a run goes (rank 0, start-up and validation included)",
                 ["case", "who"] + parts, rows)


def limit_row(results, case):
    rate, shape, backend = results.limit(case)
    copies = [results.median(*key) for key in results.values if key[2] == "copy"]
    return [case, "%.1f" % (rate / 1e9), shape[len("product "):], backend[len("limits "):],
            "%.1f" % (max(copies) / 1e9)]


def limits(results):
    rows = [limit_row(results, case) for case in results.cases if results.limit(case)[0]]
    return table("Limits of one core: the fastest product among the case's shapes and 2048 cubed",
                 ["case", "GFLOP/s", "form and MxNxK", "back end", "copy, GB/s"], rows)


def sums(results):
    rows = [[quantity, "%.1f" % (1e6 * statistics.median(values)),
             "%.1f - %.1f" % (1e6 * min(values), 1e6 * max(values))]
            for (case, _, quantity), values in results.values.items() if case == SUMS]
    return table("Sums over 2 ranks, microseconds (medians of many; least - most of the repeats)",
                 ["sum", "median", "spread"], rows)


def text(results):
    parts = [rates(results), torches(results), goals(results), split(results), limits(results)]
    if any(case == SUMS for case, _, _ in results.values):
        parts.append(sums(results))
    return "\n".join(parts)
