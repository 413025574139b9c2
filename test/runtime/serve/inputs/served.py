"""A program's `serve`, started for a test on a port that is free, and asked to end when the test is done."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import struct
import subprocess
import tempfile
import time


class Server:
    def __init__(self, program, *options, environment=None, port=0):
        where = [] if any(o.startswith("--unix-socket") for o in options) else [f"--port={port}"]
        # A file, which is never full.
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [program, "serve", *where, *options],
            stderr=self.errors,
            env={**os.environ, **(environment or {})},
        )
        while "listens on" not in self.read_errors():
            if self.process.poll() is not None:
                raise AssertionError(f"it does not serve: {self.said}")
            time.sleep(0.01)
        found = re.search(r"http://\S*:(\d+)\n", self.said)
        self.port = int(found[1]) if found else None
        if self.port:
            self.await_health()

    def read_errors(self):
        self.said = os.pread(self.errors.fileno(), 1 << 24, 0).decode()
        return self.said

    def await_health(self):
        while self.get("/health")[0] != 200:
            time.sleep(0.01)

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, method, path, body=None, headers=None):
        """(status, headers, bytes) on a connection of its own."""
        connection = self.connect()
        with contextlib.closing(connection):
            given = {} if body is None else {"Content-Type": "application/json"}
            connection.request(method, path, body, {**given, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def get(self, path, **headers):
        return self.ask("GET", path, headers=headers)

    def post(self, path, value, **headers):
        """(status, the JSON of the answer)."""
        status, _, body = self.ask("POST", path, json.dumps(value).encode(), headers)
        return status, json.loads(body)

    def raw(self, data, timeout=30):
        """What comes back for bytes, until the server closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as connection:
            connection.sendall(data)
            got = b""
            while part := connection.recv(65536):
                got += part
            return got

    def metric(self, name):
        text = self.get("/metrics")[2].decode()
        return float(re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)[1])

    def stop(self):
        """Its exit code, and what it has said since it listened."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        said = self.read_errors().split("\n", 1)[1]
        self.errors.close()
        return code, said


@contextlib.contextmanager
def served(program, *options, **more):
    server = Server(program, *options, **more)
    try:
        yield server
    except BaseException:
        server.process.kill()
        server.process.wait()
        raise
    code, said = server.stop()
    assert code == 0, (code, said)


def run(program, *arguments, input=None):
    """The lines of JSON that a command writes."""
    done = subprocess.run([program, *arguments], input=input, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def bits(numbers):
    """Of float32, whatever decimal stands for them."""
    return struct.pack(f"<{len(numbers)}f", *numbers)
