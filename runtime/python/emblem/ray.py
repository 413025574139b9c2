"""Vectors by Ray Data, on a pool of actors (needs ray[data]).

    import emblem.ray
    from emblem.bulk import BlockEncoder
    emblem.ray.embed_parquet("corpus", "vectors", BlockEncoder("minilm.so"))
    emblem.ray.add_vectors(ray.data.read_json("notes"), BlockEncoder("minilm.so")).write_lance("vectors")
"""

from __future__ import annotations

import functools
import os
from typing import Any

import numpy
import ray
import ray.cloudpickle
import ray.data

from emblem.bulk.block_encoder import BlockEncoder
from emblem.bulk.block_writer import BlockWriter, Finished, finish
from emblem.bulk.plan import Block, make_plan
from emblem.bulk.shared_model import SharedModel


def embed_parquet(source: str | os.PathLike[str], target: str | os.PathLike[str], encoder: BlockEncoder, *,
                  workers: int | None = None, ship_model: bool = False, block_rows: int = 8192,
                  overwrite: bool = False) -> Finished:
    """Vectors of all rows of Parquet files; goes on where an earlier run of the same stopped, by whatever engine.

    `source` and `target` are paths that every worker sees; see `emblem.bulk.make_plan` for what is refused. A worker
    has as many CPUs as `encoder.threads`, by default 1; `workers`: by default as many as Ray has CPUs for. A worker
    that dies is started again, and its block with it. `ship_model` sends the model through Ray's store to nodes that
    do not have its path.
    """
    plan = make_plan(source, target, encoder.settings(), block_rows, overwrite)
    pending = plan.pending()
    if not pending:
        return finish(plan, pending, [])
    pool = _pool(encoder, workers, len(pending), spare=0)
    writer = BlockWriter(_for_workers(encoder, ship_model), plan)
    places = ray.data.from_items(list(range(len(pending))), override_num_blocks=len(pending))
    reports = places.map(_Writes, fn_constructor_args=(writer, pending), **pool)
    return finish(plan, pending, (row["report"] for row in reports.iter_rows()))


def add_vectors(dataset: Any, encoder: BlockEncoder, *, workers: int | None = None, ship_model: bool = False,
                batch_size: int = 1024) -> Any:
    """A Dataset with the column of vectors, for sources and sinks of Ray's own. One CPU is left for what reads."""
    pool = _pool(encoder, workers, None, spare=1)
    return dataset.map_batches(_Encodes, fn_constructor_args=(_for_workers(encoder, ship_model),), **pool,
                               batch_format="pyarrow", batch_size=batch_size, zero_copy_batch=True)


class _Writes:
    def __init__(self, writer: BlockWriter, blocks: list[Block]) -> None:
        self._writer, self._blocks = writer, blocks

    def __call__(self, row: dict[str, Any]) -> dict[str, str]:
        return {"report": self._writer.report(self._blocks[row["item"]])}


class _Encodes:
    def __init__(self, encoder: BlockEncoder) -> None:
        self._encoder = encoder

    def __call__(self, block: Any) -> Any:
        return self._encoder(block)


def _pool(encoder: BlockEncoder, workers: int | None, blocks: int | None, spare: int) -> dict[str, Any]:
    if not ray.is_initialized():
        ray.init()
    cpus = encoder.threads or 1
    room = max(1, int(ray.cluster_resources().get("CPU", 1) - spare) // cpus)
    most = min(workers or room, blocks or workers or room)
    # More actors than there is room for now would wait, and the run with them. A block takes seconds: one that waits
    # behind another while an actor is idle costs more than its way to the actor.
    pool = ray.data.ActorPoolStrategy(min_size=min(most, room), max_size=most,
                                      max_tasks_in_flight_per_actor=1 if blocks else None)
    return {"num_cpus": cpus, "compute": pool}


def _for_workers(encoder: BlockEncoder, ship_model: bool) -> BlockEncoder:
    encoder = encoder.copy(threads=encoder.threads or 1)
    return in_store(encoder) if ship_model else encoder


def in_store(encoder: BlockEncoder) -> BlockEncoder:
    """The encoder with its model in Ray's store, for nodes that do not have the model's path: what `ship_model` does,
    and what gives Daft on Ray its model."""
    model = encoder.model
    # Pickled here: in Daft's pickle a reference forgets who owns it, and ray.get waits for ever.
    stored = ray.cloudpickle.dumps(ray.put(numpy.fromfile(model.path, numpy.uint8)))
    return encoder.copy(model=SharedModel(model.path, model.checksum, functools.partial(_from_store, stored)))


def _from_store(reference: bytes) -> Any:
    return ray.get(ray.cloudpickle.loads(reference))
