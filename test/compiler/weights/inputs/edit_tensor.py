"""edit_tensor.py FILE NAME CHANGE: changes one tensor of a safetensors file.

CHANGE is `name=OTHER`, `transpose` (its shape backwards), `byte=100` (all that it
holds) or `dtype=I32`, and so on (of the same size).
"""

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
else:
    entry["dtype"] = change.removeprefix("dtype=")
safetensors_header.write(path, header, data)
