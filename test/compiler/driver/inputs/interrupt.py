"""interrupt.py MODEL OUTPUT: a signal in the middle of linking leaves no file."""
import os
import signal
import subprocess
import sys
import tempfile
import time

model, output = sys.argv[1:]
folder = os.path.dirname(output)
before = sorted(os.listdir(folder))
with tempfile.TemporaryDirectory() as scratch:
    # A linker that says that it has begun, and then takes its time.
    linker, begun = scratch + "/cc", scratch + "/begun"
    with open(linker, "w") as file:
        file.write(f"#!/bin/sh\ntouch {begun}\nexec sleep 60\n")
    os.chmod(linker, 0o755)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT,
                   signal.SIGABRT, signal.SIGXCPU, signal.SIGKILL):
        compiler = subprocess.Popen(["emblemc", model, "-o", output],
                                    env=dict(os.environ, CC=linker),
                                    start_new_session=True)
        deadline = time.monotonic() + 60
        while not os.path.exists(begun):
            assert time.monotonic() < deadline, "the linker was not called"
            time.sleep(0.005)
        # As a terminal does: to the compiler and to its linker.
        os.killpg(compiler.pid, number)
        assert compiler.wait(60) != 0
        assert sorted(os.listdir(folder)) == before, os.listdir(folder)
        os.remove(begun)
