"""The package for Python beside a program and sentence-transformers, on real text, in one run.

    python_ratios.py MODEL --emblemc=build/bin/emblemc [--counts=1,32,10000]
        --contestant=NAME,INTERPRETER[,PYTHONPATH] ...

MODEL is a Sentence Transformers folder, with onnx/model.onnx for `fastembed`. NAME is a function of
python_contestants.py: emblem, torch, openvino, onnx (sentence-transformers' backends), fastembed (onnxruntime with
tokenizers, as fastembed calls them); each runs by its own INTERPRETER, with its own packages. `program` is always
there.
One is timed at a time, in turns; a figure is the best of them.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
PACKAGE = HERE.parent.parent / "runtime/python"


def real_texts(count):
    """Fortunes, one a text: of all lengths, in three languages, in a fixed order, again from the first if need be."""
    texts = []
    for path in sorted(pathlib.Path("/usr/share/games/fortunes").rglob("*")):
        if path.is_file() and path.suffix not in (".dat", ".u8"):
            body = path.read_text(encoding="utf-8", errors="ignore")
            texts += filter(None, (" ".join(text.split()) for text in body.split("\n%\n")))
    if not texts:
        sys.exit("python_ratios: there are no fortunes; apt install fortunes fortunes-de fortunes-ru")
    step = max(1, len(texts) // count)
    return (texts[::step] * (count // len(texts[::step]) + 1))[:count]


class Contestant:
    """A process that embeds the first N texts when it is asked to, and answers how long that took."""

    def __init__(self, words, model, texts, threads):
        self.name, interpreter, *path = words.split(",")
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "EMBLEM_THREADS": str(threads),
                       "PYTHONPATH": ":".join([str(PACKAGE), *path]), "TOKENIZERS_PARALLELISM": "true",
                       "HF_HUB_OFFLINE": "1"}
        self.process = subprocess.Popen(
            [interpreter, HERE / "python_contestants.py", self.name, model, texts, str(threads)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        self.first = float(self.answer())

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"python_ratios: {self.name} has ended")
        return line

    def run(self, count):
        print(count, file=self.process.stdin, flush=True)
        return float(self.answer())


class Program:
    """`OUT embed` of a file of texts; its start counts."""

    name = "program"

    def __init__(self, program, folder, texts, threads):
        self.command = [program, "embed", "--format=npy", f"--threads={threads}", "-o", folder / "program.npy"]
        self.folder, self.texts = folder, texts

    def run(self, count):
        lines = self.folder / f"first{count}.txt"
        lines.write_text("".join(text + "\n" for text in self.texts[:count]), encoding="utf-8")
        with lines.open() as file:
            start = time.perf_counter()
            subprocess.run(self.command, stdin=file, check=True)
            return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--emblemc", default="emblemc")
    parser.add_argument("--contestant", action="append", default=[])
    parser.add_argument("--counts", default="1,32,10000")
    parser.add_argument("--precision", default="f32")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    counts = [int(count) for count in arguments.counts.split(",")]
    texts = real_texts(max(counts))
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        for kind, name in (("exe", "program"), ("shared", "model.so")):
            subprocess.run([arguments.emblemc, arguments.model, f"--precision={arguments.precision}", f"--emit={kind}",
                            "-o", folder / name], check=True, stderr=subprocess.DEVNULL)
        file = folder / "texts.txt"
        file.write_text("".join(text + "\n" for text in texts), encoding="utf-8")
        contestants = [Program(folder / "program", folder, texts, arguments.threads)]
        for words in arguments.contestant:
            model = folder / "model.so" if words.startswith("emblem") else arguments.model
            contestants.append(Contestant(words, model, file, arguments.threads))
            print(f"{contestants[-1].name}: {contestants[-1].first * 1e3:.0f} ms from its first import to a vector")
        print("\nbest of the runs, and its ratio to emblem's")
        print(f"{'texts':>6} " + "".join(f"{one.name:>16}" for one in contestants))
        for count in counts:
            rounds = arguments.rounds if count < 1000 else max(2, arguments.rounds // 2)
            times = {one.name: [] for one in contestants}
            for _ in range(rounds):
                for one in contestants:
                    times[one.name].append(one.run(count))
            best = {name: min(seconds) for name, seconds in times.items()}
            base = best.get("emblem", best["program"])
            print(f"{count:6} " + "".join(f"{best[one.name] * 1e3:9.2f} ms {best[one.name] / base:4.2f}"[:16].rjust(16)
                                          for one in contestants), flush=True)


if __name__ == "__main__":
    main()
