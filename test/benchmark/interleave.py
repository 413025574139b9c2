"""Times functions beside each other, so that the machine's moods fall on all."""

import gc
import random
import time

LONG = 0.1  # seconds; a call this long is its own warm-up
BURST = 0.02  # seconds of timed calls in one turn


def wait_for_quiet(limit=0.5):
    """Returns when no thread of this process runs any more.

    Some peers' threads stay awake after their work, in the hope of more
    (onnxruntime's for 40 ms here, torch's and llama.cpp's for 8); on few cores they
    would take the next contestant's time.
    """
    end = time.perf_counter() + limit
    while time.perf_counter() < end:
        spent = time.process_time()
        time.sleep(0.002)
        if time.process_time() - spent < 0.0004:
            return


def timed(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def turn(function, expected):
    """The best of a few calls in a row, the first of which only wakes the threads."""
    wait_for_quiet()
    if expected >= LONG:
        return timed(function)
    function()
    calls = max(3, min(10, int(BURST / max(expected, 1e-6))))
    return min(timed(function) for _ in range(calls))


def best_of(runs, rounds, seed=0):
    """{name: function} -> ({name: best seconds}, {name: what it first returned}).

    In every round each has its turn, in an order that changes from round to round.
    """
    order = random.Random(seed)
    best, results = {}, {}
    for name, function in runs.items():
        start = time.perf_counter()
        results[name] = function()  # also allocates, or compiles, for a new shape
        best[name] = time.perf_counter() - start
        if best[name] < LONG:
            best[name] = timed(function)
    names = list(runs)
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            order.shuffle(names)
            for name in names:
                best[name] = min(best[name], turn(runs[name], best[name]))
    finally:
        gc.enable()
    return best, results
