#!/bin/sh
# stress.sh BUILD: what test/end-to-end/cuda does, longer: every call of the driver
# fails in turn, 10,000 batches without kernels and 200 with them, 60 rounds of
# four callers. Minutes; the last line is "stress: 0 failed".
set -u
build=$(cd "${1:?stress.sh BUILD}" && pwd)
here=$(cd "$(dirname "$0")/.." && pwd)
inputs=$here/end-to-end/cuda/inputs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export EMBLEM_STAND_IN_REPORT=1 MALLOC_PERTURB_=165
driver=$build/lib/libemblem_stand_in_cuda.so
model=$here/fixtures/models/tiny-bert
failed=0

check() {
  echo "== $*"
  "$@" || failed=$((failed + 1))
}

for precision in f32 bf16; do
  out=$work/$precision
  mkdir "$out"
  emblemc() {
    "$build/bin/emblemc" "$model" --precision=$precision "$@"
  }
  emblemc --target=native,cuda -o "$out/both"
  emblemc --target=cuda -o "$out/alone"
  emblemc --target=native,cuda --emit=shared -o "$out/libmodel.so"
  cp "$out/libmodel.so" "$out/libother.so"
  for name in cuda/inputs/device_errors cuda/inputs/device_batches inputs/concurrent; do
    ${CC:-cc} -std=gnu99 -O1 -I"$out" "$here/end-to-end/$name.c" -L"$out" \
      -lmodel -ldl -pthread -Wl,-rpath,"$out" -o "$out/$(basename $name)"
  done
  check python3 "$inputs/inject_errors.py" "$out/both" "$driver"
  check python3 "$inputs/inject_errors.py" "$out/alone" "$driver" alone
  export EMBLEM_CUDA=$driver
  for graphs in 1 0; do
    export EMBLEM_CUDA_GRAPHS=$graphs
    rm -f "$out/calls"
    check "$out/device_errors" "$out/calls" all
    check env EMBLEM_STAND_IN_SKIP_KERNELS=1 "$out/device_batches" 10000 2000 512
    check "$out/device_batches" 200 100 4096 alone
  done
  unset EMBLEM_CUDA_GRAPHS
  check "$out/concurrent" "$out/libother.so" auto
  check "$out/concurrent" "$out/libother.so" cpu
  unset EMBLEM_CUDA
done
echo "stress: $failed failed"
test $failed = 0
