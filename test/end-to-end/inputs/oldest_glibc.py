"""oldest_glibc.py VERSION FILE ...: fails where a file asks for a later glibc than
VERSION, by the versions of its symbols, or for a library that is not glibc's."""

import re
import subprocess
import sys


def numbers(version):
    return [int(part) for part in version.split(".")]


limit, *files = sys.argv[1:]
failures = 0
for file in files:
    asked = subprocess.run(
        ["llvm-readelf", "--version-info", "--needed-libs", file],
        check=True, capture_output=True, text=True,
    ).stdout
    oldest = max(re.findall(r"Name: GLIBC_([\d.]+)", asked), key=numbers)
    libraries = re.search(r"NeededLibraries \[(.*?)\]", asked, re.DOTALL).group(1).split()
    others = [name for name in libraries if not re.match(r"(libc|libm|ld-linux.*)\.so", name)]
    failures += numbers(oldest) > numbers(limit) or bool(others)
    print(f"{file}: glibc {oldest}: {' '.join(libraries)}")
sys.exit(failures > 0)
