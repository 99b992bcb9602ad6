"""Who is measured.  A contender has a name; start() makes it ready, measure() answers with one
measurement, a list of (quantity, value, unit), stop() ends it.  Each rank is pinned to a core."""
import csv
import json
import os
import select
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
RATE, PATIENCE = "rate", 900  # seconds that one command may take
THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
MPI = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
       "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none",
       "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
       "PRTE_MCA_hwloc_default_binding_policy": "none"}
ENVIRONMENT = {**os.environ, **THREADS, **MPI, "GLOO_SOCKET_IFNAME": "lo"}


class Failed(Exception):
    """Something could not run; the text says what and shows its last words."""


def pinned(core, command):
    return ["taskset", "-c", str(core)] + command


def mpirun(cores, command):
    """One rank a core, in one job."""
    own = 'shift ${OMPI_COMM_WORLD_RANK:-${PMIX_RANK:-$PMI_RANK}}; echo "$1"'
    pin = 'exec taskset -c "$(set -- %s; %s)" "$@"' % (" ".join(map(str, cores)), own)
    return ["mpirun", "-n", str(len(cores)), "sh", "-c", pin, "sh"] + command


def begin(command, environment=ENVIRONMENT, **pipes):
    return subprocess.Popen(command, env=environment, text=True, **pipes)


def finish(process):
    """Its output, once it has ended well."""
    try:
        output, errors = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.terminate()
        raise Failed("no end after %d s: %s" % (PATIENCE, " ".join(process.args)))
    except BaseException:  # the benchmark is interrupted: nothing is left running
        process.terminate()
        raise
    if process.returncode != 0:
        raise Failed("%s\nexit code %d; its last words:\n%s"
                     % (" ".join(process.args), process.returncode, errors[-2000:]))
    return output


def run(command, environment=ENVIRONMENT):
    return finish(begin(command, environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                        stderr=subprocess.PIPE))


def epochs_for(seconds, rows, rate):
    return max(1, round(seconds * rate / rows))


class Hourglass:
    """Training, start-up and the first epoch left out.  An epoch's samples_per_second knows of
    steps alone: validation and checkpoints come after it."""

    def __init__(self, name, case, setup, cores, shards, products="auto"):
        self.name, self.case, self.setup, self.cores, self.shards = name, case, setup, cores, shards
        self.products = products
        self.environment = ENVIRONMENT if products == "auto" else setup.openblas
        self.folder = tempfile.mkdtemp(prefix=name.replace(" ", "-") + "-", dir=setup.scratch)
        self.epochs, self.losses, self.parameters, self.backend = 1, [], 0, ""

    def command(self):
        case = self.case
        return [self.setup.program("hourglass"), "train", case.job_file, "--folder", self.folder,
                "--overwrite", "--no-encode", "--progress", "none", "--file", self.setup.data,
                "--limit", str(case.rows), "--batch", str(case.batch), "--shards",
                str(self.shards), "--backend", self.products, "--epochs", str(1 + self.epochs)]

    def begin(self):
        self.process = begin(mpirun(self.cores, self.command()), self.environment,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)

    def finish(self):
        """Samples/s of the epochs after the first."""
        finish(self.process)
        with open(self.folder + "/metrics.csv") as f:
            epochs = list(csv.DictReader(f))
        with open(self.folder + "/summary.json") as f:
            self.summary = json.load(f)
        self.losses = [float(epoch["train_loss"]) for epoch in epochs]
        self.parameters = self.summary["parameters"]
        self.backend = self.summary["provenance"]["blas"]
        times = [1 / float(epoch["samples_per_second"]) for epoch in epochs[1:]]
        return len(times) / sum(times)

    def start(self):
        """A first run tells how many epochs have room in a measurement."""
        self.begin()
        self.epochs = epochs_for(self.setup.seconds, self.case.rows, self.finish())

    def measure(self):
        self.begin()
        rate = self.finish()
        parts = [("seconds " + what, value, "s") for what, value in self.summary["seconds"].items()]
        return [(RATE, rate, "samples/s")] + parts

    def stop(self):
        pass


class Independent:
    """Single-rank runs at once, one a core, that know nothing of each other: together they are
    what perfect scaling would be."""

    def __init__(self, name, case, setup, cores, shards):
        self.name, self.backend = name, ""
        self.runs = [Hourglass("independent", case, setup, [core], shards) for core in cores]

    def together(self):
        for one in self.runs:
            one.begin()
        rate = sum([one.finish() for one in self.runs])
        self.backend = self.runs[0].backend
        return rate

    def start(self):
        case, setup = self.runs[0].case, self.runs[0].setup
        rate = self.together() / len(self.runs)
        for one in self.runs:
            one.epochs = epochs_for(setup.seconds, case.rows, rate)

    def measure(self):
        return [(RATE, self.together(), "samples/s")]

    def stop(self):
        pass


