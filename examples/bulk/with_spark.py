"""with_spark.py MODEL CORPUS VECTORS: by Spark's mapInArrow, where Spark reads and writes; then the same blocks as the
other engines make, which `emblem verify` knows, to VECTORS.blocks."""

import sys
from functools import partial

import pyspark
from pyspark.sql import SparkSession
from pyspark.sql.types import ArrayType, FloatType, StructField, StructType

from emblem.bulk import BlockEncoder, BlockWriter, SharedModel, finish, make_plan


def bytes_of(name):
    """A file that addFile has copied to this worker."""
    with open(pyspark.SparkFiles.get(name), "rb") as file:
        return file.read()


if __name__ == "__main__":
    model, corpus, vectors = sys.argv[1:]
    spark = SparkSession.builder.getOrCreate()
    spark.sparkContext.addFile(model)
    shared = SharedModel.of(model)
    fetch = partial(bytes_of, shared.path.rpartition("/")[2])
    encoder = BlockEncoder(SharedModel(shared.path, shared.checksum, fetch), threads=1)

    texts = spark.read.parquet(corpus)
    schema = StructType([*texts.schema, StructField(encoder.vectors, ArrayType(FloatType()))])
    texts.mapInArrow(encoder.batches, schema).write.mode("overwrite").parquet(vectors)
    print(spark.read.parquet(vectors).count(), "rows")

    plan = make_plan(corpus, vectors + ".blocks", encoder.settings(), block_rows=256)
    pending = plan.pending()
    reports = spark.sparkContext.parallelize(pending, max(len(pending), 1)).map(BlockWriter(encoder, plan).report)
    print(finish(plan, pending, reports.toLocalIterator()))
