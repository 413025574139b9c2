#!/usr/bin/env bash
# Every small model on a device, in every precision: what takes longer than the suite's
# part (test/end-to-end/cuda). The stand-in for the driver runs every instruction.
#
#   test/gpu/families.sh FOLDER [SLICE...]    # half an hour on a core; FOLDER is for programs
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
tree="$(cd "$here/../.." && pwd)"
folder="${1:?name a folder for the programs}"
shift
slices=("${@:-f32 plain f16 bf16 int8 outputs}")
python="$tree/build/venv/bin/python"
[ -x "$python" ] || python=python3
export PATH="$tree/build/bin:$PATH"
export EMBLEM_CUDA="$tree/build/lib/libemblem_stand_in_cuda.so"
check="$tree/test/end-to-end"
models="$tree/test/fixtures/models"

# Those that have nothing to narrow, and whose random weights are not for low precision, as
# models_bf16.test and models_int8.test leave them out.
narrow=(cls-dense brain-half model2vec model2vec-mean static-embedding half gte-original)

failed=0
run() {
  echo "+ $*"
  "$python" "$@" || failed=1
}
for slice in ${slices[*]}; do
  case "$slice" in
  f32) run "$check/check_models.py" "$models" "$folder/f32" native,cuda ;;
  plain) run "$check/check_models.py" "$models" "$folder/plain" cuda --f32=plain ;;
  f16) run "$check/check_models.py" "$models" "$folder/f16" cuda f16 0.995 "${narrow[@]}" ;;
  bf16) run "$check/check_models.py" "$models" "$folder/bf16" native,cuda bf16 0.995 "${narrow[@]}" ;;
  int8) run "$check/check_models.py" "$models" "$folder/int8" native,cuda int8 0.995 "${narrow[@]}" gte qwen2 ;;
  outputs) run "$check/check_outputs.py" "$tree/test/fixtures/outputs" "$folder/outputs" --target=cuda ;;
  *) echo "families.sh: there is no slice $slice: f32, plain, f16, bf16, int8, outputs" >&2; exit 1 ;;
  esac
done
exit $failed
