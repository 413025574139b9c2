"""inject_errors.py PROGRAM STAND-IN [alone|some]: each function that PROGRAM calls of the
driver fails in its first, second and last call, with an error of that call alone and
with one that lasts; `alone` says that the program has no code for the CPU, and `some` that a
quarter of the runs is enough.

An error while the model is opened gives the CPU's vectors for --device=auto, and for
--device=cuda a sentence. A later one gives a sentence: never other vectors, and none are
missing where the exit code is 0. What fails while things are given back may go unseen.
"""

import collections
import concurrent.futures
import os
import subprocess
import sys
import tempfile

program, stand_in = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
has_cpu = sys.argv[3:] != ["alone"]
only_some = sys.argv[3:] == ["some"]
ONCE, LASTING = 1, 719
# Batches that follow each other, of several shapes.
TEXTS = [" ".join(["word"] * (1 + i % 7)) for i in range(24)]
EMBED = ["embed", "--max-batch-tokens=48", "--threads=1", "--format=text"]

GIVE_BACK = {
    "cuDevicePrimaryCtxRelease_v2",
    "cuEventDestroy_v2",
    "cuGraphDestroy",
    "cuGraphExecDestroy",
    "cuMemFreeHost",
    "cuMemFree_v2",
    "cuModuleUnload",
    "cuStreamDestroy_v2",
}
CONTEXT = {"cuCtxGetCurrent", "cuCtxSetCurrent"}

Run = collections.namedtuple("Run", "code output sentences reports")


def run(device, failures="", graphs="1", trace=""):
    environment = dict(
        os.environ,
        EMBLEM_CUDA=stand_in,
        EMBLEM_CUDA_GRAPHS=graphs,
        EMBLEM_STAND_IN_FAIL=failures,
        EMBLEM_STAND_IN_THREADS="1",
        EMBLEM_STAND_IN_REPORT="1",
        EMBLEM_STAND_IN_TRACE=trace,
        MALLOC_PERTURB_="165",  # what was freed is no longer right
    )
    done = subprocess.run(
        [program, *EMBED, "--device=" + device],
        input="\n".join(TEXTS) + "\n",
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
    )
    lines = done.stderr.splitlines()
    reports = [line for line in lines if line.startswith("stand-in: ")]
    return Run(
        done.returncode,
        done.stdout,
        [line for line in lines if line not in reports],
        reports,
    )


def calls_of(device, graphs):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "calls")
        done = run(device, graphs=graphs, trace=path)
        with open(path) as file:
            return done, [line.split()[0] for line in file]


def phases(calls):
    """The calls of opening, and those up to the last that brings vectors."""
    event = max(i for i, name in enumerate(calls) if name == "cuEventCreate")
    opened = calls.index("cuCtxSetCurrent", event) + 1
    closing = max(i for i, name in enumerate(calls) if name == "cuEventSynchronize") + 1
    return opened, closing


def outcome_of(done, expected, cpu, name, phase, device, code):
    """What a run came to whose call `name` failed, and what is wrong with it, or None."""
    is_sentence = (
        done.code == 1
        and len(done.sentences) == 1
        and ": error: " in done.sentences[0]
        and expected.startswith(done.output)
    )
    is_right = done.code == 0 and done.output == expected and not done.sentences
    is_cpu = done.code == 0 and done.output == cpu and not done.sentences
    unseen = name in GIVE_BACK | CONTEXT or phase == "closing"
    if is_right and not unseen:
        return "", "the error went unseen"
    falls_back = phase == "opening" and device == "auto" and has_cpu
    if not (is_right or (is_cpu if falls_back else is_sentence)):
        return (
            "",
            f"exit code {done.code}, {done.sentences}, {len(done.output)} bytes",
        )
    may_leak = name in GIVE_BACK or (name in CONTEXT and phase == "closing")
    leaks = any("alive at the end:" in line for line in done.reports)
    if leaks and code == ONCE and not may_leak:
        return "", f"{done.reports}"
    return "device" if is_right else "cpu" if is_cpu else "sentence", None


def cases(calls):
    opened, closing = phases(calls)
    places = collections.defaultdict(list)
    for i, name in enumerate(calls):
        places[name].append(i)
    for name, at in sorted(places.items()):
        for nth in sorted({1, min(1 if only_some else 2, len(at)), len(at)}):
            i = at[nth - 1]
            yield name, nth, (
                "opening" if i < opened else "working" if i < closing else "closing"
            )


def main():
    cpu = run("cpu").output if has_cpu else None
    counts = collections.Counter()
    for device in ["auto", "cuda"] if has_cpu else ["cuda"]:
        for graphs in ("1" if device == "auto" else "0") if only_some else "10":
            good, calls = calls_of(device, graphs)
            expected = good.output
            assert good.code == 0 and expected != cpu, good
            codes = [ONCE, LASTING]
            if only_some:
                codes = [ONCE if device == "auto" else LASTING]
            tasks = [
                (name, nth, phase, code)
                for name, nth, phase in cases(calls)
                for code in codes
            ]
            # What the driver says of an error may fail with it.
            tasks += [
                ("cuMemAlloc_v2", 1, "opening", f"2,{silent}:*:1")
                for silent in ("cuGetErrorName", "cuGetErrorString")
            ]
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                runs = pool.map(
                    lambda task: run(device, f"{task[0]}:{task[1]}:{task[3]}", graphs),
                    tasks,
                )
                for (name, nth, phase, code), done in zip(tasks, runs):
                    outcome, problem = outcome_of(
                        done, expected, cpu, name, phase, device, code
                    )
                    counts[outcome] += 1
                    if problem:
                        print(
                            f"{device}, graphs {graphs}, {phase}: {name}:{nth}:{code}:",
                            problem,
                        )
    print(
        f"{counts.total()} runs: {counts['sentence']} sentences, {counts['cpu']} the "
        f"CPU's vectors, {counts['device']} the device's, {counts['']} wrong"
    )
    return counts[""] > 0


sys.exit(main())
