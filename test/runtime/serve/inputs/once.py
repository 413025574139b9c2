"""once.py PROGRAM: it serves, and gives the bits that it writes itself."""

import sys

from served import bits, run, served

PROGRAM = sys.argv[1]
with served(PROGRAM, "--threads=2") as server:
    status, answer = server.post("/embed", {"inputs": ["hello", "Dogs and cats"]})
    assert status == 200, answer
    assert [bits(one) for one in answer] == [bits(one["embedding"]) for one in run(PROGRAM, "embed", "hello", "Dogs and cats")]
    assert server.raw(b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 400 ")
