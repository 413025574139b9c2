"""edit_tensor.py FILE NAME CHANGE: changes one tensor of a safetensors file.

CHANGE is `remove` (it becomes another name), `transpose` (its shape backwards)
or `dtype=I32`, and so on (of the same size).
"""

import sys

import safetensors_header

path, name, change = sys.argv[1:]
header, data = safetensors_header.read(path)
entry = header[name]
if change == "remove":
    header["unused"] = header.pop(name)
elif change == "transpose":
    entry["shape"] = entry["shape"][::-1]
else:
    entry["dtype"] = change.removeprefix("dtype=")
safetensors_header.write(path, header, data)
