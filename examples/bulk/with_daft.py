"""with_daft.py MODEL CORPUS VECTORS: by Daft, in as many processes as this machine has CPUs."""

import sys

import emblem.daft
from emblem.bulk import BlockEncoder

if __name__ == "__main__":
    model, corpus, vectors = sys.argv[1:]
    # On a cluster: daft.set_runner_ray(), and workers= as many as it has.
    print(emblem.daft.embed_parquet(corpus, vectors, BlockEncoder(model), block_rows=256))
