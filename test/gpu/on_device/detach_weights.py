#!/usr/bin/env python3
"""Cuts the weights out of a program, so that it is small enough to be carried.

    detach_weights.py PROGRAM OUT MODEL --cpu=CPU.mlir [--device=DEVICE.mlir]

OUT gets the program up to its weights, OUT.kept whatever of the rest is no weight
(the report, section headers, tables that are computed), and OUT.json where each
weight lies and what it is, for attach_weights.py. CPU.mlir and DEVICE.mlir are
`emblemc --emit=mlir` with the program's options: the first with its --target, the
second with the device alone.
"""

import argparse
import json
import re
import struct
import sys
from pathlib import Path

ELEMENT_BYTES = {"f32": 4, "bf16": 2, "i8": 1}
# Layouts that attach_weights.py writes; bytes of others are carried.
WRITTEN = ("row", "table", "matrix", "panels", "scales", "corrections")
MOST_KEPT = 16 << 20
LINE = 64


class Problem(Exception):
    pass


# ---- kernel.weight, as --emit=mlir prints it ----


def split_list(text):
    """What stands between commas that are in no brackets or quotes."""
    parts, depth, quoted, begin = [], 0, False, 0
    for index, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif not quoted and letter in "<[({":
            depth += 1
        elif not quoted and letter in ">])}":
            depth -= 1
        elif not quoted and letter == "," and depth == 0:
            parts.append(text[begin:index].strip())
            begin = index + 1
    rest = text[begin:].strip()
    return parts + [rest] if rest else parts


def brackets(text, begin):
    """The text in the brackets that open at `begin`, and where they end."""
    depth = 0
    for index in range(begin, len(text)):
        depth += {"[": 1, "]": -1}.get(text[index], 0)
        if depth == 0:
            return text[begin + 1 : index], index + 1
    raise Problem("a list of sources has no end")


def read_type(text):
    *sides, element = re.search(r"tensor<([^>]*)>\s*$", text)[1].split("x")
    return [int(side) for side in sides], element


def number(pattern, text):
    found = re.search(pattern, text)
    return found and float(found[1])


def parse_weight(line):
    """Of either form: an operation whose verifier wants more prints generically."""
    generic = "byte_offset" in line
    shape, element = read_type(line)
    at = line.find("sources = [") + 10 if generic else line.find(" [") + 1
    sources, end = brackets(line, at) if at > 10 else ("", line.rfind(" at "))
    layout = re.search(r"layout = #kernel\.(\w+)" if generic else r"kernel\.weight (\w+)", line)[1]
    details = line if generic else line[end:]
    offset = number(r"byte_offset = (\d+)", line) if generic else number(r" at (\d+) : tensor", details)
    row = number(r"table_row(?: =)? (\d+)", details)
    factor = number(r"\bfactor(?: =)? ([-+.e0-9]+)", details)
    rest = re.findall(r"\b(?:smoothing(?: =)? dense<([^>]*)>|channels(?: =)? (\d+))", details)
    return {
        "offset": int(offset),
        "shape": shape,
        "element": element,
        "layout": layout if sources else layout + line[line.find("<") : line.rfind(" at ")],
        "sources": split_list(sources),
        "table_row": None if row is None else int(row),
        "factor": factor,
        "details": rest,
    }


def read_module(path):
    """Its weights, and for each stage the first matrix that it reads."""
    weights, matrices = {}, {}
    for line in Path(path).read_text().splitlines():
        name = re.match(r'\s*(%\w+) = "?kernel\.weight', line)
        if name:
            weights[name[1]] = parse_weight(line)
        stage = re.match(r'\s*kernel\.stage "([^"]*)".* weights\(([^:)]*)', line)
        if stage:
            for operand in split_list(stage[2]):
                weight = weights[operand]
                if weight["layout"] in ("panels", "matrix") and stage[1] not in matrices:
                    matrices[stage[1]] = weight
    return list(weights.values()), matrices


# ---- Sizes and places ----


