#!/usr/bin/env bash
# build_wheels.sh OUT: the wheels of emblem-runtime and emblem-compiler, in the
# folder OUT. Of a build folder that test/run.sh or examples/quickstart.sh made:
# EMBLEM_BUILD, by default build. PYTHON has pip.
set -euo pipefail
out=$(realpath -m "${1:?build_wheels.sh OUT}")
cd "$(dirname "$0")/../.."
source examples/install.sh
build=$(realpath -m "${EMBLEM_BUILD:-build}")
python=${PYTHON:-python3}

# What is linked statically, and what its terms say to pass on.
statically=(llvm-22-dev libmlir-22-dev liblld-22-dev libprotobuf-dev libutf8proc-dev
  libfmt-dev zlib1g-dev libzstd-dev libpng-dev libjpeg62-turbo-dev libonnx-dev
  libgcc-12-dev libstdc++-12-dev)

install_packages lld-22 "${statically[@]}"
# Configured again: it looks for what was installed just now.
if [ -f "$build/CMakeCache.txt" ]; then
  cmake "$build" >/dev/null
else
  cmake --preset release -B "$build" >/dev/null
fi
cmake --build "$build" --target emblemc-static

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp -r runtime/python "$scratch/runtime"
cp -r compiler/python "$scratch/compiler"
rm -rf "$scratch"/*/build
package=$scratch/compiler/emblem/compiler
mkdir -p "$package/bin" "$package/lib" "$package/licenses"
cp "$build/bin/emblemc-static" "$package/bin/emblemc"
for folder in "$build"/lib "$build"/lib/*/; do
  # The runtime of this machine's architecture, and those of others.
  [ -d "$folder/sysroot" ] || continue
  to=$package/lib/$(realpath --relative-to "$build/lib" "$folder")
  mkdir -p "$to"
  for part in runtime command interface image cuda; do
    [ ! -f "$folder/libemblem_$part.a" ] || cp "$folder/libemblem_$part.a" "$to"
  done
  cp -r "$folder/sysroot" "$to"
done
cp LICENSE "$package/licenses/emblem"
for name in "${statically[@]}"; do
  cp "/usr/share/doc/$name/copyright" "$package/licenses/$name"
done

options=(--quiet --no-deps --wheel-dir "$out")
! "$python" -c 'import setuptools.build_meta, wheel' 2>/dev/null ||
  options+=(--no-build-isolation --no-index)
"$python" -m pip wheel "${options[@]}" "$scratch/runtime"
"$python" -m pip wheel "${options[@]}" \
  --config-settings=--build-option="--plat-name=manylinux_2_34_$(uname -m)" "$scratch/compiler"
ls -l "$out"
