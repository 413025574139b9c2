"""Finds words of one CPU architecture outside of the rooms that are its own.

    target_words.py ROOT EXCEPTIONS

EXCEPTIONS is a table: a file, or a folder and all below it, a colon, and why it may
have such words. A line that nothing needs any more is a problem as well. Documents
(*.md) and tests may name what they like.
"""

import os
import re
import sys

TOP = ("compiler", "dialects", "runtime", "CMakeLists.txt", "CMakePresets.json")

# Names of the architecture, of its extensions and registers, of its instructions
# and headers, of its makers and their CPUs.
WORD = re.compile(
    r"""x86 | amd64 | intrin\.h | cpuid | xgetbv | _mm(?:256|512)?_
    | (?<![a-z]) (?: sse[0-9]* | ssse3 | avx[0-9]* | (?:avx)?vnni | amx | evex | zmm | ymm
      | xmm | fma3 ) (?![a-z])
    | (?<![a-z]) v?(?: pdp[bw]u?[su]?sd?s? | pmadd[a-z]* | scalef[ps]s | dpbf16ps
      | cvtne2?ps2?bf16 | maxps | minps )
    | (?<![a-z]) (?: znver[0-9]* | zen\ ?[0-9]+ | epyc | ryzen | xeon | haswell | skylake
      | icelake | sapphire\ ?rapids ) (?![a-z])
    | aarch64 | arm64 | arm_neon
    | (?<![a-z]) (?: neon | dotprod | i8mm | [us]{1,2}dot | bfdot | bfcvtn2? | smull2? | sadalp
      | saddlp | vaddvq?[a-z0-9_]* | graviton | neoverse | cortex ) (?![a-z])""",
    re.IGNORECASE | re.VERBOSE,
)


def read_exceptions(path):
    with open(path) as table:
        lines = (line.split("#", 1)[0].strip() for line in table)
        return dict(line.split(":", 1) for line in lines if line)


def find_files(root):
    for top in TOP:
        path = os.path.join(root, top)
        if os.path.isfile(path):
            yield top
        for folder, folders, files in os.walk(path):
            folders.sort()
            for file in sorted(files):
                if not file.endswith(".md"):
                    yield os.path.relpath(os.path.join(folder, file), root)


def main():
    root, table = sys.argv[1:]
    exceptions = read_exceptions(table)
    unused = set(exceptions)
    files = problems = 0
    for path in find_files(root):
        files += 1
        allowed = [e for e in exceptions if path == e or path.startswith(e + "/")]
        with open(os.path.join(root, path), errors="replace") as file:
            for number, line in enumerate(file, 1):
                if not (match := WORD.search(line)):
                    continue
                unused -= set(allowed)
                if not allowed:
                    problems += 1
                    print(f"{path}:{number}: '{match.group()}' belongs to one "
                          f"architecture's rooms: {line.strip()}")
    for path in sorted(unused):
        problems += 1
        print(f"{path}: has no such word any more; delete its line")
    print(f"{files} files, {problems} problems")
    sys.exit(bool(problems))


main()
