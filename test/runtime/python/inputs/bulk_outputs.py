"""bulk_outputs.py SPARSE PROGRAM TOKENS PROGRAM: lists of weights and of tokens' vectors, held to the programs' bits."""

import json
import os
import subprocess
import sys
import tempfile

import numpy
import pyarrow
import pyarrow.parquet

from emblem.bulk import BlockEncoder, embed_parquet
from emblem.verify import verify

SPARSE, SPARSE_PROGRAM, TOKENS, TOKENS_PROGRAM = sys.argv[1:5]
TEXTS = ["hello world", "", "the quick brown fox", "a, b. c!"]
WITH_NULLS = [TEXTS[0], None, *TEXTS[1:], None]


def embed(program, *options):
    return subprocess.run([program, "embed", *options], check=True, capture_output=True, encoding="utf-8",
                          input="".join(text + "\n" for text in TEXTS)).stdout


def written(folder, model):
    """The column that a run writes, as it is read back; verified."""
    source, target = os.path.join(folder, "texts.parquet"), os.path.join(folder, os.path.basename(model))
    pyarrow.parquet.write_table(pyarrow.table({"text": WITH_NULLS}), source)
    embed_parquet(source, target, BlockEncoder(model), block_rows=4)
    found = verify(target, model, None)
    assert not found.problems and found.rows == 6, found
    column = pyarrow.parquet.read_table(target).column("vector").combine_chunks()
    assert column.is_null().to_pylist() == [text is None for text in WITH_NULLS]
    made = BlockEncoder(model).encode(pyarrow.array(WITH_NULLS))
    assert made.equals(column.cast(made.type)), (made.type, column.type)
    return made, column.drop_null(), found.checksum


with tempfile.TemporaryDirectory() as folder:
    made, column, _ = written(folder, SPARSE)
    print(made.type)
    for line, weights in zip(embed(SPARSE_PROGRAM, "--format=sparse").splitlines(), column, strict=True):
        expected = json.loads(line)
        assert [one["id"] for one in weights.as_py()] == expected["indices"], line
        assert (numpy.array([one["weight"] for one in weights.as_py()], numpy.float32)
                == numpy.array(expected["values"], numpy.float32)).all(), line

    made, column, checksum = written(folder, TOKENS)
    print(made.type)
    vectors = os.path.join(folder, "vectors.npy")
    embed(TOKENS_PROGRAM, "--format=npy", "-o", vectors)
    rows, offsets = numpy.load(vectors), numpy.load(vectors + ".offsets.npy")
    assert column.value_lengths().to_pylist() == numpy.diff(offsets).tolist()
    assert column.flatten().flatten().to_numpy().tobytes() == rows.tobytes()
