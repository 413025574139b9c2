"""bare.py MODEL VECTORS.npy: compiles without numpy and without a compiler, twice; the vectors of two texts are those
of the file, bit for bit."""

import sys
import time

started = time.perf_counter()
import emblem  # noqa: E402

assert "numpy" not in sys.modules
imported = time.perf_counter()
emblem.compile(sys.argv[1])
compiled = time.perf_counter()
model = emblem.compile(sys.argv[1])
again = time.perf_counter()
with open(sys.argv[2], "rb") as file:
    expected = file.read()
got = bytes(model.encode_buffer(["a text", "another"]))
assert expected.endswith(got) and len(expected) - len(got) <= 128, (len(expected), len(got))
print(f"{sys.argv[1].rsplit('/', 1)[-1]}: imported in {(imported - started) * 1e3:.0f} ms, compiled in "
      f"{compiled - imported:.2f} s, from the cache in {(again - compiled) * 1e3:.0f} ms, the same vectors")
