"""Checks the first lines of sources: banners.py ROOT FOLDER...

A banner has 80 columns, the file's own name and a headline that names a noun.
"""

import os
import re
import sys

BANNER = re.compile(r"(?://|/\*)===- (\S+) - (.+?) -+(?:\*- (?:C\+\+|C|tablegen) -\*-)?===(?://|\*\\)")
QUESTION = re.compile(r"(?:What|Who|Whose|How|Where|Which|Why|When)\b")


def find_sources(root, folders):
    for top in folders:
        for folder, inner, files in os.walk(os.path.join(root, top)):
            inner.sort()
            for file in sorted(files):
                if file.endswith((".cpp", ".h", ".def", ".td")):
                    yield os.path.join(folder, file)


def problem_of(path):
    with open(path) as source:
        line = source.readline().rstrip("\n")
    match = BANNER.fullmatch(line)
    if not match:
        return "the first line is no banner"
    name, headline = match.groups()
    if name != os.path.basename(path):
        return f"the banner is of '{name}'"
    if len(line) != 80:
        return f"the banner has {len(line)} columns and not 80"
    if QUESTION.match(headline):
        return f"'{headline}' names no noun"
    return None


def main():
    root, *folders = sys.argv[1:]
    count = problems = 0
    for path in find_sources(root, folders):
        count += 1
        if problem := problem_of(path):
            problems += 1
            print(f"{os.path.relpath(path, root)}:1: {problem}")
    print(f"{count} files, {problems} problems")
    sys.exit(1 if problems else 0)


main()
