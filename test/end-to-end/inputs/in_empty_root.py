"""Runs a program as an emptied container does: nothing but its file is there.

    in_empty_root.py [--one-thread] [--with=FILE ...] PROGRAM [ARGUMENT ...]
    in_empty_root.py              # 0 where this can be done: by root, or in a
                                  # user namespace

The root is a folder that holds the program, the files named and nothing else,
so no /proc and no /dev, and is not to be written; the environment is empty; with
--one-thread the kernel gives no second thread. Ends as the program does.
"""

import os
import resource
import subprocess
import sys
import tempfile

NOBODY = 54321  # has no process but this one

if os.geteuid() != 0:
    os.execvp("unshare", ["unshare", "-r", sys.executable, *sys.argv])
if len(sys.argv) == 1:
    os.chroot("/")
    sys.exit()

arguments = sys.argv[1:]
options = []
while arguments[0].startswith("--"):
    options.append(arguments.pop(0))
one_thread = "--one-thread" in options
program, *rest = arguments
files = [program] + [o.removeprefix("--with=") for o in options if o.startswith("--with=")]

with open("/proc/self/uid_map") as file:
    has_nobody = int(file.read().split()[2]) > NOBODY


def enter():
    os.chroot(root)
    os.chdir("/")
    if has_nobody:  # root has no limit, and may write
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    if one_thread:
        resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))


with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(program))) as root:
    for file in files:
        os.link(file, os.path.join(root, os.path.basename(file)))
    os.chmod(root, 0o555)
    code = subprocess.run(
        ["/" + os.path.basename(program), *rest], preexec_fn=enter, env={}
    ).returncode
    os.chmod(root, 0o755)
sys.exit(code if code >= 0 else 128 - code)
