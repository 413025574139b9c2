"""Checks that includes follow the rooms' order.

    include_arrows.py ROOT ROOMS

ROOMS is a table from the bottom to the top: a room (a folder, and all below it
that is no room itself), a colon, and the rooms above it in the table that it may
include. Each arrow that the table does not have, and a circle of headers or of
folders, is named by its include lines.
"""

import os
import re
import sys

TOP = ("compiler", "dialects", "runtime")
SUFFIXES = (".h", ".cpp", ".c", ".def", ".td")
INCLUDE = re.compile(r'^\s*#?\s*include\s+"([^"]+)"')


def read_rooms(path):
    """The table: from a room to those that it may include."""
    rooms = {}
    with open(path) as table:
        for line in table:
            line = line.split("#", 1)[0].strip()
            if ":" in line:
                room, _, line = line.partition(":")
                rooms[room] = allowed = []
            for other in line.split():
                if other not in rooms or other == room:
                    sys.exit(f"{path}: '{room}' may include '{other}', which is no "
                             "room above it in the table")
                allowed.append(other)
    return rooms


def find_sources(root):
    """The paths of all sources, relative to the root."""
    for top in TOP:
        for folder, folders, files in os.walk(os.path.join(root, top)):
            folders.sort()
            for file in sorted(files):
                if file.endswith(SUFFIXES):
                    yield os.path.relpath(os.path.join(folder, file), root)


def read_includes(root, sources):
    """From each source to [(the included file, 'file:line: text')]."""
    known = set(sources)
    includes = {}
    for source in sources:
        found = includes.setdefault(source, [])
        with open(os.path.join(root, source)) as file:
            for number, line in enumerate(file, 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                name = match.group(1)
                own = os.path.join(os.path.dirname(source), name)
                for path in (name, own, "runtime/include/" + name):
                    # What TableGen writes belongs to the folder that it names.
                    if path in known or path.startswith(TOP) and path.endswith(".inc"):
                        found.append((path, f"{source}:{number}: {line.strip()}"))
                        break
    return includes


def find_circle(arrows):
    """A circle in {from: {to: why}}, as a list of whys, or None."""
    done, path = set(), []

    def visit(node):
        if node in path:
            circle = path[path.index(node) :] + [node]
            return [arrows[a][b] for a, b in zip(circle, circle[1:])]
        if node in done:
            return None
        path.append(node)
        for other in arrows.get(node, {}):
            if circle := visit(other):
                return circle
        path.pop()
        done.add(node)
        return None

    for node in sorted(arrows):
        if circle := visit(node):
            return circle
    return None


def room_of(path, rooms):
    folder = os.path.dirname(path)
    while folder and folder not in rooms:
        folder = os.path.dirname(folder)
    return folder


def check_table(includes, rooms, table):
    for folder in sorted({os.path.dirname(source) for source in includes}):
        if not room_of(folder + "/", rooms):
            yield f"'{folder}' is in no room; add a line for it to {table}"
    for source, found in includes.items():
        room = room_of(source, rooms)
        for path, line in found:
            other = room_of(path, rooms)
            if room and other and other != room and other not in rooms[room]:
                yield f"{line}\n  '{room}' may not include '{other}' ({table})"


def check_circles(includes):
    headers, folders = {}, {}
    for source, found in includes.items():
        for path, line in found:
            if source.endswith(".h") and path.endswith(".h"):
                headers.setdefault(source, {}).setdefault(path, line)
            a, b = os.path.dirname(source), os.path.dirname(path)
            if a != b:
                folders.setdefault(a, {}).setdefault(b, line)
    for kind, arrows in (("headers", headers), ("folders", folders)):
        if circle := find_circle(arrows):
            yield f"a circle of {kind}:\n  " + "\n  ".join(circle)


def main():
    root, table = sys.argv[1:]
    rooms = read_rooms(table)
    sources = list(find_sources(root))
    includes = read_includes(root, sources)
    problems = list(check_table(includes, rooms, os.path.basename(table)))
    problems += check_circles(includes)
    for problem in problems:
        print(problem)
    arrows = sum(len(found) for found in includes.values())
    print(f"{len(sources)} files, {arrows} includes, {len(problems)} problems")
    sys.exit(bool(problems))


main()
