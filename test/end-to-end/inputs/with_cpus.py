"""Runs a command on fewer CPUs than the machine has.

    with_cpus.py affinity COUNT COMMAND...   # may run on COUNT CPUs only
    with_cpus.py quota CPUS COMMAND...       # a control group's quota, say 1.5 CPUs

Exits with the command's code; with 77 where such a group cannot be made.
"""

import os
import subprocess
import sys

PERIOD = 100_000  # microseconds


def mounted_groups():
    """This process's own group of the cpu controller, as (version, folder)."""
    with open("/proc/self/cgroup") as file:
        lines = [line.rstrip("\n").split(":", 2) for line in file]
    with open("/proc/self/mountinfo") as file:
        mounts = [line.rstrip("\n").partition(" - ") for line in file]
    for mount, _, filesystem in mounts:
        root, point = mount.split()[3:5]
        kind, _, options = filesystem.split()[:3]
        for _, controllers, group in lines:
            if kind == "cgroup2" and controllers == "":
                version = 2
            elif (
                kind == "cgroup"
                and "cpu" in options.split(",")
                and "cpu" in controllers.split(",")
            ):
                version = 1
            else:
                continue
            inside = os.path.relpath(group, root)
            yield version, point if inside.startswith("..") else f"{point}/{inside}"


def write(path, value):
    with open(path, "w") as file:
        file.write(str(value))


def make_group(cpus):
    """A new group with the quota; None where there can be none."""
    name = f"emblem-test-{os.getpid()}"
    for version, parent in mounted_groups():
        folder = os.path.join(parent, name)
        try:
            os.mkdir(folder)
        except OSError:
            continue
        try:
            if version == 1:
                write(f"{folder}/cpu.cfs_period_us", PERIOD)
                write(f"{folder}/cpu.cfs_quota_us", int(cpus * PERIOD))
            else:
                if not os.path.exists(f"{folder}/cpu.max"):
                    write(f"{parent}/cgroup.subtree_control", "+cpu")
                write(f"{folder}/cpu.max", f"{int(cpus * PERIOD)} {PERIOD}")
            # Whether a process may enter.
            probe = subprocess.run(
                ["true"], preexec_fn=lambda: write(f"{folder}/cgroup.procs", os.getpid())
            )
            if probe.returncode == 0:
                return folder
        except (OSError, subprocess.SubprocessError):
            pass
        os.rmdir(folder)
    return None


def run_with_quota(cpus, command):
    folder = make_group(cpus)
    if folder is None:
        return 77
    try:
        enter = lambda: write(f"{folder}/cgroup.procs", os.getpid())
        return subprocess.run(command, preexec_fn=enter).returncode
    finally:
        os.rmdir(folder)


kind, amount, *command = sys.argv[1:]
if kind == "affinity":
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(amount)])
    os.execvp(command[0], command)
sys.exit(run_with_quota(float(amount), command))
