"""bulk_spark.py FOLDER: blocks by the real Spark on two local workers, held to the programs' bits. FOLDER has model,
model.so, tokens.so, sparse.so. Run by bulk_spark.sh, outside the suite: PySpark is 490 MB, and wants Java and pandas."""

import os
import subprocess
import sys
import tempfile

import numpy
import pyarrow
from pyspark.sql import SparkSession
from pyspark.sql.types import ArrayType, FloatType, IntegerType, LongType, StringType, StructField, StructType

from emblem.bulk import BlockEncoder, BlockWriter, finish, make_plan
from emblem.verify import verify

FOLDER = sys.argv[1]
TEXTS = [f"text {number} of {number % 7}" for number in range(400)]
WEIGHT = StructType([StructField("id", IntegerType()), StructField("weight", FloatType())])


def by_program():
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "vectors.npy")
        subprocess.run([os.path.join(FOLDER, "model"), "embed", "--format=npy", "-o", out], check=True,
                       capture_output=True, input="".join(text + "\n" for text in TEXTS), encoding="utf-8")
        return numpy.load(out)


def run():
    spark = SparkSession.builder.master("local[2]").getOrCreate()
    rows = [*enumerate(TEXTS), (len(TEXTS), None)]
    texts = spark.createDataFrame(rows, StructType([StructField("id", LongType()), StructField("text", StringType())]))
    texts = texts.repartition(4)
    expected = by_program()
    for name, kind in (("model", ArrayType(FloatType())), ("sparse", ArrayType(WEIGHT)),
                       ("tokens", ArrayType(ArrayType(FloatType())))):
        encoder = BlockEncoder(os.path.join(FOLDER, name + ".so"), threads=1)
        schema = StructType([*texts.schema, StructField("vector", kind)])
        made = texts.mapInArrow(encoder.batches, schema).toArrow().sort_by("id")
        assert made.column("id").to_pylist() == list(range(len(TEXTS) + 1))
        got = made.column("vector").combine_chunks()
        here = next(encoder.batches([pyarrow.record_batch({"text": [text for _, text in rows]})])).column("vector")
        assert got.cast(here.type).equals(here), name
        assert got.null_count == 1
        if name == "model":
            assert got.flatten().to_numpy().tobytes() == expected.tobytes()
        print(name, got.type)

    source, target = os.path.join(FOLDER, "texts"), os.path.join(FOLDER, "vectors")
    texts.write.parquet(source)
    encoder = BlockEncoder(os.path.join(FOLDER, "model.so"), threads=1)
    plan = make_plan(source, target, encoder.settings(), block_rows=50)
    pending = plan.pending()
    reports = spark.sparkContext.parallelize(pending, len(pending)).map(BlockWriter(encoder, plan).report)
    print(finish(plan, pending, reports.toLocalIterator()))
    found = verify(target, encoder.model.path, None)
    assert not found.problems and found.rows == len(rows), found


if __name__ == "__main__":
    run()
