#!/usr/bin/env bash
# bulk_spark.sh [VENV]: emblem.bulk on the real Spark, which the suite leaves out for its size. Makes VENV where there
# is none (build/venv-spark). Needs Java 17 and build/bin/emblemc, or EMBLEMC.
set -euo pipefail
cd "$(dirname "$0")/../../.."

venv="${1:-build/venv-spark}"
emblemc="${EMBLEMC:-build/bin/emblemc}"
[ -x "$venv/bin/pip" ] || python3 -m venv "$venv"
"$venv/bin/python" -c 'import numpy, pyarrow, pandas, pyspark' 2>/dev/null ||
  "$venv/bin/pip" install --quiet numpy pyarrow 'pandas<3' pyspark
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
fixtures=test/fixtures
"$emblemc" $fixtures/models/tiny-bert -o "$folder/model"
"$emblemc" $fixtures/models/tiny-bert --emit=shared -o "$folder/model.so"
"$emblemc" $fixtures/outputs/splade-bert --emit=shared -o "$folder/sparse.so"
"$emblemc" $fixtures/outputs/colbert-pylate --emit=shared -o "$folder/tokens.so"
export PYSPARK_PYTHON="$venv/bin/python" SPARK_LOCAL_IP=127.0.0.1
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$PWD/runtime/python"
"$venv/bin/python" test/runtime/python/bulk_spark.py "$folder"
