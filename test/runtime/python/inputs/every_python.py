"""every_python.py LIBRARY PAIRS: core.py in each Python from 3.10 on that is found: of the search path, of pyenv, and
this one. All must give the same bits."""

import glob
import os
import re
import subprocess
import sys

import emblem

LIBRARY, PAIRS = sys.argv[1:3]
CORE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "core.py")
TEXTS = ["hello world", "", "The quick brown fox jumps over the lazy dog.", "na\u00efve caf\u00e9 \u6771\u4eac"]


def pythons():
    """A Python for each version: ((3, 12), its path)."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    folders += glob.glob(os.path.join(os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv")), "versions/*/bin"))
    found = {sys.version_info[:2]: sys.executable}
    for path in (path for folder in folders for path in glob.glob(os.path.join(folder, "python3.*"))):
        name = re.fullmatch(r"python3\.([0-9]+)", os.path.basename(path))
        version = (3, int(name[1])) if name else (0, 0)
        if version < (3, 10) or version in found:
            continue
        # One of pyenv's may stand for a version that is not there; and a build may lack ctypes.
        if subprocess.run([path, "-c", "import ctypes"], capture_output=True).returncode == 0:
            found[version] = path
    return sorted(found.items())


expected = emblem.load(LIBRARY, threads=1).encode_buffer(TEXTS).tobytes().hex()
failed = False
for version, path in pythons():
    ran = subprocess.run([path, "-W", "error", CORE, LIBRARY, PAIRS, expected], capture_output=True, text=True)
    print(f"Python {version[0]}.{version[1]}:", "passed" if ran.returncode == 0 else ran.stderr)
    failed |= ran.returncode != 0
sys.exit(failed)
