"""Vectors by Daft, in processes of its own (needs daft).

    import emblem.daft
    from emblem.bulk import BlockEncoder
    emblem.daft.embed_parquet("corpus", "vectors", BlockEncoder("minilm.so"), workers=8)
    emblem.daft.add_vectors(daft.read_json("notes/*.json"), BlockEncoder("minilm.so")).write_lance("vectors")
"""

from __future__ import annotations

import logging
import os
from typing import Any

import daft
import pyarrow

from emblem.bulk.block_encoder import BlockEncoder
from emblem.bulk.block_writer import BlockWriter, Finished, finish
from emblem.bulk.plan import Block, make_plan
from emblem.errors import EmblemError

_logger = logging.getLogger("emblem")


def embed_parquet(source: str | os.PathLike[str], target: str | os.PathLike[str], encoder: BlockEncoder, *,
                  workers: int | None = None, block_rows: int = 8192, overwrite: bool = False,
                  attempts: int = 4) -> Finished:
    """Vectors of all rows of Parquet files; goes on where an earlier run of the same stopped, by whatever engine.

    `source`, `target` and the model are paths that every worker sees; see `emblem.bulk.make_plan` for what is refused.
    A worker is a process of `encoder.threads` threads, by default 1; `workers`: by default as many as there are CPUs
    for. Daft gives a query up where a worker dies: the blocks that are left are then asked for again, as often as
    `attempts` says.
    """
    encoder = encoder.copy(threads=encoder.threads or 1)
    plan = make_plan(source, target, encoder.settings(), block_rows, overwrite)
    first = pending = plan.pending()
    for attempt in range(attempts):
        if not pending:
            break
        try:
            places = daft.from_pydict({"place": list(range(len(pending)))}).into_batches(1)
            writes = daft.cls(_Writes, **_processes(encoder, workers))(BlockWriter(encoder, plan), pending)
            reports = places.select(writes.write(daft.col("place")).alias("report"))
            # A worker that is slow must not be given every second block.
            with daft.execution_config_ctx(maintain_order=False):
                finish(plan, pending, (row["report"] for row in reports.iter_rows()))
        except Exception as error:
            if isinstance(error, EmblemError) or attempt + 1 == attempts:
                raise
            _logger.warning("a worker failed, and its block is asked for again: %s", error)
        pending = plan.pending()
    return Finished(len(first) - len(pending), len(plan.blocks()) - len(first), sum(one.rows for one in plan.inputs))


def add_vectors(dataframe: Any, encoder: BlockEncoder, *, workers: int | None = None) -> Any:
    """A DataFrame with the column of vectors, for sources and sinks of Daft's own. It opens the model for its type."""
    kind = encoder.vector_type()
    dtype = daft.DataType.from_arrow_type(kind)
    if pyarrow.types.is_fixed_size_list(kind):
        dtype = daft.DataType.embedding(daft.DataType.float32(), kind.list_size)
    encoder = encoder.copy(threads=encoder.threads or 1)

    @daft.cls(**_processes(encoder, workers))
    class Encodes:
        @daft.method.batch(return_dtype=dtype)
        def encode(self, texts: Any) -> Any:
            return encoder.encode(texts.to_arrow())

    return dataframe.with_column(encoder.vectors, Encodes().encode(dataframe[encoder.column]))


class _Writes:
    def __init__(self, writer: BlockWriter, blocks: list[Block]) -> None:
        self._writer, self._blocks = writer, blocks

    @daft.method.batch(return_dtype=daft.DataType.string(), batch_size=1)
    def write(self, places: Any) -> list[str]:
        return [self._writer.report(self._blocks[place]) for place in places.to_pylist()]


def _processes(encoder: BlockEncoder, workers: int | None) -> dict[str, Any]:
    threads = encoder.threads or 1
    return {"cpus": threads, "use_process": True,
            "max_concurrency": workers or max(1, len(os.sched_getaffinity(0)) // threads)}
