#!/usr/bin/env bash
# Runs the pack on a machine with an NVIDIA GPU, in parts of at most 8 minutes.
#
#   on_device.sh PART [--tiny] [--only=PROGRAM,...] [--results=FOLDER]
#
#   smoke       driver, device, and each program: a vector, the CPU's, the same bits
#   vectors     real text and batches of every size, against the CPU
#   matmul      each matmul beside cuBLAS (torch.mm)
#   attention   beside torch's flash attention
#   speed       tokens a second beside torch.compile
#   start       time to the first vector, cold and warm; registers and spills
#   sanitizer   compute-sanitizer's checks
#   all         all of these, in this order
#
# Exits with 1 where a demand failed, with 124 where a part did not end in time. A
# table is on standard output, and everything that was measured in FOLDER/PART.json
# (results/ beside this file). --tiny shows that a part works, also on the stand-in
# for the driver (EMBLEM_CUDA). EMBLEM_PYTHON is a python3 with torch and numpy.
set -uo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
python="${EMBLEM_PYTHON:-python3}"
parts=(smoke vectors matmul attention speed start sanitizer)
limit=470 # seconds; a part that watches the time itself is done before that

usage() { sed -n '2,21s/^# \{0,1\}//p' "$0" >&2; exit 2; }

run_part() {
  local part="$1" code begin="$SECONDS"; shift
  echo "== $part"
  PYTHONDONTWRITEBYTECODE=1 timeout --kill-after=10 "$limit" \
    "$python" "$here/parts/$part.py" --seconds=$((limit - 50)) "$@"
  code=$?
  [ "$code" -ne 124 ] || echo "$part: did not end within $limit s"
  echo "== $part: exit code $code after $((SECONDS - begin)) s"
  return "$code"
}

[ $# -gt 0 ] || usage
part="$1"; shift
if [ "$part" = all ]; then
  worst=0 lines=()
  for part in "${parts[@]}"; do
    run_part "$part" "$@"
    code=$?
    lines+=("$part: $([ $code -eq 0 ] && echo passed || echo "failed, exit code $code")")
    [ "$code" -eq 0 ] || worst=1
  done
  printf '%s\n' "" "${lines[@]}"
  exit "$worst"
fi
[[ " ${parts[*]} " == *" $part "* ]] || usage
run_part "$part" "$@"
