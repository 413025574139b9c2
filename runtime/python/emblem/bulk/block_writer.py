"""One block from an input file to an output file, which any engine may call for any block, and again."""

from __future__ import annotations

import functools
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow
import pyarrow.parquet

from emblem import errors
from emblem.bulk.arrow_vectors import as_lists
from emblem.bulk.block_encoder import BlockEncoder
from emblem.bulk.checksum import block_checksum
from emblem.bulk.plan import METADATA_KEY, Block, Plan, make_plan
from emblem.errors import CannotLoadError, EmblemError, InvalidArgumentError


@dataclass(frozen=True)
class Finished:
    """What a run did: blocks that it wrote, those that were there, and the rows of both."""

    written: int
    kept: int
    rows: int


@dataclass(frozen=True)
class BlockWriter:
    """Reads a block's rows, adds their vectors and writes them; goes to workers by pickle."""

    encoder: BlockEncoder
    plan: Plan

    def __call__(self, block: Block) -> str:
        """The output file's path. A file with that name is whole; who writes it twice writes the same."""
        texts = self._read(block)
        made = self.encoder(texts)
        checksum = block_checksum(made.column(self.encoder.column), made.column(self.encoder.vectors))
        facts = json.dumps({**self.plan.facts(block), "checksum": checksum}).encode()
        made = _readable(made, self.encoder.vectors)
        made = made.replace_schema_metadata({**(made.schema.metadata or {}), METADATA_KEY: facts})
        path = os.path.join(self.plan.target, block.output)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        unfinished = f"{path[:-len('.parquet')]}.{secrets.token_hex(4)}.parquet.part"
        with open(unfinished, "wb") as file:
            # Floats do not repeat: neither a dictionary nor compression makes them less.
            pyarrow.parquet.write_table(made, file, use_dictionary=texts.schema.names, compression={
                name: "zstd" for name in texts.schema.names}, row_group_size=max(block.rows, 1))
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
        return path

    def report(self, block: Block) -> str:
        """The same for an engine, whose own errors hide what a worker says: JSON of the path and of this package's
        error, if there was one, for `finish`."""
        path, error = None, None
        try:
            path = self(block)
        except EmblemError as failed:
            error = [type(failed).__name__, str(failed)]
        return json.dumps({"path": path, "error": error})

    def _read(self, block: Block) -> Any:
        path = os.path.join(self.plan.source, block.input.path)
        try:
            facts = os.stat(path)
            if (facts.st_size, facts.st_mtime_ns) != (block.input.size, block.input.mtime_ns):
                raise InvalidArgumentError(f"{path} has changed since the run began; run again with overwrite=True")
            file, ends = _row_groups(path, facts.st_mtime_ns)
            groups = [group for group, end in enumerate(ends)
                      if end > block.first_row and (ends[group - 1] if group else 0) < block.first_row + block.rows]
            before = ends[groups[0] - 1] if groups and groups[0] else 0
            parts = [_read_group(path, facts.st_mtime_ns, group) for group in groups]
        except OSError as error:
            raise CannotLoadError(f"{path}: {error.strerror or error}; every worker must see the input") from None
        table = pyarrow.concat_tables(parts) if parts else file.schema_arrow.empty_table()
        return table.slice(block.first_row - before, block.rows)


def _readable(block: Any, name: str) -> Any:
    """pyarrow up to 25 writes null FixedSizeLists to Parquet and cannot read them (apache/arrow#35692): a block with
    null texts has lists there, which Parquet stores the same way."""
    place = block.schema.get_field_index(name)
    column = block.column(place)
    if not column.null_count or not pyarrow.types.is_fixed_size_list(column.type):
        return block
    return block.set_column(place, name, as_lists(column))


@functools.lru_cache(maxsize=1)
def _row_groups(path: str, mtime_ns: int) -> tuple[Any, list[int]]:
    """The file, and the row after each of its groups."""
    file = pyarrow.parquet.ParquetFile(path)
    ends, end = [], 0
    for group in range(file.metadata.num_row_groups):
        end += file.metadata.row_group(group).num_rows
        ends.append(end)
    return file, ends


@functools.lru_cache(maxsize=1)  # a worker's next block is often of the same one
def _read_group(path: str, mtime_ns: int, group: int) -> Any:
    return _row_groups(path, mtime_ns)[0].read_row_group(group)


def embed_parquet(source: str | os.PathLike[str], target: str | os.PathLike[str], encoder: BlockEncoder, *,
                  block_rows: int = 8192, overwrite: bool = False) -> Finished:
    """Vectors of all rows of Parquet files, in this process, by all its threads; goes on where an earlier run of the
    same stopped. See `make_plan` for what is refused."""
    plan = make_plan(source, target, encoder.settings(), block_rows, overwrite)
    pending = plan.pending()
    return finish(plan, pending, map(BlockWriter(encoder, plan).report, pending))


def finish(plan: Plan, pending: list[Block], reports: Iterable[str]) -> Finished:
    """Waits for the reports of all of a run's blocks; raises the first error of a worker's."""
    written = 0
    for report in reports:
        error = json.loads(report)["error"]
        if error:
            raise getattr(errors, error[0])(error[1])
        written += 1
    if written != len(pending):
        raise CannotLoadError(f"the engine gave {written} blocks of {len(pending)}; run again to go on")
    return Finished(written, len(plan.blocks()) - written, sum(one.rows for one in plan.inputs))
