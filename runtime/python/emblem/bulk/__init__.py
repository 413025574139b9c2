"""Vectors of a corpus that outgrows one machine: Parquet in, Parquet out, block by block.

    from emblem.bulk import BlockEncoder, embed_parquet
    embed_parquet("corpus", "vectors", BlockEncoder("minilm.so"))              # in this process
    emblem.ray.embed_parquet("corpus", "vectors", BlockEncoder("minilm.so"))   # by Ray; emblem.daft by Daft

A run that was killed goes on where it stopped, and ``emblem verify vectors`` checks what it wrote. Needs numpy and
pyarrow.
"""

from __future__ import annotations

from emblem.bulk.block_encoder import BlockEncoder
from emblem.bulk.block_writer import BlockWriter, Finished, embed_parquet, finish
from emblem.bulk.plan import Plan, make_plan
from emblem.bulk.shared_model import SharedModel

__all__ = ["BlockEncoder", "BlockWriter", "Finished", "Plan", "SharedModel", "embed_parquet", "finish", "make_plan"]
