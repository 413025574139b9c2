#!/usr/bin/env bash
# Static programs for AArch64 in an empty root: there is nothing but the program and a static QEMU (Debian's
# qemu-user-static, unpacked), which stands for the kernel. Same bits as with the system's files around it.
#
#   test/end-to-end/aarch64/empty_root.sh FOLDER [MODEL...]    # FOLDER is for QEMU and programs
#
# MODELs are compiled with --pooling=mean, by default one fixture; the last line is "empty_root: 0 failed".
set -euo pipefail
tree="$(cd "$(dirname "$0")/../../.." && pwd)"
folder="$(realpath "${1:?name a folder}")"
shift
models=("${@:-$tree/test/fixtures/models/plain}")
mapfile -t models < <(realpath "${models[@]}")
export PATH="$tree/build/bin:$PATH"
cd "$folder"

if [ ! -x qemu ]; then
  apt-get download -q qemu-user-static
  dpkg -x qemu-user-static_*.deb unpacked
  cp unpacked/usr/bin/qemu-aarch64-static qemu
fi
printf 'a text\nand another, which is longer\n\nçà et là\n' >lines
alone=(python3 "$tree/test/end-to-end/inputs/in_empty_root.py" --with=program qemu -cpu cortex-a57 /program)

failed=0
for model in "${models[@]}"; do
  emblemc "$model" --pooling=mean --target=aarch64 --static -o program
  ./qemu -cpu cortex-a57 program embed --threads 1 --format=npy <lines >expected.npy
  "${alone[@]}" embed --threads 1 --format=npy <lines | cmp - expected.npy || failed=$((failed + 1))
  "${alone[@]}" info --verify || failed=$((failed + 1))
done
echo "empty_root: $failed failed"
[ "$failed" = 0 ]
