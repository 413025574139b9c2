"""with_ray.py MODEL CORPUS VECTORS: by Ray, on as many actors as this machine has CPUs."""

import sys

import emblem.ray
from emblem.bulk import BlockEncoder

if __name__ == "__main__":
    model, corpus, vectors = sys.argv[1:]
    # On a cluster: ray.init("auto"), paths that every node sees, and ship_model=True where the model's is none.
    print(emblem.ray.embed_parquet(corpus, vectors, BlockEncoder(model), block_rows=256))
