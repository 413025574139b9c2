"""stub_symbols.py SYSROOT: each stub library there defines names that the system's library of that name has, in the
version that a linker takes by default, and all of them."""

import os
import re
import subprocess
import sys


def symbols_of(path):
    listed = subprocess.run(["readelf", "--dyn-syms", "--wide", path], capture_output=True, text=True, check=True)
    found = re.findall(r"^ *\d+: \S+ +\d+ (FUNC|IFUNC|OBJECT|NOTYPE) +(?:GLOBAL|WEAK) +DEFAULT +(?!UND)\S+ (\S+@@\S+)",
                       listed.stdout, re.MULTILINE)
    return {name: kind == "OBJECT" for kind, name in found if "PRIVATE" not in name}


def main():
    checked = 0
    for name in sorted(os.listdir(sys.argv[1])):
        if ".so" not in name:
            continue
        where = subprocess.run(["cc", f"-print-file-name={name}"], capture_output=True, text=True, check=True)
        real, stub = symbols_of(where.stdout.strip()), symbols_of(os.path.join(sys.argv[1], name))
        stub = {symbol: kind for symbol, kind in stub.items() if not re.fullmatch(r"GLIBC_[0-9.]+@@.*", symbol)}
        real = {symbol: kind for symbol, kind in real.items() if not re.fullmatch(r"GLIBC_[0-9.]+@@.*", symbol)}
        assert stub == real, (name, sorted(stub.items() ^ real.items())[:10])
        checked += len(stub)
    assert checked > 1000, checked


main()