class Worker:
    """Processes of torch_train.py that train when asked to."""

    def __init__(self, peer, case, setup, cores, layout):
        self.case, self.setup, self.layout, self.losses = case, setup, layout, []
        meeting = tempfile.mkdtemp(prefix="ddp-", dir=setup.scratch) + "/meeting"
        self.log = tempfile.TemporaryFile("w+")
        self.ranks = []
        for rank, core in enumerate(cores):
            command = [peer.python, HERE + "/torch_train.py", case.job_file, setup.data,
                       str(case.batch), str(case.rows), layout]
            if len(cores) > 1:
                command += [str(rank), str(len(cores)), meeting]
            first = subprocess.PIPE if rank == 0 else subprocess.DEVNULL
            self.ranks.append(begin(pinned(core, command), peer.environment, stdin=first,
                                    stdout=first, stderr=self.log))
        self.parameters = self.answer()["parameters"]

    def answer(self):
        """The next line of rank 0."""
        out = self.ranks[0].stdout
        ready = select.select([out], [], [], PATIENCE)[0]
        line = out.readline() if ready else ""
        if not line:
            self.stop()
            self.log.seek(0)
            raise Failed("PyTorch does not answer; its last words:\n" + self.log.read()[-2000:])
        return json.loads(line)

    def rate(self, epochs):
        print(epochs, file=self.ranks[0].stdin, flush=True)
        answer = self.answer()
        self.losses += answer["losses"]
        return answer["rows"] / answer["seconds"]

    def stop(self):
        self.ranks[0].stdin.close()
        for process in self.ranks:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


class PyTorch:
    """One process, or DDP with one a core.  Images take the memory layout that is faster here, or
    the one that another contender has found to be."""

    def __init__(self, name, peer, case, setup, cores, like=None):
        self.name, self.peer, self.case, self.setup, self.cores = name, peer, case, setup, cores
        self.like, self.worker, self.form = like, None, ""

    def layouts(self):
        if self.like and self.like.worker:
            return [self.like.worker.layout]
        return ["contiguous"] if self.case.job.is_flat() else ["contiguous", "channels_last"]

    def start(self):
        best = 0
        for layout in self.layouts():
            worker = Worker(self.peer, self.case, self.setup, self.cores, layout)
            worker.rate(1)
            rate = worker.rate(1)
            slower, self.worker = (self.worker, worker) if rate > best else (worker, self.worker)
            best = max(rate, best)
            if slower:
                slower.stop()
        self.epochs = epochs_for(self.setup.seconds, self.case.rows, best)
        self.parameters = self.worker.parameters
        self.form = "%s, %s" % (self.peer.blas, self.worker.layout)

    @property
    def losses(self):
        return self.worker.losses

    def measure(self):
        return [(RATE, self.worker.rate(self.epochs), "samples/s")]

    def stop(self):
        if self.worker:
            self.worker.stop()


class Limits:
    """What a core can do with one back end: products of the case's shapes and of a large one,
    and a copy."""

    def __init__(self, setup, backend, shapes):
        self.setup, self.backend, self.name = setup, backend, "limits " + backend
        self.shapes = ["nn:2048x2048x2048"] + shapes

    def start(self):
        pass

    def measure(self):
        seconds = str(self.setup.seconds / len(self.shapes))
        command = [self.setup.program("bench_limits"), self.setup.backends[self.backend], seconds]
        command = pinned(self.setup.cores[0], command + self.shapes)
        lines = run(command, self.setup.openblas).strip().split("\n")
        found = [line.split(",") for line in lines[1:]]
        return [(what, float(value), unit) for what, value, unit in found]

    def stop(self):
        pass


class Sums:
    """MPI_Allreduce and the ordered sum of the same floats, in turn."""

    name = "sums"

    def __init__(self, setup, cores, floats, rounds):
        self.command = mpirun(cores, [setup.program("bench_sums"), str(rounds)] + floats)

    def start(self):
        pass

    def measure(self):
        rows = csv.reader(run(self.command).strip().split("\n"))
        return [("%s of %s floats" % (method, n), float(median), "s")
                for method, n, median, *_ in rows]

    def stop(self):
        pass
