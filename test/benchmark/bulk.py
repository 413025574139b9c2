"""A corpus by Ray and by Daft on this machine, beside one program on the whole file; by hand, with ray[data] and daft.

    bulk.py rate MODEL       # lines/s of 2 workers of 1 thread, and of the program with 2 threads
    bulk.py loss MODEL       # a worker is killed, then the driver, and the run goes on: is a row lost?

The results of `loss` do not depend on what else the machine does; those of `rate` do.
"""

import argparse
import hashlib
import os
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "runtime", "python"))
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [sys.path[0], os.environ.get("PYTHONPATH")]))
os.environ.update(RAY_USAGE_STATS_ENABLED="0", DAFT_ANALYTICS_ENABLED="0", PYTHONDONTWRITEBYTECODE="1")

import numpy  # noqa: E402
import pyarrow.parquet  # noqa: E402
from bulk_corpus import CODE, PROSE, write_corpus  # noqa: E402

from emblem.bulk import BlockEncoder  # noqa: E402
from emblem.verify import verify  # noqa: E402


def embed(engine, corpus, target, library, options):
    """The seconds of a run, those of the engine's own start, and what it did."""
    begin = time.monotonic()
    if engine == "ray":
        import ray

        import emblem.ray as module
        ray.init(num_cpus=options.workers, include_dashboard=False, log_to_driver=False)
    else:
        import emblem.daft as module
    ready = time.monotonic()
    done = module.embed_parquet(corpus, target, BlockEncoder(library, threads=1), workers=options.workers,
                                block_rows=options.block_rows)
    return time.monotonic() - ready, ready - begin, done


def by_program(folder, threads):
    """The seconds of one program on all lines."""
    begin = time.monotonic()
    with open(os.path.join(folder, "lines.txt")) as lines:
        subprocess.run([os.path.join(folder, "program"), "embed", "--format=npy", f"--threads={threads}", "-o",
                        os.path.join(folder, "vectors.npy")], stdin=lines, check=True)
    return time.monotonic() - begin


def command(engine, corpus, target, library, options):
    return [sys.executable, os.path.abspath(__file__), "embed", engine, corpus, target, library,
            f"--workers={options.workers}", f"--block-rows={options.block_rows}"]


def show(name, seconds, count, beside=None):
    ratio = f"  {beside / seconds:.0%} of the program" if beside else ""
    print(f"{name:36} {seconds:8.1f} s {count / seconds:9.0f} lines/s{ratio}", flush=True)


def compare_rates(options, corpus, library):
    programs = [by_program(options.folder, options.workers)]
    show(f"program, {options.workers} threads", programs[0], options.lines)
    runs = {}
    for engine in options.engines:
        target = os.path.join(options.folder, f"vectors-{engine}")
        output = subprocess.run(command(engine, corpus, target, library, options), check=True,
                                stdout=subprocess.PIPE, encoding="utf-8").stdout.splitlines()[-1]
        runs[engine], start = map(float, output.split()[:2])
        show(f"{engine}, {options.workers} workers (start {start:.1f} s)", runs[engine], options.lines, programs[0])
        check(options, target, library)
    programs.append(by_program(options.folder, options.workers))
    show("program, again", programs[1], options.lines)
    mean = sum(programs) / 2
    for engine, seconds in runs.items():
        print(f"{engine}: {mean / seconds:.1%} of the program's rate")


def check(options, target, library):
    found = verify(target, library, 1000)
    subprocess.run([sys.executable, "-m", "emblem", "verify", target, "--against",
                    os.path.join(options.folder, "vectors.npy")], check=True)
    ids = pyarrow.parquet.read_table(target, columns=["id"]).column("id").to_numpy()
    if found.problems or ids.tolist() != list(range(options.lines)):
        raise SystemExit(f"{target}: {found.problems or 'rows are missing, or there twice'}")
    vectors = numpy.load(os.path.join(options.folder, "vectors.npy"))
    print(f"SHA-256 of the program's:  {hashlib.sha256(vectors).hexdigest()}")
    print(f"{target}: each of {options.lines} rows is there once; {found.embedded_again} embedded again are the same")


