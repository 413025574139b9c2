"""Runs the pack's programs: their vectors, their times. The standard library alone."""

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from array import array
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


# What takes longer hangs.
MOST_SECONDS = 240


class Failed(Exception):
    pass


def needs_weights(path, manifest):
    """Weights are written first, and then what lies behind them."""
    if not manifest["kept"] or path.stat().st_size != manifest["bytes"]:
        return True
    place, length = manifest["kept"][-1]
    with open(path, "rb") as file:
        file.seek(place)
        return not file.read(length).strip(b"\0")


class Program:
    def __init__(self, path):
        self.path = Path(path)
        self.name = self.path.name
        self.manifest = json.loads(Path(f"{path}.json").read_text())
        self.precision = self.manifest["precision"]
        self.config = self.manifest["config"]
        # RoBERTa's positions begin behind the padding's.
        spare = 2 if self.config["model_type"] == "xlm-roberta" else 0
        self.most_tokens = self.config["max_position_embeddings"] - spare

    def attach(self):
        """Gives it its weights, if it has none yet. Seconds that took."""
        if not needs_weights(self.path, self.manifest):
            return 0.0
        start = time.monotonic()
        done = subprocess.run(
            [sys.executable, str(ROOT / "attach_weights.py"), str(self.path)], stderr=subprocess.PIPE, text=True
        )
        if done.returncode:
            raise Failed(f"its weights cannot be attached: {last_line(done.stderr)}")
        return time.monotonic() - start

    def run(self, *arguments, device=None, text=None, prefix=(), extra=None, timeout=None):
        command = [*prefix, str(self.path), *arguments]
        if device:
            command.append(f"--device={device}")
        return subprocess.run(
            command,
            input=None if text is None else text.encode(),
            stdin=subprocess.DEVNULL if text is None else None,
            capture_output=True,
            timeout=timeout or MOST_SECONDS,
            env={**os.environ, **(extra or {})},
        )

    def output(self, *arguments, **options):
        try:
            done = self.run(*arguments, **options)
        except subprocess.TimeoutExpired as late:
            raise Failed(f"{arguments[0]} takes longer than {late.timeout:.0f} s") from None
        if done.returncode:
            raise Failed(f"{arguments[0]}: exit code {done.returncode}: {last_line(done.stderr.decode())}")
        return done.stdout

    def vectors(self, texts, device, ids=False, extra=None, timeout=None):
        """The bytes of each text's vector."""
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/vectors"
            kind = ["--ids"] if ids else []
            lines = "".join(f"{text}\n" for text in texts)
            self.output(
                "embed", "--format=fvecs", "-o", path, *kind, device=device, text=lines, extra=extra, timeout=timeout
            )
            return split_vectors(Path(path).read_bytes())

    def bench(self, *arguments, seconds=0.5, **options):
        return json.loads(self.output("bench", "--json", f"--seconds={seconds}", *arguments, device="cuda", **options))

    def tokenize(self, texts):
        out = self.output("tokenize", text="".join(f"{text}\n" for text in texts))
        return [[int(number) for number in line.split()] for line in out.decode().splitlines()]


def last_line(text):
    lines = text.strip().splitlines()
    return lines[-1] if lines else "and no word of why"


def split_vectors(content):
    """Of .fvecs: a count of four bytes before each row."""
    size = 4 + 4 * int.from_bytes(content[:4], "little")
    return [content[at + 4 : at + size] for at in range(0, len(content), size)]


def cosine(first, second):
    a, b = array("f", first), array("f", second)
    product = math.fsum(x * y for x, y in zip(a, b))
    norms = math.fsum(x * x for x in a) * math.fsum(x * x for x in b)
    return product / math.sqrt(norms) if norms else math.nan


def packed_programs(only=None):
    """Those of the pack, the smallest first."""
    found = [Program(path.with_suffix("")) for path in sorted((ROOT / "programs").glob("*.json"))]
    chosen = [program for program in found if not only or program.name in only]
    return sorted(chosen, key=lambda program: program.manifest["bytes"])
