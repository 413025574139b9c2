"""interrupt.py PROGRAM FILE: a signal in the middle leaves no half-written file."""
import os
import signal
import subprocess
import sys
import time

program, target = sys.argv[1:]
folder = os.path.dirname(target)
before = sorted(os.listdir(folder))


def has_begun(process):
    """Whether it has a file open in the folder, with or without a name."""
    files = f"/proc/{process}/fd"
    try:
        return any(os.readlink(f"{files}/{one}").startswith(folder + "/")
                   for one in os.listdir(files))
    except FileNotFoundError:  # closed since it was listed
        return False


for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT,
               signal.SIGABRT, signal.SIGXCPU, signal.SIGUSR1, signal.SIGUSR2,
               signal.SIGKILL):
    embed = subprocess.Popen([program, "embed", "--ids", "-o", target],
                             stdin=subprocess.PIPE,
                             # The test itself may run where it is ignored.
                             preexec_fn=lambda: number == signal.SIGKILL or
                             signal.signal(number, signal.SIG_DFL))
    embed.stdin.write(b"1 2\n" * 100)
    embed.stdin.flush()
    deadline = time.monotonic() + 60
    while not has_begun(embed.pid):
        assert time.monotonic() < deadline, "no file was started"
        time.sleep(0.005)
    embed.send_signal(number)
    assert embed.wait(60) == -number, embed.returncode
    assert sorted(os.listdir(folder)) == before, os.listdir(folder)
