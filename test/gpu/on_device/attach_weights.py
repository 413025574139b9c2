#!/usr/bin/env python3
"""Gives a detached program weights that a seed makes; needs numpy.

    attach_weights.py PROGRAM... [--seed=N]

PROGRAM.json and PROGRAM.kept are detach_weights.py's. Each value is a function of
the seed, its weight's name and its place there: the same bytes on every machine,
and what two parts of a program read alike is alike. A matrix has the spread
1 / sqrt(inputs), a norm's scales lie around 1.
"""

import argparse
import concurrent.futures
import hashlib
import json
import math
import os
import sys
from pathlib import Path

import numpy as np

# Values that are made at once: some caches' worth.
BLOCK = 1 << 18


# ---- Values ----


def spread_of(name, shape):
    """Their middle, and their standard deviation."""
    if len(shape) < 2:
        # Biases, and the scales of norms.
        return (0.0, 0.1) if name.endswith("bias") else (1.0, 0.1)
    if "embed" in name:
        return 0.0, 0.5
    return 0.0, 1 / math.sqrt(math.prod(shape[1:]))


def make_values(seed, name, shape, begin, count):
    """Sums of four uniform numbers: nearly normal, and the same everywhere."""
    digest = hashlib.sha256(f"{seed} {name}".encode()).digest()
    key = np.uint64(int.from_bytes(digest[:8], "little"))
    state = np.arange(begin, begin + count, dtype=np.uint64)
    # SplitMix64: one number after the other, from any place on.
    state += np.uint64(1)
    state *= np.uint64(0x9E3779B97F4A7C15)
    state += key
    state ^= state >> np.uint64(30)
    state *= np.uint64(0xBF58476D1CE4E5B9)
    state ^= state >> np.uint64(27)
    state *= np.uint64(0x94D049BB133111EB)
    state ^= state >> np.uint64(31)
    sums = state.view(np.uint16).reshape(-1, 4).sum(axis=1, dtype=np.int32)
    middle, spread = spread_of(name, shape)
    # A uniform number of 16 bits has the variance 2^32 / 12.
    values = (sums - 131070).astype(np.float32)
    values *= np.float32(spread / math.sqrt(4 * 2.0**32 / 12))
    values += np.float32(middle)
    return values


class SeededSources:
    def __init__(self, seed):
        self.seed = seed

    def read(self, name, shape, begin, count):
        return make_values(self.seed, name, shape, begin, count)


# ---- Layouts, as compiler/package writes them ----


def to_bf16(values):
    bits = values.view(np.uint32)
    return ((bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))) >> np.uint32(16)).astype(np.uint16)


def scales_of(rows):
    return np.abs(rows).max(axis=1) / np.float32(127)


def to_i8(rows, scales):
    with np.errstate(divide="ignore"):
        inverse = np.float32(1) / scales
    inverse[~np.isfinite(inverse)] = 0
    return np.rint(np.clip(rows * inverse[:, None], -127, 127)).astype(np.int8)


def to_element(rows, element):
    if element == "f32":
        return rows
    return to_bf16(rows) if element == "bf16" else to_i8(rows, scales_of(rows))


def pad(rows, height, width):
    return np.pad(rows, ((0, height - rows.shape[0]), (0, width - rows.shape[1])))


def lay_out(rows, weight):
    """The bytes of some rows, whole panels of them but at the matrix's end."""
    layout, shape, element = weight["layout"], weight["shape"], weight["element"]
    if layout in ("scales", "corrections"):
        scales = scales_of(rows)
        if layout == "corrections":
            scales *= to_i8(rows, scales).sum(axis=1, dtype=np.int32).astype(np.float32)
        return scales
    typed = to_element(rows, element)
    if layout == "panels":
        panel, depth = shape[2], shape[3] if len(shape) > 3 else 1
        padded = pad(typed, -(-len(typed) // panel) * panel, shape[1] * depth)
        return padded.reshape(-1, panel, shape[1], depth).swapaxes(1, 2)
    return pad(typed, len(typed), shape[-1])


class JoinedRows:
    """The matrix that a weight's sources make, one after the other."""

    def __init__(self, weight, sources):
        self.sources = sources
        self.parts = [(name, shape, int(np.prod(shape))) for name, shape in weight["sources"]]
        self.factor = weight["factor"]
        values = sum(count for _, _, count in self.parts)
        shape = self.parts[0][1]
        self.first = weight["table_row"] or 0
        if weight["table_row"] is not None:
            self.width, self.height = values // shape[0], 1
        elif weight["layout"] == "row":
            self.width, self.height = values, 1
        elif weight["layout"] == "table":
            self.width, self.height = values // weight["shape"][0], weight["shape"][0]
        else:
            self.width = int(np.prod(shape[1:]))
            self.height = values // self.width

    def read(self, row, count):
        begin, end = (self.first + row) * self.width, (self.first + row + count) * self.width
        pieces, place = [], 0
        for name, shape, size in self.parts:
            first, last = max(begin, place), min(end, place + size)
            if first < last:
                zeros = np.zeros(last - first, np.float32)
                pieces.append(zeros if name is None else self.sources.read(name, shape, first - place, last - first))
            place += size
        values = np.concatenate(pieces)
        if self.factor is not None:
            values *= np.float32(self.factor)
        return values.reshape(count, self.width)


def write_weight(program, weight, sources):
    rows = JoinedRows(weight, sources)
    panel = weight["shape"][2] if weight["layout"] == "panels" else 1
    step = max(BLOCK // rows.width // panel, 1) * panel
    with open(program, "r+b") as file:
        file.seek(weight["at"])
        for row in range(0, rows.height, step):
            count = min(step, rows.height - row)
            file.write(np.ascontiguousarray(lay_out(rows.read(row, count), weight)).tobytes())
        # Numbers in a row may be padded; panels and tables are whole already.
        left = weight["at"] + weight["bytes"] - file.tell()
        if left < 0:
            raise SystemExit(f"attach_weights: the weight at byte {weight['at']} has more values than its shape says")
        file.write(b"\0" * left)


def attach(program, seed=1, sources=None):
    manifest = json.loads(Path(f"{program}.json").read_text())
    kept = Path(f"{program}.kept").read_bytes()
    sources = sources or SeededSources(seed)
    with open(program, "r+b") as file:
        file.truncate(manifest["begin"])
        file.truncate(manifest["bytes"])
    # numpy lets other threads run.
    with concurrent.futures.ThreadPoolExecutor(min(os.cpu_count() or 1, 16)) as pool:
        list(pool.map(lambda weight: write_weight(program, weight, sources), manifest["weights"]))
    with open(program, "r+b") as file:
        at = 0
        for place, length in manifest["kept"]:
            file.seek(place)
            file.write(kept[at : at + length])
            at += length


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("programs", nargs="+")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    for program in given.programs:
        if not Path(f"{program}.json").exists():
            sys.exit(f"attach_weights: {program}.json is not there; detach_weights.py writes it")
        attach(program, given.seed)


if __name__ == "__main__":
    main()
