"""``emblem verify FOLDER``: whether vectors that `emblem.bulk` wrote are all there, and as they were written.

Each file is held to the checksum that it has of its texts and vectors; with ``--model`` texts are embedded again, and
vectors held to those bits.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from emblem.errors import EmblemError, InvalidArgumentError


@dataclass
class Verified:
    """What was found: each problem is a sentence that begins with the file."""

    problems: list[str]
    files: int = 0
    rows: int = 0
    embedded_again: int = 0
    checksum: str = ""  # of all vectors' bytes, see emblem.bulk.checksum


def verify(target: str | os.PathLike[str], model: str | os.PathLike[str] | None = None, sample: int | None = 1000,
           threads: int | None = None) -> Verified:
    """Reads all that a run wrote to `target`. `model`: embeds `sample` of the rows again, all if it is None.

    Raises InvalidArgumentError where no run has written to the folder, or another model than this one did.
    """
    import pyarrow

    from emblem.bulk.arrow_vectors import as_array
    from emblem.bulk.block_encoder import BlockEncoder
    from emblem.bulk.checksum import CorpusChecksum, block_checksum
    from emblem.bulk.plan import MANIFEST, read_plan

    plan = read_plan(os.fspath(target))
    if plan is None:
        raise InvalidArgumentError(f"{os.fspath(target)}: there is no {MANIFEST}; name a folder of vectors that "
                                   "embed_parquet wrote")
    settings = plan.settings
    encoder = BlockEncoder(model, settings["column"], settings["vectors"], task=settings["task"], threads=threads,
                           encode_options=settings["encode_options"], **settings["options"]) if model else None
    if encoder and encoder.model.checksum != settings["model"]:
        raise InvalidArgumentError(f"{encoder.model.path} is not the model of these vectors, whose SHA-256 is "
                                   f"{settings['model']}")
    blocks = plan.blocks()
    total = sum(block.rows for block in blocks)
    chosen = sorted(random.Random(0).sample(range(total), min(sample, total))) if sample is not None else range(total)
    found, corpus, first = Verified([]), CorpusChecksum(), 0
    for block in blocks:
        path = os.path.join(plan.target, block.output)
        table, facts, problem = _read(path)
        if not problem and {name: facts.get(name) for name in plan.facts(block)} != plan.facts(block):
            problem = "it is of another model, input or option"
        if not problem:
            texts = as_array(table.column(settings["column"])).cast(pyarrow.large_string())
            vectors = as_array(table.column(settings["vectors"]))
            corpus.add(vectors)
            if len(table) != block.rows:
                problem = f"it has {len(table)} rows and not {block.rows}"
            elif block_checksum(texts, vectors) != facts["checksum"]:
                problem = "it is not as it was written: its checksum differs"
            elif encoder:
                rows = [row - first for row in _between(chosen, first, first + block.rows)]
                found.embedded_again += len(rows)
                problem = _differing(encoder, texts, vectors, rows)
            found.files += 1
            found.rows += len(table)
        if problem:
            found.problems.append(f"{path}: {problem}")
        first += block.rows
    expected = {block.output for block in blocks}
    found.problems += [f"{os.path.join(plan.target, path)}: it is not of this run" for path in _parquet(plan.target)
                       if path not in expected]
    found.checksum = corpus.hexdigest()
    return found


def _between(chosen: Any, begin: int, end: int) -> Any:
    if isinstance(chosen, range):
        return range(begin, end)
    return [row for row in chosen if begin <= row < end]


def _read(path: str) -> tuple[Any, dict[str, Any], str]:
    import pyarrow.parquet

    from emblem.bulk.plan import read_facts

    if not os.path.exists(path):
        return None, {}, "it is missing; run again"
    facts = read_facts(path)
    if facts is None:
        return None, {}, "it is not whole; run again"
    try:
        return pyarrow.parquet.read_table(path, partitioning=None), facts, ""
    except (OSError, ValueError) as error:
        return None, {}, f"it is damaged: {error}"


def _differing(encoder: Any, texts: Any, vectors: Any, rows: list[int]) -> str:
    import pyarrow

    from emblem.bulk.checksum import block_checksum

    places = pyarrow.array(rows, pyarrow.int64())
    texts, vectors = texts.take(places), vectors.take(places)
    again = encoder.encode(texts)
    if block_checksum(texts, again) == block_checksum(texts, vectors):
        return ""
    differ = [row for place, row in enumerate(rows)
              if block_checksum(texts[place:place + 1], again[place:place + 1])
              != block_checksum(texts[place:place + 1], vectors[place:place + 1])]
    return f"{len(differ)} of {len(rows)} vectors are not the model's, the first in row {differ[0]}"


def _parquet(target: str) -> Iterator[str]:
    for place, _, names in os.walk(target):
        for name in sorted(names):
            if name.endswith(".parquet"):
                yield os.path.relpath(os.path.join(place, name), target)


def _checksum_of_npy(path: str) -> str:
    import numpy

    rows: Any = numpy.load(path, mmap_mode="r")
    digest = hashlib.sha256()
    for begin in range(0, len(rows), 65536):
        digest.update(numpy.ascontiguousarray(rows[begin:begin + 65536]).view(numpy.uint8))
    return digest.hexdigest()


def main(arguments: list[str]) -> int:
    """The exit code: 0 where all is well, 1 where not, 2 for a wrong command."""
    parser = argparse.ArgumentParser(prog="emblem verify", description="Whether vectors that emblem.bulk, emblem.ray "
                                     "or emblem.daft wrote are all there, and as they were written.")
    parser.add_argument("folder")
    parser.add_argument("--model", help="the model, by which rows are embedded again")
    parser.add_argument("--sample", type=int, default=1000, metavar="N", help="so many rows (1000)")
    parser.add_argument("--all", action="store_true", help="all rows")
    parser.add_argument("--against", metavar="V.npy", help="the vectors that `PROGRAM embed --format=npy` makes of the "
                        "whole corpus: their checksum must be the same")
    parser.add_argument("--threads", type=int)
    given = parser.parse_args(arguments)
    if given.all and not given.model:
        parser.error("--all is for --model")
    try:
        found = verify(given.folder, given.model, None if given.all else given.sample, given.threads)
        if given.against and _checksum_of_npy(given.against) != found.checksum:
            found.problems.append(f"{given.against}: its vectors are others")
    except ImportError as error:
        print(f"emblem verify: {error}; it needs numpy and pyarrow", file=sys.stderr)
        return 1
    except (EmblemError, OSError, ValueError) as error:
        print(f"emblem verify: {error}", file=sys.stderr)
        return 1
    for problem in found.problems:
        print(problem)
    again = f", {found.embedded_again} embedded again" if given.model else ""
    print(f"{found.files} files, {found.rows} rows{again}, {len(found.problems)} problems")
    print(f"SHA-256 of the vectors: {found.checksum}")
    return 1 if found.problems else 0
