"""size_without_weights.py PROGRAM LIMIT: its bytes, less those of the weights'
segment, which is the last that is loaded, and the hole in front of it."""
import os
import struct
import sys

program, limit = sys.argv[1:]
with open(program, "rb") as file:
    header = file.read(64)
    (headers,), (count,) = struct.unpack_from("<Q", header, 32), struct.unpack_from("<H", header, 56)
    file.seek(headers)
    segments = [struct.unpack("<IIQQQQQQ", file.read(56)) for _ in range(count)]
    _, _, place, _, _, size, _, _ = max((s for s in segments if s[0] == 1), key=lambda s: s[3])
    file.seek(0)
    head = file.read(place).rstrip(b"\0")
rest = len(head) + os.path.getsize(program) - place - size
print(rest)
sys.exit(not 0 < rest < int(limit))
