"""edit_tensor.py FILE NAME CHANGE: changes one tensor of a safetensors file.

CHANGE is `name=OTHER`, `transpose` (its shape backwards), `shape=1,64,32`,
`byte=100` (all that it holds), `first=1e38` (its first number, F32) or
`dtype=I32`, and so on (of the same size).
"""

import struct
import sys

import safetensors_header

path, name, change = sys.argv[1:]
header, data = safetensors_header.read(path)
entry = header[name]
if change.startswith("name="):
    header[change.removeprefix("name=")] = header.pop(name)
elif change.startswith("byte="):
    begin, end = entry["data_offsets"]
    data = data[:begin] + bytes([int(change.removeprefix("byte="))]) * (end - begin) + data[end:]
elif change == "transpose":
    entry["shape"] = entry["shape"][::-1]
elif change.startswith("shape="):
    entry["shape"] = [int(side) for side in change.removeprefix("shape=").split(",")]
elif change.startswith("first="):
    begin = entry["data_offsets"][0]
    number = struct.pack("<f", float(change.removeprefix("first=")))
    data = data[:begin] + number + data[begin + 4:]
else:
    entry["dtype"] = change.removeprefix("dtype=")
safetensors_header.write(path, header, data)
