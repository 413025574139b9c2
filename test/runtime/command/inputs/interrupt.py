"""interrupt.py PROGRAM FILE: a signal in the middle leaves no half-written file."""
import os
import signal
import subprocess
import sys
import time

program, target = sys.argv[1:]
folder = os.path.dirname(target)
before = sorted(os.listdir(folder))
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    embed = subprocess.Popen([program, "embed", "--ids", "-o", target],
                             stdin=subprocess.PIPE,
                             # The test itself may run where it is ignored.
                             preexec_fn=lambda: signal.signal(number, signal.SIG_DFL))
    embed.stdin.write(b"1 2\n" * 100)
    embed.stdin.flush()
    # Its unfinished file shows that it is at work.
    deadline = time.monotonic() + 60
    while sorted(os.listdir(folder)) == before:
        assert time.monotonic() < deadline, "no file was started"
        time.sleep(0.005)
    # The file is there a moment before the handler is.
    time.sleep(0.1)
    embed.send_signal(number)
    assert embed.wait(60) == -number, embed.returncode
    assert sorted(os.listdir(folder)) == before, os.listdir(folder)
