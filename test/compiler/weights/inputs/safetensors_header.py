"""Reads and writes the header of a safetensors file, for tests that change it."""

import json
import struct


def read(path):
    """The header, and the bytes behind it."""
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        return json.loads(file.read(size)), file.read()


def write(path, header, data):
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)
