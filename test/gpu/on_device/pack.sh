#!/usr/bin/env bash
# Packs what a machine with a GPU needs: programs without their weights, and the
# scripts that run them there.
#
#   test/gpu/on_device/pack.sh OUT [--build=FOLDER] [--minilm=FOLDER] [--tiny=FOLDER]
#       [--programs=NAME,...] [--cubin=CHIP] [--keep=FOLDER]
#
# writes the folder OUT and OUT.tar.gz. What emblemc refuses today is left out in one
# line that says why. NAMEs: minilm-f32, minilm-bf16, minilm-int8, bert-base-bf16,
# bge-m3-bf16, qwen3-0.6b-bf16. --tiny packs the model of that folder alone, as
# tiny-f32, tiny-bf16 and tiny-int8. Where ptxas is here, minilm-bf16-cubin has machine
# code for CHIP too (sm_90 where none is named). --keep leaves the folders of random models there
# for the next time.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../../.." && pwd)"
build="$root/build" minilm="" tiny="" chosen="" keep="" cubin=sm_90
[ $# -gt 0 ] || { sed -n '2,14s/^# \{0,1\}//p' "$0"; exit 1; }
out="$1"; shift
for option in "$@"; do
  case "$option" in
  --build=*) build="${option#*=}" ;;
  --minilm=*) minilm="${option#*=}" ;;
  --tiny=*) tiny="${option#*=}" ;;
  --programs=*) chosen=",${option#*=}," ;;
  --cubin=*) cubin="${option#*=}" ;;
  --keep=*) keep="${option#*=}" ;;
  *) echo "pack.sh: unknown option $option" >&2; exit 1 ;;
  esac
done
emblemc="$build/bin/emblemc"
[ -x "$emblemc" ] || { echo "pack.sh: no $emblemc; build it first" >&2; exit 1; }
most_bytes=$((64 << 20))

if [ -e "$out" ] && [ ! -e "$out/on_device.sh" ] && [ -n "$(ls -A "$out")" ]; then
  echo "pack.sh: $out has other files in it; name a new folder" >&2
  exit 1
fi
rm -rf "$out" "$out.tar.gz"
mkdir -p "$out/programs"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# pack NAME MODEL PRECISION [OPTION...]: programs/NAME without its weights, or a line
# in left_out.txt.
pack() {
  local name="$1" model="$2" precision="$3" flags why
  shift 3
  [ -z "$chosen" ] || [[ "$chosen" == *",$name,"* ]] || return 0
  # Random weights have no accuracy to be held to.
  flags=(--precision="$precision" --min-cosine=0)
  if "$emblemc" "$model" "${flags[@]}" "$@" --target=x86-64-v3,cuda -o "$work/program" 2>"$work/error" &&
    "$emblemc" "$model" "${flags[@]}" --target=x86-64-v3,cuda --emit=mlir -o "$work/cpu.mlir" 2>"$work/error" &&
    "$emblemc" "$model" "${flags[@]}" --target=cuda --emit=mlir -o "$work/device.mlir" 2>"$work/error" &&
    python3 "$here/detach_weights.py" "$work/program" "$out/programs/$name" "$model" \
      --cpu="$work/cpu.mlir" --device="$work/device.mlir" --precision="$precision" 2>"$work/error"; then
    echo "$name: $(du -ch "$out/programs/$name"* | tail -n 1 | cut -f1) of $(du -h --apparent-size "$work/program" | cut -f1)"
  else
    why="$(tail -n 1 "$work/error")"
    echo "$name: left out: $why" | tee -a "$out/left_out.txt"
    rm -f "$out/programs/$name"*
  fi
  rm -f "$work/program" "$work"/*.mlir
}

# shape NAME KIND: a random folder of that shape, then its program in bf16.
shape() {
  [ -z "$chosen" ] || [[ "$chosen" == *",$1,"* ]] || return 0
  local folder="${keep:-$work}/$2"
  [ -e "$folder/sentence_bert_config.json" ] || python3 "$here/write_shape.py" "$2" "$folder" "$minilm"
  pack "$1" "$folder" bf16
  [ -n "$keep" ] || rm -rf "$folder"
}

if [ -n "$tiny" ]; then
  for precision in f32 bf16 int8; do pack "tiny-$precision" "$tiny" "$precision"; done
else
  source "$root/examples/install.sh"
  [ -n "$minilm" ] || minilm="$(model_folder "$build/venv")"
  for precision in f32 bf16 int8; do pack "minilm-$precision" "$minilm" "$precision"; done
  pack minilm-bf16-cubin "$minilm" bf16 --cubin="$cubin"
  shape bert-base-bf16 bert-base
  shape bge-m3-bf16 bge-m3
  shape qwen3-0.6b-bf16 qwen3-0.6b
fi

cp "$here/on_device.sh" "$here/attach_weights.py" "$out/"
cp -r "$here/parts" "$out/"
rm -rf "$out/parts/__pycache__"
tar -C "$(dirname "$out")" -czf "$out.tar.gz" "$(basename "$out")"
bytes="$(stat -c %s "$out.tar.gz")"
echo "$out.tar.gz: $((bytes >> 10)) KB"
if [ "$bytes" -gt "$most_bytes" ]; then
  echo "pack.sh: that is more than $((most_bytes >> 20)) MB; choose some of it by --programs" >&2
  exit 1
fi
[ -n "$(ls "$out/programs")" ] || { echo "pack.sh: no program was packed" >&2; exit 1; }
