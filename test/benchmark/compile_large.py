"""compile_large.py EMBLEMC MODEL [--precisions=f32,bf16,int8,int4] [-- OPTIONS]:
what compiling a large model costs. For each precision: the most memory of its
own (RssAnon and RssShmem of emblemc and its children, sampled every 20 ms), the
bytes that were written to the disk as a multiple of the output, the minutes, and
how long `cp` takes for that output in the same run."""
import argparse
import os
import subprocess
import tempfile
import threading
import time


def own_memory(pid):
    """RssAnon and RssShmem of a process and those that it started, in bytes."""
    total, pending = 0, [pid]
    while pending:
        process = pending.pop()
        try:
            with open(f"/proc/{process}/status") as status:
                for line in status:
                    if line.startswith(("RssAnon:", "RssShmem:")):
                        total += int(line.split()[1]) * 1024
            for task in os.listdir(f"/proc/{process}/task"):
                with open(f"/proc/{process}/task/{task}/children") as children:
                    pending += map(int, children.read().split())
        except (FileNotFoundError, ProcessLookupError):
            pass
    return total


def written_bytes(pid):
    with open(f"/proc/{pid}/io") as io:
        return next(int(line.split()[1]) for line in io if line.startswith("write_bytes"))


def compile_once(command):
    """Exit status, seconds, most memory and bytes written."""
    started = time.monotonic()
    process = subprocess.Popen(command)
    most, done = [0], threading.Event()

    def sample():
        while not done.is_set():
            most[0] = max(most[0], own_memory(process.pid))
            done.wait(0.02)

    sampler = threading.Thread(target=sample)
    sampler.start()
    # Its figures are there until it is waited for, those of its children too.
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    seconds = time.monotonic() - started
    written = written_bytes(process.pid)
    done.set()
    sampler.join()
    return process.wait(), seconds, most[0], written


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("emblemc")
    parser.add_argument("model")
    parser.add_argument("--precisions", default="f32,bf16,int8,int4")
    parser.add_argument("--keep", help="the folder where the programs stay")
    arguments, options = parser.parse_known_args()
    options = [option for option in options if option != "--"]
    print("precision    MB  own memory, MB  written/output  minutes  cp, minutes")
    with tempfile.TemporaryDirectory(dir=arguments.keep or ".") as scratch:
        for precision in arguments.precisions.split(","):
            folder = arguments.keep or scratch
            output = os.path.join(folder, f"program.{precision}")
            status, seconds, most, written = compile_once(
                [arguments.emblemc, arguments.model, f"--precision={precision}",
                 "-o", output, *options])
            if status:
                print(f"{precision}: exit code {status}")
                continue
            size = os.stat(output).st_size
            begin = time.monotonic()
            subprocess.run(["cp", output, os.path.join(scratch, "copy")], check=True)
            copied = time.monotonic() - begin
            os.remove(os.path.join(scratch, "copy"))
            if not arguments.keep:
                os.remove(output)
            print(f"{precision:9} {size / 1e6:6.0f} {most / 1e6:15.0f} {written / size:15.2f}"
                  f" {seconds / 60:8.2f} {copied / 60:12.2f}", flush=True)


main()
