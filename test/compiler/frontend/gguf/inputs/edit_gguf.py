"""edit_gguf.py FILE CHANGE...: changes a GGUF file of version 3 in place.

CHANGE is one of
  KEY=VALUE       a key's value as JSON, of the type that it has, or else of its own
  KEY=@FILE       the text of a file
  KEY=            no such key
  tensor:A=B      tensor A is called B
  shape:A=[2,3]   its sides, the innermost first
  type:A=14       its type's number
  offset:A=64     where its data begins
"""

import json
import struct
import sys

NUMBERS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?",
           10: "<Q", 11: "<q", 12: "<d"}
STRING, ARRAY, ALIGNMENT = 8, 9, 32


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        self.at += size
        return self.data[self.at - size:self.at]

    def number(self, kind):
        return struct.unpack(kind, self.take(struct.calcsize(kind)))[0]

    def string(self):
        return self.take(self.number("<Q")).decode()

    def skip(self, kind):
        if kind == STRING:
            self.string()
        elif kind == ARRAY:
            element, count = self.number("<I"), self.number("<Q")
            for _ in range(count):
                self.skip(element)
        else:
            self.number(NUMBERS[kind])


def string(text):
    return struct.pack("<Q", len(text.encode())) + text.encode()


def encode(kind, value):
    """A value with its type before it."""
    def payload(kind, value):
        return string(value) if kind == STRING else struct.pack(NUMBERS[kind], value)

    if isinstance(value, list):
        element = STRING if value and isinstance(value[0], str) else \
            7 if value and isinstance(value[0], bool) else 5
        return struct.pack("<IIQ", ARRAY, element, len(value)) + b"".join(
            payload(element, item) for item in value)
    own = STRING if isinstance(value, str) else 7 if isinstance(value, bool) else \
        6 if isinstance(value, float) else 4
    if kind in (None, ARRAY) or isinstance(value, (str, bool)) or kind in (STRING, 7):
        kind = own
    return struct.pack("<I", kind) + payload(kind, value)


def read(path):
    with open(path, "rb") as file:
        reader = Reader(file.read())
    assert reader.take(8) == b"GGUF\3\0\0\0", path
    tensor_count, key_count = reader.number("<Q"), reader.number("<Q")
    keys, tensors = {}, {}
    for _ in range(key_count):
        key, begin = reader.string(), reader.at
        reader.skip(reader.number("<I"))
        keys[key] = reader.data[begin:reader.at]
    for _ in range(tensor_count):
        name = reader.string()
        sides = [reader.number("<Q") for _ in range(reader.number("<I"))]
        tensors[name] = {"shape": sides, "type": reader.number("<I"),
                         "offset": reader.number("<Q")}
    return keys, tensors, reader.data[-(-reader.at // ALIGNMENT) * ALIGNMENT:]


def write(path, keys, tensors, data):
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(keys))
    for key, value in keys.items():
        head += string(key) + value
    for name, info in tensors.items():
        head += string(name) + struct.pack(f"<I{len(info['shape'])}Q", len(info["shape"]),
                                           *info["shape"])
        head += struct.pack("<IQ", info["type"], info["offset"])
    with open(path, "wb") as file:
        file.write(head + bytes(-len(head) % ALIGNMENT) + data)


def main():
    path, *changes = sys.argv[1:]
    keys, tensors, data = read(path)
    for change in changes:
        name, _, value = change.partition("=")
        what, _, tensor = name.partition(":")
        if what == "tensor":
            tensors = {value if key == tensor else key: info
                       for key, info in tensors.items()}
        elif what in ("shape", "type", "offset") and tensor:
            tensors[tensor][what] = json.loads(value)
        elif value.startswith("@"):
            with open(value[1:], encoding="utf-8") as file:
                keys[name] = encode(STRING, file.read())
        elif value:
            kind = struct.unpack("<I", keys[name][:4])[0] if name in keys else None
            keys[name] = encode(kind, json.loads(value))
        else:
            del keys[name]
    write(path, keys, tensors, data)


if __name__ == "__main__":
    main()