def source_shapes(model):
    shapes = {}
    for path in sorted(Path(model).glob("*.safetensors")):
        with open(path, "rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(length))
        shapes |= {name: one["shape"] for name, one in header.items() if name != "__metadata__"}
    return shapes


def describe_source(text, shapes):
    """[name, shape], with no name for zeros; or None, where it is neither."""
    zeros = re.fullmatch(r"(\d+)(?: : i64)?", text)
    if zeros:
        return [None, [int(zeros[1])]]
    name = text[1:-1] if text[:1] == '"' and text.count('"') == 2 else None
    # Models of some classes have a prefix in the file, and none in the compiler.
    for known in (name, f"model.{name}", f"bert.{name}", f"roberta.{name}"):
        if name and known in shapes:
            return [name, shapes[known]]
    return None


def byte_size(weight):
    count = 1
    for side in weight["shape"]:
        count *= side
    if weight["element"] not in ELEMENT_BYTES:
        raise Problem(f"a weight has elements of {weight['element']}, which nothing here writes")
    return count * ELEMENT_BYTES[weight["element"]]


def align(value, to):
    return -(-value // to) * to


def own_of_device(device, cpu):
    """The weights that the CPU has not, as compiler/backend/device/device_weights.cpp places them."""

    def values(weight):
        layout = weight["layout"]
        same = "" if layout in ("matrix", "panels", "table") else layout
        return json.dumps([same] + [weight[key] for key in ("element", "sources", "table_row", "factor", "details")])

    known = {values(weight) for weight in cpu}
    place = align(max((weight["offset"] + byte_size(weight) for weight in cpu), default=0), LINE)
    for weight in device:
        if values(weight) in known:
            continue
        yield weight | {"offset": place}
        place = align(place + byte_size(weight), LINE)


def weight_segment(file):
    """The place and size of the segment under the section .emblem.weights."""
    file.seek(0)
    header = file.read(64)
    if header[:5] != b"\x7fELF\x02":
        raise Problem("the program is no 64-bit ELF file")
    table, size, count, names = struct.unpack_from("<Q", header, 40) + struct.unpack_from("<HHH", header, 58)
    file.seek(table)
    sections = [struct.unpack("<IIQQQQIIQQ", file.read(size)) for _ in range(count)]
    file.seek(sections[names][4])
    texts = file.read(sections[names][5])
    for section in sections:
        if texts[section[0] :].split(b"\0", 1)[0] == b".emblem.weights":
            return section[4], section[5]
    raise Problem("the program has no section .emblem.weights")


def kept_ranges(file, generated, begin, end):
    """What lies between the generated ranges and is not zero."""
    at = begin
    for first, last in [*generated, (end, end)]:
        if first < at:
            raise Problem(f"two weights lie on one another at byte {first}")
        file.seek(at)
        piece = file.read(first - at)
        if piece.strip(b"\0"):
            yield at, piece
        at = last


def detach(program, out, model, cpu_mlir, device_mlir, facts):
    cpu, matrices = read_module(cpu_mlir)
    device = list(own_of_device(read_module(device_mlir)[0], cpu)) if device_mlir else []
    shapes = source_shapes(model)
    with open(program, "rb") as file:
        begin, size = weight_segment(file)
        end = file.seek(0, 2)
        weights = []
        for weight in cpu + device:
            sources = [describe_source(text, shapes) for text in weight["sources"]]
            if weight["layout"] not in WRITTEN or None in sources:
                continue
            entry = {key: weight[key] for key in ("shape", "element", "layout", "table_row", "factor")}
            weights.append(entry | {"at": begin + weight["offset"], "bytes": byte_size(weight), "sources": sources})
        weights.sort(key=lambda weight: weight["at"])
        if weights and weights[-1]["at"] + weights[-1]["bytes"] > begin + size:
            raise Problem("the weights end behind their segment; is CPU.mlir of the same options?")
        ranges = [(weight["at"], weight["at"] + weight["bytes"]) for weight in weights]
        kept = list(kept_ranges(file, ranges, begin, end))
        if sum(len(piece) for _, piece in kept) > MOST_KEPT:
            raise Problem("too much of the program is neither code nor a weight that can be made anew")
        file.seek(0)
        Path(out).write_bytes(file.read(begin))
    Path(out).chmod(0o755)
    Path(f"{out}.kept").write_bytes(b"".join(piece for _, piece in kept))
    outputs = {}
    for stage, weight in matrices.items():
        known = [describe_source(text, shapes) for text in weight["sources"]]
        if None not in known and len(known[0][1]) == 2:
            name = ".".join("*" if part.isdigit() else part for part in stage.split("."))
            outputs[name] = [sum(shape[0] for _, shape in known), known[0][1][1]]
    manifest = {
        "bytes": end,
        "begin": begin,
        "kept": [[at, len(piece)] for at, piece in kept],
        "weights": weights,
        "matmuls": outputs,
        **facts,
    }
    Path(f"{out}.json").write_text(json.dumps(manifest))


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("program")
    arguments.add_argument("out")
    arguments.add_argument("model", help="the folder that it was compiled from")
    arguments.add_argument("--cpu", required=True)
    arguments.add_argument("--device")
    arguments.add_argument("--precision", default="f32")
    given = arguments.parse_args()
    config = json.loads((Path(given.model) / "config.json").read_text())
    facts = {"precision": given.precision, "config": config}
    try:
        detach(given.program, given.out, given.model, given.cpu, given.device, facts)
    except Problem as problem:
        sys.exit(f"detach_weights: {given.program}: {problem}")


if __name__ == "__main__":
    main()