def parents():
    """Each process's parent, and its command."""
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                parent = int(file.read().rpartition(")")[2].split()[1])
            with open(f"/proc/{name}/cmdline") as file:
                yield int(name), parent, file.read()
        except OSError:
            pass


def descendants(process):
    """The processes below one, with their commands."""
    table = list(parents())
    found, left = {}, [process]
    while left:
        one = left.pop()
        for child, parent, words in table:
            if parent == one:
                found[child] = words
                left.append(child)
    return found


def wait_for_blocks(target, count, driver):
    while sum(name.endswith(".parquet") for name in os.listdir(target)) < count:
        if driver.poll() is not None:
            raise SystemExit("the driver ended before it could be killed; ask for more lines or smaller blocks")
        time.sleep(0.005)


def kill_and_go_on(options, corpus, library):
    seconds = by_program(options.folder, options.workers)
    show(f"program, {options.workers} threads", seconds, options.lines)
    blocks = -(-options.lines // options.block_rows)
    for engine in options.engines:
        target = os.path.join(options.folder, f"vectors-{engine}")
        os.makedirs(target, exist_ok=True)
        if any(name.endswith(".parquet") for name in os.listdir(target)):
            raise SystemExit(f"{target} has results; take another --folder")
        driver = subprocess.Popen(command(engine, corpus, target, library, options), stdout=subprocess.DEVNULL)
        wait_for_blocks(target, blocks // 6, driver)
        word = {"ray": "MapWorker", "daft": "udf_worker"}[engine]
        worker = next(process for process, words in descendants(driver.pid).items() if word in words)
        os.kill(worker, signal.SIGKILL)
        print(f"{engine}: worker {worker} killed after {len(os.listdir(target)) - 1} files", flush=True)
        wait_for_blocks(target, blocks // 2, driver)
        below = descendants(driver.pid)
        driver.kill()
        driver.wait()
        time.sleep(3)
        left = [process for process, parent, words in parents() if below.get(process) == words]
        for process in left:  # those that did not see their driver end
            os.kill(process, signal.SIGKILL)
        names = os.listdir(target)
        print(f"{engine}: driver {driver.pid} killed after {sum(name.endswith('.parquet') for name in names)} of at "
              f"least {blocks} files, {sum(name.endswith('.part') for name in names)} half written", flush=True)
        done = subprocess.run(command(engine, corpus, target, library, options), check=True, stdout=subprocess.PIPE,
                              encoding="utf-8").stdout.splitlines()[-1]
        print(f"{engine}: run again: {done.split(maxsplit=2)[2]}")
        check(options, target, library)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["rate", "loss", "embed"])
    parser.add_argument("names", nargs="+", metavar="MODEL")
    parser.add_argument("--folder", default="build/bulk", help="for the corpus and the results")
    parser.add_argument("--lines", type=int, help="100,000; of loss 1,000,000")
    parser.add_argument("--text", nargs="+", default=["/usr/share", sys.base_prefix, "/usr/include", "/usr/lib"])
    parser.add_argument("--emblemc", default="build/bin/emblemc")
    parser.add_argument("--precision", default="int8")
    parser.add_argument("--engines", type=lambda text: text.split(","), default=["ray", "daft"])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--block-rows", type=int, help="2048, so that workers end together; of loss 8192")
    options = parser.parse_args()
    if options.what == "embed":
        seconds, start, done = embed(*options.names, options)
        print(f"{seconds:.3f} {start:.3f} {done}")
        return
    rate = options.what == "rate"
    options.folder = os.path.join(os.path.abspath(options.folder), options.what)
    options.lines = options.lines or (100_000 if rate else 1_000_000)
    options.block_rows = options.block_rows or (2048 if rate else 8192)
    os.makedirs(options.folder, exist_ok=True)
    library = os.path.join(options.folder, "model.so")
    precision = [f"--precision={options.precision}"] if rate else []
    subprocess.run([options.emblemc, options.names[0], *precision, "--emit=shared", "-o", library], check=True)
    subprocess.run([options.emblemc, options.names[0], *precision, "-o", os.path.join(options.folder, "program")],
                   check=True)
    corpus = write_corpus(options.folder, options.lines, 4, options.text, PROSE if rate else PROSE + CODE)
    (compare_rates if rate else kill_and_go_on)(options, corpus, library)


if __name__ == "__main__":
    main()
