#!/usr/bin/env bash
# Every fixture as a program for AArch64, run by qemu-user as each kind of CPU: what takes longer than the suite's
# part (this folder's tests). Vectors, ids, scores and pictures are held to the libraries' references, and to the
# same bits in every batch, as those of x86-64 are.
#
#   test/end-to-end/aarch64/every_fixture.sh FOLDER [SLICE...]    # FOLDER is for programs
#
# SLICE: f32, bf16, int8, int4 (models), rerankers, outputs, towers, files (ONNX, GGUF, adapters), modules, minilm; the
# last line is "every_fixture: 0 failed".
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
tree="$(cd "$here/../../.." && pwd)"
folder="${1:?name a folder for the programs}"
shift
slices=("${@:-f32 bf16 int8 int4 rerankers outputs towers files modules minilm}")
python="$tree/build/venv/bin/python"
[ -x "$python" ] || python=python3
export PATH="$here/inputs:$tree/build/bin:$PATH"
check="$tree/test/end-to-end"
fixtures="$tree/test/fixtures"

# Those that have nothing to narrow, and whose random weights are not for low precision, as
# models_bf16.test and models_int8.test leave them out.
narrow=(cls-dense brain-half model2vec model2vec-mean static-embedding half gte-original)
outputs=(colbert-pylate colbert-stanford modules splade-distilbert splade-modernbert splade-roberta)
mapfile -t rerankers < <(basename -s .reference.json "$fixtures"/rerankers/*.reference.json)
mapfile -t towers < <(basename -s .reference.json "$fixtures"/towers/*.reference.json)

failed=0
run() {
  echo "+ $EMBLEM_EMULATED_TARGET $*"
  "$python" "$@" || failed=$((failed + 1))
}

minilm() {
  local model
  model="$(source "$tree/examples/install.sh" && model_folder "$tree/build/venv")"
  for precision in f32 bf16 int8 int4; do
    emblemc "$model" --precision=$precision -o "$1" || failed=$((failed + 1))
    case $precision in
    f32) run "$check/check_minilm.py" "$1" "$fixtures/minilm" --vectors-only ;;
    bf16) run "$check/check_cosines.py" "$1" "$fixtures/minilm" 0.9995 0.9999 ;;
    int8) run "$check/check_cosines.py" "$1" "$fixtures/minilm" 0.995 0.998 ;;
    int4) run "$check/check_cosines.py" "$1" "$fixtures/minilm" 0.87 0.94 ;;
    esac
  done
}

# A target, and a CPU that has what it needs and no more, where QEMU has such a one.
for machine in "aarch64 cortex-a57" "aarch64-v8.2-dotprod neoverse-n1" "aarch64-v8.6 max"; do
  read -r EMBLEM_EMULATED_TARGET EMBLEM_EMULATED_CPU <<<"$machine"
  export EMBLEM_EMULATED_TARGET EMBLEM_EMULATED_CPU
  for slice in ${slices[*]}; do
    out="$folder/$EMBLEM_EMULATED_TARGET/$slice"
    mkdir -p "$out"
    case "$slice" in
    f32) run "$check/check_models.py" "$fixtures/models" "$out" native ;;
    bf16) run "$check/check_models.py" "$fixtures/models" "$out" native bf16 0.995 "${narrow[@]}" ;;
    int8) run "$check/check_models.py" "$fixtures/models" "$out" native int8 0.995 "${narrow[@]}" gte qwen2 ;;
    int4) run "$check/check_models.py" "$fixtures/models" "$out" native int4 0.8 "${narrow[@]}" ;;
    rerankers) run "$check/check_rerankers.py" "$fixtures/rerankers" "$out" "${rerankers[@]}" ;;
    outputs)
      run "$check/check_outputs.py" "$fixtures/outputs" "$out"
      run "$check/check_outputs.py" "$fixtures/outputs" "$out" bf16 0.98 "${outputs[@]}"
      run "$check/check_outputs.py" "$fixtures/outputs" "$out" int8 0.98 "${outputs[@]}"
      ;;
    towers)
      for model in vit dinov2; do
        emblemc "$fixtures/vision/$model" -o "$out/$model" || failed=$((failed + 1))
        run "$check/check_pictures.py" "$out/$model" "$fixtures/images" $model
      done
      run "$check/check_towers.py" "$fixtures/towers" "$fixtures/images" "$out" "${towers[@]}"
      ;;
    files)
      run "$check/check_models.py" "$fixtures/adapters" "$out/adapters" native
      run "$check/check_models.py" "$fixtures/gguf" "$out/gguf" native
      run "$check/check_gguf_rerankers.py" "$fixtures/gguf/rerankers" "$out/gguf-rerankers" native
      run "$check/check_onnx.py" "$fixtures/onnx" "$fixtures/models" "$out/onnx" native
      run "$check/check_onnx.py" "$fixtures/onnx/fused" "$fixtures/models" "$out/fused" native
      run "$check/check_onnx.py" "$fixtures/onnx/quantised" "$fixtures/models" "$out/quantised" native
      ;;
    modules) run "$check/check_modules.py" "$fixtures/modules" "$out" 0 1 ;;
    minilm) minilm "$out/minilm" ;;
    *) echo "every_fixture.sh: there is no slice $slice" >&2; exit 1 ;;
    esac
    rm -r "$out"
  done
done
echo "every_fixture: $failed failed"
[ $failed -eq 0 ]
