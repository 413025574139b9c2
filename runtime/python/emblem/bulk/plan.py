"""What a run has to do: its blocks, which of them are done, and the file that says so to the next run.

A block is `block_rows` consecutive rows of an input file, and its output file is named after both. The output folder
has ``_emblem.json``: the settings that vectors depend on, and the input files as they were.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow.parquet

from emblem.errors import InvalidArgumentError

MANIFEST = "_emblem.json"  # engines leave out what begins with _
METADATA_KEY = b"emblem"  # of an output file's schema
_VERSION = 1


@dataclass(frozen=True)
class Input:
    """A Parquet file: its path below the input folder, and what tells that it has changed."""

    path: str
    size: int
    mtime_ns: int
    rows: int


@dataclass(frozen=True)
class Block:
    """Rows [first_row, first_row + rows) of an input file."""

    input: Input
    first_row: int
    rows: int

    @property
    def output(self) -> str:
        """The path of its vectors, below the output folder."""
        return f"{os.path.splitext(self.input.path)[0]}.{self.first_row:010}.parquet"


@dataclass(frozen=True)
class Plan:
    """A run: from the folder `source` to the folder `target`."""

    source: str
    target: str
    settings: dict[str, Any]
    block_rows: int
    inputs: list[Input]

    def blocks(self) -> list[Block]:
        """All, in the corpus's order: files by their paths, and the rows as they come. A file without rows is a
        block."""
        return [Block(one, first, min(self.block_rows, one.rows - first)) for one in self.inputs
                for first in range(0, max(one.rows, 1), self.block_rows)]

    def facts(self, block: Block) -> dict[str, Any]:
        """What an output file says of itself, beside its checksum."""
        return {"version": _VERSION, "settings": self.settings, "input": asdict(block.input),
                "first_row": block.first_row, "rows": block.rows}

    def pending(self) -> list[Block]:
        """The blocks that are not done. Raises InvalidArgumentError for an output file that is of something else."""
        left = []
        for block in self.blocks():
            path = os.path.join(self.target, block.output)
            facts = read_facts(path)
            if facts is None:
                left.append(block)
            elif {name: facts.get(name) for name in self.facts(block)} != self.facts(block):
                raise InvalidArgumentError(f"{path} is of another model, input or option; take another folder, or say "
                                           "overwrite=True")
        return left


def read_facts(path: str) -> dict[str, Any] | None:
    """What an output file says of itself; None where there is none that is whole; {} of a stranger's."""
    try:
        metadata = pyarrow.parquet.read_schema(path).metadata or {}
        facts: dict[str, Any] = json.loads(metadata.get(METADATA_KEY, b"{}"))
    except (OSError, ValueError):  # pyarrow.ArrowInvalid is a ValueError
        return None
    return facts


def read_plan(target: str) -> Plan | None:
    """The plan of a folder's last run. Raises InvalidArgumentError for one that cannot be read."""
    path = os.path.join(target, MANIFEST)
    try:
        with open(path, encoding="utf-8") as file:
            held = json.load(file)
        if held["version"] != _VERSION:
            raise InvalidArgumentError(f"{path} is of another release of this package")
        return Plan(held["source"], os.path.abspath(target), held["settings"], held["block_rows"],
                    [Input(**one) for one in held["inputs"]])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, InvalidArgumentError):
            raise
        raise InvalidArgumentError(f"{path} is damaged ({error}); take another folder, or say overwrite=True") from None


def make_plan(source: str | os.PathLike[str], target: str | os.PathLike[str], settings: dict[str, Any],
              block_rows: int = 8192, overwrite: bool = False) -> Plan:
    """The plan of a run, which is written to the output folder. `source`: a Parquet file or a folder of such.

    Raises InvalidArgumentError where the folder holds vectors of another model, other options, or of input files that
    have changed since, unless `overwrite`, which removes those. Files that have come since are a part of the plan.
    """
    if block_rows < 1:
        raise InvalidArgumentError(f"block_rows is {block_rows}; it must be at least 1")
    source, target = os.path.abspath(os.fspath(source)), os.path.abspath(os.fspath(target))
    folder = os.path.dirname(source) if os.path.isfile(source) else source
    if os.path.commonpath([folder, target]) in ((target,) if os.path.isfile(source) else (folder, target)):
        raise InvalidArgumentError(f"the folders {folder} and {target} lie in one another; take another for the vectors")
    os.makedirs(target, exist_ok=True)
    held = None if overwrite else read_plan(target)
    known = {one.path: one for one in held.inputs} if held else {}
    inputs = [_input(folder, path, known.get(path)) for path in _parquet_files(source, folder)]
    plan = Plan(folder, target, json.loads(json.dumps(settings)), block_rows, inputs)
    if held:
        _check_same(held, plan)
    if overwrite:
        _remove_others(plan)
    _remove_unfinished(target)
    write_whole(os.path.join(target, MANIFEST), json.dumps(
        {"version": _VERSION, "source": plan.source, "settings": plan.settings, "block_rows": block_rows,
         "inputs": [asdict(one) for one in inputs]}, indent=1).encode())
    return plan


def _parquet_files(source: str, folder: str) -> list[str]:
    if os.path.isfile(source):
        return [os.path.relpath(source, folder)]
    found = [os.path.relpath(os.path.join(place, name), folder) for place, _, names in os.walk(source)
             for name in names if name.endswith(".parquet") and not name.startswith((".", "_"))]
    if not found:
        raise InvalidArgumentError(f"{source}: there is no Parquet file (*.parquet)")
    return sorted(found)


def _input(folder: str, path: str, known: Input | None) -> Input:
    whole = os.path.join(folder, path)
    facts = os.stat(whole)
    if known and (known.size, known.mtime_ns) == (facts.st_size, facts.st_mtime_ns):
        return known
    try:
        rows = pyarrow.parquet.read_metadata(whole).num_rows
    except (OSError, ValueError) as error:
        raise InvalidArgumentError(f"{whole}: not a Parquet file: {error}") from None
    return Input(path, facts.st_size, facts.st_mtime_ns, rows)


def _check_same(held: Plan, plan: Plan) -> None:
    instead = f"{plan.target} holds vectors that are not of this run; take another folder, or say overwrite=True"
    for name, value in {**plan.settings, "block_rows": plan.block_rows}.items():
        before = held.block_rows if name == "block_rows" else held.settings.get(name)
        if before != value:
            raise InvalidArgumentError(f"{name} is {value!r}, and was {before!r}: {instead}")
    now = {one.path: one for one in plan.inputs}
    for one in held.inputs:
        if one != now.get(one.path):
            what = "has changed" if one.path in now else "is gone"
            raise InvalidArgumentError(f"{os.path.join(plan.source, one.path)} {what} since the run began: {instead}")


def _own_files(target: str) -> list[str]:
    return [os.path.join(place, name) for place, _, names in os.walk(target) for name in names
            if name.endswith((".parquet", ".parquet.part"))]


def _remove_others(plan: Plan) -> None:
    """Output files of other runs; a stranger's file stays, unless it has the name of one of this run's."""
    wanted = {os.path.join(plan.target, block.output): plan.facts(block) for block in plan.blocks()}
    for path in _own_files(plan.target):
        facts = read_facts(path)
        if path in wanted and not (facts and wanted[path].items() <= facts.items()) or facts and path not in wanted:
            os.remove(path)


def _remove_unfinished(target: str) -> None:
    for path in _own_files(target):
        if path.endswith(".parquet.part"):
            os.remove(path)


def write_whole(path: str, data: bytes) -> None:
    """A file that has its name when all of it is on the disk."""
    with open(path + ".part", "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".part", path)
